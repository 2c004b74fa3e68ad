//! Findings as a person reads them: which check failed, in which row, for which fields, and why. Never a
//! patient's value.

pub mod effect;
mod elements;
pub mod fingerprint;
pub mod formats;
pub mod trail;
pub mod waivers;

use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use polars::prelude::DataFrame;

use crate::check::Findings;
use crate::findings::elements::{OfLine, element};
use crate::records::{Origins, Records};
use crate::rulebook::columns::PARENT;
use crate::rulebook::{Check, Finds, Rulebook, Severity};
use crate::table::xml::FaultKind;

/// A finding that somebody has accepted.
#[derive(Debug, Clone)]
pub struct Waiver {
    pub check: String,
    /// The pathway in the form that outputs show.
    pub pathway: String,
    /// For a check over several fields, the fields that may be at fault; empty: any of them.
    pub fields: Vec<String>,
    pub reason: String,
    pub approved_by: String,
    /// The last day on which the waiver is valid.
    pub expires: NaiveDate,
    /// Keyed hash of the values of the check's fields: [`crate::findings::waivers::values_code`].
    pub values: String,
    /// The line of the waivers file on which it begins.
    pub line: usize,
}

/// One output line: a failed check for one row.
pub struct FindingRow<'a> {
    pub check: &'a Check,
    pub file: &'a str,
    /// The row number that Excel shows.
    pub row: u32,
    /// `None` for a row that no table uses.
    pub pathway: Option<&'a str>,
    /// Number of the record. For a row of a nested table, the number of its record; `None` for rows of other
    /// tables or files.
    pub record: Option<u32>,
    pub fields: Vec<&'a str>,
    pub message: String,
    /// The waiver that accepts it, if any.
    pub waived: Option<&'a Waiver>,
}

/// Findings of records in file order, then those of extra tables, then those of rows and files that the
/// reader rejected.
pub fn rows<'a>(
    rulebook: &'a Rulebook,
    records: &'a Records,
    findings: &'a Findings<'a>,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Vec<FindingRow<'a>>> {
    let mut rows = of_table(records, &records.frame, findings)?;
    for ((_, table), (_, findings)) in records.extra_tables.iter().zip(&findings.extra_tables) {
        let of_extra_table = of_table(records, table, findings)?;
        // A row of a nested table belongs to a record: a reject holds that record back.
        let parents = table.column(PARENT).and_then(|parents| parents.u32()).ok();
        rows.extend(of_extra_table.into_iter().map(|row| {
            FindingRow {
                record: parents
                    .zip(row.record)
                    .and_then(|(parents, row)| parents.get(row as usize)),
                ..row
            }
        }));
    }
    rows.extend(of_files(rulebook, records, wanted));
    Ok(rows)
}

/// The findings over one table; their records are rows of that table.
fn of_table<'a>(
    records: &'a Records,
    table: &'a DataFrame,
    findings: &'a Findings<'a>,
) -> Result<Vec<FindingRow<'a>>> {
    let origins = Origins::new(records, table)?;
    Ok(findings
        .rows
        .iter()
        .map(|finding| (finding, findings.checks[finding.check as usize].check))
        .filter(|(_, check)| check.listed)
        .map(|(finding, check)| {
            let record = finding.record as usize;
            let fields = findings.fields(finding);
            let element = element(records, origins.file(record), origins.row(record), &fields);
            FindingRow {
                check,
                file: origins.file(record),
                row: origins.row(record),
                pathway: origins.pathway(record),
                record: Some(finding.record),
                fields,
                message: format!("{}{element}", check.title),
                waived: None,
            }
        })
        .collect())
}

