//! Lists the catalogue of checks, as rows or as a workbook.

use std::path::Path;

use anyhow::Result;

use crate::cli::{ListFormat, RulesFolder};
use crate::commands::rulebook;
use crate::output;
use crate::rulebook::{Check, Rulebook};
use crate::terminal::failure::{Exit, usage};
use crate::write::{self, Format, Value};

const HEADINGS: [&str; 11] = [
    "check", "name", "severity", "basis", "title", "fields", "affects", "owner", "enabled", "source", "file",
];

pub fn run(rules: &RulesFolder, format: ListFormat, to: Option<&Path>) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    let rows = rulebook.checks.iter().map(|check| values(&rulebook, check));
    match (format, to) {
        (ListFormat::Csv, to) => write::table(Format::Csv, to, &HEADINGS, rows)?,
        (ListFormat::Json, to) => write::table(Format::Json, to, &HEADINGS, rows)?,
        (ListFormat::Xlsx, Some(to)) => workbook(to, &rulebook)?,
        (ListFormat::Xlsx, None) => {
            return Err(usage("a workbook needs a file name: add `-o checks.xlsx`"));
        }
    }
    Ok(Exit::Clean)
}

fn workbook(to: &Path, rulebook: &Rulebook) -> Result<()> {
    write::workbook_file(to, |path| output::catalogue::write(path, rulebook))
}

fn values<'a>(rulebook: &Rulebook, check: &'a Check) -> Vec<Value<'a>> {
    let fields = if check.each.is_empty() {
        check.field_names()
    } else {
        check.each_fields(rulebook)
    };
    vec![
        Value::from(&check.id),
        Value::from(&check.name),
        Value::from(check.severity.word()),
        Value::from(&check.basis),
        Value::from(&check.title),
        Value::from(fields.join(";")),
        Value::from(check.affects.join(";")),
        Value::from(&check.owner),
        Value::from(check.enabled),
        Value::from(&check.source),
        Value::from(&check.file),
    ]
}
