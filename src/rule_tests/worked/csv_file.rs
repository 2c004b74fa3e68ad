//! `examples/waits.csv`: a row a record, with the line of one standard that it must give.

use std::collections::BTreeMap;

use anyhow::Result;
use toml::Value;

use super::{Expected, Worked};
use crate::rulebook::Rulebook;
use crate::terminal::failure::usage;

/// Columns of an example that are not fields: its name, and the expected results.
const OURS: [&str; 9] = [
    "id", "case", "standard", "counted", "reason", "days", "within", "month", "lines",
];

type Cells = BTreeMap<String, String>;

/// The examples of the file; a data set without it has none.
pub fn read(rulebook: &Rulebook) -> Result<Vec<Worked>> {
    let path = format!("{}/examples/waits.csv", rulebook.data_set.folder);
    let Some(text) = rulebook.files.get(&path) else {
        return Ok(Vec::new());
    };
    let wrong = |error: csv::Error| usage(format!("`rules/{path}` cannot be read as CSV: {error}"));
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(wrong)?.clone();
    known_headings(rulebook, &path, &headings)?;
    let mut examples = Vec::new();
    for row in reader.records() {
        let row = row.map_err(wrong)?;
        let cells = headings
            .iter()
            .zip(row.iter())
            .filter(|(_, cell)| !cell.is_empty());
        examples.push(worked(
            rulebook,
            &cells.map(|(name, cell)| (name.into(), cell.into())).collect(),
        ));
    }
    Ok(examples)
}

fn known_headings(rulebook: &Rulebook, path: &str, headings: &csv::StringRecord) -> Result<()> {
    let unknown = headings
        .iter()
        .find(|name| !OURS.contains(name) && rulebook.field(name).is_none());
    let missing = OURS
        .iter()
        .find(|name| !headings.iter().any(|given| given == **name));
    match (unknown, missing) {
        (Some(name), _) => Err(usage(format!(
            "`rules/{path}` has the heading `{name}`, which is not a field"
        ))),
        (None, Some(name)) => Err(usage(format!("`rules/{path}` lacks the heading `{name}`"))),
        (None, None) => Ok(()),
    }
}

fn worked(rulebook: &Rulebook, cells: &Cells) -> Worked {
    let text = |name: &str| cells.get(name).map_or("", String::as_str);
    let fields = cells.iter().filter(|(name, _)| rulebook.field(name).is_some());
    let fields = fields.map(|(name, cell)| (name.clone(), Value::String(cell.clone())));
    let expects_none = text("lines").is_empty() && text("reason").is_empty();
    Worked {
        title: format!("{} {}", text("id"), text("case")),
        records: vec![fields.collect()],
        none: expects_none
            .then(|| text("standard").to_string())
            .into_iter()
            .collect(),
        lines: if expects_none { Vec::new() } else { lines(cells) },
        is_row: true,
        ..Worked::default()
    }
}

/// One line for each share (`RZZ:0.5:0`), or the line that is not counted.
fn lines(cells: &Cells) -> Vec<Expected> {
    let text = |name: &str| cells.get(name).map_or("", String::as_str);
    let is_counted = text("counted") == "yes";
    let line = |columns: Vec<(&str, Value)>| {
        let own = [
            ("standard", Value::String(text("standard").to_string())),
            ("counted", Value::Boolean(is_counted)),
        ];
        Expected {
            record: 1,
            null: if is_counted {
                vec!["reason".to_string()]
            } else {
                Vec::new()
            },
            cells: own
                .into_iter()
                .chain(columns)
                .map(|(name, value)| (name.to_string(), value))
                .collect(),
        }
    };
    if !is_counted {
        return vec![line(vec![("reason", Value::String(text("reason").to_string()))])];
    }
    let shares = text("lines").split(';').filter(|share| !share.is_empty());
    shares
        .map(|share| {
            let parts = ["org_code", "share", "share_within"]
                .into_iter()
                .zip(share.split(':'));
            let mut columns: Vec<(&str, Value)> = parts
                .map(|(name, part)| (name, Value::String(part.to_string())))
                .collect();
            columns.extend(["days", "month"].map(|name| (name, Value::String(text(name).to_string()))));
            columns.push(("within", Value::Boolean(text("within") == "yes")));
            line(columns)
        })
        .collect()
}
