//! The lists that people return: their entries are read (`copy`) by the columns of a `form`, merged
//! (`merge`), stored next to the list (`state`) and added to the next one: to the worklist of findings
//! (`carry`), and to the rows of a listing (`listed`).

pub mod carry;
pub mod copy;
pub mod form;
pub mod listed;
pub mod merge;
pub mod state;
pub mod words;
