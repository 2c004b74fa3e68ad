//! The trust's rank among all providers in the latest published month, and the points of its funnel plot.

use crate::calendar::Month;
use crate::published::benchmark::{Standing, peers, rank};
use crate::published::funnel::{Z_95, Z_99_8, limits};
use crate::published::{Published, PublishedLine};
use crate::report::{Benchmark, FunnelPoint, Peer};
use crate::rulebook::Rulebook;

/// Points of each line of the funnel.
const POINTS: usize = 40;

/// One benchmark for each standard for which the trust has a published line, from the latest workbook that is
/// not after the month.
pub fn make(rulebook: &Rulebook, books: &[Published], provider: &str, month: Month) -> Vec<Benchmark> {
    let period = month.to_string();
    let in_time = books.iter().filter(|book| book.period <= period);
    let Some(book) = in_time.max_by(|one, other| one.period.cmp(&other.period)) else {
        return Vec::new();
    };
    let standards = rulebook.data_set.performance.iter();
    standards
        .filter_map(|rules| of_standard(&book.lines, &rules.standard, provider, &book.period))
        .collect()
}

fn of_standard(lines: &[PublishedLine], standard: &str, provider: &str, period: &str) -> Option<Benchmark> {
    let standing = rank(lines, standard, provider, period)?;
    let peers: Vec<Peer> = peers(lines, standard, period)
        .into_iter()
        .map(|(people, rate)| Peer { people, rate })
        .collect();
    let largest = peers
        .iter()
        .map(|peer| peer.people)
        .fold(standing.denominator, f64::max);
    Some(Benchmark {
        funnel: funnel(&standing, largest),
        standing,
        peers,
    })
}

/// The limits at sizes from a few people to the largest provider, closer together where they bend.
fn funnel(standing: &Standing, largest: f64) -> Vec<FunnelPoint> {
    let smallest = (largest / 100.0).max(5.0);
    let ratio = (largest / smallest).max(1.0).powf(1.0 / (POINTS - 1) as f64);
    let point = |index: usize| {
        let people = smallest * ratio.powi(index as i32);
        let at = |z| limits(standing.england_rate, people, standing.spread.tau_squared, z);
        let (inner, outer) = (at(Z_95), at(Z_99_8));
        FunnelPoint {
            people,
            lower_95: inner.lower,
            upper_95: inner.upper,
            lower_998: outer.lower,
            upper_998: outer.upper,
        }
    };
    (0..POINTS).map(point).collect()
}
