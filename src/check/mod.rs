//! Checks over records: three outcomes, counted apart, and a finding for every row that fails.
//!
//! In: the rulebook's checks and the records. Out: [`Findings`]. All checks run in one query over columns,
//! never row by row.

mod compile;
mod examples;
mod mutants;
mod suggest;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::records::Records;
use crate::rulebook::{Check, Outcome, Rulebook};
use crate::sql::Dictionary;

pub use compile::{Compiled, compile};
pub use examples::{Bench, Outcome as ExampleOutcome, cells as example_cells, example_columns, outcomes_of, text as example_text};
pub use mutants::{Mutant, run as run_mutants};
pub use suggest::{Suggestion, suggest};

/// What the checks found, and how often each passed, failed, could not be judged or did not apply.
pub struct Findings<'a> {
    pub checks: Vec<Counts<'a>>,
    /// By record, then check.
    pub rows: Vec<Finding>,
    /// The same of the tables beside the records, by table: there a record is a row of the table.
    pub beside: Vec<(String, Findings<'a>)>,
}

/// One check over all records; the four add up to the number of records.
#[derive(Debug, Clone)]
pub struct Counts<'a> {
    pub check: &'a Check,
    /// The fields that `each` stands for, empty for a check of one condition.
    pub each: Vec<String>,
    pub passed: usize,
    pub failed: usize,
    pub not_assessed: usize,
    pub not_applicable: usize,
    /// The records that could not be judged.
    pub unassessed: BooleanChunked,
}

/// A record that fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub record: u32,
    /// Place of the check in [`Findings::checks`].
    pub check: u16,
    /// For a check over many fields, a bit for each that fails.
    pub fields: u64,
}

impl<'a> Findings<'a> {
    /// Names of the fields that a finding is about.
    pub fn fields(&self, finding: &Finding) -> Vec<&str> {
        let counts = &self.checks[finding.check as usize];
        match counts.each.is_empty() {
            true => counts.check.fields.iter().map(|field| field.get_ref().as_str()).collect(),
            false => counts
                .each
                .iter()
                .enumerate()
                .filter(|(place, _)| finding.fields >> place & 1 == 1)
                .map(|(_, name)| name.as_str())
                .collect(),
        }
    }

    pub fn check(&self, finding: &Finding) -> &Check {
        self.checks[finding.check as usize].check
    }

    /// Every check that ran, in the order of ids.
    pub fn counts(&self) -> Vec<&Counts<'a>> {
        let mut counts: Vec<&Counts> = self.checks.iter().chain(self.beside.iter().flat_map(|(_, found)| &found.checks)).collect();
        counts.sort_by(|left, right| left.check.id.cmp(&right.check.id));
        counts
    }

    pub fn ran(&self, id: &str) -> bool {
        self.counts().iter().any(|counts| counts.check.id == id)
    }
}

/// Runs the checks that are wanted over the table that each looks at; those of a table that no file was given for do not run.
pub fn run<'a>(
    rulebook: &'a Rulebook,
    records: &Records,
    dictionary: &Dictionary,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Findings<'a>> {
    let over = |table: Option<&str>, rows: &DataFrame| {
        let is_of_table = |check: &&Check| !check.is_of_file() && check.beside() == table && wanted(check);
        let checks: Vec<&Check> = rulebook.checks.iter().filter(is_of_table).collect();
        judge(&compile(rulebook, &checks, rows.schema(), dictionary)?, rows)
    };
    let mut found = over(None, &records.frame)?;
    for (name, rows) in &records.beside {
        found.beside.push((name.clone(), over(Some(name), rows)?));
    }
    Ok(found)
}

/// Judges records by compiled checks.
pub fn judge<'a>(compiled: &[Compiled<'a>], records: &DataFrame) -> Result<Findings<'a>> {
    let expressions: Vec<Expr> = compiled.iter().enumerate().flat_map(|(number, check)| check.columns(number)).collect();
    let judged = records.clone().lazy().select(expressions).collect()?;
    let counted = compiled.par_iter().enumerate().map(|(number, check)| count(check, number, &judged, records.height()));
    let (checks, rows): (Vec<Counts>, Vec<Vec<Finding>>) = counted.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    let mut rows: Vec<Finding> = rows.into_iter().flatten().collect();
    rows.sort_unstable();
    Ok(Findings { checks, rows, beside: Vec::new() })
}

