//! Findings for other readers than a table: a person at the screen, a code host (SARIF), a build server (JUnit). In:
//! counts and findings of a run. Out: text. None of them holds a patient's value or a pathway.

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

/// Says of a finding whether it counts against the run: one that is waived does not, unless it keeps its record back.
pub type CountsAgainst<'c> = &'c dyn Fn(&FindingRow) -> bool;

/// One check of a run, and where it failed.
pub struct Group<'a> {
    pub check: &'a Check,
    /// None for a check that the reader of files makes.
    pub judged: Option<Judged>,
    pub rows: Vec<&'a FindingRow<'a>>,
}

/// Records by outcome, beside those that failed.
pub struct Judged {
    pub passed: usize,
    pub not_assessed: usize,
}

/// Every check that ran, in the order of ids.
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

/// Checks with findings: the worst first, of those the commonest.
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
    /// Findings that somebody has accepted as they are.
    pub fn waived(&self) -> usize {
        self.rows.iter().filter(|row| row.waived.is_some()).count()
    }
}

/// Who accepted a finding and until when. The reason may speak of a patient: it stays in the waivers file and on the worklist.
fn accepted(waiver: &Waiver) -> String {
    format!("accepted by {} until {}", waiver.approved_by, waiver.expires)
}
