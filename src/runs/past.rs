//! A run as its `run.json` tells it: to compare with others, and to say what it found of a check.

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use crate::failure::input;
use crate::findings::trail::numbers;

/// What a run record says that a later comparison needs.
#[derive(Debug, Deserialize)]
pub struct PastRun {
    /// First characters of the hash of all rules files.
    pub rulebook: String,
    pub month: String,
    pub provider: String,
    pub as_at: String,
    pub inputs: Vec<PastInput>,
    pub checks: Vec<PastCheck>,
    pub fingerprints: Fingerprints,
    pub worklist: Vec<PastFinding>,
    /// By keyed hash, the number of records that were worked on, in the order that `place` counts.
    pub pathways: serde_json::Map<String, serde_json::Value>,
    /// By check, places in `pathways` as `0-3 7`.
    pub not_assessed: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub struct PastInput {
    pub sha256: String,
}

/// One check over the records that the run worked on.
#[derive(Debug, Deserialize)]
pub struct PastCheck {
    pub check: String,
    pub passed: usize,
    pub failed: usize,
    pub not_assessed: usize,
    pub not_applicable: usize,
}

#[derive(Debug, Deserialize)]
pub struct Fingerprints {
    pub key: Option<String>,
    pub unlasting_pathways: usize,
}

/// One finding of a run.
#[derive(Debug, Clone, Deserialize)]
pub struct PastFinding {
    pub finding: String,
    pub check: String,
    pub severity: String,
    pub owner: String,
    pub pathway: String,
    /// Of its pathway among the run's; none for a fault of a file.
    pub place: Option<u32>,
    pub file: String,
    pub row: u32,
    /// Names with `;` between them; empty in the record of a version that did not write them.
    #[serde(default)]
    pub fields: String,
}

/// Reads a run record, named itself or by its folder.
pub fn read(named: &Path) -> Result<PastRun> {
    let path = match named.is_dir() {
        true => named.join("run.json"),
        false => named.to_path_buf(),
    };
    let text = std::fs::read_to_string(&path).map_err(|error| cannot_read(&path, &error))?;
    // What the parser says of another file may quote a patient.
    let run: PastRun = serde_json::from_str(&text).map_err(|error| {
        input(format!(
            "`{}` is not the record of a run (`run.json`), or an older version made it (line {}): run the month again to compare it",
            path.display(),
            error.line()
        ))
    })?;
    match run.not_assessed.values().all(|places| numbers(places).is_some()) {
        true => Ok(run),
        false => Err(input(format!(
            "`{}` has been changed: `not_assessed` cannot be read; run the month again",
            path.display()
        ))),
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

impl PastRun {
    /// The counts of a check, where the run had it.
    pub fn counts(&self, check: &str) -> Option<&PastCheck> {
        self.checks.iter().find(|counts| counts.check == check)
    }

    /// Whether the check ran.
    pub fn ran(&self, check: &str) -> bool {
        self.counts(check).is_some() || self.worklist.iter().any(|finding| finding.check == check)
    }
}
