//! `<data set>/functions.toml`: functions that the rules of a data set define for their own SQL, so that a
//! term is written once.
//!
//! In: `[[function]]` blocks. Out: [`RuleFunction`]s. A call is replaced by its SQL (`sql/functions.rs`)
//! before anything runs; the SQL may call functions of the engine, never another of these.

use anyhow::Result;
use serde::Deserialize;
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

/// The file of a data set's functions, without `rules/`.
pub fn path(folder: &str) -> String {
    format!("{folder}/functions.toml")
}

/// The functions of a data set; none where it has no file of them.
pub fn read(files: &Files, folder: &str) -> Result<Vec<RuleFunction>> {
    let path = path(folder);
    let Some(text) = files.get(&path) else {
        return Ok(Vec::new());
    };
    let file = format!("rules/{path}");
    let functions = toml::from_str::<FunctionFile>(text)
        .map_err(|error| toml_mistake(&file, text, &error))?
        .function;
    for (place, function) in functions.iter().enumerate() {
        let earlier = &functions[..place];
        if let Some((span, wrong)) = wrong(function, earlier) {
            return Err(Mistake::at(&file, text, span, wrong).into());
        }
    }
    Ok(functions)
}

/// What is wrong with a function, and where. `sql::check_functions` looks at its SQL.
fn wrong(function: &RuleFunction, earlier: &[RuleFunction]) -> Option<(std::ops::Range<usize>, String)> {
    let name = function.name.get_ref();
    if earlier.iter().any(|other| other.name.get_ref() == name) {
        return Some((
            function.name.span(),
            format!("the function `{name}` is given twice"),
        ));
    }
    if !function.sql.get_ref().contains(&function.parameter()) {
        let wrong = format!(
            "`{}` is not in the SQL of the function `{name}`",
            function.parameter()
        );
        return Some((function.sql.span(), wrong));
    }
    None
}
