//! The records of a run: every column of `fields.csv` with its type, the derived facts, and a pathway key
//! that may be shown.
//!
//! One row for each record, in file order. Columns: `_record`, `_file`, `_row`; the fields;
//! `<field>__readable` for dates and days; `<field>_valid` for NHS numbers; the columns of `derived.sql`;
//! `pathway`, the key that may be shown.

mod cells;
pub mod content;
mod facts;
pub mod held_back;
pub mod keys;
pub mod nested;
mod origins;
pub mod planned;
mod roles;
pub mod selection;
#[cfg(test)]
pub mod testing;

use std::borrow::Cow;

use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use polars::prelude::{
    Column, DataFrame, DataType, InitHashMaps, IntoColumn, IntoLazy, PlHashMap, StringChunked,
};
use rayon::prelude::*;
use sha2::Sha256;

use crate::rulebook::columns::{FILE, PATHWAY, ROW};
use crate::rulebook::{DataSet, ExtraTable, Performance, Rulebook};
use crate::source::{Mapped, Reading};
use crate::sql::seen;
use crate::sql::{RunContext, Snippet, in_record_order, query};
use crate::write::privacy;

pub use cells::Cells;
pub use origins::Origins;

pub struct Records {
    pub frame: DataFrame,
    /// The number of columns before facts were derived.
    pub mapped_columns: Vec<polars::prelude::PlSmallStr>,
    /// Extra tables (`[[table]]`) with their derived facts and `pathway`; only those for which a file was
    /// given.
    pub extra_tables: Vec<(String, DataFrame)>,
    /// File names, by the number in `_file`.
    pub files: Vec<String>,
    pub readings: Vec<Reading>,
    /// Other messages about the files.
    pub notes: Vec<String>,
}

impl Records {
    /// Adds the derived facts to mapped records.
    pub fn derive(
        rulebook: &Rulebook,
        mapped: Mapped,
        key: Option<&[u8]>,
        context: &RunContext,
    ) -> Result<Records> {
        drop(mapped.unlinked);
        let mapped_columns = mapped.frame.get_column_names_owned();
        let tables = nested::all(rulebook, &mapped.extra_tables)?;
        let frame = derive(rulebook, mapped.frame, &tables, context)?;
        roles::check(rulebook, frame.schema())?;
        let frame = label_pathways(rulebook, frame, &mapped.files, key)?;
        let mut notes = mapped.notes;
        let mut extra_tables = Vec::new();
        for (name, rows) in mapped.extra_tables {
            let rows = derive_extra_table(&name, rows, &frame, &tables, context)?;
            notes.extend(nested::not_linked(rulebook, &name, &rows)?);
            extra_tables.push((name, label_pathways(rulebook, rows, &mapped.files, key)?));
        }
        Ok(Records {
            frame,
            mapped_columns,
            extra_tables,
            files: mapped.files,
            readings: mapped.readings,
            notes,
        })
    }

    /// Derives the same facts from other cells of the same records, such as those without dates after a day.
    pub fn derived_again(
        &self,
        rulebook: &Rulebook,
        mapped: DataFrame,
        context: &RunContext,
    ) -> Result<DataFrame> {
        let nested = nested::all(rulebook, &self.extra_tables)?;
        let mut frame = derive(rulebook, mapped, &nested, context)?;
        frame.with_column(self.frame.column("pathway")?.clone())?;
        Ok(frame)
    }

    /// Every extra table with its facts and `pathway`; one that no file was given for has no row.
    pub fn every_extra_table(&self, context: &RunContext) -> Result<Vec<(String, DataFrame)>> {
        let nested = nested::all(context.rulebook, &self.extra_tables)?;
        let table = |table: &ExtraTable| {
            let given = self.extra_tables.iter().find(|(name, _)| *name == table.name);
            let rows = match given {
                Some((_, rows)) => rows.clone(),
                None => {
                    let none = nested::empty(context.rulebook, table)?;
                    let none = derive_extra_table(&table.name, none, &self.frame, &nested, context)?;
                    label_pathways(context.rulebook, none, &self.files, None)?
                }
            };
            Ok((table.name.clone(), rows))
        };
        context.rulebook.data_set.table.iter().map(table).collect()
    }

