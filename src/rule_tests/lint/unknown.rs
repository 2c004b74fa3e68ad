//! Checks that can be not assessed, but have no such example: their author may have forgotten blank values.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::rule_tests::lint::{Complaint, Level, about};
use crate::rule_tests::outcomes_of;
use crate::rulebook::{Check, Example, Outcome, Row, Rulebook};
use crate::sql::RunContext;

/// Tries the examples of each check with one cell missing.
pub fn complaints(rulebook: &Rulebook, checks: &[&Check], context: &RunContext) -> Result<Vec<Complaint>> {
    let silent: Vec<&Check> = checks
        .iter()
        .copied()
        .filter(|check| check.unassessed.is_empty() && check.extra_table().is_none())
        .collect();
    let tries: Vec<Vec<(&str, Row)>> = silent.iter().map(|check| rows_less_one_cell(check)).collect();
    let rows: Vec<Vec<&[Row]>> = tries
        .iter()
        .map(|tries| tries.iter().map(|(_, row)| std::slice::from_ref(row)).collect())
        .collect();
    let outcomes = outcomes_of(rulebook, &silent, &rows, context)?;
    let mut complaints = Vec::new();
    for ((check, tries), outcomes) in silent.iter().zip(&tries).zip(outcomes) {
        let blank = tries
            .iter()
            .zip(outcomes)
            .find(|(_, outcome)| *outcome == Outcome::Unassessed);
        if let Some(((name, _), _)) = blank {
            let message = format!(
                "a row without `{name}` is not assessed, and no `unassessed` example of check `{}` shows it",
                check.id
            );
            complaints.push(about(rulebook, check, "unassessed", Level::Warning, message));
        }
    }
    Ok(complaints)
}

/// Each single example row without one of its cells, and the name of that cell.
fn rows_less_one_cell(check: &Check) -> Vec<(&str, Row)> {
    let examples = check.examples().into_iter().flat_map(|(_, examples)| examples);
    let singles = examples.filter_map(|example| match example {
        Example::One(row) => Some(row),
        Example::Together(_) => None,
    });
    let mut rows: BTreeMap<String, (&str, Row)> = BTreeMap::new();
    for row in singles {
        for name in row.keys() {
            let mut less = row.clone();
            less.remove(name);
            rows.entry(format!("{less:?}")).or_insert((name, less));
        }
    }
    rows.into_values().collect()
}
