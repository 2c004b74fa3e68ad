//! The figures of a board pack, from the waits of every month that was read: sums only, no patient rows.
//!
//! In: waits and records of one trust, the month. Out: [`Pack`]. Small numbers are hidden here, before any
//! writer sees them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::Result;
use polars::prelude::*;

use crate::left_out;
use crate::measure::Waits;
use crate::month::Month;
use crate::performance::{ALL_CANCERS, ALL_MODALITIES, Line, count};
use crate::records::Records;
use crate::report::{BandLine, DelayLine, Figure, LeftOutLine, Pack, RouteLine, SiteLine, StandardSummary, Target, TrendPoint};
use crate::rulebook::{Performance, Rulebook, TargetKind};

/// Months of the trend.
const TREND_MONTHS: u32 = 24;

/// Counts the pack of one trust and month.
///
/// `waits` are the trust's; `at_fault` holds the records and standards for which a check found something.
pub fn make(
    rulebook: &Rulebook,
    records: &Records,
    waits: &Waits,
    at_fault: &HashSet<(u32, String)>,
    provider: &str,
    month: Month,
) -> Result<Pack> {
    let mut lines = count(rulebook, waits)?;
    lines.retain(|line| line.org_code == provider);
    let figures = Figures { rulebook, lines: &lines, provider, month };
    let of_month = waits.of_month(&month.to_string())?;
    let mut pack = Pack {
        standards: Vec::new(),
        sites: Vec::new(),
        routes: Vec::new(),
        delay_reasons: Vec::new(),
        bands: Vec::new(),
        trend: Vec::new(),
        left_out: left_out::lines(rulebook, &of_month, at_fault)?,
        notes: rulebook.data_set.notes.clone(),
    };
    for rules in &rulebook.data_set.performance {
        let summary = figures.summary(rules, &of_month, &pack.left_out)?;
        pack.standards.push(summary);
        pack.sites.extend(figures.sites(rules));
        pack.routes.extend(figures.routes(rules));
        pack.bands.extend(figures.bands(rules));
        pack.trend.extend(figures.trend(rules));
        pack.delay_reasons.extend(delay_reasons(rulebook, records, &of_month, rules)?);
    }
    Ok(pack)
}

/// The published lines of one trust, asked by what they are.
struct Figures<'a> {
    rulebook: &'a Rulebook,
    lines: &'a [Line],
    provider: &'a str,
    month: Month,
}

