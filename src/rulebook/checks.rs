//! `checks/*.toml`: `[[check]]` blocks. A check is a SQL condition that must hold: true passes, false fails,
//! NULL is not assessed.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use serde::Deserialize;
use toml::Spanned;

use super::spans::{self, Step};
use super::{DataSet, Field, Files, Mistake, every_table, suggestion, toml_mistake};

/// One check, as its file defines it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Permanent, never reused.
    pub id: String,
    /// The fault that it finds, such as `treatment-before-decision`.
    pub name: String,
    /// The message of its findings.
    pub title: String,
    pub severity: Severity,
    /// How sure it is that the severity is the national system's.
    #[serde(default)]
    pub severity_basis: String,
    /// How sure the rule is: `official`, `derived`, `inferred`, `practice` or `local`.
    pub basis: String,
    pub source: String,
    /// The extra table whose rows it checks; `None`: the records.
    pub table: Option<Spanned<String>>,
    #[serde(default)]
    pub fields: Vec<Spanned<String>>,
    /// The check is made once for each of these fields; `{field}` is replaced by the field.
    #[serde(default)]
    pub each: Vec<Spanned<String>>,
    /// It applies to rows for which this is true.
    pub when: Option<Spanned<String>>,
    /// The condition that must hold. Absent in a check of the file reader (`kind = "file"`).
    pub assert: Option<Spanned<String>>,
    #[serde(default)]
    pub kind: Option<String>,
    /// For `kind = "file"`: the fault that it reports.
    #[serde(default)]
    pub finds: Option<Finds>,
    pub why: String,
    pub fix: String,
    pub owner: String,
    #[serde(default)]
    pub affects: Vec<String>,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// False: its failures are counted, but are no findings.
    #[serde(default = "yes")]
    pub listed: bool,
    /// Its findings are named on the first page of a run, with the figures that they change.
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
    /// Rows for which `when` is not true.
    #[serde(default)]
    pub not_applicable: Vec<Example>,
    /// The file that defines it, for messages.
    #[serde(skip)]
    pub file: String,
    /// It was made from a check over every table; its examples may be in another of those checks.
    #[serde(skip)]
    pub is_made: bool,
}

fn yes() -> bool {
    true
}

/// Rows that show what a check does: one row, or rows that are checked together.
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

/// The outcome of a check for one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Pass,
    Fail,
    /// A value that it needs is missing or cannot be read.
    Unassessed,
    NotApplicable,
}

impl Outcome {
    /// The key of the examples with this outcome.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Unassessed => "unassessed",
            Outcome::NotApplicable => "not_applicable",
        }
    }
}

/// The effect of a finding on the return, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The whole file is refused.
    #[value(name = "reject_file")]
    RejectFile,
    /// The record is held back from the upload.
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

/// A fault of an upload file that the file reader finds. Only a source without headings is an upload file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finds {
    /// The file begins with headings.
    HeadingRow,
    /// A row has too many or too few fields.
    RaggedRow,
    /// The file's name ends in neither `.csv` nor `.txt`.
    FileType,
    /// The file has more records than an upload may have.
    TooManyRecords,
    /// The layout does not allow this element or attribute here (XML).
    UnknownElement,
    /// A required element is missing.
    MissingElement,
    /// An element occurs more often than allowed.
    RepeatedElement,
    /// Too many or too few alternatives of a choice.
    WrongChoice,
    /// Elements are not in the order of the layout.
    WrongOrder,
}

impl Check {
    /// Whether the file reader makes the check, instead of SQL.
    pub fn is_of_file(&self) -> bool {
        self.kind.as_deref() == Some("file")
    }

    /// The name of the extra table that it checks; `None`: the records.
    pub fn extra_table(&self) -> Option<&str> {
        self.table.as_ref().map(|table| table.get_ref().as_str())
    }

    /// Its examples, by the outcome that they must have.
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

