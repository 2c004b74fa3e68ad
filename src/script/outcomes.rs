//! The outcome of each check for each record, as in `check/judge.rs`, and the findings.
//!
//! An outcome is a number, so that the record's outcome is the greatest of its conditions: 0 not applicable,
//! 1 passed, 2 not assessed, 3 failed.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::Schema;

use super::facts::ALL;
use super::{Kind, Plan, Statement, items};
use crate::check::compile::{Part, texts};
use crate::rulebook::Check;
use crate::rulebook::columns::RECORD;
use crate::sql::dialect::{Dialect, condition, condition_alone, has_window, shared_keys};

/// The table with one outcome for each record and check.
pub const JUDGED: &str = "step_judged";
/// The tables with the conditions that look at other records: one for each column by which they find them, with
/// the records that share its value, and one for all others.
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
    windows: Windows,
}

/// Whether a condition looks at other records.
enum Windows {
    None,
    /// All its windows group records by one of these columns, and `alone` is the condition for a record with a value
    /// that no other record has.
    ByKey {
        keys: Vec<String>,
        alone: String,
    },
    Others,
}

/// The conditions of one table of windows.
struct Table<'a> {
    name: String,
    /// The column by which the windows group records; none: its windows need all records.
    key: Option<&'a str>,
    columns: Vec<&'a Column>,
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
    let tables = tables_of_windows(&conditions);
    let step = |name: &str, about: &str, sql: String| Statement {
        name: name.to_string(),
        kind: Kind::Table,
        is_step: true,
        from: vec![format!("rules/{}/checks/", plan.context.rulebook.data_set.folder)],
        about: about.to_string(),
        columns: Vec::new(),
        sql,
    };
    let windows = tables.iter().map(|table| {
        let about = match table.key {
            None => "Conditions that also look at other records.".to_string(),
            Some(key) => format!(
                "Conditions that also look at other records with the same `{key}`, for records that share it."
            ),
        };
        step(&table.name, &about, table.sql(plan))
    });
    let judged = step(
        JUDGED,
        "The outcome of each check for each record: 0 not applicable, 1 passed, 2 not assessed, 3 failed.",
        judged_sql(plan, &conditions, &tables, outcomes),
    );
    Ok(windows.chain([judged]).collect())
}

/// The conditions with windows by the column that groups their records: of several columns, that of the most
/// conditions.
fn tables_of_windows(conditions: &[Column]) -> Vec<Table<'_>> {
    let keys = |column: &'_ Column| match &column.windows {
        Windows::ByKey { keys, .. } => keys.clone(),
        Windows::None | Windows::Others => Vec::new(),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for key in conditions.iter().flat_map(keys) {
        *counts.entry(key).or_default() += 1;
    }
    let mut tables: Vec<Table> = Vec::new();
    for column in conditions {
        let key = match &column.windows {
            Windows::None => continue,
            Windows::Others => None,
            Windows::ByKey { keys, .. } => keys.iter().max_by_key(|key| (counts[*key], *key)),
        };
        let key = key.map(String::as_str);
        match tables.iter_mut().find(|table| table.key == key) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table {
                name: key.map_or(WINDOWS.to_string(), |key| format!("{WINDOWS}_{key}")),
                key,
                columns: vec![column],
            }),
        }
    }
    tables
}

impl Table<'_> {
    fn sql(&self, plan: &Plan) -> String {
        let all = plan.names.object(ALL);
        let columns = self.columns.iter();
        let columns = columns.map(|column| format!("{} AS {}", column.sql, column.name));
        let columns = items(std::iter::once(format!("records.{RECORD}")).chain(columns));
        let shared = self.key.map(|key| {
            format!(
                "\nINNER JOIN (SELECT {key} AS shared_key FROM {all} GROUP BY {key} HAVING COUNT(*) > 1) AS shared\n    ON \
                 shared.shared_key IS NOT DISTINCT FROM records.{key}"
            )
        });
        format!(
            "SELECT\n{columns}\nFROM {all} AS records{}",
            shared.unwrap_or_default()
        )
    }
}

