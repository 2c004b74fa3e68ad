//! The run for which rules are read.

use chrono::NaiveDate;

use crate::rulebook::Rulebook;

/// The facts of one run that rules may ask for.
#[derive(Clone)]
pub struct RunContext<'a> {
    pub rulebook: &'a Rulebook,
    /// The date of the run.
    pub as_at: NaiveDate,
    /// Code of the trust that submits, if it is known.
    pub provider: Option<String>,
}