    /// The names of the files as a table: `_file`, `file`.
    pub fn file_names(&self) -> Result<DataFrame> {
        let columns = vec![
            Column::new(FILE.into(), (0..self.files.len() as u32).collect::<Vec<_>>()),
            Column::new(
                "file".into(),
                self.files.iter().map(String::as_str).collect::<Vec<_>>(),
            ),
        ];
        Ok(DataFrame::new(self.files.len(), columns)?)
    }

    /// The first delay reason of a record for a standard, code and meaning: `08 Patient choice`.
    pub fn delay_reason(&self, rulebook: &Rulebook, rules: &Performance, record: usize) -> Option<String> {
        rules.delay_reasons.iter().find_map(|field| {
            let code = self.frame.column(field).ok()?.str().ok()?.get(record)?;
            let list = rulebook
                .field(field)?
                .code_list
                .as_deref()
                .and_then(|list| rulebook.code_list(list))?;
            Some(list.meaning(code).map_or_else(
                || "a code outside the list".to_string(),
                |meaning| format!("{code} {meaning}"),
            ))
        })
    }

    /// File and row of a record as `file:row`; rows are numbered as in Excel.
    pub fn file_and_row(&self, record: u32) -> Result<String> {
        Ok(self.origins()?.file_and_row(record as usize))
    }

    /// File, row and pathway of each record.
    pub fn origins(&self) -> Result<Origins<'_>> {
        Origins::new(self, &self.frame)
    }
}

/// Adds the derived facts to typed records. The SQL also sees the rows of nested tables.
pub fn derive(
    rulebook: &Rulebook,
    mut frame: DataFrame,
    nested: &[(String, DataFrame)],
    context: &RunContext,
) -> Result<DataFrame> {
    facts::derive(rulebook, &mut frame, nested, context)?;
    without_pathways(&rulebook.data_set, &mut frame)?;
    Ok(frame)
}

/// Adds these columns without values if a data set has no pathways or no local ids.
fn without_pathways(data_set: &DataSet, frame: &mut DataFrame) -> Result<()> {
    let roles = [
        (&data_set.pathway_key, data_set.pathway_key()),
        (&data_set.pathway_id, data_set.pathway_id()),
    ];
    for (given, name) in roles {
        if given.is_none() && frame.column(name).is_err() {
            frame.with_column(Column::full_null(name.into(), frame.height(), &DataType::String))?;
        }
    }
    Ok(())
}

/// Adds the columns of `tables/<name>.sql` to the rows of an extra table; the SQL must give every row exactly
/// once. It sees the records with their derived facts.
pub fn derive_extra_table(
    name: &str,
    mut rows: DataFrame,
    records: &DataFrame,
    nested: &[(String, DataFrame)],
    context: &RunContext,
) -> Result<DataFrame> {
    let rulebook = context.rulebook;
    let path = format!("{}/tables/{name}.sql", rulebook.data_set.folder);
    if let Some(key) = rulebook
        .data_set
        .extra_table(name)
        .and_then(|table| table.key.as_deref())
    {
        rows = nested::linked(rulebook, rows, records, key)?;
        if rulebook.files.get(&path).is_none() {
            return Ok(rows);
        }
    }
    let snippet = Snippet::file(&rulebook.files, &path)?;
    let own = [("records", records.clone().lazy()), (name, rows.clone().lazy())];
    let others = nested.iter().filter(|(other, _)| other != name);
    let others = others.map(|(other, rows)| (other.as_str(), rows.clone().lazy()));
    let seen = seen::TABLE_FACTS.tables(rulebook, own.into_iter().chain(others))?;
    let derived = query(&snippet, &seen, context)?;
    for column in in_record_order(&snippet, derived, &rows)? {
        rows.with_column(column)?;
    }
    for needed in [rulebook.data_set.pathway_key(), rulebook.data_set.pathway_id()] {
        if rows.column(needed).is_err() {
            return Err(snippet
                .mistake(1, 1, 1, format!("the result needs the column `{needed}`"))
                .into());
        }
    }
    Ok(rows)
}

