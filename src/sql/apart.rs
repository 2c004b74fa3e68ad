//! Keeps examples apart. Example rows are in one table, but each example stands for its own file: a window or
//! a pathway must not reach beyond its example.
//!
//! A table with examples has the column [`EXAMPLE`], and the SQL over it is split by that column. Records of
//! different pathways do not affect each other's derived facts, so each example gets its own pathway keys.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Ident, Query, SelectItem, SetExpr, Statement, TableFactor, WindowType, visit_expressions_mut,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// Number of the example that a row belongs to.
pub const EXAMPLE: &str = "_example";

/// Adds the example to the partition of every window.
pub fn keep_windows_apart(expression: &mut Expr) {
    let _ = visit_expressions_mut(expression, |part| {
        if let Expr::Function(function) = part
            && let Some(WindowType::WindowSpec(window)) = &mut function.over
        {
            window.partition_by.push(Expr::Identifier(Ident::new(EXAMPLE)));
        }
        ControlFlow::<()>::Continue(())
    });
}

/// Gives the pathways of each example their own keys, at the first use of the key in the query.
pub fn keep_pathways_apart(statement: &mut Statement, pathway_key: &str) {
    if let Statement::Query(query) = statement {
        in_query(query, pathway_key);
    }
}

fn in_query(query: &mut Query, key: &str) {
    if let Some(with) = &mut query.with {
        with.cte_tables
            .iter_mut()
            .for_each(|step| in_query(&mut step.query, key));
    }
    in_set(&mut query.body, key);
}

fn in_set(body: &mut SetExpr, key: &str) {
    match body {
        SetExpr::Select(select) => {
            select.projection.iter_mut().for_each(|item| in_item(item, key));
            for table in select.from.iter_mut() {
                if let TableFactor::Derived { subquery, .. } = &mut table.relation {
                    in_query(subquery, key);
                }
            }
        }
        SetExpr::Query(query) => in_query(query, key),
        SetExpr::SetOperation { left, right, .. } => {
            in_set(left, key);
            in_set(right, key);
        }
        _ => {}
    }
}

fn in_item(item: &mut SelectItem, key: &str) {
    if let SelectItem::ExprWithAlias { expr, alias } = item
        && alias.value == key
    {
        // A record without a pathway has none in its example either.
        let text = format!(
            "CASE WHEN {expr} IS NOT NULL THEN CONCAT('example ', CAST({EXAMPLE} AS VARCHAR), ' ', {expr}) END"
        );
        if let Ok(apart) = Parser::new(&GenericDialect)
            .try_with_sql(&text)
            .and_then(|mut parser| parser.parse_expr())
        {
            *expr = apart;
        }
    }
}
