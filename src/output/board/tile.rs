//! The tile of a standard: its figure, whether its target is met, what its trend shows. Few words, each with
//! its icon.

use super::icons::{self, Icon};
use super::{people, percent};
use crate::report::{Figure, StandardSummary, Target, TrendPoint};
use crate::rulebook::TargetKind;

/// A standard at a glance.
pub struct Tile<'a> {
    pub standard: &'a StandardSummary,
    /// `66.7%`, or the reason why there is no figure.
    pub figure: String,
    /// `74 of 111 people within 62 days`
    pub counts: String,
    /// `Not met: standard 85%, 20.5 more needed`
    pub result: (Icon, String),
    /// `Own plan 72%: met`, if the trust has a plan for the month.
    pub plan: Option<(Icon, String)>,
    /// The words of variation and of assurance.
    pub verdicts: [(Icon, String); 2],
    /// `November 2024 to October 2026`, if there is a trend.
    pub span: String,
}

impl<'a> Tile<'a> {
    pub fn new(standard: &'a StandardSummary, points: &[&TrendPoint]) -> Tile<'a> {
        let own_plan = standard
            .targets
            .iter()
            .find(|target| target.kind == TargetKind::OwnPlan.words());
        let words = standard
            .control
            .as_ref()
            .map_or(["No trend", "No trend"], |control| control.icons.words());
        let named =
            |index: usize, name: &str| (icons::of_word(words[index]), format!("{name}: {}", words[index]));
        Tile {
            standard,
            figure: standard
                .latest
                .rate()
                .map_or_else(|| missing(&standard.latest).to_string(), percent),
            counts: counts(standard),
            result: match main_target(standard) {
                Some(target) => judged(target, "standard"),
                None => (icons::NOT_JUDGED, "No standard is in force".to_string()),
            },
            // A plan that no text confirms judges nobody.
            plan: own_plan
                .filter(|plan| plan.met.is_some())
                .map(|plan| judged(plan, "own plan")),
            verdicts: [named(0, "Variation"), named(1, "Assurance")],
            span: span(points),
        }
    }
}

/// The main target of a standard: the operational standard, otherwise the first target.
pub fn main_target(standard: &StandardSummary) -> Option<&Target> {
    let operational = TargetKind::Operational.words();
    let found = standard.targets.iter().find(|target| target.kind == operational);
    found.or(standard.targets.first())
}

fn counts(standard: &StandardSummary) -> String {
    match (standard.latest.within, standard.latest.total) {
        (Some(within), Some(total)) if total > 0.0 => {
            format!(
                "{} of {} people {}",
                people(within),
                people(total),
                standard.reached
            )
        }
        (Some(_), Some(_)) => "No patient was counted in the month".to_string(),
        _ => "Suppressed: too few people to show".to_string(),
    }
}

/// Why there is no figure.
pub fn missing(figure: &Figure) -> &'static str {
    match figure.total {
        Some(0.0) => "Nobody",
        _ => "[c]",
    }
}

fn judged(target: &Target, name: &str) -> (Icon, String) {
    let level = crate::pack::percent(target.value);
    let few = if target.few_people { " (small numbers)" } else { "" };
    match (target.met, target.more_needed) {
        (Some(true), _) => (icons::MET, format!("Met: {name} {level}{few}")),
        (Some(false), Some(more)) if more > 0.0 => {
            let more = people((more * 10.0).round() / 10.0);
            (
                icons::NOT_MET,
                format!("Not met: {name} {level}, {more} more needed{few}"),
            )
        }
        (Some(false), _) => (icons::NOT_MET, format!("Not met: {name} {level}{few}")),
        (None, _) => (icons::NOT_JUDGED, format!("Not judged: {name} {level}")),
    }
}

fn span(points: &[&TrendPoint]) -> String {
    let title = |point: &&TrendPoint| point.month.format("%B %Y").to_string();
    match (points.first(), points.last()) {
        (Some(first), Some(last)) if points.len() > 1 => format!("{} to {}", title(first), title(last)),
        _ => String::new(),
    }
}
