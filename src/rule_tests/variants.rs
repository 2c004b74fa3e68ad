//! The faults that can be planted in one part of a condition.

use chrono::{Days, NaiveDate};
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned, UnaryOperator,
    Value, WindowType,
};

/// What a fault changes, in words.
pub struct Change {
    /// Line of the SQL; `None`: the line of the part.
    pub line: Option<usize>,
    pub text: String,
}

pub type Variant = (Expr, Change);

/// Codes and texts are changed by adding a character that no code has.
const SPOILT: char = '~';

/// Every fault of a part itself, without those of its inner parts. `whole`: the part is the whole condition.
pub fn variants(part: &Expr, whole: bool) -> Vec<Variant> {
    let mut variants = match part {
        Expr::BinaryOp { .. } => of_operator(part),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => vec![became(part, expr.as_ref().clone())],
        Expr::IsNull(inner) => vec![became(part, Expr::IsNotNull(inner.clone()))],
        Expr::IsNotNull(inner) => vec![became(part, Expr::IsNull(inner.clone()))],
        Expr::IsDistinctFrom(left, right) => {
            vec![became(part, Expr::IsNotDistinctFrom(left.clone(), right.clone()))]
        }
        Expr::IsNotDistinctFrom(left, right) => {
            vec![became(part, Expr::IsDistinctFrom(left.clone(), right.clone()))]
        }
        Expr::InList { .. } => of_list(part),
        Expr::Between { .. } => of_range(part),
        Expr::Like { pattern, .. } => of_pattern(part, pattern),
        Expr::Case { .. } => of_case(part),
        Expr::Function(function) => of_function(part, function),
        Expr::Value(value) => of_value(part, &value.value),
        Expr::TypedString(_) => of_date(part),
        Expr::Interval(_) => of_interval(part),
        _ => Vec::new(),
    };
    if whole && is_plain(part) {
        variants.push(became(part, not(part)));
    }
    variants
}

fn of_operator(part: &Expr) -> Vec<Variant> {
    let Expr::BinaryOp { left, op, right } = part else {
        return Vec::new();
    };
    if matches!(op, BinaryOperator::And | BinaryOperator::Or) {
        return of_joint(left, op, right);
    }
    let mut variants: Vec<Variant> = turned(op)
        .iter()
        .map(|other| became(part, binary(left, other, right)))
        .collect();
    variants.extend(of_compared_text(part, left, op, right));
    variants
}

/// The operators that are put in place of one.
fn turned(op: &BinaryOperator) -> &'static [BinaryOperator] {
    use BinaryOperator::{And, Eq, Gt, GtEq, Lt, LtEq, Minus, NotEq, Or, Plus};
    match op {
        Eq => &[NotEq],
        NotEq => &[Eq],
        Lt => &[LtEq, GtEq],
        LtEq => &[Lt, Gt],
        Gt => &[GtEq, LtEq],
        GtEq => &[Gt, Lt],
        And => &[Or],
        Or => &[And],
        Plus => &[Minus],
        Minus => &[Plus],
        _ => &[],
    }
}

fn binary(left: &Expr, op: &BinaryOperator, right: &Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left.clone()),
        op: op.clone(),
        right: Box::new(right.clone()),
    }
}

/// AND for OR, OR for AND, and each plain side turned round.
fn of_joint(left: &Expr, op: &BinaryOperator, right: &Expr) -> Vec<Variant> {
    let mut variants: Vec<Variant> = turned(op)
        .iter()
        .map(|other| {
            // In brackets, because AND binds tighter than OR.
            let fault = Expr::Nested(Box::new(binary(&bracketed(left), other, &bracketed(right))));
            let text = format!(
                "{op} became {other} between `{}` and `{}`",
                last(left),
                first(right)
            );
            let line = Some(right.span().start.line as usize).filter(|line| *line > 0);
            (fault, Change { line, text })
        })
        .collect();
    if is_plain(left) {
        variants.push(changed(left, &not(left), binary(&not(left), op, right)));
    }
    if is_plain(right) {
        variants.push(changed(right, &not(right), binary(left, op, &not(right))));
    }
    variants
}

