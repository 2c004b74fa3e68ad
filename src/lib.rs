//! `clockstop`: a trust's own exports into correct national cancer returns, a worklist of what is wrong with
//! them, and the packs its board reads.
//!
//! ```text
//! table ─► source ─► records ─┬─► check ──► findings ─┬─► write (csv, json), output (workbooks)
//! (text)   (SQL)     (typed)  └─► measure ─► performance ─► report
//! ```
//!
//! The domain is data, under `rules/`; this is the engine. Bad data is a finding; an `Err` means that the run
//! cannot go on.

pub mod check;
pub(crate) mod cli;
pub mod commands;
pub(crate) mod content;
pub(crate) mod date;
pub(crate) mod diff;
pub(crate) mod effect;
pub mod failure;
pub(crate) mod finding_formats;
pub(crate) mod findings;
pub(crate) mod fingerprint;
pub(crate) mod left_out;
pub(crate) mod lint;
pub(crate) mod listing;
pub mod measure;
pub(crate) mod month;
pub(crate) mod output;
pub(crate) mod pack;
pub(crate) mod past_run;
pub mod performance;
pub(crate) mod periods;
pub(crate) mod planned;
pub(crate) mod progress;
pub(crate) mod published;
pub(crate) mod quality;
pub(crate) mod reconcile;
pub mod records;
pub(crate) mod report;
pub mod rulebook;
pub(crate) mod run_record;
mod say;
pub(crate) mod selection;
pub(crate) mod small_numbers;
pub mod source;
pub(crate) mod spc;
pub mod sql;
pub(crate) mod submission;
pub(crate) mod submitted;
pub mod synth;
pub mod table;
pub(crate) mod trail;
pub(crate) mod waivers;
pub(crate) mod why;
pub(crate) mod worklist;
pub(crate) mod write;
