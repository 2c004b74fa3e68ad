//! Segments of a series, and the mean and process limits of each.

use std::ops::Range;

use super::Refused;
use crate::rulebook::Ruleset;

/// Points between two new starts, and what they are judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Places in the series, both included.
    pub start: usize,
    pub end: usize,
    /// Points that have a value.
    pub points: usize,
    /// So few points that the limits may still move.
    pub is_trial: bool,
    /// None where no point of the baseline has a value.
    pub mean: Option<f64>,
    /// None where no two neighbours of the baseline have a value.
    pub limits: Option<Limits>,
    /// What two values may differ by and be the same.
    pub(super) tolerance: f64,
}

/// Process limits; they may lie beyond what a percentage can reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub mean_moving_range: f64,
    pub lower: f64,
    pub upper: f64,
    pub lower_two_sigma: f64,
    pub upper_two_sigma: f64,
    /// Moving ranges left out as too large.
    pub screened: usize,
}

/// The segments that new starts make of a series.
pub(super) fn ranges(length: usize, rebase: &[usize]) -> Result<Vec<Range<usize>>, Refused> {
    let mut starts = vec![0];
    for index in rebase {
        if *index >= length {
            return Err(Refused {
                index: *index,
                why: "the limits start anew after the last period",
            });
        }
        if starts.last().is_some_and(|last| index <= last) {
            return Err(Refused {
                index: *index,
                why: "the limits start anew here, and would leave no period before",
            });
        }
        starts.push(*index);
    }
    let ends = starts.iter().skip(1).copied().chain([length]);
    Ok(starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .filter(|range| !range.is_empty())
        .collect())
}

/// The mean and limits of a segment, from its baseline: all of it, or its first `fix_after` points.
pub(super) fn segment(
    values: &[Option<f64>],
    range: Range<usize>,
    fix_after: Option<usize>,
    ruleset: &Ruleset,
) -> Segment {
    let of_segment = &values[range.clone()];
    let baseline = &of_segment[..fix_after.unwrap_or(of_segment.len()).min(of_segment.len())];
    let present: Vec<f64> = baseline.iter().copied().flatten().collect();
    let mean = (!present.is_empty()).then(|| sum(&present) / present.len() as f64);
    let largest = of_segment
        .iter()
        .flatten()
        .fold(1.0_f64, |largest, value| largest.max(value.abs()));
    let points = of_segment.iter().flatten().count();
    Segment {
        start: range.start,
        end: range.end - 1,
        points,
        is_trial: points < ruleset.trial_below,
        mean,
        limits: mean.and_then(|mean| limits(mean, &moving_ranges(baseline), ruleset)),
        tolerance: 1e-12 * largest,
    }
}

fn limits(mean: f64, ranges: &[f64], ruleset: &Ruleset) -> Option<Limits> {
    if ranges.is_empty() {
        return None;
    }
    let (mean_moving_range, screened) = mean_range(ranges, ruleset);
    let three_sigma = ruleset.limit * mean_moving_range;
    let two_sigma = 2.0 * three_sigma / 3.0;
    Some(Limits {
        mean_moving_range,
        lower: mean - three_sigma,
        upper: mean + three_sigma,
        lower_two_sigma: mean - two_sigma,
        upper_two_sigma: mean + two_sigma,
        screened,
    })
}

/// How far each value is from the one before it, where both are there.
fn moving_ranges(values: &[Option<f64>]) -> Vec<f64> {
    values
        .windows(2)
        .filter_map(|pair| Some((pair[1]? - pair[0]?).abs()))
        .collect()
}

/// The mean moving range, and how many were left out of it. Where all are nothing, screening would leave none.
fn mean_range(ranges: &[f64], ruleset: &Ruleset) -> (f64, usize) {
    let mean = |ranges: &[f64]| sum(ranges) / ranges.len() as f64;
    let all = mean(ranges);
    if !ruleset.screening || all == 0.0 {
        return (all, 0);
    }
    let kept: Vec<f64> = ranges
        .iter()
        .copied()
        .filter(|range| *range < ruleset.screen_above * all)
        .collect();
    if kept.is_empty() {
        (all, 0)
    } else {
        (mean(&kept), ranges.len() - kept.len())
    }
}

/// A compensated sum (Neumaier): the mean of equal values is their value.
fn sum(values: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() {
            (sum - next) + value
        } else {
            (value - next) + sum
        };
        sum = next;
    }
    sum + lost
}
