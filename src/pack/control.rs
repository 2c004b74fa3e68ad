//! Judges the trend of each standard by its own variation: SPC limits, what each month shows, and the icons
//! in words.
//!
//! In: the trend with small numbers suppressed; a month that is suppressed or has nobody to count is missing.
//! Out: the [`Control`] of each standard and the [`ControlPoint`] of each month.

use anyhow::Result;

use crate::calendar::Month;
use crate::pack::control_words::{self as words, ChartWords};
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
            // A new start belongs to the standard's own process: nobody has said that a site changed with it.
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
    let indexes: Vec<usize> = rebases.iter().map(|(index, _)| *index).collect();
    let settings = Settings {
        ruleset,
        direction: spc.direction,
        target,
        fix_after: spc.fix_after(),
        rebase: &indexes,
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
    let chart_words = ChartWords {
        chart: &chart,
        ruleset,
        months: &months,
        target,
    };
    let month = months
        .last()
        .copied()
        .unwrap_or_else(|| Month::of(Default::default()));
    let icons = icons(&chart_words, few_people.then_some(spc.minimum_people));
    let has_limits = points.iter().any(|point| point.control.upper.is_some());
    let mut footnotes = vec![chart_words.method(spc.fix_after(), has_limits)];
    footnotes.extend(
        rebases
            .iter()
            .map(|(index, rebase)| words::new_start(months[*index], rebase)),
    );
    footnotes.extend(words::gaps(&rates));
    footnotes.extend(words::clipped(points.iter().map(|point| &point.control)));
    footnotes.extend(words::not_drawn(&targets.not_drawn(standard, month)));
    Ok(Control { icons, footnotes })
}

/// The months at which limits start anew. New starts before the second month or after the last month are left
/// out: they divide nothing.
fn new_starts<'a>(rebases: &[&'a Rebase], months: &[Month]) -> Vec<(usize, &'a Rebase)> {
    let index = |rebase: &Rebase| {
        let date = rebase.date()?;
        months
            .iter()
            .position(|month| month.first_day() >= date)
            .filter(|index| *index > 0)
    };
    rebases
        .iter()
        .filter_map(|rebase| Some((index(rebase)?, *rebase)))
        .collect()
}

/// Whether half or more of the months with a figure have too few people to judge.
fn has_few_people(figures: impl Iterator<Item = Figure>, minimum: u32) -> bool {
    let totals: Vec<f64> = figures
        .filter(|figure| figure.rate().is_some())
        .filter_map(|figure| figure.total)
        .collect();
    let few = totals.iter().filter(|total| **total < f64::from(minimum)).count();
    few * 2 >= totals.len()
}

/// Whether the segment has enough points for limits.
fn has_limits(segment: &Segment, ruleset: &Ruleset) -> bool {
    segment.limits.is_some() && segment.points >= ruleset.minimum_points
}

/// Marks what every month shows, in the segments that have limits.
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

/// The variation and assurance icons, or the reason why there are none.
fn icons(chart_words: &ChartWords, few_people: Option<u32>) -> Icons {
    let withheld = |word, sentence| Icons::Withheld(Verdict { word, sentence });
    if let Some(minimum) = few_people {
        return withheld("Small numbers", words::few_people(minimum));
    }
    match chart_words.chart.segments.last() {
        Some(segment) if has_limits(segment, chart_words.ruleset) => Icons::Shown {
            variation: chart_words.variation(),
            assurance: chart_words.assurance(segment),
        },
        _ => withheld("Too few months", chart_words.few_months()),
    }
}
