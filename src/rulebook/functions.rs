//! `<data set>/functions.toml`: functions that the rules of a data set define for their own SQL, so that a
//! term is written once.
//!
//! In: `[[function]]` blocks. Out: [`RuleFunction`]s. A call is replaced by its SQL (`sql/functions.rs`)
//! before anything runs; the SQL may call functions of the engine, never another of these.

use std::ops::ControlFlow;

use anyhow::Result;
use serde::Deserialize;
use sqlparser::ast::{Expr, visit_expressions};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use toml::Spanned;

use super::{Files, Mistake, toml_mistake};

/// A function of one value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFunction {
    pub name: Spanned<String>,
    /// The name of its argument: in `sql`, this name in braces is replaced by the argument of the call.
    pub takes: String,
    pub sql: Spanned<String>,
    pub means: String,
    pub basis: String,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionFile {
    #[serde(default)]
    function: Vec<RuleFunction>,
}

impl RuleFunction {
    /// The SQL of a call; an argument that is not a plain name is put in brackets.
    pub fn of(&self, argument: &str) -> String {
        let is_name = argument
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.');
        let argument = match is_name {
            true => argument.to_string(),
            false => format!("({argument})"),
        };
        format!("({})", self.sql.get_ref().replace(&self.parameter(), &argument))
    }

    fn parameter(&self) -> String {
        format!("{{{}}}", self.takes)
    }
}

/// The functions of a data set; none where it has no file of them.
pub fn read(files: &Files, folder: &str) -> Result<Vec<RuleFunction>> {
    let path = format!("{folder}/functions.toml");
    let Some(text) = files.get(&path) else {
        return Ok(Vec::new());
    };
    let file = format!("rules/{path}");
    let functions = toml::from_str::<FunctionFile>(text)
        .map_err(|error| toml_mistake(&file, text, &error))?
        .function;
    for (place, function) in functions.iter().enumerate() {
        let earlier = &functions[..place];
        if let Some((span, wrong)) = wrong(function, &functions, earlier) {
            return Err(Mistake::at(&file, text, span, wrong).into());
        }
    }
    Ok(functions)
}

/// What is wrong with a function, and where.
fn wrong(
    function: &RuleFunction,
    all: &[RuleFunction],
    earlier: &[RuleFunction],
) -> Option<(std::ops::Range<usize>, String)> {
    let name = function.name.get_ref();
    let at_name = function.name.span();
    let at_sql = function.sql.span();
    if !crate::sql::functions::is_new_name(name) {
        return Some((
            at_name,
            format!("`{name}` is a function of SQL, or no name in small letters"),
        ));
    }
    if earlier.iter().any(|other| other.name.get_ref() == name) {
        return Some((at_name, format!("the function `{name}` is given twice")));
    }
    if !function.sql.get_ref().contains(&function.parameter()) {
        let wrong = format!(
            "`{}` is not in the SQL of the function `{name}`",
            function.parameter()
        );
        return Some((at_sql, wrong));
    }
    let parsed = Parser::new(&GenericDialect)
        .try_with_sql(&function.of("x"))
        .and_then(|mut parser| parser.parse_expr());
    match parsed {
        Err(error) => Some((at_sql, format!("not SQL: {error}"))),
        Ok(parsed) => called(&parsed, all).map(|called| {
            (
                at_sql,
                format!("a function of the rules cannot call another: `{called}`"),
            )
        }),
    }
}

/// The first function of the rules that SQL calls.
fn called(sql: &Expr, all: &[RuleFunction]) -> Option<String> {
    let found = visit_expressions(sql, |part| match part {
        Expr::Function(call) => {
            let name = call.name.to_string().to_lowercase();
            match all.iter().any(|function| *function.name.get_ref() == name) {
                true => ControlFlow::Break(name),
                false => ControlFlow::Continue(()),
            }
        }
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(name) => Some(name),
        ControlFlow::Continue(()) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("cwt")).unwrap();
        std::fs::write(folder.path().join("cwt/functions.toml"), text).unwrap();
        let files = Files::embedded().overlaid_with(folder.path()).unwrap();
        read(&files, "cwt").unwrap_err().to_string()
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
