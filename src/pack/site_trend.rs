//! Each site of a standard, month by month: for the table of sites and months, and for the sites' own trends.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::Month;
use crate::pack::trend::trend_months;
use crate::pack::{Figures, NOBODY};
use crate::report::{ControlPoint, Figure, SiteTrend, TrendPoint};
use crate::rulebook::Performance;

impl Figures<'_> {
    /// The sites with people in any month of the trend, in their order. The months are those of the
    /// standard's trend, and the `earlier` ones.
    pub(super) fn site_trends(
        &self,
        rules: &Performance,
        months: usize,
        earlier: &[Month],
    ) -> Vec<SiteTrend> {
        let shown =
            trend_months(self.month).skip((crate::pack::trend::TREND_MONTHS as usize).saturating_sub(months));
        let months: Vec<Month> = earlier.iter().copied().chain(shown).collect();
        let figures: Vec<BTreeMap<String, Figure>> = months
            .iter()
            .map(|month| self.by(rules, *month, |line| line.cancer_type.clone()))
            .collect();
        let shown = &figures[earlier.len()..];
        let sites: BTreeSet<&String> = shown.iter().flat_map(BTreeMap::keys).collect();
        let point = |site: &String, month: Month, figures: &BTreeMap<String, Figure>| TrendPoint {
            standard: rules.standard.clone(),
            month: month.first_day(),
            figure: figures.get(site).copied().unwrap_or(NOBODY),
            standard_value: self.targets.operational(&rules.standard, month),
            ambition: None,
            own_plan: None,
            control: ControlPoint::default(),
        };
        let trend = |site: &String| {
            let points = months.iter().zip(&figures);
            let mut before: Vec<TrendPoint> = points
                .map(|(month, figures)| point(site, *month, figures))
                .collect();
            let points = before.split_off(earlier.len());
            SiteTrend {
                standard: rules.standard.clone(),
                site: site.clone(),
                points,
                earlier: before,
                control: None,
            }
        };
        sites.into_iter().map(trend).collect()
    }
}
