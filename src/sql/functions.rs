//! The SQL functions that a rule may use. Most belong to standard SQL. Our own are rewritten here into plain
//! SQL, so that any engine with the same tables can run the text.
//!
//! | ours | means |
//! | --- | --- |
//! | `days(a, b)` | whole days from date a to date b |
//! | `month(d)` | `YYYY-MM` of a date |
//! | `add_days(d, n)` | the date n days after d |
//! | `week_ending(d)` | the Sunday on or after d |
//! | `as_at()` | the date of the run |
//! | `provider()` | code of the trust that submits, NULL if none is named |
//! | `known_code(f)` | f is in its code list, in force or retired |
//! | `open_code(f, d)` | f is in force on date d |
//! | `default_code(f)` | f is a default ("not known") code of its list |
//! | `readable(f)` | false where the cell was not blank but could not be read as its type |
//! | `mandatory(f)`, `forbidden(f)` | the record's scenario marks f as M, as N/A |
//! | `lookup(x, 'file')` | the second column of `lookups/file.csv` where x is in the first, else NULL |
//! | `in_lookup(x, 'file')` | x is in the first column of `lookups/file.csv` |

use std::ops::ControlFlow;

use anyhow::Result;
use chrono::NaiveDate;
use sqlparser::ast::{
    CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, TypedString,
    VisitMut, visit_expressions_mut,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use crate::rulebook::{Rulebook, suggestion};
use crate::sql::dialect::{Dialect, table};
use crate::sql::{RunContext, Snippet};

/// The longest padding: a longer text is not a code, and would fill the memory.
const LONGEST_PADDING: u32 = 1000;

/// The engine that runs the plain SQL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Polars,
    /// Another engine, through a script; the names below stand for what only the script knows.
    Other(Dialect),
}

/// Stands for the date of the run.
pub const AS_AT: &str = "clockstop_as_at";
/// Stands for the trust that submits.
pub const PROVIDER: &str = "clockstop_provider";
/// Casts of values whose type is known, so they need no guard.
pub const AS_INT: &str = "clockstop_int";
pub const AS_DATE: &str = "clockstop_date";
pub const AS_TEXT: &str = "clockstop_text";

/// Our own functions.
pub const OURS: [&str; 14] = [
    "days",
    "month",
    "add_days",
    "week_ending",
    "as_at",
    "provider",
    "known_code",
    "open_code",
    "default_code",
    "readable",
    "mandatory",
    "forbidden",
    "lookup",
    "in_lookup",
];

/// Whether a part is a call of one of our own functions.
pub fn is_ours(part: &Expr) -> bool {
    let Expr::Function(function) = part else {
        return false;
    };
    OURS.contains(&function.name.to_string().to_lowercase().as_str())
}

/// Whether the rules may give a function this name: small letters, and no function of SQL or of ours.
pub fn is_new_name(name: &str) -> bool {
    let is_formed = name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '_');
    is_formed && table::function(name).is_none() && !OURS.contains(&name)
}

/// A cast that cannot read a value gives NULL, like every cell that cannot be read.
pub fn unreadable_is_unknown<T: VisitMut>(sql: &mut T) {
    let _ = visit_expressions_mut(sql, |part| {
        if let Expr::Cast { kind, .. } = part {
            *kind = CastKind::TryCast;
        }
        ControlFlow::<()>::Continue(())
    });
}

