//! Findings as a person reads them: which check, where, which fields, what is wrong. Never a patient's value.

use anyhow::Result;

use crate::check::Findings;
use crate::records::Records;
use crate::rulebook::{Check, Rulebook};
use crate::waivers::Waiver;

/// One line of the contract: a failing row and check.
pub struct FindingRow<'a> {
    pub check: &'a Check,
    pub file: &'a str,
    /// As Excel shows it.
    pub row: u32,
    /// None for a row that became no record.
    pub pathway: Option<&'a str>,
    /// Number of the record; none for a row that became none.
    pub record: Option<u32>,
    pub fields: Vec<&'a str>,
    pub message: String,
    /// Somebody has accepted it as it is.
    pub waived: Option<&'a Waiver>,
}

/// Findings of records in file order, then those of rows and files that the reader could not take.
pub fn rows<'a>(
    rulebook: &'a Rulebook,
    records: &'a Records,
    findings: &'a Findings<'a>,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Vec<FindingRow<'a>>> {
    let files = records.frame.column("_file")?.u32()?;
    let numbers = records.frame.column("_row")?.u32()?;
    let pathways = records.frame.column("pathway")?.str()?;
    let mut rows: Vec<FindingRow> = findings
        .rows
        .iter()
        .map(|finding| {
            let check = findings.checks[finding.check as usize].check;
            let record = finding.record as usize;
            FindingRow {
                check,
                file: records.file(files.get(record).unwrap_or_default()),
                row: numbers.get(record).unwrap_or_default(),
                pathway: pathways.get(record),
                record: Some(finding.record),
                fields: findings.fields(finding),
                message: check.title.clone(),
                waived: None,
            }
        })
        .collect();
    rows.extend(of_files(rulebook, records, wanted));
    Ok(rows)
}

/// What the reader of files found, under the checks that are `kind = "file"`.
fn of_files<'a>(rulebook: &'a Rulebook, records: &'a Records, wanted: impl Fn(&Check) -> bool) -> Vec<FindingRow<'a>> {
    let mut rows = Vec::new();
    for check in rulebook.checks.iter().filter(|check| check.is_of_file() && check.enabled && wanted(check)) {
        for reading in &records.readings {
            let of_row = |row: u32, message: String| FindingRow {
                check,
                file: &reading.file,
                row,
                pathway: None,
                record: None,
                fields: Vec::new(),
                message,
                waived: None,
            };
            match check.finds.as_deref() {
                Some("heading-row") if reading.had_headings => rows.push(of_row(1, check.title.clone())),
                Some("ragged-row") if reading.is_headerless => {
                    let ragged = reading.set_aside.iter().filter(|row| row.is_misfit);
                    rows.extend(ragged.map(|row| of_row(row.row, format!("{}: {}", check.title, row.reason))));
                }
                _ => {}
            }
        }
    }
    rows
}
