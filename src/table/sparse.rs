//! Reads an Excel file as its filled cells, each with row and column. The size that a sheet declares is
//! ignored, so one stray cell far away never becomes a grid of millions. Parts without cells (drawings,
//! printer settings, charts) are never opened. Both readers of workbooks start here: for exports, and for NHS
//! England's published workbooks.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use calamine::{
    Data, DataRef, Ods, Reader, SheetType, SheetVisible, Sheets, Xls, Xlsb, Xlsx, open_workbook_from_rs,
};
use chrono::NaiveDateTime;

use super::form::{self, Form, Kind};
use super::number_format::Padding;
use super::{packed, shown};
use crate::terminal::failure::input;

/// The content of a cell; a cell of spaces only is not kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Without spaces around it.
    Text(String),
    Number(f64),
    /// A number, and the other text that its cell's format shows, such as 1 as `01`.
    Shown(f64, String),
    /// A date is stored as its midnight.
    Moment(NaiveDateTime),
    /// The error of a formula that could not be calculated, such as `#N/A`.
    Error(String),
}

/// A cell with its row and column.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// From 0; Excel shows one more.
    pub row: u32,
    /// From 0, which Excel shows as `A`.
    pub column: u32,
    pub cell: Cell,
}

type Bytes = Cursor<Arc<[u8]>>;

pub struct Workbook(Sheets<Bytes>);

/// A worksheet that a workbook lists; it may still be broken.
pub struct Listed {
    pub name: String,
    pub hidden: bool,
}

/// The content of a sheet.
#[derive(Default)]
pub struct Filled {
    /// Sorted from top to bottom and left to right.
    pub cells: Vec<Placed>,
    /// Row and column of formulas that were saved without their value.
    pub without_value: Vec<(u32, u32)>,
}

/// Whether a file is a workbook, whatever its name.
pub fn is_workbook(bytes: &[u8]) -> bool {
    matches!(form::of(bytes), Ok(Form::Workbook(_))) || (form::is_packed(bytes) && form::of(bytes).is_err())
}

/// Opens a workbook from its bytes, if it unpacks to at most this many; the path is for the message.
pub fn open(path: &Path, bytes: Vec<u8>, most: u64) -> Result<Workbook> {
    let Ok(Form::Workbook(kind)) = form::of(&bytes) else {
        return Err(cannot_open(path, "its zip archive is damaged"));
    };
    if kind != Kind::Xls {
        packed::within(path, &bytes, most)?;
        if packed::head(&bytes, "xl/styles.xml", LARGEST_STYLES + 1)
            .is_some_and(|styles| styles.len() as u64 > LARGEST_STYLES)
        {
            return Err(cannot_open(path, "it has more cell formats than Excel allows"));
        }
        promises_no_more(&bytes, most).map_err(|error| cannot_open(path, &error))?;
    }
    let bytes: Bytes = Cursor::new(Arc::from(bytes));
    let opened = guarded(|| match kind {
        Kind::Xlsx => open_workbook_from_rs::<Xlsx<_>, _>(bytes)
            .map(Sheets::Xlsx)
            .map_err(|error| error.to_string()),
        Kind::Xlsb => open_workbook_from_rs::<Xlsb<_>, _>(bytes)
            .map(Sheets::Xlsb)
            .map_err(|error| error.to_string()),
        Kind::Ods => open_workbook_from_rs::<Ods<_>, _>(bytes)
            .map(Sheets::Ods)
            .map_err(|error| error.to_string()),
        Kind::Xls => open_workbook_from_rs::<Xls<_>, _>(bytes)
            .map(Sheets::Xls)
            .map_err(|error| error.to_string()),
    });
    opened.map(Workbook).map_err(|error| cannot_open(path, &error))
}

/// The most bytes of cell formats: Excel allows about 65,000 formats, and each takes memory.
const LARGEST_STYLES: u64 = 32 << 20;

/// The numbers of rows and columns in Excel.
const SIZE: (u32, u32) = (1 << 20, 1 << 14);

fn cannot_open(path: &Path, error: &str) -> anyhow::Error {
    input(format!(
        "`{}` cannot be opened as a workbook ({}): is it damaged, or protected by a password? Open it in \
        Excel and save it again without one",
        shown(path),
        super::plain(error)
    ))
}

/// Checks the number of shared strings that the file declares, because memory is reserved for that many:
/// there cannot be more strings than bytes.
fn promises_no_more(bytes: &[u8], most: u64) -> Result<(), String> {
    let Some(head) = packed::head(bytes, "xl/sharedStrings.xml", 4096) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(&head);
    let count = text.split("uniqueCount=").nth(1).map(|rest| {
        let digits = rest
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(char::is_ascii_digit);
        digits.collect::<String>()
    });
    match count
        .is_some_and(|count| count.len() > 18 || count.parse::<u64>().is_ok_and(|count| count > most / 8))
    {
        true => Err("it says that it has more shared strings than can be read".to_string()),
        false => Ok(()),
    }
}

