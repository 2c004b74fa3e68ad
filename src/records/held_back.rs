//! The records as submitted: those that are held back are blank.
//!
//! In: records, and the numbers of those that are held back. Out: the mapped cells of all records; those of a
//! record that is held back have no value. Facts derived from these cells are facts of what is submitted: a
//! blank record is a pathway of its own, and no other record takes an item from it.

use std::collections::HashSet;

use anyhow::Result;
use polars::prelude::*;

use crate::records::Records;
use crate::rulebook::columns::{FILE, RECORD, ROW};

/// The mapped cells, blank where the record is one of `held`.
pub fn blank(records: &Records, held: &HashSet<u32>) -> Result<DataFrame> {
    let names = records.mapped_columns.iter().map(|name| name.as_str());
    let mapped = records.frame.select(names.clone())?;
    let is_held: BooleanChunked = mapped
        .column(RECORD)?
        .u32()?
        .iter()
        .map(|record| record.map(|record| held.contains(&record)))
        .collect();
    let is_held = lit(is_held.into_series());
    let cells = names.filter(|name| ![RECORD, FILE, ROW].contains(name));
    let cells = cells.map(|name| {
        let kept = when(is_held.clone()).then(lit(NULL)).otherwise(col(name));
        kept.alias(name)
    });
    Ok(mapped.lazy().with_columns(cells.collect::<Vec<_>>()).collect()?)
}
