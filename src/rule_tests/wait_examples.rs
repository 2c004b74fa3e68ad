//! Worked examples of the measures: records in `<data set>/examples/waits.csv`, each with the line that it
//! must give. They go through derived facts, pathways and measures like the records of a run.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;

use crate::measure::{self, WaitColumns};
use crate::records::Records;
use crate::rulebook::{Rulebook, columns};
use crate::source::{Mapped, iso_forms, parse_text_records};
use crate::sql::RunContext;
use crate::terminal::failure::usage;

/// The result of one worked example.
#[derive(Debug, Clone)]
pub struct WaitOutcome {
    pub example: String,
    /// The differences from the expected result; empty if there are none.
    pub wrong: Vec<String>,
}

/// Columns of an example that are not fields: its name, and the expected results.
const OURS: [&str; 9] = [
    "id", "case", "standard", "counted", "reason", "days", "within", "month", "lines",
];

/// Runs the worked examples of the measures; a data set without the file has none.
pub fn run_wait_examples(rulebook: &Rulebook, context: &RunContext) -> Result<Vec<WaitOutcome>> {
    let path = format!("{}/examples/waits.csv", rulebook.data_set.folder);
    let Some(text) = rulebook.files.get(&path) else {
        return Ok(Vec::new());
    };
    let examples = read(&path, text)?;
    known_columns(rulebook, &path, &examples)?;
    let records = Records::derive(rulebook, mapped(rulebook, &path, &examples)?, None, context)?;
    let waits = measure::run(rulebook, &records, context)?;
    let lines = waits.columns()?;
    Ok(examples
        .iter()
        .enumerate()
        .map(|(record, example)| WaitOutcome {
            example: format!("{} {}", text_of(example, "id"), text_of(example, "case")),
            wrong: differences(example, &lines, record),
        })
        .collect())
}

type Example = BTreeMap<String, String>;

fn text_of<'a>(example: &'a Example, name: &str) -> &'a str {
    example.get(name).map_or("", String::as_str)
}

fn read(path: &str, text: &str) -> Result<Vec<Example>> {
    let wrong = |error: csv::Error| usage(format!("`rules/{path}` cannot be read as CSV: {error}"));
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(wrong)?.clone();
    let mut examples = Vec::new();
    for row in reader.records() {
        let row = row.map_err(wrong)?;
        examples.push(
            headings
                .iter()
                .map(String::from)
                .zip(row.iter().map(String::from))
                .collect(),
        );
    }
    Ok(examples)
}

fn known_columns(rulebook: &Rulebook, path: &str, examples: &[Example]) -> Result<()> {
    let Some(first) = examples.first() else {
        return Ok(());
    };
    let is_known = |name: &&String| OURS.contains(&name.as_str()) || rulebook.field(name).is_some();
    let unknown = first.keys().find(|name| !is_known(name));
    let missing = OURS.iter().find(|name| !first.contains_key(**name));
    match (unknown, missing) {
        (Some(name), _) => Err(usage(format!(
            "`rules/{path}` has the heading `{name}`, which is not a field"
        ))),
        (None, Some(name)) => Err(usage(format!("`rules/{path}` lacks the heading `{name}`"))),
        (None, None) => Ok(()),
    }
}

/// The examples as the records of one file, with the row number of each.
fn mapped(rulebook: &Rulebook, path: &str, examples: &[Example]) -> Result<Mapped> {
    let numbers = |from: u32| (from..from + examples.len() as u32).collect::<Vec<u32>>();
    let mut cells = vec![
        Column::new(columns::RECORD.into(), numbers(0)),
        Column::new(columns::FILE.into(), vec![0u32; examples.len()]),
        Column::new(columns::ROW.into(), numbers(2)),
    ];
    for field in &rulebook.fields {
        let texts: Vec<Option<&str>> = examples
            .iter()
            .map(|example| Some(text_of(example, &field.name)).filter(|text| !text.is_empty()))
            .collect();
        cells.push(Column::new(field.name.as_str().into(), texts).cast(&DataType::String)?);
    }
    let frame = DataFrame::new(examples.len(), cells)?;
    Ok(Mapped {
        frame: parse_text_records(rulebook, &iso_forms(), frame)?,
        extra_tables: Vec::new(),
        files: vec![format!("rules/{path}")],
        readings: Vec::new(),
        notes: Vec::new(),
        unlinked: None,
    })
}

/// How the lines of a record differ from its example.
fn differences(example: &Example, lines: &WaitColumns, record: usize) -> Vec<String> {
    let standard = text_of(example, "standard");
    let own: Vec<usize> = (0..lines.lines())
        .filter(|line| lines.record(*line) == record && lines.standard.get(*line) == Some(standard))
        .collect();
    if own.is_empty() {
        let expects_none = text_of(example, "lines").is_empty() && text_of(example, "reason").is_empty();
        return if expects_none {
            Vec::new()
        } else {
            vec![format!("no line of {standard}")]
        };
    }
    let mut wrong = Vec::new();
    for line in &own {
        for (name, given) in values_of(lines, *line) {
            let expected = text_of(example, name);
            let is_asked = matches!(name, "counted" | "reason") || lines.counted.get(*line) == Some(true);
            if is_asked && given != expected {
                wrong.push(format!("`{name}` of {standard} is `{given}`, not `{expected}`"));
            }
        }
    }
    let mut shares: Vec<String> = own.iter().filter_map(|line| share(lines, *line)).collect();
    let mut expected: Vec<&str> = text_of(example, "lines")
        .split(';')
        .filter(|line| !line.is_empty())
        .collect();
    shares.sort();
    expected.sort_unstable();
    if shares != expected {
        wrong.push(format!(
            "the shares of {standard} are `{}`, not `{}`",
            shares.join(";"),
            expected.join(";")
        ));
    }
    wrong
}

/// The values of a line, under the headings of an example.
fn values_of(lines: &WaitColumns, line: usize) -> [(&'static str, String); 5] {
    let yes_no = |value: Option<bool>| {
        value
            .map_or("", |value| if value { "yes" } else { "no" })
            .to_string()
    };
    [
        ("counted", yes_no(lines.counted.get(line))),
        ("reason", lines.reason.get(line).unwrap_or_default().to_string()),
        (
            "days",
            lines
                .days
                .get(line)
                .map_or(String::new(), |days| days.to_string()),
        ),
        ("within", yes_no(lines.within.get(line))),
        ("month", lines.month.get(line).unwrap_or_default().to_string()),
    ]
}

/// Trust, share and share within the standard of a counted line: `RZZ:0.5:0`.
fn share(lines: &WaitColumns, line: usize) -> Option<String> {
    if lines.counted.get(line) != Some(true) {
        return None;
    }
    let (share, within) = (lines.share.get(line)?, lines.share_within.get(line)?);
    Some(format!(
        "{}:{share}:{within}",
        lines.org_code.get(line).unwrap_or_default()
    ))
}
