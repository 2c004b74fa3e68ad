//! Compiles the SQL of checks to polars expressions. Every mistake in the SQL is reported here, before any
//! row is read.

use std::ops::Range;

use anyhow::Result;
use polars::prelude::*;
use toml::Spanned;

use crate::rulebook::{Check, Mistake, Rulebook};
use crate::sql::{RunContext, Snippet, expression, type_of};

/// A check ready to run: one condition, or one for each of its fields.
pub struct Compiled<'a> {
    pub check: &'a Check,
    /// The fields of `each`, in the order of the conditions.
    pub each: Vec<String>,
    pub conditions: Vec<Condition>,
}

pub struct Condition {
    pub when: Option<Expr>,
    pub assert: Expr,
}

impl Compiled<'_> {
    /// The boolean columns with the outcomes of the check's conditions.
    pub fn columns(&self, number: usize) -> Vec<Expr> {
        let columns = self.conditions.iter().enumerate().flat_map(|(index, condition)| {
            let when = condition
                .when
                .clone()
                .map(|when| when.alias(when_name(number, index)));
            when.into_iter()
                .chain([condition.assert.clone().alias(assert_name(number, index))])
        });
        columns.collect()
    }
}

pub fn when_name(number: usize, index: usize) -> String {
    format!("when {number} {index}")
}

pub fn assert_name(number: usize, index: usize) -> String {
    format!("assert {number} {index}")
}

/// Compiles checks for records with these columns.
pub fn compile<'a>(
    rulebook: &Rulebook,
    checks: &[&'a Check],
    columns: &Schema,
    context: &RunContext,
) -> Result<Vec<Compiled<'a>>> {
    let read = |snippet: &Snippet| expression(snippet, columns, context);
    let mut compiled: Vec<Compiled> = checks
        .iter()
        .map(|check| compile_one(rulebook, check, &read))
        .collect::<Result<_>>()?;
    if all_conditions(&mut compiled, columns) {
        return Ok(compiled);
    }
    // One of them is a mistake: each is asked alone, so that the message names it.
    let read = |snippet: &Snippet| boolean(snippet, columns, context);
    checks
        .iter()
        .map(|check| compile_one(rulebook, check, &read))
        .collect()
}

/// Whether every expression is true or false for records with these columns; one that is always NULL becomes
/// boolean. Polars plans them together: a plan for each costs more than all that checks do on a small file.
fn all_conditions(compiled: &mut [Compiled], columns: &Schema) -> bool {
    let mut parts: Vec<&mut Expr> = compiled
        .iter_mut()
        .flat_map(|check| &mut check.conditions)
        .flat_map(|condition| condition.when.iter_mut().chain([&mut condition.assert]))
        .collect();
    let named: Vec<Expr> = parts
        .iter()
        .enumerate()
        .map(|(number, expr)| (**expr).clone().alias(number.to_string()))
        .collect();
    let tried = DataFrame::empty_with_schema(columns)
        .lazy()
        .select(named)
        .collect();
    let Ok(tried) = tried else { return false };
    for (part, column) in parts.iter_mut().zip(tried.columns()) {
        match column.dtype() {
            DataType::Boolean => {}
            DataType::Null => **part = part.clone().cast(DataType::Boolean),
            _ => return false,
        }
    }
    true
}

fn compile_one<'a>(
    rulebook: &Rulebook,
    check: &'a Check,
    read: &dyn Fn(&Snippet) -> Result<Expr>,
) -> Result<Compiled<'a>> {
    let (each, texts) = texts(rulebook, check);
    few_enough(rulebook, check, &each)?;
    let compile = |part: &Part| part.snippet(rulebook, check, read);
    let conditions = texts.iter().map(|(when, assert)| {
        Ok(Condition {
            when: when.as_ref().map(compile).transpose()?,
            assert: compile(assert)?,
        })
    });
    Ok(Compiled {
        check,
        each,
        conditions: conditions.collect::<Result<_>>()?,
    })
}

/// An error if a check has more fields than bits in a finding.
fn few_enough(rulebook: &Rulebook, check: &Check, each: &[String]) -> Result<()> {
    let most = u64::BITS as usize;
    let (Some(first), true) = (check.each.first(), each.len() > most) else {
        return Ok(());
    };
    let text = rulebook
        .files
        .get(check.file.trim_start_matches("rules/"))
        .unwrap_or_default();
    let message = format!(
        "check `{}` is made for {} fields, but a check may have at most {most}",
        check.id,
        each.len()
    );
    Err(Mistake::at(&check.file, text, first.span(), message)
        .help("write it as two checks, each for some of the fields")
        .into())
}

