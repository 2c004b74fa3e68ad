//! What one row would have to be for the published figures to differ from ours as they do.
//!
//! A row that we count in every line that has too many, and that the published figures do not count. One that they count
//! under another cancer type, route or treatment. One that waited fewer or more days there. Or one that we leave out, or
//! count in another month or for another trust, where they have one more.

use std::collections::{BTreeMap, HashMap};

use super::candidates::{Candidate, Candidates, Standing, all_labels, crosses};
use crate::reconcile::published::Difference;

/// The rows that may be behind each difference.
pub struct Suspects<'a> {
    differences: &'a [&'a Difference],
    candidates: &'a Candidates<'a>,
    /// By the number of a difference: the numbers of the candidates that would explain it, and how likely each is.
    found: BTreeMap<usize, Vec<(Likelihood, usize)>>,
}

/// The likelier comes first: by where the row stands, whether its days are in the band that differs, whether it is as much
/// of a patient as is missing.
type Likelihood = (Standing, bool, bool);

type Key<'a> = [&'a str; 4];

impl<'a> Suspects<'a> {
    /// `differences` are those of the whole comparison: a row must be in agreement with all of them.
    pub fn new(differences: &'a [&'a Difference], candidates: &'a Candidates<'a>) -> Suspects<'a> {
        let index = Index::new(differences);
        let mut found: BTreeMap<usize, Vec<(Likelihood, usize)>> = BTreeMap::new();
        for (number, candidate) in candidates.0.iter().enumerate() {
            for (difference, likelihood) in index.explained_by(candidate) {
                found.entry(difference).or_default().push((likelihood, number));
            }
        }
        Suspects {
            differences,
            candidates,
            found,
        }
    }

    /// The candidates behind a difference, the likeliest first; where no row explains all lines, those of this line alone.
    pub fn of(&self, difference: &Difference) -> Vec<usize> {
        let number = self
            .differences
            .iter()
            .position(|known| std::ptr::eq(*known, difference));
        let mut suspects = number
            .and_then(|number| self.found.get(&number))
            .cloned()
            .unwrap_or_default();
        if suspects.is_empty() {
            let alone = [difference];
            let index = Index {
                one_line: true,
                ..Index::new(&alone)
            };
            for (number, candidate) in self.candidates.0.iter().enumerate() {
                suspects.extend(
                    index
                        .explained_by(candidate)
                        .into_iter()
                        .map(|(_, likelihood)| (likelihood, number)),
                );
            }
        }
        suspects.sort();
        let mut seen = std::collections::HashSet::new();
        suspects
            .into_iter()
            .map(|(_, candidate)| candidate)
            .filter(|candidate| seen.insert(self.candidates.0[*candidate].record))
            .collect()
    }
}

/// The differences by their key.
struct Index<'a> {
    differences: &'a [&'a Difference],
    by_key: HashMap<Key<'a>, usize>,
    /// A row explains a line by itself, whatever the other lines are.
    one_line: bool,
}