impl Figures<'_> {
    fn line<'a>(&'a self, rules: &'a Performance, month: Month, cancer_type: &str) -> Option<&'a Line> {
        self.of_month(rules, month).find(|line| {
            line.cancer_type == cancer_type && line.route_or_stage == rules.all_routes_or_stages && line.modality == ALL_MODALITIES
        })
    }

    fn of_month<'a>(&'a self, rules: &'a Performance, month: Month) -> impl Iterator<Item = &'a Line> {
        let period = month.to_string();
        self.lines.iter().filter(move |line| line.standard == rules.standard && line.period == period)
    }

    fn summary(&self, rules: &Performance, of_month: &Waits, left_out: &[LeftOutLine]) -> Result<StandardSummary> {
        let latest = self.line(rules, self.month, ALL_CANCERS).map_or(NOBODY, figure);
        let waited = days_waited(of_month, &rules.standard)?;
        let targets = self.targets(rules, latest);
        let previous = self.line(rules, self.month.previous(), ALL_CANCERS).map(figure);
        Ok(StandardSummary {
            code: rules.standard.clone(),
            title: rules.title.clone(),
            limit_days: self.limit_days(rules).unwrap_or_default().into(),
            latest,
            previous,
            median: percentile(&waited, 50),
            percentile_85: percentile(&waited, 85),
            percentile_90: percentile(&waited, 90),
            longest: waited.last().map(|(days, _)| *days),
            days_from_standard: self.days_from_standard(rules, &waited),
            not_counted: Some(not_counted(of_month, &rules.standard)?),
            range: left_out::range(&rules.standard, latest, left_out),
            reading: reading(rules, latest, &targets, self.month),
            targets,
        })
    }

    /// The limit that judges the waits of the month.
    fn limit_days(&self, rules: &Performance) -> Option<i32> {
        self.rulebook.standards.limit_on(&rules.standard, self.month.last_day()).map(|limit| limit.days)
    }

    fn targets(&self, rules: &Performance, latest: Figure) -> Vec<Target> {
        let in_force = self.in_force(&rules.standard, self.month);
        in_force
            .into_iter()
            .map(|target| Target {
                kind: target.kind.words().to_string(),
                value: target.value(),
                due: target.due.as_deref().map(due_words).unwrap_or_default(),
                status: target.status.clone(),
                source: target.source.clone(),
                // Nobody is judged by a target that no text confirms.
                met: latest.rate().filter(|_| target.status != "unconfirmed").map(|_| is_met(latest, target.value())),
                above_tolerance: above_tolerance(latest, target.value()).filter(|_| target.status != "unconfirmed"),
                more_needed: more_needed(latest, target.value(), rules.shares_patients).filter(|_| target.status != "unconfirmed"),
            })
            .collect()
    }

    fn days_from_standard(&self, rules: &Performance, waited: &[(i64, f64)]) -> Option<i64> {
        let share = self.operational(&rules.standard, self.month)?;
        let limit = self.limit_days(rules)?;
        Some(at_share(waited, share)? - i64::from(limit))
    }

    fn in_force(&self, standard: &str, month: Month) -> Vec<&crate::rulebook::Target> {
        self.rulebook.standards.targets_on(standard, self.provider, month.last_day())
    }

    fn operational(&self, standard: &str, month: Month) -> Option<f64> {
        self.in_force(standard, month).iter().find(|target| target.kind == TargetKind::Operational).map(|target| target.value())
    }

    /// The ambition in force that a text confirms, the one due first.
    fn ambition(&self, standard: &str, month: Month) -> Option<f64> {
        let targets = self.in_force(standard, month);
        let is_ambition = |kind| matches!(kind, TargetKind::Interim | TargetKind::Plan);
        let ambitions = targets.iter().filter(|target| is_ambition(target.kind) && target.status != "unconfirmed");
        ambitions.min_by_key(|target| target.due.clone().unwrap_or_else(|| "9999".to_string())).map(|target| target.value())
    }

    /// The trust's own plan, where it is one that may be quoted.
    fn own_plan(&self, standard: &str, month: Month) -> Option<f64> {
        let targets = self.in_force(standard, month);
        let own = targets.iter().find(|target| target.kind == TargetKind::OwnPlan && target.status != "unconfirmed");
        own.map(|target| target.value())
    }

    /// Tumour sites, or suspected cancer types for a standard that is published by route and type only; a site
    /// that had people only in the month before stays, so that the parts of the change add up.
    fn sites(&self, rules: &Performance) -> Vec<SiteLine> {
        let now = self.by(rules, self.month, |line| line.cancer_type.clone());
        let before = self.by(rules, self.month.previous(), |line| line.cancer_type.clone());
        let all = |month| self.line(rules, month, ALL_CANCERS).map(|line| line.total).filter(|total| *total > 0.0);
        let totals = all(self.month).zip(all(self.month.previous()));
        let standard_value = self.operational(&rules.standard, self.month);
        let sites: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
        let line = |site: &String| {
            let figure = now.get(site).copied().unwrap_or(NOBODY);
            let previous = before.get(site).copied();
            SiteLine {
                standard: rules.standard.clone(),
                cancer_type: site.clone(),
                figure,
                previous,
                contribution: totals.and_then(|(now, then)| contribution(figure, now, previous.unwrap_or(NOBODY), then)),
                above_tolerance: standard_value.and_then(|value| above_tolerance(figure, value)),
            }
        };
        sites.into_iter().map(line).collect()
    }

    fn routes(&self, rules: &Performance) -> Vec<RouteLine> {
        let figures = self.by(rules, self.month, |line| line.route_or_stage.clone());
        figures
            .iter()
            .map(|(route, figure)| RouteLine { standard: rules.standard.clone(), route_or_stage: route.clone(), figure: *figure })
            .collect()
    }

    /// The finest lines that tell types and routes apart, summed by one of them.
    fn by(&self, rules: &Performance, month: Month, key: impl Fn(&Line) -> String) -> BTreeMap<String, Figure> {
        let finest = self.of_month(rules, month).filter(|line| {
            line.cancer_type != ALL_CANCERS && line.modality == ALL_MODALITIES && line.route_or_stage != rules.all_routes_or_stages
        });
        let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for line in finest {
            let sum = sums.entry(key(line)).or_default();
            sum.0 += line.total;
            sum.1 += line.within;
        }
        sums.into_iter().map(|(key, (total, within))| (key, Figure { total: Some(total), within: Some(within) })).collect()
    }

    fn bands(&self, rules: &Performance) -> Vec<BandLine> {
        let limit = self.limit_days(rules).unwrap_or(i32::MAX);
        let line = self.line(rules, self.month, ALL_CANCERS);
        let bands = self.rulebook.standards.bands_of(&rules.standard);
        bands
            .map(|band| BandLine {
                standard: rules.standard.clone(),
                band: band_words(band.from, band.to),
                within_limit: band.to.is_some_and(|to| to <= limit),
                people: Some(line.and_then(|line| line.bands.get(&band.column).copied()).unwrap_or(0.0)),
            })
            .collect()
    }

    /// Months with figures, from the first that has any.
    fn trend(&self, rules: &Performance) -> Vec<TrendPoint> {
        let months = (0..TREND_MONTHS).rev().map(|back| self.month.minus(back));
        let points = months.map(|month| TrendPoint {
            standard: rules.standard.clone(),
            month: month.first_day(),
            figure: self.line(rules, month, ALL_CANCERS).map_or(NOBODY, figure),
            standard_value: self.operational(&rules.standard, month),
            ambition: self.ambition(&rules.standard, month),
            own_plan: self.own_plan(&rules.standard, month),
        });
        points.skip_while(|point| point.figure == NOBODY).collect()
    }
}

