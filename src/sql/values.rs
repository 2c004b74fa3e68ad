//! Rewords polars' error if a value of the records stops the SQL. polars lists up to ten values in its
//! message, and a value may belong to a patient, so the values are removed.

use polars::prelude::*;

use crate::rulebook::Mistake;
use crate::sql::{Snippet, place};

/// The mistake of SQL that runs over no records, but not over these.
pub fn value_mistake(snippet: &Snippet, error: &PolarsError) -> Mistake {
    let text = error.to_string();
    let column = between(&text, "failed in column '", "'")
        .and_then(|name| place(snippet.text, name).map(|at| (name, at)));
    let (line, place, length) = column.map_or((1, 1, 1), |(name, (line, place))| (line, place, name.len()));
    let what = column.map_or("a value of the records".to_string(), |(name, _)| {
        format!("a value of `{name}`")
    });
    let wanted = between(&text, "` to `", "`").map_or("be worked with here".to_string(), |kind| {
        format!("be read as {}", type_word(kind))
    });
    snippet
        .mistake(line, place, length, format!("{what} cannot {wanted}"))
        .help(
            "`days` and arithmetic need dates and numbers; `CAST(… AS …)` makes NULL, unknown, of what \
            cannot be read",
        )
}

/// An error of polars that belongs to no rules file, cut before a name or a value may follow.
pub fn without_values(error: &PolarsError) -> String {
    let text = error.to_string();
    let told = text
        .split(['[', '(', '"', '`', '\'', ':', '\n'])
        .next()
        .unwrap_or_default()
        .trim();
    format!("a calculation cannot be made: {told} …")
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|(between, _)| between)
}

fn type_word(kind: &str) -> &'static str {
    match kind.chars().next() {
        Some('i' | 'u') => "a whole number",
        Some('f') => "a number",
        Some('d') => "a date",
        _ => "another type",
    }
}
