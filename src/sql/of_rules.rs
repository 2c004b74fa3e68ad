//! Calls of the functions that the rules define (`functions.toml`), replaced by their SQL.

use std::ops::ControlFlow;

use anyhow::Result;
use sqlparser::ast::{Expr, Function, VisitMut, visit_expressions, visit_expressions_mut};

use crate::rulebook::{Mistake, RuleFunction, Rulebook};
use crate::sql::Snippet;
use crate::sql::functions::{arguments, is_new_name, parse};

/// An error for the first function of the rules whose name is not free or whose SQL is wrong.
pub fn check_functions(rulebook: &Rulebook) -> Result<()> {
    let path = rulebook.functions_file();
    let whole = rulebook.files.get(&path).unwrap_or_default();
    for function in &rulebook.functions {
        if let Some((span, wrong)) = wrong(function, rulebook) {
            return Err(Mistake::at(&format!("rules/{path}"), whole, span, wrong).into());
        }
    }
    Ok(())
}

/// What is wrong with a function, and where.
fn wrong(function: &RuleFunction, rulebook: &Rulebook) -> Option<(std::ops::Range<usize>, String)> {
    let name = function.name.get_ref();
    if !is_new_name(name) {
        let wrong = format!("`{name}` is a function of SQL, or no name in small letters");
        return Some((function.name.span(), wrong));
    }
    let wrong = match parse(&function.of("x")) {
        Err(error) => format!("not SQL: {error}"),
        Ok(parsed) => {
            let called = called(&parsed, rulebook)?;
            format!("a function of the rules cannot call another: `{called}`")
        }
    };
    Some((function.sql.span(), wrong))
}

/// The first function of the rules that SQL calls.
fn called(sql: &Expr, rulebook: &Rulebook) -> Option<String> {
    let found = visit_expressions(sql, |part| match part {
        Expr::Function(call) if named(call, rulebook).is_some() => ControlFlow::Break(call.name.to_string()),
        _ => ControlFlow::Continue(()),
    });
    found.break_value()
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Files;

    fn mistake(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("cwt")).unwrap();
        std::fs::write(folder.path().join("cwt/functions.toml"), text).unwrap();
        let files = Files::embedded().overlaid_with(folder.path()).unwrap();
        let checked = Rulebook::read(files, "cwt").and_then(|rulebook| check_functions(&rulebook));
        checked.unwrap_err().to_string()
    }

    #[test]
    fn a_function_that_calls_itself_or_hides_another_is_refused() {
        let of = |name: &str, sql: &str| {
            format!(
                "[[function]]\nname = '{name}'\ntakes = 'x'\nsql = '{sql}'\nmeans = ''\nbasis = 'local'\nsource = ''\n"
            )
        };
        assert!(mistake(&of("half", "half({x})")).contains("cannot call another: `half`"));
        assert!(mistake(&of("upper", "{x}")).contains("`upper` is a function of SQL"));
        assert!(mistake(&of("half", "1")).contains("`{x}` is not in the SQL"));
        assert!(mistake(&of("half", "{x} / /")).contains("not SQL"));
        assert!(mistake(&(of("half", "{x}") + &of("half", "{x}"))).contains("is given twice"));
    }
}
