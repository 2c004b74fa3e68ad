//! Checks that the files of a folder are the ones that its `run.json` lists.

use std::path::Path;

use anyhow::Result;

use super::folder::{clear_up, names, needs_clearing};
use super::lock::Lock;
use super::record::{self, RECORD, RunRecord};
use crate::runs::worklist::state::{OF_LISTING, STATE};
use crate::write::sha256;

/// How a file in the folder compares with the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    /// The run wrote it, and its bytes are unchanged.
    Same,
    /// The run wrote it, and its bytes have changed.
    Changed,
    /// The run wrote it, and it is missing.
    Missing,
    /// It has the name of an output of this month, but the run did not write it.
    Foreign,
    /// It does not belong to this run: an output of another month, or somebody's own file.
    Other,
}

impl FileStatus {
    pub fn word(self) -> &'static str {
        match self {
            FileStatus::Same => "same",
            FileStatus::Changed => "changed",
            FileStatus::Missing => "missing",
            FileStatus::Foreign => "foreign",
            FileStatus::Other => "other",
        }
    }

    /// Whether it must be resolved before the folder is passed on.
    pub fn is_fault(self) -> bool {
        matches!(
            self,
            FileStatus::Changed | FileStatus::Missing | FileStatus::Foreign
        )
    }
}

/// Reads the run of a folder and compares each file. A run that was stopped while moving its files is
/// finished first.
pub fn verify(folder: &Path) -> Result<(RunRecord, Vec<(String, FileStatus)>)> {
    let _lock = if needs_clearing(folder) {
        let lock = Lock::take(folder)?;
        clear_up(folder)?;
        Some(lock)
    } else {
        None
    };
    let record = record::read(folder)?;
    let mut standings = Vec::new();
    for output in &record.head.outputs {
        let path = folder.join(&output.file);
        let standing = match path.exists() {
            false => FileStatus::Missing,
            true if sha256(&path).is_ok_and(|now| now == output.sha256) => FileStatus::Same,
            true => FileStatus::Changed,
        };
        standings.push((output.file.clone(), standing));
    }
    let is_of_run = |name: &String| {
        name == RECORD
            || name == STATE
            || name.ends_with(OF_LISTING)
            || name.starts_with('.')
            || record.head.outputs.iter().any(|output| output.file == *name)
    };
    let others = names(folder)?.into_iter().filter(|name| !is_of_run(name));
    standings.extend(others.map(|name| {
        let standing = of_other(&record, &name);
        (name, standing)
    }));
    Ok((record, standings))
}

/// The status of a file that the run did not write. A name with the month, in the form of an output, is
/// foreign: `upload-2026-10-2.csv` next to `upload-2026-10.csv`.
fn of_other(record: &RunRecord, name: &str) -> FileStatus {
    let month = record.head.month.as_str();
    let kinds = record
        .head
        .outputs
        .iter()
        .filter_map(|output| output.file.split_once(month));
    match kinds
        .into_iter()
        .any(|(kind, _)| name.starts_with(&format!("{kind}{month}")))
    {
        true => FileStatus::Foreign,
        false => FileStatus::Other,
    }
}
