//! Findings at a glance: the checks that found most, and where to look first.

use std::io::{Result, Write};

use super::{Group, accepted, counted, with_findings};
use crate::findings::FindingRow;

/// Checks shown, and places of each.
const MOST_CHECKS: usize = 20;
const MOST_PLACES: usize = 5;

/// Writes a block a check, worst first, and how to see the rest; `records` is how many were looked at.
pub fn text(out: &mut dyn Write, groups: &[Group], records: usize) -> Result<()> {
    let found = with_findings(groups);
    let (Some(worst), false) = (found.first(), found.is_empty()) else {
        return writeln!(out, "No findings: {} over {}.", counted(groups.len(), "check"), counted(records, "record"));
    };
    for group in found.iter().take(MOST_CHECKS) {
        block(out, group)?;
    }
    let rest = &found[found.len().min(MOST_CHECKS)..];
    if !rest.is_empty() {
        let findings: usize = rest.iter().map(|group| group.rows.len()).sum();
        writeln!(out, "… and {} more with {}\n", counted(rest.len(), "check"), counted(findings, "finding"))?;
    }
    writeln!(out, "All findings, a line each: --format csv -o findings.csv")?;
    writeln!(out, "What a check means and how to put it right: clockstop explain {}", worst.check.id)
}

fn block(out: &mut dyn Write, group: &Group) -> Result<()> {
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
    let mark = |row: &FindingRow| row.waived.map_or(String::new(), |waiver| format!(" ({})", accepted(waiver)));
    let mut rows: Vec<&FindingRow> = group.rows.clone();
    // What nobody has accepted yet comes first.
    rows.sort_by_key(|row| row.waived.is_some());
    let places: Vec<String> = rows.iter().take(MOST_PLACES).map(|row| format!("{}:{}{}", row.file, row.row, mark(row))).collect();
    let more = match group.rows.len() - places.len() {
        0 => String::new(),
        more => format!("  and {more} more"),
    };
    writeln!(out, "    {}{more}\n", places.join("  "))
}
