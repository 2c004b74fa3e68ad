//! Turns tables of text into the records of a data set.
//!
//! In: tables, and the rulebook's sources. A source says how to recognise its tables, and has the SQL from
//! their columns to canonical ones. Out: [`Records`], and for every table how many rows became part of a
//! record and which were set aside, with the reason. No row is lost: rows read = rows mapped + rows set
//! aside.

mod columns;
mod copies;
mod date_order;
mod dates;
mod dress;
mod headings;
pub mod layouts;
pub mod mapping;
mod marks;
mod not_records;
pub mod read_cells;
pub mod recognise;
mod registers;
mod repeats;
pub mod texts;

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::columns::RECORD;
use crate::rulebook::{Mapping, Rulebook};
use crate::sql::RunContext;
use crate::sql::seen::LINK;
use crate::table::{Layouts, Positions, Table};
use crate::terminal::counted;
use crate::terminal::failure::input;

pub use dates::DateForms;
pub use read_cells::{parse_text_records, passes_modulus_11};

/// What was read from one table, for the run record.
#[derive(Debug, Clone)]
pub struct Reading {
    /// File name, with its sheet.
    pub file: String,
    pub path: std::path::PathBuf,
    /// The state of the file when it was read.
    pub stamp: Option<crate::table::Stamp>,
    pub source: String,
    pub table: String,
    pub rows_read: usize,
    pub rows_mapped: usize,
    pub set_aside: Vec<SetAsideRow>,
    /// Headings that the source does not know: read, but not used.
    pub unexpected: Vec<String>,
    /// Whether files of this source have no heading row.
    pub is_headerless: bool,
    /// Whether the first row has headings although the source's files have none.
    pub had_headings: bool,
    /// For an XML file: the positions of its records, and the deviations from its layout.
    pub elements: Option<std::sync::Arc<crate::table::xml::Elements>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideRow {
    pub row: u32,
    pub reason: String,
    /// Whether the row did not even fit the columns.
    pub is_misfit: bool,
}

/// The typed records of one data set, and what was read for them.
pub struct Mapped {
    /// `_record` (file order), `_file` (index in `files`), `_row`, the fields of `fields.csv` with their
    /// types, `<field>__readable` for dates and days, `<field>_valid` for NHS numbers.
    pub frame: DataFrame,
    /// Extra tables by name, with the same first columns and those that `data_set.toml` names; only tables
    /// for which a file was given.
    pub extra_tables: Vec<(String, DataFrame)>,
    /// File names by the number in `_file`.
    pub files: Vec<String>,
    pub readings: Vec<Reading>,
    /// Other messages about the files.
    pub notes: Vec<String>,
    /// The records and the patients of a PAS before they were linked, where a file gives patients.
    pub unlinked: Option<Unlinked>,
}

/// What was linked: records as the register has them, and the patients of a PAS.
pub struct Unlinked {
    pub records: DataFrame,
    pub patients: DataFrame,
}

/// The number of fields in a row of the named source, if its files have no headings; else `None`.
pub fn width(rulebook: &Rulebook, named: Option<&str>) -> Option<usize> {
    let source = rulebook
        .sources
        .iter()
        .find(|source| Some(source.name.as_str()) == named)?;
    source.headerless.then_some(source.columns.len())
}

/// The layouts of sources' files that have no headings: XML, and texts of fixed width.
pub fn file_layouts(rulebook: &Rulebook) -> Layouts {
    let sources = rulebook.sources.iter();
    let xml = sources.filter_map(|source| Some(source.xml.as_ref()?.layout(&source.name)));
    let tables = rulebook.sources.iter().flat_map(|source| &source.table);
    let fixed = tables
        .filter_map(|table| table.fixed.as_ref())
        .map(|fixed| Positions {
            marks: fixed
                .marks
                .iter()
                .map(|mark| (mark.at - 1, mark.text.clone()))
                .collect(),
            columns: fixed
                .columns
                .iter()
                .map(|(name, (at, length))| (name.clone(), (at - 1, at - 1 + length)))
                .collect(),
        });
    Layouts {
        xml: xml.collect(),
        fixed: fixed.collect(),
    }
}

/// Maps every table with the source that it is recognised as, or all with the named one.
pub fn apply(
    rulebook: &Rulebook,
    tables: Vec<Table>,
    named: Option<&str>,
    context: &RunContext,
) -> Result<Mapped> {
    let (recognised, mut notes) = recognise::recognise(rulebook, tables, named)?;
    let mut files = Vec::new();
    let mut readings = Vec::new();
    let mut records = Vec::new();
    let mut patients = Vec::new();
    let mut extra_tables: Vec<(String, Vec<DataFrame>)> = Vec::new();
    for (source, group) in recognised {
        let mapped = mapping::map(rulebook, source, group, files.len() as u32, context)?;
        notes.extend(mapped.notes);
        files.extend(mapped.readings.iter().map(|reading| reading.file.clone()));
        readings.extend(mapped.readings);
        for (name, frame) in mapped.extra_tables {
            let typed = read_cells::parse(rulebook, source, frame)?;
            notes.extend(unreadable_dates(rulebook, &source.title, &typed)?);
            match extra_tables.iter_mut().find(|(known, _)| *known == name) {
                Some((_, parts)) => parts.push(typed),
                None => extra_tables.push((name, vec![typed])),
            }
        }
        let typed = read_cells::parse(rulebook, source, mapped.frame)?;
        if source.gives == Mapping::Patients {
            notes.extend(unreadable_dates(rulebook, &source.title, &typed)?);
        }
        match source.gives {
            Mapping::Records => records.push(typed),
            // A PAS may give its appointments alone.
            Mapping::Patients if typed.height() == 0 => {}
            Mapping::Patients => patients.push(typed),
            Mapping::Tables => {}
        }
    }
    if records.is_empty() {
        return Err(no_register(&readings));
    }
    let frame = number(stack(records)?)?;
    let (frame, unlinked) = match patients.is_empty() {
        true => (frame, None),
        false => {
            let (linked, before, note) = linked(rulebook, frame, stack(patients)?, context)?;
            notes.extend(note);
            (linked, Some(before))
        }
    };
    let numbered = |(name, parts)| Ok((name, number(stack(parts)?)?));
    Ok(Mapped {
        frame,
        extra_tables: extra_tables.into_iter().map(numbered).collect::<Result<_>>()?,
        files,
        readings,
        notes,
        unlinked,
    })
}

/// The records with the facts of their patients, what was linked, and a message about the records without a
/// patient.
fn linked(
    rulebook: &Rulebook,
    records: DataFrame,
    patients: DataFrame,
    context: &RunContext,
) -> Result<(DataFrame, Unlinked, Option<String>)> {
    let before = Unlinked { records, patients };
    let (linked, reasons) = link(rulebook, before.records.clone(), before.patients.clone(), context)?;
    Ok((linked, before, not_linked(&reasons)))
}

/// The error if all files complete the records of a register, and none has any.
fn no_register(readings: &[Reading]) -> anyhow::Error {
    let names: Vec<String> = readings
        .iter()
        .map(|reading| format!("`{}`", reading.file))
        .collect();
    input(format!(
        "{} only complete{} the records of a register: give the register's export or an upload file as well",
        names.join(", "),
        if names.len() == 1 { "s" } else { "" }
    ))
}

/// The rows of all frames, in order.
fn stack(frames: Vec<DataFrame>) -> Result<DataFrame> {
    let mut frames = frames.into_iter();
    let Some(mut all) = frames.next() else {
        return Ok(DataFrame::default());
    };
    for frame in frames {
        all.vstack_mut(&frame)?;
    }
    Ok(all)
}

/// Numbers the records in file order.
fn number(frame: DataFrame) -> Result<DataFrame> {
    let numbers = Column::new(RECORD.into(), (0..frame.height() as u32).collect::<Vec<_>>());
    let mut columns = vec![numbers];
    columns.extend(frame.columns().iter().cloned());
    Ok(DataFrame::new(frame.height(), columns)?)
}

/// Completes records with other systems' facts about their patients (`<data set>/link.sql`).
fn link(
    rulebook: &Rulebook,
    frame: DataFrame,
    patients: DataFrame,
    context: &RunContext,
) -> Result<(DataFrame, BTreeMap<String, usize>)> {
    let path = format!("{}/link.sql", rulebook.data_set.folder);
    crate::sql::replace(&LINK, &path, frame, vec![("patients", patients.lazy())], context)
}

/// Every date format of the known sources, once each, in the order of the sources.
pub fn known_date_forms(rulebook: &Rulebook) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    for form in rulebook.sources.iter().flat_map(|source| &source.date_forms) {
        if !forms.contains(form) {
            forms.push(form.clone());
        }
    }
    forms
}

