//! Measures: the SQL files of the data set that compute waits. They are run here, and their results are
//! combined.
//!
//! Out: [`Waits`], one row for each record, standard and share, with the columns of the contract. A row that
//! is not counted has a reason.

mod account;
mod columns;
pub mod nobody;
pub mod performance;
pub mod periods;

use std::collections::HashSet;

use anyhow::Result;
use polars::prelude::*;

use crate::records::{Records, held_back};
use crate::rulebook::Rulebook;
use crate::rulebook::columns::RECORD;
use crate::sql::seen;
use crate::sql::{RunContext, Snippet, query};

pub use columns::WaitColumns;

/// The waits of a run. Columns: `_record`, `_order` (index of the standard), `standard`, `counted`, `reason`,
/// `start`, `stop`, `adjustment` and `days` (whole days), `within`, `month` (`YYYY-MM`), `route`, `stage`,
/// `cancer_type`, `modality_group`, `org_code` (trust), `site` (of that trust), `share` and `share_within`
/// (halves, exact).
pub struct Waits {
    pub frame: DataFrame,
}

impl Waits {
    /// The columns with their types.
    pub fn columns(&self) -> Result<WaitColumns<'_>> {
        WaitColumns::new(self)
    }
}

/// The columns that a measure's SQL must give, and the types to which they are converted.
const COLUMNS: [(&str, DataType); 15] = [
    (RECORD, DataType::UInt32),
    ("standard", DataType::String),
    ("reason", DataType::String),
    ("start", DataType::Date),
    ("stop", DataType::Date),
    ("adjustment", DataType::Int32),
    ("days", DataType::Int32),
    ("within", DataType::Boolean),
    ("month", DataType::String),
    ("route", DataType::String),
    ("stage", DataType::String),
    ("cancer_type", DataType::String),
    ("modality_group", DataType::String),
    ("org_code", DataType::String),
    ("share", DataType::Float64),
];

/// An optional column of a measure: the site of the trust that counts the wait; NULL if only the trust is
/// known.
const SITE: &str = "site";

/// Runs the data set's measures over the records: the waits of its standards.
pub fn run(rulebook: &Rulebook, records: &Records, context: &RunContext) -> Result<Waits> {
    let waits = run_measures(rulebook, &rulebook.data_set.measures, &records.frame, context)?;
    accounted(rulebook, records, &waits)?;
    Ok(waits)
}

/// An error if the waits lose or double a record.
pub fn accounted(rulebook: &Rulebook, records: &Records, waits: &Waits) -> Result<()> {
    account::check(rulebook, records, &waits.frame)
}

/// The waits as submitted: the same measures over the records, without those that are held back.
pub fn submitted(
    rulebook: &Rulebook,
    records: &Records,
    held: &HashSet<u32>,
    context: &RunContext,
) -> Result<Waits> {
    let mapped = held_back::blank(records, held)?;
    let frame = records.derived_again(rulebook, mapped, context)?;
    run_measures(rulebook, &rulebook.data_set.measures, &frame, context)
}

/// Runs the measures of activity without a standard, with the same columns.
pub fn activity(rulebook: &Rulebook, records: &Records, context: &RunContext) -> Result<Waits> {
    run_measures(rulebook, &rulebook.data_set.activities, &records.frame, context)
}

fn run_measures(
    rulebook: &Rulebook,
    names: &[String],
    records: &DataFrame,
    context: &RunContext,
) -> Result<Waits> {
    let tables = seen::MEASURE.tables(rulebook, [("records", records.clone().lazy())])?;
    let parts = names.iter().enumerate().map(|(order, name)| {
        let path = format!("{}/measures/{name}.sql", rulebook.data_set.folder);
        let snippet = Snippet::file(&rulebook.files, &path)?;
        lines(&snippet, order, query(&snippet, &tables, context)?)
    });
    together(parts.collect::<Result<_>>()?)
}

/// The result of one measure with the columns of the contract; `order` is its number among the measures.
pub fn lines(snippet: &Snippet, order: usize, result: DataFrame) -> Result<DataFrame> {
    let mut part = held_to_columns(snippet, result)?;
    part.with_column(Column::new_scalar(
        "_order".into(),
        Scalar::from(order as u32),
        part.height(),
    ))?;
    Ok(part)
}

