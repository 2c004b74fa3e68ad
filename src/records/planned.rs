//! Separates what had happened by the end of a day from what is planned after it.
//!
//! In: mapped records. Out: the same records without dates after the day, and a table with only those dates.
//! Facts derived from the first are facts of that day: a treatment booked for next week has not stopped a
//! clock.

use anyhow::Result;
use chrono::NaiveDate;
use polars::prelude::*;

use crate::calendar::date::days_since_1970;
use crate::rulebook::columns::RECORD;
use crate::rulebook::{Kind, Rulebook};

/// Removes the dates after `day` from the records and returns them as a table: `_record` and every date
/// field, NULL if nothing is planned.
pub fn split(rulebook: &Rulebook, records: &mut DataFrame, day: NaiveDate) -> Result<DataFrame> {
    let dates: Vec<&str> = rulebook
        .fields
        .iter()
        .filter(|field| field.kind == Kind::Date)
        .map(|field| field.name.as_str())
        .collect();
    let last = lit(days_since_1970(day)).cast(DataType::Date);
    let is_later = |name: &&str| col(*name).gt(last.clone());
    let only = |keep: Expr, name: &&str| when(keep).then(col(*name)).otherwise(lit(NULL)).alias(*name);
    let planned = dates.iter().map(|name| only(is_later(name), name));
    let planned = records
        .clone()
        .lazy()
        .select([col(RECORD)].into_iter().chain(planned).collect::<Vec<_>>())
        .collect()?;
    let happened: Vec<Expr> = dates
        .iter()
        .map(|name| only(is_later(name).not(), name))
        .collect();
    *records = records.clone().lazy().with_columns(happened).collect()?;
    Ok(planned)
}
