//! Finds a join whose `ON` compares a column with a fixed value: the engine takes only columns there, and
//! gave no rows for it.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, JoinConstraint, JoinOperator, Select, Statement, Visit, Visitor, visit_expressions,
};

use crate::rulebook::Mistake;
use crate::sql::Snippet;

/// A mistake for the first comparison with a fixed value in an `ON`.
pub fn without_fixed_values(snippet: &Snippet, statement: &Statement) -> Result<(), Mistake> {
    match statement.visit(&mut Joins) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(part) => Err(mistake(snippet, &part)),
    }
}

struct Joins;

impl Visitor for Joins {
    type Break = Expr;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Expr> {
        for join in select.from.iter().flat_map(|table| &table.joins) {
            if let JoinOperator::Join(JoinConstraint::On(on))
            | JoinOperator::Inner(JoinConstraint::On(on))
            | JoinOperator::Left(JoinConstraint::On(on))
            | JoinOperator::LeftOuter(JoinConstraint::On(on)) = &join.join_operator
            {
                fixed(on)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Stops at a comparison one side of which names no column.
fn fixed(on: &Expr) -> ControlFlow<Expr> {
    match on {
        Expr::Nested(inner) => fixed(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            fixed(left)?;
            fixed(right)
        }
        Expr::BinaryOp { left, right, .. } if !has_column(left) || !has_column(right) => {
            ControlFlow::Break(on.clone())
        }
        _ => ControlFlow::Continue(()),
    }
}

fn has_column(part: &Expr) -> bool {
    let is_column = |part: &Expr| match part {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    visit_expressions(part, is_column).is_break()
}

fn mistake(snippet: &Snippet, part: &Expr) -> Mistake {
    let text = part.to_string();
    let at = snippet.text.find(&text).unwrap_or_default();
    let line = 1 + snippet.text[..at].matches('\n').count();
    let column = 1 + snippet.text[..at]
        .chars()
        .rev()
        .take_while(|letter| *letter != '\n')
        .count();
    snippet
        .mistake(
            line,
            column,
            text.chars().count(),
            format!("`ON {text}` compares with a fixed value, for which the engine finds no rows"),
        )
        .help(
            "join on columns only: keep the rows first (`FROM (SELECT … WHERE …)`), or compare in `WHERE`"
                .to_string(),
        )
}
