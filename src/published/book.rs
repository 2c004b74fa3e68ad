//! Reads a workbook as sparse rows: only cells with content, with the row number that Excel shows. The size
//! that a sheet declares is ignored, because NHS England's sheets declare `A1`.

use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;

use crate::table;
use crate::table::sparse::{self, Placed};
use crate::terminal::failure::input;

/// The content of a cell; empty cells are not stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    Date(NaiveDate),
}

impl Cell {
    /// The cell's text; `None` for a number or a date.
    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A row with at least one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The row number that Excel shows.
    pub number: u32,
    /// Column and cell, from left to right.
    pub cells: Vec<(u32, Cell)>,
}

impl Row {
    pub fn at(&self, column: u32) -> Option<&Cell> {
        self.cells
            .binary_search_by_key(&column, |(column, _)| *column)
            .ok()
            .map(|index| &self.cells[index].1)
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().filter_map(|(_, cell)| cell.text())
    }
}

#[derive(Debug, Clone, Default)]
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    /// From top to bottom, without empty rows.
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The file's name, without its folder.
    pub file: String,
    pub sheets: Vec<Sheet>,
    /// Sheets that are listed but cannot be read, and why.
    pub broken: Vec<(String, String)>,
}

/// Reads every worksheet of a file.
pub fn open(path: &Path, bytes: Vec<u8>) -> Result<Book> {
    if !sparse::is_workbook(&bytes) {
        return Err(input(format!(
            "`{}` is neither an Excel workbook nor the Combined CSV: give a monthly provider workbook (.xlsx)",
            table::shown(path)
        )));
    }
    let mut workbook = sparse::open(path, bytes, table::Limits::default().unpacked_bytes())?;
    let mut book = Book {
        file: table::file_name(path),
        ..Book::default()
    };
    for listed in workbook.worksheets() {
        match workbook.cells(&listed.name) {
            Ok(filled) => book.sheets.push(sheet(listed.name, listed.hidden, filled.cells)),
            Err(error) => book.broken.push((listed.name, error)),
        }
    }
    Ok(book)
}

/// Groups cells, sorted from top to bottom, into rows.
fn sheet(name: String, hidden: bool, cells: Vec<Placed>) -> Sheet {
    let mut rows: Vec<Row> = Vec::new();
    for placed in cells {
        let (number, cell) = (placed.row + 1, (placed.column, Cell::from(placed.cell)));
        match rows.last_mut() {
            Some(last) if last.number == number => last.cells.push(cell),
            _ => rows.push(Row {
                number,
                cells: vec![cell],
            }),
        }
    }
    Sheet { name, hidden, rows }
}

impl From<sparse::Cell> for Cell {
    /// A date with a time keeps only its date.
    fn from(cell: sparse::Cell) -> Cell {
        match cell {
            sparse::Cell::Text(text) | sparse::Cell::Error(text) => Cell::Text(text),
            sparse::Cell::Number(number) | sparse::Cell::Shown(number, _) => Cell::Number(number),
            sparse::Cell::Moment(moment) => Cell::Date(moment.date()),
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use calamine::Data;

    /// A sheet from a plain grid, laid out from `A1`.
    pub fn grid(name: &str, rows: &[Vec<Data>]) -> Sheet {
        let mut cells = Vec::new();
        for (row, values) in (0..).zip(rows) {
            for (column, value) in (0..).zip(values) {
                cells.extend(sparse::cell(value.clone()).map(|cell| Placed { row, column, cell }));
            }
        }
        sheet(name.to_string(), false, cells)
    }

    #[test]
    fn a_file_that_is_no_workbook_is_named() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let error = open(Path::new(here), b"[package]".to_vec())
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            format!(
                "`{here}` is neither an Excel workbook nor the Combined CSV: give a monthly provider workbook \
                 (.xlsx)"
            )
        );
    }

    #[test]
    fn blank_cells_and_rows_are_not_kept_and_rows_are_numbered_as_excel_shows_them() {
        let text = |text: &str| Data::String(text.to_string());
        let sheet = grid(
            "s",
            &[
                vec![],
                vec![text(" "), Data::Empty, text(" a ")],
                vec![],
                vec![Data::Float(0.5)],
            ],
        );
        let expected = [
            Row {
                number: 2,
                cells: vec![(2, Cell::Text("a".into()))],
            },
            Row {
                number: 4,
                cells: vec![(0, Cell::Number(0.5))],
            },
        ];
        assert_eq!(sheet.rows, expected);
        assert_eq!(sheet.rows[0].at(2), Some(&Cell::Text("a".into())));
        assert_eq!(sheet.rows[0].at(0), None);
    }
}