/// A text that is compared becomes another text; so does the default of a `COALESCE` compared with it.
fn of_compared_text(part: &Expr, left: &Expr, op: &BinaryOperator, right: &Expr) -> Vec<Variant> {
    let mut variants = Vec::new();
    if let Some(text) = text_of(right) {
        variants.push(became(part, binary(left, op, &text_value(&spoilt(text)))));
        if let Some((with_default, fallback)) = coalesced(left) {
            let other = if fallback == text {
                spoilt(text)
            } else {
                text.to_string()
            };
            variants.push(became(part, binary(&with_default(&other), op, right)));
        }
    } else if let Some(text) = text_of(left) {
        variants.push(became(part, binary(&text_value(&spoilt(text)), op, right)));
    }
    variants
}

/// `COALESCE(…, 'text')`: a function that replaces the text, and the current text.
fn coalesced(part: &Expr) -> Option<(impl Fn(&str) -> Expr + '_, &str)> {
    let Expr::Function(function) = part else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(fallback))) = list.args.last() else {
        return None;
    };
    let fallback =
        text_of(fallback).filter(|_| function.name.to_string().eq_ignore_ascii_case("coalesce"))?;
    Some((
        move |other: &str| with_last_argument(function, text_value(other)),
        fallback,
    ))
}

fn with_last_argument(function: &Function, value: Expr) -> Expr {
    let mut function = function.clone();
    if let FunctionArguments::List(list) = &mut function.args
        && let Some(last) = list.args.last_mut()
    {
        *last = FunctionArg::Unnamed(FunctionArgExpr::Expr(value));
    }
    Expr::Function(function)
}

/// Each code left out; a single code changed; IN and NOT IN exchanged.
fn of_list(part: &Expr) -> Vec<Variant> {
    let Expr::InList { expr, list, negated } = part else {
        return Vec::new();
    };
    let with = |list: Vec<Expr>, negated: bool| Expr::InList {
        expr: expr.clone(),
        list,
        negated,
    };
    let mut variants = vec![became(part, with(list.clone(), !negated))];
    for (index, code) in list.iter().enumerate() {
        if list.len() > 1 {
            let rest = list
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, code)| code.clone())
                .collect();
            let of = if *negated { "NOT IN" } else { "IN" };
            let text = format!("{code} left out of `{expr} {of} (…)`");
            variants.push((
                with(rest, *negated),
                Change {
                    line: line_of(code),
                    text,
                },
            ));
        } else if let Some(text) = text_of(code) {
            variants.push(became(part, with(vec![text_value(&spoilt(text))], *negated)));
        }
    }
    variants
}

/// BETWEEN and NOT BETWEEN exchanged, and each bound that is a code moved by one; numbers and dates are moved
/// elsewhere.
fn of_range(part: &Expr) -> Vec<Variant> {
    let Expr::Between {
        expr,
        negated,
        low,
        high,
    } = part
    else {
        return Vec::new();
    };
    let with = |negated: bool, low: &Expr, high: &Expr| Expr::Between {
        expr: expr.clone(),
        negated,
        low: Box::new(low.clone()),
        high: Box::new(high.clone()),
    };
    let mut variants = vec![became(part, with(!negated, low, high))];
    for code in [-1, 1]
        .into_iter()
        .filter_map(|step| next_code(text_of(low)?, step))
    {
        variants.push(became(part, with(*negated, &text_value(&code), high)));
    }
    for code in [-1, 1]
        .into_iter()
        .filter_map(|step| next_code(text_of(high)?, step))
    {
        variants.push(became(part, with(*negated, low, &text_value(&code))));
    }
    variants
}

