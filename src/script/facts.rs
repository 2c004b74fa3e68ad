//! Derived facts, in the same way as `records/mod.rs`: the results of `derived.sql`, then of `pathways.sql`,
//! joined to the records.

use anyhow::{Result, anyhow};
use polars::prelude::*;

use super::{Kind, PROVIDER, Plan, Statement, cells, column_names, items};
use crate::rulebook::columns::{RECORD, readable, valid};
use crate::rulebook::{Kind as FieldKind, Rulebook, Source};
use crate::sql::dialect::query;
use crate::sql::{EXAMPLE, RunContext, Snippet, lazy_query, seen};

/// The last step: records with all their facts.
pub const ALL: &str = "step_pathways";

/// The columns of records, and the query that gives each.
pub struct Facts {
    /// The columns of records with all their facts.
    pub columns: Schema,
    /// For each query: its path, the step that it makes, and the columns that it adds.
    added: Vec<(String, &'static str, Vec<String>)>,
}

/// The paths of the queries for facts and waits, in the order in which they run.
pub fn queries(rulebook: &Rulebook) -> Vec<String> {
    let data_set = &rulebook.data_set;
    let measures = data_set
        .measures
        .iter()
        .chain(&data_set.activities)
        .map(|name| format!("measures/{name}.sql"));
    ["derived.sql".to_string(), "pathways.sql".to_string()]
        .into_iter()
        .chain(measures)
        .map(|name| format!("{}/{name}", data_set.folder))
        .filter(|path| rulebook.files.get(path).is_some())
        .collect()
}

impl Facts {
    /// Runs the queries over no records, which gives their columns and reports every mistake in them.
    pub fn new(plan: &Plan) -> Result<Facts> {
        let mut columns = typed_columns(plan);
        let mut added = Vec::new();
        for (name, step) in [("derived.sql", "step_derived"), ("pathways.sql", ALL)] {
            let path = format!("{}/{name}", plan.context.rulebook.data_set.folder);
            let mut names = Vec::new();
            if plan.context.rulebook.files.get(&path).is_some() {
                let snippet = Snippet::file(&plan.context.rulebook.files, &path)?;
                for (name, kind) in result(&snippet, &columns, plan.context)?.iter() {
                    if name == RECORD {
                        continue;
                    }
                    if columns.insert(name.clone(), kind.clone()).is_some() {
                        let message = format!(
                            "`{name}` is already a column of the records, and a script cannot have it twice"
                        );
                        return Err(snippet
                            .mistake(1, 1, 1, message)
                            .help("give it another name")
                            .into());
                    }
                    names.push(name.to_string());
                }
            }
            added.push((path, step, names));
        }
        Ok(Facts { columns, added })
    }

    pub fn statements(&self, plan: &Plan) -> Result<Vec<Statement>> {
        let mut statements = vec![records_in_order(plan)];
        let mut before = "step_records";
        for (path, step, names) in &self.added {
            statements.push(facts(plan, path, before, step, names)?);
            before = step;
        }
        statements.push(self.derived(plan));
        Ok(statements)
    }

