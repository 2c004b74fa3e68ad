//! How long the people of a standard waited.

use anyhow::Result;
use polars::prelude::*;

use crate::measure::{WaitColumns, Waits};
use crate::pack::targets::halves;
use crate::published::funnel::quantile;
use crate::report::WaitBin;

/// Days waited and the number of people who waited them (in halves), shortest wait first.
pub fn days_waited(waits: &Waits, standard: &str) -> Result<Vec<(i64, f64)>> {
    let waited = waits
        .counted()
        .filter(col("standard").eq(lit(standard)))
        .sort(["days"], SortMultipleOptions::default().with_maintain_order(true))
        .collect()?;
    let lines = WaitColumns::of_lines(&waited)?;
    let days_and_shares = lines.days.iter().zip(lines.share.iter());
    Ok(days_and_shares
        .filter_map(|(days, share)| Some((i64::from(days?), share?)))
        .collect())
}

/// A percentile of the waits in days as a spreadsheet gives it (PERCENTILE.INC), every wait once: a shared
/// patient too, as the column of days in `clockstop waits` has it.
pub fn percentile(waited: &[(i64, f64)], percent: u32) -> Option<f64> {
    let days: Vec<f64> = waited.iter().map(|(days, _)| *days as f64).collect();
    (!days.is_empty()).then(|| quantile(&days, f64::from(percent) / 100.0))
}

/// The nearest rank: a wait that some patient had. Shared patients count in halves, and the share asked for
/// is in ten-thousandths, so that the result agrees with whether the target is met.
pub fn at_share(waited: &[(i64, f64)], share: f64) -> Option<i64> {
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

/// The number of bars up to the limit: narrow enough to show a spike just under it.
const BARS: i64 = 14;

/// The bars of a histogram. Their width is such that one bar ends with the last day within the limit; all
/// waits of more than twice the limit share one bar.
pub fn bins(standard: &str, limit: i64, waited: &[(i64, f64)]) -> Vec<WaitBin> {
    let width = (limit as f64 / BARS as f64).round().max(1.0) as i64;
    let mut ends: Vec<i64> = (0..)
        .map(|back| limit - back * width)
        .take_while(|end| *end > 0)
        .collect();
    ends.reverse();
    ends.extend((1..=BARS).map(|next| limit + next * width));
    let mut bins: Vec<WaitBin> = Vec::new();
    for end in ends.into_iter().map(Some).chain([None]) {
        let from = bins.last().and_then(|bin| bin.to).map_or(0, |last| last + 1);
        let is_here = |days: i64| days >= from && end.is_none_or(|end| days <= end);
        let people = waited
            .iter()
            .filter(|(days, _)| is_here(*days))
            .map(|(_, people)| people);
        bins.push(WaitBin {
            standard: standard.to_string(),
            from,
            to: end,
            within_limit: end.is_some_and(|end| end <= limit),
            people: people.sum(),
        });
    }
    bins
}

/// Records whose line for the standard is in none of its figures.
pub fn not_counted(waits: &Waits, standard: &str) -> Result<usize> {
    let rows = waits
        .frame
        .clone()
        .lazy()
        .filter(col("standard").eq(lit(standard)).and(col("counted").not()))
        .collect()?;
    Ok(rows.height())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_ends_with_the_last_day_within_the_limit_and_nobody_is_lost() {
        let waited = [(0, 1.0), (28, 2.0), (29, 0.5), (300, 1.0)];
        let bins = bins("FDS", 28, &waited);
        let of = |from| {
            bins.iter()
                .find(|bin| bin.from == from)
                .map(|bin| (bin.to, bin.people))
        };
        assert_eq!(of(0), Some((Some(2), 1.0)));
        assert_eq!(of(27), Some((Some(28), 2.0)));
        assert_eq!(of(29), Some((Some(30), 0.5)));
        assert_eq!(bins.last().map(|bin| (bin.to, bin.people)), Some((None, 1.0)));
        assert_eq!(bins.iter().map(|bin| bin.people).sum::<f64>(), 4.5);
    }

    #[test]
    fn a_percentile_is_what_a_spreadsheet_gives() {
        // PERCENTILE.INC of 10, 20, 30, 62, 100; a shared patient is one wait.
        let waited = [(10, 1.0), (20, 0.5), (30, 0.5), (62, 1.0), (100, 1.0)];
        assert_eq!(percentile(&waited, 50), Some(30.0));
        assert!((percentile(&waited, 85).unwrap() - 77.2).abs() < 1e-9);
        assert_eq!(percentile(&waited[..4], 50), Some(25.0));
        assert_eq!(percentile(&waited[..1], 90), Some(10.0));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn the_wait_at_the_share_of_the_standard_is_one_that_somebody_had() {
        // 85% of 20 is 17: the seventeenth wait, where the standard is just met.
        let twenty: Vec<(i64, f64)> = (1..=20).map(|day| (day, 1.0)).collect();
        assert_eq!(at_share(&twenty, 0.85), Some(17));
    }
}