/// The lines of several measures as waits.
pub fn together(parts: Vec<DataFrame>) -> Result<Waits> {
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_else(no_waits);
    for part in parts {
        all.vstack_mut(&part)?;
    }
    let counted = col("reason").is_null();
    let frame = all
        .lazy()
        .with_columns([
            counted.clone().alias("counted"),
            when(counted.clone())
                .then(col("within"))
                .otherwise(lit(NULL))
                .alias("within"),
            when(counted.clone())
                .then(col("share"))
                .otherwise(lit(NULL))
                .alias("share"),
        ])
        .with_column(
            when(col("within"))
                .then(col("share"))
                .when(counted)
                .then(lit(0.0))
                .otherwise(lit(NULL))
                .alias("share_within"),
        )
        // The parts are in the order of the standards, and a record's lines keep that order.
        .sort([RECORD], SortMultipleOptions::default().with_maintain_order(true))
        .collect()?;
    Ok(Waits { frame })
}

/// The columns of waits without rows, for a data set without measures.
fn no_waits() -> DataFrame {
    let columns = COLUMNS
        .iter()
        .map(|(name, data_type)| Field::new((*name).into(), data_type.clone()))
        .chain([
            Field::new(SITE.into(), DataType::String),
            Field::new("_order".into(), DataType::UInt32),
        ]);
    DataFrame::empty_with_schema(&columns.collect())
}

fn held_to_columns(snippet: &Snippet, frame: DataFrame) -> Result<DataFrame> {
    let mut columns = Vec::new();
    for (name, data_type) in COLUMNS {
        let Ok(column) = frame.column(name) else {
            return Err(snippet
                .mistake(
                    1,
                    1,
                    1,
                    format!("a measure gives a column `{name}`, and this one does not"),
                )
                .into());
        };
        columns.push(held_to(snippet, column, &data_type)?);
    }
    columns.push(match frame.column(SITE) {
        Ok(site) => held_to(snippet, site, &DataType::String)?,
        Err(_) => Column::full_null(SITE.into(), frame.height(), &DataType::String),
    });
    Ok(DataFrame::new(frame.height(), columns)?)
}

/// Converts a column to its type. Every value must stay the same: a text is not a number of days, and half a
/// day is not whole.
fn held_to(snippet: &Snippet, column: &Column, data_type: &DataType) -> Result<Column> {
    let given = column.dtype();
    let is_kin = match data_type {
        DataType::Int32 | DataType::UInt32 | DataType::Float64 => {
            given.is_primitive_numeric() || given.is_decimal()
        }
        _ => given == data_type,
    };
    let (name, needed) = (column.name(), in_words(data_type));
    // A column that holds only NULL has no type of its own.
    if !is_kin && *given != DataType::Null {
        let message = format!(
            "the column `{name}` is to be {needed}, and this measure gives it another type ({given})"
        );
        return Err(snippet
            .mistake(
                1,
                1,
                1,
                format!("{message}: CAST it, or work it out from columns of that type"),
            )
            .into());
    }
    let held = column.cast(data_type)?;
    if data_type.is_integer() && !given.is_integer() && held.cast(given)?.not_equal_missing(column)?.any() {
        let message =
            format!("the column `{name}` is to be {needed}, and this measure gives a value that is not");
        return Err(snippet
            .mistake(1, 1, 1, format!("{message}: round it as the guidance says"))
            .into());
    }
    match held.null_count() == column.null_count() {
        true => Ok(held),
        false => Err(snippet
            .mistake(
                1,
                1,
                1,
                format!(
                    "the column `{name}` is to be {needed}, and a value of this measure is too large for \
                     that: work it out from whole days"
                ),
            )
            .into()),
    }
}

fn in_words(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Int32 | DataType::UInt32 => "a whole number",
        DataType::Float64 => "a number",
        DataType::Date => "a date",
        DataType::Boolean => "true or false",
        _ => "text",
    }
}

impl Waits {
    /// The waits of this month; a row without a date is in no month.
    pub fn of_month(&self, month: &str) -> Result<Waits> {
        Ok(Waits {
            frame: self
                .frame
                .clone()
                .lazy()
                .filter(col("month").eq(lit(month)))
                .collect()?,
        })
    }

    /// The lines that are counted.
    pub fn counted(&self) -> LazyFrame {
        self.frame.clone().lazy().filter(col("counted"))
    }

    /// The lines of one trust, and lines without a trust.
    pub fn of_provider(&self, provider: &str) -> Result<Waits> {
        let keep = col("org_code").eq(lit(provider)).or(col("org_code").is_null());
        Ok(Waits {
            frame: self.frame.clone().lazy().filter(keep).collect()?,
        })
    }
}
