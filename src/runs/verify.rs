//! Whether the files of a folder are those of the run that its `run.json` tells of.

use std::path::Path;

use anyhow::Result;

use super::folder::{clear_up, names, needs_clearing};
use super::lock::Lock;
use super::record::{self, RECORD, RunRecord};
use crate::runs::worklist::state::STATE;
use crate::write::sha256;

/// What a file of the folder is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its bytes are those that the run wrote.
    Same,
    /// Its bytes are others.
    Changed,
    /// The run wrote it and it is not there.
    Missing,
    /// It has the name of an output of this month, and the run did not write it.
    Foreign,
    /// It is no file of this run: an output of another month, or a file of somebody's own.
    Other,
}

impl Standing {
    pub fn word(self) -> &'static str {
        match self {
            Standing::Same => "same",
            Standing::Changed => "changed",
            Standing::Missing => "missing",
            Standing::Foreign => "foreign",
            Standing::Other => "other",
        }
    }

    /// Whether the folder can be handed on with it.
    pub fn is_fault(self) -> bool {
        matches!(self, Standing::Changed | Standing::Missing | Standing::Foreign)
    }
}

/// Reads the run of a folder and compares each file; a run that was stopped in its last step is finished first.
pub fn verify(folder: &Path) -> Result<(RunRecord, Vec<(String, Standing)>)> {
    let _lock = match needs_clearing(folder) {
        true => {
            let lock = Lock::take(folder)?;
            clear_up(folder)?;
            Some(lock)
        }
        false => None,
    };
    let record = record::read(folder)?;
    let mut standings = Vec::new();
    for output in &record.head.outputs {
        let path = folder.join(&output.file);
        let standing = match path.exists() {
            false => Standing::Missing,
            true if sha256(&path).is_ok_and(|now| now == output.sha256) => Standing::Same,
            true => Standing::Changed,
        };
        standings.push((output.file.clone(), standing));
    }
    let is_of_run = |name: &String| {
        name == RECORD
            || name == STATE
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

/// A name with the month in it, in the dress of one that the run wrote: `upload-2026-10-2.csv` beside `upload-2026-10.csv`.
fn of_other(record: &RunRecord, name: &str) -> Standing {
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
        true => Standing::Foreign,
        false => Standing::Other,
    }
}
