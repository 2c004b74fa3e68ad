//! `run.json`: what was read, with which rules, what was found, what was written. The same inputs give the same
//! bytes: it holds no time of day and no path of the machine.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use crate::commands::run::sha256;
use crate::report::{Figure, Report};
use crate::table::file_name;
use crate::write::whole_file;

/// Version of the record's own layout.
const SCHEMA_VERSION: u32 = 1;

/// Writes the record of a run; `written` are the files it made.
pub fn write(path: &Path, report: &Report, written: &[PathBuf]) -> Result<()> {
    let outputs =
        written.iter().map(|path| Ok(json!({ "file": file_name(path), "sha256": sha256(path)? }))).collect::<Result<Vec<Value>>>()?;
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
        "findings": report.findings.len(),
        "checks": checks(report),
        "standards": standards(report),
        "outputs": outputs,
    });
    whole_file(path, |file| {
        serde_json::to_writer_pretty(&mut *file, &record)?;
        writeln!(file)?;
        Ok(())
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
    let standard = |code: &str, figure: Figure, not_counted: usize| {
        json!({
            "standard": code, "total": number(figure.total), "within": number(figure.within),
            "performance": number(figure.rate()), "not_counted": not_counted,
        })
    };
    report.pack.standards.iter().map(|line| standard(&line.code, line.latest, line.not_counted)).collect()
}
