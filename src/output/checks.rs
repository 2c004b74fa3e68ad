//! The sheet of checks, the same in the submission and the worklist: each check, and how many records failed
//! it.

use anyhow::Result;

use super::book::Book;
use super::style::Look;
use super::table::{Column, Plan};
use super::text::capitalised;
use super::value::Value;
use crate::report::{CheckLine, Report};

pub const NAME: &str = "Checks";
pub const ABOUT: &str =
    "Every check: how many records passed, failed, could not be assessed, or were not concerned";

/// Writes one row for each check.
pub fn write(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet(NAME, "Checks")?;
    sheet.for_screen()?;
    sheet.line(
        "Not assessed: a value that the check needs is missing or cannot be read, so it is neither a pass \
         nor a fail.",
    )?;
    sheet.line(
        "The counts cover every record that was read, in any month; the other sheets list this month's \
         findings.",
    )?;
    let columns = columns();
    let plan = Plan {
        frozen_columns: 1,
        ..Plan::filtered("Checks", &columns, "No check was run.")
    };
    sheet.table(&plan, report.checks.iter().map(line))?;
    Ok(())
}

/// The title of a check; empty if the check is not known.
pub fn title<'a>(report: &'a Report, id: &str) -> &'a str {
    report
        .checks
        .iter()
        .find(|check| check.id == id)
        .map_or("", |check| &check.title)
}

fn columns() -> [Column; 10] {
    [
        Column::new("Check", 12.0, Look::Code),
        Column::new("Title", 52.0, Look::Words),
        Column::new("Severity", 13.0, Look::Status),
        Column::new("Passed", 12.0, Look::Whole),
        Column::new("Failed", 12.0, Look::Whole),
        Column::new("Not assessed", 13.0, Look::Whole),
        Column::new("Not applicable", 13.0, Look::Whole),
        Column::new("Owner", 18.0, Look::Words),
        Column::new("Basis", 12.0, Look::Words),
        Column::new("Source", 52.0, Look::Words),
    ]
}

fn line(check: &CheckLine) -> Vec<Value<'_>> {
    vec![
        check.id.as_str().into(),
        check.title.as_str().into(),
        capitalised(&check.severity).into(),
        check.passed.into(),
        check.failed.into(),
        check.not_assessed.into(),
        check.not_applicable.into(),
        check.owner.as_str().into(),
        check.basis.as_str().into(),
        check.source.as_str().into(),
    ]
}
