//! How long the people of a standard waited.

use anyhow::Result;
use polars::prelude::*;

use crate::measure::{WaitColumns, Waits};
use crate::pack::targets::halves;

/// Days waited and the shares that waited them, shortest first.
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

/// The wait that this many of a hundred people did not exceed.
pub fn percentile(waited: &[(i64, f64)], percent: u32) -> Option<i64> {
    at_share(waited, f64::from(percent) / 100.0)
}

/// Nearest rank: a wait that some patient had. Shares of patients count for what they are, in halves, and the share that is
/// asked for in ten-thousandths, so that it agrees with what is met.
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

/// Records with a line for the standard that are in none of its figures.
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
