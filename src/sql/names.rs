//! Checks that the names in a rule exist: tables, columns, functions.

use std::collections::HashSet;
use std::ops::ControlFlow;

use anyhow::Result;
use polars::prelude::Schema;
use sqlparser::ast::{
    BinaryOperator, Expr, Ident, ObjectName, Query, SelectItem, SetExpr, Statement, TableAlias, TableFactor,
    Visit, visit_expressions, visit_relations,
};

use crate::rulebook::{Mistake, suggestion};
use crate::sql::Snippet;

/// The names that a query may use.
#[derive(Default)]
pub struct Known {
    tables: HashSet<String>,
    columns: HashSet<String>,
}

impl Known {
    pub fn add_table<'a>(&mut self, name: &str, columns: impl Iterator<Item = &'a str>) {
        self.tables.insert(name.to_string());
        self.columns.extend(columns.map(String::from));
    }
}

/// An error if a check names a column that the records do not have.
pub fn check_expression(snippet: &Snippet, expression: &Expr, columns: &Schema) -> Result<()> {
    check_distinct(snippet, expression)?;
    let found = visit_expressions(expression, |part| match part {
        Expr::Identifier(name) if !columns.contains(&name.value) && !is_word(name) => {
            ControlFlow::Break(name.clone())
        }
        Expr::CompoundIdentifier(parts) => match parts.last() {
            Some(name) if !columns.contains(&name.value) => ControlFlow::Break(name.clone()),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(name) => Err(unknown(
            snippet,
            "column",
            &name,
            columns.iter_names().map(|name| name.as_str()),
        )
        .into()),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// An error for `a IS DISTINCT FROM b AND c`: it is read as `a IS DISTINCT FROM (b AND c)`, which is never
/// intended.
fn check_distinct<T: Visit>(snippet: &Snippet, sql: &T) -> Result<()> {
    let found = visit_expressions(sql, |part| match part {
        Expr::IsDistinctFrom(_, right) | Expr::IsNotDistinctFrom(_, right) => match right.as_ref() {
            Expr::BinaryOp {
                op: BinaryOperator::And | BinaryOperator::Or,
                ..
            } => ControlFlow::Break(right.to_string()),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(right) => Err(snippet
            .mistake(
                1,
                1,
                1,
                "`IS DISTINCT FROM` takes everything after it for its right side",
            )
            .help(format!(
                "put brackets round the comparison: here it reads `({right})`"
            ))
            .into()),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// An error if a query names a table that does not exist, or a column that is in no table and not defined by
/// the query.
pub fn check_query(snippet: &Snippet, statement: &Statement, mut known: Known) -> Result<()> {
    check_distinct(snippet, statement)?;
    if let Statement::Query(query) = statement {
        own_names(snippet, query, &known)?;
        collect(query, &mut known);
    }
    let found = visit_relations(statement, |name: &ObjectName| match object_ident(name) {
        Some(ident) if !known.tables.contains(&ident.value) => ControlFlow::Break(ident.clone()),
        _ => ControlFlow::Continue(()),
    });
    if let ControlFlow::Break(name) = found {
        return Err(unknown(snippet, "table", &name, known.tables.iter().map(String::as_str)).into());
    }
    let found = visit_expressions(statement, |part| match part {
        Expr::Identifier(name) if !known.columns.contains(&name.value) && !is_word(name) => {
            ControlFlow::Break(name.clone())
        }
        Expr::CompoundIdentifier(parts) => match parts.last() {
            Some(name) if !known.columns.contains(&name.value) => ControlFlow::Break(name.clone()),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(name) => {
            Err(unknown(snippet, "column", &name, known.columns.iter().map(String::as_str)).into())
        }
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// An error if a step has the name of a table: polars would read the table, other engines the step.
fn own_names(snippet: &Snippet, query: &Query, known: &Known) -> Result<()> {
    let steps = query
        .with
        .iter()
        .flat_map(|with| &with.cte_tables)
        .map(|step| &step.alias.name);
    let Some(name) = steps.into_iter().find(|name| known.tables.contains(&name.value)) else {
        return Ok(());
    };
    let (line, column) = (name.span.start.line as usize, name.span.start.column as usize);
    let message = format!("the step `{}` has the name of a table", name.value);
    Err(snippet
        .mistake(line, column, name.value.len(), message)
        .help("give the step a name of its own")
        .into())
}

fn unknown<'a>(snippet: &Snippet, what: &str, name: &Ident, known: impl Iterator<Item = &'a str>) -> Mistake {
    let known: Vec<&str> = known.collect();
    snippet
        .mistake(
            name.span.start.line as usize,
            name.span.start.column as usize,
            name.value.len(),
            format!("there is no {what} `{}`", name.value),
        )
        .help(suggestion(&name.value, known.iter().copied()))
}

/// Words that the parser reads as names.
fn is_word(name: &Ident) -> bool {
    name.quote_style.is_none() && matches!(name.value.to_uppercase().as_str(), "TRUE" | "FALSE" | "NULL")
}

fn object_ident(name: &ObjectName) -> Option<&Ident> {
    name.0.last().and_then(|part| part.as_ident())
}

/// Collects the names that a query defines: its steps, tables and columns.
fn collect(query: &Query, known: &mut Known) {
    for step in query.with.iter().flat_map(|with| &with.cte_tables) {
        known.tables.insert(step.alias.name.value.clone());
        collect(&step.query, known);
    }
    collect_set(&query.body, known);
}

fn collect_set(body: &SetExpr, known: &mut Known) {
    match body {
        SetExpr::Select(select) => {
            for item in &select.projection {
                if let SelectItem::ExprWithAlias { alias, .. } = item {
                    known.columns.insert(alias.value.clone());
                }
            }
            for table in &select.from {
                collect_table(&table.relation, known);
                for join in &table.joins {
                    collect_table(&join.relation, known);
                }
            }
        }
        SetExpr::Query(query) => collect(query, known),
        SetExpr::SetOperation { left, right, .. } => {
            collect_set(left, known);
            collect_set(right, known);
        }
        _ => {}
    }
}

fn collect_table(table: &TableFactor, known: &mut Known) {
    let named = |alias: &Option<TableAlias>, known: &mut Known| {
        if let Some(alias) = alias {
            known.tables.insert(alias.name.value.clone());
        }
    };
    match table {
        TableFactor::Table { alias, .. } => named(alias, known),
        TableFactor::Derived { subquery, alias, .. } => {
            named(alias, known);
            collect(subquery, known);
        }
        _ => {}
    }
}