impl<'a> Index<'a> {
    fn new(differences: &'a [&'a Difference]) -> Index<'a> {
        let by_key = differences
            .iter()
            .enumerate()
            .map(|(candidate, difference)| (key(difference), candidate))
            .collect();
        Index {
            differences,
            by_key,
            one_line: false,
        }
    }

    /// The differences that a row would explain.
    fn explained_by(&self, candidate: &Candidate) -> Vec<(usize, Likelihood)> {
        let explained = match (candidate.standing, self.one_line) {
            (Standing::Counted, false) => self
                .counted_too_many(candidate)
                .or_else(|| self.labelled_otherwise(candidate))
                .unwrap_or_default(),
            (Standing::Counted, true) => self
                .own_lines(candidate)
                .into_iter()
                .flatten()
                .filter(|at| self.has_too_many(*at, candidate))
                .collect(),
            _ => self.left_out(candidate).unwrap_or_default(),
        };
        explained
            .into_iter()
            .map(|at| (at, self.likelihood(at, candidate)))
            .collect()
    }

    /// Every line that the row is in has too many of its days: the row is not in the published figures, or waited other
    /// days there.
    fn counted_too_many(&self, candidate: &Candidate) -> Option<Vec<usize>> {
        let lines: Option<Vec<usize>> = self.own_lines(candidate).into_iter().collect();
        lines.filter(|lines| lines.iter().all(|at| self.has_too_many(*at, candidate)))
    }

    /// The lines that tell some of its labels apart have too many, and lines with another label have too few.
    fn labelled_otherwise(&self, candidate: &Candidate) -> Option<Vec<usize>> {
        const CHANGES: [[bool; 3]; 7] = [
            [true, false, false],
            [false, true, false],
            [false, false, true],
            [true, true, false],
            [true, false, true],
            [false, true, true],
            [true, true, true],
        ];
        let explained: Vec<usize> = CHANGES
            .iter()
            .filter_map(|changed| self.changed_in(candidate, *changed))
            .flatten()
            .collect();
        (!explained.is_empty()).then_some(explained)
    }

    /// The lines that differ because these labels of a row do; none where a line that tells them apart is as it should be.
    fn changed_in(&self, candidate: &Candidate, changed: [bool; 3]) -> Option<Vec<usize>> {
        let mut explained = Vec::new();
        let lines = crosses(candidate.rules)
            .into_iter()
            .zip(self.own_lines(candidate));
        for (cross, line) in lines.filter(|(cross, _)| (0..3).any(|label| cross[label] && changed[label])) {
            explained.push(line.filter(|at| self.has_too_many(*at, candidate))?);
            let with_other_labels = self.too_few(candidate, cross, changed);
            if with_other_labels.is_empty() {
                return None;
            }
            explained.extend(with_other_labels);
        }
        Some(explained)
    }

    /// For every kind of line there is one that has too few and that the row would be in. A label that it lacks may be any.
    fn left_out(&self, candidate: &Candidate) -> Option<Vec<usize>> {
        let mut explained = Vec::new();
        for cross in crosses(candidate.rules) {
            let mut lines = self.too_few(
                candidate,
                cross,
                std::array::from_fn(|label| candidate.labels[label].is_none()),
            );
            lines.retain(|at| self.could_be_one_of(*at, candidate));
            if lines.is_empty() && !self.one_line {
                return None;
            }
            explained.extend(lines);
        }
        Some(explained)
    }

    /// Lines of a cross with too few people that have the row's labels, apart from those that may be others.
    fn too_few(&self, candidate: &Candidate, cross: [bool; 3], free: [bool; 3]) -> Vec<usize> {
        let all = all_labels(candidate.rules);
        let fits = |label: usize, printed: &str| match (cross[label], free[label]) {
            (false, _) => printed == all[label],
            (true, true) => printed != all[label] && candidate.labels[label].as_deref() != Some(printed),
            (true, false) => candidate.labels[label].as_deref() == Some(printed),
        };
        let is_one = |difference: &Difference| {
            let [item, labels @ ..] = key(difference);
            item == candidate.item
                && difference.total() < 0.0
                && (0..3).all(|label| fits(label, labels[label]))
        };
        (0..self.differences.len())
            .filter(|at| is_one(self.differences[*at]))
            .collect()
    }

    /// The differences of the lines that a counted row is in, one a cross; none where that line is equal.
    fn own_lines(&self, candidate: &Candidate) -> Vec<Option<usize>> {
        let all = all_labels(candidate.rules);
        let line = |cross: [bool; 3]| {
            let label = |at: usize| {
                if cross[at] {
                    candidate.labels[at].as_deref().unwrap_or_default()
                } else {
                    all[at]
                }
            };
            self.by_key
                .get(&[candidate.item, label(0), label(1), label(2)])
                .copied()
        };
        crosses(candidate.rules).into_iter().map(line).collect()
    }

    /// A line has more people of the row's days than were published; where the bands are not told, of its side of the limit.
    fn has_too_many(&self, at: usize, candidate: &Candidate) -> bool {
        let difference = self.differences[at];
        match candidate.band.and_then(|band| difference.bands.get(band)) {
            Some(people) => *people > 0.0,
            None if !difference.bands.is_empty() => false,
            None => match (candidate.is_within, difference.within()) {
                (Some(true), Some(within)) => within > 0.0,
                (Some(false), Some(within)) => difference.total() - within > 0.0,
                _ => difference.total() > 0.0,
            },
        }
    }

    /// A wait that did not stop in the month could have, with days of a band that has too few.
    fn could_be_one_of(&self, at: usize, candidate: &Candidate) -> bool {
        let bands = &self.differences[at].bands;
        let has_too_few = |band: &&str| bands.get(*band).is_some_and(|people| *people < 0.0);
        match candidate.standing {
            Standing::NoMonth(_) | Standing::OtherMonth(_) => {
                bands.is_empty() || candidate.could_be_in.iter().any(has_too_few)
            }
            _ => true,
        }
    }

    fn likelihood(&self, at: usize, candidate: &Candidate) -> Likelihood {
        let difference = self.differences[at];
        let differs_in_band = candidate
            .band
            .is_some_and(|band| difference.bands.get(band).is_some_and(|people| *people < 0.0));
        let is_counted = candidate.standing == Standing::Counted;
        (
            candidate.standing,
            !is_counted && !differs_in_band,
            is_counted && candidate.share != difference.most(),
        )
    }
}

fn key(difference: &Difference) -> Key<'_> {
    [
        &difference.standard_or_item,
        &difference.cancer_type,
        &difference.route_or_stage,
        &difference.modality,
    ]
}
