//! Decides what of an SQL expression depends on TRUE, FALSE and NULL alone. The meaning stays the same,
//! including unknown.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator,
    Value, helpers::attached_token::AttachedToken, visit_expressions_mut,
};

/// The simplest form of an expression.
pub fn simpler(mut expr: Expr) -> Expr {
    let _ = visit_expressions_mut(&mut expr, |part| {
        if let Some(simpler) = step(part) {
            *part = simpler;
        }
        ControlFlow::<()>::Continue(())
    });
    expr
}

/// Both conditions.
pub fn and(left: Expr, right: Expr) -> Expr {
    let both = Expr::BinaryOp {
        left: nested(left),
        op: BinaryOperator::And,
        right: nested(right),
    };
    simpler(both)
}

/// A condition of a join or WHERE, for which unknown is as good as FALSE: a column equals itself where it has a
/// value.
pub fn condition(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(inner) => condition(*inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => and(condition(*left), condition(*right)),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } if matches!(bare(&left), Expr::Identifier(_)) && bare(&left) == bare(&right) => {
            Expr::IsNotNull(left)
        }
        other => other,
    }
}

/// The value where the condition is true, otherwise NULL.
pub fn only_if(condition: &Expr, value: Expr) -> Expr {
    simpler(case(condition.clone(), value, None))
}

/// 1 where the value is not NULL, otherwise 0.
pub fn one_if_known(value: &Expr) -> Expr {
    let is_known = Expr::IsNotNull(nested(value.clone()));
    simpler(case(is_known, whole(1), Some(whole(0))))
}

pub fn literal(truth: bool) -> Expr {
    Expr::Value(Value::Boolean(truth).with_empty_span())
}

pub fn whole(number: u32) -> Expr {
    Expr::Value(Value::Number(number.to_string(), false).with_empty_span())
}

/// The truth of a literal.
pub fn truth(expr: &Expr) -> Option<bool> {
    match bare(expr) {
        Expr::Value(value) => match value.value {
            Value::Boolean(truth) => Some(truth),
            _ => None,
        },
        _ => None,
    }
}

fn step(part: &Expr) -> Option<Expr> {
    match part {
        Expr::Nested(inner) if is_atom(inner) => Some(inner.as_ref().clone()),
        Expr::IsNull(inner) => is_null(inner).map(literal),
        Expr::IsNotNull(inner) => is_null(inner).map(|is_null| literal(!is_null)),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => match truth(expr) {
            Some(truth) => Some(literal(!truth)),
            None => (is_null(expr) == Some(true)).then(null),
        },
        Expr::BinaryOp { left, op, right } => binary(left, op, right),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("coalesce") => {
            first_known(function)
        }
        Expr::Case {
            operand: None,
            conditions,
            else_result,
            ..
        } => first_that_holds(conditions, else_result.as_deref()),
        _ => None,
    }
}

fn binary(left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<Expr> {
    use BinaryOperator::{And, Eq, Gt, GtEq, Lt, LtEq, NotEq, Or};
    match op {
        And => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(literal(false)),
            (Some(true), _) => Some(right.clone()),
            (_, Some(true)) => Some(left.clone()),
            _ => None,
        },
        Or => match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(literal(true)),
            (Some(false), _) => Some(right.clone()),
            (_, Some(false)) => Some(left.clone()),
            _ => None,
        },
        Eq | NotEq | Gt | GtEq | Lt | LtEq
            if [left, right].iter().any(|side| is_null(side) == Some(true)) =>
        {
            Some(null())
        }
        Gt => Some(literal(number(left)? > number(right)?)),
        Eq => Some(literal(number(left)? == number(right)?)),
        _ => None,
    }
}

/// COALESCE without what is NULL and what stands behind a value that is never NULL.
fn first_known(function: &Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let mut left = Vec::new();
    for argument in &list.args {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) = argument else {
            return None;
        };
        match is_null(value) {
            Some(true) => {}
            Some(false) => {
                left.push(argument.clone());
                break;
            }
            None => left.push(argument.clone()),
        }
    }
    match left.as_slice() {
        [] => Some(null()),
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(value))] => Some(Expr::Nested(Box::new(value.clone()))),
        _ if left.len() < list.args.len() => {
            let mut shorter = function.clone();
            let mut list = list.clone();
            list.args = left;
            shorter.args = FunctionArguments::List(list);
            Some(Expr::Function(shorter))
        }
        _ => None,
    }
}

/// CASE without the arms that never hold, and those behind an arm that always holds.
fn first_that_holds(conditions: &[CaseWhen], otherwise: Option<&Expr>) -> Option<Expr> {
    let mut arms: Vec<CaseWhen> = Vec::new();
    let mut last = otherwise.cloned();
    for arm in conditions {
        if truth(&arm.condition) == Some(false) || is_null(&arm.condition) == Some(true) {
            continue;
        }
        if truth(&arm.condition) == Some(true) {
            last = Some(arm.result.clone());
            break;
        }
        arms.push(arm.clone());
    }
    let is_nothing = |value: &Option<Expr>| value.as_ref().is_none_or(|value| is_null(value) == Some(true));
    if arms.is_empty() || (is_nothing(&last) && arms.iter().all(|arm| is_null(&arm.result) == Some(true))) {
        return Some(last.map_or_else(null, |value| Expr::Nested(Box::new(value))));
    }
    (arms.len() < conditions.len()).then(|| Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: arms,
        else_result: last.map(Box::new),
    })
}

/// Whether a literal is NULL; `None` for what is no literal.
fn is_null(expr: &Expr) -> Option<bool> {
    match bare(expr) {
        Expr::Value(value) => Some(value.value == Value::Null),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<u32> {
    match bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => number.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

fn is_atom(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::Value(_) | Expr::Nested(_))
}

fn bare(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}

fn nested(expr: Expr) -> Box<Expr> {
    Box::new(match is_atom(&expr) {
        true => expr,
        false => Expr::Nested(Box::new(expr)),
    })
}

fn null() -> Expr {
    Expr::Value(Value::Null.with_empty_span())
}

fn case(condition: Expr, result: Expr, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: otherwise.map(Box::new),
    }
}
