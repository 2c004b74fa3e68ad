//! Writes findings as JUnit XML, which build servers show: one test case for each check. If the findings of a
//! check do not fail the run (`--fail-on`), the case passes and lists its findings. A check that judged
//! nothing, or whose findings are all waived, is skipped.

use std::io::{Result, Write};

use crate::findings::FindingRow;
use crate::findings::formats::{CountsAgainst, Group, accepted};
use crate::rulebook::Severity;
use crate::terminal::counted;

/// The most findings listed in one case.
const MOST_ROWS: usize = 20;

/// Writes one suite. `fails` is the mildest severity that fails the run; `None`: no severity does.
pub fn junit(
    out: &mut dyn Write,
    groups: &[Group],
    fails: Option<Severity>,
    counts: CountsAgainst,
) -> Result<()> {
    let is_failed = |group: &&Group| {
        group.rows.iter().any(|row| counts(row)) && fails.is_some_and(|limit| group.check.severity <= limit)
    };
    let failures = groups.iter().filter(is_failed).count();
    let skipped = groups
        .iter()
        .filter(|group| why_skipped(group, counts).is_some())
        .count();
    let totals = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"",
        groups.len()
    );
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"clockstop\" {totals}>")?;
    writeln!(out, "  <testsuite name=\"checks\" {totals}>")?;
    for group in groups {
        case(out, group, is_failed(&group), why_skipped(group, counts))?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn case(out: &mut dyn Write, group: &Group, is_failed: bool, skipped: Option<String>) -> Result<()> {
    let check = group.check;
    let name = escaped(&format!("{}: {}", check.id, check.title));
    write!(
        out,
        "    <testcase classname=\"{}\" name=\"{name}\"",
        check.severity.word()
    )?;
    if group.rows.is_empty() && skipped.is_none() {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    if let Some(why) = skipped {
        writeln!(out, "      <skipped message=\"{}\"/>", escaped(&why))?;
        if !group.rows.is_empty() {
            writeln!(out, "      <system-out>{}</system-out>", escaped(&rows_of(group)))?;
        }
    } else if is_failed {
        let waived = if group.waived() == 0 {
            String::new()
        } else {
            format!(", {} of these waived", group.waived())
        };
        let message = counted(group.rows.len(), "finding") + &waived;
        writeln!(
            out,
            "      <failure message=\"{message}\" type=\"{}\">{}</failure>",
            check.severity.word(),
            escaped(&rows_of(group))
        )?;
    } else {
        writeln!(out, "      <system-out>{}</system-out>", escaped(&rows_of(group)))?;
    }
    writeln!(out, "    </testcase>")
}

fn why_skipped(group: &Group, counts: CountsAgainst) -> Option<String> {
    match group.rows.is_empty() {
        true if group.judged.as_ref().is_some_and(|judged| judged.passed == 0) => {
            Some("no record could be judged".to_string())
        }
        false if !group.rows.iter().any(|row| counts(row)) => {
            Some(format!("{}, waived", counted(group.rows.len(), "finding")))
        }
        _ => None,
    }
}

fn rows_of(group: &Group) -> String {
    let row_in_words = |row: &&FindingRow| {
        let fields = if row.fields.is_empty() {
            String::new()
        } else {
            format!(": {}", row.fields.join(", "))
        };
        let waived = row
            .waived
            .map_or(String::new(), |waiver| format!(" ({})", accepted(waiver)));
        format!("{} row {}{fields}{waived}", row.file, row.row)
    };
    let mut lines: Vec<String> = group.rows.iter().take(MOST_ROWS).map(row_in_words).collect();
    if group.rows.len() > MOST_ROWS {
        lines.push(format!("and {} more", group.rows.len() - MOST_ROWS));
    }
    lines.join("\n")
}

/// Text that XML 1.0 accepts: special characters as entities, without control characters.
fn escaped(text: &str) -> String {
    let mut fit = String::new();
    for letter in text
        .chars()
        .filter(|letter| !letter.is_control() || *letter == '\n')
    {
        match letter {
            '&' => fit.push_str("&amp;"),
            '<' => fit.push_str("&lt;"),
            '>' => fit.push_str("&gt;"),
            '"' => fit.push_str("&quot;"),
            other => fit.push(other),
        }
    }
    fit
}