/// Replaces our own functions by plain SQL, and refuses functions that are not in the list.
pub fn rewrite<T: VisitMut>(
    snippet: &Snippet,
    sql: &mut T,
    context: &RunContext,
    engine: Engine,
) -> Result<()> {
    let outcome = visit_expressions_mut(sql, |part| {
        if let Expr::TypedString(literal) = part {
            return match date_literal(snippet, literal, engine) {
                Ok(plain) => {
                    *part = plain;
                    ControlFlow::Continue(())
                }
                Err(error) => ControlFlow::Break(error),
            };
        }
        if let Some(name) = outside_the_list(part) {
            return ControlFlow::Break(
                snippet
                    .mistake(1, 1, 1, format!("`{name}` is not for rules"))
                    .help("rules/README.md lists the functions of rules")
                    .into(),
            );
        }
        let Expr::Function(function) = part else {
            return ControlFlow::Continue(());
        };
        match replacement(snippet, function, context, engine) {
            Ok(Some(plain)) => {
                *part = plain;
                ControlFlow::Continue(())
            }
            Ok(None) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    });
    match outcome {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Syntax that the parser accepts but that engines treat differently.
fn outside_the_list(part: &Expr) -> Option<&'static str> {
    match part {
        Expr::Floor { .. } => Some("FLOOR"),
        Expr::Ceil { .. } => Some("CEIL"),
        Expr::Extract { .. } => Some("EXTRACT"),
        Expr::Position { .. } => Some("POSITION"),
        Expr::Overlay { .. } => Some("OVERLAY"),
        Expr::Exists { .. } => Some("EXISTS"),
        Expr::AnyOp { .. } => Some("ANY"),
        Expr::AllOp { .. } => Some("ALL"),
        Expr::SimilarTo { .. } => Some("SIMILAR TO"),
        Expr::Array(_) => Some("ARRAY"),
        Expr::Subquery(_) | Expr::InSubquery { .. } => Some("SELECT inside a condition"),
        _ => None,
    }
}

/// `DATE '2026-10-31'` as a number of days, which every engine casts without guessing a format.
fn date_literal(snippet: &Snippet, literal: &TypedString, engine: Engine) -> Result<Expr> {
    let text = literal.value.clone().into_string().unwrap_or_default();
    match crate::calendar::date::iso(&text) {
        Some(date) if literal.data_type == DataType::Date => parse(&date_text(date, engine)),
        _ => Err(snippet
            .mistake(
                1,
                1,
                1,
                format!("`{literal}` is not a date: write DATE '2026-10-31'"),
            )
            .into()),
    }
}

/// SQL text as an expression.
pub fn parse(plain: &str) -> Result<Expr> {
    Ok(Parser::new(&GenericDialect).try_with_sql(plain)?.parse_expr()?)
}

/// A date inside text that will be parsed later.
fn date_text(date: NaiveDate, engine: Engine) -> String {
    match engine {
        Engine::Polars => format!("CAST({} AS DATE)", crate::calendar::date::days_since_1970(date)),
        Engine::Other(dialect) => dialect.date(date),
    }
}

fn replacement(
    snippet: &Snippet,
    function: &Function,
    context: &RunContext,
    engine: Engine,
) -> Result<Option<Expr>> {
    let name = function.name.to_string().to_lowercase();
    if name == "lpad" {
        let length = arguments(function)
            .get(1)
            .and_then(|length| length.to_string().parse::<u32>().ok());
        if length.is_none_or(|length| length > LONGEST_PADDING) {
            return Err(snippet
                .mistake(
                    1,
                    1,
                    1,
                    format!("`lpad` pads to a number of at most {LONGEST_PADDING} letters"),
                )
                .into());
        }
    }
    if let ("round", Engine::Polars, [number]) = (name.as_str(), engine, arguments(function).as_slice()) {
        return parse(&rounded(number)).map(Some);
    }
    if table::function(&name).is_some() {
        return Ok(None);
    }
    let span = function
        .name
        .0
        .last()
        .and_then(|part| part.as_ident())
        .map(|ident| ident.span.start);
    let (line, column) = span.map_or((1, 1), |start| (start.line as usize, start.column as usize));
    let arguments = arguments(function);
    let plain = expand(&name, &arguments, context, engine).map_err(|problem| match problem {
        Problem::Unknown => {
            let standard = table::FUNCTIONS.iter().map(|function| function.name);
            let of_rules = context.rulebook.functions.iter();
            let of_rules = of_rules.map(|function| function.name.get_ref().as_str());
            let all = standard.chain(OURS).chain(of_rules);
            let help = format!(
                "{}; rules/README.md lists the functions of rules",
                suggestion(&name, all)
            );
            snippet
                .mistake(line, column, name.len(), format!("there is no function `{name}`"))
                .help(help)
        }
        Problem::Wrong(message) => snippet.mistake(line, column, name.len(), message),
    })?;
    Ok(Some(parse(&plain)?))
}

/// A number rounded with halves away from 0, as other engines round: the `ROUND` of polars takes 2.5 to 2.
fn rounded(number: &str) -> String {
    format!("CASE WHEN {number} < 0 THEN CEIL({number} - 0.5) ELSE FLOOR({number} + 0.5) END")
}

/// The arguments as SQL text.
pub fn arguments(function: &Function) -> Vec<String> {
    match &function.args {
        FunctionArguments::List(list) => list
            .args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => expression.to_string(),
                other => other.to_string(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

enum Problem {
    Unknown,
    Wrong(String),
}

fn expand(name: &str, arguments: &[String], context: &RunContext, engine: Engine) -> Result<String, Problem> {
    let rulebook = context.rulebook;
    if let Some(plain) = of_dates(name, arguments, context, engine) {
        return Ok(plain);
    }
    match (name, arguments) {
        ("known_code", [field]) => Ok(member(
            field,
            code_list(field, context)?
                .codes
                .iter()
                .map(|code| code.code.as_str()),
        )),
        ("default_code", [field]) => {
            let defaults = code_list(field, context)?
                .codes
                .iter()
                .filter(|code| code.kind == "default");
            Ok(member(field, defaults.map(|code| code.code.as_str())))
        }
        ("open_code", [field, date]) => Ok(open_code(field, date, code_list(field, context)?, engine)),
        ("readable", [field]) => match rulebook.field(field).map(|field| field.kind.can_be_unreadable()) {
            Some(true) => Ok(format!("{field}__readable")),
            Some(false) => Ok(format!("({field} IS NOT NULL OR NULL)")),
            None => Err(Problem::Wrong(format!(
                "`readable` takes a field, and `{field}` is none"
            ))),
        },
        ("mandatory", [field]) => scenario_mark(field, &["M"], context),
        ("forbidden", [field]) => scenario_mark(field, &["N/A"], context),
        ("lookup", [value, file]) => lookup_case(value, file, rulebook),
        ("in_lookup", [value, file]) => {
            let codes = lookup(file, rulebook)?.columns()[0]
                .str()
                .map_err(|_| Problem::Wrong(format!("the lookup {file} is empty")))?;
            Ok(member(value, codes.iter().flatten()))
        }
        (known, _) if OURS.contains(&known) => Err(Problem::Wrong(format!(
            "`{known}` takes other arguments: rules/README.md has an example"
        ))),
        _ => Err(Problem::Unknown),
    }
}

/// Whether a code is open on a date: `CASE WHEN field = 'code' THEN date >= … … ELSE TRUE END`.
fn open_code(field: &str, date: &str, list: &crate::rulebook::CodeList, engine: Engine) -> String {
    let dated = list
        .codes
        .iter()
        .filter(|code| code.valid_from.is_some() || code.valid_to.is_some());
    let cases: Vec<String> = dated
        .map(|code| {
            let from = code
                .valid_from
                .map(|from| format!("{date} >= {}", date_text(from, engine)));
            let to = code
                .valid_to
                .map(|to| format!("{date} <= {}", date_text(to, engine)));
            let both: Vec<String> = from.into_iter().chain(to).collect();
            format!(
                "WHEN {field} = {} THEN {}",
                quoted(&code.code),
                both.join(" AND ")
            )
        })
        .collect();
    if cases.is_empty() {
        return format!("({field} IS NOT NULL OR NULL)");
    }
    format!(
        "CASE WHEN {field} IS NULL OR {date} IS NULL THEN NULL {} ELSE TRUE END",
        cases.join(" ")
    )
}

/// The second column of a lookup where the first is a value: `CASE value WHEN 'code' THEN 'text' … END`.
fn lookup_case(value: &str, file: &str, rulebook: &crate::rulebook::Rulebook) -> Result<String, Problem> {
    let table = lookup(file, rulebook)?;
    let [codes, values, ..] = table.columns() else {
        return Err(Problem::Wrong(format!(
            "`lookups/{}.csv` needs a second column to look up",
            file.trim_matches('\'')
        )));
    };
    let (Ok(codes), Ok(values)) = (codes.str(), values.str()) else {
        return Ok(no_text());
    };
    let arms: Vec<String> = codes
        .iter()
        .zip(values.iter())
        .filter_map(|(code, value)| Some(format!("WHEN {} THEN {}", quoted(code?), quoted(value?))))
        .collect();
    if arms.is_empty() {
        return Ok(no_text());
    }
    Ok(format!("CASE {value} {} END", arms.join(" ")))
}

/// The functions of dates and of the run, which each engine writes in its own way.
fn of_dates(name: &str, arguments: &[String], context: &RunContext, engine: Engine) -> Option<String> {
    use Dialect::{DuckDb, Spark};
    use Engine::{Other, Polars};
    Some(match (name, arguments, engine) {
        ("days", [from, to], Polars) => format!("(CAST({to} AS INT) - CAST({from} AS INT))"),
        ("days", [from, to], Other(DuckDb)) => format!("{AS_INT}(DATE_DIFF('day', {from}, {to}))"),
        ("days", [from, to], Other(Spark)) => format!("DATEDIFF({to}, {from})"),
        ("month", [date], Polars) => format!("STRFTIME({date}, '%Y-%m')"),
        ("month", [date], Other(_)) => format!("LEFT({AS_TEXT}({date}), 7)"),
        ("add_days", [date, days], Polars) => format!("CAST((CAST({date} AS INT) + ({days})) AS DATE)"),
        ("add_days", [date, days], Other(DuckDb)) => format!("({date} + {AS_INT}({days}))"),
        ("add_days", [date, days], Other(Spark)) => format!("DATE_ADD({date}, {AS_INT}({days}))"),
        // Day 0 in polars, 1 January 1970, was a Thursday.
        ("week_ending", [date], Polars) => {
            format!("CAST((CAST({date} AS INT) + 6 - ((CAST({date} AS INT) + 3) % 7)) AS DATE)")
        }
        ("week_ending", [date], Other(DuckDb)) => format!("({date} + {AS_INT}(7 - ISODOW({date})))"),
        ("week_ending", [date], Other(Spark)) => format!("DATE_ADD({date}, 6 - WEEKDAY({date}))"),
        ("as_at", [], Polars) => date_text(context.as_at, engine),
        ("as_at", [], Other(_)) => AS_AT.to_string(),
        ("provider", [], Polars) => context.provider.as_deref().map_or_else(no_text, quoted),
        ("provider", [], Other(_)) => PROVIDER.to_string(),
        _ => return None,
    })
}

fn no_text() -> String {
    "CAST(NULL AS VARCHAR)".to_string()
}

fn lookup<'a>(file: &str, rulebook: &'a Rulebook) -> Result<&'a polars::prelude::DataFrame, Problem> {
    let wanted = file.trim_matches('\'');
    match rulebook.lookups.iter().find(|(name, _)| name == wanted) {
        Some((_, table)) => Ok(table),
        None => {
            let known = rulebook.lookups.iter().map(|(name, _)| name.as_str());
            Err(Problem::Wrong(format!(
                "there is no `lookups/{wanted}.csv`: {}",
                suggestion(wanted, known)
            )))
        }
    }
}

fn scenario_mark(field: &str, marks: &[&str], context: &RunContext) -> Result<String, Problem> {
    let rulebook = context.rulebook;
    if rulebook.field(field).is_none() {
        return Err(Problem::Wrong(format!("`{field}` is not a field")));
    }
    let marked = rulebook.scenarios.marked(field, marks).into_iter();
    Ok(match &rulebook.data_set.scenario {
        Some(scenario) => member(scenario, marked),
        None => "FALSE".to_string(),
    })
}

fn code_list<'a>(field: &str, context: &RunContext<'a>) -> Result<&'a crate::rulebook::CodeList, Problem> {
    let rulebook = context.rulebook;
    let list = rulebook
        .field(field)
        .and_then(|field| field.code_list.as_deref())
        .and_then(|list| rulebook.code_list(list));
    list.ok_or_else(|| Problem::Wrong(format!("field `{field}` has no code list in `fields.csv`")))
}

/// `x IN (…)`. Nothing is in an empty list, and for NULL the result is NULL.
fn member<'a>(value: &str, codes: impl Iterator<Item = &'a str>) -> String {
    let codes: Vec<String> = codes.map(quoted).collect();
    match codes.is_empty() {
        true => format!("CASE WHEN {value} IS NOT NULL THEN FALSE END"),
        false => format!("{value} IN ({})", codes.join(", ")),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
