//! The words that the columns of the worklist choose from.

/// Where a finding starts.
pub const TO_DO: &str = "To do";
/// Where a waived finding starts.
pub const ACCEPTED: &str = "Accepted as it is";
/// The next run finds out whether it is.
pub const CORRECTED: &str = "Corrected at source";
/// Set by a run that still finds what was marked as corrected, or finds again what was gone.
pub const REOPENED: &str = "Reopened";
/// What a finding's state can be.
pub const STATUSES: [&str; 7] = [
    TO_DO,
    "In progress",
    "Waiting for others",
    CORRECTED,
    ACCEPTED,
    "Not a fault",
    REOPENED,
];