/// The findings of the file reader, under the checks with `kind = "file"`.
fn of_files<'a>(
    rulebook: &'a Rulebook,
    records: &'a Records,
    wanted: impl Fn(&Check) -> bool,
) -> Vec<FindingRow<'a>> {
    let mut rows = Vec::new();
    let limit = rulebook.data_set.upload_max_records;
    let of_line = OfLine::new(records);
    for check in rulebook
        .checks
        .iter()
        .filter(|check| check.is_of_file() && wanted(check))
    {
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
            if let (Some(elements), Some(kind)) = (&reading.elements, check.finds.and_then(fault_kind)) {
                let faults = elements.faults.iter().filter(|fault| fault.kind == kind);
                rows.extend(faults.map(|fault| FindingRow {
                    record: of_line.record(&reading.file, elements, fault),
                    pathway: of_line.pathway(&reading.file, elements, fault),
                    ..of_row(
                        fault.line,
                        format!("{}: `{}` (record {})", check.title, fault.path, fault.record),
                    )
                }));
            }
            if !reading.is_headerless {
                continue;
            }
            match check.finds {
                Some(Finds::HeadingRow) if reading.had_headings => rows.push(of_row(1, check.title.clone())),
                Some(Finds::RaggedRow) => {
                    let ragged = reading.set_aside.iter().filter(|row| row.is_misfit);
                    rows.extend(
                        ragged.map(|row| of_row(row.row, format!("{}: {}", check.title, row.reason))),
                    );
                }
                Some(Finds::FileType) if !has_ending(&reading.path, &rulebook.data_set.upload_endings) => {
                    rows.push(of_row(1, check.title.clone()))
                }
                Some(Finds::TooManyRecords) if reading.rows_read > limit => {
                    let first_too_many = limit + 1 + usize::from(reading.had_headings);
                    rows.push(of_row(first_too_many as u32, check.title.clone()));
                }
                _ => {}
            }
        }
    }
    rows
}

/// The XML fault that a check reports.
fn fault_kind(finds: Finds) -> Option<FaultKind> {
    match finds {
        Finds::UnknownElement => Some(FaultKind::Unknown),
        Finds::MissingElement => Some(FaultKind::Missing),
        Finds::RepeatedElement => Some(FaultKind::Repeated),
        Finds::WrongChoice => Some(FaultKind::Choice),
        Finds::WrongOrder => Some(FaultKind::Order),
        Finds::HeadingRow | Finds::RaggedRow | Finds::FileType | Finds::TooManyRecords => None,
    }
}

/// The counts in words, worst severity first, without zero counts: `2 findings that keep a record out of the
/// upload (reject), 1 warning`.
pub fn counts_in_words(count: impl Fn(Severity) -> usize) -> String {
    let some: Vec<(Severity, usize)> = Severity::ALL
        .into_iter()
        .map(|severity| (severity, count(severity)))
        .filter(|(_, count)| *count > 0)
        .collect();
    if some.is_empty() {
        "nothing".to_string()
    } else {
        some.into_iter()
            .map(|(severity, count)| of_severity(severity, count))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn of_severity(severity: Severity, count: usize) -> String {
    let (one, many) = match severity {
        Severity::RejectFile => (
            "finding for which the whole file would be refused (reject_file)",
            "findings for which the whole file would be refused (reject_file)",
        ),
        Severity::Reject => (
            "finding that keeps a record out of the upload (reject)",
            "findings that keep a record out of the upload (reject)",
        ),
        Severity::Error => ("error", "errors"),
        Severity::Warning => ("warning", "warnings"),
        Severity::Info => ("note (info)", "notes (info)"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Whether the file's name ends in one of these; true if there are none.
fn has_ending(path: &Path, endings: &[String]) -> bool {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    endings.is_empty() || endings.iter().any(|taken| ending.eq_ignore_ascii_case(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_given_worst_first_without_zeros_and_one_is_singular() {
        for (counts, words) in [
            ([0, 0, 0, 0, 0], "nothing"),
            (
                [0, 6, 0, 2, 0],
                "6 findings that keep a record out of the upload (reject), 2 warnings",
            ),
            (
                [0, 1, 1, 1, 1],
                "1 finding that keeps a record out of the upload (reject), 1 error, 1 warning, 1 note (info)",
            ),
            (
                [1, 0, 2, 0, 3],
                "1 finding for which the whole file would be refused (reject_file), 2 errors, 3 notes (info)",
            ),
        ] {
            assert_eq!(counts_in_words(|severity| counts[severity as usize]), words);
        }
    }
}