/// How many records have no patient in the other system, and why.
fn not_linked(reasons: &BTreeMap<String, usize>) -> Option<String> {
    let all: usize = reasons.values().sum();
    let each: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count}: {reason}"))
        .collect();
    (all > 0).then(|| {
        format!(
            "{} not linked to a patient of the PAS, so it gives {} no date ({})",
            counted(all, "record"),
            if all == 1 { "it" } else { "them" },
            each.join("; ")
        )
    })
}

/// Reports dates of a table that no check looks at, because they would silently be blank.
fn unreadable_dates(rulebook: &Rulebook, files: &str, typed: &DataFrame) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for field in rulebook.fields.iter().chain(&rulebook.table_fields) {
        let Ok(readable) = typed.column(&crate::rulebook::columns::readable(&field.name)) else {
            continue;
        };
        let unreadable = readable
            .bool()?
            .iter()
            .filter(|flag| *flag == Some(false))
            .count();
        if unreadable > 0 {
            notes.push(format!(
                "{files}: {} of `{}` cannot be read as a date, and {} blank: export dates as 2026-10-31",
                counted(unreadable, "cell"),
                field.label,
                if unreadable == 1 { "stays" } else { "stay" }
            ));
        }
    }
    Ok(notes)
}

/// The only date format that rules and uploads use.
pub fn iso_forms() -> DateForms {
    DateForms::new(&["%Y-%m-%d".to_string()], &[])
}
