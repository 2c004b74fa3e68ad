//! The outcome of each check for each record, as in `check/judge.rs`, and the findings.
//!
//! An outcome is a number, so that the record's outcome is the greatest of its conditions: 0 not applicable,
//! 1 passed, 2 not assessed, 3 failed.

use anyhow::Result;
use polars::prelude::Schema;

use super::facts::ALL;
use super::{Kind, Plan, Statement, items};
use crate::check::compile::{Part, texts};
use crate::rulebook::Check;
use crate::rulebook::columns::RECORD;
use crate::sql::dialect::{Dialect, condition, has_window};

/// The table with one outcome for each record and check.
pub const JUDGED: &str = "step_judged";
const WINDOWS: &str = "step_windows";

/// The column with the outcome of a check.
pub fn outcome(check: &Check) -> String {
    format!("o_{}", name_of(check))
}

/// The column with the fields that fail, for a check over several fields.
fn failing(check: &Check) -> String {
    format!("f_{}", name_of(check))
}

/// An id as part of a name: letters, digits and `_`; every other character by its number.
fn name_of(check: &Check) -> String {
    let part = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' => letter.to_ascii_lowercase().to_string(),
        '-' => "_".to_string(),
        other => format!("_{:x}_", other as u32),
    };
    check.id.chars().map(part).collect()
}

/// One condition of a check as a column.
struct Column {
    name: String,
    sql: String,
    has_window: bool,
}

/// The outcomes of conditions with windows, then those of all checks. They are separate statements, because
/// one statement for both is slower.
pub fn steps(plan: &Plan, columns: &Schema) -> Result<Vec<Statement>> {
    let mut conditions = Vec::new();
    let mut outcomes = vec![RECORD.to_string()];
    for check in &plan.checks {
        let (each, of_check) = conditions_of(plan, check, columns)?;
        outcomes.push(format!("{} AS {}", greatest(&of_check), outcome(check)));
        if !check.each.is_empty() {
            outcomes.push(format!(
                "{} AS {}",
                fields(plan, &each, &of_check),
                failing(check)
            ));
        }
        conditions.extend(of_check);
    }
    let (windows, alone): (Vec<&Column>, Vec<&Column>) =
        conditions.iter().partition(|column| column.has_window);
    let list = |columns: &[&Column]| -> Vec<String> {
        columns
            .iter()
            .map(|column| format!("{} AS {}", column.sql, column.name))
            .collect()
    };
    let all = plan.names.object(ALL);
    let with_record =
        |columns: Vec<String>| items(std::iter::once(format!("records.{RECORD}")).chain(columns));
    let from = vec![format!("rules/{}/checks/", plan.context.rulebook.data_set.folder)];
    let step = |name: &str, about: &str, sql: String| Statement {
        name: name.to_string(),
        kind: Kind::Table,
        is_step: true,
        from: from.clone(),
        about: about.to_string(),
        columns: Vec::new(),
        sql,
    };
    let windows_sql = format!("SELECT\n{}\nFROM {all} AS records", with_record(list(&windows)));
    let mut columns = list(&alone);
    columns.extend(windows.iter().map(|column| format!("windows.{}", column.name)));
    let judged_sql = format!(
        "SELECT\n{}\nFROM (\n    SELECT\n{}\n    FROM {all} AS records\n    INNER JOIN {} AS windows ON windows.{RECORD} = \
         records.{RECORD}\n) AS conditions",
        items(outcomes),
        with_record(columns),
        plan.names.object(WINDOWS)
    );
    Ok(vec![
        step(
            WINDOWS,
            "Conditions that also look at other records.",
            windows_sql,
        ),
        step(
            JUDGED,
            "The outcome of each check for each record: 0 not applicable, 1 passed, 2 not assessed, 3 \
             failed.",
            judged_sql,
        ),
    ])
}

/// The conditions of a check, with their fields.
fn conditions_of(plan: &Plan, check: &Check, columns: &Schema) -> Result<(Vec<String>, Vec<Column>)> {
    let rulebook = plan.context.rulebook;
    let (each, texts) = texts(rulebook, check);
    let around = plan.around(ALL);
    let sql = |part: &Part| -> Result<(String, bool)> {
        part.snippet(rulebook, check, |snippet| {
            Ok((
                condition(snippet, columns, plan.context, &around)?,
                has_window(snippet)?,
            ))
        })
    };
    let mut conditions = Vec::new();
    for (number, (when, assert)) in texts.iter().enumerate() {
        let (assert, mut looks_across) = sql(assert)?;
        let mut outcome =
            format!("CASE CAST(({assert}) AS BOOLEAN) WHEN TRUE THEN 1 WHEN FALSE THEN 3 ELSE 2 END");
        if let Some(when) = when {
            let (when, has_window) = sql(when)?;
            looks_across |= has_window;
            outcome = format!("CASE WHEN CAST(({when}) AS BOOLEAN) THEN {outcome} ELSE 0 END");
        }
        conditions.push(Column {
            name: format!("c_{}_{number}", name_of(check)),
            sql: outcome,
            has_window: looks_across,
        });
    }
    Ok((each, conditions))
}

