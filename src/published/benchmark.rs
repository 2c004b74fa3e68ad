//! Ranks one provider among all providers in a month, and says whether its rate lies outside what chance and
//! the usual spread between providers explain ([`crate::published::funnel`]).

use crate::measure::performance::{ALL_CANCERS, ALL_MODALITIES};
use crate::published::funnel::{self, Limits, Position, Spread, Z_95, Z_99_8};
use crate::published::{ENGLAND, PublishedLine};

/// Providers with fewer people are not ranked and do not enter phi: one patient moves their rate too far.
pub const LEAST_DENOMINATOR: f64 = 20.0;

/// One provider's rank and limits for one standard in one month, over all routes, cancers and treatments.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub standard: String,
    pub period: String,
    pub org_code: String,
    pub org_name: String,
    /// People within the standard.
    pub numerator: f64,
    /// People counted.
    pub denominator: f64,
    /// A fraction, like every rate here.
    pub rate: f64,
    pub england_rate: f64,
    /// 1 is the highest rate; providers that tie share a rank. `None` below [`LEAST_DENOMINATOR`].
    pub rank: Option<usize>,
    /// How many providers are ranked.
    pub ranked_providers: usize,
    /// 1 is the quarter with the highest rates.
    pub quartile: Option<usize>,
    pub spread: Spread,
    pub limits_95: Limits,
    pub limits_99_8: Limits,
    /// By the 95% limits.
    pub position: Position,
    /// By the 99.8% limits.
    pub position_99_8: Position,
}

/// Ranks a provider among all that have a line for the standard (`FDS`, `31D`, `62D`) in the month
/// (`2025-08`). `None` if the provider has no such line: a hospital that only treats has none for the 28-day
/// standard.
pub fn rank(lines: &[PublishedLine], standard: &str, org: &str, period: &str) -> Option<Standing> {
    let whole = lines
        .iter()
        .filter(|line| line.standard_or_item == standard && line.period == period && is_whole(line));
    let rates: Vec<Rate> = whole.filter_map(Rate::of).collect();
    let (england, providers): (Vec<&Rate>, Vec<&Rate>) =
        rates.iter().partition(|rate| rate.line.org_code == ENGLAND);
    let ours = providers
        .iter()
        .find(|rate| rate.line.org_code.eq_ignore_ascii_case(org))?;
    let england_rate = england
        .first()
        .map_or_else(|| rate_of_all(&providers), |england| england.value());

    let peers: Vec<&Rate> = providers
        .iter()
        .copied()
        .filter(|rate| rate.denominator >= LEAST_DENOMINATOR)
        .collect();
    let is_ranked = ours.denominator >= LEAST_DENOMINATOR;
    let rank = is_ranked.then(|| 1 + peers.iter().filter(|peer| peer.is_higher_than(ours)).count());
    let spread = funnel::spread(
        england_rate,
        &peers
            .iter()
            .map(|peer| (peer.value(), peer.denominator))
            .collect::<Vec<_>>(),
    );
    let limits_95 = funnel::limits(england_rate, ours.denominator, spread.tau_squared, Z_95);
    let limits_99_8 = funnel::limits(england_rate, ours.denominator, spread.tau_squared, Z_99_8);
    let rate = ours.value();
    Some(Standing {
        standard: standard.to_string(),
        period: period.to_string(),
        org_code: ours.line.org_code.clone(),
        org_name: ours.line.org_name.clone(),
        numerator: ours.numerator,
        denominator: ours.denominator,
        rate,
        england_rate,
        rank,
        ranked_providers: peers.len(),
        quartile: rank.map(|rank| (4 * rank).div_ceil(peers.len())),
        spread,
        limits_95,
        limits_99_8,
        position: limits_95.position(rate),
        position_99_8: limits_99_8.position(rate),
    })
}

/// Denominator (people) and rate (a fraction) of every provider for a standard in a month, without England's
/// line.
pub fn peers(lines: &[PublishedLine], standard: &str, period: &str) -> Vec<(f64, f64)> {
    lines
        .iter()
        .filter(|line| line.standard_or_item == standard && line.period == period && is_whole(line))
        .filter(|line| line.org_code != ENGLAND)
        .filter_map(Rate::of)
        .map(|rate| (rate.denominator, rate.value()))
        .collect()
}

