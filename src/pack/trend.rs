//! The months of a standard, and the targets of each.

use crate::calendar::Month;
use crate::measure::performance::ALL_CANCERS;
use crate::pack::{Figures, NOBODY, figure};
use crate::report::{ControlPoint, TrendPoint};
use crate::rulebook::Performance;

/// The number of months in a trend.
pub const TREND_MONTHS: u32 = 24;

/// The months of a trend that ends with `last`, oldest first.
pub fn trend_months(last: Month) -> impl Iterator<Item = Month> {
    (0..TREND_MONTHS).rev().map(move |back| last.minus(back))
}

impl Figures<'_> {
    /// The months with figures, from the first that has any.
    pub(super) fn trend(&self, rules: &Performance) -> Vec<TrendPoint> {
        let points = trend_months(self.month).map(|month| TrendPoint {
            standard: rules.standard.clone(),
            month: month.first_day(),
            figure: self.line(rules, month, ALL_CANCERS).map_or(NOBODY, figure),
            standard_value: self.targets.operational(&rules.standard, month),
            ambition: self.targets.ambition(&rules.standard, month),
            own_plan: self.targets.own_plan(&rules.standard, month),
            control: ControlPoint::default(),
        });
        points.skip_while(|point| point.figure == NOBODY).collect()
    }
}
