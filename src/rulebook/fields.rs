//! `fields.csv`, `codes/*.csv`, `scenarios.csv` and `lookups/*.csv`: facts as lists.

use anyhow::Result;
use chrono::NaiveDate;
use polars::prelude::*;
use serde::Deserialize;

use super::{Files, Mistake, suggestion};

/// One column of a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Position in the upload; `None` for a column that only the measures need.
    pub seq: Option<usize>,
    pub name: String,
    /// Data Dictionary name; by default, the name of the field.
    #[serde(default)]
    pub title: String,
    /// A short title in plain words, for lists that people work through; by default, the title.
    #[serde(default)]
    pub label: String,
    #[serde(rename = "type")]
    pub kind: Kind,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    /// Regular expression that a whole value must match.
    #[serde(default)]
    pub pattern: Option<String>,
    pub code_list: Option<String>,
    /// The date on which a code must be in force.
    pub code_date: Option<String>,
    pub classification: Classification,
    pub source: String,
    /// The extra table that it is a column of; `None`: the records.
    #[serde(default)]
    pub table: Option<String>,
}

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    NhsNumber,
    Identifier,
    Code,
    Date,
    Days,
    Org,
    OrgSite,
    Icd10,
    Text,
    Flag,
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::NhsNumber,
        Kind::Identifier,
        Kind::Code,
        Kind::Date,
        Kind::Days,
        Kind::Org,
        Kind::OrgSite,
        Kind::Icd10,
        Kind::Text,
        Kind::Flag,
    ];

    /// The word for the type in `fields.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::NhsNumber => "nhs_number",
            Kind::Identifier => "identifier",
            Kind::Code => "code",
            Kind::Date => "date",
            Kind::Days => "days",
            Kind::Org => "org",
            Kind::OrgSite => "org_site",
            Kind::Icd10 => "icd10",
            Kind::Text => "text",
            Kind::Flag => "flag",
        }
    }

    pub fn data_type(self) -> DataType {
        match self {
            Kind::Date => DataType::Date,
            Kind::Days => DataType::Int32,
            _ => DataType::String,
        }
    }

    /// Whether a cell of this type can hold something that is not a valid value of the type.
    pub fn can_be_unreadable(self) -> bool {
        matches!(self, Kind::Date | Kind::Days)
    }
}

/// How closely a column identifies the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Classification {
    Identifier,
    Quasi,
    FreeText,
    None,
}

/// One national code list.
#[derive(Debug, Clone)]
pub struct CodeList {
    pub name: String,
    pub codes: Vec<Code>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    pub code: String,
    pub meaning: String,
    pub valid_from: Option<NaiveDate>,
    /// The last day on which the code may be used.
    pub valid_to: Option<NaiveDate>,
    /// `national`, `default` or `local`
    pub kind: String,
    pub source: String,
}

impl CodeList {
    pub fn meaning(&self, code: &str) -> Option<&str> {
        self.codes
            .iter()
            .find(|known| known.code == code)
            .map(|known| known.meaning.as_str())
    }
}

/// A trust's name and the organisation that it reports through, from `organisations.csv`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Three-character trust code.
    pub code: String,
    pub name: String,
    pub parent: Option<String>,
    pub note: Option<String>,
}

pub fn read_organisations(files: &Files, path: &str) -> Result<Vec<Organisation>> {
    files
        .get(path)
        .map_or_else(|| Ok(Vec::new()), |text| rows(path, text))
}

/// The text of a required rules file.
fn text<'a>(files: &'a Files, path: &str) -> Result<&'a str> {
    files
        .get(path)
        .ok_or_else(|| crate::terminal::failure::usage(format!("rules file `rules/{path}` is missing")))
}

/// Reads a CSV of rules into rows of a type. A wrong cell is reported with its line.
pub(super) fn rows<T: for<'de> Deserialize<'de>>(path: &str, text: &str) -> Result<Vec<T>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        rows.push(row.map_err(|error| csv_mistake(path, text, &error))?);
    }
    Ok(rows)
}

pub(super) fn csv_mistake(path: &str, text: &str, error: &csv::Error) -> Mistake {
    let line = error.position().map_or(1, |position| position.line() as usize);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} cells where the heading has {expected_len}"),
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    };
    Mistake::at_line(
        &format!("rules/{path}"),
        text,
        line,
        1,
        text.lines().nth(line - 1).map_or(1, str::len),
        message,
    )
}

pub fn read(files: &Files, path: &str) -> Result<Vec<Field>> {
    let text = text(files, path)?;
    let mut fields: Vec<Field> = rows(path, text)?;
    for field in &mut fields {
        if field.title.is_empty() {
            field.title.clone_from(&field.name);
        }
        if field.label.is_empty() {
            field.label.clone_from(&field.title);
        }
    }
    for (index, field) in fields.iter().enumerate() {
        if let Some(wrong) = wrong(field, &fields[..index]) {
            let length = text.lines().nth(index + 1).map_or(1, str::len);
            return Err(Mistake::at_line(&format!("rules/{path}"), text, index + 2, 1, length, wrong).into());
        }
        if let Some(date) = &field.code_date
            && !fields
                .iter()
                .any(|other| other.name == *date && other.kind == Kind::Date)
        {
            let names: Vec<&str> = fields
                .iter()
                .filter(|field| field.kind == Kind::Date)
                .map(|field| field.name.as_str())
                .collect();
            return Err(Mistake::at_line(
                &format!("rules/{path}"),
                text,
                index + 2,
                1,
                1,
                format!(
                    "`code_date` of `{}` is `{date}`, which is not a date field",
                    field.name
                ),
            )
            .help(suggestion(date, names))
            .into());
        }
    }
    Ok(fields)
}

