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
use crate::spc::{Baseline, Segment, Settings, Variation, Xmr, xmr};
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
            let earlier = pack
                .earlier
                .iter()
                .filter(|point| point.standard == standard.code);
            let earlier: Vec<&TrendPoint> = earlier.collect();
            let series = Series {
                standard: &standard.code,
                rebases: &rebases,
                earlier: &earlier,
            };
            standard.control = Some(judge(targets, ruleset, &series, &mut points)?);
        }
    }
    for site in &mut pack.site_trends {
        let mut points: Vec<&mut TrendPoint> = site.points.iter_mut().collect();
        if has_figure(&points) {
            // A new start belongs to the standard's own process: nobody has said that a site changed with it.
            let earlier: Vec<&TrendPoint> = site.earlier.iter().collect();
            let series = Series {
                standard: &site.standard,
                rebases: &[],
                earlier: &earlier,
            };
            site.control = Some(judge(targets, ruleset, &series, &mut points)?);
        }
    }
    Ok(())
}

/// What a chart is of, besides the months shown.
struct Series<'a> {
    standard: &'a str,
    rebases: &'a [&'a Rebase],
    /// The months before those shown.
    earlier: &'a [&'a TrendPoint],
}

fn judge(
    targets: Targets,
    ruleset: &Ruleset,
    series: &Series,
    points: &mut [&mut TrendPoint],
) -> Result<Control> {
    let spc = &targets.rulebook.spc;
    let standard = series.standard;
    let months: Vec<Month> = points.iter().map(|point| Month::of(point.month)).collect();
    let rates: Vec<Option<f64>> = points.iter().map(|point| point.figure.rate()).collect();
    let target = points.last().and_then(|point| point.standard_value);
    let rebases: Vec<(usize, &Rebase)> = new_starts(series.rebases, &months);
    let indexes: Vec<usize> = rebases.iter().map(|(index, _)| *index).collect();
    let fixed = spc
        .fix_after()
        .map(|fixed| Fixed::new(fixed, series, &months, &rates));
    let settings = Settings {
        ruleset,
        baseline: fixed.as_ref().map(Fixed::baseline),
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
    let mut footnotes = vec![chart_words.method(
        fixed.as_ref().map(|fixed| (fixed.months, fixed.first)),
        has_limits,
    )];
    let starts = rebases.iter();
    footnotes.extend(starts.map(|(index, rebase)| words::new_start(months[*index], rebase)));
    footnotes.extend(words::gaps(&rates));
    footnotes.extend(words::clipped(points.iter().map(|point| &point.control)));
    footnotes.extend(words::not_drawn(&targets.not_drawn(standard, month)));
    Ok(Control { icons, footnotes })
}

/// The months that fixed limits come from, by the calendar: the same in every later run.
struct Fixed {
    /// How many they are.
    months: usize,
    /// The first of them.
    first: Option<Month>,
    rates: Vec<Option<f64>>,
    /// Months from the first one to the first that is shown.
    before: usize,
}

impl Fixed {
    /// From the last new start up to the first month shown, or from the first month of the series.
    fn new(fixed: usize, series: &Series, months: &[Month], rates: &[Option<f64>]) -> Fixed {
        let earlier = series.earlier.iter();
        let earlier_months = earlier.clone().map(|point| Month::of(point.month));
        let all: Vec<Month> = earlier_months.chain(months.iter().copied()).collect();
        let all_rates = earlier
            .map(|point| point.figure.rate())
            .chain(rates.iter().copied());
        let all_rates: Vec<Option<f64>> = all_rates.collect();
        let shown = series.earlier.len();
        let starts: Vec<usize> = new_starts(series.rebases, &all)
            .iter()
            .map(|(index, _)| *index)
            .collect();
        let before = starts.iter().copied().filter(|start| *start <= shown).max();
        let start = before.unwrap_or_else(|| first_of_series(&all_rates, fixed));
        let next = starts
            .iter()
            .copied()
            .filter(|next| *next > shown.max(start))
            .min();
        let end = (start + fixed).min(next.unwrap_or(all.len()));
        let counted = |rates: &[Option<f64>]| rates.iter().flatten().count();
        Fixed {
            months: fixed,
            first: all.get(start).copied(),
            before: counted(&all_rates[start.min(shown)..shown]),
            rates: all_rates[start..end].to_vec(),
        }
    }

    fn baseline(&self) -> Baseline<'_> {
        Baseline {
            values: &self.rates,
            before: self.before,
        }
    }
}

/// The first month from which more than half of the baseline has a figure. A date typed wrong may make a
/// month of its own long before the series.
fn first_of_series(rates: &[Option<f64>], fixed: usize) -> usize {
    let is_first = |start: &usize| {
        let baseline = &rates[*start..(*start + fixed).min(rates.len())];
        baseline[0].is_some() && baseline.iter().flatten().count() * 2 > baseline.len()
    };
    (0..rates.len()).find(is_first).unwrap_or(0)
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
