//! Simplifies a condition over several fields for one of them. Once `{field}` is filled in, comparisons of
//! two literals are decided here, so that no row is checked against the arms of other fields.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value, visit_expressions_mut};

/// Evaluates what only depends on literals; the meaning stays the same, including unknown.
pub fn fold(condition: &mut Expr) {
    let _ = visit_expressions_mut(condition, |part| {
        if let Some(simpler) = simpler(part) {
            *part = simpler;
        }
        ControlFlow::<()>::Continue(())
    });
}

fn simpler(part: &Expr) -> Option<Expr> {
    match part {
        Expr::Nested(inner) if truth(inner).is_some() => Some(inner.as_ref().clone()),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => truth(expr).map(|value| boolean(!value)),
        Expr::BinaryOp { left, op, right } => binary(left, op, right),
        Expr::InList { expr, list, negated } => {
            let wanted = text(expr)?;
            let texts = list.iter().map(text).collect::<Option<Vec<&str>>>()?;
            Some(boolean(texts.contains(&wanted) != *negated))
        }
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            let wanted = operand.as_deref().and_then(text)?;
            let known = conditions
                .iter()
                .map(|arm| text(&arm.condition))
                .collect::<Option<Vec<&str>>>()?;
            let arm = known.iter().position(|arm| *arm == wanted);
            match (arm, else_result) {
                (Some(arm), _) => Some(in_brackets(conditions[arm].result.clone())),
                (None, Some(other)) => Some(in_brackets(other.as_ref().clone())),
                // No arm is for this field: the result is unknown, with a type that polars must determine.
                (None, None) => None,
            }
        }
        _ => None,
    }
}

fn binary(left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<Expr> {
    match op {
        BinaryOperator::Eq => Some(boolean(text(left)? == text(right)?)),
        BinaryOperator::NotEq => Some(boolean(text(left)? != text(right)?)),
        BinaryOperator::And => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(boolean(false)),
            (Some(true), _) => Some(right.clone()),
            (_, Some(true)) => Some(left.clone()),
            _ => None,
        },
        BinaryOperator::Or => match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(boolean(true)),
            (Some(false), _) => Some(right.clone()),
            (_, Some(false)) => Some(left.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn in_brackets(inner: Expr) -> Expr {
    match truth(&inner) {
        Some(_) => inner,
        None => Expr::Nested(Box::new(inner)),
    }
}

fn text(part: &Expr) -> Option<&str> {
    match part {
        Expr::Value(literal) => match &literal.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn truth(part: &Expr) -> Option<bool> {
    match part {
        Expr::Value(literal) => match literal.value {
            Value::Boolean(value) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

fn boolean(value: bool) -> Expr {
    Expr::Value(Value::Boolean(value).with_empty_span())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    #[test]
    fn literals_decide_and_columns_stay() {
        for (condition, folded) in [
            (
                "CASE 'b' WHEN 'a' THEN x > 1 WHEN 'b' THEN y > 2 OR z END",
                "(y > 2 OR z)",
            ),
            ("CASE 'c' WHEN 'a' THEN x > 1 ELSE y END", "(y)"),
            (
                "CASE 'c' WHEN 'a' THEN x > 1 END",
                "CASE 'c' WHEN 'a' THEN x > 1 END",
            ),
            ("'a' IN ('a', 'b') AND x", "x"),
            ("'a' NOT IN ('a', 'b') AND x", "false"),
            ("('a' = 'b' AND x) OR ('a' <> 'b' AND y IS NULL)", "(y IS NULL)"),
            ("NOT ('a' = 'b') AND x = 'a'", "x = 'a'"),
            ("x = 'a' OR y IN ('a', NULL)", "x = 'a' OR y IN ('a', NULL)"),
        ] {
            let mut parsed = Parser::new(&GenericDialect)
                .try_with_sql(condition)
                .unwrap()
                .parse_expr()
                .unwrap();
            fold(&mut parsed);
            assert_eq!(parsed.to_string(), folded, "{condition}");
        }
    }
}
