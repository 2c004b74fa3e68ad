//! `clockstop rules`: the catalogue of checks, and the tests that every rule carries.

use anyhow::Result;
use chrono::NaiveDate;

use super::{begins, known_prefix, rulebook};
use crate::check::{self, Bench, Mutant, Suggestion};
use crate::cli::{Output, RulesCommand, RulesFolder, RulesTest};
use crate::failure::Exit;
use crate::lint::{self, Level};
use crate::rulebook::{Check, Rulebook};
use crate::source;
use crate::sql::Dictionary;
use crate::write::{self, Value};

const HEADINGS: [&str; 11] = ["check", "name", "severity", "basis", "title", "fields", "affects", "owner", "enabled", "source", "file"];

pub fn run(command: &RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::List { rules, output } => list(rules, output),
        RulesCommand::Test(options) => test(options),
        RulesCommand::Lint { rules } => lint(rules),
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

/// Mutants that may go unnoticed, of a hundred.
const UNNOTICED_OF_100: usize = 2;

/// Runs the examples of every check, also of those that are off, and of every source; then sees whether the
/// examples notice faults planted in the checks.
fn test(options: &RulesTest) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    options.select.iter().try_for_each(|prefix| known_prefix(&rulebook, prefix))?;
    let dictionary = example_dictionary(&rulebook);
    let wanted = |check: &&Check| !check.is_of_file() && (options.select.is_empty() || begins(&check.id, &options.select));
    let checks: Vec<&Check> = rulebook.checks.iter().filter(wanted).collect();
    let bench = Bench::new(&rulebook, &checks, &dictionary)?;
    let of_checks = bench.run()?;
    let sources = if options.select.is_empty() { rulebook.sources.len() } else { 0 };
    let of_sources = if sources > 0 { source::run_examples(&rulebook, &dictionary)? } else { Vec::new() };
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
    println!("{} checks, {sources} sources: {} passed, {wrong} failed", checks.len(), total - wrong);
    // Examples that fail cannot notice anything.
    match (wrong, options.no_mutants) {
        (0, true) => Ok(Exit::Clean),
        (0, false) => test_examples(options, &rulebook, &bench, &dictionary),
        _ => Ok(Exit::Usage),
    }
}

/// Lists the planted faults that no example notices.
fn test_examples(options: &RulesTest, rulebook: &Rulebook, bench: &Bench, dictionary: &Dictionary) -> Result<Exit> {
    let mutants = check::run_mutants(rulebook, bench, dictionary)?;
    let unnoticed: Vec<&Mutant> = mutants.iter().filter(|mutant| !mutant.is_noticed).collect();
    for mutant in &unnoticed {
        let check = bench.compiled[mutant.check].check;
        println!("unnoticed  {} {} ({}:{}): {}", check.id, mutant.part, check.file, mutant.line, mutant.change);
    }
    if options.suggest {
        for suggestion in check::suggest(rulebook, bench, &mutants, dictionary)? {
            say_suggestion(&suggestion);
        }
    }
    println!("{} mutants, {} unnoticed", mutants.len(), unnoticed.len());
    let too_many = unnoticed.len() * 100 > mutants.len() * UNNOTICED_OF_100;
    Ok(if too_many { Exit::Usage } else { Exit::Clean })
}

/// An example that could be copied into the check, if its outcome is what it ought to be.
fn say_suggestion(suggestion: &Suggestion) {
    let rows: Vec<String> = suggestion.rows.iter().map(|row| format!("{{ {} }}", check::example_cells(row).join(", "))).collect();
    let example = if rows.len() == 1 { rows[0].clone() } else { format!("[{}]", rows.join(", ")) };
    println!("suggested  {} {} {example}  # {}", suggestion.check, suggestion.outcome.key(), suggestion.notices.join("; "));
}

/// Lists what is wrong or doubtful; only what is wrong sets the exit code.
fn lint(rules: &RulesFolder) -> Result<Exit> {
    let rulebook = rulebook(rules)?;
    let complaints = lint::run(&rulebook, &example_dictionary(&rulebook))?;
    for complaint in &complaints {
        println!("{complaint}\n");
    }
    let errors = complaints.iter().filter(|complaint| complaint.level == Level::Error).count();
    println!("{} checks: {errors} errors, {} warnings", rulebook.checks.len(), complaints.len() - errors);
    Ok(if errors == 0 { Exit::Clean } else { Exit::Usage })
}
