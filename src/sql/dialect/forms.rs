//! Which forms of SQL rules may use: those with the same meaning on every engine, or that can be rewritten to
//! have it. In: SQL of the rules. Out: nothing, or a mistake at the first other form.

use std::ops::ControlFlow;

use anyhow::Result;
use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, GroupByExpr, JoinConstraint, JoinOperator, Query, Select, SelectItem, SetExpr,
    SetOperator, SetQuantifier, Spanned, TableFactor, UnaryOperator, Value, Visit, Visitor, WindowType,
};

use crate::rulebook::Mistake;
use crate::sql::dialect::Dialect;
use crate::sql::dialect::pattern;
use crate::sql::dialect::table::{self, Asks, CASTS, DATE_FORMS};
use crate::sql::{Snippet, functions, place};

/// What is wrong, and what to do.
struct Unlike {
    what: String,
    help: String,
}

impl Unlike {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Unlike {
        Unlike {
            what: what.into(),
            help: help.into(),
        }
    }

    fn form(what: &str) -> Unlike {
        Unlike::new(
            format!("`{what}` is not for rules"),
            "rules/README.md lists the functions and forms of rules",
        )
    }
}

/// An error at the first form that is not allowed.
pub fn check(snippet: &Snippet, sql: &impl Visit) -> Result<()> {
    match sql.visit(&mut Checker { snippet }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(mistake) => Err((*mistake).into()),
    }
}

struct Checker<'a> {
    snippet: &'a Snippet<'a>,
}

type Step = ControlFlow<Box<Mistake>>;

impl Checker<'_> {
    /// A mistake at the position of the form. `shown` is a word of it, to search for if the parser kept no
    /// position.
    fn at(&self, span: sqlparser::tokenizer::Span, shown: &str, unlike: Unlike) -> Step {
        let (line, column) = match (span.start.line, span.start.column) {
            (0, _) => place(self.snippet.text, shown).unwrap_or((1, 1)),
            (line, column) => (line as usize, column as usize),
        };
        let length = shown.lines().next().unwrap_or_default().chars().count();
        ControlFlow::Break(Box::new(
            self.snippet
                .mistake(line, column, length, unlike.what)
                .help(unlike.help),
        ))
    }
}

