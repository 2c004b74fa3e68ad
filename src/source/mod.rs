//! From tables of text to the records of a data set.
//!
//! In: tables, and the rulebook's sources. A source says how its tables are recognised and holds the SQL
//! from their columns to canonical ones. Out: [`Records`], and for every table how many rows became part of
//! a record and which were set aside, why. No row is ever lost: rows read = rows mapped + rows set aside.

mod columns;
mod date_order;
mod dates;
mod dress;
mod headings;
pub mod layouts;
pub mod mapping;
mod not_records;
pub mod read_cells;
pub mod recognise;
mod registers;
pub mod texts;

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::columns::RECORD;
use crate::rulebook::{Mapping, Rulebook};
use crate::sql::RunContext;
use crate::sql::seen::LINK;
use crate::table::Table;
use crate::terminal::counted;
use crate::terminal::failure::input;

pub use dates::DateForms;
pub use read_cells::{parse_text_records, passes_modulus_11};

/// What was read, by table, for the run record.
#[derive(Debug, Clone)]
pub struct Reading {
    /// File name, with its sheet.
    pub file: String,
    pub path: std::path::PathBuf,
    /// Of the file when it was read.
    pub stamp: Option<crate::table::Stamp>,
    pub source: String,
    pub table: String,
    pub rows_read: usize,
    pub rows_mapped: usize,
    pub set_aside: Vec<SetAsideRow>,
    /// Headings that the source does not know: read, and not used.
    pub unexpected: Vec<String>,
    /// Files of this source have no heading row.
    pub is_headerless: bool,
    /// The file is headerless by its source, yet its first row held headings.
    pub had_headings: bool,
    /// Of an XML file: where its records stand, and what is not as its layout says.
    pub elements: Option<std::sync::Arc<crate::table::xml::Elements>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideRow {
    pub row: u32,
    pub reason: String,
    /// It could not even be laid out in columns.
    pub is_misfit: bool,
}

/// The typed records of one data set, and what was read for them.
pub struct Mapped {
    /// `_record` (file order), `_file` (place in `files`), `_row`, the fields of `fields.csv` with their
    /// types, `<field>__readable` for dates and days, `<field>_valid` for NHS numbers.
    pub frame: DataFrame,
    /// Tables beside the records, by name, with the same first columns and those that `data_set.toml` names; only those
    /// that a file was given for.
    pub beside: Vec<(String, DataFrame)>,
    /// File names by the number in `_file`.
    pub files: Vec<String>,
    pub readings: Vec<Reading>,
    /// What else there is to say of the files.
    pub notes: Vec<String>,
}

/// How many fields a row of the named source has, where the source alone tells: its files have no headings.
pub fn width(rulebook: &Rulebook, named: Option<&str>) -> Option<usize> {
    let source = rulebook
        .sources
        .iter()
        .find(|source| Some(source.name.as_str()) == named)?;
    source.headerless.then_some(source.columns.len())
}

/// How the XML files of sources are laid out.
pub fn xml_layouts(rulebook: &Rulebook) -> Vec<crate::table::xml::Layout> {
    let sources = rulebook.sources.iter();
    sources
        .filter_map(|source| Some(source.xml.as_ref()?.layout(&source.name)))
        .collect()
}

/// Maps every table by the source it is recognised as, or all by the one named.
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
    let mut beside: Vec<(String, Vec<DataFrame>)> = Vec::new();
    for (source, group) in recognised {
        let mapped = mapping::map(rulebook, source, group, files.len() as u32, context)?;
        notes.extend(mapped.notes);
        files.extend(mapped.readings.iter().map(|reading| reading.file.clone()));
        readings.extend(mapped.readings);
        for (name, frame) in mapped.beside {
            let typed = read_cells::parse(rulebook, source, frame)?;
            notes.extend(unreadable_dates(rulebook, &source.title, &typed)?);
            match beside.iter_mut().find(|(known, _)| *known == name) {
                Some((_, parts)) => parts.push(typed),
                None => beside.push((name, vec![typed])),
            }
        }
        let typed = read_cells::parse(rulebook, source, mapped.frame)?;
        if source.gives == Mapping::Patients {
            notes.extend(unreadable_dates(rulebook, &source.title, &typed)?);
        }
        match source.gives {
            Mapping::Records => records.push(typed),
            Mapping::Patients => patients.push(typed),
            Mapping::Tables => {}
        }
    }
    if records.is_empty() {
        let names: Vec<&str> = readings.iter().map(|reading| reading.file.as_str()).collect();
        return Err(input(format!(
            "{} only complete{} the records of a register: give the register's export or an upload file as well",
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", "),
            if names.len() == 1 { "s" } else { "" }
        )));
    }
    let frame = number(stack(records)?)?;
    let frame = match patients.is_empty() {
        true => frame,
        false => {
            let (linked, unlinked) = link(rulebook, frame, stack(patients)?, context)?;
            notes.extend(not_linked(&unlinked));
            linked
        }
    };
    let beside = beside
        .into_iter()
        .map(|(name, parts)| Ok((name, number(stack(parts)?)?)))
        .collect::<Result<_>>()?;
    Ok(Mapped {
        frame,
        beside,
        files,
        readings,
        notes,
    })
}

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

/// Completes records with what other systems know of their patients (`<data set>/link.sql`).
fn link(
    rulebook: &Rulebook,
    frame: DataFrame,
    patients: DataFrame,
    context: &RunContext,
) -> Result<(DataFrame, BTreeMap<String, usize>)> {
    let path = format!("{}/link.sql", rulebook.data_set.folder);
    crate::sql::replace(&LINK, &path, frame, vec![("patients", patients.lazy())], context)
}

/// Every form in which a known source writes dates, each once, in the order of the sources.
pub fn known_date_forms(rulebook: &Rulebook) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    for form in rulebook.sources.iter().flat_map(|source| &source.date_forms) {
        if !forms.contains(form) {
            forms.push(form.clone());
        }
    }
    forms
}

/// How many records have no patient of another system, and why.
fn not_linked(reasons: &BTreeMap<String, usize>) -> Option<String> {
    let all: usize = reasons.values().sum();
    let each: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count}: {reason}"))
        .collect();
    (all > 0).then(|| {
        format!(
            "{} not linked to a patient of the PAS, so that it gives {} no date ({})",
            counted(all, "record"),
            if all == 1 { "it" } else { "them" },
            each.join("; ")
        )
    })
}

/// Dates of a table that no check looks at, which would be blank without a word.
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
                "{files}: {} of `{}` cannot be read as a date, and stays blank: export dates as 2026-10-31",
                counted(unreadable, "cell"),
                field.label
            ));
        }
    }
    Ok(notes)
}

/// The one form that rules and uploads write dates in.
pub fn iso_forms() -> DateForms {
    DateForms::new(&["%Y-%m-%d".to_string()], &[])
}
