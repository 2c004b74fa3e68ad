//! Restatements: the months whose figures differ from those that an earlier run gave them, because records
//! were added, corrected or removed since, or rules changed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Figure, Report};
use crate::calendar::Month;
use crate::pack::small_numbers;

/// Why nothing is compared if there is no earlier run.
pub const NO_EARLIER_RUN: &str = "there is no earlier run to compare with";
/// Counts are in shares of a patient, so an equal sum may differ in its last digits.
const SAME: f64 = 1e-9;

/// One standard in one month, as a pack showed it; a suppressed count is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonthFigure {
    pub standard: String,
    /// `2026-10`
    pub month: String,
    pub total: Option<f64>,
    pub within: Option<f64>,
}

/// The months that a run showed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Months {
    pub provider: String,
    /// The month of the run.
    pub month: String,
    pub as_at: String,
    pub small_numbers: String,
    pub figures: Vec<MonthFigure>,
}

/// What the pack says about earlier months.
#[derive(Default)]
pub struct Restated {
    /// The run that this one is compared with.
    pub earlier: Option<Months>,
    /// How many figures differ, or why none does.
    pub words: String,
    pub lines: Vec<RestatedLine>,
}

impl Restated {
    /// Whether an earlier figure is suppressed.
    pub fn hides_any(&self) -> bool {
        self.lines.iter().any(|line| line.then.total.is_none())
    }
}

/// A figure that differs.
pub struct RestatedLine {
    pub standard: String,
    /// First day of the month.
    pub month: NaiveDate,
    pub then: Figure,
    pub now: Figure,
}

/// The months of a report, up to its own.
pub fn figures(report: &Report) -> Vec<MonthFigure> {
    let points = report.pack.trend.iter().map(|point| MonthFigure {
        standard: point.standard.clone(),
        month: Month::of(point.month).to_string(),
        total: point.figure.total,
        within: point.figure.within,
    });
    points.filter(|figure| figure.month <= report.month).collect()
}

/// Compares a report with an earlier run; an `Err` says why there is none.
pub fn compare(report: &Report, earlier: Result<Months, &str>) -> Restated {
    let comparable = earlier.and_then(|earlier| {
        if earlier.provider != report.provider.code {
            Err("the last run is another trust's")
        } else if earlier.small_numbers != report.small_numbers.preset {
            Err("the last run had another setting for small numbers")
        } else if earlier.figures.is_empty() {
            Err("the record of the last run has no figures by month")
        } else {
            Ok(earlier)
        }
    });
    let earlier = match comparable {
        Ok(earlier) => earlier,
        Err(why) => {
            return Restated {
                words: format!("None can be shown: {why}."),
                ..Restated::default()
            };
        }
    };
    let now = figures(report);
    let pairs = now.iter().filter_map(|now| {
        let is_same = |then: &&MonthFigure| (&then.standard, &then.month) == (&now.standard, &now.month);
        Some((earlier.figures.iter().find(is_same)?, now))
    });
    let pairs: Vec<(&MonthFigure, &MonthFigure)> = pairs.collect();
    let preset = report.small_numbers.preset.as_str();
    let lines = pairs.iter().filter_map(|(then, now)| line(then, now));
    // Both figures may be shown, and their difference still be a few people.
    let lines: Vec<RestatedLine> = lines
        .map(|line| RestatedLine {
            then: small_numbers::earlier(preset, line.then, line.now),
            ..line
        })
        .collect();
    Restated {
        words: in_words(&earlier, &lines, pairs.len()),
        lines,
        earlier: Some(earlier),
    }
}

fn line(then: &MonthFigure, now: &MonthFigure) -> Option<RestatedLine> {
    let is_same = |then: Option<f64>, now: Option<f64>| match (then, now) {
        (Some(then), Some(now)) => (then - now).abs() < SAME,
        (then, now) => then == now,
    };
    if is_same(then.total, now.total) && is_same(then.within, now.within) {
        return None;
    }
    let figure = |of: &MonthFigure| Figure {
        total: of.total,
        within: of.within,
    };
    Some(RestatedLine {
        standard: now.standard.clone(),
        month: Month::parse(&now.month).ok()?.first_day(),
        then: figure(then),
        now: figure(now),
    })
}

fn in_words(earlier: &Months, lines: &[RestatedLine], compared: usize) -> String {
    let title = Month::parse(&earlier.month).map_or_else(|_| earlier.month.clone(), Month::title);
    let day = NaiveDate::parse_from_str(&earlier.as_at, "%Y-%m-%d");
    let day = day.map_or_else(
        |_| earlier.as_at.clone(),
        |day| day.format("%-d %B %Y").to_string(),
    );
    let run = format!("the run of {title} as at {day}");
    if lines.is_empty() {
        format!("None: all {compared} figures by standard and month are as in {run}.")
    } else {
        format!(
            "{} of {compared} figures by standard and month differ from {run}.",
            lines.len()
        )
    }
}
