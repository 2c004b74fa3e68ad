//! Writes the template of a new check.

use std::path::Path;

use anyhow::Result;

use crate::cli::RulesFolder;
use crate::commands::rulebook;
use crate::rule_tests::lint;
use crate::terminal::failure::{Exit, usage};
use crate::write;

/// Prints or writes the template of a new check. An id that is taken, or reserved for national checks, is
/// refused.
pub fn run(rules: &RulesFolder, id: &str, name: &str, to: Option<&Path>) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    let prefix = &rulebook.data_set.check_prefix;
    if id.to_uppercase().starts_with(&prefix.to_uppercase()) {
        return Err(usage(format!(
            "ids that begin with `{prefix}` are for national checks: begin with your trust's code, such as \
             `RZZ-001`"
        )));
    }
    if let Some(taken) = rulebook.check(id) {
        return Err(usage(format!(
            "check id `{}` is taken, in `{}`: an id is permanent and never reused",
            taken.id, taken.file
        )));
    }
    if !lint::is_kebab_case(name) {
        return Err(usage(format!(
            "the name `{name}` is not in kebab-case, such as `treatment-before-decision`"
        )));
    }
    let Some(block) = rulebook.scaffold(id, name) else {
        return Err(usage("the data set has no two dates for a check to start from"));
    };
    if let Some(to) = to.filter(|to| to.exists()) {
        return Err(usage(format!(
            "`{}` already exists: leave out `-o` and paste the check into it",
            to.display()
        )));
    }
    write::text(to, &block)?;
    Ok(Exit::Clean)
}