impl Visitor for Checker<'_> {
    type Break = Box<Mistake>;

    fn pre_visit_expr(&mut self, part: &Expr) -> Step {
        match expression(part) {
            Ok(()) => ControlFlow::Continue(()),
            Err(unlike) => self.at(part.span(), &part.to_string(), unlike),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> Step {
        match of_query(query) {
            Ok(()) => ControlFlow::Continue(()),
            Err(unlike) => self.at(query.span(), "SELECT", unlike),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> Step {
        match of_select(select) {
            Ok(()) => ControlFlow::Continue(()),
            Err(unlike) => self.at(select.span(), "SELECT", unlike),
        }
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> Step {
        let is_plain = match table {
            TableFactor::Table {
                args,
                version,
                sample,
                with_ordinality,
                ..
            } => args.is_none() && version.is_none() && sample.is_none() && !with_ordinality,
            TableFactor::Derived { lateral, sample, .. } => !lateral && sample.is_none(),
            TableFactor::NestedJoin { .. } => true,
            _ => false,
        };
        match is_plain {
            true => ControlFlow::Continue(()),
            false => self.at(
                table.span(),
                &table.to_string(),
                Unlike::form("a table of this kind"),
            ),
        }
    }
}

fn of_query(query: &Query) -> Result<(), Unlike> {
    if query.with.as_ref().is_some_and(|with| with.recursive) {
        return Err(Unlike::form("WITH RECURSIVE"));
    }
    if query.fetch.is_some()
        || !query.locks.is_empty()
        || !query.pipe_operators.is_empty()
        || query.for_clause.is_some()
    {
        return Err(Unlike::form("FETCH"));
    }
    of_set(&query.body)
}

fn of_set(body: &SetExpr) -> Result<(), Unlike> {
    match body {
        SetExpr::Select(_) | SetExpr::Query(_) => Ok(()),
        SetExpr::SetOperation {
            left,
            op: SetOperator::Union,
            set_quantifier: SetQuantifier::All,
            right,
        } => of_set(left).and_then(|()| of_set(right)),
        SetExpr::SetOperation {
            op, set_quantifier, ..
        } => Err(Unlike::new(
            format!("`{op} {set_quantifier}` is not for rules")
                .replace("  ", " ")
                .replace(" `", "`"),
            "write `UNION ALL`",
        )),
        _ => Err(Unlike::form("a query without SELECT")),
    }
}

fn of_select(select: &Select) -> Result<(), Unlike> {
    let other = [
        (select.top.is_some(), "TOP"),
        (select.qualify.is_some(), "QUALIFY"),
        (!select.lateral_views.is_empty(), "LATERAL VIEW"),
        (select.into.is_some(), "INTO"),
        (!select.named_window.is_empty(), "WINDOW"),
        (select.exclude.is_some(), "EXCLUDE"),
        (!select.connect_by.is_empty(), "CONNECT BY"),
        (select.prewhere.is_some(), "PREWHERE"),
        (
            !select.cluster_by.is_empty() || !select.distribute_by.is_empty() || !select.sort_by.is_empty(),
            "SORT BY",
        ),
        (
            matches!(select.distinct, Some(sqlparser::ast::Distinct::On(_))),
            "DISTINCT ON",
        ),
        (matches!(&select.group_by, GroupByExpr::All(_)), "GROUP BY ALL"),
        (
            matches!(&select.group_by, GroupByExpr::Expressions(_, more) if !more.is_empty()),
            "WITH ROLLUP",
        ),
    ];
    if let Some((_, word)) = other.into_iter().find(|(is_there, _)| *is_there) {
        return Err(Unlike::form(word));
    }
    for item in &select.projection {
        let more = match item {
            SelectItem::Wildcard(more) | SelectItem::QualifiedWildcard(_, more) => more.to_string(),
            SelectItem::ExprWithAliases { .. } => "several names for one column".to_string(),
            _ => String::new(),
        };
        if !more.is_empty() {
            return Err(Unlike::form(more.trim()));
        }
    }
    let joins = select.from.iter().flat_map(|from| &from.joins);
    for join in joins {
        match &join.join_operator {
            JoinOperator::Inner(JoinConstraint::On(_))
            | JoinOperator::Join(JoinConstraint::On(_))
            | JoinOperator::Left(JoinConstraint::On(_))
            | JoinOperator::LeftOuter(JoinConstraint::On(_))
            | JoinOperator::CrossJoin(JoinConstraint::None) => {}
            _ => {
                return Err(Unlike::new(
                    format!("`{join}` is not a join for rules").replace("` ", "`"),
                    "write `INNER JOIN … ON`, `LEFT JOIN … ON` or `CROSS JOIN`",
                ));
            }
        }
    }
    Ok(())
}

/// Checks one part of an expression; its own parts are checked separately.
fn expression(part: &Expr) -> Result<(), Unlike> {
    match part {
        _ if is_the_same_on_all_engines(part) => Ok(()),
        Expr::Value(value) => constant(&value.value),
        Expr::UnaryOp {
            op: UnaryOperator::Not | UnaryOperator::Minus | UnaryOperator::Plus,
            ..
        } => Ok(()),
        Expr::UnaryOp { op, .. } => Err(Unlike::form(&op.to_string())),
        Expr::BinaryOp { left, op, right } => binary(left, op, right),
        Expr::Like {
            any: false,
            pattern,
            escape_char: None,
            ..
        } => like(pattern),
        Expr::Case {
            operand: None,
            conditions,
            ..
        } if conditions.iter().any(|arm| is_null(&arm.condition)) => Err(Unlike::new(
            "`WHEN NULL` is an error on one engine and false on another",
            "leave the arm out",
        )),
        Expr::Case { .. } => Ok(()),
        Expr::Cast {
            kind,
            expr,
            data_type,
            format: None,
            array: false,
        } => cast(kind, expr, data_type),
        Expr::Interval(_) if interval(part).is_some() => Ok(()),
        Expr::Interval(_) => Err(Unlike::new(
            "an interval is for rules only where it is added to a date or taken from it",
            "write `birth_date + INTERVAL '16 years'`",
        )),
        Expr::Function(function) => call(function),
        Expr::Substring {
            expr: _,
            substring_from: Some(from),
            substring_for,
            ..
        } => {
            let lengths = std::iter::once(from.as_ref()).chain(substring_for.as_deref());
            lengths_written_out("SUBSTR", lengths)
        }
        Expr::Trim { .. } => Err(Unlike::new(
            "`TRIM` takes other spaces off on other engines",
            "cells are trimmed already; write `LTRIM(x, ' ')` or `RTRIM(x, ' ')`",
        )),
        other => Err(Unlike::form(form_word(other))),
    }
}

/// Whether every engine reads this form in the same way, whatever its parts are.
fn is_the_same_on_all_engines(part: &Expr) -> bool {
    matches!(
        part,
        Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::Nested(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::Between { .. }
            // `DATE '2026-10-31'`; functions.rs checks that it is a date.
            | Expr::TypedString(_)
    )
}

fn constant(value: &Value) -> Result<(), Unlike> {
    match value {
        Value::SingleQuotedString(_) | Value::Number(..) | Value::Boolean(_) | Value::Null => Ok(()),
        other => Err(Unlike::new(
            format!("`{other}` is not a text, a number, TRUE, FALSE or NULL"),
            "put texts in single quotes",
        )),
    }
}

fn like(pattern: &Expr) -> Result<(), Unlike> {
    match text(pattern) {
        Some(pattern) if !pattern.contains('\\') => Ok(()),
        Some(_) => Err(Unlike::new(
            "a backslash in LIKE is a letter on one engine and an escape on another",
            "write the condition with `REGEXP_LIKE`",
        )),
        None => Err(Unlike::new(
            "the pattern of LIKE must be a literal",
            "put it in single quotes",
        )),
    }
}

/// The usual word for a form.
fn form_word(part: &Expr) -> &'static str {
    match part {
        Expr::Floor { .. } => "FLOOR",
        Expr::Ceil { .. } => "CEIL",
        Expr::Extract { .. } => "EXTRACT",
        Expr::Position { .. } => "POSITION",
        Expr::Overlay { .. } => "OVERLAY",
        Expr::Exists { .. } => "EXISTS",
        Expr::AnyOp { .. } => "ANY",
        Expr::AllOp { .. } => "ALL",
        Expr::SimilarTo { .. } => "SIMILAR TO",
        Expr::ILike { .. } => "ILIKE",
        Expr::Like { .. } => "LIKE … ESCAPE",
        Expr::RLike { .. } => "RLIKE",
        Expr::Array(_) => "ARRAY",
        Expr::Subquery(_) | Expr::InSubquery { .. } => "SELECT inside a condition",
        Expr::IsUnknown(_) | Expr::IsNotUnknown(_) => "IS UNKNOWN",
        Expr::Collate { .. } => "COLLATE",
        Expr::Cast { .. } => "CAST … FORMAT",
        Expr::Tuple(_) => "(a, b)",
        _ => "this form",
    }
}

fn binary(left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<(), Unlike> {
    match op {
        BinaryOperator::Eq
        | BinaryOperator::NotEq
        | BinaryOperator::Lt
        | BinaryOperator::LtEq
        | BinaryOperator::Gt
        | BinaryOperator::GtEq
        | BinaryOperator::And
        | BinaryOperator::Or
        | BinaryOperator::Plus
        | BinaryOperator::Minus
        | BinaryOperator::Multiply
        | BinaryOperator::StringConcat => match (interval_word(left), interval_word(right)) {
            (Some(word), _) => Err(Unlike::new(
                format!("`{word}` must come after the date that it is added to"),
                "write `birth_date + INTERVAL '16 years'`",
            )),
            (None, Some(word)) if interval(right).is_none() => Err(Unlike::new(
                format!("`{word}` is not an interval for rules"),
                "write a number with `days`, `months` or `years` in the quotes: INTERVAL '16 years'",
            )),
            _ => Ok(()),
        },
        BinaryOperator::Divide if is_not_zero(right) => Ok(()),
        BinaryOperator::Divide => Err(Unlike::new(
            "division by 0 is an error on one engine and a number on another",
            "divide by a number that is written out, or by `NULLIF(x, 0)`",
        )),
        BinaryOperator::Modulo => Err(Unlike::new(
            "`%` gives another remainder of a number below 0 on other engines",
            "write the condition without it",
        )),
        other => Err(Unlike::form(&other.to_string())),
    }
}

fn interval_word(part: &Expr) -> Option<String> {
    matches!(part, Expr::Interval(_)).then(|| part.to_string())
}

/// `INTERVAL '16 years'`: the number and the unit.
fn interval(part: &Expr) -> Option<(u32, &str)> {
    let Expr::Interval(interval) = part else {
        return None;
    };
    if interval.leading_field.is_some() || interval.last_field.is_some() {
        return None;
    }
    let (number, unit) = text(&interval.value)?.split_once(' ')?;
    let is_unit = ["day", "days", "month", "months", "year", "years"].contains(&unit);
    number
        .parse()
        .ok()
        .filter(|_| is_unit)
        .map(|number| (number, unit))
}

fn is_not_zero(divisor: &Expr) -> bool {
    match divisor {
        Expr::Value(value) => {
            matches!(&value.value, Value::Number(number, _) if number.parse::<f64>().is_ok_and(|number| number != 0.0))
        }
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("nullif") => {
            matches!(arguments(function).as_slice(), [_, Some(zero)] if zero.to_string() == "0")
        }
        _ => false,
    }
}

fn cast(kind: &CastKind, operand: &Expr, data_type: &DataType) -> Result<(), Unlike> {
    if *kind == CastKind::DoubleColon {
        return Err(Unlike::new("`::` is not for rules", "write `CAST(… AS …)`"));
    }
    let to = data_type.to_string().to_uppercase();
    let to = if to == "INTEGER" { "INT" } else { &to };
    if !CASTS.contains(&to) {
        return Err(Unlike::new(
            format!("`CAST(… AS {data_type})` is not for rules"),
            format!("the types are {}", CASTS.join(", ")),
        ));
    }
    if to == "BOOLEAN" && !is_null(operand) {
        return Err(Unlike::new(
            "only NULL may be cast to BOOLEAN",
            "compare it with something: `= 'Y'`",
        ));
    }
    let mut has_fraction = false;
    let _ = sqlparser::ast::visit_expressions(operand, |part| {
        has_fraction |= match part {
            Expr::BinaryOp {
                op: BinaryOperator::Divide,
                ..
            } => true,
            Expr::Value(value) => {
                matches!(&value.value, Value::Number(number, _) if number.contains(['.', 'e', 'E']))
            }
            Expr::Cast { data_type, .. } => data_type.to_string().eq_ignore_ascii_case("double"),
            Expr::Function(function) => function.name.to_string().eq_ignore_ascii_case("avg"),
            _ => false,
        };
        ControlFlow::<()>::Continue(())
    });
    if to == "INT" && has_fraction {
        return Err(Unlike::new(
            "a fraction cast to a whole number is rounded by one engine and cut by another",
            "write `ROUND(x)`",
        ));
    }
    Ok(())
}

fn call(function: &Function) -> Result<(), Unlike> {
    let name = function.name.to_string().to_lowercase();
    let Some(known) = table::function(&name) else {
        return unknown_function(&name);
    };
    clauses(function, &name)?;
    let arguments = arguments(function);
    let (least, most) = match known.asks {
        Asks::Any(least, most) => (least, most),
        Asks::Lengths(_) | Asks::Texts(_) => (2, 3),
        Asks::Padding => (3, 3),
        Asks::DateForm | Asks::Pattern(_) => (2, 2),
    };
    if !(least..=most).contains(&arguments.len()) {
        let count = if least == most {
            crate::terminal::counted(least, "argument")
        } else {
            format!("{least} to {most} arguments")
        };
        return Err(Unlike::new(format!("`{name}` takes {count}"), known.meaning));
    }
    let upper = name.to_uppercase();
    match known.asks {
        Asks::Any(..) => Ok(()),
        Asks::Lengths(from) => lengths_written_out(&upper, arguments.iter().skip(from).flatten().copied()),
        Asks::Texts(from) => texts_written_out(&upper, &arguments[from..]),
        Asks::Padding => {
            lengths_written_out(&upper, arguments[1..2].iter().flatten().copied())?;
            texts_written_out(&upper, &arguments[2..])
        }
        Asks::DateForm => date_form(arguments[1]),
        Asks::Pattern(at) => pattern_written_out(arguments[at]),
    }
}

/// A function that rules may not call, unless it is one of our own.
fn unknown_function(name: &str) -> Result<(), Unlike> {
    if functions::OURS.contains(&name) {
        return Ok(());
    }
    let all = table::FUNCTIONS
        .iter()
        .map(|function| function.name)
        .chain(functions::OURS);
    Err(Unlike::new(
        format!("there is no function `{name}`"),
        format!(
            "{}; rules/README.md lists the functions of rules",
            crate::rulebook::suggestion(name, all)
        ),
    ))
}

/// DISTINCT, FILTER, OVER and other clauses of a call.
fn clauses(function: &Function, name: &str) -> Result<(), Unlike> {
    let FunctionArguments::List(list) = &function.args else {
        return Err(Unlike::form(&function.to_string()));
    };
    let is_distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
    if is_distinct && !["count", "min", "max"].contains(&name) || !list.clauses.is_empty() {
        return Err(Unlike::new(
            format!("`{function}` is not for rules"),
            "only COUNT may have DISTINCT",
        ));
    }
    if function.filter.is_some() || function.null_treatment.is_some() || !function.within_group.is_empty() {
        return Err(Unlike::new(
            format!("`{name}` with a clause of its own is not for rules"),
            "write `COUNT(CASE WHEN … THEN 1 END)`",
        ));
    }
    match &function.over {
        Some(over) => window(over, is_distinct),
        None => Ok(()),
    }
}

fn date_form(form: Option<&Expr>) -> Result<(), Unlike> {
    match form.and_then(text) {
        Some(form) if DATE_FORMS.iter().any(|(known, ..)| *known == form) => Ok(()),
        _ => Err(Unlike::new(
            "this form of a date is not written in the same way by other engines",
            "write '%Y', '%Y-%m', '%Y-%m-%d', '%m' or '%d'",
        )),
    }
}

fn pattern_written_out(argument: Option<&Expr>) -> Result<(), Unlike> {
    let Some(text) = argument.and_then(text) else {
        return Err(Unlike::new(
            "the pattern must be a literal",
            "put it in single quotes",
        ));
    };
    Dialect::ALL.into_iter().try_for_each(|dialect| {
        pattern::for_engine(text, dialect)
            .map(|_| ())
            .map_err(|unlike| Unlike::new(unlike.0, unlike.1))
    })
}

fn window(over: &WindowType, is_distinct: bool) -> Result<(), Unlike> {
    let window = match over {
        WindowType::WindowSpec(window) if window.window_name.is_none() && window.window_frame.is_none() => {
            window
        }
        _ => {
            return Err(Unlike::new(
                "this window is not for rules",
                "write `OVER (PARTITION BY … ORDER BY …)`",
            ));
        }
    };
    if is_distinct && !window.order_by.is_empty() {
        return Err(Unlike::new(
            "`COUNT(DISTINCT …)` in an order is not for rules",
            "leave `ORDER BY` out",
        ));
    }
    if window
        .order_by
        .iter()
        .any(|by| by.options.nulls_first == Some(false))
    {
        return Err(Unlike::new(
            "NULL comes first in the order of a window, whatever is written",
            "leave `NULLS LAST` out, and order by `COALESCE(x, …)`",
        ));
    }
    Ok(())
}

fn lengths_written_out<'a>(name: &str, lengths: impl IntoIterator<Item = &'a Expr>) -> Result<(), Unlike> {
    let is_length = |part: &Expr| part.to_string().parse::<u32>().is_ok_and(|length| length > 0);
    match lengths.into_iter().all(is_length) {
        true => Ok(()),
        false => Err(Unlike::new(
            format!(
                "`{name}` of 0, of less, or of a number that is not written out is not the same on other \
                 engines"
            ),
            "write a whole number above 0",
        )),
    }
}

fn texts_written_out(name: &str, texts: &[Option<&Expr>]) -> Result<(), Unlike> {
    let are_texts = texts.iter().enumerate().all(|(index, part)| {
        part.and_then(text)
            .is_some_and(|text| index > 0 || !text.is_empty())
    });
    match are_texts {
        true => Ok(()),
        false => Err(Unlike::new(
            format!("`{name}` takes texts that are written out"),
            "put them in single quotes",
        )),
    }
}

/// The arguments; `None` for `*`.
pub fn arguments(function: &Function) -> Vec<Option<&Expr>> {
    match &function.args {
        FunctionArguments::List(list) => list
            .args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A text in single quotes.
pub fn text(part: &Expr) -> Option<&str> {
    match part {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn is_null(part: &Expr) -> bool {
    matches!(part, Expr::Value(value) if value.value == Value::Null)
}
