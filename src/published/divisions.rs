//! Compares each whole with the sum of its parts: providers sum to England, cancer types to all cancers,
//! treatments to all treatments, routes or stages to all of them.

use std::collections::{HashMap, HashSet};

use crate::published::facts::{Facts, Key, Sums};

/// The name of the parts, and the columns that divide a whole: provider, cancer type, route or stage,
/// treatment.
struct Division {
    parts: &'static str,
    by: [bool; 4],
}

const DIVISIONS: [Division; 5] = [
    Division {
        parts: "providers",
        by: [true, false, false, false],
    },
    Division {
        parts: "cancer types",
        by: [false, true, false, false],
    },
    Division {
        parts: "routes or stages",
        by: [false, false, true, false],
    },
    Division {
        parts: "treatment modalities",
        by: [false, false, false, true],
    },
    // The Faster Diagnosis sheets have no lines between the whole and the routes by suspected type.
    Division {
        parts: "routes and suspected types",
        by: [false, true, true, false],
    },
];

/// Compares every whole with the sum of its parts.
pub fn check(facts: &[Facts], sums: &mut Sums) {
    for division in &DIVISIONS {
        check_division(division, facts, sums);
    }
}

/// A whole and the sum of its parts.
struct Whole<'a> {
    line: Option<&'a Facts<'a>>,
    first_part: Option<&'a Facts<'a>>,
    parts: Vec<Option<f64>>,
}

/// Which wholes a division divides: an item, and whether each of the other columns is at `ALL`. If a workbook
/// has only the parts, or only the wholes, the division is not checked.
type Slice<'a> = (&'a str, [bool; 4]);

fn check_division(division: &Division, facts: &[Facts], sums: &mut Sums) {
    let mut wholes: HashMap<(Slice, Key), Whole> = HashMap::new();
    let mut divided: HashMap<Slice, (bool, bool)> = HashMap::new();
    // Items with lines between whole and parts: the divisions by one column compare those lines.
    let mut in_between: HashSet<&str> = HashSet::new();
    for facts in facts {
        let Some(is_whole) = division.is_whole(facts) else {
            in_between.insert(facts.item.name.as_str());
            continue;
        };
        let (slice, key) = (division.slice(facts), division.key(facts));
        let has = divided.entry(slice).or_default();
        let whole = wholes.entry((slice, key)).or_insert_with(|| Whole {
            line: None,
            first_part: None,
            parts: Vec::new(),
        });
        if is_whole {
            has.0 = true;
            whole.line = whole.line.or(Some(facts));
            continue;
        }
        has.1 = true;
        whole.first_part = whole.first_part.or(Some(facts));
        whole.parts.resize(facts.figures.len(), Some(0.0));
        for (sum, people) in whole.parts.iter_mut().zip(&facts.figures) {
            *sum = sum.zip(*people).map(|(sum, people)| sum + people);
        }
    }
    for ((slice, _), whole) in &wholes {
        if divided.get(slice) == Some(&(true, true)) && !in_between.contains(slice.0) {
            check_whole(division, whole, sums);
        }
    }
}

fn check_whole(division: &Division, whole: &Whole, sums: &mut Sums) {
    let Some(facts) = whole.line else {
        sums.compared += 1;
        sums.problems.extend(
            whole
                .first_part
                .map(|part| part.problem(format!("no line sums these {}", division.parts))),
        );
        return;
    };
    if whole.first_part.is_none() {
        sums.compared += 1;
        sums.problems
            .push(facts.problem(format!("no {} divide this line", division.parts)));
        return;
    }
    let columns = ["Total", "Within", "After"]
        .into_iter()
        .chain(facts.item.bands.iter().map(|band| band.column.as_str()));
    let mut differences = Vec::new();
    for ((column, parts), whole) in columns.zip(&whole.parts).zip(&facts.figures) {
        match (parts, whole) {
            (Some(parts), Some(whole)) => {
                sums.compared += 1;
                if parts != whole {
                    differences.push(format!("{parts} in `{column}`, not {whole}"));
                }
            }
            // An activity has no `Within`, neither in its parts nor in its whole.
            _ if !facts.item.is_standard() && (column == "Within" || column == "After") => {}
            _ => sums.not_assessed += 1,
        }
    }
    if !differences.is_empty() {
        sums.problems.push(facts.problem(format!(
            "the {} sum to {}",
            division.parts,
            differences.join(", ")
        )));
    }
}

impl Division {
    /// True: the line is a whole of this division. False: a part. `None`: it lies between the two.
    fn is_whole(&self, facts: &Facts) -> Option<bool> {
        let mut at_all = self
            .by
            .into_iter()
            .zip(facts.at_all)
            .filter(|(by, _)| *by)
            .map(|(_, at_all)| at_all);
        let first = at_all.next()?;
        at_all.all(|other| other == first).then_some(first)
    }

    fn slice<'a>(&self, facts: &Facts<'a>) -> Slice<'a> {
        let [org, cancer_type, route, modality] = self.by;
        let [all_orgs, all_cancers, all_routes, all_modalities] = facts.at_all;
        let kept = [
            all_orgs && !org,
            all_cancers && !cancer_type,
            all_routes && !route,
            all_modalities && !modality,
        ];
        (&facts.line.standard_or_item, kept)
    }

    /// The key of a line without the columns that this division divides by: a whole and its parts share it.
    fn key<'a>(&self, facts: &Facts<'a>) -> Key<'a> {
        let mut key = facts.key();
        for (text, _) in key.iter_mut().zip(self.by).filter(|(_, by)| *by) {
            *text = "";
        }
        key
    }
}
