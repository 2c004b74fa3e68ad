//! Finds rows of an export that are not records: repeated headings, lines of dashes, totals and footers. They
//! are set aside with their reason before a source's SQL sees them.

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::{CellWords, SourceTable};
use crate::source::recognise::spelled;
use crate::table::{Misfit, Table};

/// A row with at most this many filled cells, none of which a record requires, is not a record.
const MOST_CELLS_OF_A_FOOTER: usize = 2;

const HEADINGS: &str = "it repeats the headings";
const DASHES: &str = "a line of dashes";
const TOTAL: &str = "a total or a footer, not a record";
const NOTHING: &str = "none of the columns that a record needs is filled";

/// The table without those rows from `first` on that are not records; `headings` are the spelled headings of
/// its columns.
pub fn set_aside(
    words: &CellWords,
    kind: &SourceTable,
    headings: &[String],
    first: usize,
    mut table: Table,
) -> Result<Table> {
    let texts = table
        .cells
        .columns()
        .iter()
        .map(|column| column.str())
        .collect::<PolarsResult<Vec<_>>>()?;
    let needed: Vec<usize> = kind
        .required
        .iter()
        .filter_map(|name| headings.iter().position(|heading| *heading == spelled(name)))
        .collect();
    let rows = Rows {
        words,
        headings,
        needed,
        texts,
    };
    let reasons: Vec<(usize, &str)> = (first..table.rows.len())
        .filter_map(|row| rows.reason(row).map(|reason| (row, reason)))
        .collect();
    if reasons.is_empty() {
        return Ok(table);
    }
    let mut is_kept = vec![true; table.rows.len()];
    for (row, reason) in reasons {
        is_kept[row] = false;
        table.misfits.push(Misfit::aside(table.rows[row], reason));
    }
    table.cells = table.cells.filter(&is_kept.iter().copied().collect())?;
    let mut keeps = is_kept.into_iter();
    table.rows.retain(|_| keeps.next().unwrap_or(true));
    table.misfits.sort_by_key(|misfit| misfit.row);
    Ok(table)
}

struct Rows<'a> {
    words: &'a CellWords,
    headings: &'a [String],
    /// Columns that a record requires.
    needed: Vec<usize>,
    texts: Vec<&'a StringChunked>,
}

impl Rows<'_> {
    /// Why a row is not a record. For most rows, the first cell decides.
    fn reason(&self, row: usize) -> Option<&'static str> {
        let (column, cell) = self.filled(row).next()?;
        let letters = cell.as_bytes();
        if letters[0].is_ascii_digit() && self.needed.contains(&column) {
            return None;
        }
        if !letters.iter().any(u8::is_ascii_alphanumeric) && self.filled(row).all(|(_, cell)| is_drawn(cell))
        {
            return Some(DASHES);
        }
        if spelled(cell) == self.headings[column] && self.repeats_headings(row) {
            return Some(HEADINGS);
        }
        let others = self.needed.iter().filter(|needed| **needed != column);
        let is_alone = || {
            others
                .clone()
                .all(|needed| self.texts[*needed].get(row).is_none_or(is_sum))
        };
        if self.is_footer(cell) && is_alone() {
            return Some(TOTAL);
        }
        let is_needed = |column: usize| self.needed.contains(&column);
        let few = || self.filled(row).take(MOST_CELLS_OF_A_FOOTER + 1).count() <= MOST_CELLS_OF_A_FOOTER;
        (self.texts.len() > MOST_CELLS_OF_A_FOOTER * 2
            && few()
            && !self.filled(row).any(|(column, _)| is_needed(column)))
        .then_some(NOTHING)
    }

    /// The filled cells of a row from left to right, each with its column.
    fn filled(&self, row: usize) -> impl Iterator<Item = (usize, &str)> {
        self.texts
            .iter()
            .enumerate()
            .filter_map(move |(column, texts)| texts.get(row).map(|cell| (column, cell)))
    }

    /// Whether most filled cells repeat their heading.
    fn repeats_headings(&self, row: usize) -> bool {
        let (mut same, mut all) = (0, 0);
        for (column, cell) in self.filled(row) {
            all += 1;
            same += usize::from(spelled(cell) == self.headings[column]);
        }
        same * 2 > all && same > 1
    }

    fn is_footer(&self, cell: &str) -> bool {
        let cell = cell.trim_start_matches(['(', '*', '-', '=', ' ']).to_lowercase();
        let counted =
            cell.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ',' || letter == ' ');
        let begins = |text: &str, word: &String| {
            text.strip_prefix(word.as_str())
                .is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
        };
        let footers = &self.words.rows.footers;
        // `Total: 52`, and `52 rows` or `(52 rows affected)`.
        footers.iter().any(|word| begins(&cell, word))
            || (counted.len() < cell.len()
                && ["row", "rows", "record", "records"]
                    .iter()
                    .any(|word| begins(counted, &word.to_string())))
    }
}

/// A cell of line-drawing characters only.
fn is_drawn(cell: &str) -> bool {
    cell.chars().all(|letter| {
        matches!(
            letter,
            '-' | '=' | '_' | '*' | '~' | '+' | '|' | '.' | '#' | ' ' | '─' | '–' | '—'
        )
    })
}

/// What a total leaves in a column that a record requires: a number of rows.
fn is_sum(cell: &str) -> bool {
    cell.len() < 7
        && cell
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}
