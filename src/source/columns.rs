//! Prepares the columns of a file for its source's SQL: every value in one spelling, and dates in a certain
//! order. Every change, blank or doubt is counted and reported by file, column and row, without showing a
//! cell.

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use super::date_order::{self, Order, Seen, Slashes, Written};
use super::dates::{DateCell, DateForms};
use super::dress::{self, Dress};
use crate::rulebook::{CellWords, Reads, Source, SourceTable};
use crate::terminal::counted;

/// A known column of a file.
pub struct Known<'a> {
    pub name: &'a str,
    pub cells: Column,
}

/// What a source and the rules say about a file's cells.
pub struct Manner<'a> {
    pub source: &'a Source,
    pub table: &'a SourceTable,
    pub words: &'a CellWords,
    /// Name of the file, for messages.
    pub file: &'a str,
    /// The row number of each cell, as Excel shows it.
    pub rows: &'a [u32],
}

impl Manner<'_> {
    /// The columns in one spelling, in the same order, and messages about them.
    pub fn read(&self, columns: Vec<Known>) -> Result<(Vec<Column>, Vec<String>)> {
        if self.source.as_written {
            let notes = self.turned_by_a_spreadsheet(&columns)?;
            return Ok((columns.into_iter().map(|known| known.cells).collect(), notes));
        }
        let looked = columns
            .par_iter()
            .map(|known| self.look(known))
            .collect::<Result<Vec<Look>>>()?;
        let file: Vec<Seen> = looked.iter().map(|look| look.dates).collect();
        let read = columns
            .into_par_iter()
            .zip(looked)
            .map(|(known, look)| self.read_column(known, &look, &file))
            .collect::<Result<Vec<(Column, Vec<String>)>>>()?;
        let (columns, notes): (Vec<Column>, Vec<Vec<String>>) = read.into_iter().unzip();
        Ok((columns, notes.into_iter().flatten().collect()))
    }

    /// Dates in another format than the source's, as a spreadsheet saves them; the message gives the first
    /// rows.
    fn turned_by_a_spreadsheet(&self, columns: &[Known]) -> Result<Vec<String>> {
        const FIRST: usize = 1000;
        if self.source.date_forms.iter().any(|form| form.contains('/')) {
            return Ok(Vec::new());
        }
        let mut turned = 0;
        for known in columns
            .iter()
            .filter(|known| known.cells.null_count() < known.cells.len())
        {
            let is_turned = |cell: &&str| matches!(date_order::written(cell), Some(Written::Slashes(..)));
            turned += known
                .cells
                .str()?
                .iter()
                .take(FIRST)
                .flatten()
                .filter(is_turned)
                .count();
        }
        Ok(match turned {
            0 => Vec::new(),
            _ => vec![format!(
                "`{}` has dates such as 31/10/2026 instead of 2026-10-31, so they cannot be read: was it \
                 opened and saved in Excel? Use the file as it was exported",
                self.file
            )],
        })
    }

    fn look(&self, known: &Known) -> Result<Look> {
        let mut look = Look::default();
        let has_dates = self
            .source
            .date_forms
            .iter()
            .any(|form| form.starts_with("%d/%m/"));
        if known.cells.null_count() == known.cells.len() {
            return Ok(look);
        }
        for cell in known.cells.str()?.iter().flatten() {
            let bytes = cell.as_bytes();
            look.is_odd |= dress::is_odd(bytes);
            let is_date = bytes.len() >= 8
                && bytes[0].is_ascii_digit()
                && bytes[1..5].iter().any(|byte| matches!(byte, b'/' | b'-'));
            if has_dates && is_date {
                look.dates.add(cell);
            }
        }
        Ok(look)
    }

    fn read_column(&self, known: Known, look: &Look, file: &[Seen]) -> Result<(Column, Vec<String>)> {
        let reads = self.table.reads.get(known.name);
        let order = look.dates.order(file);
        let forms = (reads == Some(&Reads::Date)).then(|| DateForms::of(self.source));
        if !look.is_odd && reads.is_none_or(|reads| *reads == Reads::Code) && order == Order::default() {
            return Ok((known.cells, Vec::new()));
        }
        let mut told = Told::default();
        let cells: StringChunked = known
            .cells
            .str()?
            .iter()
            .zip(self.rows)
            .map(|(cell, row)| cell.and_then(|cell| self.cell(cell, *row, reads, order, &mut told)))
            .map(|cell| match (&forms, cell) {
                (Some(forms), Some(cell)) => as_iso(forms, cell),
                (_, cell) => cell,
            })
            .collect();
        Ok((
            cells.into_column(),
            told.sentences(self.file, known.name, reads, order),
        ))
    }

    fn cell(
        &self,
        cell: &str,
        row: u32,
        reads: Option<&Reads>,
        order: Order,
        told: &mut Told,
    ) -> Option<String> {
        if let Some(rewritten) = order.rewritten(cell) {
            told.dates.push(row);
            return Some(rewritten);
        }
        let dress = match reads {
            Some(reads) => dress::compared(self.words, reads, cell),
            None => dress::plain(self.words, cell),
        };
        match dress {
            Dress::Same => Some(cell.to_string()),
            Dress::Mended(text) => Some(text.into_owned()),
            Dress::Unknown => {
                told.unknown.push(row);
                Some(cell.to_string())
            }
            Dress::Blank => None,
            Dress::Error => {
                told.errors.push(row);
                None
            }
            Dress::Lost => {
                told.lost.push(row);
                None
            }
        }
    }
}

