//! `clockstop check`: finds what is wrong with the records.

use std::path::Path;

use anyhow::Result;

use super::reading::read;
use super::{begins, examples_fail, known_prefix, rulebook};
use crate::check;
use crate::cli::{Check, FindingsFormat};
use crate::findings::formats;
use crate::findings::waivers;
use crate::findings::{self, FindingRow};
use crate::records::content::Content;
use crate::terminal::Progress;
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;
use crate::write::{self, Format, Value};

const FINDINGS: [&str; 7] = ["check", "severity", "file", "row", "pathway", "fields", "message"];
const STATISTICS: [&str; 5] = ["check", "severity", "findings", "owner", "message"];
const SUMMARY: [&str; 6] = [
    "check",
    "severity",
    "passed",
    "failed",
    "not_assessed",
    "not_applicable",
];

pub fn run(options: &Check) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    examples_fail(&options.inputs.rules, &rulebook);
    for prefix in options.select.iter().chain(&options.ignore) {
        known_prefix(&rulebook, prefix)?;
    }
    let format = table_format(options)?;
    let (context, records) = read(&rulebook, &options.inputs, to(options))?;
    // A check that is off by default runs if a command names its id.
    let wanted = |check: &crate::rulebook::Check| {
        let selected = if options.select.is_empty() {
            check.enabled
        } else {
            begins(&check.id, &options.select) && (check.enabled || options.select.contains(&check.id))
        };
        selected && !begins(&check.id, &options.ignore)
    };
    let progress = Progress::start(2);
    progress.step("checking");
    let found = check::run(&rulebook, &records, &context, wanted)?;
    progress.finish();
    let waivers = super::waivers::of_run(options.waivers.waivers.as_ref(), &options.inputs, &rulebook)?;
    let mut rows = findings::rows(&rulebook, &records, &found, wanted)?;
    if let Some((waivers, key)) = &waivers {
        let ran = |id: &str| found.ran(id);
        let stale = waivers::apply(
            waivers,
            &mut rows,
            &Content::new(&rulebook, &records)?,
            key,
            context.as_at,
            ran,
        )?;
        super::waivers::say(&waivers.file, &rows, &rulebook, &stale);
    }
    match format {
        Some(format) if options.summary => write::table(
            format,
            to(options),
            &SUMMARY,
            found.counts().into_iter().map(summary_values),
        )?,
        Some(format) if options.statistics => statistics(format, to(options), &found, &rows)?,
        Some(format) => write::long_table(format, to(options), &FINDINGS, rows.len(), |row| {
            finding_values(&rows[row])
        })?,
        None => write_groups(options, &rulebook, &found, &rows, records.frame.height())?,
    }
    let worst = rows
        .iter()
        .filter(|row| waivers::counts(&rulebook, row))
        .map(|row| row.check.severity)
        .min();
    say_counts(&rows);
    Ok(options.fail_on.exit(worst))
}

fn to(options: &Check) -> Option<&Path> {
    options.output.as_deref()
}

/// The format of a table; `None` for the formats of findings that are not tables.
fn table_format(options: &Check) -> Result<Option<Format>> {
    let format = match options.format {
        FindingsFormat::Csv => Some(Format::Csv),
        FindingsFormat::Json => Some(Format::Json),
        FindingsFormat::Jsonl => Some(Format::Jsonl),
        FindingsFormat::Text | FindingsFormat::Sarif | FindingsFormat::Junit => None,
    };
    if format.is_none() && (options.summary || options.statistics) {
        Err(usage(
            "`--summary` and `--statistics` are tables: write them with `--format csv`, `json` or `jsonl`",
        ))
    } else {
        Ok(format)
    }
}

fn write_groups(
    options: &Check,
    rulebook: &crate::rulebook::Rulebook,
    found: &check::Findings,
    rows: &[FindingRow],
    records: usize,
) -> Result<()> {
    let groups = formats::groups(found, rows);
    write::stream(to(options), |out| match options.format {
        FindingsFormat::Sarif => formats::sarif(out, &groups),
        FindingsFormat::Junit => formats::junit(out, &groups, options.fail_on.fail_on.0, &|row| {
            waivers::counts(rulebook, row)
        }),
        _ => formats::text(out, rulebook, &groups, records),
    })
}

/// Writes one line for each check with findings, most findings first.
fn statistics(format: Format, to: Option<&Path>, found: &check::Findings, rows: &[FindingRow]) -> Result<()> {
    let groups = formats::groups(found, rows);
    let mut most = formats::with_findings(&groups);
    most.sort_by_key(|group| std::cmp::Reverse(group.rows.len()));
    let lines = most.iter().map(|group| {
        let check = group.check;
        vec![
            Value::from(&check.id),
            Value::from(check.severity.word()),
            Value::Whole(group.rows.len() as i64),
            Value::from(&check.owner),
            Value::from(&check.title),
        ]
    });
    write::table(format, to, &STATISTICS, lines)
}

fn finding_values<'a>(row: &'a FindingRow<'a>) -> Vec<Value<'a>> {
    vec![
        Value::from(&row.check.id),
        Value::from(row.check.severity.word()),
        Value::from(row.file),
        Value::Whole(row.row.into()),
        Value::from(row.pathway),
        Value::from(row.fields.join(";")),
        Value::from(&row.message),
    ]
}

fn summary_values<'a>(counts: &'a check::Counts<'a>) -> Vec<Value<'a>> {
    vec![
        Value::from(&counts.check.id),
        Value::from(counts.check.severity.word()),
        Value::Whole(counts.passed as i64),
        Value::Whole(counts.failed as i64),
        Value::Whole(counts.not_assessed as i64),
        Value::Whole(counts.not_applicable as i64),
    ]
}

fn say_counts(rows: &[FindingRow]) {
    let count = |severity| rows.iter().filter(|row| row.check.severity == severity).count();
    say!("found     {}", findings::counts_in_words(count));
}
