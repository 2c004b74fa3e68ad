//! Runs and what they leave: the record of this run (`run.json`), the records of earlier runs, and what became of
//! each finding between two of them.

pub mod diff;
pub mod past;
pub mod record;
