//! Adds months up to the quarters, years and rolling years that boards ask for.
//!
//! In: published lines by month. Out: the same lines by period. Numerator and denominator are summed
//! separately, so that a percentage is never a mean of percentages. The financial year begins in April.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use crate::calendar::Month;
use crate::measure::performance::{Line, sort};
use crate::rulebook::Rulebook;

/// The period of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// `2026-10`
    Month,
    /// A quarter of the financial year, `2026-27 Q3`: October to December
    Quarter,
    /// From April to a month, `2026-27 Apr-Oct`
    YearToDate,
    /// The twelve months up to a month, `2025-11 to 2026-10`
    #[value(name = "rolling-12")]
    Rolling12,
}

/// A series of whole months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub name: String,
    pub first: Month,
    pub last: Month,
}

impl By {
    /// The period that ends with a month, or, for a quarter, that contains it.
    fn period(self, month: Month) -> Period {
        let day = month.first_day();
        let months_since_april = (day.month() + 8) % 12;
        let april = month.minus(months_since_april);
        let year = format!(
            "{}-{:02}",
            april.first_day().year(),
            (april.first_day().year() + 1) % 100
        );
        let short = |month: Month| month.first_day().format("%b").to_string();
        let (name, first, last) = match self {
            By::Month => (month.to_string(), month, month),
            By::Quarter => {
                let first = month.minus(months_since_april % 3);
                (
                    format!("{year} Q{}", months_since_april / 3 + 1),
                    first,
                    first.plus(2),
                )
            }
            // NHS England names its cumulative files in this way: `2025-26 Apr-Sep`.
            By::YearToDate if april == month => (format!("{year} {}", short(april)), april, month),
            By::YearToDate => (format!("{year} {}-{}", short(april), short(month)), april, month),
            By::Rolling12 => (format!("{} to {month}", month.minus(11)), month.minus(11), month),
        };
        Period { name, first, last }
    }

    /// The periods of the months with lines, in order; or only the requested one.
    pub fn periods(self, lines: &[Line], asked: Option<Month>) -> Vec<Period> {
        let months = asked.map_or_else(|| months_of(lines), |month| BTreeSet::from([month]));
        let mut periods: Vec<Period> = months.into_iter().map(|month| self.period(month)).collect();
        periods.dedup();
        periods
    }
}

impl Period {
    fn holds(&self, month: Month) -> bool {
        (self.first..=self.last).contains(&month)
    }

    fn months(&self) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self.first), |month| Some(month.next()))
            .take_while(|month| *month <= self.last)
    }

    /// Why the sums do not cover the whole period: months that are not over, or in which a standard has no
    /// wait.
    pub fn gaps(&self, rulebook: &Rulebook, lines: &[Line], as_at: NaiveDate) -> Vec<String> {
        let mut gaps: Vec<(String, Month, Month)> = Vec::new();
        for (month, why) in self
            .months()
            .filter_map(|month| Some((month, why_not_whole(month, rulebook, lines, as_at)?)))
        {
            match gaps.last_mut() {
                Some((same, _, last)) if *same == why && last.next() == month => *last = month,
                _ => gaps.push((why, month, month)),
            }
        }
        gaps.into_iter()
            .map(|(why, first, last)| format!("{}: {why}", titles(first, last)))
            .collect()
    }
}

fn why_not_whole(month: Month, rulebook: &Rulebook, lines: &[Line], as_at: NaiveDate) -> Option<String> {
    let period = month.to_string();
    let standards = rulebook
        .data_set
        .performance
        .iter()
        .map(|rules| rules.standard.as_str());
    let in_data: Vec<&str> = standards
        .filter(|standard| lines.iter().any(|line| line.standard == *standard))
        .collect();
    let has_line = |standard: &&str| {
        lines
            .iter()
            .any(|line| line.standard == *standard && line.period == period)
    };
    let without: Vec<&str> = in_data
        .iter()
        .copied()
        .filter(|standard| !has_line(standard))
        .collect();
    if month.first_day() > as_at {
        return Some(format!("not begun on {as_at}"));
    }
    match without.len() {
        0 if month.last_day() > as_at => Some(format!("not over on {as_at}")),
        0 => None,
        missing if missing == in_data.len() => Some("no waits".to_string()),
        _ => Some(format!("no {} waits", without.join(" and "))),
    }
}

fn titles(first: Month, last: Month) -> String {
    if first == last {
        first.title()
    } else {
        format!("{} to {}", first.title(), last.title())
    }
}

/// Adds up the lines of each period's months under the period's name.
pub fn sum(rulebook: &Rulebook, lines: &[Line], periods: &[Period]) -> Vec<Line> {
    periods
        .iter()
        .flat_map(|period| sum_of(rulebook, lines, period))
        .collect()
}

fn sum_of(rulebook: &Rulebook, lines: &[Line], period: &Period) -> Vec<Line> {
    let mut sums: BTreeMap<_, Line> = BTreeMap::new();
    for line in lines
        .iter()
        .filter(|line| Month::parse(&line.period).is_ok_and(|month| period.holds(month)))
    {
        let key = (
            &line.org_code,
            &line.site,
            &line.standard,
            &line.cancer_type,
            &line.route_or_stage,
            &line.modality,
        );
        match sums.get_mut(&key) {
            Some(sum) => add(sum, line),
            None => drop(sums.insert(
                key,
                Line {
                    period: period.name.clone(),
                    ..line.clone()
                },
            )),
        }
    }
    let mut sums: Vec<Line> = sums.into_values().collect();
    sort(rulebook, &mut sums);
    sums
}

fn add(sum: &mut Line, line: &Line) {
    sum.total += line.total;
    sum.within += line.within;
    for (band, people) in &line.bands {
        *sum.bands.entry(band.clone()).or_default() += people;
    }
}

fn months_of(lines: &[Line]) -> BTreeSet<Month> {
    lines
        .iter()
        .filter_map(|line| Month::parse(&line.period).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_financial_year_begins_in_april() {
        let told = |by: By, month: &str| {
            let period = by.period(Month::parse(month).unwrap());
            format!("{}: {} to {}", period.name, period.first, period.last)
        };
        assert_eq!(
            [
                told(By::Quarter, "2026-04"),
                told(By::Quarter, "2026-06"),
                told(By::Quarter, "2027-03"),
                told(By::YearToDate, "2026-04"),
                told(By::YearToDate, "2027-01"),
                told(By::YearToDate, "2100-02"),
                told(By::Rolling12, "2026-10"),
                told(By::Month, "2026-10"),
            ],
            [
                "2026-27 Q1: 2026-04 to 2026-06",
                "2026-27 Q1: 2026-04 to 2026-06",
                "2026-27 Q4: 2027-01 to 2027-03",
                "2026-27 Apr: 2026-04 to 2026-04",
                "2026-27 Apr-Jan: 2026-04 to 2027-01",
                "2099-00 Apr-Feb: 2099-04 to 2100-02",
                "2025-11 to 2026-10: 2025-11 to 2026-10",
                "2026-10: 2026-10 to 2026-10",
            ]
        );
    }
}
