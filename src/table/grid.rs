//! Reads files as plain grids of text, without headings: for files that this program wrote and people have
//! edited.

use std::path::Path;

use anyhow::Result;

use super::limits::Limits;
use super::workbook::text;
use super::{bytes, delimited, layout, plain, shown, sparse};
use crate::terminal::failure::input;

/// The cells of a sheet, or of a text file.
pub struct Grid {
    /// The file's name, with the sheet in brackets.
    pub name: String,
    /// Rows with the numbers that Excel shows, and their cells from the first column on.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Every visible sheet of a workbook, or the only grid of a text file with commas, semicolons or tabs.
pub fn grids(path: &Path) -> Result<Vec<Grid>> {
    let bytes = bytes(path)?;
    let name = plain(&super::file_name(path));
    if !sparse::is_workbook(&bytes) {
        return Ok(vec![of_text(name, &bytes)]);
    }
    let mut workbook = sparse::open(path, bytes, Limits::of(None).unpacked_bytes())?;
    let sheets = workbook.worksheets().into_iter().filter(|sheet| !sheet.hidden);
    let names: Vec<String> = sheets.map(|sheet| sheet.name).collect();
    names
        .iter()
        .map(|sheet| {
            let filled = workbook.cells(sheet).map_err(|error| {
                input(format!(
                    "`{}`, sheet `{}` cannot be read ({}): open it, and save it again",
                    shown(path),
                    plain(sheet),
                    plain(&error)
                ))
            })?;
            Ok(Grid {
                name: format!("{name}[{}]", plain(sheet)),
                rows: of_sheet(&filled.cells),
            })
        })
        .collect()
}

fn of_sheet(cells: &[sparse::Placed]) -> Vec<(u32, Vec<String>)> {
    let rows = cells.chunk_by(|left, right| left.row == right.row);
    rows.filter_map(|row| {
        let number = row.first()?.row + 1;
        let mut texts: Vec<String> = Vec::new();
        for placed in row {
            texts.resize(placed.column as usize, String::new());
            texts.push(text(&placed.cell).into_owned());
        }
        Some((number, texts))
    })
    .collect()
}

fn of_text(name: String, bytes: &[u8]) -> Grid {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(layout::delimiter(bytes))
        .from_reader(bytes);
    let records = reader.byte_records().flatten();
    let rows = records.map(|record| {
        let line = record.position().map_or(0, csv::Position::line) as u32;
        let cells = record.iter().map(|cell| delimited::decode(cell).into_owned());
        (line, cells.collect())
    });
    Grid {
        name,
        rows: rows.collect(),
    }
}