const NOBODY: Figure = Figure { total: Some(0.0), within: Some(0.0) };

fn figure(line: &Line) -> Figure {
    Figure { total: Some(line.total), within: Some(line.within) }
}

/// A share is met when within is at least its part of the total, on unrounded figures. The product is taken in
/// ten-thousandths of half patients, which are whole numbers, so that 85% of 20 is 17 and not a hair more.
fn is_met(figure: Figure, share: f64) -> bool {
    match (figure.within, figure.total) {
        (Some(within), Some(total)) => halves(within) * 10_000 >= (share * 10_000.0).round() as i64 * halves(total),
        _ => false,
    }
}

fn halves(people: f64) -> i64 {
    (people * 2.0).round() as i64
}

/// Percentage points of the change in the whole that one part brings: mixes how many it has and how well it does.
fn contribution(now: Figure, all_now: f64, then: Figure, all_then: f64) -> Option<f64> {
    Some((now.within? / all_now - then.within? / all_then) * 100.0)
}

/// Breaches above those that the share allows; positive is too many.
fn above_tolerance(figure: Figure, share: f64) -> Option<f64> {
    let total = figure.total.filter(|total| *total > 0.0)?;
    Some(figure.after()? - (1.0 - share) * total)
}

/// How many more within would have met the share: whole patients, or halves where trusts share them.
fn more_needed(figure: Figure, share: f64, shares_patients: bool) -> Option<f64> {
    let total = halves(figure.total.filter(|total| *total > 0.0)?);
    let needed = ((share * 10_000.0).round() as i64 * total + 9_999) / 10_000;
    let more = (needed - halves(figure.within?)).max(0) as f64 / 2.0;
    Some(if shares_patients { more } else { more.ceil() })
}

