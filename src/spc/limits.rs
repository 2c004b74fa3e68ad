//! Segments of a series, and the mean and process limits of each.

use std::ops::Range;

use super::{Refused, Settings};
use crate::rulebook::Ruleset;

/// The points between two new starts, and their limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Indexes of the first and last point in the series.
    pub start: usize,
    pub end: usize,
    /// The number of points with a value.
    pub points: usize,
    /// Whether the points are so few that the limits may still move.
    pub is_trial: bool,
    /// `None` if no point of the baseline has a value.
    pub mean: Option<f64>,
    /// `None` if no two neighbours of the baseline have a value.
    pub limits: Option<Limits>,
    /// The largest difference between two values that count as equal.
    pub(super) tolerance: f64,
}

/// Process limits; they may lie outside 0 to 100%.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub mean_moving_range: f64,
    pub lower: f64,
    pub upper: f64,
    pub lower_two_sigma: f64,
    pub upper_two_sigma: f64,
    /// The number of moving ranges left out as too large.
    pub screened: usize,
}

/// Splits a series into segments at the new starts.
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
                why: "the limits start anew here, but no period comes before",
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

/// The mean and limits of a segment, from its baseline: all of it, its first `fix_after` points, or what is
/// given for the first segment.
pub(super) fn segment(values: &[Option<f64>], range: Range<usize>, settings: &Settings) -> Segment {
    let (of_segment, ruleset) = (&values[range.clone()], settings.ruleset);
    let fixed = settings.fix_after.unwrap_or(of_segment.len());
    let given = settings.baseline.filter(|_| range.start == 0);
    let baseline = given.map_or(&of_segment[..fixed.min(of_segment.len())], |given| given.values);
    let present: Vec<f64> = baseline.iter().copied().flatten().collect();
    let mean = (!present.is_empty()).then(|| sum(&present) / present.len() as f64);
    let largest = of_segment
        .iter()
        .flatten()
        .fold(1.0_f64, |largest, value| largest.max(value.abs()));
    let points = of_segment.iter().flatten().count() + given.map_or(0, |given| given.before);
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

/// The difference between each value and the one before it, if both exist.
fn moving_ranges(values: &[Option<f64>]) -> Vec<f64> {
    values
        .windows(2)
        .filter_map(|pair| Some((pair[1]? - pair[0]?).abs()))
        .collect()
}

/// The mean moving range, and the number of ranges left out of it. If all ranges are 0, none is left out.
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
