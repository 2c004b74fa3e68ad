//! Breaches of a standard: by recorded reason with the running share (a Pareto), and by days waited.

use crate::report::{DelayLine, Pack};

/// One bar of the Pareto.
pub struct Reason<'a> {
    pub reason: &'a str,
    /// `None`: suppressed.
    pub breaches: Option<f64>,
    /// The share of all breaches with this reason or one before it.
    pub running: Option<f64>,
}

/// The reasons of a standard's breaches, commonest first; suppressed counts come last.
pub fn reasons<'a>(pack: &'a Pack, standard: &str) -> Vec<Reason<'a>> {
    let all = pack
        .standards
        .iter()
        .find(|line| line.code == standard)
        .and_then(|line| line.latest.after())
        .filter(|after| *after > 0.0);
    let of_standard = pack.delay_reasons.iter().filter(|line| line.standard == standard);
    let mut lines: Vec<&DelayLine> = of_standard.collect();
    let shown = |line: &DelayLine| line.breaches.unwrap_or(-1.0);
    lines.sort_by(|one, other| {
        shown(other)
            .total_cmp(&shown(one))
            .then_with(|| one.reason.cmp(&other.reason))
    });
    let mut so_far = 0.0;
    let reason = |line: &'a DelayLine| {
        so_far += line.breaches.unwrap_or_default();
        Reason {
            reason: &line.reason,
            breaches: line.breaches,
            running: line.breaches.and(all).map(|all| so_far / all),
        }
    };
    lines.into_iter().map(reason).collect()
}

/// A bar of the histogram.
pub struct Bar {
    /// `1-2`, `61-62`, `over 124`
    pub label: String,
    pub people: Option<f64>,
    pub within_limit: bool,
}

/// People by days waited: narrow bars, or the published bands if small numbers are suppressed.
pub fn histogram(pack: &Pack, standard: &str) -> Vec<Bar> {
    let limit = pack
        .wait_bins
        .iter()
        .filter(|bin| bin.standard == standard && bin.within_limit)
        .filter_map(|bin| bin.to)
        .max()
        .unwrap_or_default();
    let bins: Vec<Bar> = pack
        .wait_bins
        .iter()
        .filter(|bin| bin.standard == standard)
        .map(|bin| Bar {
            label: match bin.to {
                Some(to) if to == limit => format!("{}-{to} limit", bin.from),
                Some(to) if to == bin.from => to.to_string(),
                Some(to) => format!("{}-{to}", bin.from),
                None => format!("over {}", bin.from - 1),
            },
            people: Some(bin.people),
            within_limit: bin.within_limit,
        })
        .collect();
    if !bins.is_empty() {
        return bins;
    }
    let bands = pack.bands.iter().filter(|band| band.standard == standard);
    let bars: Vec<Bar> = bands
        .map(|band| Bar {
            label: band.band.clone(),
            people: band.people,
            within_limit: band.within_limit,
        })
        .collect();
    let has_people = bars
        .iter()
        .any(|bar| bar.people.is_none_or(|people| people > 0.0));
    if has_people { bars } else { Vec::new() }
}