/// The pathway's key in the form that may be shown: the local id; otherwise a keyed pseudonym; otherwise,
/// without a key, the file and row of the pathway's first record.
fn label_pathways(
    rulebook: &Rulebook,
    mut frame: DataFrame,
    files: &[String],
    key: Option<&[u8]>,
) -> Result<DataFrame> {
    // A row of a nested table has the pathway of its record.
    if frame.column(PATHWAY).is_ok() {
        return Ok(frame);
    }
    let labels = labels(rulebook, &frame, files, key)?;
    frame.with_column(labels.with_name(PATHWAY.into()).into_column())?;
    Ok(frame)
}

/// The label of each record's pathway.
fn labels(
    rulebook: &Rulebook,
    frame: &DataFrame,
    files: &[String],
    key: Option<&[u8]>,
) -> Result<StringChunked> {
    let stands_alone = rulebook.data_set.pathway_key.is_none() && rulebook.data_set.pathway_id.is_none();
    let ids = frame.column(rulebook.data_set.pathway_id())?.str()?;
    let tells_who = |row: usize| ids.get(row).is_some_and(privacy::tells_who);
    let tells_who: Vec<bool> = (0..ids.len()).into_par_iter().map(tells_who).collect();
    if ids.null_count() == 0 && !tells_who.contains(&true) {
        return Ok(ids.clone());
    }
    let pathways = frame.column(rulebook.data_set.pathway_key())?.str()?;
    let (numbers, rows) = (frame.column(FILE)?.u32()?, frame.column(ROW)?.u32()?);
    let file_and_row = |row: usize| {
        let file = numbers.get(row).and_then(|file| files.get(file as usize));
        format!(
            "{}:{}",
            file.map_or("", String::as_str),
            rows.get(row).unwrap_or(0)
        )
    };
    let id = |row: usize| ids.get(row).filter(|_| !tells_who[row]);
    let mut first_rows: PlHashMap<&str, usize> = PlHashMap::new();
    if key.is_none() {
        let unnamed = (0..ids.len()).filter(|row| id(*row).is_none());
        for (row, pathway) in unnamed.filter_map(|row| Some((row, pathways.get(row)?))) {
            first_rows.entry(pathway).or_insert(row);
        }
    }
    let label = |row: usize| match (id(row), pathways.get(row), key) {
        (Some(id), ..) => Some(Cow::Borrowed(id)),
        (None, None, _) => stands_alone.then(|| Cow::Owned(file_and_row(row))),
        (None, Some(pathway), Some(key)) => Some(Cow::Owned(pseudonym(key, pathway))),
        (None, Some(pathway), None) => Some(Cow::Owned(file_and_row(first_rows[pathway]))),
    };
    let labels: StringChunked = (0..ids.len()).into_par_iter().map(label).collect();
    Ok(labels.rechunk().into_owned())
}

/// HMAC-SHA-256 of a value with the trust's own key, as `P-` and eight characters. A plain hash of an NHS
/// number can be reversed by trying all numbers; a keyed hash cannot be without the key.
pub fn pseudonym(key: &[u8], value: &str) -> String {
    format!("P-{}", &short_code(key, value)[..8])
}

/// Twelve characters in base 32, without letters that look alike.
pub fn short_code(key: &[u8], value: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    code.update(value.as_bytes());
    let bytes = code.finalize().into_bytes();
    let number = bytes
        .iter()
        .take(8)
        .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    (0..12)
        .map(|place| LETTERS[(number >> (59 - 5 * place) & 31) as usize] as char)
        .collect()
}
