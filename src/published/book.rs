//! A workbook as sparse rows: the cells that hold something, with the row number that Excel shows. What the sheets
//! say of their own size is not believed (NHS England's say `A1`), and parts that hold no cells (drawings, printer
//! settings, `[trash]`) are never opened.

use std::io::Cursor;
use std::path::Path;

use anyhow::Result;
use calamine::{Data, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto_from_rs};
use chrono::NaiveDate;

use crate::failure::input;

/// What a cell holds; an empty cell is not kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    Date(NaiveDate),
}

impl Cell {
    /// The cell's text; a number or a date has none.
    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A row that holds something.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As Excel shows it.
    pub number: u32,
    /// Column and cell, from left to right.
    pub cells: Vec<(u32, Cell)>,
}

impl Row {
    pub fn at(&self, column: u32) -> Option<&Cell> {
        self.cells.binary_search_by_key(&column, |(column, _)| *column).ok().map(|place| &self.cells[place].1)
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().filter_map(|(_, cell)| cell.text())
    }
}

#[derive(Debug, Clone, Default)]
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    /// From top to bottom, without the empty ones.
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

/// How Excel files begin: the zip of an .xlsx, and the container of an .xls or of a protected workbook.
const MAGIC: [&[u8]; 2] = [b"PK", &[0xD0, 0xCF, 0x11, 0xE0]];

/// Reads every worksheet of a file.
pub fn open(path: &Path) -> Result<Book> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| input(format!("`{shown}` cannot be opened: {error}")))?;
    if !MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(input(format!("`{shown}` is not an Excel workbook: give a monthly provider workbook (.xlsx)")));
    }
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| {
        input(format!("`{shown}` cannot be opened as a workbook ({error}): is it damaged, or protected by a password?"))
    })?;
    let mut book = Book { file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(), ..Book::default() };
    for listed in workbook.sheets_metadata().to_vec() {
        if listed.typ != SheetType::WorkSheet {
            continue;
        }
        match cells(&mut workbook, &listed.name) {
            Ok(cells) => book.sheets.push(sheet(listed.name, listed.visible != SheetVisible::Visible, cells)),
            Err(error) => book.broken.push((listed.name, error)),
        }
    }
    Ok(book)
}

/// The cells that hold something: row and column from 0, and the cell.
type Placed = Vec<(u32, u32, Cell)>;

fn cells(workbook: &mut Sheets<Cursor<Vec<u8>>>, name: &str) -> Result<Placed, String> {
    let mut kept = Vec::new();
    let Sheets::Xlsx(workbook) = workbook else {
        let range = workbook.worksheet_range(name).map_err(|error| error.to_string())?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, data) in range.used_cells() {
            kept.extend(cell(data.clone()).map(|cell| (top + row as u32, left + column as u32, cell)));
        }
        return Ok(kept);
    };
    // Cell by cell: one stray cell far away must not become a grid of millions.
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    while let Some(found) = reader.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = found.get_position();
        kept.extend(cell(Data::from(found.get_value().clone())).map(|cell| (row, column, cell)));
    }
    Ok(kept)
}

/// Lays placed cells out in rows.
fn sheet(name: String, hidden: bool, mut cells: Placed) -> Sheet {
    if !cells.is_sorted_by_key(|(row, column, _)| (*row, *column)) {
        cells.sort_by_key(|(row, column, _)| (*row, *column));
    }
    let mut rows: Vec<Row> = Vec::new();
    for (row, column, cell) in cells {
        match rows.last_mut() {
            Some(last) if last.number == row + 1 => last.cells.push((column, cell)),
            _ => rows.push(Row { number: row + 1, cells: vec![(column, cell)] }),
        }
    }
    Sheet { name, hidden, rows }
}

fn cell(data: Data) -> Option<Cell> {
    match data {
        Data::Empty => None,
        Data::String(text) | Data::DurationIso(text) => trimmed(text),
        Data::DateTimeIso(text) => match text.get(..10).and_then(|day| day.parse().ok()) {
            Some(day) => Some(Cell::Date(day)),
            None => trimmed(text),
        },
        Data::Int(number) => Some(Cell::Number(number as f64)),
        Data::Float(number) => Some(Cell::Number(number)),
        Data::Bool(value) => Some(Cell::Text(if value { "TRUE" } else { "FALSE" }.to_string())),
        Data::DateTime(moment) => Some(moment.as_datetime().map_or(Cell::Number(moment.as_f64()), |moment| Cell::Date(moment.date()))),
        Data::Error(error) => Some(Cell::Text(error.to_string())),
    }
}

fn trimmed(text: String) -> Option<Cell> {
    let inner = text.trim();
    match inner.len() {
        0 => None,
        length if length == text.len() => Some(Cell::Text(text)),
        _ => Some(Cell::Text(inner.to_string())),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A sheet from a plain grid, laid out from `A1`.
    pub fn grid(name: &str, rows: &[Vec<Data>]) -> Sheet {
        let mut cells = Vec::new();
        for (row, values) in (0..).zip(rows) {
            for (column, value) in (0..).zip(values) {
                cells.extend(cell(value.clone()).map(|cell| (row, column, cell)));
            }
        }
        sheet(name.to_string(), false, cells)
    }

    #[test]
    fn a_file_that_is_no_workbook_is_named() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let error = open(Path::new(here)).unwrap_err().to_string();
        assert_eq!(error, format!("`{here}` is not an Excel workbook: give a monthly provider workbook (.xlsx)"));
        assert!(open(Path::new("nowhere.xlsx")).unwrap_err().to_string().starts_with("`nowhere.xlsx` cannot be opened: "));
    }

    #[test]
    fn blank_cells_and_rows_are_not_kept_and_rows_are_numbered_as_excel_shows_them() {
        let text = |text: &str| Data::String(text.to_string());
        let sheet = grid("s", &[vec![], vec![text(" "), Data::Empty, text(" a ")], vec![], vec![Data::Float(0.5)]]);
        let expected =
            [Row { number: 2, cells: vec![(2, Cell::Text("a".into()))] }, Row { number: 4, cells: vec![(0, Cell::Number(0.5))] }];
        assert_eq!(sheet.rows, expected);
        assert_eq!(sheet.rows[0].at(2), Some(&Cell::Text("a".into())));
        assert_eq!(sheet.rows[0].at(0), None);
    }

    #[test]
    fn cells_that_come_out_of_order_are_put_in_order() {
        let sheet = sheet("s".into(), false, vec![(3, 1, Cell::Number(3.0)), (0, 4, Cell::Number(2.0)), (0, 1, Cell::Number(1.0))]);
        assert_eq!(sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(sheet.rows[0].cells, [(1, Cell::Number(1.0)), (4, Cell::Number(2.0))]);
    }

    #[test]
    fn a_date_cell_is_a_date_in_either_form() {
        let day = NaiveDate::from_ymd_opt(2025, 8, 1).map(Cell::Date);
        assert_eq!(cell(Data::DateTimeIso("2025-08-01T00:00:00".into())), day);
        let serial = calamine::ExcelDateTime::new(45870.0, calamine::ExcelDateTimeType::DateTime, false);
        assert_eq!(cell(Data::DateTime(serial)), day);
    }
}
