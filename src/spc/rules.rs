//! The four rules that show a special cause, and the direction of each.

use super::limits::{Limits, Segment};
use crate::rulebook::{Ruleset, TwoOfThree};

/// The rules that mark a point as special cause, in the order in which they label it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Beyond a process limit.
    Outside,
    /// In a run that only rises or only falls.
    Trend,
    /// One of two points near a limit, among three in a row on one side of the mean.
    TwoOfThree,
    /// In a run on one side of the mean.
    Shift,
}

/// The direction of a signal: for a trend its direction, otherwise the side of the mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    High,
    Low,
}

/// A rule that a point is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub rule: Rule,
    pub way: Way,
}

/// For each value of a segment, every rule that it is part of, in the order of the rules. Without limits
/// there is none.
pub(super) fn hits(values: &[Option<f64>], segment: &Segment, ruleset: &Ruleset) -> Vec<Vec<Hit>> {
    let mut hits = vec![Vec::new(); values.len()];
    let (Some(mean), Some(limits)) = (segment.mean, segment.limits) else {
        return hits;
    };
    let sides: Vec<Option<Way>> = values
        .iter()
        .map(|value| way((*value)? - mean, segment.tolerance))
        .collect();
    let outside: Vec<bool> = values
        .iter()
        .map(|value| is_beyond(*value, limits.lower, limits.upper, segment.tolerance))
        .collect();
    mark(
        &mut hits,
        Rule::Outside,
        outside
            .iter()
            .zip(&sides)
            .map(|(outside, side)| side.filter(|_| *outside)),
    );
    trends(&mut hits, values, ruleset.run_length);
    let near = near(values, &outside, &limits, segment.tolerance, ruleset.two_of_three);
    mark(
        &mut hits,
        Rule::TwoOfThree,
        two_of_three(&near, &sides).into_iter(),
    );
    for (run, way) in runs(&sides)
        .into_iter()
        .filter(|(run, _)| run.len() >= ruleset.run_length)
    {
        run.for_each(|index| {
            hits[index].push(Hit {
                rule: Rule::Shift,
                way,
            })
        });
    }
    hits
}

fn mark(hits: &mut [Vec<Hit>], rule: Rule, ways: impl Iterator<Item = Option<Way>>) {
    for (hits, way) in hits.iter_mut().zip(ways) {
        hits.extend(way.map(|way| Hit { rule, way }));
    }
}

fn way(difference: f64, tolerance: f64) -> Option<Way> {
    match difference {
        difference if difference > tolerance => Some(Way::High),
        difference if difference < -tolerance => Some(Way::Low),
        _ => None,
    }
}

fn is_beyond(value: Option<f64>, lower: f64, upper: f64, tolerance: f64) -> bool {
    value.is_some_and(|value| value > upper + tolerance || value < lower - tolerance)
}

/// Marks runs that only rise or only fall; an equal value or a gap ends a run. A turning point is part of
/// both runs, and the later run comes first.
fn trends(hits: &mut [Vec<Hit>], values: &[Option<f64>], run_length: usize) {
    let steps: Vec<Option<Way>> = values
        .windows(2)
        .map(|pair| way(pair[1]? - pair[0]?, 0.0))
        .collect();
    for (run, way) in runs(&steps)
        .into_iter()
        .filter(|(run, _)| run.len() + 1 >= run_length)
    {
        for hits in &mut hits[run.start..=run.end] {
            let before = hits
                .iter()
                .position(|hit| hit.rule == Rule::Trend)
                .unwrap_or(hits.len());
            hits.insert(
                before,
                Hit {
                    rule: Rule::Trend,
                    way,
                },
            );
        }
    }
}

/// The values that count for two of three.
fn near(
    values: &[Option<f64>],
    outside: &[bool],
    limits: &Limits,
    tolerance: f64,
    which: TwoOfThree,
) -> Vec<bool> {
    let beyond =
        |value: &Option<f64>| is_beyond(*value, limits.lower_two_sigma, limits.upper_two_sigma, tolerance);
    let counts =
        |(value, outside): (&Option<f64>, &bool)| beyond(value) && (which == TwoOfThree::Beyond || !outside);
    values.iter().zip(outside).map(counts).collect()
}

/// Marks only the points near the limit, not the third point.
fn two_of_three(near: &[bool], sides: &[Option<Way>]) -> Vec<Option<Way>> {
    let mut marked = vec![None; sides.len()];
    for start in 0..sides.len().saturating_sub(2) {
        let window = start..start + 3;
        let on_one_side =
            sides[start].is_some() && sides[window.clone()].iter().all(|side| *side == sides[start]);
        if on_one_side && near[window.clone()].iter().filter(|near| **near).count() >= 2 {
            window
                .filter(|index| near[*index])
                .for_each(|index| marked[index] = sides[start]);
        }
    }
    marked
}

/// The longest runs in one direction.
fn runs(ways: &[Option<Way>]) -> Vec<(std::ops::Range<usize>, Way)> {
    let mut runs: Vec<(std::ops::Range<usize>, Way)> = Vec::new();
    for (index, way) in ways
        .iter()
        .enumerate()
        .filter_map(|(index, way)| Some((index, (*way)?)))
    {
        match runs.last_mut() {
            Some((run, same)) if run.end == index && *same == way => run.end = index + 1,
            _ => runs.push((index..index + 1, way)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(signs: &[i8]) -> Vec<Option<Way>> {
        signs.iter().map(|sign| way(f64::from(*sign), 0.0)).collect()
    }

    #[test]
    fn a_run_has_one_direction_and_a_gap_ends_it() {
        let found = runs(&ways(&[1, 1, 0, 1, -1, -1]));
        assert_eq!(found, [(0..2, Way::High), (3..4, Way::High), (4..6, Way::Low)]);
    }

    #[test]
    fn two_of_three_marks_those_near_the_limit_on_one_side() {
        for (near, sides, marked) in [
            ([true, false, true, false], [1, 1, 1, 1], [1, 0, 1, 0]),
            ([true, false, false, true], [1, 1, 1, 1], [0, 0, 0, 0]), // four in a row, not three
            ([true, false, true, false], [1, -1, 1, 1], [0, 0, 0, 0]), // the third is on the other side
            ([true, true, false, false], [-1, -1, -1, 1], [-1, -1, 0, 0]),
            ([true, true, false, false], [1, 1, 0, 1], [0, 0, 0, 0]), // the third is on the mean, or missing
        ] {
            assert_eq!(
                two_of_three(&near, &ways(&sides)),
                ways(&marked),
                "{near:?} {sides:?}"
            );
        }
    }

    #[test]
    fn a_trend_is_six_steps_one_way_and_its_turning_point_belongs_to_both() {
        let found = |values: &[f64]| {
            let mut hits = vec![Vec::new(); values.len()];
            trends(
                &mut hits,
                &values.iter().copied().map(Some).collect::<Vec<_>>(),
                7,
            );
            hits.iter()
                .map(|hits| {
                    hits.iter()
                        .map(|hit| if hit.way == Way::High { 'r' } else { 'f' })
                        .collect()
                })
                .collect::<Vec<String>>()
        };
        assert_eq!(found(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), [""; 6]);
        assert_eq!(found(&[1.0, 2.0, 3.0, 3.0, 4.0, 5.0, 6.0, 7.0]), [""; 8]);
        assert_eq!(
            found(&[9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
            ["", "r", "r", "r", "r", "r", "r", "r"]
        );
        let both = found(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]);
        assert_eq!(
            both,
            ["r", "r", "r", "r", "r", "r", "fr", "f", "f", "f", "f", "f", "f"]
        );
    }
}
