//! `sources/*.toml`: how to recognise an export, and the SQL that turns its columns into records.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::xml::XmlSource;
use super::{DataSet, Field, Files, Mistake, pass_through, suggestion, toml_mistake};

/// A kind of export.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: String,
    pub title: String,
    pub data_set: String,
    pub gives: Mapping,
    /// The file has no heading row; the columns are then named here, in order.
    #[serde(default)]
    pub headerless: bool,
    #[serde(default)]
    pub columns: Vec<String>,
    /// Cells are read exactly as written, without repairs, so that the checks see what will be submitted.
    #[serde(default)]
    pub as_written: bool,
    /// The date formats, in `strftime` terms, tried in order.
    pub date_forms: Vec<String>,
    /// The date formats whose times are an hour early in summer, because the system writes UTC: the hour is
    /// added.
    #[serde(default)]
    pub early_in_summer: Vec<String>,
    /// Dates that stand for blank.
    #[serde(default)]
    pub blank_dates: Vec<NaiveDate>,
    /// Cells that mean blank, such as the word NULL.
    #[serde(default)]
    pub blank_cells: Vec<String>,
    /// Prefixes that a system adds to the name of a retired column, spelled like headings; `#` is a digit.
    #[serde(default)]
    pub retired_prefixes: Vec<String>,
    pub source: String,
    pub basis: String,
    #[serde(default)]
    pub note: Option<String>,
    /// Its files are XML.
    pub xml: Option<XmlSource>,
    #[serde(default)]
    pub table: Vec<SourceTable>,
    /// SQL from its tables to canonical columns; not needed if a table `holds` the records.
    #[serde(default = "nothing")]
    pub records: Spanned<String>,
    /// Rows for extra tables.
    #[serde(default)]
    pub also: Vec<Also>,
    #[serde(default)]
    pub example: Vec<SourceExample>,
    #[serde(skip)]
    pub file: String,
}

/// Rows that a source supplies to an extra table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The extra table, such as `pas_referrals`.
    pub gives: Spanned<String>,
    /// The source table that the rows come from; without a file for it, there are no rows.
    pub table: String,
    pub rows: Spanned<String>,
}

/// The result of a source's SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mapping {
    /// Records of the data set.
    Records,
    /// Facts about patients that complete the records of other sources.
    Patients,
    /// Rows of extra tables alone (`[[also]]`).
    Tables,
}

/// The type of a column that the SQL compares with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// Yes or no: `Y` or `N` in the SQL, blank if not known.
    Flag,
    /// A whole number, without leading zeros.
    Number,
    /// A code or text, unchanged; a check or a code list knows its values.
    Code,
    /// A date, in the SQL as 2026-10-31, so that it can be compared; other values stay unchanged.
    Date,
}

/// One table of a source, recognised by its headings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceTable {
    pub name: String,
    pub title: String,
    #[serde(default)]
    pub needed: bool,
    /// No field of the records needs it: no message says that it is missing.
    #[serde(default)]
    pub extra: bool,
    #[serde(default)]
    pub required: Vec<String>,
    #[serde(default)]
    pub optional: Vec<String>,
    /// Alternative headings of a column: those of reporting views and of other releases.
    #[serde(default)]
    pub also_called: BTreeMap<String, Vec<String>>,
    /// Columns that may hold a text instead of a code, with the code list whose meanings the texts are.
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
    /// Its columns are the fields of this table of the data set (`records` for the records), and are copied
    /// unchanged.
    pub holds: Option<Spanned<String>>,
    /// The types of columns that the SQL compares with values.
    #[serde(default)]
    pub reads: BTreeMap<String, Reads>,
    /// A warning about a column, by its name: shown if a file has the column.
    #[serde(default)]
    pub warns: BTreeMap<String, String>,
    /// Why a row became no record; the first rule that matches applies.
    #[serde(default)]
    pub set_aside: Vec<SetAsideRule>,
    /// Rows that are used, but that a message names.
    #[serde(default)]
    pub doubts: Vec<Doubt>,
    /// For a column of numbers, such as patient numbers: the columns that are equal in all rows with one
    /// number, in every file.
    #[serde(default)]
    pub same: BTreeMap<String, Vec<String>>,
    /// Where its columns stand in a file of fixed width, which has no headings.
    pub fixed: Option<Fixed>,
    /// Rows with the same values in these columns are one thing, and one of them is used: which, is decided by
    /// what they hold.
    #[serde(default)]
    pub key: Vec<String>,
    /// The column with the last update of a row: of several rows with one key the latest is used.
    pub newest: Option<String>,
}

