//! The trend of each standard judged by its own variation: SPC limits, what each month shows, and the icons in words.
//!
//! In: the trend with small numbers hidden; a month that is kept back or has nobody to count is missing. Out: the
//! [`Control`] of each standard, and the [`ControlPoint`] of each month.

use anyhow::Result;

use crate::calendar::Month;
use crate::pack::control_words::{self as words, Told};
use crate::pack::targets::Targets;
use crate::report::{Control, ControlPoint, Figure, Icons, Pack, Signal, TrendPoint, Verdict};
use crate::rulebook::{Rebase, Rulebook, Ruleset};
use crate::spc::{Segment, Settings, Variation, Xmr, xmr};
use crate::terminal::failure::usage;

/// Judges the trend of every standard of a pack.
pub fn judge_trends(rulebook: &Rulebook, provider: &str, pack: &mut Pack) -> Result<()> {
    let Some(ruleset) = rulebook.spc.ruleset() else {
        return Ok(());
    };
    let targets = Targets { rulebook, provider };
    let has_figure = |points: &[&mut TrendPoint]| points.iter().any(|point| point.figure.rate().is_some());
    for standard in &mut pack.standards {
        let mut points: Vec<&mut TrendPoint> = pack
            .trend
            .iter_mut()
            .filter(|point| point.standard == standard.code)
            .collect();
        if has_figure(&points) {
            let rebases = rulebook.spc.rebases_of(&standard.code, provider);
            standard.control = Some(judge(targets, ruleset, &standard.code, &rebases, &mut points)?);
        }
    }
    for site in &mut pack.site_trends {
        let mut points: Vec<&mut TrendPoint> = site.points.iter_mut().collect();
        if has_figure(&points) {
            // A new start is of the standard's own process: no site is known to have changed with it.
            site.control = Some(judge(targets, ruleset, &site.standard, &[], &mut points)?);
        }
    }
    Ok(())
}

fn judge(
    targets: Targets,
    ruleset: &Ruleset,
    standard: &str,
    rebases: &[&Rebase],
    points: &mut [&mut TrendPoint],
) -> Result<Control> {
    let spc = &targets.rulebook.spc;
    let months: Vec<Month> = points.iter().map(|point| Month::of(point.month)).collect();
    let rates: Vec<Option<f64>> = points.iter().map(|point| point.figure.rate()).collect();
    let target = points.last().and_then(|point| point.standard_value);
    let rebases: Vec<(usize, &Rebase)> = new_starts(rebases, &months);
    let places: Vec<usize> = rebases.iter().map(|(place, _)| *place).collect();
    let settings = Settings {
        ruleset,
        direction: spc.direction,
        target,
        fix_after: spc.fix_after(),
        rebase: &places,
    };
    let chart = xmr(&rates, &settings).map_err(|refused| {
        let month = months
            .get(refused.index)
            .map(|month| month.title())
            .unwrap_or_default();
        usage(format!(
            "the trend of {standard} cannot be charted at {month}: {}",
            refused.why
        ))
    })?;
    let few_people = has_few_people(points.iter().map(|point| point.figure), spc.minimum_people);
    if !few_people {
        mark(points, &chart, ruleset);
    }
    let told = Told {
        chart: &chart,
        ruleset,
        months: &months,
        target,
    };
    let month = months
        .last()
        .copied()
        .unwrap_or_else(|| Month::of(Default::default()));
    let icons = icons(&told, few_people.then_some(spc.minimum_people));
    let has_limits = points.iter().any(|point| point.control.upper.is_some());
    let mut footnotes = vec![told.method(spc.fix_after(), has_limits)];
    footnotes.extend(
        rebases
            .iter()
            .map(|(place, rebase)| words::new_start(months[*place], rebase)),
    );
    footnotes.extend(words::gaps(&rates));
    footnotes.extend(words::clipped(points.iter().map(|point| &point.control)));
    footnotes.extend(words::not_drawn(&targets.not_drawn(standard, month)));
    Ok(Control { icons, footnotes })
}

/// The months with which limits start anew. A new start after the last month has not come yet, and one before the second is
/// no longer seen.
fn new_starts<'a>(rebases: &[&'a Rebase], months: &[Month]) -> Vec<(usize, &'a Rebase)> {
    let place = |rebase: &Rebase| {
        let date = rebase.date()?;
        months
            .iter()
            .position(|month| month.first_day() >= date)
            .filter(|place| *place > 0)
    };
    rebases
        .iter()
        .filter_map(|rebase| Some((place(rebase)?, *rebase)))
        .collect()
}

/// Half of the months that can be shown have fewer people than say something.
fn has_few_people(figures: impl Iterator<Item = Figure>, minimum: u32) -> bool {
    let totals: Vec<f64> = figures
        .filter(|figure| figure.rate().is_some())
        .filter_map(|figure| figure.total)
        .collect();
    let few = totals.iter().filter(|total| **total < f64::from(minimum)).count();
    few * 2 >= totals.len()
}

/// Limits are shown for a segment with points enough.
fn has_limits(segment: &Segment, ruleset: &Ruleset) -> bool {
    segment.limits.is_some() && segment.points >= ruleset.minimum_points
}

/// What every month shows, in the segments that have limits.
fn mark(points: &mut [&mut TrendPoint], chart: &Xmr, ruleset: &Ruleset) {
    for (number, segment) in chart.segments.iter().enumerate() {
        let is_shown = has_limits(segment, ruleset);
        let limits = segment.limits.filter(|_| is_shown);
        let range = segment.start..=segment.end;
        for (point, charted) in points[range.clone()].iter_mut().zip(&chart.points[range]) {
            let judged = charted.variation.filter(|_| is_shown);
            point.control = ControlPoint {
                segment: number,
                mean: segment.mean.filter(|_| is_shown),
                lower: limits.map(|limits| limits.lower),
                upper: limits.map(|limits| limits.upper),
                is_trial: segment.is_trial,
                signal: judged.map_or(Signal::None, signal),
                shows: judged.map_or("", words::variation),
                rules: judged.map_or_else(String::new, |_| words::rules(charted)),
            };
        }
    }
}

fn signal(variation: Variation) -> Signal {
    match variation {
        Variation::CommonCause => Signal::None,
        Variation::Improvement(_) => Signal::Improvement,
        Variation::Concern(_) => Signal::Concern,
        Variation::Neutral(_) => Signal::Neutral,
    }
}

/// Variation and assurance, or why there are none.
fn icons(told: &Told, few_people: Option<u32>) -> Icons {
    let withheld = |word, sentence| Icons::Withheld(Verdict { word, sentence });
    if let Some(minimum) = few_people {
        return withheld("Small numbers", words::few_people(minimum));
    }
    match told.chart.segments.last() {
        Some(segment) if has_limits(segment, told.ruleset) => Icons::Shown {
            variation: told.variation(),
            assurance: told.assurance(segment),
        },
        _ => withheld("Too few months", told.few_months()),
    }
}
