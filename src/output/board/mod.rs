//! What a page of the pack says, before it is known whether the page is a sheet or a part of the report in the browser:
//! tiles, the matrix, the steps of a waterfall, the classes of a table of months. Both show the same words and figures.

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

/// `71`, `26.5`, `1,000`: people, to the half.
pub fn people(count: f64) -> String {
    crate::pack::people(count)
}

/// `66.7%`
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// `+1.2`, `-0.4`, `0.0`: percentage points or breaches, always with a sign where they are not none.
pub fn signed(number: f64) -> String {
    match number {
        number if number.abs() < 0.05 => "0.0".to_string(),
        number if number > 0.0 => format!("+{number:.1}"),
        number => format!("\u{2212}{:.1}", -number),
    }
}
