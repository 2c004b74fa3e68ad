//! Runs the examples of sources.

use anyhow::Result;

use crate::cli::RulesFolder;
use crate::commands::rules::example_context;
use crate::commands::{begins, rulebook};
use crate::rule_tests;
use crate::rulebook::suggestion;
use crate::terminal::counted;
use crate::terminal::failure::{Exit, usage};
use crate::write;

pub fn run(select: &[String], rules: &RulesFolder) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    let names = || rulebook.sources.iter().map(|source| source.name.as_str());
    for prefix in select {
        if !names().any(|name| begins(name, std::slice::from_ref(prefix))) {
            return Err(usage(format!(
                "no source begins with `{prefix}`: {}",
                suggestion(prefix, names())
            )));
        }
    }
    let mut outcomes = rule_tests::run_source_examples(&rulebook, &example_context(&rulebook))?;
    outcomes.retain(|outcome| select.is_empty() || begins(&outcome.source, select));
    let mut text = String::new();
    for outcome in &outcomes {
        for problem in &outcome.wrong {
            text.push_str(&format!(
                "wrong  source `{}`, {}: {problem}\n",
                outcome.source, outcome.example
            ));
        }
    }
    let failed = outcomes
        .iter()
        .filter(|outcome| !outcome.wrong.is_empty())
        .count();
    text.push_str(&format!(
        "{}: {} passed, {failed} failed\n",
        counted(outcomes.len(), "example"),
        outcomes.len() - failed
    ));
    write::text(None, &text)?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::Usage })
}
