//! Nested tables: each row belongs to the record that has the same key.
//!
//! In: rows of a nested table, and the records. Out: the same rows with `_parent` (the record's number), the
//! pathway of the record, and a message about rows whose key no record has.

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::columns::{FILE, PARENT, PATHWAY, RECORD, ROW};
use crate::rulebook::{ExtraTable, Rulebook};
use crate::source::{iso_forms, parse_text_records};
use crate::terminal::counted;

/// Every nested table of the data set: its rows, or an empty table.
pub fn all(rulebook: &Rulebook, given: &[(String, DataFrame)]) -> Result<Vec<(String, DataFrame)>> {
    let nested = rulebook.data_set.nested().map(|(table, _)| {
        let rows = given.iter().find(|(name, _)| *name == table.name);
        let rows = rows.map_or_else(|| empty(rulebook, table), |(_, rows)| Ok(rows.clone()))?;
        Ok((table.name.clone(), rows))
    });
    nested.collect()
}

/// A table without rows, with its columns and their types.
pub fn empty(rulebook: &Rulebook, table: &ExtraTable) -> Result<DataFrame> {
    let numbers = [RECORD, FILE, ROW].map(|name| Column::new_empty(name.into(), &DataType::UInt32));
    let cells = table.columns.iter();
    let cells = cells.map(|name| Column::new_empty(name.as_str().into(), &DataType::String));
    let frame = DataFrame::new(0, numbers.into_iter().chain(cells).collect())?;
    parse_text_records(rulebook, &iso_forms(), frame)
}

/// Adds to each row the number and the pathway of its record. If several records have the key, the first is
/// used.
pub fn linked(rulebook: &Rulebook, rows: DataFrame, records: &DataFrame, key: &str) -> Result<DataFrame> {
    let data_set = &rulebook.data_set;
    let roles = [data_set.pathway_key(), data_set.pathway_id(), PATHWAY].into_iter();
    let wanted = roles.filter(|name| records.column(name).is_ok() && rows.column(name).is_err());
    let taken = [col(key), col(RECORD).alias(PARENT)]
        .into_iter()
        .chain(wanted.map(col))
        .collect::<Vec<_>>();
    let of_key = records
        .clone()
        .lazy()
        .select(taken)
        .unique_stable(Some(cols([key])), UniqueKeepStrategy::First);
    let joined = rows.lazy().join(
        of_key,
        [col(key)],
        [col(key)],
        JoinArgs {
            maintain_order: MaintainOrderJoin::Left,
            ..JoinArgs::new(JoinType::Left)
        },
    );
    Ok(joined.collect()?)
}

/// How many rows of a nested table belong to no record.
pub fn not_linked(rulebook: &Rulebook, name: &str, rows: &DataFrame) -> Result<Option<String>> {
    let Ok(parents) = rows.column(PARENT) else {
        return Ok(None);
    };
    let title = rulebook
        .data_set
        .extra_table(name)
        .map_or(name, |table| &table.title);
    Ok((parents.null_count() > 0).then(|| {
        format!(
            "{title}: {} without a record of the same key: they are checked alone",
            counted(parents.null_count(), "row")
        )
    }))
}
