//! Suggests examples that a check lacks. In: a check, and the faults that its examples do not notice. Out:
//! rows similar to its examples for which such a fault changes the outcome, with the outcome of the unchanged
//! check.
//!
//! They show what the check does, not what it should do: whoever copies one confirms that the outcome is
//! right.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::{Days, NaiveDate};
use toml::Value;

use crate::check::compile::texts;
use crate::rule_tests::examples::{Bench, frame, is_of};
use crate::rule_tests::mutants::{Mutant, Sheet};
use crate::rulebook::{Check, Example, Field, Kind, Outcome, Row, Rulebook};
use crate::sql::{RunContext, Words, parse, words};

/// The most rows to try for one check: pairs of cells are changed until there are this many.
const MOST_TRIED: usize = 6000;

/// An example to add.
pub struct Suggestion {
    pub check: String,
    pub outcome: Outcome,
    pub rows: Vec<Row>,
    /// The faults that it notices, in the words of [`Mutant::change`].
    pub notices: Vec<String>,
}

/// Rows with one outcome that were tried, and the faults that they notice.
struct Try {
    index: usize,
    outcome: Outcome,
    notices: BTreeSet<usize>,
}

/// Examples for every check of the bench with unnoticed faults. Each notices faults that the earlier ones do
/// not.
pub fn suggest(
    rulebook: &Rulebook,
    bench: &Bench,
    mutants: &[Mutant],
    context: &RunContext,
) -> Result<Vec<Suggestion>> {
    let mut suggestions = Vec::new();
    for (index, compiled) in bench.compiled.iter().enumerate() {
        let of_check = mutants.iter().filter(|mutant| mutant.check == index);
        let mut left: BTreeSet<usize> = of_check
            .enumerate()
            .filter(|(_, mutant)| !mutant.is_noticed)
            .map(|(number, _)| number)
            .collect();
        // Examples of an extra table include records, which are not varied here.
        if left.is_empty() || bench.table.is_some() {
            continue;
        }
        let candidates = candidates(rulebook, compiled.check, bench)?;
        let rows: Vec<&[Row]> = candidates.iter().map(Vec::as_slice).collect();
        let records = frame(rulebook, &rows, context)?;
        let mut sheet = Sheet::of(rulebook, compiled.check, index, bench.columns(), context)?;
        let (right, wrong) = sheet.judge(&records)?;
        let tries = tries(&candidates, &right, &wrong, &left);
        while let Some((best, notices)) = best(&candidates, &tries, &left) {
            left = left.difference(&notices).copied().collect();
            suggestions.push(Suggestion {
                check: compiled.check.id.clone(),
                outcome: best.outcome,
                rows: candidates[best.index].clone(),
                notices: notices
                    .iter()
                    .map(|mutant| sheet.mutants[*mutant].change.clone())
                    .collect(),
            });
        }
    }
    Ok(suggestions)
}

fn tries(
    candidates: &[Vec<Row>],
    right: &[Outcome],
    wrong: &[Vec<Outcome>],
    left: &BTreeSet<usize>,
) -> Vec<Try> {
    let mut first = 0;
    let mut tries = Vec::new();
    for (index, rows) in candidates.iter().enumerate() {
        let range = first..first + rows.iter().filter(|row| is_of(None, row)).count();
        first = range.end;
        if range.is_empty() {
            continue;
        }
        let outcome = right[range.start];
        if right[range.clone()].iter().all(|other| *other == outcome) {
            let notices = left
                .iter()
                .copied()
                .filter(|mutant| wrong[*mutant][range.clone()] != right[range.clone()])
                .collect();
            tries.push(Try {
                index,
                outcome,
                notices,
            });
        }
    }
    tries
}

/// The try that notices most of the remaining faults; of equals, the shortest.
fn best<'t>(
    candidates: &[Vec<Row>],
    tries: &'t [Try],
    left: &BTreeSet<usize>,
) -> Option<(&'t Try, BTreeSet<usize>)> {
    let size = |rows: &[Row]| rows.iter().map(Row::len).sum::<usize>();
    let noticed = tries.iter().map(|one| {
        (
            one,
            one.notices
                .intersection(left)
                .copied()
                .collect::<BTreeSet<usize>>(),
        )
    });
    noticed
        .filter(|(_, notices)| !notices.is_empty())
        .max_by_key(|(one, notices)| {
            (
                notices.len(),
                std::cmp::Reverse((size(&candidates[one.index]), one.index)),
            )
        })
}

