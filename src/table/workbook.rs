//! Excel workbooks: each sheet a table of text; dates as `2026-10-31`, numbers as they were typed.

use std::path::Path;

use anyhow::{Context, Result};
use calamine::{Data, Reader, Sheets, open_workbook_auto_from_rs};
use std::io::{Cursor, Read, Seek};

use super::cells::Cells;
use super::{Misfit, Table, file_name, open, shown, unreadable};
use crate::failure::input;

/// Reads every sheet that holds anything.
pub fn read(path: &Path) -> Result<Vec<Table>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).with_context(|| unreadable(path))?;
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| {
        input(format!("`{}` cannot be opened as a workbook ({error}): is it damaged, or protected by a password?", shown(path)))
    })?;
    let mut tables = Vec::new();
    for sheet in workbook.sheet_names() {
        tables.extend(read_sheet(path, &mut workbook, &sheet)?);
    }
    if tables.is_empty() {
        return Err(input(format!("`{}` is a workbook without any filled sheet", shown(path))));
    }
    Ok(tables)
}

fn read_sheet<R: Read + Seek>(path: &Path, workbook: &mut Sheets<R>, sheet: &str) -> Result<Option<Table>> {
    let range =
        workbook.worksheet_range(sheet).map_err(|error| input(format!("`{}`, sheet `{sheet}` cannot be read: {error}", shown(path))))?;
    let Some((first_row, _)) = range.start() else { return Ok(None) };
    let mut cells = Cells::new(range.width(), range.height());
    let mut misfits = Vec::new();
    for (offset, row) in range.rows().enumerate() {
        if row.iter().all(is_blank) {
            misfits.push(Misfit::blank(first_row + offset as u32 + 1));
            continue;
        }
        let texts: Vec<String> = row.iter().map(text).collect();
        cells.push(first_row + offset as u32 + 1, texts.iter().map(String::as_str));
    }
    let (cells, rows) = cells.finish()?;
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(Table { name: format!("{}[{sheet}]", file_name(path)), path: path.to_path_buf(), cells, rows, misfits }))
}

fn is_blank(cell: &Data) -> bool {
    matches!(cell, Data::Empty) || matches!(cell, Data::String(text) if text.trim().is_empty())
}

/// A cell as a person reads it, dates in the order that sorts.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_string(),
        Data::DateTime(moment) => moment.as_datetime().map_or_else(
            || moment.as_f64().to_string(),
            |moment| match moment.time() == chrono::NaiveTime::MIN {
                true => moment.date().to_string(),
                false => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
            },
        ),
        Data::Error(error) => error.to_string(),
    }
}
