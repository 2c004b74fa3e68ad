//! The faults that can be planted in a query, besides those of conditions (`variants.rs`): a condition of
//! WHERE or ON left out, a join that drops rows, a branch of CASE left out, a result changed, another column
//! of the same type, MIN for MAX.

use polars::prelude::Schema;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, JoinConstraint,
    JoinOperator, ObjectName, Select, Spanned,
};

use crate::rule_tests::variants::{
    Change, Variant, became, is_plain, line_of, not, shortened, spoilt, text_of, text_value,
};

/// Every further fault of a part. `only_columns`: inside a function of our own.
pub fn of_part(part: &Expr, columns: &Schema, only_columns: bool) -> Vec<Variant> {
    match part {
        Expr::Identifier(name) => other_column(part, name, columns, Expr::Identifier),
        Expr::CompoundIdentifier(parts) => match parts.last() {
            Some(name) => other_column(part, name, columns, |name| {
                let mut parts = parts.clone();
                parts.pop();
                parts.push(name);
                Expr::CompoundIdentifier(parts)
            }),
            None => Vec::new(),
        },
        _ if only_columns => Vec::new(),
        Expr::Case { .. } => of_branches(part),
        Expr::Function(function) => of_call(part, function),
        _ => Vec::new(),
    }
}

/// The column of the same type with the most similar name.
fn other_column(part: &Expr, name: &Ident, columns: &Schema, with: impl Fn(Ident) -> Expr) -> Vec<Variant> {
    let Some(data_type) = columns.get(&name.value) else {
        return Vec::new();
    };
    let is_of_rules =
        |other: &str| !other.starts_with('_') && !other.contains("__") && !other.ends_with("_valid");
    let others = columns
        .iter()
        .filter(|(other, other_type)| *other_type == data_type && **other != name.value && is_of_rules(other))
        .map(|(other, _)| other.as_str());
    let similarity = |other: &str| (strsim::normalized_damerau_levenshtein(&name.value, other) * 1e6) as u32;
    let nearest = others.max_by_key(|other| similarity(other));
    let nearest = nearest.filter(|_| is_of_rules(&name.value));
    nearest
        .map(|other| became(part, with(Ident::new(other))))
        .into_iter()
        .collect()
}

/// Each branch of several left out, and each text that a branch gives changed.
fn of_branches(part: &Expr) -> Vec<Variant> {
    let Expr::Case {
        conditions,
        else_result,
        ..
    } = part
    else {
        return Vec::new();
    };
    let mut variants = Vec::new();
    for (index, branch) in conditions.iter().enumerate() {
        let mut without = part.clone();
        let mut changed = part.clone();
        if let Expr::Case { conditions, .. } = &mut without
            && conditions.len() > 1
        {
            conditions.remove(index);
            let text = format!("`WHEN {}` left out", shortened(&branch.condition.to_string()));
            variants.push((
                without,
                Change {
                    line: line_of(&branch.condition),
                    text,
                },
            ));
        }
        if let Expr::Case { conditions, .. } = &mut changed
            && let Some(text) = text_of(&branch.result)
        {
            let change = Change {
                line: line_of(&branch.result).or(line_of(&branch.condition)),
                text: format!("`THEN '{text}'` became `THEN '{}'`", spoilt(text)),
            };
            conditions[index].result = text_value(&spoilt(text));
            variants.push((changed, change));
        }
    }
    if let Some(text) = else_result.as_deref().and_then(text_of) {
        let mut changed = part.clone();
        if let Expr::Case { else_result, .. } = &mut changed {
            *else_result = Some(Box::new(text_value(&spoilt(text))));
        }
        let text = format!("`ELSE '{text}'` became `ELSE '{}'`", spoilt(text));
        variants.push((
            changed,
            Change {
                line: else_result.as_deref().and_then(line_of),
                text,
            },
        ));
    }
    variants
}

/// Functions that are taken for each other.
const PAIRS: [(&str, &str); 2] = [("MIN", "MAX"), ("LEAST", "GREATEST")];

