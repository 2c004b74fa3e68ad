//! Suggests worked examples that would notice a fault. In: the examples, and the faults that none of them
//! notices. Out: examples similar to them for which such a fault gives another result, with the result of the
//! SQL as written.
//!
//! They show what the SQL does, not what it should do: whoever copies one confirms that the result is right.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::Result;
use polars::prelude::*;
use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use rayon::prelude::*;

use super::mutants::{Bench, FileMutant, FileMutants, benches};
use super::{Examples, Stand, Worked};
use crate::measure;
use crate::rule_tests::suggest::values;
use crate::rulebook::columns::RECORD;
use crate::rulebook::{Field, Row};
use crate::sql::{self, Words, words};

/// How often, and how many similar examples are tried for one file.
const ROUNDS: u64 = 2;
const TRIED: usize = 800;

/// A cell of a result: the record, the line of the record, the column, its text.
type Cells = BTreeMap<(usize, usize, String), Option<String>>;

/// The column of a cell, and its text.
type Cell<'a> = (&'a str, Option<&'a str>);

/// Suggested examples as TOML, for the files with faults that no example notices.
pub fn suggest(stand: &Stand, files: &[FileMutants]) -> Result<String> {
    let mut text = String::new();
    // The files are in the order of the benches.
    for (number, file) in files.iter().enumerate() {
        let mut left: Vec<&FileMutant> = file.unnoticed().collect();
        for round in 0..ROUNDS {
            if !left.is_empty() {
                suggest_once(stand, number, round, &mut left, &mut text)?;
            }
        }
    }
    Ok(text)
}

/// Tries similar examples once: writes those that notice a fault, and removes the fault from those that are
/// left.
fn suggest_once(
    stand: &Stand,
    number: usize,
    round: u64,
    left: &mut Vec<&FileMutant>,
    text: &mut String,
) -> Result<()> {
    let similar = Examples {
        example: similar(stand, number, round)?,
        same: Vec::new(),
    };
    let tries = Stand::new(stand.context.rulebook, similar, stand.context)?;
    let bench = benches(&tries)?.swap_remove(number);
    let right = cells(&bench, &tries, bench.snippet.text)?.unwrap_or_default();
    let wrong: Vec<Option<Cells>> = left
        .par_iter()
        .map(|mutant| cells(&bench, &tries, &mutant.sql))
        .collect::<Result<_>>()?;
    let noticed: Vec<BTreeSet<usize>> = wrong
        .iter()
        .map(|wrong| {
            wrong
                .as_ref()
                .map(|wrong| differing(&tries, &right, wrong))
                .unwrap_or_default()
        })
        .collect();
    let standards: BTreeSet<String> = right
        .iter()
        .filter(|((_, _, column), _)| column == "standard")
        .filter_map(|(_, cell)| cell.clone())
        .collect();
    let mut open: BTreeSet<usize> = (0..left.len()).collect();
    while let Some((best, found)) = best(&tries, &noticed, &open) {
        let changes: Vec<&str> = found.iter().map(|mutant| left[*mutant].change.as_str()).collect();
        write_example(&tries, best, &right, &standards, &changes, text);
        open.retain(|mutant| !found.contains(mutant));
    }
    *left = open.into_iter().map(|mutant| left[mutant]).collect();
    Ok(())
}

/// The try that notices most faults; of equals, the one with the fewest cells.
fn best(tries: &Stand, noticed: &[BTreeSet<usize>], open: &BTreeSet<usize>) -> Option<(usize, Vec<usize>)> {
    let mut of_try: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for mutant in open {
        for one in &noticed[*mutant] {
            of_try.entry(*one).or_default().push(*mutant);
        }
    }
    let size = |one: usize| tries.examples[one].records.iter().map(Row::len).sum::<usize>();
    of_try
        .into_iter()
        .max_by_key(|(one, found)| (found.len(), std::cmp::Reverse(size(*one))))
}

/// The tries with another result.
fn differing(tries: &Stand, right: &Cells, wrong: &Cells) -> BTreeSet<usize> {
    let keys = right.keys().chain(wrong.keys());
    let differing = keys.filter(|key| right.get(key) != wrong.get(key));
    differing
        .map(|(record, _, _)| tries.rows.partition_point(|rows| rows.end <= *record))
        .collect()
}

/// The cells of the lines that some SQL gives; `None` if it cannot run on the tries.
fn cells(bench: &Bench, tries: &Stand, sql: &str) -> Result<Option<Cells>> {
    let Some(Ok(lines)) = bench.lines(tries, sql) else {
        return Ok(None);
    };
    let lines = measure::together(vec![lines])?.frame;
    let lines = lines.sort([RECORD, "org_code"], SortMultipleOptions::default())?;
    let records = lines.column(RECORD)?.u32()?.clone();
    let mut cells = Cells::new();
    for column in lines
        .columns()
        .iter()
        .filter(|column| !column.name().starts_with('_'))
    {
        let (texts, mut before, mut line) = (column.cast(&DataType::String)?, None, 0);
        for (record, text) in records.iter().flatten().zip(texts.str()?.iter()) {
            line = if before == Some(record) { line + 1 } else { 0 };
            before = Some(record);
            let key = (record as usize, line, column.name().to_string());
            cells.insert(key, text.map(String::from));
        }
    }
    Ok(Some(cells))
}

/// The columns that are given of a line that is not counted.
const OF_UNCOUNTED: [&str; 3] = ["reason", "standard", "counted"];

