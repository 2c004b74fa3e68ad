//! Finds the rows that would explain why the published figures differ from ours.
//!
//! A row may explain a difference in four ways. We count it in every line that has too many, and the
//! published figures do not. The published figures count it under another cancer type, route or treatment. It
//! waited fewer or more days there. Or they have one more: a row that we leave out, or count in another month
//! or for another trust.

use std::collections::{BTreeMap, HashMap};

use super::candidates::{Candidate, Candidates, Standing, all_labels, crosses};
use crate::reconcile::published::Difference;

/// The rows that may be behind each difference.
pub struct Suspects<'a> {
    differences: &'a [&'a Difference],
    candidates: &'a Candidates<'a>,
    /// For the number of each difference: the numbers of the candidates that would explain it, and how likely
    /// each is.
    found: BTreeMap<usize, Vec<(Likelihood, usize)>>,
}

/// The likelier comes first: by how the row relates to the figures, whether its days are in the band that
/// differs, and whether its share of the patient equals the missing share.
type Likelihood = (Standing, bool, bool);

type Key<'a> = [&'a str; 4];

impl<'a> Suspects<'a> {
    /// `differences` are all differences of the comparison: a row must be consistent with all of them.
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

    /// The candidates for a difference, likeliest first. If no row explains all lines, those that explain
    /// this line only.
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
    /// Whether a row may explain one line, whatever the other lines show.
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

    /// The differences if every line with the row has too many of its days: the row is not in the published
    /// figures, or waited another number of days there.
    fn counted_too_many(&self, candidate: &Candidate) -> Option<Vec<usize>> {
        let lines: Option<Vec<usize>> = self.own_lines(candidate).into_iter().collect();
        lines.filter(|lines| lines.iter().all(|at| self.has_too_many(*at, candidate)))
    }

    /// The differences if lines divided by some of the row's labels have too many, and lines with another
    /// label too few.
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

    /// The lines that differ because these labels of a row differ; `None` if a line divided by them agrees.
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

    /// The differences if, for every kind of line, one that the row would be in has too few. A label that the
    /// row lacks may be any.
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

    /// Lines of a cross that have too few people and the row's labels; labels in `free` may differ.
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

    /// The differences of the lines with a counted row, one for each cross; `None` if that line agrees.
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

    /// Whether a line has more people with the row's days than were published; if the bands are suppressed,
    /// on the row's side of the limit.
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

    /// Whether a wait that did not stop in the month could have stopped in it, with days in a band that has
    /// too few.
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
