//! `clockstop rules`: the catalogue of checks, the tests of every rule, and help for writers of rules.

mod list;
mod test;
mod write_check;

use anyhow::Result;
use chrono::NaiveDate;

use super::rulebook;
use crate::cli::{RulesCommand, RulesFolder, SchemaFor};
use crate::rule_tests::lint::{self, Level};
use crate::rulebook::Rulebook;
use crate::sql::RunContext;
use crate::terminal::counted;
use crate::terminal::failure::Exit;
use crate::write;

pub fn run(command: &RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::List {
            rules,
            format,
            output,
        } => list::run(rules, *format, output.as_deref()),
        RulesCommand::Test(options) => test::run(options),
        RulesCommand::Lint { rules } => lint(rules),
        RulesCommand::Schema { of, rules, output } => {
            let rulebook = rulebook(rules)?;
            let schema = match of {
                SchemaFor::Checks => rulebook.checks_schema(),
                SchemaFor::Plan => rulebook.plan_schema(),
            };
            write::text(output.as_deref(), &format!("{schema:#}\n"))?;
            Ok(Exit::Clean)
        }
        RulesCommand::New {
            id,
            name,
            output,
            rules,
        } => write_check::run(rules, id, name, output.as_deref()),
    }
}

/// The provider and date for examples.
pub fn example_context(rulebook: &Rulebook) -> RunContext<'_> {
    RunContext {
        rulebook,
        as_at: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap_or_default(),
        provider: Some("RZZ".to_string()),
    }
}

/// Lists mistakes and doubts; only mistakes set the exit code.
fn lint(rules: &RulesFolder) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    let complaints = lint::run(&rulebook, &example_context(&rulebook))?;
    let mut text: String = complaints
        .iter()
        .map(|complaint| format!("{complaint}\n\n"))
        .collect();
    let errors = complaints
        .iter()
        .filter(|complaint| complaint.level == Level::Error)
        .count();
    text.push_str(&format!(
        "{}: {}, {}\n",
        counted(rulebook.checks.len(), "check"),
        counted(errors, "error"),
        counted(complaints.len() - errors, "warning")
    ));
    write::text(None, &text)?;
    Ok(if errors == 0 { Exit::Clean } else { Exit::Usage })
}
