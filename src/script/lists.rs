//! Lists of the rulebook as views: the run, lookups, limits, checks, organisations. They hold no record.

use anyhow::Result;
use polars::prelude::*;

use super::{Kind, Plan, Statement, items};
use crate::rulebook::Rulebook;
use crate::sql::dialect::tables_of;
use crate::sql::{Snippet, seen};

/// The name in the script of a list that rules name.
pub fn object(name: &str) -> String {
    format!("list_{name}")
}

/// The names of the lists that rules may use.
pub fn names(rulebook: &Rulebook) -> impl Iterator<Item = &str> {
    rulebook
        .lookups
        .iter()
        .map(|(name, _)| name.as_str())
        .chain(["limits", "ptl_bands", "codes"])
}

/// The date, the trust that submits, and the rules: the only statement that changes from month to month.
pub fn run(plan: &Plan) -> Statement {
    let (dialect, context) = (plan.dialect, plan.context);
    let provider = context
        .provider
        .as_deref()
        .map_or_else(|| plan.no_text(), |code| dialect.literal(code));
    let columns = [
        format!("CAST('{}' AS DATE) AS as_at", plan.names.as_at(context.as_at)),
        format!("{provider} AS provider"),
        format!("{} AS version", dialect.literal(env!("CARGO_PKG_VERSION"))),
        format!("{} AS rules_hash", dialect.literal(&context.rulebook.hash())),
    ];
    Statement {
        name: "run".to_string(),
        kind: Kind::View,
        is_step: false,
        from: Vec::new(),
        about: "The date and the rules of the run. Change only the date here for another month.".to_string(),
        columns: vec![
            ("as_at", "The date of the run"),
            ("provider", "The trust that submits, if one was named"),
            ("version", "Version of the program that wrote these statements"),
            ("rules_hash", "Hash of all rules: the same hash, the same rules"),
        ],
        sql: format!("SELECT\n{}", items(columns)),
    }
}

/// The lists that the rules of this data set read.
pub fn used(plan: &Plan) -> Result<Vec<Statement>> {
    let rulebook = plan.context.rulebook;
    let mut read = Vec::new();
    for path in super::facts::queries(rulebook) {
        read.extend(tables_of(&Snippet::file(&rulebook.files, &path)?)?);
    }
    if let super::Input::Table { source, .. } = &plan.input {
        read.extend(super::records::source_snippet(plan, source, tables_of)?);
    }
    let mut statements = Vec::new();
    for (name, frame) in seen::lists(rulebook)? {
        if read.iter().any(|table| table == name) {
            let frame = frame.collect()?;
            statements.push(Statement {
                name: object(name),
                kind: Kind::View,
                is_step: false,
                from: vec![file(rulebook, name)],
                about: "A list of the rules.".to_string(),
                columns: Vec::new(),
                sql: values(plan, &frame)?,
            });
        }
    }
    Ok(statements)
}

fn file(rulebook: &Rulebook, name: &str) -> String {
    let folder = &rulebook.data_set.folder;
    match name {
        "limits" | "ptl_bands" => format!("rules/{folder}/standards.toml"),
        "codes" => format!("rules/{folder}/codes/"),
        lookup => format!("rules/{folder}/lookups/{lookup}.csv"),
    }
}

/// A small table as a query.
pub fn values(plan: &Plan, frame: &DataFrame) -> Result<String> {
    let types: Vec<&str> = frame
        .columns()
        .iter()
        .map(|column| match column.dtype() {
            DataType::Date => "DATE",
            DataType::Int32 | DataType::UInt32 => "INT",
            DataType::Boolean => "BOOLEAN",
            _ => plan.dialect.text_type(),
        })
        .collect();
    let mut rows = Vec::new();
    for row in 0..frame.height() {
        let cells = frame.columns().iter().map(|column| cell(plan, column, row));
        rows.push(cells.collect::<Result<Vec<_>>>()?);
    }
    let names: Vec<&str> = frame
        .get_column_names()
        .into_iter()
        .map(|name| name.as_str())
        .collect();
    Ok(query_of(plan, &names, &types, &rows))
}

