//! The words in the drop-down lists of the worklist.

/// The first status of a finding.
pub const TO_DO: &str = "To do";
/// The first status of a waived finding.
pub const ACCEPTED: &str = "Accepted as it is";
/// A person says that it is corrected; the next run checks that.
pub const CORRECTED: &str = "Corrected at source";
/// A run still finds a finding that was marked as corrected, or finds one again that was gone.
pub const REOPENED: &str = "Reopened";
/// The statuses of a finding.
pub const STATUSES: [&str; 7] = [
    TO_DO,
    "In progress",
    "Waiting for others",
    CORRECTED,
    ACCEPTED,
    "Not a fault",
    REOPENED,
];
