//! Runs the listings: the queries in a folder of the rules, one after the other; their results are plain
//! tables.
//!
//! In: the records, and extra tables that a command adds. Out: one [`Listed`] for each query that may be
//! shown. Such a table never holds an identifier of a patient: rules that would show one are refused.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use polars::prelude::*;

use crate::measure;
use crate::records::{Cells, Records, planned};
use crate::report::{Cell, conditions};
use crate::rulebook::{CONDITIONS, Classification, Conditions, Kind, Listing, Rulebook, suggestion};
use crate::source::Mapped;
use crate::sql::{RunContext, Snippet, query, seen};
use crate::terminal::failure::{refused, usage};
use crate::write::Value;

/// The table with what the compared query gave for earlier files.
pub const EARLIER: &str = "earlier";

/// The result of one query: headings, and rows with one cell for each heading.
pub struct Listed {
    pub name: String,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// The records for a listing, and the extra table that only its queries see: `planned` for a snapshot of a
/// day, else `waits`.
pub fn records(
    rulebook: &Rulebook,
    listing: &Listing,
    mut mapped: Mapped,
    key: Option<&[u8]>,
    context: &RunContext,
) -> Result<(Records, (&'static str, DataFrame))> {
    if listing.end_of_day {
        let planned = planned::split(rulebook, &mut mapped.frame, context.as_at)?;
        let records = Records::derive(rulebook, mapped, key, context)?;
        return Ok((records, ("planned", planned)));
    }
    let records = Records::derive(rulebook, mapped, key, context)?;
    let waits = measure::run(rulebook, &records, context)?;
    Ok((records, ("waits", waits.frame)))
}

/// The tables that the queries see: `frame` are the records, such as those known at the end of a day.
pub fn all_tables<'a>(
    rulebook: &'a Rulebook,
    records: &Records,
    frame: &DataFrame,
    (name, rows): (&'static str, DataFrame),
    extra: &'a [(String, DataFrame)],
) -> Result<Vec<(&'a str, LazyFrame)>> {
    let own = [
        ("records", frame.clone().lazy()),
        ("files", records.file_names()?.lazy()),
        (name, rows.lazy()),
    ];
    let extra = extra
        .iter()
        .map(|(name, rows)| (name.as_str(), rows.clone().lazy()));
    seen::LISTING.tables(rulebook, own.into_iter().chain(extra))
}

/// Runs the queries in their order; each result is a table for the later ones. Returns the tables that may be
/// shown.
pub fn run<'a>(
    rulebook: &'a Rulebook,
    listing: &'a Listing,
    tables: Vec<(&'a str, LazyFrame)>,
    context: &RunContext,
) -> Result<Vec<Listed>> {
    let made: Vec<&str> = listing.tables_made().collect();
    let is_shown = |name: &str| listing.tables.iter().any(|table| table == name);
    run_queries(rulebook, listing, &made, is_shown, tables, context)
}

/// Runs the queries that the board pack needs; returns the tables that it shows.
pub fn run_for_board<'a>(
    rulebook: &'a Rulebook,
    listing: &'a Listing,
    tables: Vec<(&'a str, LazyFrame)>,
    context: &RunContext,
) -> Result<Vec<Listed>> {
    let is_shown = |name: &str| listing.board_tables().any(|table| table == name);
    let needed = needed(rulebook, listing);
    run_queries(rulebook, listing, &needed, is_shown, tables, context)
}

/// The result of the query that the listing compares with the one of earlier files.
pub fn run_compared<'a>(
    rulebook: &'a Rulebook,
    listing: &'a Listing,
    mut tables: Vec<(&'a str, LazyFrame)>,
    context: &RunContext,
) -> Result<DataFrame> {
    let Some(compared) = &listing.compares else {
        return Err(usage(format!(
            "`--earlier`: `rules/{}/listing.toml` has no `compares`, so there is nothing to compare",
            listing.folder
        )));
    };
    for (path, name) in listing.files() {
        let frame = of_query(rulebook, &path, &tables, context)?;
        if name == compared {
            return Ok(frame);
        }
        tables.push((name, frame.lazy()));
    }
    Err(usage(format!("`{}` has no query `{compared}`", listing.folder)))
}

/// The result of a query, or of the conditions that stand in its place.
fn of_query(
    rulebook: &Rulebook,
    path: &str,
    tables: &[(&str, LazyFrame)],
    context: &RunContext,
) -> Result<DataFrame> {
    if path.ends_with(CONDITIONS) {
        let conditions = Conditions::read(&rulebook.files, path)?;
        return conditions::judge(&rulebook.files, &conditions, tables, context);
    }
    query(&Snippet::file(&rulebook.files, path)?, tables, context)
}

fn has(tables: &[(&str, LazyFrame)], name: &str) -> bool {
    tables.iter().any(|(known, _)| *known == name)
}

/// The tables that the board's tables need, in order: those, and the ones that the text of their queries
/// names.
fn needed<'a>(rulebook: &Rulebook, listing: &'a Listing) -> Vec<&'a str> {
    let mut wanted: HashSet<&str> = listing.board_tables().collect();
    let made = || listing.tables_made();
    let files: Vec<_> = listing.files().collect();
    for (index, (path, table)) in files.into_iter().enumerate().rev() {
        if wanted.contains(table) {
            let text = rulebook.files.get(&path).unwrap_or_default();
            let words: HashSet<&str> = text
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .collect();
            // A query sees the results before it only; a later name in its text is a word of a comment.
            wanted.extend(made().take(index).filter(|name| words.contains(name)));
        }
    }
    made().filter(|name| wanted.contains(name)).collect()
}

