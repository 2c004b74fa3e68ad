//! Whether the figures of a workbook agree with each other: within a line, and between the lines that divide
//! a whole. Counts are multiples of a half, which binary floats hold exactly, so sums are compared for
//! equality.
//!
//! A comparison with a suppressed figure, or with a whole that the workbook does not divide, is counted as
//! not assessed, never as agreeing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::published::PublishedLine;
use crate::published::divisions;
use crate::published::facts::{Facts, Key, Sums};
use crate::published::rules::{Item, Rules};

/// Makes every comparison that the figures allow.
pub fn check(rules: &Rules, lines: &[PublishedLine]) -> Sums {
    let items: HashMap<&str, &Item> = rules
        .items
        .iter()
        .map(|item| (item.name.as_str(), item))
        .collect();
    let facts: Vec<Facts> = lines
        .iter()
        .filter_map(|line| Some(Facts::of(items.get(line.standard_or_item.as_str())?, line)))
        .collect();
    let mut sums = Sums::default();
    for facts in &facts {
        check_line(facts, &mut sums);
    }
    check_repeats(&facts, &mut sums);
    divisions::check(&facts, &mut sums);
    sums
}

fn check_line(facts: &Facts, sums: &mut Sums) {
    let PublishedLine {
        total, within, after, ..
    } = facts.line;
    if facts.item.is_standard() {
        let parts = within.zip(*after).map(|(within, after)| within + after);
        agree(
            facts,
            sums,
            Some(*total),
            parts,
            "`Within` and `After`",
            "`Total`",
        );
        let in_time = facts
            .item
            .bands
            .iter()
            .zip(facts.bands())
            .filter(|(band, _)| band.in_time)
            .map(|(_, people)| *people);
        agree(
            facts,
            sums,
            *within,
            sum(&in_time.collect::<Vec<_>>()),
            "the bands in time",
            "`Within`",
        );
        check_percentage(facts, sums);
    }
    agree(
        facts,
        sums,
        Some(*total),
        sum(facts.bands()),
        "the bands",
        "`Total`",
    );
}

fn agree(
    facts: &Facts,
    sums: &mut Sums,
    whole: Option<f64>,
    parts: Option<f64>,
    parts_words: &str,
    whole_word: &str,
) {
    let (Some(whole), Some(parts)) = (whole, parts) else {
        sums.not_assessed += 1;
        return;
    };
    sums.compared += 1;
    if whole != parts {
        sums.problems.push(facts.problem(format!(
            "{parts_words} sum to {parts}, but {whole_word} is {whole}"
        )));
    }
}

fn check_percentage(facts: &Facts, sums: &mut Sums) {
    let PublishedLine {
        total,
        within,
        performance,
        ..
    } = facts.line;
    let exact = within.filter(|_| *total > 0.0).map(|within| within / total);
    let (Some(printed), Some(exact)) = (*performance, exact) else {
        sums.not_assessed += 1;
        return;
    };
    sums.compared += 1;
    if !is_rounding(printed, exact) {
        sums.problems.push(facts.problem(format!(
            "the percentage is {printed}, but `Within` over `Total` is {exact}"
        )));
    }
}

/// Whether a printed fraction is the exact one, rounded to the printed number of decimals (three at least).
fn is_rounding(printed: f64, exact: f64) -> bool {
    let decimals = printed
        .to_string()
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len())
        .max(3) as i32;
    (printed - exact).abs() <= 0.5 * 10f64.powi(-decimals) + 1e-9
}

fn check_repeats(facts: &[Facts], sums: &mut Sums) {
    let mut seen: HashMap<Key, &Facts> = HashMap::with_capacity(facts.len());
    for facts in facts {
        match seen.entry(facts.key()) {
            Entry::Occupied(first) => {
                let first = first.get().line;
                sums.problems
                    .push(facts.problem(format!("the same line as `{}` row {}", first.sheet, first.row)));
            }
            Entry::Vacant(entry) => {
                entry.insert(facts);
            }
        }
    }
}

fn sum(people: &[Option<f64>]) -> Option<f64> {
    people.iter().copied().sum()
}
