//! Findings in other forms than a table: for a person at the screen, for a code host (SARIF), for a build
//! server (JUnit). In: counts and findings of a run. Out: text without any patient's value or pathway.

mod junit;
mod sarif;
mod text;

use std::collections::BTreeMap;

use crate::check::Findings;
use crate::findings::{FindingRow, Waiver};
use crate::rulebook::Check;

pub use junit::junit;
pub use sarif::sarif;
pub use text::text;

/// Whether a finding counts against the run. A waived finding does not, unless its record is still held back.
pub type CountsAgainst<'c> = &'c dyn Fn(&FindingRow) -> bool;

/// One check of a run, with its findings.
pub struct Group<'a> {
    pub check: &'a Check,
    /// `None` for a check of the file reader.
    pub judged: Option<Judged>,
    pub rows: Vec<&'a FindingRow<'a>>,
}

/// The number of records by outcome, except failed.
pub struct Judged {
    pub passed: usize,
    pub not_assessed: usize,
}

/// Every check that ran, sorted by id.
pub fn groups<'a>(findings: &'a Findings<'a>, rows: &'a [FindingRow<'a>]) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for counts in findings.counts() {
        let judged = Judged {
            passed: counts.passed,
            not_assessed: counts.not_assessed,
        };
        groups.insert(
            &counts.check.id,
            Group {
                check: counts.check,
                judged: Some(judged),
                rows: Vec::new(),
            },
        );
    }
    for row in rows {
        groups
            .entry(&row.check.id)
            .or_insert_with(|| Group {
                check: row.check,
                judged: None,
                rows: Vec::new(),
            })
            .rows
            .push(row);
    }
    groups.into_values().collect()
}

/// Checks with findings: worst severity first, then most findings first.
pub fn with_findings<'g, 'a>(groups: &'g [Group<'a>]) -> Vec<&'g Group<'a>> {
    let mut found: Vec<&Group> = groups.iter().filter(|group| !group.rows.is_empty()).collect();
    found.sort_by_key(|group| {
        (
            group.check.severity,
            std::cmp::Reverse(group.rows.len()),
            &group.check.id,
        )
    });
    found
}

impl Group<'_> {
    /// The number of waived findings.
    pub fn waived(&self) -> usize {
        self.rows.iter().filter(|row| row.waived.is_some()).count()
    }
}

/// Who accepted a finding, and until when. The reason may mention a patient, so it stays in the waivers file
/// and on the worklist.
fn accepted(waiver: &Waiver) -> String {
    format!("accepted by {} until {}", waiver.approved_by, waiver.expires)
}
