//! Patterns of `REGEXP_LIKE` that polars, DuckDB and Spark read alike. In: a pattern of a rule. Out: the same for an engine,
//! or what in it engines read differently.

use crate::sql::dialect::Dialect;

/// What is wrong with a pattern: words, and what to write.
pub struct Unlike(pub String, pub &'static str);

/// Checks a pattern; gives it as the engine is to have it.
///
/// `$` becomes `\z`: Java lets `$` match before a newline at the end, and notebooks take `$'` for the start of a variable.
/// `.` becomes `[^\n]`: for Java other ends of lines are none of its letters.
pub fn for_engine(pattern: &str, dialect: Dialect) -> Result<String, Unlike> {
    let mut written = String::new();
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    let mut class_start = false;
    let mut after_repeat = false;
    while let Some(letter) = letters.next() {
        let is_start = std::mem::replace(&mut class_start, false);
        let was_repeat = std::mem::replace(&mut after_repeat, false);
        match letter {
            '\\' => match letters.next() {
                Some(next) if !next.is_alphanumeric() => written.extend(['\\', next]),
                Some(next) => {
                    return Err(Unlike(
                        format!("`\\{next}` in a pattern means other letters on other engines"),
                        "write the letters out, `[0-9]`, `[A-Za-z]`, `[ ]`",
                    ));
                }
                None => {
                    return Err(Unlike(
                        "the pattern ends in a backslash".into(),
                        "double it, or leave it out",
                    ));
                }
            },
            '[' if in_class => {
                return Err(Unlike(
                    "`[` inside `[…]` has another meaning on other engines".into(),
                    "write `\\[`",
                ));
            }
            '[' => {
                in_class = true;
                class_start = true;
                written.push('[');
                if letters.peek() == Some(&'^') {
                    written.extend(letters.next());
                }
            }
            ']' if in_class && !is_start => {
                in_class = false;
                written.push(']');
            }
            '&' | '~' if in_class && letters.peek() == Some(&letter) => {
                return Err(Unlike(
                    format!("`{letter}{letter}` inside `[…]` has another meaning on other engines"),
                    "write it once",
                ));
            }
            '-' if in_class && letters.peek() == Some(&'-') => {
                return Err(Unlike(
                    "`--` inside `[…]` has another meaning on other engines".into(),
                    "write `\\-`",
                ));
            }
            '(' if !in_class && letters.peek() == Some(&'?') => {
                let rest: String = letters.clone().take(2).collect();
                if rest != "?:" {
                    return Err(Unlike(
                        format!("`({rest}` in a pattern is not the same on other engines"),
                        "write `(…)` or `(?:…)`, and both cases of a letter as `[Aa]`",
                    ));
                }
                written.push('(');
            }
            '*' | '+' | '?' if !in_class => {
                if was_repeat && letter != '?' {
                    return Err(Unlike(
                        format!("`{letter}` after another repetition is not the same on other engines"),
                        "put brackets round what is repeated",
                    ));
                }
                after_repeat = true;
                written.push(letter);
            }
            '}' if !in_class => {
                after_repeat = true;
                written.push('}');
            }
            '$' if !in_class => written.push_str("\\z"),
            '.' if !in_class && dialect == Dialect::Spark => written.push_str("[^\\n]"),
            other => written.push(other),
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_written_for_the_engine_or_refused() {
        for (pattern, duckdb, spark) in [
            ("^C[0-9]{2}$", r"^C[0-9]{2}\z", r"^C[0-9]{2}\z"),
            ("^(?:A|B).*[.$]", r"^(?:A|B).*[.$]", r"^(?:A|B)[^\n]*[.$]"),
            (r"\.$|[^\]-]", r"\.\z|[^\]-]", r"\.\z|[^\]-]"),
        ] {
            assert_eq!(for_engine(pattern, Dialect::DuckDb).ok().as_deref(), Some(duckdb));
            assert_eq!(for_engine(pattern, Dialect::Spark).ok().as_deref(), Some(spark));
        }
        for pattern in [
            r"^\d$",
            r"\s",
            r"\bA",
            r"\pL",
            "(?i)a",
            "(?=a)",
            "a++",
            "a{2}+",
            "[a[b]]",
            "[a&&b]",
            "[[:alpha:]]",
            "\\",
        ] {
            assert!(for_engine(pattern, Dialect::DuckDb).is_err(), "{pattern}");
        }
    }
}
