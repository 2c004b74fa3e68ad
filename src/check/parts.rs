//! Which parts of a condition need other records than the record itself.

use polars::prelude::*;

/// Whether an expression needs other records than the record itself.
pub fn looks_across(expr: &Expr) -> bool {
    expr.into_iter()
        .any(|part| matches!(part, Expr::Over { .. }) || counts(part))
}

/// Whether a part reduces the values of many records to one. `IN (…)` also aggregates its constants.
pub fn counts(part: &Expr) -> bool {
    match part {
        Expr::Len => true,
        Expr::Agg(_) => part.into_iter().any(|within| matches!(within, Expr::Column(_))),
        _ => false,
    }
}
