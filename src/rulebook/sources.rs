//! `sources/*.toml`: how an export is recognised, and the SQL from its columns to records.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::{DataSet, Files, Mistake, suggestion, toml_mistake};

/// A kind of export.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: String,
    pub title: String,
    pub data_set: String,
    pub gives: Mapping,
    /// Its file has no heading row; the columns are then named here, in order.
    #[serde(default)]
    pub headerless: bool,
    #[serde(default)]
    pub columns: Vec<String>,
    /// Its cells are read as they are written, without mending: what is checked is what will be submitted.
    #[serde(default)]
    pub as_written: bool,
    /// The forms in which its dates are written, in `strftime` terms, tried in order.
    pub date_forms: Vec<String>,
    /// Dates that stand for blank.
    #[serde(default)]
    pub blank_dates: Vec<NaiveDate>,
    /// Cells that stand for blank, such as the word NULL.
    #[serde(default)]
    pub blank_cells: Vec<String>,
    pub source: String,
    pub basis: String,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub table: Vec<SourceTable>,
    /// SQL from its tables to canonical columns.
    pub records: Spanned<String>,
    /// Rows of tables beside the records.
    #[serde(default)]
    pub also: Vec<Also>,
    #[serde(default)]
    pub example: Vec<SourceExample>,
    #[serde(skip)]
    pub file: String,
}

/// Rows that a source gives to a table beside the records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The table of the data set, such as `pas_referrals`.
    pub gives: Spanned<String>,
    /// The table of the source that they come from: without a file of it there are none.
    pub table: String,
    pub rows: Spanned<String>,
}

/// What a source's SQL gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mapping {
    /// Records of the data set.
    Records,
    /// Facts of patients that complete the records of other sources.
    Patients,
}

/// What a column holds that SQL compares with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// Yes or no, `Y` or `N` for the SQL, blank where it is not known.
    Flag,
    /// A whole number, without zeros before it.
    Number,
    /// A code or text, as it is: a check or a list knows its values.
    Code,
}

/// One table of a source, recognised by its headings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceTable {
    pub name: String,
    pub title: String,
    #[serde(default)]
    pub needed: bool,
    #[serde(default)]
    pub required: Vec<String>,
    #[serde(default)]
    pub optional: Vec<String>,
    /// What the columns hold that the SQL compares with values.
    #[serde(default)]
    pub reads: BTreeMap<String, Reads>,
    /// Why rows of it that became no record did not, first match.
    #[serde(default)]
    pub set_aside: Vec<SetAsideRule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAsideRule {
    pub reason: String,
    pub sql: Spanned<String>,
}

/// Small tables and the records they must give.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceExample {
    pub title: String,
    pub tables: BTreeMap<String, Vec<BTreeMap<String, String>>>,
    #[serde(default)]
    pub records: Vec<ExpectedRecord>,
    /// The rows of tables beside the records, by table.
    #[serde(default)]
    pub also: BTreeMap<String, Vec<ExpectedRecord>>,
    #[serde(default)]
    pub set_aside: Vec<ExpectedSetAside>,
}

/// The columns that a record must have, and those that must be blank.
#[derive(Debug, Clone, Deserialize)]
pub struct ExpectedRecord {
    #[serde(default)]
    pub null: Vec<String>,
    #[serde(flatten)]
    pub cells: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedSetAside {
    pub table: String,
    /// Its place among the example's rows of the table, from 1.
    pub row: usize,
    pub reason: String,
}

pub fn read(files: &Files, data_set: &DataSet) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for (path, text) in files.under("sources/", ".toml") {
        let file = format!("rules/{path}");
        let mut source: Source = toml::from_str(text).map_err(|error| toml_mistake(&file, text, &error))?;
        source.file.clone_from(&file);
        if source.data_set == data_set.name {
            known_tables(&source, &file, text, data_set)?;
            sources.push(source);
        }
    }
    Ok(sources)
}

/// What a source also gives is a table of the data set, and comes from a table of its own.
fn known_tables(source: &Source, file: &str, text: &str, data_set: &DataSet) -> Result<()> {
    for also in &source.also {
        let given = also.gives.get_ref();
        if data_set.beside(given).is_none() {
            let known = data_set.table.iter().map(|table| table.name.as_str());
            let message = format!(
                "`{given}` is no `[[table]]` of `rules/{}/data_set.toml`",
                data_set.folder
            );
            return Err(Mistake::at(file, text, also.gives.span(), message)
                .help(suggestion(given, known))
                .into());
        }
        if !source.table.iter().any(|table| table.name == also.table) {
            let known = source.table.iter().map(|table| table.name.as_str());
            let message = format!("`{}` is no table of source `{}`", also.table, source.name);
            return Err(Mistake::at(file, text, also.gives.span(), message)
                .help(suggestion(&also.table, known))
                .into());
        }
    }
    Ok(())
}
