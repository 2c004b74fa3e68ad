//! Runs and what they leave: the files of a run in one folder (written as one, locked, verified), the record of a run
//! (`run.json`), and what became of each finding between two of them.

pub mod diff;
pub mod folder;
pub mod lock;
pub mod of_report;
pub mod record;
pub mod verify;
pub mod worklist;