/// The SQL of one part of a check, for one of its fields.
pub struct Part {
    /// `when` or `assert`
    pub name: &'static str,
    pub text: String,
    span: Range<usize>,
}

impl Part {
    fn new(name: &'static str, sql: &Spanned<String>, rulebook: &Rulebook, field: Option<&str>) -> Part {
        Part {
            name,
            text: fill(rulebook, sql.get_ref(), field),
            span: sql.span(),
        }
    }

    /// Passes the part to `act` as SQL with its position in the rules.
    pub fn snippet<T>(&self, rulebook: &Rulebook, check: &Check, act: impl FnOnce(&Snippet) -> T) -> T {
        let whole = rulebook
            .files
            .get(check.file.trim_start_matches("rules/"))
            .unwrap_or_default();
        let of = format!("`{}` of check `{}`", self.name, check.id);
        act(&Snippet::value(
            &self.text,
            &check.file,
            whole,
            self.span.clone(),
            of,
        ))
    }
}

/// The fields of `each`, and `when` and `assert` for each field; a check without `each` has them once.
pub fn texts(rulebook: &Rulebook, check: &Check) -> (Vec<String>, Vec<(Option<Part>, Part)>) {
    let Some(assert) = &check.assert else {
        return (Vec::new(), Vec::new());
    };
    let mut each = check.each_fields(rulebook);
    let uses = |mark: &str| {
        check
            .when
            .iter()
            .chain([assert])
            .any(|sql| sql.get_ref().contains(mark))
    };
    let (uses_code_date, uses_pattern) = (uses("{code_date}"), uses("{pattern}"));
    each.retain(|name| {
        let field = rulebook.field(name);
        let has = |fact: fn(&crate::rulebook::Field) -> bool| field.is_some_and(fact);
        (!uses_code_date || has(|field| field.code_date.is_some()))
            && (!uses_pattern || has(|field| field.pattern.is_some()))
    });
    let fields: Vec<Option<&str>> = if check.each.is_empty() {
        vec![None]
    } else {
        each.iter().map(|name| Some(name.as_str())).collect()
    };
    let part = |name, sql, field| Part::new(name, sql, rulebook, field);
    let texts = fields
        .into_iter()
        .map(|field| {
            (
                check.when.as_ref().map(|when| part("when", when, field)),
                part("assert", assert, field),
            )
        })
        .collect();
    (each, texts)
}

/// Replaces `{field}` and the other placeholders in the text of a check over several fields.
fn fill(rulebook: &Rulebook, text: &str, field: Option<&str>) -> String {
    let Some(field) = field.and_then(|name| rulebook.field(name)) else {
        return text.to_string();
    };
    let number = |length: Option<usize>| length.map_or("NULL".to_string(), |length| length.to_string());
    text.replace("{field}", &field.name)
        .replace("{min}", &number(field.min_length))
        .replace("{max}", &number(field.max_length))
        .replace(
            "{pattern}",
            &field.pattern.as_deref().unwrap_or_default().replace('\'', "''"),
        )
        .replace("{code_date}", field.code_date.as_deref().unwrap_or("NULL"))
}

/// A condition over rows with these columns; anything else than true or false is a mistake.
pub fn boolean(snippet: &Snippet, columns: &Schema, context: &RunContext) -> Result<Expr> {
    let expr = expression(snippet, columns, context)?;
    match type_of(snippet, &expr, columns)? {
        DataType::Boolean => Ok(expr),
        DataType::Null => Ok(expr.cast(DataType::Boolean)),
        other => Err(snippet
            .mistake(
                1,
                1,
                snippet.text.lines().next().map_or(1, str::len),
                format!("a condition is expected, but this gives {}", type_words(&other)),
            )
            .help("compare it with something: `=`, `<`, `IN (…)`, `IS NOT NULL`")
            .into()),
    }
}

fn type_words(data_type: &DataType) -> String {
    match data_type {
        DataType::String => "text".to_string(),
        DataType::Date => "a date".to_string(),
        other if other.is_numeric() => "a number".to_string(),
        other => format!("{other}"),
    }
}