/// The kinds of a code: of the national list, a "not known" code of it, or the trust's own.
const CODE_KINDS: [&str; 3] = ["national", "default", "local"];

fn wrong_code(code: &Code) -> Option<String> {
    if code.code.is_empty() {
        return Some("the code is blank".to_string());
    }
    if !CODE_KINDS.contains(&code.kind.as_str()) {
        return Some(format!(
            "`{}` is not a kind of code: {}",
            code.kind,
            suggestion(&code.kind, CODE_KINDS)
        ));
    }
    match (code.valid_from, code.valid_to) {
        (Some(from), Some(to)) if to < from => Some(format!(
            "code `{}` ends on {to}, before it begins on {from}",
            code.code
        )),
        _ => None,
    }
}

/// What is wrong with a field, alone or compared with earlier ones. A repeated name would make two columns
/// with one name.
fn wrong(field: &Field, before: &[Field]) -> Option<String> {
    let name = &field.name;
    if before.iter().any(|other| other.name == *name) {
        return Some(format!("the field `{name}` is given twice"));
    }
    if let (Some(least), Some(most)) = (field.min_length, field.max_length)
        && least > most
    {
        return Some(format!(
            "`{name}` has at least {least} characters and at most {most}"
        ));
    }
    let seq = |other: &&Field| field.seq.is_some() && other.seq == field.seq;
    before
        .iter()
        .find(seq)
        .map(|other| format!("`{name}` has the place of `{}` in the upload (`seq`)", other.name))
}

pub fn read_code_lists(files: &Files, folder: &str, fields: &[Field]) -> Result<Vec<CodeList>> {
    let mut lists = Vec::new();
    for (path, text) in files.under(folder, ".csv") {
        let codes: Vec<Code> = rows(path, text)?;
        for (index, code) in codes.iter().enumerate() {
            let wrong = wrong_code(code).or_else(|| stands_twice(code, &codes[..index]));
            if let Some(wrong) = wrong {
                let length = text.lines().nth(index + 1).map_or(1, str::len);
                return Err(
                    Mistake::at_line(&format!("rules/{path}"), text, index + 2, 1, length, wrong).into(),
                );
            }
        }
        lists.push(CodeList {
            name: stem(path),
            codes,
        });
    }
    for field in fields {
        if let Some(wanted) = &field.code_list
            && !lists.iter().any(|list| list.name == *wanted)
        {
            let path = format!("{}fields.csv", folder.trim_end_matches("codes/"));
            let text = files.get(&path).unwrap_or_default();
            let at = text.find(&format!(",{},", field.name)).map_or(0, |at| at + 1);
            let message = format!(
                "field `{}` uses the code list `{wanted}`, but `rules/{folder}{wanted}.csv` is missing",
                field.name
            );
            let known: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
            let mistake = Mistake::at(&format!("rules/{path}"), text, at..at + field.name.len(), message);
            return Err(mistake.help(suggestion(wanted, known)).into());
        }
    }
    Ok(lists)
}

/// What is wrong with a code that an earlier row has for some of the same days.
fn stands_twice(code: &Code, earlier: &[Code]) -> Option<String> {
    let overlaps = |one: &Code, other: &Code| match (one.valid_to, other.valid_from) {
        (Some(to), Some(from)) => to >= from,
        _ => true,
    };
    let is_same = |other: &Code| other.code == code.code && overlaps(other, code) && overlaps(code, other);
    let row = earlier.iter().position(is_same)?;
    Some(format!(
        "`{}` is a code of line {} too: which meaning is right would depend on their order",
        code.code,
        row + 2
    ))
}

/// Reads every lookup as a table of text; blank cells are NULL.
pub fn read_lookups(files: &Files, folder: &str) -> Result<Vec<(String, DataFrame)>> {
    files
        .under(folder, ".csv")
        .map(|(path, text)| Ok((stem(path), lookup(path, text)?)))
        .collect()
}

fn lookup(path: &str, text: &str) -> Result<DataFrame> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings: Vec<String> = reader
        .headers()
        .map_err(|error| csv_mistake(path, text, &error))?
        .iter()
        .map(String::from)
        .collect();
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); headings.len()];
    for row in reader.records() {
        let row = row.map_err(|error| csv_mistake(path, text, &error))?;
        for (column, cell) in columns.iter_mut().zip(row.iter()) {
            column.push(Some(cell.to_string()).filter(|cell| !cell.is_empty()));
        }
    }
    let height = columns.first().map_or(0, Vec::len);
    let columns = headings
        .iter()
        .zip(columns)
        .map(|(name, cells)| Column::new(name.as_str().into(), cells))
        .map(|column| column.cast(&DataType::String));
    Ok(DataFrame::new(
        height,
        columns.collect::<PolarsResult<Vec<_>>>()?,
    )?)
}

/// The name of a list: `priority_type` for `cwt/codes/priority_type.csv`.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_string()
}
