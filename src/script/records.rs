//! Turns cells into records: the source's SQL, then types, as in `source/read_cells.rs`.

use anyhow::{Result, anyhow};

use super::{Input, Kind, PROVIDER, Plan, Statement, dates, items};
use crate::rulebook::columns::{RECORD, readable, valid};
use crate::rulebook::{Field, Kind as FieldKind, Mistake, Source};
use crate::sql::Snippet;
use crate::sql::dialect::query;

/// The statement `records`: one row for each record, with typed fields.
pub fn records(plan: &Plan) -> Result<Statement> {
    let fields = &plan.context.rulebook.fields;
    let (mapped, given) = mapped(plan)?;
    let mut inner = vec![format!(
        "mapped.{} AS {RECORD}",
        if plan.holds_examples() { RECORD } else { "_id" }
    )];
    inner.extend(plan.companions().iter().map(|name| match *name {
        PROVIDER => format!("submitted.{PROVIDER}"),
        other => format!("mapped.{other}"),
    }));
    for field in fields {
        let name = plan.dialect.name(&field.name);
        let is_given = given.contains(&field.name);
        let cell = if is_given {
            format!("mapped.{name}")
        } else {
            plan.no_text()
        };
        inner.push(format!("{cell} AS {name}"));
        if let Some(value) = value(plan, field, &cell)? {
            inner.push(format!("{value} AS {}", plan.dialect.name(&value_name(field))));
        }
    }
    let mut outer = vec![RECORD.to_string()];
    outer.extend(plan.companions().iter().map(|name| name.to_string()));
    outer.extend(fields.iter().flat_map(|field| typed(plan, field)));
    let submitted = if plan.companions().contains(&PROVIDER) {
        format!(
            "\n    INNER JOIN (SELECT {RECORD}, {PROVIDER} FROM {}) AS submitted ON submitted.{RECORD} = \
             mapped._id",
            plan.names.object("cells")
        )
    } else {
        String::new()
    };
    Ok(Statement {
        name: "records".to_string(),
        kind: if plan.tables { Kind::Table } else { Kind::View },
        is_step: false,
        from: from(plan),
        about: "The records: every field with its type, whether its cell could be read, whether an NHS number is one. Holds \
                identifiers."
            .to_string(),
        columns: vec![("_record", "Number of the record in file order")],
        sql: format!(
            "SELECT\n{}\nFROM (\n    SELECT\n{}\n    FROM {mapped} AS mapped{submitted}\n) AS mapped",
            items(outer),
            items(inner)
        ),
    })
}

fn from(plan: &Plan) -> Vec<String> {
    let fields = format!("rules/{}/fields.csv", plan.context.rulebook.data_set.folder);
    match &plan.input {
        Input::Table { source, .. } => vec![source.file.clone(), fields],
        Input::Examples(_) => vec![fields],
    }
}

/// The table to read from, and its fields.
fn mapped(plan: &Plan) -> Result<(String, Vec<String>)> {
    match &plan.input {
        Input::Examples(examples) => Ok((plan.names.object("cells"), examples.fields.clone())),
        Input::Table { source, .. } => {
            let table = source.table.first().map_or("", |table| table.name.as_str());
            let mut around = plan.around("cells");
            around.tables.remove("records");
            let cells = plan.names.object("cells");
            around.tables.insert(
                table.to_string(),
                format!("(SELECT cells.{RECORD} AS _id, cells.* FROM {cells} AS cells)"),
            );
            let sql = source_snippet(plan, source, |snippet| {
                query(snippet, false, plan.context, &around)
            })?;
            let columns = source_snippet(plan, source, |snippet| {
                super::facts::source_columns(plan, source, snippet)
            })?;
            let indented: Vec<String> = sql.lines().map(|line| format!("        {line}")).collect();
            Ok((format!("(\n{}\n    )", indented.join("\n")), columns))
        }
    }
}

