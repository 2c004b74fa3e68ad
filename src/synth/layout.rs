//! The keys of `synth.toml` that say how a source writes records: its files, their rows and columns.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::conditions::Conditions;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Whether the output is a folder of files, not one file.
    #[serde(default)]
    pub folder: bool,
    /// Other sources whose files are written into the same folder.
    #[serde(default)]
    pub with: Vec<String>,
    /// Values that this source does not carry for such records.
    #[serde(default)]
    pub leaves_blank: Vec<LeavesBlank>,
    #[serde(default)]
    pub table: Vec<Table>,
    /// How its XML files are made, if the source of the same name has `[xml]`.
    pub xml: Option<XmlFiles>,
}

/// The tables become XML files, one for each month and group. The first table is that of the records.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XmlFiles {
    /// The date that shows the month of a record.
    pub month: String,
    pub provider: String,
    /// The day on which the files are made.
    pub as_at: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The name of the table, and of its file in a folder.
    pub name: String,
    /// The name of its file in a folder, if it is another: tables with the same `file` and the same headings
    /// are written into one.
    pub file: Option<String>,
    pub row_for: RowFor,
    #[serde(default)]
    pub when: Conditions,
    pub headings: bool,
    pub dates: DateForm,
    /// Whether it begins with all fields of the data set, under their own names.
    #[serde(default)]
    pub all_fields: bool,
    #[serde(default)]
    pub columns: Vec<Column>,
}

impl Table {
    /// Whether it has a column with this name; `fields` are the fields of the data set.
    pub fn carries(&self, fields: &[&str], name: &str) -> bool {
        let is_from = |column: &Column| match column {
            Column::Plain(_, from) => from == name,
            Column::Changed(changed) => changed.from == name,
        };
        (self.all_fields && fields.contains(&name)) || self.columns.iter().any(is_from)
    }
}

#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum RowFor {
    Pathway,
    Record,
}

#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum DateForm {
    /// 2026-10-31
    Iso,
    /// 31/10/2026
    British,
    /// 2026-10-31 00:00:00
    Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeavesBlank {
    pub when: Conditions,
    pub columns: Vec<String>,
}

/// `["HEADING", "name"]`, or a table with more keys.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Column {
    Plain(String, String),
    Changed(ChangedColumn),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedColumn {
    pub to: String,
    pub from: String,
    #[serde(default)]
    pub when: Conditions,
    /// A prefix for values that are not blank.
    #[serde(default)]
    pub before: String,
    /// The digits of a number, with leading zeros.
    #[serde(default)]
    pub digits: usize,
    /// Without leading zeros, as a numeric database column stores a code.
    #[serde(default)]
    pub as_number: bool,
    /// Replacements for values; a value that is not listed becomes blank.
    pub map: Option<BTreeMap<String, String>>,
    pub dates: Option<DateForm>,
}

/// A mistake in a row of an export.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellFault {
    pub name: String,
    pub source: String,
    pub table: String,
    pub one_in: f64,
    #[serde(default)]
    pub when: Conditions,
    /// The wrong text of some cells; `{}` is replaced by the right text.
    #[serde(default)]
    pub cells: BTreeMap<String, String>,
    /// Whether the row is first written correctly, and then again with these cells.
    #[serde(default)]
    pub again: bool,
}
