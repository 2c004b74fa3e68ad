//! The targets in force in a month, whether they are met, and which of them a trend draws.

use crate::calendar::Month;
use crate::report::{Figure, Target};
use crate::rulebook::{Performance, Rulebook, TargetKind};

/// Months in the year that an ambition covers.
const YEAR: u32 = 12;

/// The targets of one trust.
#[derive(Clone, Copy)]
pub struct Targets<'a> {
    pub rulebook: &'a Rulebook,
    pub provider: &'a str,
}

impl Targets<'_> {
    /// Every target in force in a month, judged by its figure.
    pub fn judged(&self, rules: &Performance, latest: Figure, month: Month) -> Vec<Target> {
        let in_force = self.in_force(&rules.standard, month);
        let few_people = latest
            .total
            .is_some_and(|total| total < f64::from(self.rulebook.spc.minimum_people));
        in_force
            .into_iter()
            .map(|target| Target {
                kind: target.kind.words().to_string(),
                value: target.value(),
                due: target.due.as_deref().map(due_words).unwrap_or_default(),
                status: target.status,
                source: target.source.clone(),
                // A target that no text confirms judges nobody.
                met: latest
                    .rate()
                    .filter(|_| target.is_confirmed())
                    .map(|_| is_met(latest, target.value())),
                few_people,
                is_due_later: target
                    .due
                    .as_deref()
                    .and_then(|due| Month::parse(due).ok())
                    .is_some_and(|due| due > month),
                above_tolerance: above_tolerance(latest, target.value()).filter(|_| target.is_confirmed()),
                more_needed: more_needed(latest, target.value(), rules.shares_patients)
                    .filter(|_| target.is_confirmed()),
            })
            .collect()
    }

    fn in_force(&self, standard: &str, month: Month) -> Vec<&crate::rulebook::Target> {
        self.rulebook
            .standards
            .targets_on(standard, self.provider, month.last_day())
    }

    /// The operational standard, as a fraction.
    pub fn operational(&self, standard: &str, month: Month) -> Option<f64> {
        self.in_force(standard, month)
            .iter()
            .find(|target| target.kind == TargetKind::Operational)
            .map(|target| target.value())
    }

    /// The ambition for the year that contains the month; if there are several, the one due first.
    pub fn ambition(&self, standard: &str, month: Month) -> Option<f64> {
        let targets = self.in_force(standard, month);
        let ambitions = targets
            .iter()
            .filter(|target| is_ambition(target) && why_not_drawn(target, month).is_none());
        ambitions
            .min_by_key(|target| target.due.clone().unwrap_or_else(|| "9999".to_string()))
            .map(|target| target.value())
    }

    /// The trust's own plan, if its target is confirmed.
    pub fn own_plan(&self, standard: &str, month: Month) -> Option<f64> {
        let targets = self.in_force(standard, month);
        let own = targets
            .iter()
            .find(|target| target.kind == TargetKind::OwnPlan && why_not_drawn(target, month).is_none());
        own.map(|target| target.value())
    }

    /// The targets in force that no chart draws, and why: `plan 80% by March 2027 (unconfirmed)`.
    pub fn not_drawn(&self, standard: &str, month: Month) -> Vec<String> {
        let words = |target: &&crate::rulebook::Target| {
            let due = target
                .due
                .as_deref()
                .map(|due| format!(" {}", due_words(due)))
                .unwrap_or_default();
            let why = why_not_drawn(target, month)?;
            Some(format!(
                "{} {}{due} ({why})",
                target.kind.words(),
                percent(target.value())
            ))
        };
        self.in_force(standard, month).iter().filter_map(words).collect()
    }
}

fn is_ambition(target: &crate::rulebook::Target) -> bool {
    matches!(target.kind, TargetKind::Interim | TargetKind::Plan)
}

/// Why a chart does not draw a target: no text confirms it, or it is due in a later year only.
fn why_not_drawn(target: &crate::rulebook::Target, month: Month) -> Option<&'static str> {
    let due = target.due.as_deref().and_then(|due| Month::parse(due).ok());
    match due {
        _ if !target.is_confirmed() => Some(target.status.word()),
        Some(due) if due.minus(YEAR) >= month => Some("due in a later year"),
        _ => None,
    }
}

