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
pub mod cli;
pub mod commands;
pub mod content;
pub mod date;
pub mod diff;
pub mod effect;
pub mod failure;
pub mod finding_formats;
pub mod findings;
pub mod fingerprint;
pub mod left_out;
pub mod lint;
pub mod listing;
pub mod measure;
pub mod month;
pub mod output;
pub mod pack;
pub mod past_run;
pub mod performance;
pub mod periods;
pub mod planned;
pub mod progress;
pub mod published;
pub mod quality;
pub mod reconcile;
pub mod records;
pub mod report;
pub mod rulebook;
pub mod run_record;
pub mod selection;
pub mod small_numbers;
pub mod source;
pub mod sql;
pub mod submission;
pub mod submitted;
pub mod synth;
pub mod table;
pub mod trail;
pub mod waivers;
pub mod why;
pub mod worklist;
pub mod write;
