//! Rewords polars' error messages for the writer of a rule; polars' internal view of the SQL is removed.

use polars::prelude::PolarsError;

use crate::rulebook::Mistake;
use crate::sql::{Snippet, place};

/// A part of polars' message, and what to write instead.
const HELP: [(&str, &str); 4] = [
    (
        "'date/datetime/time' to a string",
        "a date is not text: write DATE '2026-10-31'",
    ),
    (
        "cannot compare string with numeric",
        "codes are text: write them in single quotes, '3'",
    ),
    (
        "not allowed on date",
        "write `days(from, to)` for the days between two dates, `add_days(date, 3)` for a later one",
    ),
    (
        "support",
        "not all of SQL can be run: write it another way; rules/README.md lists the functions of rules",
    ),
];

/// The most characters of a message: some messages list every column.
const LONGEST: usize = 200;

/// The message of polars, without its plan, at the first name that it mentions.
pub fn polars_mistake(snippet: &Snippet, error: &PolarsError) -> Mistake {
    let text = error.to_string();
    let first = plain(
        text.lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("not understood")
            .trim(),
    );
    let named = first
        .split(['"', '`', '\''])
        .skip(1)
        .step_by(2)
        .find_map(|name| place(snippet.text, name).map(|(line, column)| (line, column, name.len())));
    let (line, column, length) = named.unwrap_or((1, 1, 1));
    let short: String = first.chars().take(LONGEST).collect();
    let mistake = snippet.mistake(line, column, length, format!("this SQL cannot be run: {short}"));
    match HELP.iter().find(|(words, _)| short.contains(words)) {
        Some((_, help)) => mistake.help(*help),
        None => mistake,
    }
}

/// Replaces internal values in a message, such as `Identifier(Ident { value: "x", … })`, by the name in them,
/// if there is one.
fn plain(message: &str) -> String {
    let mut plain = String::new();
    let mut rest = message;
    while let Some(start) = value_start(rest) {
        let end = start + value_end(&rest[start..]);
        let value = &rest[start..end];
        plain.push_str(&rest[..start]);
        let named = value
            .split_once("value: \"")
            .and_then(|(_, after)| after.split_once('"'));
        match named {
            Some((name, _)) if value.starts_with("Identifier(") => plain.push_str(&format!("`{name}`")),
            Some((name, _)) => plain.push_str(&format!("with `{name}`")),
            None => plain.push_str("of this kind"),
        }
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain.trim_end_matches([':', ' ']).to_string()
}

/// The position of a word in CamelCase that is followed by an opening bracket.
fn value_start(text: &str) -> Option<usize> {
    let mut starts = text.char_indices().filter(|(at, letter)| {
        letter.is_ascii_uppercase()
            && !text[..*at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '_')
    });
    starts.find_map(|(at, _)| {
        let word_end = text[at..]
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .map(|length| at + length)?;
        let is_camel = text[at..word_end]
            .chars()
            .any(|letter| letter.is_ascii_lowercase());
        (is_camel && (text[word_end..].starts_with('(') || text[word_end..].starts_with(" { "))).then_some(at)
    })
}

/// The position of its last closing bracket.
fn value_end(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => {
                depth -= 1;
                if depth <= 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_program_give_way_to_the_name_in_them() {
        for (message, words) in [
            (
                "array element Identifier(Ident { value: \"trust_fdp_end\", quote_style: None, span: \
                Span(Location(1,20)..Location(1,33)) }) is not supported",
                "array element `trust_fdp_end` is not supported",
            ),
            (
                "expression Nested(Identifier(Ident { value: \"x\" })) is not supported",
                "expression with `x` is not supported",
            ),
            (
                "operator PGBitwiseXor is not currently supported",
                "operator PGBitwiseXor is not currently supported",
            ),
            (
                "unary op Custom([1, 2]) not supported",
                "unary op of this kind not supported",
            ),
            (
                "unsupported SQL join constraint:",
                "unsupported SQL join constraint",
            ),
            ("COUNT(x) and Sum are two", "COUNT(x) and Sum are two"),
        ] {
            assert_eq!(plain(message), words);
        }
    }
}
