//! `clockstop published`: writes NHS England's provider workbooks, or its Combined CSV, as the Combined CSV.

use std::path::PathBuf;

use anyhow::Result;

use super::rulebook;
use crate::cli;
use crate::measure::performance::{BAND_COLUMNS, HEADINGS};
use crate::published::{self, Published, PublishedLine};
use crate::rulebook::Rulebook;
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;
use crate::write::{self, Value};

pub fn run(options: &cli::Published) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    let books = read(&rulebook, &options.files)?;
    published::once_a_month(&books)?;
    let headings: Vec<&str> = HEADINGS.into_iter().chain(BAND_COLUMNS).collect();
    let lines = books.iter().flat_map(|book| &book.lines);
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &headings,
        lines.map(values),
    )?;
    books.iter().for_each(say);
    let is_sound = books.iter().all(|book| book.problems.is_empty());
    Ok(if is_sound { Exit::Clean } else { Exit::Findings })
}

/// Reads published files by the layout in `rules/published.toml`: a workbook is one month, a Combined CSV is
/// each month and basis that it has.
pub fn read(rulebook: &Rulebook, files: &[PathBuf]) -> Result<Vec<Published>> {
    let Some(layout) = rulebook.files.get("published.toml") else {
        return Err(usage(
            "rules file `rules/published.toml` is missing: it names the sheets and headings",
        ));
    };
    let mut books = Vec::new();
    for file in crate::table::once_each(files.to_vec())? {
        books.extend(published::read(&file, layout)?);
    }
    Ok(books)
}

/// Says what was read, and every sum that does not agree.
fn say(book: &Published) {
    say!(
        "read      {}  {} ({}): {} lines, {} sums compared",
        book.file,
        book.period,
        book.status.words(),
        book.lines.len(),
        book.compared
    );
    for problem in &book.problems {
        say!(
            "problem   {}, row {}: {}",
            problem.sheet,
            problem.row,
            problem.message
        );
    }
    for note in &book.notes {
        say!("note      {}, row {}: {}", note.sheet, note.row, note.message);
    }
}

fn values(line: &PublishedLine) -> Vec<Value<'_>> {
    let number = |people: Option<f64>| people.map_or(Value::Blank, Value::Number);
    let mut values = vec![
        Value::from(&line.period),
        Value::from(line.basis),
        Value::from(&line.org_code),
        Value::Blank,
        Value::from(&line.org_name),
        Value::from(&line.standard_or_item),
        Value::from(&line.cancer_type),
        Value::from(&line.route_or_stage),
        Value::from(&line.modality),
        Value::Number(line.total),
        number(line.within),
        number(line.after),
        number(line.performance),
    ];
    values.extend(
        BAND_COLUMNS
            .iter()
            .map(|column| number(line.bands.get(*column).copied())),
    );
    values
}
