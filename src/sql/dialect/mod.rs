//! Prints the SQL of the rules for other engines. In: SQL of a rules file. Out: text that means the same on
//! DuckDB or Spark, or a mistake with file, line and column.
//!
//! [`table`] lists the functions and forms that rules may use, and how each is printed. Everything else is
//! refused, by `rules lint` too. Nothing is printed that would only be nearly the same.

mod forms;
mod pattern;
mod print;
mod rewrite;
pub mod table;

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use polars::prelude::Schema;
use sqlparser::ast::{Expr, Statement};

use crate::rulebook::Rulebook;
use crate::sql::{
    RunContext, Snippet, apart, each_alone, fold, functions, names, of_rules, parse_expression, parse_query,
};

pub use print::Text;

/// An engine that a script is printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Dialect {
    #[value(name = "duckdb")]
    DuckDb,
    Spark,
}

impl Dialect {
    pub const ALL: [Dialect; 2] = [Dialect::DuckDb, Dialect::Spark];

    pub fn word(self) -> &'static str {
        match self {
            Dialect::DuckDb => "duckdb",
            Dialect::Spark => "spark",
        }
    }

    /// The type of text.
    pub fn text_type(self) -> &'static str {
        match self {
            Dialect::DuckDb => "VARCHAR",
            Dialect::Spark => "STRING",
        }
    }

    /// A text in quotes. Spark reads two quotes next to each other as two texts, and a backslash as an
    /// escape.
    pub fn literal(self, text: &str) -> String {
        match self {
            Dialect::DuckDb => format!("'{}'", text.replace('\'', "''")),
            Dialect::Spark => format!(
                "'{}'",
                text.replace('\\', "\\\\")
                    .replace('\'', "\\'")
                    .replace('\n', "\\n")
            ),
        }
    }

    /// A quoted name of a column or table. Spark reads double quotes as a text.
    pub fn name(self, name: &str) -> String {
        match self {
            Dialect::DuckDb => format!("\"{}\"", name.replace('"', "\"\"")),
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A condition: the text matches the pattern somewhere. The pattern has been through [`pattern`], or is
    /// our own.
    pub fn matches(self, value: &str, pattern: &str) -> String {
        let function = match self {
            Dialect::DuckDb => "REGEXP_MATCHES",
            Dialect::Spark => "REGEXP_LIKE",
        };
        format!("{function}({value}, {})", self.literal(pattern))
    }

    pub fn date(self, date: NaiveDate) -> String {
        format!("DATE '{date}'")
    }
}

/// What a run provides to the SQL of the rules, as the script writes it: tables, date, trust.
pub struct Surroundings {
    pub dialect: Dialect,
    /// For each table that rules name, its name in the script.
    pub tables: BTreeMap<String, String>,
    /// The date of the run, as SQL.
    pub as_at: String,
    /// The trust that submits, as SQL.
    pub provider: String,
    /// The script's own functions for upper and lower case, because DuckDB's `UPPER` and `LOWER` know fewer
    /// letters than polars.
    pub upper: String,
    pub lower: String,
}

/// A condition over records, or a value of them, as text for the engine.
pub fn condition(
    snippet: &Snippet,
    columns: &Schema,
    context: &RunContext,
    around: &Surroundings,
) -> Result<String> {
    let parsed = checked(snippet, columns, context)?;
    printed(snippet, parsed, columns, context, around)
}

/// The same for a record that is alone in the windows of the condition; `None` if that cannot be said.
pub fn condition_alone(
    snippet: &Snippet,
    columns: &Schema,
    context: &RunContext,
    around: &Surroundings,
) -> Result<Option<String>> {
    let parsed = checked(snippet, columns, context)?;
    let alone = each_alone::condition_alone(&parsed);
    alone
        .map(|alone| printed(snippet, alone, columns, context, around))
        .transpose()
}

/// A condition with allowed forms only, and without functions of the rules.
fn checked(snippet: &Snippet, columns: &Schema, context: &RunContext) -> Result<Expr> {
    let mut parsed = parse_expression(snippet)?;
    names::check_expression(snippet, &parsed, columns)?;
    of_rules::expand(snippet, &mut parsed, context.rulebook)?;
    forms::check(snippet, &parsed)?;
    Ok(parsed)
}

fn printed(
    snippet: &Snippet,
    mut parsed: Expr,
    columns: &Schema,
    context: &RunContext,
    around: &Surroundings,
) -> Result<String> {
    if columns.contains(apart::EXAMPLE) {
        apart::keep_windows_apart(&mut parsed);
    }
    functions::rewrite(
        snippet,
        &mut parsed,
        context,
        functions::Engine::Other(around.dialect),
    )?;
    fold::fold(&mut parsed);
    rewrite::rewrite(&mut parsed, around.dialect);
    Text::of(&mut parsed, around).printed(snippet)
}

/// A query over tables of the script, as text for the engine.
pub fn query(
    snippet: &Snippet,
    holds_examples: bool,
    context: &RunContext,
    around: &Surroundings,
) -> Result<String> {
    let mut statement = parse_query(snippet)?;
    of_rules::expand(snippet, &mut statement, context.rulebook)?;
    forms::check(snippet, &statement)?;
    if holds_examples {
        apart::keep_pathways_apart(&mut statement, context.rulebook.data_set.pathway_key());
    }
    functions::rewrite(
        snippet,
        &mut statement,
        context,
        functions::Engine::Other(around.dialect),
    )?;
    rewrite::rewrite(&mut statement, around.dialect);
    Text::of(&mut statement, around).printed(snippet)
}

/// The names of the tables that a query reads, without its own steps.
pub fn tables_of(snippet: &Snippet) -> Result<Vec<String>> {
    let statement = parse_query(snippet)?;
    let mut tables = Vec::new();
    let _ = sqlparser::ast::visit_relations(&statement, |name| {
        tables.push(name.to_string());
        std::ops::ControlFlow::<()>::Continue(())
    });
    tables.sort();
    tables.dedup();
    Ok(tables)
}

/// Line and column of the first call of a function in a query.
pub fn place_of_call(snippet: &Snippet, name: &str) -> Result<Option<(usize, usize)>> {
    let statement = parse_query(snippet)?;
    let found = sqlparser::ast::visit_expressions(&statement, |part| match part {
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case(name) => {
            let start = sqlparser::ast::Spanned::span(&function.name).start;
            std::ops::ControlFlow::Break((start.line as usize, start.column as usize))
        }
        _ => std::ops::ControlFlow::Continue(()),
    });
    Ok(match found {
        std::ops::ControlFlow::Break(place) => Some(place),
        std::ops::ControlFlow::Continue(()) => None,
    })
}

/// The columns by which every window of a condition groups records.
pub fn shared_keys(snippet: &Snippet, rulebook: &Rulebook) -> Result<Vec<String>> {
    let mut parsed = parse_expression(snippet)?;
    of_rules::expand(snippet, &mut parsed, rulebook)?;
    Ok(each_alone::shared_keys(&parsed))
}

/// Whether a condition looks at other records than its own.
pub fn has_window(snippet: &Snippet) -> Result<bool> {
    let parsed = parse_expression(snippet)?;
    let found = sqlparser::ast::visit_expressions(&parsed, |part| match part {
        Expr::Function(function) if function.over.is_some() => std::ops::ControlFlow::Break(()),
        _ => std::ops::ControlFlow::Continue(()),
    });
    Ok(found.is_break())
}

/// Refuses what the table does not have, in a condition: the same for every engine.
pub fn may_stand_in_condition(snippet: &Snippet, rulebook: &Rulebook) -> Result<()> {
    let mut parsed = parse_expression(snippet)?;
    of_rules::expand(snippet, &mut parsed, rulebook)?;
    forms::check(snippet, &parsed)
}

/// The same in a query.
pub fn may_stand_in_query(snippet: &Snippet, rulebook: &Rulebook) -> Result<()> {
    let mut statement: Statement = parse_query(snippet)?;
    of_rules::expand(snippet, &mut statement, rulebook)?;
    forms::check(snippet, &statement)
}
