//! SQL of the rules with its place in a file, so that a mistake in it is shown there.

use std::borrow::Cow;

use anyhow::Result;

use super::{Files, Mistake};

/// SQL text, and its position in a rules file.
#[derive(Clone, Debug)]
pub struct Snippet<'a> {
    pub text: &'a str,
    /// `rules/cwt/checks/order.toml`
    pub file: Cow<'a, str>,
    /// Text of that whole file, to show the line.
    pub whole: &'a str,
    /// Line of the file on which the SQL begins, 1-based.
    pub line: usize,
    /// What the SQL belongs to, such as `` `assert` of check `CWT-O008` ``; empty for a whole file.
    pub of: String,
}

impl<'a> Snippet<'a> {
    /// A rules file that is entirely SQL.
    pub fn file(files: &'a Files, path: &str) -> Result<Snippet<'a>> {
        let text = files.get(path).ok_or_else(|| {
            crate::terminal::failure::usage(format!("rules file `rules/{path}` is missing"))
        })?;
        Ok(Snippet {
            text,
            file: Cow::Owned(format!("rules/{path}")),
            whole: text,
            line: 1,
            of: String::new(),
        })
    }

    /// What the SQL belongs to, and its file.
    pub fn name(&self) -> String {
        match self.of.is_empty() {
            true => format!("`{}`", self.file),
            false => format!("{} in `{}`", self.of, self.file),
        }
    }

    /// A value in a TOML file, with its byte span.
    pub fn value(
        text: &'a str,
        file: &'a str,
        whole: &'a str,
        span: std::ops::Range<usize>,
        of: String,
    ) -> Snippet<'a> {
        let start = span.start.min(whole.len());
        let mut line = whole[..start].matches('\n').count() + 1;
        // The text of a `'''` string begins on the line below its quotes.
        let quoted = &whole[start..];
        if ["'''\n", "\"\"\"\n"]
            .iter()
            .any(|quotes| quoted.starts_with(quotes))
        {
            line += 1;
        }
        Snippet {
            text,
            file: Cow::Borrowed(file),
            whole,
            line,
            of,
        }
    }

    /// A mistake at a line and column of the SQL.
    pub fn mistake(
        &self,
        line: usize,
        column: usize,
        length: usize,
        message: impl std::fmt::Display,
    ) -> Mistake {
        let file_line = self.line + line.saturating_sub(1);
        let column = self.column_in_file(line, column, length);
        let message = match self.of.is_empty() {
            true => message.to_string(),
            false => format!("{message}, in {}", self.of),
        };
        Mistake::at_line(&self.file, self.whole, file_line, column, length.max(1), message)
    }

    /// A one-line value is to the right of its key: this finds its column in the file's line.
    fn column_in_file(&self, line: usize, column: usize, length: usize) -> usize {
        let sql_line = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let file_line = self.whole.lines().nth(self.line + line - 2).unwrap_or_default();
        let word: String = sql_line
            .chars()
            .skip(column.saturating_sub(1))
            .take(length.max(1))
            .collect();
        match file_line
            .find(sql_line.trim_end())
            .or_else(|| file_line.find(&word).map(|at| at + 1 - column.min(at + 1)))
        {
            Some(at) => at + column,
            None => 1,
        }
    }
}
