//! `run.json`: what was read, with which rules, what was found, and what was written. The same inputs give
//! the same bytes: it holds no time of day and no path of the machine. One structure is both written and
//! read.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::findings::trail::numbers;
use crate::report::restated::{MonthFigure, Months};
use crate::terminal::failure::input;
use crate::write::whole_file;

/// The name of the record in a run's folder.
pub const RECORD: &str = "run.json";
/// Version of the record's own layout.
pub const SCHEMA_VERSION: u32 = 1;

/// The content of `run.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunRecord {
    #[serde(flatten)]
    pub head: Head,
    /// The findings; the file has one on each line.
    pub worklist: Vec<FindingEntry>,
    /// The keyed hash of each pathway of the run, with its number of records. Their order numbers them from
    /// 0.
    pub pathways: Map<String, Value>,
    /// For each check, the numbers of the pathways that it could not assess, as `0-3 7`.
    pub not_assessed: Map<String, Value>,
}

/// Everything in the record except the long lists.
#[derive(Debug, Serialize, Deserialize)]
pub struct Head {
    pub schema_version: u32,
    pub tool: Tool,
    /// First characters of the hash of all rules files.
    pub rulebook: String,
    pub month: String,
    pub provider: String,
    pub as_at: String,
    pub status: String,
    pub small_numbers: String,
    pub identifiable: bool,
    pub inputs: Vec<InputEntry>,
    pub set_aside: Vec<SetAsideEntry>,
    pub records: RecordCounts,
    pub fingerprints: Fingerprints,
    /// The number of findings.
    pub findings: usize,
    pub waivers: Option<WaiversEntry>,
    pub checks: Vec<CheckEntry>,
    pub standards: Vec<StandardEntry>,
    /// Every standard and month of the pack; empty in the record of a version that did not write it.
    #[serde(default)]
    pub months: Vec<MonthFigure>,
    /// The months of the run before, with which the pack compares its own.
    #[serde(default)]
    pub compared_with: Option<Months>,
    pub outputs: Vec<OutputEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct InputEntry {
    pub file: String,
    pub sha256: String,
    pub source: String,
    pub table: String,
    pub rows_read: usize,
    pub rows_mapped: usize,
    pub rows_set_aside: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SetAsideEntry {
    pub file: String,
    pub row: u32,
    pub reason: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct RecordCounts {
    pub in_month: usize,
    pub ready: usize,
    pub held_back: usize,
    pub other_months: usize,
    pub other_trusts: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Fingerprints {
    /// A code of the key, to compare keys of two runs.
    pub key: Option<String>,
    /// The number of pathways whose ids do not last.
    pub unlasting_pathways: usize,
}

/// The waivers file, how many findings of the run it waived, and which of its waivers waived nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct WaiversEntry {
    pub file: String,
    pub sha256: String,
    pub waived: usize,
    pub stale: Vec<StaleEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct StaleEntry {
    pub check: String,
    pub pathway: String,
    pub line: usize,
    pub why: String,
}

/// One check over the records that the run worked on.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckEntry {
    pub check: String,
    pub severity: String,
    pub passed: usize,
    pub failed: usize,
    pub not_assessed: usize,
    pub not_applicable: usize,
}

/// Counts of people, in halves; unrounded shares; a suppressed figure is null.
#[derive(Debug, Serialize, Deserialize)]
pub struct StandardEntry {
    pub standard: String,
    pub total: Option<f64>,
    pub within: Option<f64>,
    pub performance: Option<f64>,
    /// The same without the records that are held back from the upload; not in the record of a version that
    /// did not write it.
    #[serde(default)]
    pub submitted: Option<SubmittedEntry>,
    pub not_counted: Option<usize>,
    pub left_out_for_data: Option<usize>,
    pub if_all_breaches: Option<f64>,
    pub if_all_within: Option<f64>,
}

/// The figures of a standard as submitted.
#[derive(Debug, Serialize, Deserialize)]
pub struct SubmittedEntry {
    pub total: Option<f64>,
    pub within: Option<f64>,
    pub performance: Option<f64>,
    /// Records that the submitted figure counts differently, or not at all.
    pub held_back: Option<usize>,
}

/// A file that the run wrote.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutputEntry {
    pub file: String,
    pub sha256: String,
}

/// One finding of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindingEntry {
    pub finding: String,
    pub check: String,
    pub severity: String,
    pub owner: String,
    pub pathway: String,
    /// The number of its pathway in the run; `None` for a fault of a file.
    #[serde(rename = "place")]
    pub pathway_number: Option<u32>,
    pub file: String,
    pub row: u32,
    /// Names of fields, separated by `;`; empty in records of versions that did not write them.
    #[serde(default)]
    pub fields: String,
    #[serde(default)]
    pub effect: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waived: bool,
}

/// Writes the record to `path`.
pub fn write(path: &Path, record: &RunRecord) -> Result<()> {
    let worklist = record.worklist.iter().map(serde_json::to_string);
    let worklist = worklist.collect::<serde_json::Result<_>>()?;
    let entries = |map: &Map<String, Value>| {
        map.iter()
            .map(|(key, value)| format!("{}: {value}", json!(key)))
            .collect()
    };
    whole_file(path, |file| {
        let text = serde_json::to_string_pretty(&record.head)?;
        write!(file, "{}", text.trim_end_matches("\n}"))?;
        lines(file, "worklist", ["[", "]"], worklist)?;
        lines(file, "pathways", ["{", "}"], entries(&record.pathways))?;
        lines(file, "not_assessed", ["{", "}"], entries(&record.not_assessed))?;
        writeln!(file, "\n}}")?;
        Ok(())
    })
}

/// Writes a list that may be very long, with one entry on each line.
fn lines(file: &mut dyn Write, key: &str, [open, close]: [&str; 2], entries: Vec<String>) -> Result<()> {
    let body = entries.join(",\n    ");
    if entries.is_empty() {
        write!(file, ",\n  {}: {open}{close}", json!(key))?
    } else {
        write!(file, ",\n  {}: {open}\n    {body}\n  {close}", json!(key))?
    }
    Ok(())
}

/// Reads a run record; `named` is the file or its folder.
pub fn read(named: &Path) -> Result<RunRecord> {
    let path = if named.is_dir() {
        named.join(RECORD)
    } else {
        named.to_path_buf()
    };
    let text = std::fs::read_to_string(&path).map_err(|error| cannot_read(&path, &error))?;
    // The parser's message may quote a patient from another file, so only the line number is shown.
    let record: RunRecord = serde_json::from_str(&text).map_err(|error| {
        input(format!(
            "`{}` is not the record of a run (`run.json`), or an older version made it (line {}): run the \
             month again to compare it",
            path.display(),
            error.line()
        ))
    })?;
    let is_ranges = |ranges: &Value| ranges.as_str().is_some_and(|ranges| numbers(ranges).is_some());
    if record.not_assessed.values().all(is_ranges) {
        Ok(record)
    } else {
        Err(input(format!(
            "`{}` has been changed: `not_assessed` cannot be read; run the month again",
            path.display()
        )))
    }
}

fn cannot_read(path: &Path, error: &std::io::Error) -> anyhow::Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => input(format!(
            "there is no run record `{}`: name a `run.json` that `clockstop run` wrote, or its folder",
            path.display()
        )),
        _ => input(format!("`{}` cannot be read: {error}", path.display())),
    }
}

impl RunRecord {
    /// The counts of a check, if the run had it.
    pub fn counts(&self, check: &str) -> Option<&CheckEntry> {
        self.head.checks.iter().find(|counts| counts.check == check)
    }

    /// Whether the check ran.
    pub fn ran(&self, check: &str) -> bool {
        self.counts(check).is_some() || self.worklist.iter().any(|finding| finding.check == check)
    }
}
