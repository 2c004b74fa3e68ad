//! A mistake in a rules file, shown as a compiler shows one: what is wrong, in which file and line, and what
//! was probably meant.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// What is wrong in a rules file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Path inside `rules/`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    pub column: usize,
    pub message: String,
    /// What to do, if it is known.
    pub help: Option<String>,
    excerpt: String,
}

impl Mistake {
    /// A mistake at a byte range of a file's text.
    pub fn at(file: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Mistake {
        let before = &text[..floor(text, span.start)];
        let start = floor(text, span.start);
        let end = floor(text, span.end.max(span.start + 1));
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
        let message = message.into();
        let excerpt = render(file, text, start..end.max(start), &message);
        Mistake {
            file: file.to_string(),
            line,
            column,
            message,
            help: None,
            excerpt,
        }
    }

    /// A mistake at a line and column (1-based) of a file's text.
    pub fn at_line(
        file: &str,
        text: &str,
        line: usize,
        column: usize,
        length: usize,
        message: impl Into<String>,
    ) -> Mistake {
        let start: usize = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let start = (start + column.saturating_sub(1)).min(text.len());
        Mistake::at(file, text, start..start + length, message)
    }

    /// A mistake about a whole file. Its lines are not shown, because they may hold anything.
    pub fn of_file(file: &str, message: impl Into<String>) -> Mistake {
        Mistake {
            file: file.to_string(),
            line: 1,
            column: 1,
            message: message.into(),
            help: None,
            excerpt: String::new(),
        }
    }

    pub fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }
}

/// The last character boundary at or before byte `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|index| text.is_char_boundary(*index))
        .unwrap_or(0)
}

fn render(file: &str, text: &str, span: Range<usize>, message: &str) -> String {
    let snippet = Snippet::source(text)
        .path(file)
        .annotation(AnnotationKind::Primary.span(span));
    let report = [Group::with_title(Level::ERROR.primary_title(message)).element(snippet)];
    let rendered = Renderer::plain().render(&report).to_string();
    // The title is already before the excerpt.
    rendered
        .split_once('\n')
        .map_or(String::new(), |(_, excerpt)| excerpt.to_string())
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )?;
        write!(formatter, "{}", self.excerpt)?;
        match &self.help {
            Some(help) => write!(formatter, "\n  = help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistake {}

/// The most similar of the known names, if one is similar enough.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?`, or the whole list if no name is similar.
pub fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let mut all: Vec<&str> = known.into_iter().collect();
            all.sort_unstable();
            match all.len() {
                0..=12 => format!(
                    "known are {}",
                    all.iter()
                        .map(|name| format!("`{name}`"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                _ => "it is not in the list; check the spelling".to_string(),
            }
        }
    }
}