/// The outcomes of all checks.
fn judged_sql(plan: &Plan, conditions: &[Column], tables: &[Table], outcomes: Vec<String>) -> String {
    let value = |column: &Column| {
        let is_of = |table: &Table| table.columns.iter().any(|other| other.name == column.name);
        let name = &column.name;
        match (&column.windows, tables.iter().find(|table| is_of(table))) {
            (Windows::ByKey { alone, .. }, Some(table)) => format!(
                "CASE WHEN {0}.{RECORD} IS NULL THEN {alone} ELSE {0}.{name} END AS {name}",
                table.name
            ),
            (_, Some(table)) => format!("{}.{name}", table.name),
            (_, None) => format!("{} AS {name}", column.sql),
        }
    };
    let joins = tables.iter().map(|table| {
        let join = if table.key.is_some() { "LEFT" } else { "INNER" };
        let name = &table.name;
        format!(
            "\n    {join} JOIN {} AS {name} ON {name}.{RECORD} = records.{RECORD}",
            plan.names.object(name)
        )
    });
    let columns = std::iter::once(format!("records.{RECORD}")).chain(conditions.iter().map(value));
    format!(
        "SELECT\n{}\nFROM (\n    SELECT\n{}\n    FROM {} AS records{}\n) AS conditions",
        items(outcomes),
        items(columns),
        plan.names.object(ALL),
        joins.collect::<String>()
    )
}

/// One part of a condition as text.
struct Printed {
    sql: String,
    /// For a part with windows the columns by which all of them group records.
    keys: Option<Vec<String>>,
    /// The part for a record that is alone in its windows.
    alone: Option<String>,
}

/// The conditions of a check, with their fields.
fn conditions_of(plan: &Plan, check: &Check, columns: &Schema) -> Result<(Vec<String>, Vec<Column>)> {
    let rulebook = plan.context.rulebook;
    let (each, texts) = texts(rulebook, check);
    let around = plan.around(ALL);
    let print = |part: &Part| -> Result<Printed> {
        part.snippet(rulebook, check, |snippet| {
            let sql = condition(snippet, columns, plan.context, &around)?;
            Ok(match has_window(snippet)? {
                true => Printed {
                    sql,
                    keys: Some(shared_keys(snippet, rulebook)?),
                    alone: condition_alone(snippet, columns, plan.context, &around)?,
                },
                false => Printed {
                    alone: Some(sql.clone()),
                    keys: None,
                    sql,
                },
            })
        })
    };
    let mut conditions = Vec::new();
    for (number, (when, assert)) in texts.iter().enumerate() {
        let assert = print(assert)?;
        let when = when.as_ref().map(print).transpose()?;
        conditions.push(Column {
            name: format!("c_{}_{number}", name_of(check)),
            sql: as_number(&assert.sql, when.as_ref().map(|when| when.sql.as_str())),
            windows: windows(&assert, when.as_ref()),
        });
    }
    Ok((each, conditions))
}

/// The outcome of a condition as a number.
fn as_number(assert: &str, when: Option<&str>) -> String {
    let outcome = format!("CASE CAST(({assert}) AS BOOLEAN) WHEN TRUE THEN 1 WHEN FALSE THEN 3 ELSE 2 END");
    match when {
        Some(when) => format!("CASE WHEN CAST(({when}) AS BOOLEAN) THEN {outcome} ELSE 0 END"),
        None => outcome,
    }
}

fn windows(assert: &Printed, when: Option<&Printed>) -> Windows {
    let of_parts = [Some(assert), when].into_iter().flatten();
    let mut keys = of_parts.filter_map(|part| part.keys.clone());
    let Some(first) = keys.next() else {
        return Windows::None;
    };
    let keys = keys.fold(first, |mut known, keys| {
        known.retain(|key| keys.contains(key));
        known
    });
    let when_alone = when.map(|when| when.alone.as_deref());
    match (&assert.alone, when_alone) {
        (Some(assert), None | Some(Some(_))) if !keys.is_empty() => Windows::ByKey {
            keys,
            alone: as_number(assert, when_alone.flatten()),
        },
        _ => Windows::Others,
    }
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
