//! Compares our lines of the month with those that NHS England published.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Found, Ours};
use crate::measure;
use crate::measure::performance::{self, Line};
use crate::published::{Published, PublishedLine};
use crate::reconcile::published::{self as comparison, Difference, Kind};
use crate::reconcile::{Candidates, Suspects};
use crate::rulebook::{Performance, Rulebook};
use crate::terminal::say;
use crate::write::Value;

const HEADINGS: [&str; 13] = [
    "status",
    "standard",
    "cancer_type",
    "route_or_stage",
    "modality",
    "ours_total",
    "published_total",
    "difference",
    "ours_within",
    "published_within",
    "candidates",
    "candidate_rows",
    "bands",
];

pub fn compare(ours: &Ours, book: Published, all: bool) -> Result<Found> {
    let rulebook = ours.rulebook;
    let waits = measure::run(rulebook, ours.records, ours.context)?;
    let activity = if rulebook.data_set.activities.is_empty() {
        None
    } else {
        Some(measure::activity(rulebook, ours.records, ours.context)?)
    };
    let mut our_lines = Vec::new();
    for waits in [Some(&waits), activity.as_ref()].into_iter().flatten() {
        let lines = performance::count(rulebook, &waits.of_month(&book.period)?)?;
        our_lines.extend(lines.iter().map(|line| as_published(rulebook, line)));
    }
    let (published, not_compared) = comparable(rulebook, &mut our_lines, book.lines);
    let differences = comparison::compare(&our_lines, &published, ours.provider, &book.period);
    let different: Vec<&Difference> = differences
        .iter()
        .filter(|difference| difference.kind != Kind::Equal)
        .collect();
    say(ours, &differences, &different, &not_compared);
    if !published
        .iter()
        .any(|line| line.org_code.eq_ignore_ascii_case(ours.provider))
    {
        say!(
            "          `{}` has no line at all in {}: is it the right trust and file?",
            ours.provider,
            book.file
        );
    }

    let every_wait: Vec<&measure::Waits> = [Some(&waits), activity.as_ref()].into_iter().flatten().collect();
    let candidates = if different.is_empty() {
        Candidates(Vec::new())
    } else {
        Candidates::new(rulebook, &every_wait, ours.provider, ours.month)?
    };
    let suspects = Suspects::new(&different, &candidates);
    let shown = differences
        .iter()
        .filter(|difference| all || difference.kind != Kind::Equal);
    let row = |difference: &Difference| {
        let suspects = if difference.kind == Kind::Equal {
            Vec::new()
        } else {
            suspects.of(difference)
        };
        let named = suspects
            .iter()
            .take(NAMED)
            .map(|candidate| candidates.at(ours.records, *candidate))
            .collect::<Result<Vec<String>>>()?;
        Ok(values(difference, suspects.len(), &named))
    };
    let rows = shown.map(row).collect::<Result<Vec<_>>>()?;
    Ok(Found {
        headings: &HEADINGS,
        rows,
        is_different: !different.is_empty(),
    })
}

/// Removes what one side cannot have: published items without rules, and our activity that the published file
/// lacks, or lists only by type. Says what is not compared.
fn comparable(
    rulebook: &Rulebook,
    ours: &mut Vec<PublishedLine>,
    published: Vec<PublishedLine>,
) -> (Vec<PublishedLine>, Vec<String>) {
    let items: BTreeSet<&str> = rulebook
        .data_set
        .published()
        .map(|rules| rulebook.standards.item(&rules.standard))
        .collect();
    let published: Vec<PublishedLine> = published
        .into_iter()
        .filter(|line| items.contains(line.standard_or_item.as_str()))
        .collect();
    let mut not_compared = Vec::new();
    for rules in &rulebook.data_set.activity {
        let item = rulebook.standards.item(&rules.standard);
        let lines = |line: &PublishedLine| line.standard_or_item == item;
        if !ours.iter().any(lines) {
            continue;
        }
        if !published.iter().any(lines) {
            ours.retain(|line| !lines(line));
            not_compared.push(format!("{item}: the published file has no such lines"));
        } else if !published.iter().any(|line| lines(line) && is_of_all(rules, line)) {
            ours.retain(|line| !(lines(line) && is_of_all(rules, line)));
            not_compared.push(format!(
                "{item}, all types together: the published file has only lines by type"
            ));
        }
    }
    (published, not_compared)
}

fn is_of_all(rules: &Performance, line: &PublishedLine) -> bool {
    line.cancer_type == performance::ALL_CANCERS
        && line.route_or_stage == rules.all_routes_or_stages
        && line.modality == performance::ALL_MODALITIES
}

fn say(ours: &Ours, differences: &[Difference], different: &[&Difference], not_compared: &[String]) {
    let (all, different) = (differences.len(), different.len());
    say!(
        "compared  {all} lines of {} in {}: {} equal, {different} different",
        ours.provider,
        ours.month,
        all - different
    );
    not_compared
        .iter()
        .for_each(|what| say!("          not compared: {what}"));
}

/// The most rows named for a difference; all are counted.
const NAMED: usize = 200;
fn as_published(rulebook: &Rulebook, line: &Line) -> PublishedLine {
    PublishedLine {
        period: line.period.clone(),
        basis: crate::published::BASIS,
        org_code: line.org_code.clone(),
        org_name: String::new(),
        standard_or_item: rulebook.standards.item(&line.standard).to_string(),
        cancer_type: line.cancer_type.clone(),
        route_or_stage: line.route_or_stage.clone(),
        modality: line.modality.clone(),
        total: line.total,
        within: Some(line.within),
        after: Some(line.after()),
        performance: line.performance(),
        bands: line.bands.clone(),
        sheet: String::new(),
        row: 0,
    }
}

fn values(difference: &Difference, candidates: usize, named: &[String]) -> Vec<Value<'static>> {
    let number = |people: Option<f64>| people.map_or(Value::Blank, Value::Number);
    let text = |text: &String| Value::from(text.clone());
    let bands = difference
        .bands
        .iter()
        .map(|(band, people)| format!("{band} {people:+}"));
    // Activity is not judged: the published side has no count within, so ours is not shown either.
    let is_judged = difference.published.is_none_or(|people| people.within.is_some());
    vec![
        Value::from(difference.kind.words()),
        text(&difference.standard_or_item),
        text(&difference.cancer_type),
        text(&difference.route_or_stage),
        text(&difference.modality),
        number(difference.ours.map(|people| people.total)),
        number(difference.published.map(|people| people.total)),
        Value::Number(difference.total()),
        number(
            difference
                .ours
                .and_then(|people| people.within)
                .filter(|_| is_judged),
        ),
        number(difference.published.and_then(|people| people.within)),
        Value::Whole(candidates as i64),
        Value::from(named.join(" ")),
        Value::from(bands.collect::<Vec<_>>().join("; ")),
    ]
}
