//! Runs and their results: the files of a run in one folder (written together, locked, verified), the record
//! of a run (`run.json`), and the changes of findings between two runs.

pub mod diff;
pub mod folder;
pub mod lock;
pub mod of_report;
pub mod record;
pub mod verify;
pub mod worklist;