/// A date in the only format that SQL can compare; blank if it means blank.
fn as_iso(forms: &DateForms, cell: String) -> Option<String> {
    match forms.read(&cell) {
        DateCell::Date(date) => Some(date.to_string()),
        DateCell::Blank => None,
        DateCell::Unreadable => Some(cell),
    }
}

/// What a first look at a column shows.
#[derive(Debug, Default)]
struct Look {
    is_odd: bool,
    dates: Seen,
}

/// Rows with cells to report.
#[derive(Default)]
struct Told {
    dates: Vec<u32>,
    errors: Vec<u32>,
    lost: Vec<u32>,
    unknown: Vec<u32>,
}

impl Told {
    fn sentences(&self, file: &str, column: &str, reads: Option<&Reads>, order: Order) -> Vec<String> {
        let of = |rows: &[u32], what: &str| {
            (!rows.is_empty()).then(|| {
                format!(
                    "`{file}`, column {column}: {}{} {what}",
                    counted(rows.len(), "cell"),
                    in_rows(rows)
                )
            })
        };
        let wanted = match reads {
            Some(Reads::Flag) => "yes or no",
            _ => "a whole number",
        };
        let sentences = [
            match order.slashes {
                Slashes::MonthFirst if !order.hyphens_in_doubt => of(
                    &self.dates,
                    "read with the month first, the only order that fits the column: export dates as \
                     2026-10-31",
                ),
                _ => of(
                    &self.dates,
                    "hold a date that is not read, because day or month may come first: export dates as \
                     2026-10-31",
                ),
            },
            of(
                &self.errors,
                "hold a spreadsheet error such as `#N/A`, read as blank: correct the export",
            ),
            of(
                &self.lost,
                "hold a number in scientific notation whose last digits are lost, read as blank: export the \
                 column as text",
            ),
            of(
                &self.unknown,
                &format!(
                    "hold a value that is not {wanted}, so its effect is unknown: correct it, or add the \
                     word to `rules/cells.toml`"
                ),
            ),
        ];
        sentences.into_iter().flatten().collect()
    }
}

/// ` (rows 4, 7 and 12 more)`
fn in_rows(rows: &[u32]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = rows.iter().take(SHOWN).map(u32::to_string).collect();
    let word = if rows.len() == 1 { "row" } else { "rows" };
    match rows.len().saturating_sub(SHOWN) {
        0 => format!(" ({word} {})", shown.join(", ")),
        more => format!(" ({word} {} and {more} more)", shown.join(", ")),
    }
}
