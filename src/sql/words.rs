//! Collects the names, texts and dates in a condition.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use sqlparser::ast::{Expr, Value, Visit, visit_expressions};

/// The contents of a condition.
#[derive(Debug, Default)]
pub struct Words {
    /// Columns, and anything else in the position of a column.
    pub names: BTreeSet<String>,
    /// Texts in quotes.
    pub texts: BTreeSet<String>,
    pub dates: BTreeSet<NaiveDate>,
}

/// Adds the words of a condition or query.
pub fn words(sql: &impl Visit, words: &mut Words) {
    let _ = visit_expressions(sql, |part| {
        match part {
            Expr::Identifier(name) => drop(words.names.insert(name.value.clone())),
            Expr::CompoundIdentifier(parts) => {
                words.names.extend(parts.last().map(|name| name.value.clone()))
            }
            Expr::Value(value) => {
                if let Value::SingleQuotedString(text) = &value.value {
                    words.texts.insert(text.clone());
                }
            }
            Expr::TypedString(literal) => words.dates.extend(
                literal
                    .value
                    .clone()
                    .into_string()
                    .and_then(|text| text.parse::<NaiveDate>().ok()),
            ),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
}
