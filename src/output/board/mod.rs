//! The content of a page of the pack, whether it becomes a sheet or a part of the HTML report: tiles, the
//! matrix, the steps of a waterfall, the classes of a table of months. Both outputs show the same words and
//! figures.

pub mod breaches;
pub mod heat;
pub mod icons;
pub mod matrix;
pub mod sites;
pub mod tile;
pub mod waiting;
pub mod waterfall;

use crate::report::{Pack, TrendPoint};

/// The points of a standard's trend, oldest month first.
pub fn trend_of<'a>(pack: &'a Pack, standard: &str) -> Vec<&'a TrendPoint> {
    let points = pack.trend.iter();
    points.filter(|point| point.standard == standard).collect()
}

/// People, to the half: `71`, `26.5`, `1,000`.
pub fn people(count: f64) -> String {
    crate::pack::people(count)
}

/// A fraction as a percentage: `66.7%`.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// Percentage points or breaches, with a sign unless they are 0: `+1.2`, `-0.4`, `0.0`.
pub fn signed(number: f64) -> String {
    match number {
        number if number.abs() < 0.05 => "0.0".to_string(),
        number if number > 0.0 => format!("+{number:.1}"),
        number => format!("\u{2212}{:.1}", -number),
    }
}
