//! The trust's own plan needs a source, and no month may be missing between its first and its last.

use crate::calendar::Month;
use crate::rule_tests::lint::{Complaint, Level};
use crate::rulebook::{Mistake, Plan, Rulebook};

const FILE: &str = "rules/plan.toml";

pub fn complaints(rulebook: &Rulebook) -> Vec<Complaint> {
    let text = rulebook.files.get("plan.toml").unwrap_or_default();
    let of_plan = |plan: &Plan| {
        let of = format!(
            "the plan of `{}` for {}",
            plan.provider.get_ref(),
            plan.standard.get_ref()
        );
        let at = |span, level, message| Complaint {
            level,
            mistake: Mistake::at(FILE, text, span, message),
        };
        let mut found = Vec::new();
        if plan.source.get_ref().trim().is_empty() {
            found.push(at(
                plan.source.span(),
                Level::Error,
                format!("{of} has no source: cite where it was agreed"),
            ));
        }
        if plan.months.is_empty() {
            found.push(at(
                plan.standard.span(),
                Level::Warning,
                format!("{of} has no months"),
            ));
        }
        found.extend(missing(plan).map(|month| {
            at(
                plan.standard.span(),
                Level::Warning,
                format!("{of} leaves out {month}"),
            )
        }));
        found
    };
    rulebook.plans.iter().flat_map(of_plan).collect()
}

/// The months that a plan lacks between its first and its last.
fn missing(plan: &Plan) -> impl Iterator<Item = Month> {
    let months: Vec<Month> = plan
        .months
        .keys()
        .filter_map(|month| Month::parse(month).ok())
        .collect();
    let last = months.last().copied();
    let all = std::iter::successors(months.first().copied(), |month| Some(month.next()));
    all.take_while(move |month| Some(*month) <= last)
        .filter(move |month| !months.contains(month))
}
