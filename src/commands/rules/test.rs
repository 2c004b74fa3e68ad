//! Runs the examples of every check and source, and tests whether they notice planted faults.

use std::fmt::Write;

use anyhow::Result;

use super::example_context;
use crate::cli::RulesTest;
use crate::commands::{begins, known_prefix, rulebook};
use crate::rule_tests::{self, Bench, Outcomes, Suggestion};
use crate::rulebook::{Check, Rulebook};
use crate::sql::RunContext;
use crate::terminal::counted;
use crate::terminal::failure::Exit;
use crate::write;

/// The most mutants in a hundred that may go unnoticed.
const UNNOTICED_OF_100: usize = 2;

/// Runs the examples of every check (including those that are off) and of every source; then tests whether
/// the examples notice faults planted in the checks.
pub fn run(options: &RulesTest) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    options
        .select
        .iter()
        .try_for_each(|prefix| known_prefix(&rulebook, prefix))?;
    let context = example_context(&rulebook);
    let wanted = |check: &&Check| {
        !check.is_of_file() && (options.select.is_empty() || begins(&check.id, &options.select))
    };
    let checks: Vec<&Check> = rulebook.checks.iter().filter(wanted).collect();
    let benches = Bench::all(&rulebook, &checks, &context)?;
    let mut outcomes = Outcomes::of_checks(&benches)?;
    // Selected checks are tested alone.
    let is_all = options.select.is_empty();
    if is_all {
        outcomes.add_sources(&rulebook, &context)?;
        outcomes.add_measures(&rulebook, &context)?;
    }
    let failed = outcomes.wrong.len();
    let mut text: String = outcomes
        .wrong
        .iter()
        .map(|problem| format!("wrong  {problem}\n"))
        .collect();
    let _ = writeln!(
        text,
        "{}, {}: {} passed, {failed} failed",
        counted(checks.len(), "check"),
        counted(if is_all { rulebook.sources.len() } else { 0 }, "source"),
        outcomes.passed
    );
    // Failing examples cannot notice a planted fault.
    let exit = match (failed, options.no_mutants) {
        (0, true) => Exit::Clean,
        (0, false) => test_examples(options, &rulebook, &benches, &context, &mut text)?,
        _ => Exit::Usage,
    };
    write::text(None, &text)?;
    Ok(exit)
}

/// Lists the planted faults that no example notices.
fn test_examples(
    options: &RulesTest,
    rulebook: &Rulebook,
    benches: &[Bench],
    context: &RunContext,
    text: &mut String,
) -> Result<Exit> {
    let (mut planted, mut unnoticed) = (0, 0);
    for bench in benches {
        let mutants = rule_tests::run_mutants(rulebook, bench, context)?;
        planted += mutants.len();
        for mutant in mutants.iter().filter(|mutant| !mutant.is_noticed) {
            unnoticed += 1;
            let check = bench.compiled[mutant.check].check;
            let _ = writeln!(
                text,
                "unnoticed  {} {} ({}:{}): {}",
                check.id, mutant.part, check.file, mutant.line, mutant.change
            );
        }
        if options.suggest {
            rule_tests::suggest(rulebook, bench, &mutants, context)?
                .iter()
                .for_each(|suggestion| suggested(suggestion, text));
        }
    }
    let _ = writeln!(text, "{planted} mutants, {unnoticed} unnoticed");
    let too_many = unnoticed * 100 > planted * UNNOTICED_OF_100;
    Ok(if too_many { Exit::Usage } else { Exit::Clean })
}

/// An example that could be copied into the check, if its outcome is right.
fn suggested(suggestion: &Suggestion, text: &mut String) {
    let rows: Vec<String> = suggestion
        .rows
        .iter()
        .map(|row| format!("{{ {} }}", rule_tests::example_cells(row).join(", ")))
        .collect();
    let example = if rows.len() == 1 {
        rows[0].clone()
    } else {
        format!("[{}]", rows.join(", "))
    };
    let (check, key, notices) = (
        &suggestion.check,
        suggestion.outcome.key(),
        suggestion.notices.join("; "),
    );
    let _ = writeln!(text, "suggested  {check} {key} {example}  # {notices}");
}
