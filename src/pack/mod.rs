//! The figures of a board pack, from the waits of every month that was read: sums only, no patient rows.
//!
//! In: waits and records of one trust, and the month. Out: [`Pack`]. Small numbers are suppressed in it
//! before any writer sees them (`small_numbers`). Trends are judged after that, so that no limit depends on a
//! suppressed figure.

pub mod alerts;
pub mod benchmark;
pub mod board;
pub mod left_out;
pub mod narrative;
pub mod quality;
pub mod small_numbers;

mod control;
mod control_words;
mod reading;
mod site_trend;
mod submitted;
mod targets;
mod trend;
mod waits;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::Result;
use polars::prelude::*;

use crate::calendar::Month;
use crate::measure::performance::{ALL_CANCERS, ALL_MODALITIES, Line, count};
use crate::measure::{WaitColumns, Waits};
use crate::records::Records;
use crate::report::{
    BandLine, DelayLine, Figure, LeftOutLine, Pack, PackWords, RouteLine, SiteLine, StandardSummary,
};
use crate::rulebook::{Performance, Rulebook, Words};

pub use control::judge_trends;
pub use reading::people;
use reading::reading;
use targets::{Targets, above_tolerance};
pub use targets::{is_met, percent};
use waits::{at_share, bins, days_waited, not_counted, percentile};

/// What a pack is counted from: one trust's waits.
pub struct Counted<'a> {
    pub waits: &'a Waits,
    /// The same without the records that are held back.
    pub submitted: &'a Waits,
    /// Records and standards for which a check found something.
    pub at_fault: &'a HashSet<(u32, String)>,
    /// Records that stay out of the upload.
    pub held: &'a HashSet<u32>,
    /// The sites with lines of their own, as the trust chose; empty: all.
    pub sites: &'a BTreeSet<String>,
}

/// Counts the pack of one trust and month.
pub fn make(
    rulebook: &Rulebook,
    records: &Records,
    counted: &Counted,
    provider: &str,
    month: Month,
) -> Result<Pack> {
    let waits = counted.waits;
    let mut lines = count(rulebook, waits)?;
    lines.retain(|line| line.org_code == provider);
    sum_others(&mut lines, counted.sites, &rulebook.data_set.words);
    let targets = Targets { rulebook, provider };
    let figures = Figures {
        rulebook,
        lines: &lines,
        targets,
        month,
    };
    let of_month = waits.of_month(&month.to_string())?;
    let up = submitted::Month {
        recorded: &of_month,
        submitted: &counted.submitted.of_month(&month.to_string())?,
        at_fault: counted.at_fault,
        held: counted.held,
    };
    let mut pack = Pack {
        left_out: left_out::lines(rulebook, &of_month, counted.at_fault)?,
        notes: notes(rulebook, counted.sites),
        minimum_people: rulebook.spc.minimum_people,
        words: PackWords {
            subject: rulebook.data_set.words.subject.clone(),
            site: rulebook.data_set.words.site.clone(),
            sites: rulebook.data_set.words.sites.clone(),
        },
        ..Pack::default()
    };
    for rules in &rulebook.data_set.performance {
        let summary = figures.summary(rules, &up, &pack.left_out)?;
        pack.standards.push(summary);
        pack.sites.extend(figures.sites(rules));
        pack.routes.extend(figures.routes(rules));
        pack.bands.extend(figures.bands(rules));
        let trend = figures.trend(rules);
        let earlier = figures.earlier_months(rules, trend.len());
        pack.site_trends
            .extend(figures.site_trends(rules, trend.len(), &earlier));
        let points = earlier.iter().map(|month| figures.trend_point(rules, *month));
        pack.earlier.extend(points);
        pack.trend.extend(trend);
        let waited = days_waited(&of_month, &rules.standard)?;
        if let Some(limit) = figures.limit_days(rules).filter(|_| !waited.is_empty()) {
            pack.wait_bins
                .extend(bins(&rules.standard, limit.into(), &waited));
        }
        pack.delay_reasons
            .extend(delay_reasons(rulebook, records, &of_month, rules)?);
    }
    Ok(pack)
}

/// The site under which a pack shows a line: its own, or one line for all that the trust did not choose. Small
/// numbers are suppressed after that, so that no difference shows what a line hides.
fn site_shown<'a>(site: &'a str, chosen: &BTreeSet<String>, words: &Words) -> Cow<'a, str> {
    match chosen.is_empty() || chosen.contains(site) {
        true => Cow::Borrowed(site),
        false => Cow::Owned(format!("Other {}", words.sites)),
    }
}

