//! What a check says of each record: passed, failed, not assessed, or does not apply.
//!
//! In: the outcomes of its conditions, a column each. Out: one outcome a record, and how many there are of each.

use anyhow::Result;
use polars::prelude::*;
use polars_arrow::bitmap::{Bitmap, and, and_not, or};

use crate::check::compile::{Compiled, assert_name, when_name};
use crate::rulebook::Outcome;

/// The outcomes of a check's conditions on each row, a bit a row, so that a row counts once: failed if any
/// condition fails, else not assessed if any could not be judged, else passed if any applied.
pub struct Tally {
    passed: Bitmap,
    failed: Bitmap,
    /// A condition applied, and neither passed nor failed.
    unjudged: Bitmap,
}

impl Tally {
    /// Nothing applies yet.
    pub fn new(rows: usize) -> Tally {
        let none = Bitmap::new_zeroed(rows);
        Tally {
            passed: none.clone(),
            failed: none.clone(),
            unjudged: none,
        }
    }

    /// Adds a condition's outcome where it applies, and gives the rows that fail it.
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

    /// What the check says of each row.
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

    /// How many rows passed.
    pub fn passed(&self) -> usize {
        and_not(&self.passed, &or(&self.failed, &self.unjudged)).set_bits()
    }

    /// The rows that could not be judged.
    pub fn unassessed(&self) -> Bitmap {
        and_not(&self.unjudged, &self.failed)
    }
}

/// Where a column is true and where it is false; NULL is neither.
fn bits(column: &BooleanChunked) -> (Bitmap, Bitmap) {
    let column = column.rechunk();
    let column = column.downcast_as_array();
    match column.validity() {
        Some(known) => (and(column.values(), known), and_not(known, column.values())),
        None => (column.values().clone(), !column.values()),
    }
}

/// What a check says of each of a few records.
pub fn verdicts(compiled: &Compiled, records: &DataFrame) -> Result<Vec<Outcome>> {
    let judged = records.clone().lazy().select(compiled.columns(0)).collect()?;
    let mut tally = Tally::new(records.height());
    for (place, condition) in compiled.conditions.iter().enumerate() {
        let applies = condition
            .when
            .as_ref()
            .map(|_| whole_column(&judged, &when_name(0, place), records.height()))
            .transpose()?;
        tally.add(
            &whole_column(&judged, &assert_name(0, place), records.height())?,
            applies.as_ref(),
        );
    }
    Ok(tally.outcomes())
}

/// A boolean column over all rows; a condition without any column is one value for all of them.
pub fn whole_column(judged: &DataFrame, name: &str, height: usize) -> Result<BooleanChunked> {
    let column = judged.column(name)?.bool()?;
    Ok(match column.len() == height {
        true => column.clone(),
        false => column.new_from_index(0, height),
    })
}
