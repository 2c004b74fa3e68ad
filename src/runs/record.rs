//! `run.json`: what was read, with which rules, what was found, what was written. The same inputs give the same
//! bytes: it holds no time of day and no path of the machine. `clockstop diff` reads it back (`past_run`).
//!
//! | key | holds |
//! | --- | --- |
//! | `fingerprints` | `key`, which tells the key of this run from another; `unlasting_pathways`, those whose ids do not last |
//! | `worklist` | the findings, one a line; `place` is that of their pathway in `pathways` |
//! | `pathways` | by keyed hash, the pathways worked on with the number of their records |
//! | `not_assessed` | by check, the places in `pathways` that it could not judge, as `0-3 7` |

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use crate::failure::output;
use crate::findings::trail::{Trail, ranges};
use crate::report::{Figure, FindingLine, Range, Report};
use crate::table::file_name;
use crate::write::sha256;
use crate::write::whole_file;

/// Version of the record's own layout.
const SCHEMA_VERSION: u32 = 1;

/// Writes the record of a run; `written` are the files it made.
pub fn write(path: &Path, report: &Report, written: &[PathBuf]) -> Result<()> {
    let outputs = written
        .iter()
        .map(|path| Ok(json!({ "file": file_name(path), "sha256": sha256(path).map_err(|error| unread(path, &error))? })))
        .collect::<Result<Vec<Value>>>()?;
    let record = json!({
        "schema_version": SCHEMA_VERSION,
        "tool": { "name": "clockstop", "version": report.tool_version },
        "rulebook": report.rulebook,
        "month": report.month,
        "provider": report.provider.code,
        "as_at": report.as_at.to_string(),
        "status": report.status,
        "small_numbers": report.small_numbers.preset,
        "identifiable": true,
        "inputs": inputs(report),
        "set_aside": report.set_aside.iter().map(|row| json!({ "file": row.file, "row": row.row, "reason": row.reason })).collect::<Vec<_>>(),
        "records": {
            "in_month": report.submission.rows.len() + report.submission.held_back.len(),
            "ready": report.submission.rows.len(),
            "held_back": report.submission.held_back.len(),
            "other_months": report.submission.other_months,
            "other_trusts": report.submission.other_trusts,
        },
        "fingerprints": { "key": report.trail.key, "unlasting_pathways": report.trail.unlasting },
        "findings": report.findings.len(),
        "waivers": waivers(report),
        "checks": checks(report),
        "standards": standards(report),
        "outputs": outputs,
    });
    let trail = &report.trail;
    let findings = report
        .findings
        .iter()
        .map(|finding| finding_line(trail, finding).to_string())
        .collect();
    let pathways = trail
        .pathways
        .iter()
        .map(|(code, records)| format!("{}: {records}", json!(code)))
        .collect();
    let not_assessed = trail.not_assessed.iter().filter(|(_, places)| !places.is_empty());
    let not_assessed = not_assessed
        .map(|(check, places)| format!("{}: {}", json!(check), json!(ranges(places))))
        .collect();
    whole_file(path, |file| {
        let text = serde_json::to_string_pretty(&record)?;
        write!(file, "{}", text.trim_end_matches("\n}"))?;
        lines(file, "worklist", ["[", "]"], findings)?;
        lines(file, "pathways", ["{", "}"], pathways)?;
        lines(file, "not_assessed", ["{", "}"], not_assessed)?;
        writeln!(file, "\n}}")?;
        Ok(())
    })
}

fn unread(path: &Path, error: &anyhow::Error) -> anyhow::Error {
    output(format!(
        "`{}` was written and cannot be read again ({error}): run again when nothing else uses it",
        path.display()
    ))
}

/// What may be very long stands one entry a line.
fn lines(file: &mut dyn Write, key: &str, [open, close]: [&str; 2], entries: Vec<String>) -> Result<()> {
    let body = entries.join(",\n    ");
    match entries.is_empty() {
        true => write!(file, ",\n  {}: {open}{close}", json!(key))?,
        false => write!(file, ",\n  {}: {open}\n    {body}\n  {close}", json!(key))?,
    }
    Ok(())
}

fn finding_line(trail: &Trail, finding: &FindingLine) -> Value {
    let mut line = json!({
        "finding": finding.id, "check": finding.check, "severity": finding.severity, "owner": finding.owner,
        "pathway": finding.pathway, "place": trail.number(&finding.pathway), "file": finding.file, "row": finding.row, "fields": finding.field_names, "effect": finding.effect,
    });
    if !finding.waived.is_empty() {
        line["waived"] = true.into();
    }
    line
}

/// The waivers file, how many findings of the run it waived, and which of its waivers waived nothing.
fn waivers(report: &Report) -> Value {
    let Some(used) = &report.waivers else {
        return Value::Null;
    };
    let stale = used.stale.iter();
    let stale = stale.map(|waiver| json!({ "check": waiver.check, "pathway": waiver.pathway, "line": waiver.line, "why": waiver.why }));
    json!({
        "file": used.file, "sha256": used.sha256,
        "waived": report.findings.iter().filter(|finding| !finding.waived.is_empty()).count(),
        "stale": stale.collect::<Vec<_>>(),
    })
}

fn inputs(report: &Report) -> Vec<Value> {
    let input = |input: &crate::report::InputFile| {
        json!({
            "file": input.name, "sha256": input.sha256, "source": input.source, "table": input.table,
            "rows_read": input.rows_read, "rows_mapped": input.rows_mapped, "rows_set_aside": input.rows_set_aside,
        })
    };
    report.inputs.iter().map(input).collect()
}

fn checks(report: &Report) -> Vec<Value> {
    let check = |check: &crate::report::CheckLine| {
        json!({
            "check": check.id, "severity": check.severity, "passed": check.passed, "failed": check.failed,
            "not_assessed": check.not_assessed, "not_applicable": check.not_applicable,
        })
    };
    report.checks.iter().map(check).collect()
}

fn standards(report: &Report) -> Vec<Value> {
    let number = |people: Option<f64>| people.map_or(Value::Null, Value::from);
    let standard = |code: &str, figure: Figure, not_counted: Option<usize>, range: Range| {
        json!({
            "standard": code, "total": number(figure.total), "within": number(figure.within),
            "performance": number(figure.rate()), "not_counted": not_counted,
            "left_out_for_data": range.left_out, "if_all_breaches": number(range.all_breaches), "if_all_within": number(range.all_within),
        })
    };
    report
        .pack
        .standards
        .iter()
        .map(|line| standard(&line.code, line.latest, line.not_counted, line.range))
        .collect()
}
