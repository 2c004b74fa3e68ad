//! The months of a standard, and the targets of each.

use crate::calendar::Month;
use crate::measure::performance::ALL_CANCERS;
use crate::pack::{Figures, NOBODY, figure};
use crate::report::{ControlPoint, TrendPoint};
use crate::rulebook::Performance;

/// The number of months in a trend.
pub const TREND_MONTHS: u32 = 24;
/// Months back that the first months of a series are looked for: a date typed wrong may lie centuries back.
const MOST_MONTHS: u32 = 240;

/// The months of a trend that ends with `last`, oldest first.
pub fn trend_months(last: Month) -> impl Iterator<Item = Month> {
    (0..TREND_MONTHS).rev().map(move |back| last.minus(back))
}

impl Figures<'_> {
    /// The months with figures, from the first that has any.
    pub(super) fn trend(&self, rules: &Performance) -> Vec<TrendPoint> {
        trend_months(self.month)
            .map(|month| self.trend_point(rules, month))
            .skip_while(|point| point.figure == NOBODY)
            .collect()
    }

    pub(super) fn trend_point(&self, rules: &Performance, month: Month) -> TrendPoint {
        TrendPoint {
            standard: rules.standard.clone(),
            month: month.first_day(),
            figure: self.line(rules, month, ALL_CANCERS).map_or(NOBODY, figure),
            standard_value: self.targets.operational(&rules.standard, month),
            ambition: self.targets.ambition(&rules.standard, month),
            own_plan: self.targets.own_plan(&rules.standard, month),
            control: ControlPoint::default(),
        }
    }

    /// The months of the standard before the `shown` ones, oldest first. None where no limits are fixed:
    /// these alone may come from a month that is not shown.
    pub(super) fn earlier_months(&self, rules: &Performance, shown: usize) -> Vec<Month> {
        if self.rulebook.spc.fix_after().is_none() {
            return Vec::new();
        }
        let of_standard = self.lines.iter().filter(|line| line.standard == rules.standard);
        let first = of_standard
            .filter_map(|line| Month::parse(&line.period).ok())
            .min();
        let is_of_series = |month: &Month| first.is_some_and(|first| first <= *month);
        let mut months: Vec<Month> = (shown as u32..MOST_MONTHS)
            .map(|back| self.month.minus(back))
            .take_while(is_of_series)
            .collect();
        months.reverse();
        months
    }
}