/// Passes the SQL of a source to `act`.
pub fn source_snippet<T>(plan: &Plan, source: &Source, act: impl FnOnce(&Snippet) -> Result<T>) -> Result<T> {
    let whole = plan
        .context
        .rulebook
        .files
        .get(source.file.trim_start_matches("rules/"))
        .unwrap_or_default();
    act(&Snippet::value(
        source.records.get_ref(),
        &source.file,
        whole,
        source.records.span(),
        format!("`records` of source `{}`", source.name),
    ))
}

fn value_name(field: &Field) -> String {
    format!("{}__value", field.name)
}

/// SQL for the value of a cell, for types other than text.
fn value(plan: &Plan, field: &Field, cell: &str) -> Result<Option<String>> {
    Ok(match field.kind {
        FieldKind::Date => {
            let source = match &plan.input {
                Input::Table { source, .. } => Some(*source),
                Input::Examples(_) => None,
            };
            Some(dates::read(plan, source, cell).map_err(|form| unknown_form(plan, source, &form))?)
        }
        FieldKind::Days => Some(format!(
            "CASE WHEN {} THEN TRY_CAST({cell} AS INT) END",
            plan.dialect.matches(cell, r"^[0-9]{1,3}\z")
        )),
        _ => None,
    })
}

fn unknown_form(plan: &Plan, source: Option<&Source>, form: &str) -> anyhow::Error {
    let Some(source) = source else {
        return anyhow!("the format `{form}` of dates");
    };
    let text = plan
        .context
        .rulebook
        .files
        .get(source.file.trim_start_matches("rules/"))
        .unwrap_or_default();
    let at = text.find(&format!("\"{form}\"")).unwrap_or_default();
    Mistake::at(
        &source.file,
        text,
        at..at + form.len() + 2,
        format!("dates in the format `{form}` cannot be read by a script"),
    )
    .help("a script reads `%Y`, `%m`, `%d`, `%b`, `%H`, `%M`, `%S`, `%.f` and marks between them")
    .into()
}

/// The columns of one field.
fn typed(plan: &Plan, field: &Field) -> Vec<String> {
    let name = plan.dialect.name(&field.name);
    // The table's name is in front, so that the column is never confused with one that this query makes.
    let cell = format!("mapped.{name}");
    let value = format!("mapped.{}", plan.dialect.name(&value_name(field)));
    let blank: Vec<String> = match (&plan.input, field.kind) {
        (Input::Table { source, .. }, FieldKind::Date) => source
            .blank_dates
            .iter()
            .map(|date| plan.dialect.date(*date))
            .collect(),
        _ => Vec::new(),
    };
    let is_blank = format!("{value} IN ({})", blank.join(", "));
    match (field.kind, blank.is_empty()) {
        (FieldKind::Date | FieldKind::Days, true) => vec![
            format!("{value} AS {name}"),
            format!(
                "CASE WHEN {cell} IS NOT NULL THEN {value} IS NOT NULL END AS {}",
                readable(&field.name)
            ),
        ],
        (FieldKind::Date | FieldKind::Days, false) => vec![
            format!("CASE WHEN NOT ({is_blank}) THEN {value} END AS {name}"),
            format!(
                "CASE WHEN {cell} IS NOT NULL AND NOT COALESCE({is_blank}, FALSE) THEN {value} IS NOT NULL \
                 END AS {}",
                readable(&field.name)
            ),
        ],
        (FieldKind::NhsNumber, _) => vec![
            cell.clone(),
            format!("{} AS {}", is_nhs_number(plan, &cell), valid(&field.name)),
        ],
        _ => vec![cell],
    }
}

/// Ten digits whose weighted sum is a multiple of 11 (`source::passes_modulus_11`).
fn is_nhs_number(plan: &Plan, cell: &str) -> String {
    let terms: Vec<String> = (1..=10)
        .map(|index| format!("TRY_CAST(SUBSTR({cell}, {index}, 1) AS INT) * {}", 11 - index))
        .collect();
    format!(
        "CASE WHEN {cell} IS NOT NULL THEN CASE WHEN {} THEN ({}) % 11 = 0 ELSE FALSE END END",
        plan.dialect.matches(cell, r"^[0-9]{10}\z"),
        terms.join(" + ")
    )
}
