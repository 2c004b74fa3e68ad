//! The table of sites and months: the class of each month of a site, by its distance from the standard.

use crate::report::{Figure, SiteTrend, TrendPoint};

/// Months that the table shows.
pub const MONTHS: usize = 13;
/// A month that is this far (a fraction) below the standard is far below it.
const FAR: f64 = 0.1;

/// The class of a site's month; each has a sign as well as a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heat {
    Met,
    Below,
    FarBelow,
    /// Too few people to judge, nobody, suppressed, or no standard: no colour.
    Plain,
}

impl Heat {
    /// Compares unrounded figures, as for a standard.
    pub fn of(point: &TrendPoint, minimum_people: u32) -> Heat {
        let enough = point
            .figure
            .total
            .is_some_and(|total| total >= f64::from(minimum_people));
        match (point.figure.rate(), point.standard_value) {
            (Some(_), Some(standard)) if enough && is_met(point.figure, standard) => Heat::Met,
            (Some(rate), Some(standard)) if enough && rate < standard - FAR => Heat::FarBelow,
            (Some(_), Some(_)) if enough => Heat::Below,
            _ => Heat::Plain,
        }
    }
}

fn is_met(figure: Figure, standard: f64) -> bool {
    crate::pack::is_met(figure, standard)
}

/// What the signs and colours mean, in words.
pub fn legend(minimum_people: u32) -> String {
    format!(
        "\u{2713} and blue: the standard was met. Pale orange: missed by up to 10 points. \u{25bc} and \
         orange: missed by more. No colour: fewer than {minimum_people} people, or no figure."
    )
}

/// The last months of a site.
pub fn last_months(site: &SiteTrend) -> &[TrendPoint] {
    &site.points[site.points.len().saturating_sub(MONTHS)..]
}
