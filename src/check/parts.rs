//! What the parts of a condition are: those that need other records than their own.

use polars::prelude::*;

/// Whether an expression needs other records than its own.
pub fn looks_across(expr: &Expr) -> bool {
    expr.into_iter()
        .any(|part| matches!(part, Expr::Over { .. }) || counts(part))
}

/// A step from the values of many records to one; `IN (…)` gathers its constants in one too.
pub fn counts(part: &Expr) -> bool {
    match part {
        Expr::Len => true,
        Expr::Agg(_) => part.into_iter().any(|within| matches!(within, Expr::Column(_))),
        _ => false,
    }
}
