//! What became of findings from one run to the next.
//!
//! The last run is held against the one before it; runs before that tell a fault that came back from one that is
//! new. So the findings of the run before are those that are persisting, fixed, gone or not assessable, and those of
//! the last run are the persisting, the new and the reopened. Nothing is called fixed that was only not looked at.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::findings::trail::numbers;
use crate::runs::record::{FindingEntry, RunRecord};

/// What became of a finding, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// In the last run for the first time.
    New,
    /// In the last run, not in the one before, and in one before that.
    Reopened,
    /// In both.
    Persisting,
    /// No longer found, though the check judged the pathway.
    Fixed,
    /// The record or its whole pathway is no longer among those worked on.
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

    /// As the `status` column has it.
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

/// One finding and what became of it, where it was last seen.
#[derive(Debug)]
pub struct Change<'a> {
    pub status: Status,
    pub finding: &'a FindingEntry,
}

/// Compares runs in time order; there are at least two. By status, then as the worklist orders findings.
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
            let pathway = finding.place.and_then(|place| codes.get(place as usize)).copied();
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

/// What a run looked at, to tell why it no longer finds something.
struct Judgement<'a> {
    run: &'a RunRecord,
    /// By the hash of a pathway, its place and number of records.
    pathways: HashMap<&'a str, (u32, u64)>,
    not_assessed: HashMap<&'a str, HashSet<u32>>,
}

impl<'a> Judgement<'a> {
    fn of(run: &'a RunRecord) -> Judgement<'a> {
        let places = |ranges: &str| {
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
                .map(|((code, records), place)| (code, (place, records)))
                .collect(),
            not_assessed: run
                .not_assessed
                .iter()
                .map(|(check, ranges)| (check.as_str(), places(ranges.as_str().unwrap_or_default())))
                .collect(),
        }
    }

    /// Why the run has no finding of a check on a pathway that had one, with so many records then.
    fn without(&self, finding: &FindingEntry, pathway: Option<(&str, u64)>) -> Status {
        let check = finding.check.as_str();
        let ran = self.run.ran(check);
        match pathway {
            Some((code, records)) => match self.pathways.get(code) {
                None => Status::Gone,
                Some(_) if !ran => Status::NotAssessable,
                Some((place, _))
                    if self
                        .not_assessed
                        .get(check)
                        .is_some_and(|places| places.contains(place)) =>
                {
                    Status::NotAssessable
                }
                Some((_, now)) if *now < records => Status::Gone,
                Some(_) => Status::Fixed,
            },
            // A row of a table beside the records has a name and no pathway: its check does not run without the table.
            None if !ran && !finding.pathway.is_empty() => Status::NotAssessable,
            None => Status::Fixed,
        }
    }
}

/// Counts by status of a part of the changes.
pub type Counts = BTreeMap<Status, usize>;

/// Counts changes by what `key` says of them.
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
