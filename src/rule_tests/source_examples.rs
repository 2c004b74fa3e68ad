//! Runs the example rows of sources, which are the tests of their SQL.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::rulebook::{ExpectedRecord, ExpectedSetAside, Rulebook, Source, SourceExample};
use crate::source::Reading;
use crate::source::mapping::map;
use crate::source::recognise::Recognised;
use crate::sql::RunContext;
use crate::table::Table;

/// The result of one example of a source.
#[derive(Debug, Clone)]
pub struct ExampleOutcome {
    pub source: String,
    pub example: String,
    /// The differences from the expected result; empty if there are none.
    pub wrong: Vec<String>,
}

/// Runs every example of every source.
pub fn run_examples(rulebook: &Rulebook, context: &RunContext) -> Result<Vec<ExampleOutcome>> {
    let sources = rulebook.sources.par_iter();
    let outcomes = sources.map(|source| of_source(rulebook, source, context));
    Ok(outcomes
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

/// Runs every example of a source.
pub fn of_source(rulebook: &Rulebook, source: &Source, context: &RunContext) -> Result<Vec<ExampleOutcome>> {
    let examples = source.example.par_iter().map(|example| {
        Ok(ExampleOutcome {
            source: source.name.clone(),
            example: example.title.clone(),
            wrong: run_one(rulebook, source, example, context)?,
        })
    });
    let mut outcomes: Vec<ExampleOutcome> = examples.collect::<Result<_>>()?;
    if source.example.is_empty() {
        outcomes.push(ExampleOutcome {
            source: source.name.clone(),
            example: String::new(),
            wrong: vec!["there is no example".into()],
        });
    }
    Ok(outcomes)
}

fn run_one(
    rulebook: &Rulebook,
    source: &Source,
    example: &SourceExample,
    context: &RunContext,
) -> Result<Vec<String>> {
    let group = given_tables(source, example)?;
    let mapped = map(rulebook, source, group, 0, context)?;
    let frame = as_text(crate::source::read_cells::parse(rulebook, source, mapped.frame)?)?;
    let mut wrong = Vec::new();
    compare_all("records", &frame, &example.records, &mut wrong)?;
    let given: Vec<&String> = mapped.extra_tables.iter().map(|(name, _)| name).collect();
    for (name, rows) in &mapped.extra_tables {
        let rows = as_text(crate::source::read_cells::parse(rulebook, source, rows.clone())?)?;
        let expected = example.also.get(name).map(Vec::as_slice).unwrap_or_default();
        compare_all(&format!("rows of `{name}`"), &rows, expected, &mut wrong)?;
    }
    let unknown = example.also.keys().filter(|name| !given.contains(name));
    wrong.extend(unknown.map(|name| format!("no rows of `{name}` came out")));
    wrong.extend(wrong_set_aside(&mapped.readings, &example.set_aside));
    Ok(wrong)
}

/// The tables of an example, as if they had been recognised in files.
fn given_tables<'a>(source: &'a Source, example: &SourceExample) -> Result<Vec<Recognised<'a>>> {
    let mut group = Vec::new();
    for kind in &source.table {
        let Some(rows) = example.tables.get(&kind.name) else {
            continue;
        };
        let columns: Vec<&String> = if source.headerless {
            source.columns.iter().collect()
        } else {
            kind.columns().collect()
        };
        let headings = columns
            .iter()
            .map(|name| crate::source::recognise::spelled(name))
            .collect();
        group.push(Recognised {
            table: kind,
            file: table(&kind.name, &columns, rows)?,
            headings,
            has_headings: false,
        });
    }
    Ok(group)
}

/// Rows that were not set aside as an example expects, and a count that differs.
fn wrong_set_aside(readings: &[Reading], expected: &[ExpectedSetAside]) -> Vec<String> {
    let mut wrong = Vec::new();
    for expected in expected {
        let reading = readings.iter().find(|reading| reading.table == expected.table);
        let got = reading.and_then(|reading| {
            reading
                .set_aside
                .iter()
                .find(|row| row.row as usize == expected.row)
        });
        if got.map(|row| row.reason.as_str()) != Some(expected.reason.as_str()) {
            let got = got.map_or("it is not set aside".to_string(), |row| {
                format!("its reason is `{}`", row.reason)
            });
            wrong.push(format!(
                "{} row {} should be set aside as `{}`: {got}",
                expected.table, expected.row, expected.reason
            ));
        }
    }
    let set_aside: usize = readings.iter().map(|reading| reading.set_aside.len()).sum();
    if set_aside != expected.len() {
        wrong.push(format!(
            "{set_aside} rows were set aside where {} are expected",
            expected.len()
        ));
    }
    wrong
}

/// Dates are compared as they were read; a date that could not be read is blank.
fn as_text(frame: DataFrame) -> Result<DataFrame> {
    let columns = frame
        .columns()
        .iter()
        .map(|column| column.cast(&DataType::String))
        .collect::<PolarsResult<Vec<_>>>()?;
    Ok(DataFrame::new(frame.height(), columns)?)
}

fn table(name: &str, columns: &[&String], rows: &[BTreeMap<String, String>]) -> Result<Table> {
    let cells = columns.iter().enumerate().map(|(index, column)| {
        let cells: StringChunked = rows
            .iter()
            .map(|row| {
                row.get(*column)
                    .map(|cell| cell.trim())
                    .filter(|cell| !cell.is_empty())
                    .map(String::from)
            })
            .collect();
        cells.with_name(index.to_string().into()).into_column()
    });
    let cells = DataFrame::new(rows.len(), cells.collect())?;
    Ok(Table {
        name: name.to_string(),
        path: name.into(),
        stamp: None,
        cells,
        rows: (1..=rows.len() as u32).collect(),
        misfits: Vec::new(),
        ends_open: false,
        notes: Vec::new(),
        elements: None,
    })
}

fn compare_all(
    what: &str,
    frame: &DataFrame,
    expected: &[ExpectedRecord],
    wrong: &mut Vec<String>,
) -> Result<()> {
    if frame.height() != expected.len() {
        wrong.push(format!(
            "{} {what} came out where {} are expected",
            frame.height(),
            expected.len()
        ));
        return Ok(());
    }
    expected
        .iter()
        .enumerate()
        .try_for_each(|(index, expected)| compare(frame, index, expected, wrong))
}

fn compare(
    frame: &DataFrame,
    index: usize,
    expected: &ExpectedRecord,
    wrong: &mut Vec<String>,
) -> Result<()> {
    let cells = expected
        .cells
        .iter()
        .map(|(name, cell)| (name, Some(cell.as_str())));
    let nulls = expected.null.iter().map(|name| (name, None));
    for (name, cell) in cells.chain(nulls) {
        match frame
            .column(name)
            .and_then(|column| column.str().map(|cells| cells.get(index)))
        {
            Ok(got) if got == cell => {}
            Ok(got) => wrong.push(format!(
                "record {}: `{name}` should be {} and is {}",
                index + 1,
                shown(cell),
                shown(got)
            )),
            Err(_) => wrong.push(format!("record {}: `{name}` is not a field", index + 1)),
        }
    }
    Ok(())
}

fn shown(cell: Option<&str>) -> String {
    cell.map_or("blank".to_string(), |cell| format!("`{cell}`"))
}