    /// The fields of `each`: names, and all fields of a type for `type:date`.
    pub fn each_fields(&self, rulebook: &super::Rulebook) -> Vec<String> {
        let fields = rulebook.fields_of(self.extra_table());
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

/// Reads the checks of a data set, and the trust's own checks: those in any other overlaid TOML file, outside
/// the known folders, that holds `[[check]]` blocks.
pub fn read(files: &Files, data_set: &DataSet, fields: &[Field]) -> Result<Vec<Check>> {
    let folder = data_set.folder.as_str();
    let mut checks = Vec::new();
    let mut files_of_ids: HashMap<String, String> = HashMap::new();
    let (own, national): (Vec<_>, Vec<_>) = files
        .iter()
        .filter(|(path, text)| holds_checks(path, text, folder))
        .partition(|(path, _)| is_own(path, folder));
    // National checks come first, so that a repeated id is reported in the trust's own file.
    for (path, text) in national.into_iter().chain(own) {
        let file = format!("rules/{path}");
        let read: ChecksFile = toml::from_str(text).map_err(|error| toml_mistake(&file, text, &error))?;
        for (number, block) in read.check.into_iter().enumerate() {
            let span = block.span();
            let mut check = block.into_inner();
            check.file.clone_from(&file);
            if let Some(first) = files_of_ids.insert(check.id.clone(), file.clone()) {
                return Err(Mistake::at(&file, text, span, format!("check id `{}` is used twice", check.id))
                    .help(if is_own(path, folder) && !is_own(first.trim_start_matches("rules/"), folder) {
format!(
                            "it is already in `{first}`. A check that comes with the program is not changed: waive its findings instead, \
                             for a reason and for a time; give a check of your own an id of its own"
                        )
} else {
format!("it is already in `{first}`: an id is permanent and never reused")
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

/// Whether a file is the trust's own, not one of the data set's files.
fn is_own(path: &str, folder: &str) -> bool {
    !path.starts_with(&format!("{folder}/checks/"))
}

fn known_table(check: &Check, file: &str, text: &str, data_set: &DataSet) -> Result<()> {
    match &check.table {
        Some(table)
            if table.get_ref() != every_table::MARK && data_set.extra_table(table.get_ref()).is_none() =>
        {
            let known = data_set.table.iter().map(|table| table.name.as_str());
            let message = format!(
                "`{}` in check `{}` is not an extra table",
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

/// The key in an example row that names the row's table, if it is not the table that the check is about;
/// `records` for the records.
pub const ROW_TABLE: &str = "table";

/// The key in an example row that marks it as context for the other rows: its own outcome is not compared.
pub const ROW_CONTEXT: &str = "context";

/// `number` is the index of the check in its file.
fn known_fields(
    check: &Check,
    file: &str,
    text: &str,
    number: usize,
    data_set: &DataSet,
    fields: &[Field],
) -> Result<()> {
    let extra_table = check.extra_table().and_then(|table| data_set.extra_table(table));
    let is_column = |name: &str| {
        name == ROW_CONTEXT
            || name == ROW_TABLE && !data_set.table.is_empty()
            || extra_table.is_some_and(|table| table.columns.iter().any(|column| column == name))
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
                return Err(Mistake::at(file, text, spans::of_key(text, &path), message)
                    .help(suggestion(name, fields.iter().map(|field| field.name.as_str())))
                    .into());
            }
        }
    }
    Ok(())
}

/// The rows of examples, each with its path inside the check.
fn example_rows(outcome: Outcome, examples: &[Example]) -> Vec<(Vec<Step<'static>>, &Row)> {
    let mut rows = Vec::new();
    for (index, example) in examples.iter().enumerate() {
        let path = vec![Step::Key(outcome.key()), Step::At(index)];
        match example {
            Example::One(row) => rows.push((path, row)),
            Example::Together(together) => {
                rows.extend(
                    together
                        .iter()
                        .enumerate()
                        .map(|(row_index, row)| ([path.as_slice(), &[Step::At(row_index)]].concat(), row)),
                );
            }
        }
    }
    rows
}

/// Whether the name means all fields of a type, as in `type:date`.
fn is_type(name: &str) -> bool {
    name.strip_prefix("type:")
        .is_some_and(|word| super::Kind::ALL.iter().any(|kind| kind.word() == word))
}

fn shape(check: &Check, file: &str, text: &str, span: std::ops::Range<usize>) -> Result<()> {
    let wrong = if check.is_of_file() && check.assert.is_some() {
        Some("a check of kind `file` is built into the program and has no `assert`")
    } else if check.is_of_file() && check.finds.is_none() {
        Some("a check of kind `file` needs `finds`: the fault that it reports")
    } else if check.is_of_file() {
        None
    } else if check.kind.is_some() {
        Some("`kind` can only be \"file\"")
    } else if check.finds.is_some() {
        Some("`finds` needs `kind = \"file\"`: it names a fault that the file reader finds")
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
