//! Runs all checks over all records. In: compiled checks and records. Out: [`Findings`].
//!
//! Conditions on a single record are evaluated over one stretch of records at a time, by every check, while
//! the stretch's columns are in the cache. Conditions that need other records are evaluated earlier, over all
//! records (see [`across`]).

use std::ops::Range;

use anyhow::Result;
use polars::prelude::*;
use polars_arrow::bitmap::Bitmap;
use rayon::prelude::*;

use crate::check::parts::looks_across;
use crate::check::tally::{Tally, whole_column};
use crate::check::{Compiled, Counts, Finding, Findings, across, compile};

/// The number of records in a stretch: few enough that a column fits the processor's cache.
const STRETCH: usize = 1 << 17;

/// The result of one check for one stretch of records.
struct Part {
    passed: usize,
    failed: Vec<Finding>,
    unassessed: Bitmap,
}

/// Runs compiled checks over records.
pub fn judge<'a>(compiled: &[Compiled<'a>], records: &DataFrame) -> Result<Findings<'a>> {
    let across = across::columns(compiled, records)?;
    let judged = stretches(records.height())
        .into_par_iter()
        .map(|rows| stretch(compiled, records, &across, rows));
    let mut counts: Vec<Counts> = compiled.iter().map(Counts::none).collect();
    let mut rows = Vec::new();
    for (of_stretch, height) in judged.collect::<Result<Vec<_>>>()? {
        for (counts, part) in counts.iter_mut().zip(of_stretch) {
            counts.add(&part, height)?;
            rows.extend(part.failed);
        }
    }
    rows.sort_unstable();
    Ok(Findings {
        checks: counts,
        rows,
        extra_tables: Vec::new(),
    })
}

/// Always at least one stretch, so that every check has its counts.
fn stretches(records: usize) -> Vec<Range<usize>> {
    (0..records.max(1))
        .step_by(STRETCH)
        .map(|first| first..(first + STRETCH).min(records))
        .collect()
}

/// Runs every check over some of the records.
fn stretch(
    compiled: &[Compiled],
    records: &DataFrame,
    across: &DataFrame,
    rows: Range<usize>,
) -> Result<(Vec<Part>, usize)> {
    let (first, height) = (rows.start, rows.len());
    let columns = compiled
        .iter()
        .enumerate()
        .flat_map(|(number, check)| check.columns(number));
    let alone: Vec<Expr> = columns.filter(|column| !looks_across(column)).collect();
    let alone = records
        .slice(first as i64, height)
        .lazy()
        .select(alone)
        .collect()?;
    // An outcome that uses no column of the records has one row.
    let broadcast = |column: &Column| {
        if column.len() == height {
            column.clone()
        } else {
            column.new_from_index(0, height)
        }
    };
    let across = across.slice(first as i64, height);
    let columns = alone
        .columns()
        .iter()
        .map(broadcast)
        .chain(across.columns().iter().cloned());
    let judged = DataFrame::new(height, columns.collect())?;
    let parts = compiled
        .iter()
        .enumerate()
        .map(|(number, check)| part(check, number, &judged, first));
    Ok((parts.collect::<Result<_>>()?, height))
}

/// Runs one check over a stretch; the first record has the number `first`.
fn part(compiled: &Compiled, number: usize, judged: &DataFrame, first: usize) -> Result<Part> {
    let height = judged.height();
    let mut failing: Vec<(u32, u64)> = Vec::new();
    let mut tally = Tally::new(height);
    for (index, condition) in compiled.conditions.iter().enumerate() {
        let outcome = whole_column(judged, &compile::assert_name(number, index), height)?;
        let applies = if condition.when.is_some() {
            Some(whole_column(judged, &compile::when_name(number, index), height)?)
        } else {
            None
        };
        failing.extend(
            tally
                .add(&outcome, applies.as_ref())
                .true_idx_iter()
                .map(|row| (row as u32, 1 << index)),
        );
    }
    failing.sort_unstable();
    let mut failed: Vec<Finding> = Vec::new();
    for (row, field) in failing {
        let record = first as u32 + row;
        match failed.last_mut() {
            Some(last) if last.record == record => last.fields |= field,
            _ => failed.push(Finding {
                record,
                check: number as u16,
                fields: field,
            }),
        }
    }
    Ok(Part {
        passed: tally.passed(),
        failed,
        unassessed: tally.unassessed(),
    })
}

impl<'a> Counts<'a> {
    fn none(compiled: &Compiled<'a>) -> Counts<'a> {
        Counts {
            check: compiled.check,
            each: compiled.each.clone(),
            passed: 0,
            failed: 0,
            not_assessed: 0,
            not_applicable: 0,
            unassessed: BooleanChunked::full("".into(), false, 0),
        }
    }

    fn add(&mut self, part: &Part, height: usize) -> Result<()> {
        let not_assessed = part.unassessed.set_bits();
        self.passed += part.passed;
        self.failed += part.failed.len();
        self.not_assessed += not_assessed;
        self.not_applicable += height - part.passed - part.failed.len() - not_assessed;
        self.unassessed
            .append(&BooleanChunked::from_bitmap("".into(), part.unassessed.clone()))?;
        Ok(())
    }
}
