//! `clockstop rules`: the catalogue of checks, and the tests that every rule carries.

use anyhow::Result;
use chrono::NaiveDate;

use super::rulebook;
use crate::check;
use crate::cli::{Output, RulesCommand, RulesFolder};
use crate::failure::Exit;
use crate::rulebook::{Check, Rulebook};
use crate::source;
use crate::sql::Dictionary;
use crate::write::{self, Value};

const HEADINGS: [&str; 11] = ["check", "name", "severity", "basis", "title", "fields", "affects", "owner", "enabled", "source", "file"];

pub fn run(command: &RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::List { rules, output } => list(rules, output),
        RulesCommand::Test { rules } => test(rules),
    }
}

fn list(rules: &RulesFolder, output: &Output) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    write::table(output.format, output.output.as_deref(), &HEADINGS, rulebook.checks.iter().map(|check| values(&rulebook, check)))?;
    Ok(Exit::Clean)
}

fn values<'a>(rulebook: &Rulebook, check: &'a Check) -> Vec<Value<'a>> {
    let fields = match check.each.is_empty() {
        true => check.field_names(),
        false => check.each_fields(&rulebook.fields),
    };
    vec![
        Value::Text(&check.id),
        Value::Text(&check.name),
        Value::Text(check.severity.word()),
        Value::Text(&check.basis),
        Value::Text(&check.title),
        Value::Owned(fields.join(";")),
        Value::Owned(check.affects.join(";")),
        Value::Text(&check.owner),
        Value::YesNo(check.enabled),
        Value::Text(&check.source),
        Value::Text(&check.file),
    ]
}

/// The provider and date that examples are judged for.
pub fn example_dictionary(rulebook: &Rulebook) -> Dictionary<'_> {
    Dictionary { rulebook, as_at: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap_or_default(), provider: Some("RZZ".to_string()) }
}

/// Runs the examples of every check, also of those that are off, and of every source.
fn test(rules: &RulesFolder) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    let dictionary = example_dictionary(&rulebook);
    let checks: Vec<&Check> = rulebook.checks.iter().filter(|check| !check.is_of_file()).collect();
    let of_checks = check::run_examples(&rulebook, &checks, &dictionary)?;
    let of_sources = source::run_examples(&rulebook, &dictionary)?;
    let mut wrong = 0;
    for outcome in &of_checks {
        if let Some(problem) = &outcome.wrong {
            wrong += 1;
            println!("wrong  {} {}: {problem}  ({})", outcome.check, outcome.example, outcome.file);
        }
    }
    for outcome in of_sources.iter().filter(|outcome| !outcome.wrong.is_empty()) {
        wrong += 1;
        for problem in &outcome.wrong {
            println!("wrong  source `{}`, {}: {problem}", outcome.source, outcome.example);
        }
    }
    let total = of_checks.len() + of_sources.len();
    println!("{} checks, {} sources: {} passed, {wrong} failed", checks.len(), rulebook.sources.len(), total - wrong);
    Ok(if wrong == 0 { Exit::Clean } else { Exit::Usage })
}
