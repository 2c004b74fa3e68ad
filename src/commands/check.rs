//! `clockstop check`: what is wrong with the records.

use anyhow::Result;

use super::{begins, dictionary, fail_on, known_prefix, records, rulebook, say_readings};
use crate::check;
use crate::cli::Check;
use crate::failure::Exit;
use crate::findings::{self, FindingRow};
use crate::write::{self, Value};

const FINDINGS: [&str; 7] = ["check", "severity", "file", "row", "pathway", "fields", "message"];
const SUMMARY: [&str; 6] = ["check", "severity", "passed", "failed", "not_assessed", "not_applicable"];

pub fn run(options: &Check) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    for prefix in options.select.iter().chain(&options.ignore) {
        known_prefix(&rulebook, prefix)?;
    }
    let dictionary = dictionary(&rulebook, &options.inputs)?;
    let records = records(&rulebook, &options.inputs, &dictionary)?;
    say_readings(&records);
    // A check that is off by default runs when it is asked for.
    let wanted = |check: &crate::rulebook::Check| {
        let selected = if options.select.is_empty() {
            check.enabled
        } else {
            begins(&check.id, &options.select) && (check.enabled || options.select.contains(&check.id))
        };
        selected && !begins(&check.id, &options.ignore)
    };
    let found = check::run(&rulebook, &records, &dictionary, wanted)?;
    let rows = findings::rows(&rulebook, &records, &found, wanted)?;
    let (format, to) = (options.output.format, options.output.output.as_deref());
    match options.summary {
        true => write::table(format, to, &SUMMARY, found.checks.iter().map(summary_values))?,
        false => write::table(format, to, &FINDINGS, rows.iter().map(finding_values))?,
    }
    let worst = rows.iter().map(|row| row.check.severity).min();
    say_counts(&rows);
    Ok(match (worst, fail_on(&options.fail_on.fail_on)) {
        (Some(worst), Some(limit)) if worst <= limit => Exit::Findings,
        _ => Exit::Clean,
    })
}

fn finding_values<'a>(row: &'a FindingRow<'a>) -> Vec<Value<'a>> {
    vec![
        Value::Text(&row.check.id),
        Value::Text(row.check.severity.word()),
        Value::Text(row.file),
        Value::Whole(row.row.into()),
        Value::text(row.pathway),
        Value::Owned(row.fields.join(";")),
        Value::Text(&row.message),
    ]
}

fn summary_values<'a>(counts: &'a check::Counts<'a>) -> Vec<Value<'a>> {
    vec![
        Value::Text(&counts.check.id),
        Value::Text(counts.check.severity.word()),
        Value::Whole(counts.passed as i64),
        Value::Whole(counts.failed as i64),
        Value::Whole(counts.not_assessed as i64),
        Value::Whole(counts.not_applicable as i64),
    ]
}

fn say_counts(rows: &[FindingRow]) {
    let count = |word: &str| rows.iter().filter(|row| row.check.severity.word() == word).count();
    eprintln!(
        "found     {} reject, {} error, {} warning, {} info",
        count("reject") + count("reject_file"),
        count("error"),
        count("warning"),
        count("info")
    );
}
