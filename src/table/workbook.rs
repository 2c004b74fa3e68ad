//! Excel workbooks: each sheet a table of text; dates as `2026-10-31`, numbers as they were typed.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveTime;

use super::cells::Cells;
use super::sparse::{self, Cell, Placed, name_of};
use super::{Misfit, Table, bytes, file_name, shown};
use crate::failure::input;

/// Reads every sheet that holds anything.
pub fn read(path: &Path) -> Result<Vec<Table>> {
    let mut workbook = sparse::open(path, bytes(path)?)?;
    let mut tables = Vec::new();
    for sheet in workbook.worksheets() {
        let cells = workbook.cells(&sheet.name);
        let cells = cells.map_err(|error| {
            input(format!(
                "`{}`, sheet `{}` cannot be read: {error}",
                shown(path),
                sheet.name
            ))
        })?;
        if let Some(used) = Used::of(&cells) {
            used.is_a_table(path, &sheet.name)?;
            tables.push(lay_out(path, &sheet.name, &cells, used)?);
        }
    }
    if tables.is_empty() {
        return Err(input(format!(
            "`{}` is a workbook without any filled sheet",
            shown(path)
        )));
    }
    Ok(tables)
}

/// The smallest block that holds every filled cell of a sheet; rows and columns from 0, both ends in it.
struct Used {
    rows: (u32, u32),
    columns: (u32, u32),
    /// The filled cell furthest down, and the one furthest to the right.
    furthest: [String; 2],
}

/// Every row that Excel has by 128 columns: a sheet that reaches further has a stray cell, not so much data.
const MOST_CELLS: u64 = (1 << 20) * 128;

impl Used {
    /// None for a sheet without a filled cell. The cells come from top to bottom.
    fn of(cells: &[Placed]) -> Option<Used> {
        let (first, last) = (cells.first()?, cells.last()?);
        let leftmost = cells.iter().map(|placed| placed.column).min()?;
        let rightmost = cells.iter().max_by_key(|placed| placed.column)?;
        Some(Used {
            rows: (first.row, last.row),
            columns: (leftmost, rightmost.column),
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

    /// A block too large to be data is a slip: which cell to clear is said.
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
            "`{}`, sheet `{sheet}`: its filled cells reach {reach}, more than a table of records can hold: clear what stands there by mistake, and save the file",
            shown(path)
        )))
    }
}

/// Lays the cells of a sheet out in the columns of their block; a row in between without a filled cell is told.
fn lay_out(path: &Path, sheet: &str, placed: &[Placed], used: Used) -> Result<Table> {
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
        cells.push(number + 1, texts.iter().map(AsRef::as_ref));
        next = number + 1;
    }
    let (cells, rows) = cells.finish()?;
    Ok(Table {
        name: format!("{}[{sheet}]", file_name(path)),
        path: path.to_path_buf(),
        stamp: None,
        cells,
        rows,
        misfits,
    })
}

/// A cell as a person reads it, dates in the order that sorts.
fn text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => text.into(),
        Cell::Number(number) => number.to_string().into(),
        Cell::Moment(moment) if moment.time() == NaiveTime::MIN => moment.date().to_string().into(),
        Cell::Moment(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string().into(),
    }
}