fn of_pattern(part: &Expr, pattern: &Expr) -> Vec<Variant> {
    let (
        Expr::Like {
            negated,
            any,
            expr,
            escape_char,
            ..
        },
        Some(text),
    ) = (part, text_of(pattern))
    else {
        return Vec::new();
    };
    let with = |negated: bool, pattern: &str| Expr::Like {
        negated,
        any: *any,
        expr: expr.clone(),
        pattern: Box::new(text_value(pattern)),
        escape_char: escape_char.clone(),
    };
    vec![
        became(part, with(!negated, text)),
        became(part, with(*negated, &spoilt(text))),
    ]
}

/// `CASE x WHEN 'code'`: the code changed. `CASE WHEN condition`: a simple condition negated.
fn of_case(part: &Expr) -> Vec<Variant> {
    let Expr::Case {
        operand, conditions, ..
    } = part
    else {
        return Vec::new();
    };
    let cases = conditions.iter().enumerate().filter_map(|(index, case)| {
        let other = match (operand, text_of(&case.condition)) {
            (Some(_), Some(code)) => text_value(&spoilt(code)),
            (None, _) if is_plain(&case.condition) => not(&case.condition),
            _ => return None,
        };
        let mut fault = part.clone();
        if let Expr::Case { conditions, .. } = &mut fault {
            conditions[index].condition = other.clone();
        }
        Some((
            fault,
            Change {
                line: line_of(&case.condition),
                text: format!("`WHEN {}` became `WHEN {other}`", case.condition),
            },
        ))
    });
    cases.collect()
}

fn of_function(part: &Expr, function: &Function) -> Vec<Variant> {
    let mut variants = Vec::new();
    if let Some(WindowType::WindowSpec(window)) = &function.over
        && window.partition_by.len() > 1
    {
        for (index, column) in window.partition_by.iter().enumerate() {
            let mut fault = function.clone();
            if let Some(WindowType::WindowSpec(window)) = &mut fault.over {
                window.partition_by.remove(index);
            }
            let text = format!("`{}` left out of PARTITION BY", shortened(&column.to_string()));
            variants.push((
                Expr::Function(fault),
                Change {
                    line: line_of(column),
                    text,
                },
            ));
        }
    }
    if function.name.to_string().eq_ignore_ascii_case("regexp_like")
        && let FunctionArguments::List(list) = &function.args
        && let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(pattern))) = list.args.last()
        && let Some(text) = text_of(pattern)
    {
        variants.extend(of_regular_expression(text).into_iter().map(|other| {
            let change = format!("`{text}` became `{other}`");
            (
                with_last_argument(function, text_value(&other)),
                Change {
                    line: line_of(pattern).or(line_of(part)),
                    text: change,
                },
            )
        }));
    }
    variants
}

/// An anchor or a `?` left out, or a count in braces changed by one.
fn of_regular_expression(text: &str) -> Vec<String> {
    let mut others = Vec::new();
    for (at, letter) in text.char_indices() {
        let is_anchor = (letter == '^' && at == 0) || (letter == '$' && at + 1 == text.len());
        if is_anchor || letter == '?' {
            others.push(format!("{}{}", &text[..at], &text[at + 1..]));
        }
        if letter == '{'
            && let Some(length) = text[at..].find('}')
            && let Ok(count) = text[at + 1..at + length].parse::<u32>()
        {
            let counts = [count.checked_sub(1), count.checked_add(1)];
            others.extend(
                counts
                    .into_iter()
                    .flatten()
                    .map(|count| format!("{}{count}{}", &text[..=at], &text[at + length..])),
            );
        }
    }
    others
}

fn of_value(part: &Expr, value: &Value) -> Vec<Variant> {
    match value {
        Value::Number(text, _) => {
            let Ok(number) = text.parse::<i64>() else {
                return Vec::new();
            };
            [number - 1, number + 1]
                .into_iter()
                .map(|number| became(part, Expr::value(Value::Number(number.to_string(), false))))
                .collect()
        }
        Value::Boolean(value) => vec![became(part, Expr::value(Value::Boolean(!value)))],
        _ => Vec::new(),
    }
}