/// The layout of a file of fixed width: rows without headings and delimiters. Characters are counted from 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The texts that tell a row of the table from those of other files.
    pub marks: Vec<FixedMark>,
    /// The first character and the length of each column.
    pub columns: BTreeMap<String, (usize, usize)>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedMark {
    pub at: usize,
    pub text: String,
}

impl SourceTable {
    /// Its columns: those that it needs, then the others.
    pub fn columns(&self) -> impl Iterator<Item = &String> + Clone {
        self.required.iter().chain(&self.optional)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAsideRule {
    pub reason: String,
    pub sql: Spanned<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubt {
    pub says: String,
    pub sql: Spanned<String>,
}

/// Small tables, and the records that the source must make from them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceExample {
    pub title: String,
    pub tables: BTreeMap<String, Vec<BTreeMap<String, String>>>,
    #[serde(default)]
    pub records: Vec<ExpectedRecord>,
    /// The expected rows of extra tables, by table.
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
    /// Its row number among the example's rows of the table, from 1.
    pub row: usize,
    pub reason: String,
}

/// A text in an export and the code that the trust gives it: one row of `sources/<name>.codes.csv`.
#[derive(Debug, Clone)]
pub struct CodeOfText {
    pub source: String,
    pub column: String,
    pub value: String,
    pub code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeMapRow {
    column: String,
    value: String,
    code: String,
    #[serde(default, rename = "rows")]
    _rows: Option<String>,
    #[serde(default, rename = "why")]
    _why: Option<String>,
}

/// Reads the code maps of sources. A value without a code is not decided yet and is not mapped.
pub fn read_code_maps(files: &Files, sources: &[Source]) -> Result<Vec<CodeOfText>> {
    let mut maps = Vec::new();
    for (path, text) in files.under("sources/", CODE_MAP) {
        let name = path.trim_start_matches("sources/").trim_end_matches(CODE_MAP);
        let Some(source) = sources.iter().find(|source| source.name == name) else {
            continue;
        };
        let rows: Vec<CodeMapRow> = super::fields::rows(path, text)?;
        for (number, row) in rows.into_iter().enumerate() {
            if !source
                .table
                .iter()
                .any(|table| table.texts.contains_key(&row.column))
            {
                let known = source
                    .table
                    .iter()
                    .flat_map(|table| table.texts.keys().map(String::as_str));
                let message = format!("column `{}` of source `{name}` does not allow texts", row.column);
                let mistake = Mistake::at_line(
                    &format!("rules/{path}"),
                    text,
                    number + 2,
                    1,
                    row.column.len(),
                    message,
                );
                return Err(mistake.help(suggestion(&row.column, known)).into());
            }
            if !row.code.is_empty() {
                maps.push(CodeOfText {
                    source: name.to_string(),
                    column: row.column,
                    value: row.value,
                    code: row.code,
                });
            }
        }
    }
    Ok(maps)
}

/// The ending of a code map's file name, after the name of its source.
pub const CODE_MAP: &str = ".codes.csv";

fn nothing() -> Spanned<String> {
    Spanned::new(0..0, String::new())
}

pub fn read(files: &Files, data_set: &DataSet, fields: &[Field]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for (path, text) in files.under("sources/", ".toml") {
        let file = format!("rules/{path}");
        let mut source: Source = toml::from_str(text).map_err(|error| toml_mistake(&file, text, &error))?;
        source.file.clone_from(&file);
        if source.data_set == data_set.name {
            if let Some(xml) = &mut source.xml {
                xml.fill(files)?;
            }
            pass_through::fill(&mut source, &file, text, data_set, fields)?;
            known_tables(&source, &file, text, data_set)?;
            known_columns(&source, &file, text)?;
            known_places(&source, &file, text)?;
            sources.push(source);
        }
    }
    Ok(sources)
}

/// An error if a layout of fixed width has no mark, or lacks a column that its table needs.
fn known_places(source: &Source, file: &str, text: &str) -> Result<()> {
    for table in &source.table {
        let Some(fixed) = &table.fixed else {
            continue;
        };
        let missing = table
            .required
            .iter()
            .find(|name| !fixed.columns.contains_key(*name));
        let is_countable = fixed
            .marks
            .iter()
            .map(|mark| mark.at)
            .chain(fixed.columns.values().map(|(at, _)| *at));
        let message = match missing {
            Some(name) => format!(
                "`[table.fixed]` of table `{}` does not say where `{name}` stands",
                table.name
            ),
            None if fixed.marks.is_empty() => format!(
                "`[table.fixed]` of table `{}` needs a mark: otherwise every text would be read by it",
                table.name
            ),
            None if is_countable.min() == Some(0) => {
                format!(
                    "`[table.fixed]` of table `{}` counts characters from 1",
                    table.name
                )
            }
            None => continue,
        };
        let at = text.find("[table.fixed]").unwrap_or_default();
        return Err(Mistake::at(file, text, at..at + 1, message).into());
    }
    Ok(())
}

/// An error if alternative headings or texts name a column that the table does not have.
fn known_columns(source: &Source, file: &str, text: &str) -> Result<()> {
    for table in &source.table {
        let known = || table.columns();
        for (key, name) in table
            .also_called
            .keys()
            .map(|name| ("also_called", name))
            .chain(table.texts.keys().map(|name| ("texts", name)))
            .chain(table.warns.keys().map(|name| ("warns", name)))
            .chain(
                table
                    .fixed
                    .iter()
                    .flat_map(|fixed| fixed.columns.keys())
                    .map(|name| ("fixed", name)),
            )
            .chain(table.reads.keys().map(|name| ("reads", name)))
            .chain(table.same.keys().map(|name| ("same", name)))
            .chain(table.same.values().flatten().map(|name| ("same", name)))
            .chain(table.key.iter().map(|name| ("key", name)))
            .chain(table.newest.iter().map(|name| ("newest", name)))
        {
            if !known().any(|column| column == name) {
                let written = text.find(&format!("\n{name} ="));
                let listed = || text.rfind(&format!("\"{name}\""));
                let at = written.or_else(listed).map_or(0, |at| at + 1);
                let message = format!(
                    "`{key}` names `{name}`, which is not a column of table `{}`",
                    table.name
                );
                let mistake = Mistake::at(file, text, at..at + name.len(), message);
                return Err(mistake.help(suggestion(name, known().map(String::as_str))).into());
            }
        }
    }
    Ok(())
}

/// An error if the source also supplies a table that the data set lacks, or from a source table that does not
/// exist.
fn known_tables(source: &Source, file: &str, text: &str, data_set: &DataSet) -> Result<()> {
    for also in &source.also {
        let given = also.gives.get_ref();
        if data_set.extra_table(given).is_none() {
            let known = data_set.table.iter().map(|table| table.name.as_str());
            let message = format!(
                "`{given}` is not a `[[table]]` of `rules/{}/data_set.toml`",
                data_set.folder
            );
            return Err(Mistake::at(file, text, also.gives.span(), message)
                .help(suggestion(given, known))
                .into());
        }
        if !source.table.iter().any(|table| table.name == also.table) {
            let known = source.table.iter().map(|table| table.name.as_str());
            let message = format!("`{}` is not a table of source `{}`", also.table, source.name);
            return Err(Mistake::at(file, text, also.gives.span(), message)
                .help(suggestion(&also.table, known))
                .into());
        }
    }
    Ok(())
}