fn greatest(conditions: &[Column]) -> String {
    let names: Vec<&str> = conditions.iter().map(|column| column.name.as_str()).collect();
    match names.as_slice() {
        [] => "0".to_string(),
        [one] => one.to_string(),
        several => format!("GREATEST({})", several.join(", ")),
    }
}

fn fields(plan: &Plan, each: &[String], conditions: &[Column]) -> String {
    if each.is_empty() {
        return plan.no_text();
    }
    let names = each.iter().zip(conditions).map(|(field, column)| {
        format!(
            "CASE WHEN {} = 3 THEN {} END",
            column.name,
            plan.dialect.literal(field)
        )
    });
    format!("CONCAT_WS(';', {})", names.collect::<Vec<_>>().join(", "))
}

/// One row for each record and check with a wanted outcome: `id`, `_record`, `outcome`, `fields`. `wanted` is
/// a condition on `outcome`.
pub fn long(plan: &Plan, wanted: &str) -> String {
    let judged = plan.names.object(JUDGED);
    let fields = |check: &Check| {
        if check.each.is_empty() {
            plan.no_text()
        } else {
            failing(check)
        }
    };
    if plan.checks.is_empty() {
        let text = plan.no_text();
        return format!(
            "SELECT {text} AS id, {RECORD}, 0 AS outcome, {text} AS fields FROM {judged} WHERE FALSE"
        );
    }
    match plan.dialect {
        Dialect::DuckDb => {
            let each = plan.checks.iter().map(|check| {
                format!(
                    "SELECT {} AS id, {RECORD}, {} AS outcome, {} AS fields FROM {judged} WHERE {}",
                    plan.dialect.literal(&check.id),
                    outcome(check),
                    fields(check),
                    wanted.replace("outcome", &outcome(check))
                )
            });
            each.collect::<Vec<_>>().join("\nUNION ALL\n")
        }
        // The table is read once: Spark would read it again for each part of a union.
        Dialect::Spark => {
            let each = plan.checks.iter().map(|check| {
                format!(
                    "        NAMED_STRUCT('id', {}, 'outcome', {}, 'fields', {})",
                    plan.dialect.literal(&check.id),
                    outcome(check),
                    fields(check)
                )
            });
            format!(
                "SELECT said.id AS id, {RECORD}, said.outcome AS outcome, said.fields AS fields\nFROM (\n    SELECT {RECORD}, \
                 EXPLODE(FILTER(ARRAY(\n{}\n    ), said -> {})) AS said\n    FROM {judged}\n) AS outcomes",
                each.collect::<Vec<_>>().join(",\n"),
                wanted.replace("outcome", "said.outcome")
            )
        }
    }
}

/// Leaves out the failures of checks that are counted and are no findings (`listed = false`).
fn listed_only(plan: &Plan) -> String {
    let unlisted: Vec<String> = plan
        .checks
        .iter()
        .filter(|check| !check.listed)
        .map(|check| plan.dialect.literal(&check.id))
        .collect();
    if unlisted.is_empty() {
        return String::new();
    }
    format!("\nWHERE failed.id NOT IN ({})", unlisted.join(", "))
}

/// The statement `findings`: one row for each record and failed check.
pub fn findings(plan: &Plan) -> Statement {
    let check = plan.dialect.name("check");
    let columns = [
        format!("checks.{check} AS {check}"),
        "checks.severity AS severity".to_string(),
        format!("failed.{RECORD} AS record"),
        format!("{} AS pathway", super::waits::pathway(plan)),
        "COALESCE(failed.fields, checks.fields) AS fields".to_string(),
        "checks.message AS message".to_string(),
    ];
    Statement {
        name: "findings".to_string(),
        kind: Kind::Table,
        is_step: false,
        from: vec![format!("rules/{}/checks/", plan.context.rulebook.data_set.folder)],
        about: "What is wrong: one row for each record and failed check.".to_string(),
        columns: vec![
            ("check", "Id of the check"),
            (
                "severity",
                "What it does to the return: reject_file, reject, error, warning, info",
            ),
            ("record", "The record id"),
            (
                "pathway",
                "The local id of the pathway; NULL if only an identifier identifies it",
            ),
            ("fields", "Names of the fields, with semicolons between them"),
            ("message", "What is wrong, in words"),
        ],
        sql: format!(
            "SELECT\n{}\nFROM (\n{}\n) AS failed\nINNER JOIN {} AS checks ON checks.{check} = failed.id\nINNER JOIN {} AS records ON \
             records.{RECORD} = failed.{RECORD}{}",
            items(columns),
            long(plan, "outcome = 3"),
            plan.names.object("checks"),
            plan.names.object(ALL),
            listed_only(plan)
        ),
    }
}