/// The check's examples with one cell changed, then with two. For a check that looks at several rows, also
/// each example together with a copy of itself and with its neighbours.
fn candidates(rulebook: &Rulebook, check: &Check, bench: &Bench) -> Result<Vec<Vec<Row>>> {
    let examples: Vec<&[Row]> = check
        .examples()
        .into_iter()
        .flat_map(|(_, examples)| examples)
        .map(Example::rows)
        .collect();
    let (words, looks_around) = words_of(rulebook, check, bench)?;
    let fields: Vec<&Field> = rulebook
        .fields
        .iter()
        .filter(|field| {
            words.names.contains(&field.name)
                || examples
                    .iter()
                    .flat_map(|rows| *rows)
                    .any(|row| row.contains_key(&field.name))
        })
        .collect();
    let near = |rows: &[Row]| -> Vec<Vec<Row>> {
        let mut near = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            for other in neighbours(rulebook, &fields, &words, row) {
                let mut rows = rows.to_vec();
                rows[index] = other;
                near.push(rows);
            }
        }
        near
    };
    let mut found: Vec<Vec<Row>> = examples.iter().flat_map(|rows| near(rows)).collect();
    if looks_around {
        let singles: Vec<Row> = examples
            .iter()
            .copied()
            .chain(found.iter().map(Vec::as_slice))
            .filter(|rows| rows.len() == 1)
            .take(MOST_TRIED / 20)
            .map(|rows| rows[0].clone())
            .collect();
        for row in singles {
            let others = neighbours(rulebook, &fields, &words, &row);
            found.push(vec![row.clone(), row.clone()]);
            found.extend(others.into_iter().map(|other| vec![row.clone(), other]));
        }
    }
    for rows in found.clone() {
        if found.len() >= MOST_TRIED {
            break;
        }
        found.extend(near(&rows));
    }
    found.truncate(MOST_TRIED);
    found.retain(|rows| rows.iter().any(|row| !row.is_empty()));
    Ok(found)
}

/// The names and texts in the SQL of a check, and whether it looks at other rows.
fn words_of(rulebook: &Rulebook, check: &Check, bench: &Bench) -> Result<(Words, bool)> {
    let mut all = Words::default();
    let mut looks_around = false;
    for part in texts(rulebook, check)
        .1
        .iter()
        .flat_map(|(when, assert)| when.iter().chain([assert]))
    {
        let sql = part.snippet(rulebook, check, |snippet| parse(snippet, bench.columns()))?;
        looks_around |= sql.to_string().contains(" OVER (");
        words(&sql, &mut all);
    }
    Ok((all, looks_around))
}

/// A row with one cell left out, filled in, or changed to a similar value.
fn neighbours(rulebook: &Rulebook, fields: &[&Field], words: &Words, row: &Row) -> Vec<Row> {
    let mut near = Vec::new();
    for field in fields {
        let cell = row.get(&field.name).map(super::example_text);
        if cell.is_some() {
            let mut less = row.clone();
            less.remove(&field.name);
            near.push(less);
        }
        for value in values(rulebook, field, words, row) {
            if cell.as_ref() != Some(&value) {
                let mut other = row.clone();
                other.insert(field.name.clone(), Value::String(value));
                near.push(other);
            }
        }
    }
    near
}

/// Other values that a field may have.
pub(super) fn values(rulebook: &Rulebook, field: &Field, words: &Words, row: &Row) -> Vec<String> {
    let cells = || row.values().map(super::example_text);
    match field.kind {
        Kind::Date => {
            let dates: Vec<NaiveDate> = cells()
                .filter_map(|cell| cell.parse().ok())
                .chain(words.dates.iter().copied())
                .collect();
            let days = dates.iter().flat_map(|date| {
                [
                    date.checked_sub_days(Days::new(1)),
                    Some(*date),
                    date.checked_add_days(Days::new(1)),
                ]
            });
            let readable = days
                .flatten()
                .map(|day| day.to_string())
                .collect::<BTreeSet<String>>();
            readable.into_iter().chain([NOT_READABLE.to_string()]).collect()
        }
        Kind::Days => {
            let number = row
                .get(&field.name)
                .and_then(|cell| crate::rule_tests::example_text(cell).parse::<i64>().ok());
            let near = number
                .into_iter()
                .flat_map(|days| [days - 1, days + 1])
                .chain([0, 1])
                .map(|days| days.to_string());
            near.chain([NOT_READABLE.to_string()]).collect()
        }
        Kind::Code => {
            let list = field
                .code_list
                .as_deref()
                .and_then(|list| rulebook.code_list(list));
            let codes = list
                .into_iter()
                .flat_map(|list| &list.codes)
                .map(|code| code.code.clone());
            codes.chain([NO_CODE.to_string()]).collect()
        }
        _ => words
            .texts
            .iter()
            .filter(|text| !text.is_empty() && !text.contains('^'))
            .cloned()
            .collect(),
    }
}

const NOT_READABLE: &str = "?";
const NO_CODE: &str = "?";
