//! The months of a standard, and what each is held to.

use crate::measure::performance::ALL_CANCERS;
use crate::pack::{Figures, NOBODY, figure};
use crate::report::{ControlPoint, TrendPoint};
use crate::rulebook::Performance;

/// Months of the trend.
const TREND_MONTHS: u32 = 24;

impl Figures<'_> {
    /// Months with figures, from the first that has any.
    pub(super) fn trend(&self, rules: &Performance) -> Vec<TrendPoint> {
        let months = (0..TREND_MONTHS).rev().map(|back| self.month.minus(back));
        let points = months.map(|month| TrendPoint {
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
