//! The run that rules are read for.

use chrono::NaiveDate;

use crate::rulebook::Rulebook;

/// What one run stands on, and what the rules may ask of it.
#[derive(Clone)]
pub struct RunContext<'a> {
    pub rulebook: &'a Rulebook,
    /// The date that the run stands at.
    pub as_at: NaiveDate,
    /// Code of the trust that submits, where it was told.
    pub provider: Option<String>,
}
