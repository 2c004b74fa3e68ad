//! Judges the rows of a table by a file of conditions.
//!
//! In: the table that the file names. Out: one row for each condition and row that meets it, in the order of
//! the file: the columns of the table, and those of [`ADDED`]. A condition that cannot be assessed is not
//! met. Of the conditions of one group, only the first that is met counts.

use anyhow::Result;
use polars::prelude::*;

use crate::check::compile::boolean;
use crate::rulebook::{Condition, Conditions, Files, Mistake, suggestion};
use crate::sql::RunContext;

/// The columns that conditions add to a row of the table.
///
/// `all_met`: the ids of every condition that the row meets, the weightiest first.
pub const ADDED: [&str; 10] = [
    "weight",
    "condition",
    "condition_title",
    "condition_days",
    "tell",
    "then_tell",
    "action",
    "basis",
    "source",
    "all_met",
];

pub fn judge(
    files: &Files,
    conditions: &Conditions,
    tables: &[(&str, LazyFrame)],
    context: &RunContext,
) -> Result<DataFrame> {
    let (table, columns) = table(files, conditions, tables)?;
    let is_used = |condition: &&Condition| condition.enabled;
    let used: Vec<&Condition> = conditions.condition.iter().filter(is_used).collect();
    let compile = |condition: &&Condition| {
        conditions.snippet(files, condition, |snippet| boolean(snippet, &columns, context))
    };
    let met = first_of_each_group(&used, used.iter().map(compile).collect::<Result<_>>()?);
    let table = table
        .with_columns([all_met(&used, &met).alias("all_met")])
        .collect()?
        .lazy();
    // Without rows, for a file without conditions.
    let mut parts = vec![table.clone().limit(0).with_columns(facts(None))];
    for (weight, (condition, met)) in (1..).zip(used.iter().zip(met)) {
        let of_condition = facts(Some((weight, condition)));
        parts.push(table.clone().filter(met).with_columns(of_condition));
    }
    Ok(concat(parts, UnionArgs::default())?.collect()?)
}

/// For each condition, the rows that meet it: it holds there, and no earlier condition of its group does.
fn first_of_each_group(conditions: &[&Condition], holds: Vec<Expr>) -> Vec<Expr> {
    let is_met = |number: usize| {
        let group = &conditions[number].group;
        let before = (0..number).filter(|other| group.is_some() && conditions[*other].group == *group);
        before.fold(holds[number].clone(), |met, other| {
            met.and(holds[other].clone().fill_null(lit(false)).not())
        })
    };
    (0..holds.len()).map(is_met).collect()
}

/// The table that the file names, and its columns.
fn table(
    files: &Files,
    conditions: &Conditions,
    tables: &[(&str, LazyFrame)],
) -> Result<(LazyFrame, SchemaRef)> {
    let over = conditions.over.get_ref();
    let whole = files.get(conditions.file.trim_start_matches("rules/"));
    let mistake = |message: String| {
        let span = conditions.over.span();
        Mistake::at(&conditions.file, whole.unwrap_or_default(), span, message)
    };
    let Some((_, frame)) = tables.iter().rev().find(|(name, _)| name == over) else {
        let known = tables.iter().map(|(name, _)| *name);
        let unknown = mistake(format!("no query before this file makes a table `{over}`"));
        return Err(unknown.help(suggestion(over, known)).into());
    };
    let mut frame = frame.clone();
    let columns = frame.collect_schema()?;
    match ADDED.iter().find(|name| columns.contains(name)) {
        Some(name) => Err(mistake(format!(
            "table `{over}` has a column `{name}`, which conditions add"
        ))
        .into()),
        None => Ok((frame, columns)),
    }
}

fn all_met(conditions: &[&Condition], met: &[Expr]) -> Expr {
    let nothing = || lit(NULL).cast(DataType::String);
    let id = |(condition, met): (&&Condition, &Expr)| {
        when(met.clone())
            .then(lit(condition.id.get_ref().clone()))
            .otherwise(nothing())
    };
    let ids: Vec<Expr> = conditions.iter().zip(met).map(id).collect();
    if ids.is_empty() {
        nothing()
    } else {
        concat_str(ids, "; ", true)
    }
}

/// The columns about a condition; `None` for a table without rows.
fn facts(condition: Option<(i64, &Condition)>) -> Vec<Expr> {
    let number = |number: Option<i64>| number.map_or(lit(NULL), lit).cast(DataType::Int64);
    let text = |text: Option<String>| text.map_or(lit(NULL), lit).cast(DataType::String);
    let of = |fact: fn(&Condition) -> String| text(condition.map(|(_, condition)| fact(condition)));
    let days = condition.and_then(|(_, condition)| condition.days).map(i64::from);
    vec![
        number(condition.map(|(weight, _)| weight)).alias("weight"),
        of(|condition| condition.id.get_ref().clone()).alias("condition"),
        of(|condition| condition.filled(condition.title.get_ref())).alias("condition_title"),
        number(days).alias("condition_days"),
        of(|condition| condition.tell.get_ref().clone()).alias("tell"),
        of(|condition| condition.then.clone()).alias("then_tell"),
        of(|condition| condition.filled(condition.action.get_ref())).alias("action"),
        of(|condition| condition.basis.word().to_string()).alias("basis"),
        of(|condition| condition.source.get_ref().clone()).alias("source"),
    ]
}