fn write_example(
    tries: &Stand,
    example: usize,
    right: &Cells,
    standards: &BTreeSet<String>,
    changes: &[&str],
    text: &mut String,
) {
    let rows = &tries.rows[example];
    let change = changes.first().copied().unwrap_or_default();
    let title = toml::Value::String(format!("Another result if {change}"));
    let _ = writeln!(text, "[[example]]\ntitle = {title}\nrecords = [");
    for record in &tries.examples[example].records {
        let _ = writeln!(
            text,
            "    {{ {} }},",
            crate::rule_tests::example_cells(record).join(", ")
        );
    }
    let _ = writeln!(text, "]");
    let mut lines: BTreeMap<(usize, usize), Vec<Cell>> = BTreeMap::new();
    for ((record, line, column), cell) in
        right.range((rows.start, 0, String::new())..(rows.end, 0, String::new()))
    {
        lines
            .entry((*record, *line))
            .or_default()
            .push((column, cell.as_deref()));
    }
    let given: BTreeSet<&str> = lines
        .values()
        .flatten()
        .filter(|(column, _)| *column == "standard")
        .filter_map(|(_, cell)| *cell)
        .collect();
    if !lines.is_empty() {
        let _ = writeln!(text, "lines = [");
        for ((record, _), columns) in &lines {
            let _ = writeln!(text, "    {{ {} }},", line_of(record - rows.start + 1, columns));
        }
        let _ = writeln!(text, "]");
    }
    let none: Vec<String> = standards
        .iter()
        .filter(|standard| !given.contains(standard.as_str()))
        .map(|standard| format!("\"{standard}\""))
        .collect();
    if !none.is_empty() {
        let _ = writeln!(text, "none = [{}]", none.join(", "));
    }
    text.push('\n');
}

/// The cells of a line; of one that is not counted, its reason.
fn line_of(record: usize, columns: &[Cell]) -> String {
    let is_counted = columns.contains(&("counted", Some("true")));
    let asked = || {
        let columns = columns.iter();
        columns.filter(|(name, _)| is_counted || OF_UNCOUNTED.contains(name))
    };
    let mut cells = vec![format!("record = {record}")];
    cells.extend(asked().filter_map(|(name, cell)| Some(format!("{name} = {}", value((*cell)?)))));
    let null: Vec<String> = asked()
        .filter(|(_, cell)| cell.is_none())
        .map(|(name, _)| format!("\"{name}\""))
        .collect();
    if !null.is_empty() {
        cells.push(format!("null = [{}]", null.join(", ")));
    }
    cells.join(", ")
}

fn value(cell: &str) -> String {
    match cell {
        "true" | "false" => cell.to_string(),
        _ => toml::Value::String(cell.to_string()).to_string(),
    }
}

/// Examples with a few cells changed, left out or filled in, and with parts of their records repeated.
fn similar(stand: &Stand, number: usize, round: u64) -> Result<Vec<Worked>> {
    let rulebook = stand.context.rulebook;
    let bench = benches(stand)?.swap_remove(number);
    let mut known = Words::default();
    words(&sql::parse_query(&bench.snippet)?, &mut known);
    let is_used = |field: &&Field| {
        let cells = stand.examples.iter().flat_map(|example| &example.records);
        known.names.contains(&field.name) || cells.into_iter().any(|row| row.contains_key(&field.name))
    };
    let fields: Vec<&Field> = rulebook.fields.iter().filter(is_used).collect();
    let mut dice = Pcg64::seed_from_u64(number as u64 * 1000 + round);
    let mut small: Vec<&Worked> = stand.examples.iter().collect();
    small.sort_by_key(|example| example.records.iter().map(Row::len).sum::<usize>());
    small.truncate(60);
    let all: Vec<&Row> = small.iter().flat_map(|example| &example.records).collect();
    let changed = |row: &mut Row, dice: &mut Pcg64| {
        let field = fields[up_to(dice, fields.len())];
        let mut others = values(rulebook, field, &known, row);
        others.extend(
            all.iter()
                .filter_map(|row| row.get(&field.name))
                .map(crate::rule_tests::example_text),
        );
        match up_to(dice, 4) {
            0 => drop(row.remove(&field.name)),
            _ if others.is_empty() => {}
            _ => {
                let other = others.swap_remove(up_to(dice, others.len()));
                row.insert(field.name.clone(), toml::Value::String(other));
            }
        }
    };
    let tried = (0..TRIED).map(|_| {
        let mut records = small[up_to(&mut dice, small.len())].records.clone();
        let repeats = [0, 0, 1, 1, 2][up_to(&mut dice, 5)];
        for _ in 0..repeats {
            let mut other = records[up_to(&mut dice, records.len())].clone();
            let kept = up_to(&mut dice, 3);
            let keys = rulebook
                .fields
                .iter()
                .filter(|field| field.name.ends_with("_id") || kept > 0);
            let keys: BTreeSet<&String> = keys.map(|field| &field.name).collect();
            other.retain(|name, _| {
                keys.contains(name) && (kept < 2 || up_to(&mut dice, 3) > 0 || name.ends_with("_id"))
            });
            records.push(other);
        }
        for _ in 0..up_to(&mut dice, 4) + usize::from(repeats == 0) {
            let row = up_to(&mut dice, records.len());
            changed(&mut records[row], &mut dice);
        }
        Worked {
            records,
            ..Worked::default()
        }
    });
    Ok(tried.collect())
}

/// A number below `end`.
fn up_to(dice: &mut Pcg64, end: usize) -> usize {
    (dice.next_u64() % end.max(1) as u64) as usize
}
