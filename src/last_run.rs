//! What a run found of one check, from its `run.json`.

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use crate::failure::usage;

/// What is read of a run record.
#[derive(Debug, Deserialize)]
pub struct LastRun {
    pub month: String,
    pub provider: String,
    pub as_at: String,
    /// First characters of the hash of the rules it used.
    pub rulebook: String,
    checks: Vec<Counts>,
}

/// One check over the records of the run.
#[derive(Debug, Deserialize)]
pub struct Counts {
    pub check: String,
    pub passed: usize,
    pub failed: usize,
    pub not_assessed: usize,
    pub not_applicable: usize,
}

impl LastRun {
    pub fn read(path: &Path) -> Result<LastRun> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| usage(format!("run record `{shown}` cannot be read: {error}")))?;
        serde_json::from_str(&text).map_err(|error| {
            usage(format!("`{shown}` is not the record of a run (`run.json` in the folder that `clockstop run` made): {error}"))
        })
    }

    /// The counts of a check, where the run had it.
    pub fn counts(&self, id: &str) -> Option<&Counts> {
        self.checks.iter().find(|counts| counts.check == id)
    }
}