/// MIN for MAX, LEAST for GREATEST, and the last value of COALESCE left out.
fn of_call(part: &Expr, function: &Function) -> Vec<Variant> {
    let name = function.name.to_string().to_uppercase();
    let mut variants = Vec::new();
    for (one, other) in PAIRS.into_iter().chain(PAIRS.map(|(one, other)| (other, one))) {
        if name == one {
            let mut fault = function.clone();
            fault.name = ObjectName::from(Ident::new(other));
            variants.push(became(part, Expr::Function(fault)));
        }
    }
    if name == "COALESCE"
        && let FunctionArguments::List(list) = &function.args
        && let [rest @ .., FunctionArg::Unnamed(FunctionArgExpr::Expr(last))] = list.args.as_slice()
        && !rest.is_empty()
    {
        let mut fault = function.clone();
        if let FunctionArguments::List(list) = &mut fault.args {
            list.args.pop();
        }
        let text = format!("`{}` left out of `COALESCE(…)`", shortened(&last.to_string()));
        variants.push((
            Expr::Function(fault),
            Change {
                line: line_of(last).or(line_of(part)),
                text,
            },
        ));
    }
    variants
}

/// A condition of WHERE, HAVING or ON left out, a plain one turned round; LEFT JOIN for JOIN and back; a
/// DISTINCT lost.
pub fn of_select(select: &Select) -> Vec<(Select, Change)> {
    let mut variants = Vec::new();
    let line = |part: &Expr| line_of(part);
    for (fault, change) in select.selection.iter().flat_map(|part| weaker("WHERE", part)) {
        let mut other = select.clone();
        other.selection = fault;
        variants.push((other, change));
    }
    for (fault, change) in select.having.iter().flat_map(|part| weaker("HAVING", part)) {
        let mut other = select.clone();
        other.having = fault;
        variants.push((other, change));
    }
    for (table, from) in select.from.iter().enumerate() {
        for (join, joined) in from.joins.iter().enumerate() {
            for (operator, text) in of_join(&joined.join_operator) {
                let mut other = select.clone();
                other.from[table].joins[join].join_operator = operator;
                let line = condition(&joined.join_operator).and_then(line);
                variants.push((
                    other,
                    Change {
                        line,
                        text: format!("{text} of `{}`", joined.relation),
                    },
                ));
            }
        }
    }
    if select.distinct.is_some() {
        let mut other = select.clone();
        other.distinct = None;
        let line = Some(select.span().start.line as usize).filter(|line| *line > 0);
        variants.push((
            other,
            Change {
                line,
                text: "DISTINCT left out".to_string(),
            },
        ));
    }
    variants
}

/// The condition without each of its parts, and with each plain part turned round. `None`: no condition.
fn weaker(of: &str, whole: &Expr) -> Vec<(Option<Expr>, Change)> {
    let parts = conjuncts(whole);
    let mut variants = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let rest = parts.iter().enumerate().filter(|(other, _)| *other != index);
        let rest = joined(rest.map(|(_, part)| (*part).clone()));
        let text = format!("`{}` left out of {of}", shortened(&part.to_string()));
        variants.push((
            rest,
            Change {
                line: line_of(part),
                text,
            },
        ));
        // Of several parts joined by AND, each is negated where the faults of AND are planted.
        if parts.len() == 1 && is_plain(part) {
            variants.push((Some(not(part)), became(part, not(part)).1));
        }
    }
    variants
}

fn conjuncts(part: &Expr) -> Vec<&Expr> {
    match part {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            let mut parts = conjuncts(left);
            parts.extend(conjuncts(right));
            parts
        }
        _ => vec![part],
    }
}

fn joined(parts: impl Iterator<Item = Expr>) -> Option<Expr> {
    parts.reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::And,
        right: Box::new(right),
    })
}

/// The condition of a join.
fn condition(operator: &JoinOperator) -> Option<&Expr> {
    match operator {
        JoinOperator::Inner(JoinConstraint::On(condition))
        | JoinOperator::Join(JoinConstraint::On(condition))
        | JoinOperator::Left(JoinConstraint::On(condition))
        | JoinOperator::LeftOuter(JoinConstraint::On(condition)) => Some(condition),
        _ => None,
    }
}

fn of_join(operator: &JoinOperator) -> Vec<(JoinOperator, String)> {
    let Some(on) = condition(operator) else {
        return Vec::new();
    };
    let is_left = matches!(operator, JoinOperator::Left(_) | JoinOperator::LeftOuter(_));
    let with = |condition: Expr, is_left: bool| match is_left {
        true => JoinOperator::LeftOuter(JoinConstraint::On(condition)),
        false => JoinOperator::Inner(JoinConstraint::On(condition)),
    };
    let text = if is_left {
        "LEFT JOIN became JOIN"
    } else {
        "JOIN became LEFT JOIN"
    };
    let mut variants = vec![(with(on.clone(), !is_left), text.to_string())];
    variants.extend(
        weaker("ON", on)
            .into_iter()
            .filter_map(|(rest, change)| Some((with(rest?, is_left), change.text))),
    );
    variants
}