/// A day earlier and a day later.
fn of_date(part: &Expr) -> Vec<Variant> {
    let Expr::TypedString(literal) = part else {
        return Vec::new();
    };
    let date = literal
        .value
        .clone()
        .into_string()
        .and_then(|text| text.parse::<NaiveDate>().ok());
    let days = date
        .into_iter()
        .flat_map(|date| {
            [
                date.checked_sub_days(Days::new(1)),
                date.checked_add_days(Days::new(1)),
            ]
        })
        .flatten();
    days.map(|day| {
        let mut fault = literal.clone();
        fault.value.value = Value::SingleQuotedString(day.to_string());
        became(part, Expr::TypedString(fault))
    })
    .collect()
}

/// `INTERVAL '16 years'` as 15 and 17 years.
fn of_interval(part: &Expr) -> Vec<Variant> {
    let Expr::Interval(interval) = part else {
        return Vec::new();
    };
    let Some((number, unit)) = text_of(&interval.value).and_then(|text| text.split_once(' ')) else {
        return Vec::new();
    };
    let Ok(number) = number.parse::<i64>() else {
        return Vec::new();
    };
    let others = [number - 1, number + 1].into_iter().map(|number| {
        let mut fault = interval.clone();
        fault.value = Box::new(text_value(&format!("{number} {unit}")));
        became(part, Expr::Interval(fault))
    });
    others.collect()
}

/// A condition that is a single name or function.
pub(super) fn is_plain(part: &Expr) -> bool {
    match part {
        Expr::Identifier(name) => {
            name.quote_style.is_none() && !matches!(name.value.to_uppercase().as_str(), "NULL")
        }
        Expr::Function(_) => true,
        _ => false,
    }
}

pub(super) fn not(part: &Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::Not,
        expr: Box::new(part.clone()),
    }
}

/// The condition in brackets if it joins conditions.
fn bracketed(part: &Expr) -> Expr {
    match part {
        Expr::BinaryOp {
            op: BinaryOperator::And | BinaryOperator::Or,
            ..
        } => Expr::Nested(Box::new(part.clone())),
        _ => part.clone(),
    }
}

pub(super) fn text_of(part: &Expr) -> Option<&str> {
    match part {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn text_value(text: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(text.to_string()))
}

pub(super) fn spoilt(text: &str) -> String {
    format!("{text}{SPOILT}")
}

/// The code with its last digit moved by one, if it stays a digit.
fn next_code(code: &str, step: i32) -> Option<String> {
    let digit = code.chars().last()?.to_digit(10)?;
    let moved = u32::try_from(digit as i32 + step)
        .ok()
        .filter(|digit| *digit < 10)?;
    Some(format!("{}{moved}", &code[..code.len() - 1]))
}

pub(super) fn line_of(part: &Expr) -> Option<usize> {
    Some(part.span().start.line as usize).filter(|line| *line > 0)
}

pub(super) fn became(part: &Expr, fault: Expr) -> Variant {
    changed(part, &fault.clone(), fault)
}

fn changed(before: &Expr, after: &Expr, fault: Expr) -> Variant {
    let text = format!(
        "`{}` became `{}`",
        shortened(&before.to_string()),
        shortened(&after.to_string())
    );
    (
        fault,
        Change {
            line: line_of(before),
            text,
        },
    )
}

pub(super) fn shortened(text: &str) -> String {
    match text.chars().count() {
        0..=90 => text.to_string(),
        _ => format!("{}…", text.chars().take(89).collect::<String>()),
    }
}

/// The last condition of a chain, for the description of a change.
fn last(part: &Expr) -> String {
    match part {
        Expr::BinaryOp {
            op: BinaryOperator::And | BinaryOperator::Or,
            right,
            ..
        } => last(right),
        other => shortened(&other.to_string()),
    }
}

fn first(part: &Expr) -> String {
    match part {
        Expr::BinaryOp {
            op: BinaryOperator::And | BinaryOperator::Or,
            left,
            ..
        } => first(left),
        other => shortened(&other.to_string()),
    }
}
