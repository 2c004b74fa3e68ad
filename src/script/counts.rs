//! The four counts of every check: passed, failed, not assessed, not applicable.

use super::outcomes::{JUDGED, outcome};
use super::{Kind, Plan, Statement, items};
use crate::sql::dialect::Dialect;

/// One row with all counts, then one row for each check.
pub fn statements(plan: &Plan) -> Vec<Statement> {
    vec![counts(plan), summary(plan)]
}

/// Outcomes in the order of the summary's columns.
const OUTCOMES: [(&str, u8); 4] = [
    ("passed", 1),
    ("failed", 3),
    ("not_assessed", 2),
    ("not_applicable", 0),
];

fn counts(plan: &Plan) -> Statement {
    let columns = plan.checks.iter().flat_map(|check| {
        let outcome = outcome(check);
        OUTCOMES.map(|(word, number)| {
            format!("COUNT(CASE WHEN {outcome} = {number} THEN 1 END) AS {outcome}_{word}")
        })
    });
    let columns = std::iter::once("COUNT(*) AS records".to_string()).chain(columns);
    Statement {
        name: "step_counts".to_string(),
        kind: Kind::Table,
        is_step: true,
        from: Vec::new(),
        about: "How many records each check passes, fails, cannot judge or does not apply to, in one row."
            .to_string(),
        columns: Vec::new(),
        sql: format!("SELECT\n{}\nFROM {}", items(columns), plan.names.object(JUDGED)),
    }
}

/// A row a check from the one row of `step_counts`: the check's id and its four counts.
fn rows_of_checks(plan: &Plan) -> String {
    let counts = plan.names.object("step_counts");
    let of_check = |check: &crate::rulebook::Check| {
        let outcome = outcome(check);
        OUTCOMES.map(|(word, _)| format!("{outcome}_{word}")).join(", ")
    };
    let words = OUTCOMES.map(|(word, _)| word).join(", ");
    let each = plan
        .checks
        .iter()
        .map(|check| (plan.dialect.literal(&check.id), of_check(check)));
    match plan.dialect {
        _ if plan.checks.is_empty() => {
            format!(
                "SELECT {} AS id, 0 AS passed, 0 AS failed, 0 AS not_assessed, 0 AS not_applicable FROM \
                 {counts} WHERE FALSE",
                plan.no_text()
            )
        }
        Dialect::DuckDb => {
            let each = each.map(|(id, columns)| format!("SELECT {id}, {columns} FROM {counts}"));
            format!(
                "SELECT * FROM (\n{}\n) AS each_check(id, {words})",
                each.collect::<Vec<_>>().join("\nUNION ALL\n")
            )
        }
        Dialect::Spark => {
            let each = each.map(|(id, columns)| format!("        {id}, {columns}"));
            format!(
                "SELECT STACK(\n        {},\n{}\n    ) AS (id, {words})\nFROM {counts}",
                plan.checks.len(),
                each.collect::<Vec<_>>().join(",\n")
            )
        }
    }
}

fn summary(plan: &Plan) -> Statement {
    let rows = rows_of_checks(plan);
    let check = plan.dialect.name("check");
    let columns = [
        format!("checks.{check} AS {check}"),
        "checks.severity AS severity".to_string(),
    ]
    .into_iter()
    .chain(OUTCOMES.map(|(word, _)| format!("counts.{word} AS {word}")));
    Statement {
        name: "summary".to_string(),
        kind: Kind::Table,
        is_step: false,
        from: vec![format!("rules/{}/checks/", plan.context.rulebook.data_set.folder)],
        about: "How many records each check passes, fails, cannot judge or does not apply to: the four add \
            up to all records."
            .to_string(),
        columns: vec![
            ("check", "Id of the check"),
            ("severity", "What its findings do to the return"),
            ("passed", "Records that pass"),
            ("failed", "Records that fail: as many as it has findings"),
            (
                "not_assessed",
                "Records that cannot be judged, since a value is not known",
            ),
            ("not_applicable", "Records that it does not apply to"),
        ],
        sql: format!(
            "SELECT\n{}\nFROM (\n{rows}\n) AS counts\nINNER JOIN {} AS checks ON checks.{check} = counts.id",
            items(columns),
            plan.names.object("checks")
        ),
    }
}
