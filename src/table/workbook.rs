//! Excel workbooks: each visible sheet becomes a table of text, with dates as `2026-10-31` and numbers as
//! their cell shows them. What a person would not see (hidden sheets, formulas without a value, errors) is
//! not read, and a message says so.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveTime;

use super::cells::Cells;
use super::sparse::{self, Cell, Filled, Placed, Workbook, name_of};
use super::{Misfit, Table, listed, number_format, plain, shown};
use crate::terminal::counted;
use crate::terminal::failure::input;

/// Reads every visible sheet with content; the workbook unpacks to at most this many bytes.
pub fn read(path: &Path, name: &str, bytes: Vec<u8>, most: u64) -> Result<Vec<Table>> {
    let mut workbook = sparse::open(path, bytes, most)?;
    let mut tables = Vec::new();
    let mut hidden = Vec::new();
    for sheet in workbook.worksheets() {
        if sheet.hidden {
            hidden.push(sheet.name);
        } else {
            tables.extend(read_sheet(path, name, &mut workbook, &sheet.name)?);
        }
    }
    let Some(first) = tables.first_mut() else {
        let all = match hidden.is_empty() {
            true => ": export it again".to_string(),
            false => format!(
                " but hidden ones ({}): unhide the sheet that is meant, and save",
                listed(&hidden)
            ),
        };
        return Err(input(format!(
            "`{}` is a workbook without any filled sheet{all}",
            shown(path)
        )));
    };
    if !hidden.is_empty() {
        first.notes.push(format!(
            "`{name}`: hidden sheets are not read: {}. Unhide one that is meant, and save",
            listed(&hidden)
        ));
    }
    Ok(tables)
}

/// The table of a sheet; `None` if the sheet is empty.
fn read_sheet(path: &Path, name: &str, workbook: &mut Workbook, sheet: &str) -> Result<Option<Table>> {
    let filled = workbook.cells(sheet).map_err(|error| {
        input(format!(
            "`{}`, sheet `{}` cannot be read ({}): open the workbook in Excel and save it again, or export \
             it as CSV",
            shown(path),
            plain(sheet),
            plain(&error)
        ))
    })?;
    let Some(used) = Used::of(&filled.cells) else {
        return Ok(None);
    };
    used.is_a_table(path, sheet)?;
    let name = format!("{name}[{}]", plain(sheet));
    let notes = said(&name, &filled, workbook.shows_formats());
    Ok(Some(lay_out(path, name, &filled.cells, used, notes)?))
}

/// Messages about what a person would not see in the sheet's cells.
fn said(name: &str, filled: &Filled, shows_formats: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if !filled.without_value.is_empty() {
        notes.push(format!(
            "`{name}`: {} without a saved value, read as blank ({}): open the workbook in Excel, let it \
             calculate, and save it",
            counted(filled.without_value.len(), "formula"),
            first_of(filled.without_value.iter().copied())
        ));
    }
    let errors: Vec<(u32, u32)> = filled
        .cells
        .iter()
        .filter(|placed| matches!(placed.cell, Cell::Error(_)))
        .map(|placed| (placed.row, placed.column))
        .collect();
    if !errors.is_empty() {
        notes.push(format!(
            "`{name}`: {} with an Excel error such as `#N/A`, read as blank ({}): correct the formula, or \
             type the value there",
            counted(errors.len(), "cell"),
            first_of(errors.into_iter())
        ));
    }
    let is_number = |placed: &Placed| matches!(placed.cell, Cell::Number(_));
    if !shows_formats && filled.cells.iter().any(is_number) {
        notes.push(format!(
            "`{name}`: this kind of workbook does not say how a number is shown, so a code stored as 1 and \
             shown as 01 is read as 1: save it as .xlsx if codes are numbers"
        ));
    }
    notes
}

/// `B7, C9 and 3 more`
fn first_of(places: impl Iterator<Item = (u32, u32)>) -> String {
    let names: Vec<String> = places.map(|(row, column)| name_of(row, column)).collect();
    let shown = names
        .iter()
        .take(5)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(5) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The smallest block that contains every filled cell of a sheet; rows and columns from 0, both ends
/// included.
struct Used {
    rows: (u32, u32),
    columns: (u32, u32),
    /// The lowest filled cell, and the rightmost one.
    furthest: [String; 2],
}

/// Every row of Excel by 128 columns: a larger sheet has a stray cell, not that much data.
const MOST_CELLS: u64 = (1 << 20) * 128;

impl Used {
    /// `None` for a sheet without filled cells. The cells come from top to bottom.
    fn of(cells: &[Placed]) -> Option<Used> {
        let (first, last) = (cells.first()?, cells.last()?);
        let rightmost = cells.iter().max_by_key(|placed| placed.column)?;
        Some(Used {
            rows: (first.row, last.row),
            // If columns are identified by their number, a column that is blank from top to bottom also
            // counts.
            columns: (0, rightmost.column),
            furthest: [
                name_of(last.row, last.column),
                name_of(rightmost.row, rightmost.column),
            ],
        })
    }

    fn width(&self) -> usize {
        (self.columns.1 - self.columns.0 + 1) as usize
    }

    fn height(&self) -> usize {
        (self.rows.1 - self.rows.0 + 1) as usize
    }

    /// A block too large to be data is a mistake: the message says which cell to clear.
    fn is_a_table(&self, path: &Path, sheet: &str) -> Result<()> {
        if self.width() as u64 * self.height() as u64 <= MOST_CELLS {
            return Ok(());
        }
        let [down, right] = &self.furthest;
        let reach = match down == right {
            true => format!("to `{down}`"),
            false => format!("down to `{down}` and across to `{right}`"),
        };
        Err(input(format!(
            "`{}`, sheet `{}`: its filled cells reach {reach}, too far for a table of records: clear the \
             stray cells there, and save the file",
            shown(path),
            plain(sheet)
        )))
    }
}

/// Arranges the cells of a sheet in the columns of their block; an empty row in between is set aside.
fn lay_out(path: &Path, name: String, placed: &[Placed], used: Used, notes: Vec<String>) -> Result<Table> {
    let mut cells = Cells::new(used.width(), used.height());
    let mut misfits = Vec::new();
    let mut next = used.rows.0;
    for row in placed.chunk_by(|left, right| left.row == right.row) {
        let Some(number) = row.first().map(|placed| placed.row) else {
            continue;
        };
        misfits.extend((next..number).map(|blank| Misfit::blank(blank + 1)));
        let mut texts = vec![Cow::default(); used.width()];
        for placed in row {
            texts[(placed.column - used.columns.0) as usize] = text(&placed.cell);
        }
        match texts.iter().all(|text| text.is_empty()) {
            true => misfits.push(Misfit::blank(number + 1)),
            false => cells.push(number + 1, texts.iter().map(AsRef::as_ref)),
        }
        next = number + 1;
    }
    let (cells, rows) = cells.finish()?;
    Ok(Table {
        name,
        path: path.to_path_buf(),
        stamp: None,
        cells,
        rows,
        misfits,
        notes,
        elements: None,
        ends_open: true,
    })
}

/// A cell as a person reads it: a date in an order that sorts, an error as blank.
pub(super) fn text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => text.into(),
        Cell::Number(number) => number_format::plain(*number).into(),
        Cell::Shown(_, shown) => shown.into(),
        Cell::Error(_) => Cow::default(),
        Cell::Moment(moment) if moment.time() == NaiveTime::MIN => moment.date().to_string().into(),
        Cell::Moment(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string().into(),
    }
}