/// Gives the lines of sites that the trust did not choose one name, under which they are summed.
fn sum_others(lines: &mut [Line], chosen: &BTreeSet<String>, words: &Words) {
    for line in lines.iter_mut().filter(|line| line.cancer_type != ALL_CANCERS) {
        line.cancer_type = site_shown(&line.cancer_type, chosen, words).into_owned();
    }
}

/// The notes of the data set, and one about the sites that the trust chose.
fn notes(rulebook: &Rulebook, chosen: &BTreeSet<String>) -> Vec<String> {
    let words = &rulebook.data_set.words;
    let about_sites = format!(
        "`Other {sites}` are all {sites} that the trust's settings do not name for this pack; every total counts \
         them.",
        sites = words.sites
    );
    let mut notes = rulebook.data_set.notes.clone();
    notes.extend((!chosen.is_empty()).then_some(about_sites));
    notes
}

/// The published lines of one trust, with one function for each question.
struct Figures<'a> {
    rulebook: &'a Rulebook,
    lines: &'a [Line],
    targets: Targets<'a>,
    month: Month,
}

impl Figures<'_> {
    fn line<'a>(&'a self, rules: &'a Performance, month: Month, cancer_type: &str) -> Option<&'a Line> {
        self.of_month(rules, month).find(|line| {
            line.cancer_type == cancer_type
                && line.route_or_stage == rules.all_routes_or_stages
                && line.modality == ALL_MODALITIES
        })
    }

    fn of_month<'a>(&'a self, rules: &'a Performance, month: Month) -> impl Iterator<Item = &'a Line> {
        let period = month.to_string();
        self.lines
            .iter()
            .filter(move |line| line.standard == rules.standard && line.period == period)
    }

    fn summary(
        &self,
        rules: &Performance,
        up: &submitted::Month,
        left_out: &[LeftOutLine],
    ) -> Result<StandardSummary> {
        let of_month = up.recorded;
        let submitted = submitted::of_standard(up, &rules.standard)?;
        let latest = self.line(rules, self.month, ALL_CANCERS).map_or(NOBODY, figure);
        let waited = days_waited(of_month, &rules.standard)?;
        let targets = self.targets.judged(rules, latest, self.month);
        let previous = self.line(rules, self.month.previous(), ALL_CANCERS).map(figure);
        let limit_days = self.limit_days(rules).filter(|_| rules.is_wait());
        let in_days = |word: &str| format!("{word} {} days", limit_days.unwrap_or_default());
        Ok(StandardSummary {
            code: rules.standard.clone(),
            title: rules.title.clone(),
            limit_days: limit_days.map(i64::from),
            reached: rules.reached.clone().unwrap_or_else(|| in_days("within")),
            not_reached: rules.not_reached.clone().unwrap_or_else(|| in_days("after")),
            latest,
            previous,
            median: percentile(&waited, 50),
            percentile_85: percentile(&waited, 85),
            percentile_90: percentile(&waited, 90),
            longest: waited.last().map(|(days, _)| *days),
            days_from_standard: self.days_from_standard(rules, &waited),
            not_counted: Some(not_counted(of_month, &rules.standard)?),
            submitted: submitted.figure(),
            range: left_out::range(&rules.standard, &submitted, left_out),
            reading: reading(rules, latest, &targets, self.month),
            targets,
            control: None,
        })
    }

    /// The limit, in days, that applies to the waits of the month.
    fn limit_days(&self, rules: &Performance) -> Option<i32> {
        self.rulebook
            .standards
            .limit_on(&rules.standard, self.month.last_day())
            .map(|limit| limit.days)
    }

    fn days_from_standard(&self, rules: &Performance, waited: &[(i64, f64)]) -> Option<i64> {
        let share = self.targets.operational(&rules.standard, self.month)?;
        let limit = self.limit_days(rules)?;
        Some(at_share(waited, share)? - i64::from(limit))
    }

    /// Tumour sites, or suspected cancer types if the standard is published by route and type only. A site
    /// that had people only in the month before stays, so that the contributions add up to the change.
    fn sites(&self, rules: &Performance) -> Vec<SiteLine> {
        let now = self.by(rules, self.month, |line| line.cancer_type.clone());
        let before = self.by(rules, self.month.previous(), |line| line.cancer_type.clone());
        let all = |month| {
            self.line(rules, month, ALL_CANCERS)
                .map(|line| line.total)
                .filter(|total| *total > 0.0)
        };
        let totals = all(self.month).zip(all(self.month.previous()));
        let standard_value = self.targets.operational(&rules.standard, self.month);
        let sites: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
        let line = |site: &String| {
            let figure = now.get(site).copied().unwrap_or(NOBODY);
            let previous = before.get(site).copied();
            SiteLine {
                standard: rules.standard.clone(),
                cancer_type: site.clone(),
                figure,
                previous,
                contribution: totals
                    .and_then(|(now, then)| contribution(figure, now, previous.unwrap_or(NOBODY), then)),
                above_tolerance: standard_value.and_then(|value| above_tolerance(figure, value)),
            }
        };
        sites.into_iter().map(line).collect()
    }

    fn routes(&self, rules: &Performance) -> Vec<RouteLine> {
        let figures = self.by(rules, self.month, |line| line.route_or_stage.clone());
        figures
            .iter()
            .map(|(route, figure)| RouteLine {
                standard: rules.standard.clone(),
                route_or_stage: route.clone(),
                figure: *figure,
            })
            .collect()
    }

    /// The finest lines that distinguish types and routes, summed by one of the two.
    fn by(
        &self,
        rules: &Performance,
        month: Month,
        key: impl Fn(&Line) -> String,
    ) -> BTreeMap<String, Figure> {
        let finest = self.of_month(rules, month).filter(|line| {
            line.cancer_type != ALL_CANCERS
                && line.modality == ALL_MODALITIES
                && line.route_or_stage != rules.all_routes_or_stages
        });
        let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for line in finest {
            let sum = sums.entry(key(line)).or_default();
            sum.0 += line.total;
            sum.1 += line.within;
        }
        sums.into_iter()
            .map(|(key, (total, within))| {
                (
                    key,
                    Figure {
                        total: Some(total),
                        within: Some(within),
                    },
                )
            })
            .collect()
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
                people: Some(
                    line.and_then(|line| line.bands.get(&band.column).copied())
                        .unwrap_or(0.0),
                ),
            })
            .collect()
    }
}

