//! Reads a list that people have filled in: by the headings of its columns and the ids of its rows.
//! Sorting, filtering, other sheets, LibreOffice and CSV therefore do no harm.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::form::{Field, Form, letter_of};
use crate::table::{Grid, grids, shown};
use crate::terminal::failure::input;

/// One row of a list.
pub struct Row {
    /// File and sheet.
    pub name: String,
    /// The row number that Excel shows.
    pub row: u32,
    pub id: String,
    /// What the row is about: its check, or the condition that is met.
    pub about: Option<String>,
    pub pathway: Option<String>,
    /// The edition of the list that the row came from.
    pub edition: Option<u32>,
    /// One for each field of the form; `None` if the file has no such column.
    pub cells: Vec<Option<String>>,
}

/// The rows of each form, from every sheet with its columns, in the order of the forms.
pub fn read(path: &Path, forms: &[Form]) -> Result<Vec<Vec<Row>>> {
    let mut found = false;
    let mut all: Vec<Vec<Row>> = forms.iter().map(|_| Vec::new()).collect();
    for grid in grids(path)? {
        for (form, rows) in forms.iter().zip(&mut all) {
            if let Some(more) = of_grid(&grid, form) {
                found = true;
                rows.extend(more);
            }
        }
    }
    if found {
        return Ok(all);
    }
    let headings: Vec<String> = forms.iter().filter_map(first_headings).collect();
    Err(input(format!(
        "`{}` is not a worklist: no sheet has the headings {} in one row. Name a workbook that `clockstop` \
         wrote, or a sheet of it saved as CSV",
        shown(path),
        headings.join(" or ")
    )))
}

/// Messages about columns that are marked `*` as those for entries, and are no column of any form: what was
/// written there is not read.
pub fn not_read(path: &Path, forms: &[Form]) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for grid in grids(path)? {
        let header = grid.rows.iter().enumerate().find_map(|(index, (_, cells))| {
            let of: Vec<&Form> = forms
                .iter()
                .filter(|form| columns(cells, form).is_some())
                .collect();
            (!of.is_empty()).then_some((index, cells, of))
        });
        let Some((header, headings, of)) = header else {
            continue;
        };
        let fields: Vec<&Field> = of.iter().flat_map(|form| &form.fields).collect();
        let is_known = |name: &str| {
            fields.iter().any(|field| {
                field.heading.eq_ignore_ascii_case(name) || field.name.eq_ignore_ascii_case(name)
            })
        };
        for (place, heading) in headings.iter().enumerate() {
            let Some(name) = heading.trim().strip_suffix('*') else {
                continue;
            };
            let below = grid.rows.iter().skip(header + 1);
            let entries = below
                .filter(|(_, cells)| cells.get(place).is_some_and(|cell| !cell.trim().is_empty()))
                .count();
            if entries > 0 && !is_known(name.trim()) {
                let known: BTreeSet<String> = fields
                    .iter()
                    .map(|field| format!("`{}*`", field.heading))
                    .collect();
                let known: Vec<String> = known.into_iter().collect();
                notes.push(format!(
                    "`{}`: the column `{}` is none of the list, and its {} not read; the list has {}",
                    grid.name,
                    heading.trim(),
                    if entries == 1 {
                        "entry is".to_string()
                    } else {
                        format!("{entries} entries are")
                    },
                    known.join(", ")
                ));
            }
        }
    }
    Ok(notes)
}

fn first_headings(form: &Form) -> Option<String> {
    Some(format!("`Id` and `{}*`", form.fields.first()?.heading))
}

/// The index of each column of the list.
struct Columns {
    id: usize,
    about: Option<usize>,
    pathway: Option<usize>,
    edition: Option<usize>,
    fields: Vec<Option<usize>>,
}

/// The rows of a sheet with this form; `None` if the sheet has another.
fn of_grid(grid: &Grid, form: &Form) -> Option<Vec<Row>> {
    let (header, columns) = grid
        .rows
        .iter()
        .enumerate()
        .find_map(|(index, (_, cells))| Some((index, columns(cells, form)?)))?;
    let cell = |cells: &[String], column: Option<usize>| {
        column.map(|column| cells.get(column).map_or("", |cell| cell.trim()).to_string())
    };
    let rows: Vec<Row> = grid.rows[header + 1..]
        .iter()
        .map(|(row, cells)| Row {
            name: grid.name.clone(),
            row: *row,
            id: cell(cells, Some(columns.id)).unwrap_or_default(),
            about: cell(cells, columns.about),
            pathway: cell(cells, columns.pathway),
            edition: cell(cells, columns.edition).and_then(|edition| edition.parse().ok()),
            cells: columns
                .fields
                .iter()
                .map(|column| cell(cells, *column).map(|text| unguarded(&text)))
                .collect(),
        })
        .collect();
    let is_of_another = |row: &Row| letter_of(&row.id).is_some_and(|letter| letter != form.letter);
    let is_ours = rows.iter().any(|row| form.is_id(&row.id)) || !rows.iter().any(is_of_another);
    is_ours.then(|| {
        let kept = |row: &Row| form.is_id(&row.id) || row.has_entry();
        rows.into_iter().filter(kept).collect()
    })
}

/// The columns, if the row is a row of headings with `Id` and a field of the form.
fn columns(cells: &[String], form: &Form) -> Option<Columns> {
    let find = |heading: &str| {
        cells.iter().position(|cell| {
            let cell = cell.trim().trim_end_matches('*').trim();
            cell.eq_ignore_ascii_case(heading)
        })
    };
    // A table of a listing, saved as CSV, has the names of the fields.
    let field = |field: &Field| find(&field.heading).or_else(|| find(&field.name));
    let fields: Vec<_> = form.fields.iter().map(field).collect();
    fields.iter().flatten().next()?;
    Some(Columns {
        id: find("Id")?,
        about: find(&form.about_heading),
        pathway: find(&form.pathway_heading),
        edition: find("Edition"),
        fields,
    })
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