fn cell(plan: &Plan, column: &Column, row: usize) -> Result<String> {
    Ok(match column.get(row)? {
        AnyValue::Null => "NULL".to_string(),
        AnyValue::String(text) => plan.dialect.literal(text),
        AnyValue::StringOwned(text) => plan.dialect.literal(&text),
        AnyValue::Date(days) => plan.dialect.date(crate::calendar::date::from_days(days)),
        other => other.to_string(),
    })
}

/// Rows of literals as a query. Each column is cast, because a column of NULLs has no type.
pub fn query_of(plan: &Plan, names: &[&str], types: &[&str], rows: &[Vec<String>]) -> String {
    let name = |number: usize| plan.dialect.name(names[number]);
    if rows.is_empty() {
        let columns =
            (0..names.len()).map(|number| format!("CAST(NULL AS {}) AS {}", types[number], name(number)));
        return format!("SELECT\n{}\nWHERE FALSE", items(columns));
    }
    let columns =
        (0..names.len()).map(|number| format!("CAST(c{number} AS {}) AS {}", types[number], name(number)));
    let rows: Vec<String> = rows
        .iter()
        .map(|row| format!("    ({})", row.join(", ")))
        .collect();
    let numbers: Vec<String> = (0..names.len()).map(|number| format!("c{number}")).collect();
    format!(
        "SELECT\n{}\nFROM (VALUES\n{}\n) AS listed({})",
        items(columns),
        rows.join(",\n"),
        numbers.join(", ")
    )
}

/// The checks that run, to join with findings and counts.
pub fn checks(plan: &Plan) -> Statement {
    let literal = |text: &str| plan.dialect.literal(text);
    let rows: Vec<Vec<String>> = plan
        .checks
        .iter()
        .map(|check| {
            let fields = if check.each.is_empty() {
                literal(&check.field_names().join(";"))
            } else {
                "NULL".to_string()
            };
            vec![
                literal(&check.id),
                literal(check.severity.word()),
                fields,
                literal(&check.title),
            ]
        })
        .collect();
    let text = plan.dialect.text_type();
    let names = ["check", "severity", "fields", "message"];
    Statement {
        name: "checks".to_string(),
        kind: Kind::View,
        is_step: false,
        from: vec![format!("rules/{}/checks/", plan.context.rulebook.data_set.folder)],
        about: "The checks that run.".to_string(),
        columns: vec![
            ("check", "Id of the check"),
            ("severity", "What its findings do to the return"),
            (
                "fields",
                "The fields that it is about; NULL if each finding names its own",
            ),
            ("message", "What is wrong"),
        ],
        sql: query_of(plan, &names, &[text; 4], &rows),
    }
}

pub fn organisations(plan: &Plan) -> Statement {
    let optional = |text: &Option<String>| {
        text.as_deref()
            .map_or("NULL".to_string(), |text| plan.dialect.literal(text))
    };
    // Of a repeated code, the first is used, as in the program itself.
    let mut known = std::collections::BTreeSet::new();
    let rows: Vec<Vec<String>> = plan
        .context
        .rulebook
        .organisations
        .iter()
        .filter(|organisation| known.insert(organisation.code.as_str()))
        .map(|organisation| {
            vec![
                plan.dialect.literal(&organisation.code),
                plan.dialect.literal(&organisation.name),
                optional(&organisation.parent),
            ]
        })
        .collect();
    let text = plan.dialect.text_type();
    Statement {
        name: "organisations".to_string(),
        kind: Kind::View,
        is_step: false,
        from: vec!["rules/organisations.csv".to_string()],
        about: "Names of trusts.".to_string(),
        columns: vec![
            ("code", "Code of the trust"),
            ("name", "Its name"),
            ("parent", "The organisation above it"),
        ],
        sql: query_of(plan, &["code", "name", "parent"], &[text; 3], &rows),
    }
}