const NOBODY: Figure = Figure {
    total: Some(0.0),
    within: Some(0.0),
};

fn figure(line: &Line) -> Figure {
    Figure {
        total: Some(line.total),
        within: Some(line.within),
    }
}

/// Percentage points of the whole's change that one part contributes: it depends on the part's size and on
/// its rate.
fn contribution(now: Figure, all_now: f64, then: Figure, all_then: f64) -> Option<f64> {
    Some((now.within? / all_now - then.within? / all_then) * 100.0)
}

/// Breaches by recorded reason, commonest first; breaches without a reason are one line.
fn delay_reasons(
    rulebook: &Rulebook,
    records: &Records,
    waits: &Waits,
    rules: &Performance,
) -> Result<Vec<DelayLine>> {
    if !rules.is_wait() {
        return Ok(Vec::new());
    }
    let breaches = waits
        .counted()
        .filter(
            col("standard")
                .eq(lit(rules.standard.as_str()))
                .and(col("within").not()),
        )
        .collect()?;
    let breaches = WaitColumns::of_lines(&breaches)?;
    let mut people: BTreeMap<String, f64> = BTreeMap::new();
    for (record, share) in breaches.record.iter().zip(breaches.share.iter()) {
        let words = records.delay_reason(rulebook, rules, record.unwrap_or_default() as usize);
        *people
            .entry(words.unwrap_or_else(|| "not recorded".to_string()))
            .or_default() += share.unwrap_or_default();
    }
    let mut lines: Vec<DelayLine> = people
        .into_iter()
        .map(|(reason, people)| DelayLine {
            standard: rules.standard.clone(),
            reason,
            breaches: Some(people),
        })
        .collect();
    lines.sort_by(|left, right| {
        right
            .breaches
            .partial_cmp(&left.breaches)
            .unwrap_or(std::cmp::Ordering::Equal)
            .then_with(|| left.reason.cmp(&right.reason))
    });
    Ok(lines)
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
        Figure {
            total: Some(total),
            within: Some(within),
        }
    }

    #[test]
    fn the_parts_of_a_change_add_up_to_it() {
        let (now, then) = (
            [figure(10.0, 20.0), figure(26.5, 30.5), NOBODY],
            [figure(9.0, 12.0), NOBODY, figure(1.0, 4.0)],
        );
        let sum = |figures: &[Figure]| {
            figures.iter().fold((0.0, 0.0), |sum, part| {
                (sum.0 + part.within.unwrap(), sum.1 + part.total.unwrap())
            })
        };
        let ((within_now, all_now), (within_then, all_then)) = (sum(&now), sum(&then));
        let parts: f64 = now
            .iter()
            .zip(&then)
            .map(|(now, then)| contribution(*now, all_now, *then, all_then).unwrap())
            .sum();
        assert!((parts - (within_now / all_now - within_then / all_then) * 100.0).abs() < 1e-12);
    }
}
