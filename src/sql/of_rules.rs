//! Calls of the functions that the rules define (`functions.toml`), replaced by their SQL.

use std::ops::ControlFlow;

use anyhow::Result;
use sqlparser::ast::{Expr, Function, VisitMut, visit_expressions_mut};

use crate::rulebook::{RuleFunction, Rulebook};
use crate::sql::Snippet;
use crate::sql::functions::{arguments, parse};

/// Replaces every call; a call with other than one value is a mistake.
pub fn expand<T: VisitMut>(snippet: &Snippet, sql: &mut T, rulebook: &Rulebook) -> Result<()> {
    let outcome = visit_expressions_mut(sql, |part| {
        let Expr::Function(call) = part else {
            return ControlFlow::Continue(());
        };
        let Some(known) = named(call, rulebook) else {
            return ControlFlow::Continue(());
        };
        match plain(snippet, call, known) {
            Ok(plain) => {
                *part = plain;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    });
    match outcome {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn named<'a>(call: &Function, rulebook: &'a Rulebook) -> Option<&'a RuleFunction> {
    let name = call.name.to_string().to_lowercase();
    rulebook
        .functions
        .iter()
        .find(|function| *function.name.get_ref() == name)
}

fn plain(snippet: &Snippet, call: &Function, known: &RuleFunction) -> Result<Expr> {
    let [argument] = &arguments(call)[..] else {
        let name = known.name.get_ref();
        return Err(snippet
            .mistake(
                1,
                1,
                1,
                format!("`{name}` takes one value: `{name}({})`", known.takes),
            )
            .into());
    };
    parse(&known.of(argument))
}
