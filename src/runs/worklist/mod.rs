//! The worklist that people return: their entries are read (`copy`), merged (`merge`), stored next to
//! `run.json` (`state`) and added to the next worklist (`carry`).

pub mod carry;
pub mod copy;
pub mod merge;
pub mod state;
pub mod words;