/// A panic of the reader on a broken file becomes an ordinary error.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    std::panic::set_hook(hook);
    outcome.unwrap_or_else(|_| Err("its parts contradict each other".to_string()))
}

impl Workbook {
    /// The worksheets, in their order; sheets of charts and macros have no cells.
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

    /// Whether the number format of a cell can be read: only an .xlsx has it.
    pub fn shows_formats(&self) -> bool {
        matches!(self.0, Sheets::Xlsx(_))
    }

    /// The filled cells of a sheet, or why it cannot be read.
    pub fn cells(&mut self, sheet: &str) -> Result<Filled, String> {
        let mut filled = guarded(|| self.read(sheet))?;
        if !filled
            .cells
            .is_sorted_by_key(|placed| (placed.row, placed.column))
        {
            filled.cells.sort_by_key(|placed| (placed.row, placed.column));
        }
        Ok(filled)
    }

    fn read(&mut self, sheet: &str) -> Result<Filled, String> {
        match &mut self.0 {
            Sheets::Xlsx(workbook) => {
                let (cells, has_empty) = of_xlsx(workbook, sheet)?;
                // A formula without its value looks like an empty cell unless formulas are read too.
                let without_value = if has_empty {
                    valueless(workbook, sheet)?
                } else {
                    Vec::new()
                };
                Ok(Filled { cells, without_value })
            }
            Sheets::Xlsb(workbook) => {
                let mut reader = workbook
                    .worksheet_cells_reader(sheet)
                    .map_err(|error| error.to_string())?;
                let mut cells = Vec::new();
                while let Some(found) = reader.next_cell().map_err(|error| error.to_string())? {
                    cells.extend(placed(found.get_position(), found.get_value().clone().into()));
                }
                Ok(Filled {
                    cells,
                    without_value: Vec::new(),
                })
            }
            // An .xls has at most 65,536 rows of 256 cells: the grid of all of them fits in memory.
            workbook => {
                let range = workbook
                    .worksheet_range(sheet)
                    .map_err(|error| error.to_string())?;
                let (top, left) = range.start().unwrap_or_default();
                let place = |(row, column, data): (usize, usize, &Data)| {
                    placed((top + row as u32, left + column as u32), data.clone())
                };
                Ok(Filled {
                    cells: range.used_cells().filter_map(place).collect(),
                    without_value: Vec::new(),
                })
            }
        }
    }
}

/// The filled cells of a sheet, and whether any cell that it lists is empty.
fn of_xlsx(workbook: &mut Xlsx<Bytes>, sheet: &str) -> Result<(Vec<Placed>, bool), String> {
    let mut reader = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| error.to_string())?;
    let formats = reader.styles().iter().map(|style| style.number_format.as_ref());
    let paddings: Vec<Option<Padding>> = formats
        .map(|format| format.and_then(|format| Padding::of(&format.format_code)))
        .collect();
    let (mut cells, mut has_empty) = (Vec::new(), false);
    while let Some((found, style)) = reader
        .next_cell_with_style_id()
        .map_err(|error| error.to_string())?
    {
        let (row, column) = found.get_position();
        if row >= SIZE.0 || column >= SIZE.1 {
            return Err(
                "its cells lie outside the 1,048,576 rows and 16,384 columns that Excel has".to_string(),
            );
        }
        has_empty |= matches!(found.get_value(), DataRef::Empty);
        let mut filled = placed(found.get_position(), found.get_value().clone().into());
        if let (Some(Placed { cell, .. }), Some(Some(padding))) = (&mut filled, paddings.get(style))
            && let Cell::Number(number) = cell
            && let Some(shown) = padding.show(*number)
        {
            *cell = Cell::Shown(*number, shown);
        }
        cells.extend(filled);
    }
    Ok((cells, has_empty))
}

/// Row and column of formulas that were saved without their value.
fn valueless(workbook: &mut Xlsx<Bytes>, sheet: &str) -> Result<Vec<(u32, u32)>, String> {
    let mut reader = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| error.to_string())?;
    let mut places = Vec::new();
    while let Some(found) = reader
        .next_cell_with_formula_metadata()
        .map_err(|error| error.to_string())?
    {
        if found.formula.is_some() && found.value == DataRef::Empty {
            places.push(found.pos);
        }
    }
    Ok(places)
}

fn placed((row, column): (u32, u32), data: Data) -> Option<Placed> {
    cell(data).map(|cell| Placed { row, column, cell })
}

/// The content of a cell of the file, if it has any.
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
        Data::Error(error) => Some(Cell::Error(error.to_string())),
    }
}

/// `2025-08-01T00:00:00`, or only the date.
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

/// The name of a cell in Excel: row and column from 0, `(2, 27)` is `AB3`.
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