/// Days waited and the shares that waited them, shortest first.
fn days_waited(waits: &Waits, standard: &str) -> Result<Vec<(i64, f64)>> {
    let waited = waits
        .counted()
        .filter(col("standard").eq(lit(standard)))
        .select([col("days"), col("share")])
        .sort(["days"], SortMultipleOptions::default())
        .collect()?;
    let (days, shares) = (waited.column("days")?.i32()?.clone(), waited.column("share")?.f64()?.clone());
    Ok(days.iter().zip(shares.iter()).filter_map(|(days, share)| Some((i64::from(days?), share?))).collect())
}

fn percentile(waited: &[(i64, f64)], percent: u32) -> Option<i64> {
    at_share(waited, f64::from(percent) / 100.0)
}

/// Nearest rank: a wait that some patient had. Shares of patients count for what they are, in halves, and the share that is
/// asked for in ten-thousandths, so that it agrees with what is met.
fn at_share(waited: &[(i64, f64)], share: f64) -> Option<i64> {
    let total: i64 = waited.iter().map(|(_, people)| halves(*people)).sum();
    let rank = (share * 10_000.0).round() as i64 * total;
    let mut so_far = 0;
    waited
        .iter()
        .find(|(_, people)| {
            so_far += halves(*people) * 10_000;
            so_far >= rank
        })
        .map(|(days, _)| *days)
}

fn not_counted(waits: &Waits, standard: &str) -> Result<usize> {
    let rows = waits.frame.clone().lazy().filter(col("standard").eq(lit(standard)).and(col("counted").not())).collect()?;
    Ok(rows.height())
}

/// Breaches by recorded reason, commonest first; a breach without a reason is its own line.
fn delay_reasons(rulebook: &Rulebook, records: &Records, waits: &Waits, rules: &Performance) -> Result<Vec<DelayLine>> {
    let breaches = waits.counted().filter(col("standard").eq(lit(rules.standard.as_str())).and(col("within").not())).collect()?;
    let numbers = breaches.column("_record")?.u32()?;
    let shares = breaches.column("share")?.f64()?;
    let mut people: BTreeMap<String, f64> = BTreeMap::new();
    for (record, share) in numbers.iter().zip(shares.iter()) {
        let words = records.delay_reason(rulebook, rules, record.unwrap_or_default() as usize);
        *people.entry(words.unwrap_or_else(|| "not recorded".to_string())).or_default() += share.unwrap_or_default();
    }
    let mut lines: Vec<DelayLine> =
        people.into_iter().map(|(reason, people)| DelayLine { standard: rules.standard.clone(), reason, breaches: Some(people) }).collect();
    lines.sort_by(|left, right| {
        right.breaches.partial_cmp(&left.breaches).unwrap_or(std::cmp::Ordering::Equal).then_with(|| left.reason.cmp(&right.reason))
    });
    Ok(lines)
}

/// One sentence to read aloud; no cause, no praise.
fn reading(rules: &Performance, latest: Figure, targets: &[Target], month: Month) -> String {
    let (Some(rate), Some(within), Some(total)) = (latest.rate(), latest.within, latest.total) else {
        return format!("Nobody was counted against the {} in {}.", rules.title, month.title());
    };
    let mut sentence = format!(
        "In {}, {} of {} people ({:.1}%) were within the {}",
        month.title(),
        people(within),
        people(total),
        rate * 100.0,
        rules.title
    );
    if let Some(target) = targets.iter().find(|target| target.kind == "operational standard") {
        let points = (rate - target.value) * 100.0;
        let needed = target.more_needed.unwrap_or(0.0);
        sentence.push_str(&match target.met {
            Some(true) => format!("; the standard of {:.0}% was met", target.value * 100.0),
            _ if needed == 0.5 || needed == 1.0 => format!(
                "; the standard of {:.0}% was not met, by {:.1} points: {} more within would have met it",
                target.value * 100.0,
                -points,
                people(needed)
            ),
            _ => {
                format!("; the standard of {:.0}% was not met, by {:.1} points or {} people", target.value * 100.0, -points, people(needed))
            }
        });
    }
    if let Some((plan, met)) =
        targets.iter().filter(|target| target.kind == TargetKind::OwnPlan.words()).find_map(|plan| Some((plan, plan.met?)))
    {
        let met = if met { "met" } else { "not met" };
        sentence.push_str(&format!("; the trust's own plan of {:.1}% was {met}", plan.value * 100.0));
    }
    sentence.push('.');
    sentence
}

