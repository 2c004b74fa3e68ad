//! What a later run needs from this run to compare findings: the pathways of the run, and which of them each
//! check could not assess. Pathways are stored as keyed hashes, so nothing here identifies a patient.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;

use crate::check::Findings;
use crate::findings::fingerprint;
use crate::records::Records;
use crate::records::selection::Selection;
use crate::rulebook::Rulebook;
use crate::rulebook::columns::PATHWAY;

#[derive(Default)]
pub struct Trail {
    /// A code of the key, to compare keys of two runs; `None` without a key.
    pub key: Option<String>,
    /// The number of pathways without a local id in a run without a key: their ids do not last.
    pub unlasting: usize,
    /// The hash of each pathway of the run, in order, with the number of its records.
    pub pathways: Vec<(String, usize)>,
    /// For each check, the numbers in `pathways` of the pathways that it could not assess.
    pub not_assessed: Vec<(String, Vec<u32>)>,
    /// The number in `pathways` for each label that outputs show.
    numbers: HashMap<String, u32>,
}

/// Collects the trail of the records that the run works on.
pub fn gather(
    rulebook: &Rulebook,
    records: &Records,
    found: &Findings,
    selection: &Selection,
    key: Option<&[u8]>,
) -> Result<Trail> {
    let labels = records.frame.column(PATHWAY)?.str()?;
    let ids = records.frame.column(rulebook.data_set.pathway_id())?.str()?;
    let worked_on: Vec<usize> = (0..records.frame.height())
        .filter(|record| selection.is_worked_on(*record as u32))
        .collect();
    let mut counts: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    let mut unlasting = BTreeSet::new();
    let mut codes: HashMap<&str, String> = HashMap::new();
    for record in &worked_on {
        let label = labels.get(*record).unwrap_or_default();
        let code = codes
            .entry(label)
            .or_insert_with(|| fingerprint::of_pathway(label, key));
        counts.entry(code.clone()).or_insert((0, label)).0 += 1;
        if key.is_none() && ids.get(*record).is_none() {
            unlasting.insert(label);
        }
    }
    let numbers: HashMap<String, u32> = counts
        .values()
        .zip(0..)
        .map(|((_, label), number)| (label.to_string(), number))
        .collect();
    let number = |record: &usize| labels.get(*record).and_then(|label| numbers.get(label)).copied();
    let unjudged = |counts: &crate::check::Counts| {
        let records = worked_on.iter().filter(|record| counts.is_unassessed(**record));
        let numbers: BTreeSet<u32> = records.filter_map(number).collect();
        (counts.check.id.clone(), numbers.into_iter().collect::<Vec<u32>>())
    };
    let not_assessed = found.checks.iter().map(unjudged).collect();
    let pathways = counts
        .into_iter()
        .map(|(code, (records, _))| (code, records))
        .collect();
    Ok(Trail {
        key: key.map(fingerprint::of_key),
        unlasting: unlasting.len(),
        pathways,
        not_assessed,
        numbers,
    })
}

impl Trail {
    /// The number of a pathway, by the label that outputs show.
    pub fn number(&self, label: &str) -> Option<u32> {
        self.numbers.get(label).copied()
    }
}

/// Ascending whole numbers as ranges: `0-3 7 9-12`.
pub fn ranges(numbers: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let run = |(first, last): &(u32, u32)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    };
    runs.iter().map(run).collect::<Vec<_>>().join(" ")
}

/// The numbers in ranges such as `0-3 7 9-12`; `None` for any other text.
pub fn numbers(ranges: &str) -> Option<Vec<(u32, u32)>> {
    let run = |run: &str| {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    ranges.split(' ').filter(|run| !run.is_empty()).map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_ranges_and_read_back() {
        for (expected, text) in [
            (vec![], ""),
            (vec![4], "4"),
            (vec![0, 1, 2, 3, 7, 9, 10], "0-3 7 9-10"),
        ] {
            assert_eq!(ranges(&expected), text);
            let read: Vec<u32> = numbers(text)
                .unwrap()
                .into_iter()
                .flat_map(|(first, last)| first..=last)
                .collect();
            assert_eq!(read, expected);
        }
        assert_eq!(numbers("one"), None);
    }
}
