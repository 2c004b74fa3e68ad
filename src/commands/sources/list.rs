//! Lists the known layouts, one line for each table.

use anyhow::Result;

use crate::cli::{Output, RulesFolder};
use crate::commands::rulebook;
use crate::rulebook::{Source, SourceTable};
use crate::terminal::failure::Exit;
use crate::write::{self, Value};

const HEADINGS: [&str; 9] = [
    "source",
    "title",
    "data_set",
    "table",
    "holds",
    "needed",
    "recognised_by",
    "basis",
    "file",
];

pub fn run(output: &Output, rules: &RulesFolder) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    let tables = rulebook
        .sources
        .iter()
        .flat_map(|source| source.table.iter().map(move |table| values(source, table)));
    write::table(output.format, output.output.as_deref(), &HEADINGS, tables)?;
    Ok(Exit::Clean)
}

fn values<'a>(source: &'a Source, table: &'a SourceTable) -> Vec<Value<'a>> {
    let recognised_by = if source.headerless {
        format!("{} columns, no headings", source.columns.len())
    } else {
        table.required.join(";")
    };
    vec![
        Value::from(&source.name),
        Value::from(&source.title),
        Value::from(&source.data_set),
        Value::from(&table.name),
        Value::from(&table.title),
        Value::from(table.needed),
        Value::from(recognised_by),
        Value::from(&source.basis),
        Value::from(&source.file),
    ]
}