/// 71, 26.5, 1,000
fn people(people: f64) -> String {
    let text = people.to_string();
    let (whole, half) = text.split_once('.').map_or((text.as_str(), None), |(whole, half)| (whole, Some(half)));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    half.map_or(grouped.clone(), |half| format!("{grouped}.{half}"))
}

fn due_words(month: &str) -> String {
    Month::parse(month).map_or_else(|_| month.to_string(), |month| format!("by {}", month.title()))
}

fn band_words(from: Option<i32>, to: Option<i32>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from > 0 => format!("{from} to {to} days"),
        (_, Some(to)) => format!("within {to} days"),
        (Some(from), None) => format!("after {} days", from - 1),
        (None, None) => "any".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(within: f64, total: f64) -> Figure {
        Figure { total: Some(total), within: Some(within) }
    }

    #[test]
    fn a_target_is_judged_on_unrounded_figures() {
        for (within, total, share, met, needed) in [
            (17.0, 20.0, 0.85, true, 0.0),     // exactly the standard
            (849.6, 1000.0, 0.85, false, 0.5), // shown as 85.0%
            (16.5, 20.0, 0.85, false, 0.5),
            (96.0, 100.0, 0.96, true, 0.0),
            (0.0, 3.0, 0.75, false, 2.5), // 2.25 is not half a patient more than 2
        ] {
            let figure = figure(within, total);
            assert_eq!(is_met(figure, share), met, "{within} of {total}");
            assert_eq!(more_needed(figure, share, true), Some(needed), "{within} of {total}");
        }
        assert_eq!(more_needed(figure(0.0, 0.0), 0.85, true), None);
        // 5.4 short: a standard that counts patients whole needs six of them, one that shares needs five and a half.
        assert_eq!([true, false].map(|shared| more_needed(figure(240.0, 260.0), 0.9438, shared)), [Some(5.5), Some(6.0)]);
    }

    #[test]
    fn the_parts_of_a_change_add_up_to_it() {
        let (now, then) = ([figure(10.0, 20.0), figure(26.5, 30.5), NOBODY], [figure(9.0, 12.0), NOBODY, figure(1.0, 4.0)]);
        let sum =
            |figures: &[Figure]| figures.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.within.unwrap(), sum.1 + part.total.unwrap()));
        let ((within_now, all_now), (within_then, all_then)) = (sum(&now), sum(&then));
        let parts: f64 = now.iter().zip(&then).map(|(now, then)| contribution(*now, all_now, *then, all_then).unwrap()).sum();
        assert!((parts - (within_now / all_now - within_then / all_then) * 100.0).abs() < 1e-12);
    }

    #[test]
    fn people_are_written_with_thousands_and_halves() {
        assert_eq!([0.0, 0.5, 71.0, 1000.0, 1234567.5].map(people), ["0", "0.5", "71", "1,000", "1,234,567.5"]);
    }

    #[test]
    fn a_percentile_is_a_wait_that_somebody_had() {
        let waited = [(10, 1.0), (20, 0.5), (30, 0.5), (62, 1.0), (100, 1.0)];
        assert_eq!(percentile(&waited, 50), Some(30));
        assert_eq!(percentile(&waited, 85), Some(100));
        assert_eq!(percentile(&[], 50), None);
        // 85% of 20 is 17: the seventeenth wait, where the standard is just met.
        let twenty: Vec<(i64, f64)> = (1..=20).map(|day| (day, 1.0)).collect();
        assert_eq!(at_share(&twenty, 0.85), Some(17));
    }
}
