//! `checks/*.toml`: `[[check]]` blocks. A check is a SQL boolean that must hold; SQL's three values are
//! its three outcomes.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use serde::Deserialize;
use toml::Spanned;

use super::places::{self, Step};
use super::{DataSet, Field, Files, Mistake, every_table, suggestion, toml_mistake};

/// One check as its file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Permanent, never reused.
    pub id: String,
    /// The bad thing, such as `treatment-before-decision`.
    pub name: String,
    /// The message of its findings.
    pub title: String,
    pub severity: Severity,
    /// How sure it is that the severity is the national system's.
    #[serde(default)]
    pub severity_basis: String,
    /// `official`, `derived`, `inferred`, `practice` or `local`: how sure the rule is.
    pub basis: String,
    pub source: String,
    /// The table whose rows it looks at; none: the records.
    pub table: Option<Spanned<String>>,
    #[serde(default)]
    pub fields: Vec<Spanned<String>>,
    /// The check is made for each of these fields, `{field}` standing for it.
    #[serde(default)]
    pub each: Vec<Spanned<String>>,
    /// The rows it applies to: those where this is true.
    pub when: Option<Spanned<String>>,
    /// Must hold. Absent in a check that the reader of files makes (`kind = "file"`).
    pub assert: Option<Spanned<String>>,
    #[serde(default)]
    pub kind: Option<String>,
    /// For `kind = "file"`: what of the reader's it reports.
    #[serde(default)]
    pub finds: Option<Finds>,
    pub why: String,
    pub fix: String,
    pub owner: String,
    #[serde(default)]
    pub affects: Vec<String>,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Its findings are said on the first page of a run, with the figures that they touch.
    #[serde(default)]
    pub first_page: bool,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub pass: Vec<Example>,
    #[serde(default)]
    pub fail: Vec<Example>,
    #[serde(default)]
    pub unassessed: Vec<Example>,
    /// Rows that `when` keeps out.
    #[serde(default)]
    pub not_applicable: Vec<Example>,
    /// The file it stands in, as shown in messages.
    #[serde(skip)]
    pub file: String,
    /// It was made from a check over every table: its examples may stand with another of them.
    #[serde(skip)]
    pub is_made: bool,
}

fn yes() -> bool {
    true
}

/// Rows that show what a check does: one row, or rows that must be seen together.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Example {
    One(Row),
    Together(Vec<Row>),
}

pub type Row = BTreeMap<String, toml::Value>;

impl Example {
    pub fn rows(&self) -> &[Row] {
        match self {
            Example::One(row) => std::slice::from_ref(row),
            Example::Together(rows) => rows,
        }
    }
}

/// What a check can say of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Pass,
    Fail,
    /// A value that it needs is not known.
    Unassessed,
    NotApplicable,
}

impl Outcome {
    /// The key that its examples stand under.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Unassessed => "unassessed",
            Outcome::NotApplicable => "not_applicable",
        }
    }
}

/// What a finding does to the return, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The whole file is refused.
    #[value(name = "reject_file")]
    RejectFile,
    /// The record is kept out of the upload.
    Reject,
    Error,
    Warning,
    Info,
}

impl Severity {
    pub const ALL: [Severity; 5] = [
        Severity::RejectFile,
        Severity::Reject,
        Severity::Error,
        Severity::Warning,
        Severity::Info,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Severity::RejectFile => "reject_file",
            Severity::Reject => "reject",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// A fault of an upload file, as the reader of files can find it. Only a source without headings is an upload file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finds {
    /// It begins with headings.
    HeadingRow,
    /// A row has another number of fields.
    RaggedRow,
    /// Its name ends neither in `.csv` nor in `.txt`.
    FileType,
    /// It has more records than one upload may have.
    TooManyRecords,
    /// An element or attribute of an XML file that its layout does not have there.
    UnknownElement,
    /// An element that must be there, and is not.
    MissingElement,
    /// More elements of a name than there may be.
    RepeatedElement,
    /// Not as many ways of a choice as there must be.
    WrongChoice,
    /// Elements in another order than that of the layout.
    WrongOrder,
}

impl Check {
    /// Made by the reader of files, not by SQL.
    pub fn is_of_file(&self) -> bool {
        self.kind.as_deref() == Some("file")
    }

