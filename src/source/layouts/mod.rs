//! Helps with a file whose layout is unknown: the nearest known table, the field of the data set that each
//! column may be, and a draft of a source.
//!
//! In: a table as read, and the rulebook. Out: one [`ColumnMatch`] for each column, and the text of a source
//! file. Only headings are shown, never a cell.

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

/// Whether a text in a coded column may be shown: words from a list, and nothing that could be a patient's
/// number or date.
pub fn may_show(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits < 4 && text.chars().count() <= 120
}

/// How a column of the file and a column of the nearest known table match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The heading equals the known one or another name of it that the layout lists, apart from case and
    /// punctuation.
    Matched,
    /// The heading is similar to the known one.
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

/// A column of a file, with the known column and the field that it may be.
pub struct ColumnMatch<'a> {
    /// Number of the column in the file, from 1; `None` for a known column that the file lacks.
    pub number: Option<usize>,
    /// The heading in the file; empty if the cell may contain a patient's value.
    pub heading: String,
    pub how: How,
    /// The column of the nearest known table.
    pub known: Option<String>,
    /// Whether the known table cannot be read without it.
    pub is_needed: bool,
    pub guess: Option<Guess<'a>>,
}

/// A file compared with the known layouts.
pub struct Layout<'a> {
    pub file: String,
    pub nearest: Option<Nearest<'a>>,
    pub columns: Vec<ColumnMatch<'a>>,
    /// The number of rows below the headings.
    pub rows: usize,
}

/// Compares a table, whose first row has the headings, with every known layout.
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
