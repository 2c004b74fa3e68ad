//! Statistical process control: does a month differ from the others, or is it within the usual variation of
//! the process? XmR charts (values and their moving ranges) in the manner of Making Data Count, for one
//! series at a time.
//!
//! In: the values of a series in order, with gaps for months without a value; the settings (`spc.toml`). Out:
//! the segments with their mean and limits, what every point shows and why, and the two icons in words:
//! variation and assurance. A moving range never spans a gap; a run or rule never spans a gap or a new start.
//! Nothing here knows dates.

mod assurance;
#[cfg(test)]
mod cases;
mod limits;
mod rules;
#[cfg(test)]
mod tests;
mod variation;

use crate::rulebook::{Direction, Ruleset};

pub use assurance::Assurance;
pub use limits::{Limits, Segment};
pub use rules::{Hit, Rule, Way};
pub use variation::Variation;

/// How one series is judged.
pub struct Settings<'a> {
    pub ruleset: &'a Ruleset,
    pub direction: Direction,
    /// The target in the last period.
    pub target: Option<f64>,
    /// The number of points of each segment that its limits are calculated from; `None`: all.
    pub fix_after: Option<usize>,
    /// The values that the limits of the first segment come from, if they begin before the series shown.
    pub baseline: Option<Baseline<'a>>,
    /// Indexes at which the limits start anew: the first point of each new segment, in order.
    pub rebase: &'a [usize],
}

/// The values that fixed limits come from.
#[derive(Debug, Clone, Copy)]
pub struct Baseline<'a> {
    pub values: &'a [Option<f64>],
    /// Values of the first segment that lie before the series shown.
    pub before: usize,
}

/// A series as its chart shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Xmr {
    pub segments: Vec<Segment>,
    /// One for each value.
    pub points: Vec<Point>,
    /// What the last point with a value shows, if the last segment has such a point.
    pub variation: Option<Variation>,
    /// Whether the process, unchanged, will meet the target; `None` without a target or limits.
    pub assurance: Option<Assurance>,
    /// Whether the last segment has enough points for limits and icons.
    pub icons_shown: bool,
}

/// What one value shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Every rule that it is part of, in the order of the rules.
    pub hits: Vec<Hit>,
    /// The rule that labels and colours it.
    pub label: Option<Hit>,
    /// `None` for a missing value.
    pub variation: Option<Variation>,
}

/// Why a series cannot be charted, and at which point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    pub index: usize,
    pub why: &'static str,
}

/// Charts a series; `values` has one entry for each period, `None` if the period has no value.
pub fn xmr(values: &[Option<f64>], settings: &Settings) -> Result<Xmr, Refused> {
    if let Some(index) = values
        .iter()
        .position(|value| value.is_some_and(|value| !value.is_finite()))
    {
        return Err(Refused {
            index,
            why: "the value is not a number",
        });
    }
    let segments: Vec<Segment> = limits::ranges(values.len(), settings.rebase)?
        .into_iter()
        .map(|range| limits::segment(values, range, settings))
        .collect();
    let points: Vec<Point> = segments
        .iter()
        .flat_map(|segment| points(values, segment, settings))
        .collect();
    let last = segments.last();
    let of_last = last.map_or(&points[..0], |segment| &points[segment.start..=segment.end]);
    Ok(Xmr {
        variation: of_last.iter().rev().find_map(|point| point.variation),
        assurance: last.and_then(|segment| assurance::judge(segment, settings)),
        icons_shown: last.is_some_and(|segment| segment.points >= settings.ruleset.minimum_points),
        segments,
        points,
    })
}

fn points(values: &[Option<f64>], segment: &Segment, settings: &Settings) -> Vec<Point> {
    let values = &values[segment.start..=segment.end];
    let hits = rules::hits(values, segment, settings.ruleset);
    let point = |(value, hits): (&Option<f64>, Vec<Hit>)| {
        let label = variation::label(&hits, settings.direction, settings.ruleset.label);
        Point {
            variation: value.map(|_| variation::of(label, settings.direction)),
            label,
            hits,
        }
    };
    values.iter().zip(hits).map(point).collect()
}