/// One check over all records, and the rows that fail it.
fn count<'a>(compiled: &Compiled<'a>, number: usize, judged: &DataFrame, height: usize) -> Result<(Counts<'a>, Vec<Finding>)> {
    let mut rows: Vec<Finding> = Vec::new();
    let mut failed: Vec<(u32, u64)> = Vec::new();
    let mut tally = Tally::default();
    for (place, condition) in compiled.conditions.iter().enumerate() {
        let outcome = whole_column(judged, &compile::assert_name(number, place), height)?;
        let applies = match condition.when.is_some() {
            true => Some(whole_column(judged, &compile::when_name(number, place), height)?),
            false => None,
        };
        for row in true_rows(&tally.add(&outcome, applies.as_ref())) {
            failed.push((row, 1 << place.min(63)));
        }
    }
    failed.sort_unstable();
    for (record, field) in failed {
        match rows.last_mut() {
            Some(last) if last.record == record => last.fields |= field,
            _ => rows.push(Finding { record, check: number as u16, fields: field }),
        }
    }
    let Tallied { passed, failed, unassessed } = tally.sum(height);
    let not_assessed = sum(&unassessed);
    let counts = Counts {
        check: compiled.check,
        each: compiled.each.clone(),
        passed,
        failed,
        not_assessed,
        not_applicable: height - passed - failed - not_assessed,
        unassessed,
    };
    Ok((counts, rows))
}

/// The outcomes of a check's conditions on each row, so that a row counts once: failed if any condition
/// fails, else not assessed if any could not be judged, else passed if any applied.
#[derive(Default)]
struct Tally {
    pass: Option<BooleanChunked>,
    fail: Option<BooleanChunked>,
    applicable: Option<BooleanChunked>,
    /// With one condition, whatever applied and neither passed nor failed was not assessed.
    unjudged: Option<BooleanChunked>,
}

impl Tally {
    /// Adds a condition's outcome where it applies, and gives the rows that fail it.
    fn add(&mut self, outcome: &BooleanChunked, applies: Option<&BooleanChunked>) -> BooleanChunked {
        let (pass, fail, applicable) = match applies {
            Some(applies) => (outcome & applies, &!outcome & applies, applies.clone()),
            None => (outcome.clone(), !outcome, BooleanChunked::full("".into(), true, outcome.len())),
        };
        let (pass, fail, applicable) = (known(pass), known(fail), known(applicable));
        let unjudged = &applicable & &!&or(&pass, &fail);
        let join = |sum: &mut Option<BooleanChunked>, part: BooleanChunked| {
            *sum = Some(match sum.take() {
                Some(sum) => or(&sum, &part),
                None => part,
            });
        };
        join(&mut self.unjudged, unjudged);
        join(&mut self.pass, pass);
        join(&mut self.fail, fail.clone());
        join(&mut self.applicable, applicable);
        fail
    }

    /// What the check says of each row.
    fn outcomes(&self) -> Vec<Outcome> {
        let (Some(pass), Some(fail), Some(unjudged)) = (&self.pass, &self.fail, &self.unjudged) else { return Vec::new() };
        let rows = pass.iter().zip(fail.iter()).zip(unjudged.iter());
        rows.map(|((pass, fail), unjudged)| match (fail, unjudged, pass) {
            (Some(true), _, _) => Outcome::Fail,
            (_, Some(true), _) => Outcome::Unassessed,
            (_, _, Some(true)) => Outcome::Pass,
            _ => Outcome::NotApplicable,
        })
        .collect()
    }

    fn sum(&self, height: usize) -> Tallied {
        let (Some(pass), Some(fail), Some(unjudged)) = (&self.pass, &self.fail, &self.unjudged) else {
            return Tallied { passed: 0, failed: 0, unassessed: BooleanChunked::full("".into(), false, height) };
        };
        let passed = &(pass & &!fail) & &!unjudged;
        Tallied { passed: sum(&passed), failed: sum(fail), unassessed: unjudged & &!fail }
    }
}

/// A boolean column over all rows; a condition without any column is one value for all of them.
fn whole_column(judged: &DataFrame, name: &str, height: usize) -> Result<BooleanChunked> {
    let column = judged.column(name)?.bool()?;
    Ok(match column.len() == height {
        true => column.clone(),
        false => column.new_from_index(0, height),
    })
}

/// How many records passed and failed, and which could not be judged.
struct Tallied {
    passed: usize,
    failed: usize,
    unassessed: BooleanChunked,
}

fn sum(flags: &BooleanChunked) -> usize {
    flags.sum().unwrap_or(0) as usize
}

fn or(left: &BooleanChunked, right: &BooleanChunked) -> BooleanChunked {
    left | right
}

/// NULL as false.
fn known(flags: BooleanChunked) -> BooleanChunked {
    match flags.null_count() {
        0 => flags,
        _ => flags.fill_null_with_values(false).unwrap_or(flags),
    }
}

fn true_rows(flags: &BooleanChunked) -> Vec<u32> {
    if flags.sum().unwrap_or(0) == 0 {
        return Vec::new();
    }
    flags.iter().enumerate().filter(|(_, flag)| *flag == Some(true)).map(|(row, _)| row as u32).collect()
}
