//! Compares findings between runs: which are new, fixed, or still there.
//!
//! The last run is compared with the run before it. Earlier runs show whether a fault is new or has come
//! back. The findings of the run before are persisting, fixed, gone or not assessable; those of the last run
//! are persisting, new or reopened. A finding is called fixed only if the last run checked its pathway again.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::findings::trail::numbers;
use crate::runs::record::{FindingEntry, RunRecord};

/// The status of a finding, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// In the last run, for the first time.
    New,
    /// In the last run and in an earlier one, but not in the run before.
    Reopened,
    /// In both the last run and the run before.
    Persisting,
    /// No longer found, and the check assessed the pathway.
    Fixed,
    /// The record or its whole pathway is no longer among the records of the run.
    Gone,
    /// The check did not run, or a value that it needs is now missing.
    NotAssessable,
}

impl Status {
    pub const ALL: [Status; 6] = [
        Status::New,
        Status::Reopened,
        Status::Persisting,
        Status::Fixed,
        Status::Gone,
        Status::NotAssessable,
    ];

    /// The word in the `status` column.
    pub fn word(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Reopened => "reopened",
            Status::Persisting => "persisting",
            Status::Fixed => "fixed",
            Status::Gone => "gone",
            Status::NotAssessable => "not_assessable",
        }
    }
}

/// One finding with its status, from the run that saw it last.
#[derive(Debug)]
pub struct Change<'a> {
    pub status: Status,
    pub finding: &'a FindingEntry,
}

/// Compares at least two runs, in time order. The result is sorted by status, then in the order of the
/// worklist.
pub fn compare(runs: &[RunRecord]) -> Vec<Change<'_>> {
    let [earlier @ .., before, last] = runs else {
        return Vec::new();
    };
    let ids = |run: &RunRecord| {
        run.worklist
            .iter()
            .map(|finding| finding.finding.clone())
            .collect::<HashSet<_>>()
    };
    let (in_before, in_last) = (ids(before), ids(last));
    let in_earlier: HashSet<String> = earlier.iter().flat_map(ids).collect();
    let judgement = Judgement::of(last);
    let of_last = last.worklist.iter().map(|finding| {
        let status = match (
            in_before.contains(&finding.finding),
            in_earlier.contains(&finding.finding),
        ) {
            (true, _) => Status::Persisting,
            (false, true) => Status::Reopened,
            (false, false) => Status::New,
        };
        Change { status, finding }
    });
    let codes: Vec<(&str, u64)> = pathways(before).collect();
    let no_longer = before
        .worklist
        .iter()
        .filter(|finding| !in_last.contains(&finding.finding))
        .map(|finding| {
            let pathway = finding
                .pathway_number
                .and_then(|number| codes.get(number as usize))
                .copied();
            Change {
                status: judgement.without(finding, pathway),
                finding,
            }
        });
    let mut changes: Vec<Change> = of_last.chain(no_longer).collect();
    changes.sort_by_key(|change| change.status);
    changes
}

/// The pathways of a run with their numbers of records, in order.
fn pathways(run: &RunRecord) -> impl Iterator<Item = (&str, u64)> {
    run.pathways
        .iter()
        .map(|(code, records)| (code.as_str(), records.as_u64().unwrap_or_default()))
}

/// What a run checked, to say why it no longer has a finding.
struct Judgement<'a> {
    run: &'a RunRecord,
    /// For the hash of each pathway: its number in the run, and its number of records.
    pathways: HashMap<&'a str, (u32, u64)>,
    not_assessed: HashMap<&'a str, HashSet<u32>>,
}

impl<'a> Judgement<'a> {
    fn of(run: &'a RunRecord) -> Judgement<'a> {
        let numbers_in = |ranges: &str| {
            numbers(ranges)
                .unwrap_or_default()
                .into_iter()
                .flat_map(|(first, last)| first..=last)
                .collect()
        };
        Judgement {
            run,
            pathways: pathways(run)
                .zip(0..)
                .map(|((code, records), number)| (code, (number, records)))
                .collect(),
            not_assessed: run
                .not_assessed
                .iter()
                .map(|(check, ranges)| (check.as_str(), numbers_in(ranges.as_str().unwrap_or_default())))
                .collect(),
        }
    }

    /// The status of a finding that this run lacks; `pathway` has the pathway's hash and its number of
    /// records in the run with the finding.
    fn without(&self, finding: &FindingEntry, pathway: Option<(&str, u64)>) -> Status {
        let check = finding.check.as_str();
        let ran = self.run.ran(check);
        match pathway {
            Some((code, records)) => match self.pathways.get(code) {
                None => Status::Gone,
                Some(_) if !ran => Status::NotAssessable,
                Some((number, _))
                    if self
                        .not_assessed
                        .get(check)
                        .is_some_and(|numbers| numbers.contains(number)) =>
                {
                    Status::NotAssessable
                }
                Some((_, now)) if *now < records => Status::Gone,
                Some(_) => Status::Fixed,
            },
            // A row of an extra table has a name and no pathway: its check does not run without the table.
            None if !ran && !finding.pathway.is_empty() => Status::NotAssessable,
            None => Status::Fixed,
        }
    }
}

/// Counts of some of the changes, by status.
pub type Counts = BTreeMap<Status, usize>;

/// Counts changes, by the key that `key` gives.
pub fn count<'a, K: Ord>(
    changes: &'a [Change<'a>],
    key: impl Fn(&'a Change<'a>) -> K,
) -> BTreeMap<K, Counts> {
    let mut counts: BTreeMap<K, Counts> = BTreeMap::new();
    for change in changes {
        *counts
            .entry(key(change))
            .or_default()
            .entry(change.status)
            .or_default() += 1;
    }
    counts
}
