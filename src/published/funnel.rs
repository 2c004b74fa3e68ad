//! Funnel limits: the rates between which a provider of a given size does not differ from England.
//!
//! The limits are those of Spiegelhalter (Funnel plots for comparing institutional performance, Statistics in
//! Medicine 2005; 24: 1185-1202) on the arcsine square-root scale, where a proportion of `n` people has
//! variance `1/(4n)`. Providers differ by more than chance, so a variance between them, tau squared, is added
//! (Spiegelhalter, Handling over-dispersion of performance indicators, Quality and Safety in Health Care
//! 2005; 14: 347-351): z-scores are winsorised at 10% of each end, their mean square is phi, and tau squared
//! follows by the method of moments (DerSimonian and Laird), as in the R package FunnelPlotR. Phi is also the
//! factor of his multiplicative adjustment.

use std::f64::consts::FRAC_PI_2;

/// Two-sided points of the normal distribution.
pub const Z_95: f64 = 1.959964;
pub const Z_99_8: f64 = 3.090232;

/// The share of z-scores that is moved to the quantile at each end.
const WINSORISED: f64 = 0.1;

/// Whether a rate lies below, within or above a pair of limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    Below,
    Within,
    Above,
}

impl Position {
    pub fn words(self) -> &'static str {
        match self {
            Position::Below => "below",
            Position::Within => "within",
            Position::Above => "above",
        }
    }
}

/// The two rates between which a provider does not differ from England.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub lower: f64,
    pub upper: f64,
}

impl Limits {
    pub fn position(&self, rate: f64) -> Position {
        match rate {
            rate if rate < self.lower => Position::Below,
            rate if rate > self.upper => Position::Above,
            _ => Position::Within,
        }
    }
}

/// How much more providers differ than chance explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean square of the winsorised z-scores; about 1 if chance alone is at work.
    pub phi: f64,
    /// The variance between providers on the arcsine scale; 0 if providers differ no more than chance
    /// explains.
    pub tau_squared: f64,
}

/// Limits for a denominator, `z` standard deviations either side of England's rate: the points of a funnel
/// plot.
pub fn limits(england_rate: f64, denominator: f64, tau_squared: f64, z: f64) -> Limits {
    let distance = z * (1.0 / (4.0 * denominator) + tau_squared).sqrt();
    let at = |angle: f64| angle.clamp(0.0, FRAC_PI_2).sin().powi(2);
    Limits {
        lower: at(angle(england_rate) - distance),
        upper: at(angle(england_rate) + distance),
    }
}

/// The spread of rates, each with its denominator, around England's.
pub fn spread(england_rate: f64, rates: &[(f64, f64)]) -> Spread {
    if rates.len() < 2 {
        return Spread {
            phi: 1.0,
            tau_squared: 0.0,
        };
    }
    let count = rates.len() as f64;
    let z_score =
        |(rate, denominator): &(f64, f64)| (angle(*rate) - angle(england_rate)) * 2.0 * denominator.sqrt();
    let mut scores: Vec<f64> = rates.iter().map(z_score).collect();
    scores.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&scores, WINSORISED), quantile(&scores, 1.0 - WINSORISED));
    let phi = scores
        .iter()
        .map(|score| score.clamp(low, high).powi(2))
        .sum::<f64>()
        / count;

    // The weight of each provider is the inverse of its variance.
    let weights = || rates.iter().map(|(_, denominator)| 4.0 * denominator);
    let (sum, squares) = (
        weights().sum::<f64>(),
        weights().map(|weight| weight * weight).sum::<f64>(),
    );
    let tau_squared = ((count * phi - (count - 1.0)) / (sum - squares / sum)).max(0.0);
    Spread { phi, tau_squared }
}

/// The quantile, interpolated between sorted values as R's type 7 and Excel's PERCENTILE.INC do.
///
/// `sorted` has at least one value.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * position.fract()
}

/// The arcsine square root, which makes the variance of a proportion the same at every rate.
fn angle(rate: f64) -> f64 {
    rate.sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FunnelPlotR's arcsine limits without over-dispersion: target, people, then 95% and 99.8% limits
    /// (`reference/packs/spc_cases.json`).
    #[test]
    fn limits_without_spread_are_those_of_the_reference_cases() {
        for (target, people, expected) in [
            (
                0.75,
                10.0,
                [0.451976016, 0.9550227491, 0.2808895775, 0.9987761858],
            ),
            (
                0.75,
                1000.0,
                [0.7226992385, 0.7763407042, 0.7065598291, 0.7910546867],
            ),
            (
                0.85,
                150.0,
                [0.788629163, 0.9024265458, 0.7497758109, 0.9280599069],
            ),
            (0.96, 12.0, [0.7832645217, 1.0, 0.6362581474, 1.0]),
        ] {
            let (inner, outer) = (
                limits(target, people, 0.0, Z_95),
                limits(target, people, 0.0, Z_99_8),
            );
            for (found, expected) in [inner.lower, inner.upper, outer.lower, outer.upper]
                .into_iter()
                .zip(expected)
            {
                assert!(
                    (found - expected).abs() < 1e-9,
                    "{target} of {people}: {found} {expected}"
                );
            }
        }
    }

    /// The expected figures come from a separate calculation in Python.
    #[test]
    fn limits_widen_by_the_spread_between_providers() {
        let people = [
            (80.0, 100.0),
            (120.0, 200.0),
            (40.0, 50.0),
            (300.0, 400.0),
            (12.5, 25.5),
            (90.0, 150.0),
            (78.0, 80.0),
        ];
        let england_rate = 730.5 / 1015.5;
        let spread = spread(
            england_rate,
            &people.map(|(within, total)| (within / total, total)),
        );
        let (inner, outer) = (
            limits(england_rate, 200.0, spread.tau_squared, Z_95),
            limits(england_rate, 200.0, spread.tau_squared, Z_99_8),
        );
        let found = [
            spread.phi,
            spread.tau_squared,
            inner.lower,
            inner.upper,
            outer.lower,
            outer.upper,
        ];
        let expected = [
            7.0549944247594425,
            0.014182286359420706,
            0.48359882004233223,
            0.9041066095169217,
            0.345744491877345,
            0.969880535239262,
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }
}