    /// The statement `derived`: only the facts, without the key that may hold an identifier.
    fn derived(&self, plan: &Plan) -> Statement {
        let key = plan.context.rulebook.data_set.pathway_key();
        let names = self
            .added
            .iter()
            .flat_map(|(_, _, names)| names)
            .filter(|name| *name != key);
        let columns = std::iter::once(RECORD.to_string()).chain(names.map(|name| plan.dialect.name(name)));
        Statement {
            name: "derived".to_string(),
            kind: Kind::Table,
            is_step: false,
            from: self.added.iter().map(|(path, ..)| format!("rules/{path}")).collect(),
            about: "Facts derived from each record and from the records of its pathway. Without the key of the pathway, which \
                    may hold an identifier."
                .to_string(),
            columns: vec![("_record", "Number of the record in file order")],
            sql: format!("SELECT\n{}\nFROM {}", items(columns), plan.names.object(ALL)),
        }
    }
}

/// The columns of a query over no records.
fn result(snippet: &Snippet, columns: &Schema, context: &RunContext) -> Result<SchemaRef> {
    let records = DataFrame::empty_with_schema(columns).lazy();
    let tables = seen::MEASURE.tables(context.rulebook, [("records", records)])?;
    let mut query = lazy_query(snippet, &tables, context)?;
    query
        .collect_schema()
        .map_err(|error| anyhow!(crate::sql::value_mistake(snippet, &error)))
}

/// The columns of a measure.
pub fn measure_columns(snippet: &Snippet, columns: &Schema, context: &RunContext) -> Result<SchemaRef> {
    result(snippet, columns, context)
}

/// The columns of a source's SQL, without `_id`.
pub fn source_columns(plan: &Plan, source: &Source, snippet: &Snippet) -> Result<Vec<String>> {
    let mut columns = Schema::from_iter([Field::new("_id".into(), DataType::UInt32)]);
    for name in cells::source_columns(source) {
        columns.insert(name.into(), DataType::String);
    }
    let table = source.table.first().map_or("", |table| table.name.as_str());
    let empty = DataFrame::empty_with_schema(&columns).lazy();
    let tables = seen::SOURCE.tables(plan.context.rulebook, [(table, empty)])?;
    let result = lazy_query(snippet, &tables, plan.context)?.collect_schema()?;
    Ok(column_names(&result)
        .filter(|name| *name != "_id")
        .map(String::from)
        .collect())
}

fn typed_columns(plan: &Plan) -> Schema {
    let mut columns = Schema::from_iter([Field::new(RECORD.into(), DataType::UInt32)]);
    for name in plan.companions() {
        let kind = if name == EXAMPLE {
            DataType::UInt32
        } else {
            DataType::String
        };
        columns.insert(name.into(), kind);
    }
    for field in &plan.context.rulebook.fields {
        columns.insert(field.name.as_str().into(), field.kind.data_type());
        let flag = match field.kind {
            FieldKind::Date | FieldKind::Days => readable(&field.name),
            FieldKind::NhsNumber => valid(&field.name),
            _ => continue,
        };
        columns.insert(flag.into(), DataType::Boolean);
    }
    columns
}

/// The records, once for all later statements, with a check of their numbers: the order of the file is never
/// invented.
fn records_in_order(plan: &Plan) -> Statement {
    let message = plan
        .dialect
        .literal("the record ids are not unique whole numbers: rules depend on the order of the file");
    let stop = match plan.dialect {
        crate::sql::dialect::Dialect::DuckDb => format!("ERROR({message})"),
        crate::sql::dialect::Dialect::Spark => format!("RAISE_ERROR({message})"),
    };
    let (records, cells) = (plan.names.object("records"), plan.names.object("cells"));
    Statement {
        name: "step_records".to_string(),
        kind: Kind::Table,
        is_step: true,
        from: Vec::new(),
        about: "The records once, for all later statements; stops if a record id is missing or repeated."
            .to_string(),
        columns: Vec::new(),
        sql: format!(
            "SELECT records.*\nFROM {records} AS records\nCROSS JOIN (\n    SELECT CASE WHEN COUNT(*) = COUNT(DISTINCT {RECORD}) \
             THEN TRUE ELSE CAST({stop} AS BOOLEAN) END AS is_in_order\n    FROM {cells}\n) AS ids\nWHERE ids.is_in_order"
        ),
    }
}

fn facts(plan: &Plan, path: &str, before: &str, step: &str, names: &[String]) -> Result<Statement> {
    let records = plan.names.object(before);
    let sql = if names.is_empty() {
        format!("SELECT * FROM {records}")
    } else {
        let snippet = Snippet::file(&plan.context.rulebook.files, path)?;
        let query = query(
            &snippet,
            plan.holds_examples(),
            plan.context,
            &plan.around(before),
        )?;
        let columns = std::iter::once("records.*".to_string()).chain(
            names
                .iter()
                .map(|name| format!("facts.{}", plan.dialect.name(name))),
        );
        format!(
            "SELECT\n{}\nFROM {records} AS records\nINNER JOIN (\n{query}\n) AS facts ON facts.{RECORD} \
                 = records.{RECORD}",
            items(columns)
        )
    };
    Ok(Statement {
        name: step.to_string(),
        kind: Kind::Table,
        is_step: true,
        from: vec![format!("rules/{path}")],
        about: "Records with the facts derived from them.".to_string(),
        columns: Vec::new(),
        sql,
    })
}

/// Only checks may ask who submitted a record: a query with several tables would have an answer from each.
pub fn asks_provider(plan: &Plan, snippet: &Snippet) -> Result<()> {
    let is_column = plan.companions().contains(&PROVIDER);
    match crate::sql::dialect::place_of_call(snippet, "provider")?.filter(|_| is_column) {
        Some((line, column)) => Err(snippet
            .mistake(
                line,
                column,
                "provider".len(),
                "with `--provider-column` only checks can ask `provider()`",
            )
            .help("print the script for one trust, with `--provider`")
            .into()),
        None => Ok(()),
    }
}
