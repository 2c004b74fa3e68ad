//! Rules are written in standard SQL. Here their text is parsed, their names are checked, and our own few
//! functions are rewritten, before polars sees any of it. A mistake is reported with file, line and what was
//! probably meant.

mod across;
mod apart;
mod asked;
mod bounded;
mod context;
pub mod dialect;
mod each_alone;
mod fold;
pub mod functions;
mod joins;
mod members;
mod names;
mod of_rules;
mod polars_words;
pub mod seen;
mod simpler;
mod steps;
mod tells_apart;
mod values;
mod words;

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;
use sqlparser::ast::{self, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

pub use crate::rulebook::Snippet;
use crate::rulebook::columns::RECORD;
use crate::rulebook::{Mistake, suggestion};
use seen::SqlKind;

pub use across::{looks_across_records, looks_beyond};
pub use apart::EXAMPLE;
use asked::Calls;
pub use bounded::{bounded, set_longest};
pub use context::RunContext;
use functions::Engine;
use names::{Known, check_query};
pub use of_rules::check_functions;
use polars_words::polars_mistake;
pub use tells_apart::only_tells_apart;
pub use values::{value_mistake, without_values};
pub use words::{Words, words};

/// The condition of a check, ready for polars; `columns` are the columns of the records.
pub fn expression(snippet: &Snippet, columns: &Schema, context: &RunContext) -> Result<Expr> {
    let parsed = parse(snippet, columns)?;
    no_date_less_date(snippet, &parsed, columns, context)?;
    let text = plain_sql(snippet, parsed, columns, context)?;
    polars_expression(snippet, &text)
}

/// An error for a date less a date: the result is a span of time, which equals no number, so a comparison
/// with a number would silently be false.
fn no_date_less_date(
    snippet: &Snippet,
    parsed: &ast::Expr,
    columns: &Schema,
    context: &RunContext,
) -> Result<()> {
    let mut differences = Vec::new();
    let _ = ast::visit_expressions(parsed, |part| {
        if let ast::Expr::BinaryOp {
            op: ast::BinaryOperator::Minus,
            ..
        } = part
        {
            differences.push(part.clone());
        }
        std::ops::ControlFlow::<()>::Continue(())
    });
    for difference in differences {
        let shown = difference.to_string();
        let text = plain_sql(snippet, difference, columns, context)?;
        if matches!(
            type_of(snippet, &polars_expression(snippet, &text)?, columns)?,
            DataType::Duration(_)
        ) {
            let (line, column) = place(snippet.text, &shown).unwrap_or((1, 1));
            let mistake = snippet.mistake(
                line,
                column,
                shown.len(),
                format!("`{shown}` is a span of time and no number of days"),
            );
            return Err(mistake
                .help("write `days(from, to)`: whole days from the first date to the second")
                .into());
        }
    }
    Ok(())
}

/// The condition of a check, parsed; its names must be columns of the records.
pub fn parse(snippet: &Snippet, columns: &Schema) -> Result<ast::Expr> {
    let parsed = parse_expression(snippet)?;
    names::check_expression(snippet, &parsed, columns)?;
    Ok(parsed)
}

/// SQL without our own functions, as text.
pub fn plain_sql(
    snippet: &Snippet,
    mut parsed: ast::Expr,
    columns: &Schema,
    context: &RunContext,
) -> Result<String> {
    of_rules::expand(snippet, &mut parsed, context.rulebook)?;
    if columns.contains(EXAMPLE) {
        apart::keep_windows_apart(&mut parsed);
    }
    functions::unreadable_is_unknown(&mut parsed);
    functions::rewrite(snippet, &mut parsed, context, Engine::Polars)?;
    members::as_comparisons(&mut parsed);
    fold::fold(&mut parsed);
    Ok(parsed.to_string())
}

/// Plain SQL as a polars expression.
pub fn polars_expression(snippet: &Snippet, text: &str) -> Result<Expr> {
    Ok(polars::sql::sql_expr(text).map_err(|error| polars_mistake(snippet, &error))?)
}

/// The type of an expression over records with these columns. A comparison of text with a number is reported
/// here.
pub fn type_of(snippet: &Snippet, expr: &Expr, columns: &Schema) -> Result<DataType> {
    let empty = DataFrame::empty_with_schema(columns);
    let tried = empty
        .lazy()
        .select([expr.clone().alias("value")])
        .collect()
        .map_err(|error| polars_mistake(snippet, &error))?;
    Ok(tried.column("value")?.dtype().clone())
}

/// Runs a query over named tables.
pub fn query(snippet: &Snippet, tables: &[(&str, LazyFrame)], context: &RunContext) -> Result<DataFrame> {
    let (statement, columns) = checked(snippet, tables, context)?;
    let mut asking = statement.clone();
    let calls = Calls::take(snippet, &mut asking, &columns, context)?;
    let run = |statement, tables: &[_]| {
        let statement = plain(snippet, statement, context)?;
        anyhow::Ok(bounded(&snippet.name(), || {
            steps::collect(statement, engine(tables))
        }))
    };
    // It fails if a step of the query does not pass on the columns of the answers.
    if !calls.is_empty()
        && let Ok(tables) = calls.with_columns(tables)
        && let Ok(rows) = run(asking, &tables)?
    {
        return Ok(asked::without_answers(rows));
    }
    let error = match run(statement, tables)? {
        Ok(rows) => return Ok(rows),
        Err(error) => error,
    };
    let emptied: Vec<(&str, LazyFrame)> = tables
        .iter()
        .map(|(name, frame)| (*name, frame.clone().limit(0)))
        .collect();
    Err(match lazy_query(snippet, &emptied, context)?.collect() {
        Ok(_) => value_mistake(snippet, &error).into(),
        Err(error) => polars_mistake(snippet, &error).into(),
    })
}

/// Runs a query over records that are each alone: no other record has the same key, and the query takes
/// nothing from records with another one. `None` if it cannot be rewritten for them (see [`each_alone`]).
pub fn query_of_each_alone(
    snippet: &Snippet,
    tables: &[(&str, LazyFrame)],
    context: &RunContext,
) -> Result<Option<DataFrame>> {
    let (mut statement, columns) = checked(snippet, tables, context)?;
    let calls = Calls::take(snippet, &mut statement, &columns, context)?;
    let Ok(mut tables) = calls.with_columns(tables) else {
        return Ok(None);
    };
    let records = tables.iter_mut().find(|(name, _)| *name == seen::RECORDS);
    let Some(columns) = records.and_then(|(_, frame)| frame.collect_schema().ok()) else {
        return Ok(None);
    };
    let columns: Vec<String> = columns.iter_names().map(ToString::to_string).collect();
    let statement = plain(snippet, statement, context)?;
    let Some(statement) = each_alone::of_each_alone(&statement, &columns) else {
        return Ok(None);
    };
    let rows = bounded(&snippet.name(), || {
        engine(&tables).execute(&statement.to_string())?.collect()
    });
    Ok(rows.ok().map(asked::without_answers))
}

/// A query over named tables that has not run yet.
pub fn lazy_query(
    snippet: &Snippet,
    tables: &[(&str, LazyFrame)],
    context: &RunContext,
) -> Result<LazyFrame> {
    let (statement, _) = checked(snippet, tables, context)?;
    let statement = plain(snippet, statement, context)?;
    Ok(engine(tables)
        .execute(&statement.to_string())
        .map_err(|error| polars_mistake(snippet, &error))?)
}

/// A query as it is written, and its tables with their columns; its names must be among them.
fn checked<'t>(
    snippet: &Snippet,
    tables: &[(&'t str, LazyFrame)],
    context: &RunContext,
) -> Result<(Statement, Vec<(&'t str, SchemaRef)>)> {
    let mut statement = parse_query(snippet)?;
    let mut known = Known::default();
    let mut columns = Vec::new();
    for (name, frame) in tables {
        let schema = frame
            .clone()
            .collect_schema()
            .map_err(|error| polars_mistake(snippet, &error))?;
        known.add_table(name, schema.iter_names().map(|name| name.as_str()));
        columns.push((*name, schema));
    }
    check_query(snippet, &statement, known)?;
    joins::without_fixed_values(snippet, &statement)?;
    if columns.iter().any(|(_, columns)| columns.contains(EXAMPLE)) {
        apart::keep_pathways_apart(&mut statement, context.rulebook.data_set.pathway_key());
    }
    Ok((statement, columns))
}

/// The same query without our own functions and those of the rules.
fn plain(snippet: &Snippet, mut statement: Statement, context: &RunContext) -> Result<Statement> {
    of_rules::expand(snippet, &mut statement, context.rulebook)?;
    functions::unreadable_is_unknown(&mut statement);
    functions::rewrite(snippet, &mut statement, context, Engine::Polars)?;
    members::as_comparisons(&mut statement);
    Ok(statement)
}

fn engine(tables: &[(&str, LazyFrame)]) -> polars::sql::SQLContext {
    let engine = polars::sql::SQLContext::new();
    for (name, frame) in tables {
        engine.register(name, frame.clone());
    }
    engine
}

/// A column of text in a query that replaces columns: why a record was left unchanged; NULL if it was
/// changed.
pub const UNLINKED: &str = "_unlinked";

/// Runs a rules file that gives new values for some columns, with one row for each record by `_record`, and
/// replaces the columns. Also returns how often each reason occurs in [`UNLINKED`].
pub fn replace(
    kind: &SqlKind,
    path: &str,
    mut records: DataFrame,
    tables: Vec<(&str, LazyFrame)>,
    context: &RunContext,
) -> Result<(DataFrame, BTreeMap<String, usize>)> {
    let mut left = BTreeMap::new();
    let snippet = Snippet::file(&context.rulebook.files, path)?;
    let own = tables.into_iter().chain([("records", records.clone().lazy())]);
    let tables = kind.tables(context.rulebook, own)?;
    for column in in_record_order(&snippet, query(&snippet, &tables, context)?, &records)? {
        if column.name() == UNLINKED {
            for reason in column.cast(&DataType::String)?.str()?.iter().flatten() {
                *left.entry(reason.to_string()).or_default() += 1;
            }
            continue;
        }
        let Some(known) = records.schema().get(column.name()) else {
            let names = records.schema().iter_names().map(|name| name.as_str());
            return Err(snippet
                .mistake(
                    1,
                    1,
                    1,
                    format!("`{}` is not a column of the records", column.name()),
                )
                .help(suggestion(column.name(), names.collect::<Vec<_>>()))
                .into());
        };
        let column = column.cast(known)?;
        records.with_column(column)?;
    }
    Ok((records, left))
}

/// The columns of a query with one row for each record, in the order of the records, without `_record`.
pub fn in_record_order(snippet: &Snippet, result: DataFrame, records: &DataFrame) -> Result<Vec<Column>> {
    if result.column(RECORD).is_err() {
        return Err(snippet
            .mistake(1, 1, 1, "the result needs the column `_record`")
            .into());
    }
    let numbers = records.column(RECORD)?.u32()?;
    let in_order = |result: &DataFrame| -> Result<bool> {
        let of_result = result.column(RECORD)?.cast(&DataType::UInt32)?;
        Ok(result.height() == numbers.len() && of_result.u32()?.iter().eq(numbers.iter()))
    };
    let result = match in_order(&result)? {
        true => result,
        false => result.sort([RECORD], SortMultipleOptions::default())?,
    };
    if !in_order(&result)? {
        return Err(snippet
            .mistake(
                1,
                1,
                1,
                "a record was lost or doubled: one row a record is expected",
            )
            .into());
    }
    Ok(result
        .into_columns()
        .into_iter()
        .filter(|column| column.name() != RECORD)
        .collect())
}

fn parse_expression(snippet: &Snippet) -> Result<ast::Expr> {
    let mut parser = Parser::new(&GenericDialect)
        .try_with_sql(snippet.text)
        .map_err(|error| syntax(snippet, &error))?;
    let expression = parser.parse_expr().map_err(|error| syntax(snippet, &error))?;
    match parser.peek_token() {
        token if token.token == sqlparser::tokenizer::Token::EOF => Ok(expression),
        token => Err(snippet
            .mistake(
                token.span.start.line as usize,
                token.span.start.column as usize,
                1,
                format!("`{}` is not expected here", token.token),
            )
            .help("a check is one SQL condition, such as `treatment_start_date >= ctp_start_date`")
            .into()),
    }
}

/// A query of the rules, parsed.
pub fn parse_query(snippet: &Snippet) -> Result<Statement> {
    let mut statements =
        Parser::parse_sql(&GenericDialect, snippet.text).map_err(|error| syntax(snippet, &error))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(query @ Statement::Query(_)), true) => Ok(query),
        _ => Err(snippet.mistake(1, 1, 1, "one SELECT is expected").into()),
    }
}

/// A syntax error; sqlparser ends its messages with the position.
fn syntax(snippet: &Snippet, error: &sqlparser::parser::ParserError) -> Mistake {
    let text = error.to_string();
    let message = text.trim_start_matches("sql parser error: ");
    let (message, line, column) = match message.rsplit_once(" at Line: ") {
        Some((message, place)) => {
            let mut numbers = place
                .split(", Column: ")
                .map(|number| number.trim().parse().unwrap_or(1));
            (message, numbers.next().unwrap_or(1), numbers.next().unwrap_or(1))
        }
        None => (message, 1, 1),
    };
    snippet.mistake(line, column, 1, format!("not SQL: {message}"))
}

/// Line and column of a word in text, outside comments.
fn place(text: &str, word: &str) -> Option<(usize, usize)> {
    let code = |line: &str| line.split("--").next().unwrap_or_default().find(word);
    text.lines()
        .enumerate()
        .find_map(|(number, line)| code(line).map(|at| (number + 1, at + 1)))
        .filter(|_| !word.is_empty())
}