fn run_queries<'a>(
    rulebook: &'a Rulebook,
    listing: &'a Listing,
    needed: &[&'a str],
    is_shown: impl Fn(&str) -> bool,
    mut tables: Vec<(&'a str, LazyFrame)>,
    context: &RunContext,
) -> Result<Vec<Listed>> {
    let numbers = numbers_of_patients(rulebook, &tables)?;
    let mut shown = Vec::new();
    for (path, name) in listing.files().filter(|(_, name)| needed.contains(name)) {
        let file = format!("rules/{path}");
        let frame = of_query(rulebook, &path, &tables, context)?;
        if listing.compares.as_deref() == Some(name) && !has(&tables, EARLIER) {
            tables.push((EARLIER, frame.clone().lazy().limit(0)));
        }
        if is_shown(name) {
            without_identifiers(rulebook, &file, &frame)?;
            without_numbers(&numbers, &file, &frame)?;
            shown.push(listed(name, &frame)?);
        }
        tables.push((name, frame.lazy()));
    }
    Ok(shown)
}

/// The listing's table of this name.
pub fn table<'a>(listed: &'a [Listed], name: &str) -> Result<&'a Listed> {
    listed.iter().find(|table| table.name == name).ok_or_else(|| {
        let known = listed.iter().map(|table| table.name.as_str());
        usage(format!("there is no table `{name}`: {}", suggestion(name, known)))
    })
}

fn without_identifiers(rulebook: &Rulebook, file: &str, frame: &DataFrame) -> Result<()> {
    let tells = |name: &str| {
        let classified = rulebook.field(name).map(|field| field.classification);
        matches!(
            classified,
            Some(Classification::Identifier | Classification::FreeText)
        ) || name == rulebook.data_set.pathway_key()
    };
    match frame
        .get_column_names()
        .into_iter()
        .find(|name| tells(name.as_str()))
    {
        Some(name) => Err(refused(format!(
            "{file} shows `{name}`, which may identify a patient: remove it, and show `pathway` instead"
        ))),
        None => Ok(()),
    }
}

