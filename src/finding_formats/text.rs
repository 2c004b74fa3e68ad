//! Findings at a glance: the checks that found most, and where to look first.

use std::io::{Result, Write};

use super::{Group, counted, with_findings};

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
    if let Some(judged) = &group.judged {
        counts += &format!(", {} passed", judged.passed);
        if judged.not_assessed > 0 {
            counts += &format!(", {} not assessed", judged.not_assessed);
        }
    }
    writeln!(out, "    {counts}")?;
    let places: Vec<String> = group.rows.iter().take(MOST_PLACES).map(|row| format!("{}:{}", row.file, row.row)).collect();
    let more = match group.rows.len() - places.len() {
        0 => String::new(),
        more => format!("  and {more} more"),
    };
    writeln!(out, "    {}{more}\n", places.join("  "))
}
