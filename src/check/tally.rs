//! The outcome of a check for each record: passed, failed, not assessed, or not applicable.
//!
//! In: the outcomes of its conditions, one column each. Out: one outcome for each record, and the number of
//! each.

use anyhow::Result;
use polars::prelude::*;
use polars_arrow::bitmap::{Bitmap, and, and_not, or};

use crate::check::compile::{Compiled, assert_name, when_name};
use crate::rulebook::Outcome;

/// The outcome of a check for each row, one bit a row, so that a row counts once: failed if any condition
/// fails; otherwise not assessed if any condition could not be assessed; otherwise passed if any applied.
pub struct Tally {
    passed: Bitmap,
    failed: Bitmap,
    /// A condition applied, but neither passed nor failed.
    unjudged: Bitmap,
}

impl Tally {
    /// A tally in which no condition applies yet.
    pub fn new(rows: usize) -> Tally {
        let none = Bitmap::new_zeroed(rows);
        Tally {
            passed: none.clone(),
            failed: none.clone(),
            unjudged: none,
        }
    }

    /// Adds a condition's outcome where it applies; returns the rows that fail it.
    pub fn add(&mut self, outcome: &BooleanChunked, applies: Option<&BooleanChunked>) -> Bitmap {
        let (is_true, is_false) = bits(outcome);
        let (passed, failed, unjudged) = match applies {
            Some(applies) => {
                let (applies, _) = bits(applies);
                (
                    and(&is_true, &applies),
                    and(&is_false, &applies),
                    and_not(&applies, &or(&is_true, &is_false)),
                )
            }
            None => (is_true.clone(), is_false.clone(), !&or(&is_true, &is_false)),
        };
        self.passed = or(&self.passed, &passed);
        self.failed = or(&self.failed, &failed);
        self.unjudged = or(&self.unjudged, &unjudged);
        failed
    }

    /// The outcome of the check for each row.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let rows = self
            .passed
            .iter()
            .zip(self.failed.iter())
            .zip(self.unjudged.iter());
        rows.map(|((passed, failed), unjudged)| match (failed, unjudged, passed) {
            (true, _, _) => Outcome::Fail,
            (_, true, _) => Outcome::Unassessed,
            (_, _, true) => Outcome::Pass,
            _ => Outcome::NotApplicable,
        })
        .collect()
    }

    /// The number of rows that passed.
    pub fn passed(&self) -> usize {
        and_not(&self.passed, &or(&self.failed, &self.unjudged)).set_bits()
    }

    /// The rows that could not be assessed.
    pub fn unassessed(&self) -> Bitmap {
        and_not(&self.unjudged, &self.failed)
    }
}

/// Where a column is true, and where it is false; NULL is neither.
fn bits(column: &BooleanChunked) -> (Bitmap, Bitmap) {
    let column = column.rechunk();
    let column = column.downcast_as_array();
    match column.validity() {
        Some(known) => (and(column.values(), known), and_not(known, column.values())),
        None => (column.values().clone(), !column.values()),
    }
}

/// The outcome of a check for each of a few records.
pub fn verdicts(compiled: &Compiled, records: &DataFrame) -> Result<Vec<Outcome>> {
    let judged = records.clone().lazy().select(compiled.columns(0)).collect()?;
    let mut tally = Tally::new(records.height());
    for (index, condition) in compiled.conditions.iter().enumerate() {
        let applies = condition
            .when
            .as_ref()
            .map(|_| whole_column(&judged, &when_name(0, index), records.height()))
            .transpose()?;
        tally.add(
            &whole_column(&judged, &assert_name(0, index), records.height())?,
            applies.as_ref(),
        );
    }
    Ok(tally.outcomes())
}

/// A boolean column over all rows. A condition that uses no column has one value for all rows.
pub fn whole_column(judged: &DataFrame, name: &str, height: usize) -> Result<BooleanChunked> {
    let column = judged.column(name)?.bool()?;
    Ok(if column.len() == height {
        column.clone()
    } else {
        column.new_from_index(0, height)
    })
}
