//! Findings at a glance: the checks that found most, where to look first, and at which fields.

use std::io::{Result, Write};

use crate::findings::FindingRow;
use crate::findings::formats::{Group, accepted, with_findings};
use crate::rulebook::Rulebook;
use crate::terminal::counted;

/// Checks shown, places of each, and fields of a place.
const MOST_CHECKS: usize = 20;
const MOST_PLACES: usize = 5;
const MOST_FIELDS: usize = 4;

/// Writes a block a check, worst first, and how to see the rest; `records` is how many were looked at.
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
    writeln!(out, "All findings, a line each: --format csv -o findings.csv")?;
    writeln!(
        out,
        "What a check means and how to put it right: clockstop explain {}",
        worst.check.id
    )
}

fn block(out: &mut dyn Write, rulebook: &Rulebook, group: &Group) -> Result<()> {
    let check = group.check;
    writeln!(out, "{}  {}  {}", check.id, check.severity.word(), check.title)?;
    let mut counts = format!("{} failed", group.rows.len());
    if group.waived() > 0 {
        counts += &format!(" ({} of them waived)", group.waived());
    }
    if let Some(judged) = &group.judged {
        counts += &format!(", {} passed", judged.passed);
        if judged.not_assessed > 0 {
            counts += &format!(", {} not assessed", judged.not_assessed);
        }
    }
    writeln!(out, "    {counts}")?;
    let mut rows: Vec<&FindingRow> = group.rows.clone();
    // What nobody has accepted yet comes first.
    rows.sort_by_key(|row| row.waived.is_some());
    for (fields, places) in by_fields(&rows[..rows.len().min(MOST_PLACES)]) {
        let colon = if fields.is_empty() { "" } else { ": " };
        writeln!(
            out,
            "    {}{colon}{}",
            places.join("  "),
            labels(rulebook, fields)
        )?;
    }
    if rows.len() > MOST_PLACES {
        writeln!(out, "    and {} more", rows.len() - MOST_PLACES)?;
    }
    writeln!(out)
}

/// The places of findings, those at the same fields together.
fn by_fields<'r>(rows: &[&'r FindingRow<'r>]) -> Vec<(&'r [&'r str], Vec<String>)> {
    let mut lines: Vec<(&[&str], Vec<String>)> = Vec::new();
    for row in rows {
        let place = format!(
            "{}:{}{}",
            row.file,
            row.row,
            row.waived
                .map_or(String::new(), |waiver| format!(" ({})", accepted(waiver)))
        );
        match lines.iter_mut().find(|(fields, _)| *fields == row.fields) {
            Some((_, places)) => places.push(place),
            None => lines.push((&row.fields, vec![place])),
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
