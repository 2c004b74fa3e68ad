//! Reads a worklist that people have filled in: by the headings of its columns and the ids of its rows.
//! Sorting, filtering, other sheets, LibreOffice and CSV therefore do no harm.

use std::path::Path;

use anyhow::Result;

use super::state::Field;
use crate::table::{Grid, grids, shown};
use crate::terminal::failure::input;

/// One row of a worklist.
pub struct Row {
    /// File and sheet.
    pub name: String,
    /// The row number that Excel shows.
    pub row: u32,
    pub id: String,
    pub check: Option<String>,
    pub pathway: Option<String>,
    /// The edition of the worklist that the row came from.
    pub edition: Option<u32>,
    /// One for each field of [`Field::ALL`]; `None` if the file has no such column.
    pub cells: [Option<String>; 4],
}

/// Every row with an id, from every sheet with the columns of a worklist.
pub fn read(path: &Path) -> Result<Vec<Row>> {
    let mut found = None;
    for grid in grids(path)? {
        if let Some(rows) = of_grid(&grid) {
            found.get_or_insert_with(Vec::new).extend(rows);
        }
    }
    found.ok_or_else(|| {
        input(format!(
            "`{}` is not a worklist: no sheet has the headings `Id` and `Status*` in one row. Name a \
             `worklist-YYYY-MM.xlsx` that `clockstop run` wrote, or a sheet of it saved as CSV",
            shown(path)
        ))
    })
}

/// The index of each column of the worklist.
struct Columns {
    id: usize,
    check: Option<usize>,
    pathway: Option<usize>,
    edition: Option<usize>,
    fields: [Option<usize>; 4],
}

fn of_grid(grid: &Grid) -> Option<Vec<Row>> {
    let (header, columns) = grid
        .rows
        .iter()
        .enumerate()
        .find_map(|(index, (_, cells))| Some((index, columns(cells)?)))?;
    let cell = |cells: &[String], column: Option<usize>| {
        column.map(|column| cells.get(column).map_or("", |cell| cell.trim()).to_string())
    };
    let rows = grid.rows[header + 1..].iter().map(|(row, cells)| Row {
        name: grid.name.clone(),
        row: *row,
        id: cell(cells, Some(columns.id)).unwrap_or_default(),
        check: cell(cells, columns.check),
        pathway: cell(cells, columns.pathway),
        edition: cell(cells, columns.edition).and_then(|edition| edition.parse().ok()),
        cells: columns
            .fields
            .map(|column| cell(cells, column).map(|text| unguarded(&text))),
    });
    Some(rows.filter(|row| is_id(&row.id) || row.has_entry()).collect())
}

/// The columns, if the row is a row of headings with `Id` and `Status*`.
fn columns(cells: &[String]) -> Option<Columns> {
    let find = |heading: &str| {
        cells.iter().position(|cell| {
            let cell = cell.trim().trim_end_matches('*').trim();
            cell.eq_ignore_ascii_case(heading)
        })
    };
    let fields = Field::ALL.map(|field| find(field.heading()));
    fields[0]?;
    Some(Columns {
        id: find("Id")?,
        check: find("Check"),
        pathway: find("Pathway"),
        edition: find("Edition"),
        fields,
    })
}

/// `F-` and eight letters or digits, as the worklist writes ids.
pub fn is_id(text: &str) -> bool {
    text.strip_prefix("F-")
        .is_some_and(|code| code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The text without the apostrophe that a CSV output or a spreadsheet puts before text that looks like a
/// formula.
fn unguarded(text: &str) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if crate::write::is_formula(rest) => rest.to_string(),
        _ => text.to_string(),
    }
}

impl Row {
    /// Whether somebody wrote into the row.
    pub fn has_entry(&self) -> bool {
        self.cells.iter().flatten().any(|cell| !cell.is_empty())
    }
}
