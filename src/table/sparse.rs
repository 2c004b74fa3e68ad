//! An Excel file as the cells that hold something, each with its place: what the sheets say of their own size is not
//! believed, and one stray cell far away never becomes a grid of millions. Parts that hold no cells (drawings, printer
//! settings, charts) are never opened. Both readers of workbooks start here: exports, and NHS England's published ones.

use std::io::Cursor;
use std::path::Path;

use anyhow::Result;
use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto_from_rs};
use chrono::NaiveDateTime;

use super::shown;
use crate::failure::input;

/// What a cell holds; a cell of nothing but spaces is not kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Without spaces around it.
    Text(String),
    Number(f64),
    /// A date is its midnight.
    Moment(NaiveDateTime),
}

/// A cell and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// From 0; Excel shows one more.
    pub row: u32,
    /// From 0, which Excel shows as `A`.
    pub column: u32,
    pub cell: Cell,
}

pub struct Workbook(Sheets<Cursor<Vec<u8>>>);

/// A worksheet that a workbook lists; it may be broken all the same.
pub struct Listed {
    pub name: String,
    pub hidden: bool,
}

/// How Excel files begin: the zip of an .xlsx, and the container of an .xls or of a protected workbook.
const MAGIC: [&[u8]; 2] = [b"PK\x03\x04", &[0xD0, 0xCF, 0x11, 0xE0]];

/// Whether a file that begins like this is a workbook, whatever it is called.
pub fn is_workbook(head: &[u8]) -> bool {
    MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// Opens a workbook from its bytes; the path is for the message.
pub fn open(path: &Path, bytes: Vec<u8>) -> Result<Workbook> {
    open_workbook_auto_from_rs(Cursor::new(bytes))
        .map(Workbook)
        .map_err(|error| {
            input(format!(
                "`{}` cannot be opened as a workbook ({error}): is it damaged, or protected by a password?",
                shown(path)
            ))
        })
}

impl Workbook {
    /// The worksheets, in their order; sheets of charts and macros hold no cells.
    pub fn worksheets(&self) -> Vec<Listed> {
        let worksheets = self
            .0
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet);
        worksheets
            .map(|sheet| Listed {
                name: sheet.name.clone(),
                hidden: sheet.visible != SheetVisible::Visible,
            })
            .collect()
    }

    /// The filled cells of a sheet from top to bottom and left to right, or why it cannot be read.
    pub fn cells(&mut self, sheet: &str) -> Result<Vec<Placed>, String> {
        let mut cells = match &mut self.0 {
            Sheets::Xlsx(workbook) => {
                let mut reader = workbook
                    .worksheet_cells_reader(sheet)
                    .map_err(|error| error.to_string())?;
                filled(|| reader.next_cell())?
            }
            Sheets::Xlsb(workbook) => {
                let mut reader = workbook
                    .worksheet_cells_reader(sheet)
                    .map_err(|error| error.to_string())?;
                filled(|| reader.next_cell())?
            }
            // An .xls has 65,536 rows of 256 cells at the most: the grid of them all can be held.
            workbook => {
                let range = workbook
                    .worksheet_range(sheet)
                    .map_err(|error| error.to_string())?;
                let (top, left) = range.start().unwrap_or_default();
                let place = |(row, column, data): (usize, usize, &Data)| {
                    Some(Placed {
                        row: top + row as u32,
                        column: left + column as u32,
                        cell: cell(data.clone())?,
                    })
                };
                range.used_cells().filter_map(place).collect()
            }
        };
        if !cells.is_sorted_by_key(|placed| (placed.row, placed.column)) {
            cells.sort_by_key(|placed| (placed.row, placed.column));
        }
        Ok(cells)
    }
}

/// Reads cell by cell to the end of a sheet.
fn filled<'a, E: std::fmt::Display>(
    mut next: impl FnMut() -> Result<Option<calamine::Cell<DataRef<'a>>>, E>,
) -> Result<Vec<Placed>, String> {
    let mut kept = Vec::new();
    while let Some(found) = next().map_err(|error| error.to_string())? {
        let (row, column) = found.get_position();
        kept.extend(cell(found.get_value().clone().into()).map(|cell| Placed { row, column, cell }));
    }
    Ok(kept)
}

/// What a cell of the file holds, if anything.
pub fn cell(data: Data) -> Option<Cell> {
    match data {
        Data::Empty => None,
        Data::String(text) | Data::DurationIso(text) => trimmed(text),
        Data::DateTimeIso(text) => moment(&text).map(Cell::Moment).or_else(|| trimmed(text)),
        Data::Int(number) => Some(Cell::Number(number as f64)),
        Data::Float(number) => Some(Cell::Number(number)),
        Data::Bool(value) => Some(Cell::Text(if value { "TRUE" } else { "FALSE" }.to_string())),
        Data::DateTime(serial) => Some(
            serial
                .as_datetime()
                .map_or(Cell::Number(serial.as_f64()), Cell::Moment),
        ),
        Data::Error(error) => Some(Cell::Text(error.to_string())),
    }
}

/// `2025-08-01T00:00:00`, or the day alone.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let day = || {
        text.parse::<chrono::NaiveDate>()
            .ok()
            .map(|day| day.and_time(chrono::NaiveTime::MIN))
    };
    text.trim_end_matches('Z').parse().ok().or_else(day)
}

fn trimmed(text: String) -> Option<Cell> {
    let inner = text.trim();
    match inner.len() {
        0 => None,
        length if length == text.len() => Some(Cell::Text(text)),
        _ => Some(Cell::Text(inner.to_string())),
    }
}

/// A cell's place as Excel names it: row and column from 0, `(2, 27)` is `AB3`.
pub fn name_of(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_named_as_excel_names_it() {
        for (row, column, name) in [
            (0, 0, "A1"),
            (2, 25, "Z3"),
            (2, 26, "AA3"),
            (9, 701, "ZZ10"),
            (9, 702, "AAA10"),
            (1_048_575, 16_383, "XFD1048576"),
        ] {
            assert_eq!(name_of(row, column), name);
        }
    }

    #[test]
    fn a_date_cell_is_its_midnight_in_either_form() {
        let midnight = moment("2025-08-01").map(Cell::Moment);
        assert!(midnight.is_some());
        assert_eq!(cell(Data::DateTimeIso("2025-08-01T00:00:00".into())), midnight);
        let serial = calamine::ExcelDateTime::new(45870.0, calamine::ExcelDateTimeType::DateTime, false);
        assert_eq!(cell(Data::DateTime(serial)), midnight);
    }

    #[test]
    fn a_cell_of_spaces_holds_nothing() {
        assert_eq!(cell(Data::String(" \u{a0}".into())), None);
        assert_eq!(cell(Data::String(" a ".into())), Some(Cell::Text("a".into())));
    }
}
