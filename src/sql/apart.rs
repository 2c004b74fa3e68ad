//! Example rows stand in one table, and yet each example is a file of its own: what looks beyond a row, a window
//! or a pathway, must not look beyond the example.
//!
//! A table that holds examples has the column [`EXAMPLE`]; SQL over it is kept apart by it. Records of different
//! pathways do not bear on each other's derived facts, so a pathway key of its own keeps derived facts apart.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Ident, Query, SelectItem, SetExpr, Statement, TableFactor, WindowType, visit_expressions_mut,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// Number of the example that a row belongs to.
pub const EXAMPLE: &str = "_example";

/// Ends every window at the edge of its example.
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

/// Gives the pathways of each example keys of their own, where the query first names the key.
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
        let text = format!("CONCAT('example ', CAST({EXAMPLE} AS VARCHAR), ' ', {expr})");
        if let Ok(apart) = Parser::new(&GenericDialect)
            .try_with_sql(&text)
            .and_then(|mut parser| parser.parse_expr())
        {
            *expr = apart;
        }
    }
}
