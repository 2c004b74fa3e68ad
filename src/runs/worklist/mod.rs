//! The worklist that comes back: what people wrote into it is read (`copy`), merged (`merge`), remembered beside `run.json`
//! (`state`) and given to the next worklist (`carry`).

pub mod carry;
pub mod copy;
pub mod merge;
pub mod state;
pub mod words;
