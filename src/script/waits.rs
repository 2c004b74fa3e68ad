//! The measures, run in the same way as in `measure/mod.rs`: one line for each record, standard and share.

use anyhow::Result;
use polars::prelude::Schema;

use super::facts::{ALL, asks_provider, measure_columns};
use super::{Input, Kind, Plan, Statement, items};
use crate::rulebook::columns::RECORD;
use crate::sql::Snippet;
use crate::sql::dialect::query;

/// The columns of a measure with their types; an empty type is the engine's own text type.
const COLUMNS: [(&str, &str); 16] = [
    (RECORD, "BIGINT"),
    ("standard", ""),
    ("reason", ""),
    ("start", "DATE"),
    ("stop", "DATE"),
    ("adjustment", "INT"),
    ("days", "INT"),
    ("within", "BOOLEAN"),
    ("month", ""),
    ("route", ""),
    ("stage", ""),
    ("cancer_type", ""),
    ("modality_group", ""),
    ("org_code", ""),
    ("site", ""),
    ("share", "DOUBLE"),
];

/// The waits of the standards, those of activity without a standard, and the statement that lists the waits
/// of the standards.
pub fn statements(plan: &Plan, columns: &Schema) -> Result<Vec<Statement>> {
    let data_set = &plan.context.rulebook.data_set;
    let waits = measures(
        plan,
        columns,
        "step_waits",
        &data_set.measures,
        "Waits of the standards.",
    )?;
    let activity = measures(
        plan,
        columns,
        "step_activity",
        &data_set.activities,
        "Activity that has no standard.",
    )?;
    Ok(vec![waits, activity, list(plan)])
}

fn measures(plan: &Plan, columns: &Schema, step: &str, names: &[String], about: &str) -> Result<Statement> {
    let mut parts = Vec::new();
    let mut from = Vec::new();
    for name in names {
        let path = format!("{}/measures/{name}.sql", plan.context.rulebook.data_set.folder);
        let snippet = Snippet::file(&plan.context.rulebook.files, &path)?;
        asks_provider(plan, &snippet)?;
        let given = measure_columns(&snippet, columns, plan.context)?;
        let sql = query(&snippet, false, plan.context, &plan.around(ALL))?;
        parts.push(format!(
            "SELECT\n{}\nFROM (\n{sql}\n) AS measured",
            items(columns_of(plan, &given))
        ));
        from.push(format!("rules/{path}"));
    }
    if parts.is_empty() {
        let none = COLUMNS
            .iter()
            .map(|(name, kind)| format!("CAST(NULL AS {}) AS {name}", of_kind(plan, kind)));
        parts.push(format!("SELECT\n{}\nWHERE FALSE", items(none)));
    }
    let counted = "reason IS NULL";
    let columns = COLUMNS.iter().map(|(name, _)| match *name {
        "within" | "share" => format!("CASE WHEN {counted} THEN {name} END AS {name}"),
        name => name.to_string(),
    });
    let columns = columns.chain([
        format!("{counted} AS counted"),
        format!(
            "CASE WHEN {counted} THEN CASE WHEN within THEN share ELSE CAST(0 AS DOUBLE) END END AS \
             share_within"
        ),
    ]);
    Ok(Statement {
        name: step.to_string(),
        kind: Kind::Table,
        is_step: true,
        from,
        about: about.to_string(),
        columns: Vec::new(),
        sql: format!(
            "SELECT\n{}\nFROM (\n{}\n) AS measures",
            items(columns),
            parts.join("\nUNION ALL\n")
        ),
    })
}

fn columns_of(plan: &Plan, given: &Schema) -> Vec<String> {
    COLUMNS
        .iter()
        .map(|(name, kind)| {
            if given.get(name).is_some() {
                format!("CAST({name} AS {}) AS {name}", of_kind(plan, kind))
            } else {
                format!("CAST(NULL AS {}) AS {name}", of_kind(plan, kind))
            }
        })
        .collect()
}

fn of_kind<'a>(plan: &Plan, kind: &'a str) -> &'a str {
    match kind {
        "" => plan.dialect.text_type(),
        kind => kind,
    }
}

/// The key of a record's pathway that may be shown.
pub fn pathway(plan: &Plan) -> String {
    let data_set = &plan.context.rulebook.data_set;
    match &data_set.pathway_id {
        Some(name) => format!("records.{}", plan.dialect.name(name)),
        None => plan.no_text(),
    }
}

/// Keeps the lines of the trust that submits (if one was named), and lines without a trust.
fn of_provider(plan: &Plan) -> String {
    match (&plan.input, &plan.context.provider) {
        (Input::Table { .. }, Some(code)) => {
            format!(
                "\nWHERE waits.org_code = {} OR waits.org_code IS NULL",
                plan.dialect.literal(code)
            )
        }
        _ => String::new(),
    }
}

/// The columns of `waits` and what they hold.
const LIST_COLUMNS: [(&str, &str); 18] = [
    ("record", "The record id"),
    (
        "pathway",
        "The local id of the pathway; NULL if only an identifier identifies it",
    ),
    ("standard", "The standard"),
    ("counted", "yes or no"),
    ("reason", "Why it is not counted"),
    ("start", "The day on which the clock starts"),
    ("stop", "The day on which it stops"),
    ("adjustment", "Days that are subtracted"),
    ("days", "Whole days waited, less the adjustment"),
    (
        "within",
        "yes if the standard is met, no if it is not; NULL if the line is not counted",
    ),
    ("month", "The month that it counts in, CCYY-MM"),
    ("route", "The route of the referral"),
    ("stage", "First or subsequent treatment"),
    ("cancer_type", "The published cancer type"),
    ("modality_group", "The published group of treatments"),
    ("org_code", "The trust for which it counts"),
    (
        "share",
        "How much of the patient counts for that trust: halves, exact",
    ),
    ("share_within", "How much of it met the standard"),
];

/// The statement `waits`: every line of the standards, with the columns of `clockstop waits`.
fn list(plan: &Plan) -> Statement {
    let yes_no = |name: &str| {
        format!("CASE WHEN waits.{name} THEN 'yes' WHEN NOT waits.{name} THEN 'no' END AS {name}")
    };
    let plain = |name: &str| format!("waits.{name} AS {name}");
    let mut columns = vec![
        format!("waits.{RECORD} AS record"),
        format!("{} AS pathway", pathway(plan)),
        plain("standard"),
        yes_no("counted"),
        plain("reason"),
        plain("start"),
        plain("stop"),
        plain("adjustment"),
        plain("days"),
        yes_no("within"),
    ];
    columns.extend(
        [
            "month",
            "route",
            "stage",
            "cancer_type",
            "modality_group",
            "org_code",
            "share",
            "share_within",
        ]
        .map(plain),
    );
    let folder = &plan.context.rulebook.data_set.folder;
    Statement {
        name: "waits".to_string(),
        kind: Kind::Table,
        is_step: false,
        from: vec![format!("rules/{folder}/measures/")],
        about: "Every wait, counted or not, and why: one line for each record, standard and share."
            .to_string(),
        columns: LIST_COLUMNS.to_vec(),
        sql: format!(
            "SELECT\n{}\nFROM {} AS waits\nINNER JOIN {} AS records ON records.{RECORD} = waits.{RECORD}{}",
            items(columns),
            plan.names.object("step_waits"),
            plan.names.object(ALL),
            of_provider(plan)
        ),
    }
}
