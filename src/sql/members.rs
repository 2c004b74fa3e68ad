//! Rewrites `x IN (a, b)` if a member is not a literal: polars accepts literals only, so the list becomes
//! comparisons. For polars, a date is not a literal either.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, VisitMut, visit_expressions_mut};

/// Rewrites lists with members other than literals as comparisons with the same meaning, including unknown.
pub fn as_comparisons<T: VisitMut>(sql: &mut T) {
    let _ = visit_expressions_mut(sql, |part| {
        if let Some(comparisons) = comparisons(part) {
            *part = comparisons;
        }
        ControlFlow::<()>::Continue(())
    });
}

fn comparisons(part: &Expr) -> Option<Expr> {
    let Expr::InList { expr, list, negated } = part else {
        return None;
    };
    if list.iter().all(is_literal) {
        return None;
    }
    let (compared, joined) = match negated {
        true => (BinaryOperator::NotEq, BinaryOperator::And),
        false => (BinaryOperator::Eq, BinaryOperator::Or),
    };
    let compare = |member: &Expr| binary(operand(expr), compared.clone(), operand(member));
    let all = list
        .iter()
        .map(compare)
        .reduce(|left, right| binary(left, joined.clone(), right))?;
    Some(Expr::Nested(Box::new(all)))
}

fn is_literal(member: &Expr) -> bool {
    match member {
        Expr::Value(_) => true,
        Expr::UnaryOp { expr, .. } => is_literal(expr),
        _ => false,
    }
}

/// The part in brackets, unless it needs none.
fn operand(part: &Expr) -> Expr {
    match part {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::Function(_)
        | Expr::Cast { .. }
        | Expr::Nested(_) => part.clone(),
        _ => Expr::Nested(Box::new(part.clone())),
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    #[test]
    fn a_list_of_columns_becomes_comparisons_and_one_of_literals_stays() {
        for (condition, plain) in [
            ("x IN (a, b)", "(x = a OR x = b)"),
            ("x NOT IN (a, '3') AND y", "(x <> a AND x <> '3') AND y"),
            ("'3' IN (a, LEFT(b, 1))", "('3' = a OR '3' = LEFT(b, 1))"),
            ("a + 1 IN (b + 2, 3)", "((a + 1) = (b + 2) OR (a + 1) = 3)"),
            ("x IN (CAST(20000 AS DATE))", "(x = CAST(20000 AS DATE))"),
            ("x IN ('a', 'b')", "x IN ('a', 'b')"),
            ("x IN (-1, NULL)", "x IN (-1, NULL)"),
        ] {
            let mut parsed = Parser::new(&GenericDialect)
                .try_with_sql(condition)
                .unwrap()
                .parse_expr()
                .unwrap();
            as_comparisons(&mut parsed);
            assert_eq!(parsed.to_string(), plain, "{condition}");
        }
    }
}
