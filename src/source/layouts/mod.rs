//! A file whose layout is not known: which known table comes nearest, which field of the data set each of its columns
//! may be, and the start of a source for it.
//!
//! In: a table as it was read, the rulebook. Out: one [`ColumnMatch`] a column, and text of a source file. Only
//! headings are ever shown, never a cell.

mod draft;
mod guess;
mod nearest;
mod profile;

use anyhow::Result;
use polars::prelude::StringChunked;

use crate::rulebook::Rulebook;
use crate::source::recognise::{looks_like_heading, row};
use crate::table::Table;

pub use draft::draft;
pub use guess::Guess;
pub use nearest::{Nearest, nearest};
pub use profile::{ColumnProfile, profile};

/// Whether a text of a coded column may be shown: words of a list, and nothing that could be a number or date of a patient.
pub fn may_show(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits < 4 && text.chars().count() <= 120
}

/// How a column of the file, or of the nearest known table, found its partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The heading is the known one, apart from case and punctuation.
    Matched,
    /// The heading is nearly the known one.
    OtherSpelling,
    /// The known table has no such column.
    Unused,
    /// The file has no such column.
    Missing,
}

impl How {
    pub fn words(self) -> &'static str {
        match self {
            How::Matched => "matched",
            How::OtherSpelling => "other-spelling",
            How::Unused => "unused",
            How::Missing => "missing",
        }
    }
}

/// A column of a file, with the known column and the field of the data set that it may be.
pub struct ColumnMatch<'a> {
    /// Number of the column in the file, from 1; none for a known column that the file lacks.
    pub number: Option<usize>,
    /// The heading as the file has it; empty where the cell may hold a patient's value.
    pub heading: String,
    pub how: How,
    /// The column of the nearest known table.
    pub known: Option<String>,
    /// The known table cannot be read without it.
    pub is_needed: bool,
    pub guess: Option<Guess<'a>>,
}

/// A file set against the known layouts.
pub struct Layout<'a> {
    pub file: String,
    pub nearest: Option<Nearest<'a>>,
    pub columns: Vec<ColumnMatch<'a>>,
    /// Rows below the headings.
    pub rows: usize,
}

/// Sets a table whose first row holds headings against every known layout.
pub fn layout<'a>(rulebook: &'a Rulebook, table: &Table, source: Option<&str>) -> Result<Layout<'a>> {
    let first = row(table, 0);
    let headings: Vec<String> = first
        .iter()
        .map(|cell| {
            if looks_like_heading(cell) {
                cell.clone()
            } else {
                String::new()
            }
        })
        .collect();
    let nearest = nearest(rulebook, &headings, source);
    let below = table.cells.slice(1, usize::MAX);
    let cells: Vec<&StringChunked> = below
        .columns()
        .iter()
        .map(|column| column.str())
        .collect::<Result<_, _>>()?;
    let guesses = guess::all(rulebook, &headings, &cells);
    let known = nearest
        .as_ref()
        .map(|nearest| nearest.partners.as_slice())
        .unwrap_or_default();
    let mut columns: Vec<ColumnMatch> = Vec::new();
    for (number, (heading, guess)) in headings.iter().zip(guesses).enumerate() {
        let partner = known.iter().find(|partner| partner.column == Some(number));
        columns.push(ColumnMatch {
            number: Some(number + 1),
            heading: heading.clone(),
            how: partner.map_or(How::Unused, |partner| partner.how),
            known: partner.map(|partner| partner.known.clone()),
            is_needed: partner.is_some_and(|partner| partner.is_needed),
            guess,
        });
    }
    columns.extend(
        known
            .iter()
            .filter(|partner| partner.column.is_none())
            .map(|partner| ColumnMatch {
                number: None,
                heading: String::new(),
                how: How::Missing,
                known: Some(partner.known.clone()),
                is_needed: partner.is_needed,
                guess: None,
            }),
    );
    Ok(Layout {
        file: table.name.clone(),
        nearest,
        columns,
        rows: below.height(),
    })
}