/// The NHS numbers in the tables. They are searched by value, because a rule may rename the column or put the
/// number into a text.
fn numbers_of_patients(rulebook: &Rulebook, tables: &[(&str, LazyFrame)]) -> Result<HashSet<String>> {
    let mut numbers = HashSet::new();
    for field in rulebook
        .fields
        .iter()
        .filter(|field| field.kind == Kind::NhsNumber)
    {
        for (_, table) in tables {
            if table.clone().collect_schema()?.contains(&field.name) {
                let column = table
                    .clone()
                    .select([col(field.name.as_str()).drop_nulls().unique()])
                    .collect()?;
                numbers.extend(
                    column
                        .column(&field.name)?
                        .str()?
                        .iter()
                        .flatten()
                        .map(String::from),
                );
            }
        }
    }
    Ok(numbers)
}

fn without_numbers(numbers: &HashSet<String>, file: &str, frame: &DataFrame) -> Result<()> {
    for column in frame
        .columns()
        .iter()
        .filter(|column| column.dtype() == &DataType::String || column.dtype().is_integer())
    {
        let column = column.cast(&DataType::String)?;
        let digits = |text: &str| {
            text.split(|letter: char| !letter.is_ascii_digit())
                .any(|run| numbers.contains(run))
        };
        if column.str()?.iter().flatten().any(digits) {
            return Err(refused(format!(
                "{file} shows NHS numbers in `{}`: remove them, and show `pathway` instead",
                column.name()
            )));
        }
    }
    Ok(())
}

fn listed(name: &str, frame: &DataFrame) -> Result<Listed> {
    let columns = frame.columns().iter().map(cells).collect::<Result<Vec<_>>>()?;
    let row = |row: usize| columns.iter().map(|column| column[row].clone()).collect();
    let headings = frame.get_column_names().into_iter();
    Ok(Listed {
        name: name.to_string(),
        headings: headings.map(|name| name.to_string()).collect(),
        rows: (0..frame.height()).map(row).collect(),
    })
}

/// The cells of a column; a type without its own kind of cell is written as polars writes it.
fn cells(column: &polars::prelude::Column) -> Result<Vec<Cell>> {
    let as_text;
    let cells = match Cells::new(column) {
        Some(cells) => cells,
        None => {
            as_text = column.cast(&DataType::String)?;
            Cells::Text(as_text.str()?)
        }
    };
    Ok((0..column.len())
        .map(|row| cells.value(row).into_owned())
        .collect())
}

impl Listed {
    /// Keeps only the rows with this text in the column.
    pub fn only(&mut self, column: &str, text: &str) {
        if let Some(index) = self.index_of(column) {
            self.rows.retain(|row| row[index].in_words() == text);
        }
    }

    /// The texts of a column, without blanks.
    pub fn texts(&self, column: &str) -> impl Iterator<Item = String> {
        let index = self.index_of(column);
        let cells = self
            .rows
            .iter()
            .filter_map(move |row| Some(row[index?].in_words()));
        cells.filter(|text| !text.is_empty())
    }

    /// The number of rows with these texts, by column.
    pub fn count(&self, only: &BTreeMap<String, String>) -> usize {
        let is_so = |row: &&Vec<Cell>| {
            only.iter().all(|(column, text)| {
                let cell = self.index_of(column).map(|index| &row[index]);
                matches!(cell, Some(Cell::Text(cell)) if cell == text)
            })
        };
        self.rows.iter().filter(is_so).count()
    }

    /// Adds a column, with a cell for each row.
    pub fn add(&mut self, heading: &str, cells: impl IntoIterator<Item = Cell>) {
        self.headings.push(heading.to_string());
        self.rows
            .iter_mut()
            .zip(cells)
            .for_each(|(row, cell)| row.push(cell));
    }

    pub fn index_of(&self, column: &str) -> Option<usize> {
        self.headings.iter().position(|heading| heading == column)
    }

    /// The rows as the table commands write them.
    pub fn values(&self) -> impl Iterator<Item = Vec<Value<'_>>> {
        self.rows
            .iter()
            .map(|row| row.iter().map(Value::borrowed).collect())
    }
}
