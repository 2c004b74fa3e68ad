//! Which sites get their own chart: those with limits, most breaches above tolerance first.

use crate::report::{Icons, Pack, SiteLine, SiteTrend};

/// Charts that fit a page.
pub const MOST_CHARTS: usize = 6;

/// The trends of a standard's most important sites, each with its line of the month.
pub fn that_matter<'a>(pack: &'a Pack, standard: &str) -> Vec<(&'a SiteTrend, Option<&'a SiteLine>)> {
    let line = |site: &SiteTrend| {
        let mut lines = pack.sites.iter();
        lines.find(|line| line.standard == site.standard && line.cancer_type == site.site)
    };
    let has_limits = |site: &&SiteTrend| {
        let icons = site.control.as_ref().map(|control| &control.icons);
        site.standard == standard && matches!(icons, Some(Icons::Shown { .. }))
    };
    let mut sites: Vec<_> = pack
        .site_trends
        .iter()
        .filter(has_limits)
        .map(|site| (site, line(site)))
        .collect();
    let above = |line: &Option<&SiteLine>| line.and_then(|line| line.above_tolerance).unwrap_or(f64::MIN);
    sites.sort_by(|(_, one), (_, other)| above(other).total_cmp(&above(one)));
    sites.truncate(MOST_CHARTS);
    sites
}

/// `Most breaches above tolerance: Lung +4.0, Breast +2.5.`; `None` if no site has any.
pub fn worst_in_words(pack: &Pack, standard: &str) -> Option<String> {
    let shown = |line: &SiteLine| Some((line.cancer_type.clone(), line.above_tolerance?));
    let mut sites: Vec<(String, f64)> = pack
        .sites
        .iter()
        .filter(|line| line.standard == standard && line.figure.rate().is_some())
        .filter_map(shown)
        .filter(|(_, above)| *above >= 0.05)
        .collect();
    sites.sort_by(|one, other| other.1.total_cmp(&one.1));
    let names: Vec<String> = sites
        .iter()
        .take(3)
        .map(|(site, above)| format!("{site} {}", super::signed(*above)))
        .collect();
    (!names.is_empty()).then(|| format!("Most breaches above tolerance: {}.", names.join(", ")))
}
