//! Findings at a glance: the checks with most findings, the first rows to look at, and their fields.

use std::io::{Result, Write};

use crate::findings::FindingRow;
use crate::findings::formats::{Group, accepted, with_findings};
use crate::rulebook::Rulebook;
use crate::terminal::counted;

/// The most checks shown, rows for each check, and fields for each row.
const MOST_CHECKS: usize = 20;
const MOST_ROWS: usize = 5;
const MOST_FIELDS: usize = 4;

/// Writes one block for each check, worst first, and how to see the rest. `records` is the number of records
/// checked.
pub fn text(out: &mut dyn Write, rulebook: &Rulebook, groups: &[Group], records: usize) -> Result<()> {
    let found = with_findings(groups);
    let (Some(worst), false) = (found.first(), found.is_empty()) else {
        return writeln!(
            out,
            "No findings: {} over {}.",
            counted(groups.len(), "check"),
            counted(records, "record")
        );
    };
    for group in found.iter().take(MOST_CHECKS) {
        block(out, rulebook, group)?;
    }
    let rest = &found[found.len().min(MOST_CHECKS)..];
    if !rest.is_empty() {
        let findings: usize = rest.iter().map(|group| group.rows.len()).sum();
        writeln!(
            out,
            "… and {} more with {}\n",
            counted(rest.len(), "check"),
            counted(findings, "finding")
        )?;
    }
    writeln!(out, "All findings, one line each: --format csv -o findings.csv")?;
    writeln!(
        out,
        "What a check means and how to fix it: clockstop explain {}",
        worst.check.id
    )
}

fn block(out: &mut dyn Write, rulebook: &Rulebook, group: &Group) -> Result<()> {
    let check = group.check;
    writeln!(out, "{}  {}  {}", check.id, check.severity.word(), check.title)?;
    let mut counts = format!("{} failed", group.rows.len());
    if group.waived() > 0 {
        counts += &format!(" ({} of these waived)", group.waived());
    }
    if let Some(judged) = &group.judged {
        counts += &format!(", {} passed", judged.passed);
        if judged.not_assessed > 0 {
            counts += &format!(", {} not assessed", judged.not_assessed);
        }
    }
    writeln!(out, "    {counts}")?;
    let mut rows: Vec<&FindingRow> = group.rows.clone();
    // Findings that nobody has accepted come first.
    rows.sort_by_key(|row| row.waived.is_some());
    for (fields, rows_at) in by_fields(&rows[..rows.len().min(MOST_ROWS)]) {
        let colon = if fields.is_empty() { "" } else { ": " };
        writeln!(
            out,
            "    {}{colon}{}",
            rows_at.join("  "),
            labels(rulebook, fields)
        )?;
    }
    if rows.len() > MOST_ROWS {
        writeln!(out, "    and {} more", rows.len() - MOST_ROWS)?;
    }
    writeln!(out)
}

/// The rows of findings, grouped by their fields.
fn by_fields<'r>(rows: &[&'r FindingRow<'r>]) -> Vec<(&'r [&'r str], Vec<String>)> {
    let mut lines: Vec<(&[&str], Vec<String>)> = Vec::new();
    for row in rows {
        let row_in_words = format!(
            "{}:{}{}",
            row.file,
            row.row,
            row.waived
                .map_or(String::new(), |waiver| format!(" ({})", accepted(waiver)))
        );
        match lines.iter_mut().find(|(fields, _)| *fields == row.fields) {
            Some((_, rows_at)) => rows_at.push(row_in_words),
            None => lines.push((&row.fields, vec![row_in_words])),
        }
    }
    lines
}

fn labels(rulebook: &Rulebook, fields: &[&str]) -> String {
    let mut labels: Vec<&str> = fields
        .iter()
        .take(MOST_FIELDS)
        .map(|name| rulebook.label(name))
        .collect();
    let more = format!("and {} more", fields.len() - labels.len());
    if fields.len() > MOST_FIELDS {
        labels.push(&more);
    }
    labels.join(", ")
}
