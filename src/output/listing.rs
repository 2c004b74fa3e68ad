//! The workbook of a listing: a cover, a sheet for each table, the notes. The listing's own file says what
//! each sheet shows.

use std::path::Path;

use anyhow::Result;
use rust_xlsxwriter::DataValidation;

use super::book::Book;
use super::cover::{self, Cover};
use super::sheet::{Sheet, TableRows};
use super::style::Look;
use super::table::{Column, Plan};
use super::value::Value;
use crate::report::house::House;
use crate::report::listing::{Listed, table};
use crate::report::{About, Cell, Described, InputFile, Organisation};
use crate::rulebook::{ColumnLook, FormEntry, Listing, ListingColumn, ListingForm, ListingSheet, suggestion};
use crate::terminal::failure::usage;

const NOTES: &str = "Notes";

/// The results of listings, ready to be written.
pub struct Listings<'a> {
    pub listing: &'a Listing,
    pub tables: &'a [Listed],
    pub provider: Organisation,
    /// `Snapshot`
    pub period: &'static str,
    /// `End of Sunday 22 November 2026`
    pub period_title: String,
    pub as_at: chrono::NaiveDate,
    pub rulebook: String,
    pub inputs: Vec<InputFile>,
    pub house: House,
}

impl Described for Listings<'_> {
    fn about(&self) -> About<'_> {
        About {
            provider: &self.provider,
            period: self.period,
            period_title: &self.period_title,
            period_code: "",
            as_at: self.as_at,
            status: "Working list",
            tool_version: env!("CARGO_PKG_VERSION"),
            rulebook: &self.rulebook,
            inputs: &self.inputs,
            house: &self.house,
        }
    }
}

/// Writes the workbook to `path`.
pub fn write(path: &Path, listings: &Listings) -> Result<()> {
    let listing = listings.listing;
    let mut book = Book::new(path, listings, &listing.title, &listing.banner)?;
    let guidance: Vec<&str> = listing.guidance.iter().map(String::as_str).collect();
    cover::write(
        &mut book,
        &Cover {
            facts: facts(listings)?,
            contents: contents(listing),
            guidance: &guidance,
        },
    )?;
    for sheet in &listing.sheet {
        table_sheet(&mut book, listing, sheet, table(listings.tables, &sheet.table)?)?;
    }
    notes(&mut book, listing)?;
    book.save(path)
}

fn facts<'a>(listings: &'a Listings) -> Result<Vec<(&'a str, Value<'a>)>> {
    let facts = listings.listing.fact.iter();
    facts
        .map(|fact| {
            Ok((
                fact.label.as_str(),
                table(listings.tables, &fact.table)?.count(&fact.only).into(),
            ))
        })
        .collect()
}

fn contents(listing: &Listing) -> Vec<(String, String)> {
    let mut contents: Vec<(String, String)> = listing
        .sheet
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.about.clone()))
        .collect();
    contents.push((NOTES.to_string(), "Definitions and doubts".to_string()));
    contents
}

fn table_sheet(
    book: &mut Book<Listings>,
    listing: &Listing,
    plan: &ListingSheet,
    listed: &Listed,
) -> Result<()> {
    let mut sheet = book.long_sheet(&plan.name, &plan.title)?;
    if plan.for_screen {
        sheet.for_screen()?;
    }
    for line in &plan.lines {
        sheet.line(line)?;
    }
    let columns: Vec<Column> = plan.column.iter().map(column).collect();
    let indexes = plan
        .column
        .iter()
        .map(|column| index_of(plan, column, listed))
        .collect::<Result<Vec<_>>>()?;
    let name = plan.name.replace(|letter: char| !letter.is_alphanumeric(), "_");
    let drawn = Plan {
        frozen_columns: plan.frozen_columns,
        ..Plan::filtered(&name, &columns, &plan.when_empty)
    };
    let rows = sheet.table(&drawn, listed.rows.iter().map(|cells| row(&indexes, cells)))?;
    if let Some(form) = listing.form_of(&plan.table) {
        sheet.lock();
        if !listed.rows.is_empty() {
            offer_words(&mut sheet, rows, plan, form)?;
        }
    }
    Ok(())
}

/// Adds a drop-down list to each column that takes only certain words.
fn offer_words(sheet: &mut Sheet, rows: TableRows, plan: &ListingSheet, form: &ListingForm) -> Result<()> {
    for (index, column) in (0..).zip(&plan.column) {
        let is_it = |entry: &&FormEntry| Some(&entry.name) == column.name.as_ref();
        let entry = form.entry.iter().find(is_it);
        if let Some(entry) = entry.filter(|entry| !entry.words.is_empty()) {
            let words = DataValidation::new()
                .allow_list_strings(&entry.words)?
                .set_error_title("Not on the list")?
                .set_error_message("Choose a word from the list.")?;
            sheet.validate(rows, index, &words)?;
        }
    }
    Ok(())
}

fn row<'a>(indexes: &[Option<usize>], cells: &'a [Cell]) -> Vec<Value<'a>> {
    indexes
        .iter()
        .map(|index| index.map_or(Value::Blank, |index| cells[index].borrowed()))
        .collect()
}

/// The index of a sheet's column in its table; `None` for a column that readers fill in.
fn index_of(sheet: &ListingSheet, column: &ListingColumn, listed: &Listed) -> Result<Option<usize>> {
    let Some(name) = &column.name else { return Ok(None) };
    match listed.index_of(name) {
        Some(index) => Ok(Some(index)),
        None => {
            let known = listed.headings.iter().map(String::as_str);
            Err(usage(format!(
                "sheet `{}` shows `{name}`, which is missing from table `{}`: {}",
                sheet.name,
                listed.name,
                suggestion(name, known)
            )))
        }
    }
}

pub fn column(column: &ListingColumn) -> Column {
    let look = match column.look {
        ColumnLook::Words => Look::Words,
        ColumnLook::Code => Look::Code,
        ColumnLook::Name => Look::Name,
        ColumnLook::Date => Look::Date,
        ColumnLook::RowNumber => Look::RowNumber,
        ColumnLook::Whole | ColumnLook::Bar => Look::Whole,
        ColumnLook::People => Look::People,
        ColumnLook::Share => Look::Share,
        ColumnLook::Entry => Look::Entry,
    };
    let drawn = Column::new(&column.heading, column.width, look);
    if column.look == ColumnLook::Bar {
        drawn.barred()
    } else {
        drawn
    }
}

fn notes(book: &mut Book<Listings>, listing: &Listing) -> Result<()> {
    let mut sheet = book.sheet(NOTES, NOTES)?;
    let columns = [
        Column::new("Note", 8.0, Look::RowNumber),
        Column::new("What it says", 120.0, Look::Words),
    ];
    let rows = listing
        .notes
        .iter()
        .enumerate()
        .map(|(index, note)| vec![Value::from(index + 1), note.as_str().into()]);
    sheet.table(&Plan::new(NOTES, &columns, "There are no notes."), rows)?;
    Ok(())
}
