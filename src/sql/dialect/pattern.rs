//! Patterns of `REGEXP_LIKE` with the same meaning in polars, DuckDB and Spark. In: a pattern of a rule. Out:
//! the pattern for an engine, or the part that engines read differently.

use crate::sql::dialect::Dialect;

/// What is wrong with a pattern, and what to write instead.
pub struct Unlike(pub String, pub &'static str);

/// Checks a pattern and returns it for the engine.
///
/// `$` becomes `\z`: in Java, `$` also matches before a final newline, and notebooks read `$'` as the start
/// of a variable. `.` becomes `[^
/// ]`: in Java, `.` matches no line end of any kind.
pub fn for_engine(pattern: &str, dialect: Dialect) -> Result<String, Unlike> {
    let mut reading = Reading {
        letters: pattern.chars().peekable(),
        written: String::new(),
        in_class: false,
        after_repeat: false,
    };
    while let Some(letter) = reading.letters.next() {
        let was_repeat = std::mem::replace(&mut reading.after_repeat, false);
        match letter {
            '\\' => reading.escaped()?,
            _ if reading.in_class => reading.inside_class(letter)?,
            '[' => reading.open_class(),
            '(' => reading.open_group()?,
            '*' | '+' | '?' if was_repeat && letter != '?' => {
                return Err(Unlike(
                    format!("`{letter}` after another repetition is not the same on other engines"),
                    "put brackets round what is repeated",
                ));
            }
            '*' | '+' | '?' | '}' => {
                reading.after_repeat = true;
                reading.written.push(letter);
            }
            '$' => reading.written.push_str("\\z"),
            '.' if dialect == Dialect::Spark => reading.written.push_str("[^\\n]"),
            other => reading.written.push(other),
        }
    }
    Ok(reading.written)
}

/// A pattern while it is read, letter by letter, and what was written of it.
struct Reading<'p> {
    letters: std::iter::Peekable<std::str::Chars<'p>>,
    written: String,
    /// Between `[` and `]`.
    in_class: bool,
    /// After `*`, `+`, `?` or `{…}`.
    after_repeat: bool,
}

impl Reading<'_> {
    /// The letter after a backslash.
    fn escaped(&mut self) -> Result<(), Unlike> {
        match self.letters.next() {
            Some(next) if !next.is_alphanumeric() => self.written.extend(['\\', next]),
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
        }
        Ok(())
    }

    /// `[`, with `^` and a first `]`, which are letters of the class itself.
    fn open_class(&mut self) {
        self.in_class = true;
        self.written.push('[');
        for first in ['^', ']'] {
            if self.letters.peek() == Some(&first) {
                self.written.extend(self.letters.next());
            }
        }
    }

    fn inside_class(&mut self, letter: char) -> Result<(), Unlike> {
        let is_doubled = self.letters.peek() == Some(&letter);
        match letter {
            '[' => {
                return Err(Unlike(
                    "`[` inside `[…]` has another meaning on other engines".into(),
                    "write `\\[`",
                ));
            }
            '&' | '~' if is_doubled => {
                return Err(Unlike(
                    format!("`{letter}{letter}` inside `[…]` has another meaning on other engines"),
                    "write it once",
                ));
            }
            '-' if is_doubled => {
                return Err(Unlike(
                    "`--` inside `[…]` has another meaning on other engines".into(),
                    "write `\\-`",
                ));
            }
            ']' => self.in_class = false,
            _ => {}
        }
        self.written.push(letter);
        Ok(())
    }

    /// `(` or `(?:`.
    fn open_group(&mut self) -> Result<(), Unlike> {
        let rest: String = self.letters.clone().take(2).collect();
        if rest.starts_with('?') && rest != "?:" {
            return Err(Unlike(
                format!("`({rest}` in a pattern is not the same on other engines"),
                "write `(…)` or `(?:…)`, and both cases of a letter as `[Aa]`",
            ));
        }
        self.written.push('(');
        Ok(())
    }
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
