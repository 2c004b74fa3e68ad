//! `clockstop` turns a trust's own exports into correct national cancer returns, a worklist of their faults,
//! and the packs that its board reads.
//!
//! ```text
//! table ─► source ─► records ─┬─► check ──► findings ─┬─► write (csv, json), output (workbooks)
//! (text)   (SQL)     (typed)  └─► measure ─► performance ─► report
//! ```
//!
//! The domain is data, in `rules/`; this crate is the engine. Bad data is a finding; an `Err` means that the
//! run cannot continue.

#![cfg_attr(
    test,
    allow(clippy::disallowed_macros, reason = "a test that skips says so on stderr"),
    allow(clippy::too_many_lines, reason = "a table of cases is long")
)]

pub(crate) mod calendar;
pub mod check;
pub(crate) mod cli;
pub mod commands;
pub(crate) mod compact;
pub(crate) mod findings;
pub mod measure;
pub(crate) mod output;
pub(crate) mod pack;
pub(crate) mod published;
pub(crate) mod reconcile;
pub mod records;
pub(crate) mod report;
pub mod rule_tests;
pub mod rulebook;
pub(crate) mod runs;
pub(crate) mod script;
pub mod source;
pub(crate) mod spc;
pub mod sql;
pub mod synth;
pub mod table;
pub mod terminal;
pub(crate) mod write;