/// A fraction as a percentage: `85%`, `72.5%`.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1_000.0).round();
    if tenths % 10.0 == 0.0 {
        format!("{:.0}%", tenths / 10.0)
    } else {
        format!("{:.1}%", tenths / 10.0)
    }
}

/// A target is met if the people within are at least that share of the total, on unrounded figures. The
/// product is computed in ten-thousandths of half patients, which are whole numbers, so that 85% of 20 is
/// exactly 17.
pub fn is_met(figure: Figure, share: f64) -> bool {
    match (figure.within, figure.total) {
        (Some(within), Some(total)) => {
            halves(within) * 10_000 >= (share * 10_000.0).round() as i64 * halves(total)
        }
        _ => false,
    }
}

pub fn halves(people: f64) -> i64 {
    (people * 2.0).round() as i64
}

/// Breaches above the number that the share allows; a positive number is too many.
pub fn above_tolerance(figure: Figure, share: f64) -> Option<f64> {
    let total = figure.total.filter(|total| *total > 0.0)?;
    Some(figure.after()? - (1.0 - share) * total)
}

/// How many more people within would have met the target: whole patients, or halves if trusts share them.
fn more_needed(figure: Figure, share: f64, shares_patients: bool) -> Option<f64> {
    let total = halves(figure.total.filter(|total| *total > 0.0)?);
    let needed = ((share * 10_000.0).round() as i64 * total + 9_999) / 10_000;
    let more = (needed - halves(figure.within?)).max(0) as f64 / 2.0;
    Some(if shares_patients { more } else { more.ceil() })
}

fn due_words(month: &str) -> String {
    Month::parse(month).map_or_else(|_| month.to_string(), |month| format!("by {}", month.title()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(within: f64, total: f64) -> Figure {
        Figure {
            total: Some(total),
            within: Some(within),
        }
    }

    #[test]
    fn a_chart_draws_targets_due_within_the_year_and_lists_the_others() {
        let rulebook = Rulebook::read(crate::rulebook::Files::embedded(), "cwt").unwrap();
        let targets = Targets {
            rulebook: &rulebook,
            provider: "RZZ",
        };
        let drawn = |month| targets.ambition("62D", Month::parse(month).unwrap());
        assert_eq!(
            ["2025-03", "2025-04", "2026-03"].map(drawn),
            [Some(0.70), Some(0.75), Some(0.75)]
        );
        assert_eq!(
            ["2026-04", "2028-03", "2028-04"].map(drawn),
            [None, None, Some(0.85)]
        );
        assert_eq!(
            targets.not_drawn("62D", Month::parse("2026-10").unwrap()),
            [
                "plan 80% by March 2027 (unconfirmed)",
                "plan 85% by March 2029 (due in a later year)"
            ]
        );
        assert_eq!([0.85, 0.725, 0.6667].map(percent), ["85%", "72.5%", "66.7%"]);
    }

    #[test]
    fn a_target_is_judged_on_unrounded_figures() {
        for (within, total, share, met, needed) in [
            (17.0, 20.0, 0.85, true, 0.0),     // exactly the standard
            (849.6, 1000.0, 0.85, false, 0.5), // shown as 85.0%
            (16.5, 20.0, 0.85, false, 0.5),
            (96.0, 100.0, 0.96, true, 0.0),
            (0.0, 3.0, 0.75, false, 2.5), // 2.25 is not a multiple of half a patient
        ] {
            let figure = figure(within, total);
            assert_eq!(is_met(figure, share), met, "{within} of {total}");
            assert_eq!(
                more_needed(figure, share, true),
                Some(needed),
                "{within} of {total}"
            );
        }
        assert_eq!(more_needed(figure(0.0, 0.0), 0.85, true), None);
        // 5.4 short: a standard that counts whole patients needs six; one that shares patients needs five and
        // a half.
        assert_eq!(
            [true, false].map(|shared| more_needed(figure(240.0, 260.0), 0.9438, shared)),
            [Some(5.5), Some(6.0)]
        );
    }
}
