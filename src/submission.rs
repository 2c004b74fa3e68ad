//! Which records are the month's return, which of them may go, and which are held back.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use polars::prelude::*;

use crate::date::from_days;
use crate::failure::usage;
use crate::findings::FindingRow;
use crate::month::Month;
use crate::records::Records;
use crate::report::{Cell, Heading, HeldBack, Submission, SubmissionRow};
use crate::rulebook::{Kind, Rulebook};
use crate::sql::{Dictionary, replace};
use crate::waivers::holds_back;

/// Where each record stands towards one trust's return of one month.
pub struct Selection {
    /// By record.
    pub places: Vec<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the return.
    InMonth,
    /// The trust's, and none of its dates says a month: still open, or the date cannot be read.
    Undated,
    OtherMonth,
    OtherTrust,
}

/// Places every record; a record that names no trust at all counts as the trust's own.
pub fn select(rulebook: &Rulebook, records: &Records, provider: &str, month: Month) -> Result<Selection> {
    let frame = &records.frame;
    let dates: Vec<&DateChunked> =
        rulebook.data_set.month_dates.iter().map(|name| frame.column(name)?.date()).collect::<PolarsResult<_>>()?;
    let trusts: Vec<&StringChunked> =
        rulebook.data_set.providers.iter().map(|name| frame.column(name)?.str()).collect::<PolarsResult<_>>()?;
    let (first, last) = (crate::date::days_since_1970(month.first_day()), crate::date::days_since_1970(month.last_day()));
    let place = |record: usize| {
        let mut named = trusts.iter().filter_map(|trust| trust.get(record)).peekable();
        if named.peek().is_some() && !named.any(|trust| trust == provider) {
            return Place::OtherTrust;
        }
        let mut days = dates.iter().filter_map(|date| date.physical().get(record)).peekable();
        match (days.peek().is_none(), days.any(|day| (first..=last).contains(&day))) {
            (true, _) => Place::Undated,
            (_, true) => Place::InMonth,
            _ => Place::OtherMonth,
        }
    };
    Ok(Selection { places: (0..frame.height()).map(place).collect() })
}

impl Selection {
    pub fn place(&self, record: u32) -> Place {
        self.places[record as usize]
    }

    /// The records whose faults the trust can put right for this return: those in it, and those that no date places.
    pub fn is_worked_on(&self, record: u32) -> bool {
        matches!(self.place(record), Place::InMonth | Place::Undated)
    }

    pub fn count(&self, place: Place) -> usize {
        self.places.iter().filter(|other| **other == place).count()
    }
}

/// The trust that submits: the one named, which must be in the data; else the one with most records.
pub fn provider(rulebook: &Rulebook, records: &Records, named: Option<&str>) -> Result<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &rulebook.data_set.providers {
        for trust in records.frame.column(name)?.str()?.iter().flatten() {
            *counts.entry(trust).or_default() += 1;
        }
    }
    let mut by_count: Vec<(&str, usize)> = counts.into_iter().collect();
    by_count.sort_by_key(|(trust, count)| (std::cmp::Reverse(*count), *trust));
    let found: Vec<String> = by_count.iter().take(8).map(|(trust, _)| format!("`{trust}`")).collect();
    match named {
        Some(code) if by_count.iter().any(|(trust, _)| *trust == code) => Ok(code.to_string()),
        Some(code) if found.is_empty() => Ok(code.to_string()),
        Some(code) => Err(usage(format!("no record is of trust `{code}`; the records name {}", found.join(", ")))),
        None => match by_count.first() {
            Some((trust, _)) => Ok(trust.to_string()),
            None => Err(usage("no record names a trust: say who submits with `--provider`")),
        },
    }
}

/// The rows of the return in upload order, and those that a reject finding holds back.
pub fn make(
    rulebook: &Rulebook,
    records: &Records,
    selection: &Selection,
    findings: &[FindingRow],
    dictionary: &Dictionary,
) -> Result<Submission> {
    let mut held: BTreeMap<u32, Vec<&FindingRow>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| holds_back(rulebook, finding)) {
        if let Some(record) = finding.record.filter(|record| selection.place(*record) == Place::InMonth) {
            held.entry(record).or_default().push(finding);
        }
    }
    let frame = &upload_form(rulebook, records, dictionary)?;
    let columns: Vec<(Kind, &Column)> =
        rulebook.upload_fields().map(|field| Ok((field.kind, frame.column(&field.name)?))).collect::<Result<_>>()?;
    let (files, numbers, pathways) = (frame.column("_file")?.u32()?, frame.column("_row")?.u32()?, frame.column("pathway")?.str()?);
    let mut rows = Vec::new();
    let mut held_back = Vec::new();
    for record in (0..frame.height()).filter(|record| selection.places[*record] == Place::InMonth) {
        let file = records.file(files.get(record).unwrap_or_default()).to_string();
        let row = numbers.get(record).unwrap_or_default();
        let pathway = pathways.get(record).unwrap_or_default().to_string();
        match held.get(&(record as u32)) {
            Some(findings) => held_back.push(reasons(file, row, pathway, findings)),
            None => {
                let cells = columns.iter().map(|(kind, column)| cell(*kind, column, record)).collect::<Result<_>>()?;
                rows.push(SubmissionRow { file, row, pathway, cells });
            }
        }
    }
    Ok(Submission {
        headings: rulebook.upload_fields().map(|field| Heading { name: field.name.clone(), title: field.title.clone() }).collect(),
        rows,
        held_back,
        other_months: selection.count(Place::OtherMonth) + selection.count(Place::Undated),
        other_trusts: selection.count(Place::OtherTrust),
        upload_files: Vec::new(),
    })
}

/// The records as the upload writes them (`<data set>/upload.sql`, where there is one).
pub fn upload_form(rulebook: &Rulebook, records: &Records, dictionary: &Dictionary) -> Result<DataFrame> {
    let path = format!("{}/upload.sql", rulebook.data_set.folder);
    if rulebook.files.get(&path).is_none() {
        return Ok(records.frame.clone());
    }
    replace(rulebook, &path, records.frame.clone(), &[], dictionary)
}

fn reasons(file: String, row: u32, pathway: String, findings: &[&FindingRow]) -> HeldBack {
    let joined = |parts: BTreeSet<&str>| parts.into_iter().collect::<Vec<_>>().join("; ");
    HeldBack {
        file,
        row,
        pathway,
        checks: joined(findings.iter().map(|finding| finding.check.id.as_str()).collect()),
        reasons: findings.iter().map(|finding| reason(finding)).collect::<Vec<_>>().join("; "),
        owner: joined(findings.iter().map(|finding| finding.check.owner.as_str()).collect()),
    }
}

fn reason(finding: &FindingRow) -> String {
    match finding.waived {
        Some(_) => format!("{} (waived, and still held back)", finding.message),
        None => finding.message.clone(),
    }
}

/// One cell of a record as the upload has it.
pub fn cell(kind: Kind, column: &Column, record: usize) -> Result<Cell> {
    Ok(match kind {
        Kind::Date => column.date()?.physical().get(record).map_or(Cell::Blank, |days| Cell::Date(from_days(days))),
        Kind::Days => column.i32()?.get(record).map_or(Cell::Blank, |days| Cell::Whole(days.into())),
        _ => column.str()?.get(record).map_or(Cell::Blank, |text| Cell::Text(text.to_string())),
    })
}

/// A cell as the upload file holds it.
pub fn upload_text(cell: &Cell) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Date(date) => date.to_string(),
        Cell::Whole(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
    }
}
