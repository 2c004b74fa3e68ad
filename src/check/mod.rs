//! Checks over records: three outcomes, counted apart, and a finding for every row that fails.
//!
//! In: the rulebook's checks and the records. Out: [`Findings`]. All checks run in one query over columns,
//! never row by row.

mod across;
mod compile;
mod examples;
mod judge;
mod mutants;
mod suggest;
mod tally;

use anyhow::Result;
use polars::prelude::*;

use crate::records::Records;
use crate::rulebook::{Check, Rulebook};
use crate::sql::Dictionary;

pub use compile::{Compiled, compile};
pub use examples::{Bench, Outcome as ExampleOutcome, cells as example_cells, example_columns, outcomes_of, text as example_text};
pub use judge::judge;
pub use mutants::{Mutant, run as run_mutants};
pub use suggest::{Suggestion, suggest};

/// What the checks found, and how often each passed, failed, could not be judged or did not apply.
pub struct Findings<'a> {
    pub checks: Vec<Counts<'a>>,
    /// By record, then check.
    pub rows: Vec<Finding>,
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

impl Findings<'_> {
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
}

/// Runs the checks that are enabled and wanted.
pub fn run<'a>(
    rulebook: &'a Rulebook,
    records: &Records,
    dictionary: &Dictionary,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Findings<'a>> {
    let checks: Vec<&Check> = rulebook.checks.iter().filter(|check| !check.is_of_file() && wanted(check)).collect();
    let compiled = compile(rulebook, &checks, records.frame.schema(), dictionary)?;
    judge(&compiled, &records.frame)
}
