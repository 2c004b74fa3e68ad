//! Checks over records: three outcomes, counted apart, and a finding for every row that fails.
//!
//! In: the rulebook's checks and the records. Out: [`Findings`]. All checks run over columns, never row by
//! row (see [`crate::compact`]).

mod across;
mod alone;
mod blame;
pub mod compile;
mod judge;
mod parts;
pub mod tally;
mod windows;

use anyhow::Result;
use polars::prelude::*;

use crate::compact::bits;
use crate::records::Records;
use crate::rulebook::{Check, Rulebook};
use crate::sql::RunContext;

pub use compile::{Compiled, compile};
pub use judge::judge;

/// The failing records, and how often each check passed, failed, was not assessed or did not apply.
pub struct Findings<'a> {
    pub checks: Vec<Counts<'a>>,
    /// Sorted by record, then check.
    pub rows: Vec<Finding>,
    /// Findings over the extra tables (`[[table]]`), by name; there, `record` is a row number of that table.
    pub extra_tables: Vec<(String, Findings<'a>)>,
}

/// The counts of one check; the four add up to the number of records.
#[derive(Debug, Clone)]
pub struct Counts<'a> {
    pub check: &'a Check,
    /// The fields of `each`; empty for a check with one condition.
    pub each: Vec<String>,
    pub passed: usize,
    pub failed: usize,
    pub not_assessed: usize,
    pub not_applicable: usize,
    /// One bit for each record, set if it could not be assessed.
    unassessed: Vec<u64>,
}

/// A record that fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub record: u32,
    /// Index of the check in [`Findings::checks`].
    pub check: u16,
    /// For a check over several fields, one bit for each field that fails.
    pub fields: u64,
}

impl Counts<'_> {
    /// Whether a record could not be assessed.
    pub fn is_unassessed(&self, record: usize) -> bool {
        bits::has(&self.unassessed, record)
    }
}

impl<'a> Findings<'a> {
    /// The names of the fields that failed.
    pub fn fields(&self, finding: &Finding) -> Vec<&str> {
        let counts = &self.checks[finding.check as usize];
        if counts.each.is_empty() {
            counts
                .check
                .fields
                .iter()
                .map(|field| field.get_ref().as_str())
                .collect()
        } else {
            counts
                .each
                .iter()
                .enumerate()
                .filter(|(index, _)| finding.fields >> index & 1 == 1)
                .map(|(_, name)| name.as_str())
                .collect()
        }
    }

    pub fn check(&self, finding: &Finding) -> &Check {
        self.checks[finding.check as usize].check
    }

    /// The counts of every check that ran, sorted by id.
    pub fn counts(&self) -> Vec<&Counts<'a>> {
        let mut counts: Vec<&Counts> = self
            .checks
            .iter()
            .chain(self.extra_tables.iter().flat_map(|(_, found)| &found.checks))
            .collect();
        counts.sort_by(|left, right| left.check.id.cmp(&right.check.id));
        counts
    }

    pub fn ran(&self, id: &str) -> bool {
        self.counts().iter().any(|counts| counts.check.id == id)
    }
}

/// Runs the wanted checks over their tables. Checks of a table without a file do not run.
pub fn run<'a>(
    rulebook: &'a Rulebook,
    records: &Records,
    context: &RunContext,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Findings<'a>> {
    let over = |table: Option<&str>, rows: &DataFrame| {
        let is_of_table =
            |check: &&Check| !check.is_of_file() && check.extra_table() == table && wanted(check);
        let checks: Vec<&Check> = rulebook.checks.iter().filter(is_of_table).collect();
        let compiled = compile(rulebook, &checks, rows.schema(), context)?;
        crate::sql::bounded("the SQL of the checks", || judge(&compiled, rows))
            .map_err(|error| blame::blamed(rulebook, &compiled, rows, error))
    };
    let mut found = over(None, &records.frame)?;
    for (name, rows) in &records.extra_tables {
        found.extra_tables.push((name.clone(), over(Some(name), rows)?));
    }
    Ok(found)
}
