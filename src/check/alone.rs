//! Rewrites a condition with windows for a record that is alone in each of them. In: the condition. Out: an
//! equal condition without windows, because for one record a count is 1 or 0, and the least and greatest
//! value are its own.

use std::sync::Arc;

use polars::prelude::*;

use crate::check::parts::counts;

/// The condition for a record alone in its windows; `None` if a window uses anything except counts, least and
/// greatest values.
pub fn alone(expr: &Expr) -> Option<Expr> {
    let is_known = expr.into_iter().all(|part| match part {
        Expr::Over {
            function, order_by, ..
        } => order_by.is_none() && is_known_window(function),
        _ => true,
    });
    is_known.then(|| expr.clone().map_expr(of_one))
}

fn is_known_window(function: &Expr) -> bool {
    match function {
        Expr::Len
        | Expr::Agg(
            AggExpr::Min { .. }
            | AggExpr::Max { .. }
            | AggExpr::Count {
                include_nulls: false, ..
            },
        ) => true,
        // COUNT(DISTINCT x): the number of values, including NULL, less one if there is a NULL.
        Expr::BinaryExpr {
            left,
            op: Operator::Minus,
            ..
        } => matches!(left.as_ref(), Expr::Agg(AggExpr::NUnique(_))),
        _ => false,
    }
}

fn of_one(part: Expr) -> Expr {
    match part {
        Expr::Over { function, .. } => Arc::unwrap_or_clone(function),
        Expr::Len => lit(1u32),
        // The constants of `IN (…)` stay an aggregate.
        Expr::Agg(_) if !counts(&part) => part,
        Expr::Agg(AggExpr::Min { input, .. } | AggExpr::Max { input, .. }) => Arc::unwrap_or_clone(input),
        Expr::Agg(AggExpr::Count { input, .. }) => {
            Arc::unwrap_or_clone(input).is_not_null().cast(DataType::UInt32)
        }
        Expr::Agg(AggExpr::NUnique(_)) => lit(1u32),
        Expr::Function {
            mut input,
            function: FunctionExpr::NullCount,
        } if input.len() == 1 => input.remove(0).is_null().cast(DataType::UInt32),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::df;

    /// The outcomes with windows, for records that are each alone, and the outcomes of the rewritten
    /// condition.
    fn both(sql: &str) -> (Vec<Option<bool>>, Vec<Option<bool>>) {
        let records = df!("key" => ["a", "b", "c", "d"], "x" => [Some("01"), Some("02"), None, Some("")], "day" => [Some(1), None, Some(3), Some(4)]);
        let records = records.unwrap();
        let expr = polars::sql::sql_expr(sql).unwrap();
        let outcomes = |expr: Expr| -> Vec<Option<bool>> {
            let judged = records
                .clone()
                .lazy()
                .select([col("key"), expr.alias("outcome")])
                .collect()
                .unwrap();
            judged.column("outcome").unwrap().bool().unwrap().iter().collect()
        };
        (outcomes(expr.clone()), outcomes(alone(&expr).unwrap()))
    }

    #[test]
    fn a_record_alone_is_judged_as_its_windows_would() {
        for sql in [
            "COUNT(*) OVER (PARTITION BY key) = 1",
            "COUNT(x) OVER (PARTITION BY key) = 1",
            "COUNT(CASE WHEN x IN ('01', '02') THEN 1 END) OVER (PARTITION BY key) <= 0",
            "COUNT(DISTINCT x) OVER (PARTITION BY key, x) = 1",
            "COUNT(DISTINCT CASE WHEN x = '01' THEN CONCAT(x, ' ', key) END) OVER (PARTITION BY key) = 0",
            "MIN(x) OVER (PARTITION BY key) = MAX(x) OVER (PARTITION BY key)",
            "day < MAX(CASE WHEN x = '01' THEN day END) OVER (PARTITION BY key, x)",
            "day <= MAX(day) OVER (PARTITION BY key) OR MAX(x) OVER (PARTITION BY key) IS NOT NULL",
            "CASE WHEN COUNT(DISTINCT x) OVER (PARTITION BY key) = 1 THEN TRUE WHEN x IS NULL THEN NULL \
             ELSE COUNT(*) OVER (PARTITION BY key, x) > 1 END",
        ] {
            let (windows, alone) = both(sql);
            assert_eq!(windows, alone, "{sql}");
        }
    }

    #[test]
    fn other_windows_are_not_rewritten() {
        for sql in [
            "ROW_NUMBER() OVER (PARTITION BY key ORDER BY day) = 1",
            "RANK() OVER (PARTITION BY key ORDER BY day) = 1",
            "SUM(day) OVER (PARTITION BY key) = 1",
        ] {
            assert!(alone(&polars::sql::sql_expr(sql).unwrap()).is_none(), "{sql}");
        }
    }
}
