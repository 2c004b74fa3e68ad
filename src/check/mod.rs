//! Checks over records: three outcomes, counted apart, and a finding for every row that fails.
//!
//! In: the rulebook's checks and the records. Out: [`Findings`]. All checks run in one query over columns,
//! never row by row.

mod across;
mod alone;
mod blame;
pub mod compile;
mod judge;
mod parts;
pub mod tally;

use anyhow::Result;
use polars::prelude::*;

use crate::records::Records;
use crate::rulebook::{Check, Rulebook};
use crate::sql::RunContext;

pub use compile::{Compiled, compile};
pub use judge::judge;

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
            true => counts
                .check
                .fields
                .iter()
                .map(|field| field.get_ref().as_str())
                .collect(),
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
        let mut counts: Vec<&Counts> = self
            .checks
            .iter()
            .chain(self.beside.iter().flat_map(|(_, found)| &found.checks))
            .collect();
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
    context: &RunContext,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Findings<'a>> {
    let over = |table: Option<&str>, rows: &DataFrame| {
        let is_of_table = |check: &&Check| !check.is_of_file() && check.beside() == table && wanted(check);
        let checks: Vec<&Check> = rulebook.checks.iter().filter(is_of_table).collect();
        let compiled = compile(rulebook, &checks, rows.schema(), context)?;
        crate::sql::bounded("the SQL of the checks", || judge(&compiled, rows))
            .map_err(|error| blame::blamed(rulebook, &compiled, rows, error))
    };
    let mut found = over(None, &records.frame)?;
    for (name, rows) in &records.beside {
        found.beside.push((name.clone(), over(Some(name), rows)?));
    }
    Ok(found)
}
