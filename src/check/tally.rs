//! The outcome of a check for each record: passed, failed, not assessed, or not applicable.
//!
//! In: the outcomes of its conditions, one column each. Out: one outcome for each record, and the number of
//! each.

use anyhow::Result;
use polars::prelude::*;

use crate::check::compile::{Compiled, assert_name, when_name};
use crate::compact::{Truth, bits, truth};
use crate::rulebook::Outcome;

/// The outcome of a check for each row, one bit a row, so that a row counts once: failed if any condition
/// fails; otherwise not assessed if any condition could not be assessed; otherwise passed if any applied.
pub struct Tally {
    rows: usize,
    passed: Vec<u64>,
    failed: Vec<u64>,
    /// A condition applied, but neither passed nor failed.
    unjudged: Vec<u64>,
}

impl Tally {
    /// A tally in which no condition applies yet.
    pub fn new(rows: usize) -> Tally {
        let none = vec![0; bits::words(rows)];
        Tally {
            rows,
            passed: none.clone(),
            failed: none.clone(),
            unjudged: none,
        }
    }

    /// Adds a condition's outcome where it applies; returns the rows that fail it.
    pub fn add(&mut self, outcome: &Truth, applies: Option<&Truth>) -> Vec<u64> {
        let everywhere;
        let applies = match applies {
            Some(applies) => &applies.yes,
            None => {
                everywhere = bits::all(self.rows);
                &everywhere
            }
        };
        let failed = bits::and(&outcome.no, applies);
        let known = bits::or(&outcome.yes, &outcome.no);
        bits::add(&mut self.passed, &bits::and(&outcome.yes, applies));
        bits::add(&mut self.failed, &failed);
        bits::add(&mut self.unjudged, &bits::and_not(applies, &known));
        failed
    }

    /// The outcome of the check for each row.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let of_row = |row: usize| match (
            bits::has(&self.failed, row),
            bits::has(&self.unjudged, row),
            bits::has(&self.passed, row),
        ) {
            (true, _, _) => Outcome::Fail,
            (_, true, _) => Outcome::Unassessed,
            (_, _, true) => Outcome::Pass,
            _ => Outcome::NotApplicable,
        };
        (0..self.rows).map(of_row).collect()
    }

    /// The number of rows that passed.
    pub fn passed(&self) -> usize {
        let others = bits::or(&self.failed, &self.unjudged);
        bits::count(&bits::and_not(&self.passed, &others))
    }

    /// The rows that could not be assessed.
    pub fn unassessed(&self) -> Vec<u64> {
        bits::and_not(&self.unjudged, &self.failed)
    }
}

/// The outcome of a check for each of a few records.
pub fn verdicts(compiled: &Compiled, records: &DataFrame) -> Result<Vec<Outcome>> {
    let judged = records.clone().lazy().select(compiled.columns(0)).collect()?;
    let rows = records.height();
    let outcome = |name: String| -> Result<Truth> { Ok(truth(judged.column(&name)?.bool()?, rows)) };
    let mut tally = Tally::new(rows);
    for (index, condition) in compiled.conditions.iter().enumerate() {
        let applies = condition
            .when
            .as_ref()
            .map(|_| outcome(when_name(0, index)))
            .transpose()?;
        tally.add(&outcome(assert_name(0, index))?, applies.as_ref());
    }
    Ok(tally.outcomes())
}