fn is_whole(line: &PublishedLine) -> bool {
    line.cancer_type == ALL_CANCERS
        && line.modality == ALL_MODALITIES
        && line.route_or_stage.starts_with("ALL ")
}

struct Rate<'a> {
    line: &'a PublishedLine,
    numerator: f64,
    denominator: f64,
}

impl<'a> Rate<'a> {
    /// `None` if nobody is counted, or if the number within the standard is suppressed.
    fn of(line: &'a PublishedLine) -> Option<Rate<'a>> {
        (line.total > 0.0).then_some(Rate {
            line,
            numerator: line.within?,
            denominator: line.total,
        })
    }

    fn value(&self) -> f64 {
        self.numerator / self.denominator
    }

    /// Compared crosswise, so that equal fractions tie exactly.
    fn is_higher_than(&self, other: &Rate) -> bool {
        self.numerator * other.denominator > other.numerator * self.denominator
    }
}

fn rate_of_all(rates: &[&Rate]) -> f64 {
    let numerator: f64 = rates.iter().map(|rate| rate.numerator).sum();
    let denominator: f64 = rates.iter().map(|rate| rate.denominator).sum();
    numerator / denominator
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::invented::line;

    fn of(code: &str, total: f64, within: f64) -> PublishedLine {
        line(code, "62D", total, Some(within))
    }

    /// Eight invented providers; their sum is England.
    fn lines() -> Vec<PublishedLine> {
        let mut lines = vec![
            of("RAA", 100.0, 80.0),
            of("RBB", 200.0, 120.0),
            of("RCC", 50.0, 40.0),
            of("RDD", 400.0, 300.0),
            of("REE", 25.5, 12.5),
            of("RFF", 150.0, 90.0),
            of("RGG", 10.0, 10.0),
            of("RHH", 80.0, 78.0),
        ];
        let total = lines.iter().map(|line| line.total).sum();
        let within = lines.iter().filter_map(|line| line.within).sum();
        lines.push(of("Total", total, within));
        lines
    }

    #[test]
    fn equal_rates_share_a_rank_and_small_providers_have_none() {
        let standings = |org: &str| {
            let standing = rank(&lines(), "62D", org, "2025-08").unwrap();
            (standing.rank, standing.ranked_providers, standing.quartile)
        };
        assert_eq!(standings("RHH"), (Some(1), 7, Some(1)));
        assert_eq!(standings("RAA"), (Some(2), 7, Some(2)));
        assert_eq!(standings("RCC"), (Some(2), 7, Some(2)));
        assert_eq!(standings("RDD"), (Some(4), 7, Some(3)));
        assert_eq!(standings("RBB"), (Some(5), 7, Some(3)));
        assert_eq!(standings("RFF"), (Some(5), 7, Some(3)));
        assert_eq!(standings("REE"), (Some(7), 7, Some(4)));
        assert_eq!(standings("RGG"), (None, 7, None), "10 people are too few");
    }

    #[test]
    fn providers_that_are_all_alike_have_no_spread_and_lie_within() {
        let alike = [
            of("RAA", 100.0, 75.0),
            of("RBB", 40.0, 30.0),
            of("RCC", 400.0, 300.0),
        ];
        let standing = rank(&alike, "62D", "RBB", "2025-08").unwrap();
        assert_eq!(
            (standing.spread.tau_squared, standing.england_rate, standing.rank),
            (0.0, 0.75, Some(1))
        );
        assert_eq!(standing.position, Position::Within);
    }

    #[test]
    fn a_rate_beyond_the_limits_is_below_or_above() {
        let mut alike: Vec<PublishedLine> = ('A'..='T')
            .map(|letter| of(&format!("R{letter}"), 400.0, 300.0))
            .collect();
        alike.push(of("LOW", 400.0, 200.0));
        alike.push(of("HIGH", 400.0, 399.5));
        let position = |org: &str| {
            let standing = rank(&alike, "62D", org, "2025-08").unwrap();
            (standing.position, standing.position_99_8)
        };
        assert_eq!(position("LOW"), (Position::Below, Position::Below));
        assert_eq!(position("HIGH"), (Position::Above, Position::Above));
        assert_eq!(position("RA"), (Position::Within, Position::Within));
    }

    #[test]
    fn a_provider_without_a_line_has_no_standing() {
        assert_eq!(rank(&lines(), "31D", "RAA", "2025-08"), None);
        assert_eq!(rank(&lines(), "62D", "RZZ", "2025-08"), None);
    }
}
