//! How many findings there are: by owner and severity, and by check.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::super::book::Book;
use super::super::checks;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::text::capitalised;
use super::super::value::Value;
use super::{NO_FINDINGS, SEVERITIES, rank};
use crate::pack::left_out;
use crate::report::{FindingLine, Report};

/// Writes what the faults could do to the figures, then one row for each owner with one column for each
/// severity.
pub fn by_owner(book: &mut Book, findings: &[&FindingLine]) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet("Summary", "Findings by owner")?;
    for standard in &report.pack.standards {
        sheet.line(&left_out::in_words(standard))?;
    }
    sheet.gap();
    let mut columns = vec![Column::new("Owner", 34.0, Look::Name)];
    columns.extend(SEVERITIES.map(|severity| Column::new(&capitalised(severity), 14.0, Look::Whole)));
    columns.push(Column::new("All findings", 14.0, Look::Whole));
    columns.push(Column::new("Of these, waived", 18.0, Look::Whole));
    let owners: BTreeSet<String> = findings.iter().map(|finding| finding.who()).collect();
    let of = |owner: &str| {
        findings
            .iter()
            .copied()
            .filter(|finding| finding.who() == owner)
            .collect::<Vec<_>>()
    };
    let mut rows: Vec<Row> = owners
        .iter()
        .map(|owner| owner_row(owner, &of(owner)).into())
        .collect();
    if !rows.is_empty() {
        rows.push(Row::total(owner_row("All owners", findings)));
    }
    sheet.table(
        &Plan::new("Findings_by_owner", &columns, NO_FINDINGS),
        rows.into_iter(),
    )?;
    Ok(())
}

fn owner_row<'a>(owner: &'a str, findings: &[&FindingLine]) -> Vec<Value<'a>> {
    let count = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let mut values = vec![Value::from(owner)];
    values.extend(SEVERITIES.map(|severity| count(severity).into()));
    values.push(findings.len().into());
    values.push(
        findings
            .iter()
            .filter(|finding| !finding.waived.is_empty())
            .count()
            .into(),
    );
    values
}

/// Writes one row for each check that found something.
pub fn by_check(book: &mut Book, findings: &[&FindingLine]) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet("By check", "Findings by check")?;
    let columns = [
        Column::new("Severity", 12.0, Look::Status),
        Column::new("Check", 12.0, Look::Code),
        Column::new("What is wrong", 70.0, Look::Words),
        Column::new("Owner", 26.0, Look::Words),
        Column::new("Affects", 24.0, Look::Words),
        Column::new("Findings", 13.0, Look::Whole).barred(),
    ];
    let mut checks = BTreeMap::<_, Vec<&FindingLine>>::new();
    for finding in findings {
        checks
            .entry((rank(&finding.severity), &finding.check))
            .or_default()
            .push(finding);
    }
    let rows = checks
        .values()
        .map(|findings| check_row(report, findings[0], findings.len()));
    sheet.table(&Plan::new("Findings_by_check", &columns, NO_FINDINGS), rows)?;
    Ok(())
}

fn check_row<'a>(report: &'a Report, example: &'a FindingLine, count: usize) -> Vec<Value<'a>> {
    vec![
        capitalised(&example.severity).into(),
        example.check.as_str().into(),
        // A check of a file is not one of the checks over records: its message is its title.
        Some(checks::title(report, &example.check))
            .filter(|title| !title.is_empty())
            .unwrap_or(example.message.as_str())
            .into(),
        example.who().into(),
        example.affects.as_str().into(),
        count.into(),
    ]
}