    /// The name of the table beside the records that it looks at.
    pub fn beside(&self) -> Option<&str> {
        self.table.as_ref().map(|table| table.get_ref().as_str())
    }

    /// Its examples by the outcome that they must have.
    pub fn examples(&self) -> [(Outcome, &[Example]); 4] {
        [
            (Outcome::Pass, &self.pass),
            (Outcome::Fail, &self.fail),
            (Outcome::Unassessed, &self.unassessed),
            (Outcome::NotApplicable, &self.not_applicable),
        ]
    }

    pub fn field_names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.get_ref().clone()).collect()
    }

    /// The fields that `each` stands for: names, and `type:date` for all fields of a type.
    pub fn each_fields(&self, rulebook: &super::Rulebook) -> Vec<String> {
        let fields = rulebook.fields_of(self.beside());
        let mut names = Vec::new();
        for entry in &self.each {
            match entry.get_ref().strip_prefix("type:") {
                Some(kind) => names.extend(
                    fields
                        .iter()
                        .filter(|field| field.kind.word() == kind)
                        .map(|field| field.name.clone()),
                ),
                None => names.push(entry.get_ref().clone()),
            }
        }
        names
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecksFile {
    #[serde(default)]
    check: Vec<Spanned<Check>>,
}

/// Reads the checks of a data set, and those that a trust has laid over them: any other TOML file
/// outside the known folders that holds `[[check]]` blocks.
pub fn read(files: &Files, data_set: &DataSet, fields: &[Field]) -> Result<Vec<Check>> {
    let folder = data_set.folder.as_str();
    let mut checks = Vec::new();
    let mut places: HashMap<String, String> = HashMap::new();
    let (own, national): (Vec<_>, Vec<_>) = files
        .iter()
        .filter(|(path, text)| holds_checks(path, text, folder))
        .partition(|(path, _)| is_own(path, folder));
    // A check that is there twice is told at the trust's own.
    for (path, text) in national.into_iter().chain(own) {
        let file = format!("rules/{path}");
        let read: ChecksFile = toml::from_str(text).map_err(|error| toml_mistake(&file, text, &error))?;
        for (number, block) in read.check.into_iter().enumerate() {
            let span = block.span();
            let mut check = block.into_inner();
            check.file.clone_from(&file);
            if let Some(first) = places.insert(check.id.clone(), file.clone()) {
                return Err(Mistake::at(&file, text, span, format!("check id `{}` is used twice", check.id))
                    .help(match is_own(path, folder) && !is_own(first.trim_start_matches("rules/"), folder) {
                        true => format!(
                            "it is already in `{first}`. A check that comes with the program is not changed: waive its findings instead, \
                             for a reason and for a time; give a check of your own an id of its own"
                        ),
                        false => format!("it is already in `{first}`: an id is permanent and never reused"),
                    })
                    .into());
            }
            known_table(&check, &file, text, data_set)?;
            known_fields(&check, &file, text, number, data_set, fields)?;
            shape(&check, &file, text, span)?;
            checks.extend(every_table::expand(check, data_set, fields));
        }
    }
    checks.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(checks)
}

fn holds_checks(path: &str, text: &str, folder: &str) -> bool {
    path.ends_with(".toml") && (!is_own(path, folder) || (!path.contains('/') && text.contains("[[check]]")))
}

/// A file of a trust's own, beside those of the data set.
fn is_own(path: &str, folder: &str) -> bool {
    !path.starts_with(&format!("{folder}/checks/"))
}

fn known_table(check: &Check, file: &str, text: &str, data_set: &DataSet) -> Result<()> {
    match &check.table {
        Some(table) if table.get_ref() != every_table::MARK && data_set.beside(table.get_ref()).is_none() => {
            let known = data_set.table.iter().map(|table| table.name.as_str());
            let message = format!(
                "`{}` in check `{}` is no table beside the records",
                table.get_ref(),
                check.id
            );
            Err(Mistake::at(file, text, table.span(), message)
                .help(suggestion(table.get_ref(), known))
                .into())
        }
        _ => Ok(()),
    }
}

/// In an example row, says which table the row is of, where it is not the one that the check looks at; `records` is the records.
pub const ROW_TABLE: &str = "table";

/// `number` is the place of the check in its file.
fn known_fields(
    check: &Check,
    file: &str,
    text: &str,
    number: usize,
    data_set: &DataSet,
    fields: &[Field],
) -> Result<()> {
    let beside = check.beside().and_then(|table| data_set.beside(table));
    let is_column = |name: &str| {
        name == ROW_TABLE && !data_set.table.is_empty()
            || beside.is_some_and(|table| table.columns.iter().any(|column| column == name))
            || data_set.nested().any(|(_, key)| key == name)
    };
    for named in check.fields.iter().chain(&check.each) {
        let name = named.get_ref();
        if !fields.iter().any(|field| field.name == *name)
            && name != "*"
            && !is_type(name)
            && !is_column(name)
        {
            return Err(Mistake::at(
                file,
                text,
                named.span(),
                format!("`{name}` in check `{}` is not a field", check.id),
            )
            .help(suggestion(name, fields.iter().map(|field| field.name.as_str())))
            .into());
        }
    }
    for (path, row) in check
        .examples()
        .into_iter()
        .flat_map(|(outcome, examples)| example_rows(outcome, examples))
    {
        for name in row.keys() {
            if !fields.iter().any(|field| field.name == *name) && !is_column(name) {
                let path = [
                    &[Step::Key("check"), Step::At(number)],
                    path.as_slice(),
                    &[Step::Key(name)],
                ]
                .concat();
                let message = format!(
                    "an example of check `{}` sets `{name}`, which is not a field",
                    check.id
                );
                return Err(Mistake::at(file, text, places::of_key(text, &path), message)
                    .help(suggestion(name, fields.iter().map(|field| field.name.as_str())))
                    .into());
            }
        }
    }
    Ok(())
}

/// The rows of examples, each with its path from its check.
fn example_rows(outcome: Outcome, examples: &[Example]) -> Vec<(Vec<Step<'static>>, &Row)> {
    let mut rows = Vec::new();
    for (place, example) in examples.iter().enumerate() {
        let path = vec![Step::Key(outcome.key()), Step::At(place)];
        match example {
            Example::One(row) => rows.push((path, row)),
            Example::Together(together) => {
                rows.extend(
                    together
                        .iter()
                        .enumerate()
                        .map(|(place, row)| ([path.as_slice(), &[Step::At(place)]].concat(), row)),
                );
            }
        }
    }
    rows
}

/// `type:date` stands for the fields of a type.
fn is_type(name: &str) -> bool {
    name.strip_prefix("type:")
        .is_some_and(|word| super::Kind::ALL.iter().any(|kind| kind.word() == word))
}

fn shape(check: &Check, file: &str, text: &str, span: std::ops::Range<usize>) -> Result<()> {
    let wrong = if check.is_of_file() && check.assert.is_some() {
        Some("a check of kind `file` is made by the program and has no `assert`")
    } else if check.is_of_file() && check.finds.is_none() {
        Some("a check of kind `file` needs `finds`: which fault the reader of files reports")
    } else if check.is_of_file() {
        None
    } else if check.kind.is_some() {
        Some("`kind` can only be \"file\"")
    } else if check.finds.is_some() {
        Some("`finds` needs `kind = \"file\"`: it says which fault the reader of files reports")
    } else if check.assert.is_none() {
        Some("a check needs `assert`: the SQL that must hold")
    } else {
        None
    };
    match wrong {
        Some(message) => {
            Err(Mistake::at(file, text, span, format!("check `{}`: {message}", check.id)).into())
        }
        None => Ok(()),
    }
}
