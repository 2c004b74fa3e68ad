//! Prints rewritten SQL for an engine: its literals, its quoted names, and the script's names of tables.
//!
//! The parser's printer has only one kind of quotes. So literals and tables are first replaced by marks; the
//! rest is printed; then the marks are replaced by the engine's text.

use std::ops::ControlFlow;

use anyhow::{Result, anyhow};
use sqlparser::ast::{
    Expr, Ident, ObjectName, TableAlias, TableFactor, Value, ValueWithSpan, VisitMut, VisitorMut,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer, Word};

use crate::sql::Snippet;
use crate::sql::dialect::Surroundings;
use crate::sql::functions::{AS_AT, PROVIDER};

/// Names for the script's own functions for upper and lower case, until the text is printed.
pub const UPPER: &str = "clockstop_upper";
pub const LOWER: &str = "clockstop_lower";

/// The prefix of the mark for a table.
const TABLE: &str = "clockstop_table_";

/// Reserved words of DuckDB or Spark that the parser of rules accepts as names.
const KEPT: [&str; 24] = [
    "analyse",
    "analyze",
    "asymmetric",
    "check",
    "collate",
    "column",
    "constraint",
    "deferrable",
    "describe",
    "do",
    "foreign",
    "grant",
    "initially",
    "lateral",
    "only",
    "pivot",
    "primary",
    "references",
    "returning",
    "show",
    "summarize",
    "symmetric",
    "unique",
    "unpivot",
];

/// Rewritten SQL, ready to print.
pub struct Text<'a> {
    printed: String,
    literals: Vec<String>,
    around: &'a Surroundings,
}

impl<'a> Text<'a> {
    pub fn of<T: VisitMut + std::fmt::Display>(sql: &mut T, around: &'a Surroundings) -> Text<'a> {
        let mut marks = Marks {
            literals: Vec::new(),
            around,
        };
        let _ = sql.visit(&mut marks);
        Text {
            printed: sql.to_string(),
            literals: marks.literals,
            around,
        }
    }

    /// The printed text. The snippet is for the error message.
    pub fn printed(self, snippet: &Snippet) -> Result<String> {
        let tokens = Tokenizer::new(&GenericDialect, &self.printed)
            .tokenize()
            .map_err(|error| anyhow!("`{}` cannot be printed again: {error}", snippet.file))?;
        tokens.iter().map(|token| self.token(token)).collect()
    }

    fn token(&self, token: &Token) -> Result<String> {
        let dialect = self.around.dialect;
        Ok(match token {
            Token::SingleQuotedString(mark) => {
                let literal = mark
                    .parse()
                    .ok()
                    .and_then(|number: usize| self.literals.get(number));
                dialect.literal(literal.ok_or_else(|| anyhow!("a literal was lost"))?)
            }
            Token::Word(Word {
                value,
                quote_style: Some(_),
                ..
            }) => dialect.name(value),
            Token::Word(Word { value, .. }) => match value.as_str() {
                AS_AT => self.around.as_at.clone(),
                PROVIDER => self.around.provider.clone(),
                UPPER => self.around.upper.clone(),
                LOWER => self.around.lower.clone(),
                word if word.starts_with(TABLE) => self.around.tables[&word[TABLE.len()..]].clone(),
                word if KEPT.contains(&word.to_lowercase().as_str()) => dialect.name(word),
                word => word.to_string(),
            },
            other => other.to_string(),
        })
    }
}

struct Marks<'a> {
    literals: Vec<String>,
    around: &'a Surroundings,
}

impl VisitorMut for Marks<'_> {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::SingleQuotedString(text) = &mut value.value {
            self.literals
                .push(std::mem::replace(text, self.literals.len().to_string()));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, .. } = table {
            let known = name.to_string();
            if self.around.tables.contains_key(&known) {
                alias.get_or_insert_with(|| named(&known));
                *name = ObjectName::from(vec![Ident::new(format!("{TABLE}{known}"))]);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, _: &mut Expr) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn named(name: &str) -> TableAlias {
    TableAlias {
        explicit: true,
        name: Ident::new(name),
        columns: Vec::new(),
        at: None,
    }
}
