//! Examples of listings, the tests of their queries. In: `examples.toml` of a listing's folder: records, rows
//! of extra tables, and every row that the listing's tables must have. Out: what differs.
//!
//! A query looks at all records, so each example stands alone.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use super::examples::{records_of, typed_rows};
use super::worked::Same;
use crate::report::Cell;
use crate::report::listing::{self, Listed};
use crate::rulebook::{Listing, Row, Rulebook, suggestion, toml_mistake};
use crate::source::Mapped;
use crate::sql::{EXAMPLE, RunContext};

/// The file of examples in the folder of a listing.
pub const FILE: &str = "examples.toml";

/// What the examples of one listing hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    #[serde(default)]
    pub example: Vec<Example>,
    /// Faults of its queries that change no result.
    #[serde(default)]
    pub same: Vec<Same>,
}

/// Records that a listing is made of, and what its tables must hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    title: String,
    #[serde(default)]
    records: Vec<Row>,
    /// Rows of extra tables, by table.
    #[serde(default)]
    tables: BTreeMap<String, Vec<Row>>,
    /// Every row of a table, in its order. Columns that are not named may have any value.
    rows: BTreeMap<String, Vec<Expected>>,
}

/// The columns that a row must have, and those that must be blank.
#[derive(Debug, Deserialize)]
struct Expected {
    #[serde(default)]
    null: Vec<String>,
    #[serde(flatten)]
    cells: BTreeMap<String, toml::Value>,
}

/// The outcome of one example: its name, and the differences; none if it holds.
pub struct Outcome {
    pub example: String,
    pub wrong: Vec<String>,
}

/// The names of the listings that have examples.
pub fn with_examples(rulebook: &Rulebook) -> Vec<String> {
    let folder = format!("{}/", rulebook.data_set.folder);
    let ending = format!("/{FILE}");
    let paths = rulebook.files.under(&folder, &ending);
    let names = paths.filter_map(|(path, _)| path.strip_prefix(&folder)?.strip_suffix(&ending));
    let is_listing = |name: &&str| {
        let path = format!("{folder}{name}/listing.toml");
        rulebook.files.get(&path).is_some()
    };
    names.filter(is_listing).map(String::from).collect()
}

/// The examples of a listing.
pub fn read(rulebook: &Rulebook, name: &str) -> Result<Examples> {
    let path = format!("{}/{name}/{FILE}", rulebook.data_set.folder);
    let text = rulebook.files.get(&path).unwrap_or_default();
    let examples = toml::from_str(text);
    Ok(examples.map_err(|error| toml_mistake(&format!("rules/{path}"), text, &error))?)
}

/// Runs every example of every listing.
pub fn run_all(rulebook: &Rulebook, context: &RunContext) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for name in with_examples(rulebook) {
        outcomes.extend(run(rulebook, &name, context)?);
    }
    Ok(outcomes)
}

/// Runs every example of a listing.
pub fn run(rulebook: &Rulebook, name: &str, context: &RunContext) -> Result<Vec<Outcome>> {
    let listing = rulebook.listing(name)?;
    let examples = read(rulebook, name)?.example;
    let outcomes = examples.iter().map(|example| {
        let listed = tables(rulebook, &listing, example, context)?;
        let of_tables = example.rows.iter();
        let wrong = of_tables.flat_map(|(table, rows)| differences(&listed, table, rows));
        Ok(Outcome {
            example: format!("listing `{name}`, {}", example.title),
            wrong: wrong.collect(),
        })
    });
    outcomes.collect()
}

/// The tables of the listing over the records of an example.
fn tables(
    rulebook: &Rulebook,
    listing: &Listing,
    example: &Example,
    context: &RunContext,
) -> Result<Vec<Listed>> {
    let extra_tables = example.tables.iter().map(|(name, rows)| {
        let known = rulebook.data_set.extra_table(name);
        let columns = known.map(|table| table.columns.as_slice()).unwrap_or_default();
        let rows: Vec<&Row> = rows.iter().collect();
        let frame = typed_rows(rulebook, &rows, &vec![0; rows.len()], columns)?;
        Ok((name.clone(), frame))
    });
    let mapped = Mapped {
        frame: records_of(rulebook, None, &[example.records.as_slice()])?.drop(EXAMPLE)?,
        extra_tables: extra_tables.collect::<Result<_>>()?,
        files: vec![format!("rules/{}/{FILE}", listing.folder)],
        readings: Vec::new(),
        notes: Vec::new(),
        unlinked: None,
    };
    let (records, more) = listing::records(rulebook, listing, mapped, None, context)?;
    let extra = records.every_extra_table(context)?;
    let seen = listing::all_tables(rulebook, &records, &records.frame, more, &extra)?;
    listing::run(rulebook, listing, seen, context)
}

/// How a table differs from the rows that it must have.
fn differences(listed: &[Listed], name: &str, expected: &[Expected]) -> Vec<String> {
    let Some(table) = listed.iter().find(|table| table.name == name) else {
        let known = listed.iter().map(|table| table.name.as_str());
        return vec![format!("there is no table `{name}`: {}", suggestion(name, known))];
    };
    if table.rows.len() != expected.len() {
        let (got, asked) = (table.rows.len(), expected.len());
        return vec![format!("`{name}` has {got} rows, not {asked}")];
    }
    let rows = expected.iter().zip(&table.rows).enumerate();
    rows.flat_map(|(number, (expected, row))| {
        let cells = expected.cells.iter();
        let cells = cells.map(|(column, value)| (column, Some(super::example_text(value))));
        let blank = expected.null.iter().map(|column| (column, None));
        let wrong = cells.chain(blank).filter_map(move |(column, asked)| {
            let Some(index) = table.index_of(column) else {
                return Some(format!("`{name}` has no column `{column}`"));
            };
            let got = text(&row[index]);
            let is_so = is_equal(got.as_deref(), asked.as_deref());
            let row = number + 1;
            (!is_so).then(|| {
                let (got, asked) = (got.unwrap_or_default(), asked.unwrap_or_default());
                format!("`{column}` of row {row} of `{name}` is `{got}`, not `{asked}`")
            })
        });
        wrong.collect::<Vec<_>>()
    })
    .collect()
}

/// A cell as an example writes it; `None`: blank.
fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Blank => None,
        Cell::Whole(number) => Some(number.to_string()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Date(date) => Some(date.to_string()),
        other => Some(other.text().to_string()),
    }
}

/// Numbers are equal in any form: `1` and `1.0`.
fn is_equal(got: Option<&str>, asked: Option<&str>) -> bool {
    match (got, asked) {
        (Some(got), Some(asked)) => match (got.parse::<f64>(), asked.parse::<f64>()) {
            (Ok(got), Ok(asked)) => (got - asked).abs() < 1e-9,
            _ => got == asked,
        },
        (got, asked) => got == asked,
    }
}
