//! The examples of every check and source, and the faults that they must notice.

use std::fmt::Write;

use anyhow::Result;

use super::example_context;
use crate::cli::RulesTest;
use crate::commands::{begins, known_prefix, rulebook};
use crate::failure::Exit;
use crate::rule_tests::{self, Bench, ExampleOutcome, SourceOutcome, Suggestion};
use crate::rulebook::{Check, Rulebook};
use crate::sql::RunContext;
use crate::terminal::counted;
use crate::write;

/// Mutants that may go unnoticed, of a hundred.
const UNNOTICED_OF_100: usize = 2;

/// Runs the examples of every check, also of those that are off, and of every source; then sees whether the
/// examples notice faults planted in the checks.
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
    let of_checks = benches
        .iter()
        .map(Bench::run)
        .collect::<Result<Vec<_>>>()?
        .concat();
    // Checks that are chosen are tested alone.
    let of_sources = if options.select.is_empty() {
        rule_tests::run_source_examples(&rulebook, &context)?
    } else {
        Vec::new()
    };
    let mut text = wrong(&of_checks, &of_sources);
    let failed = text.lines().count();
    let sources = if options.select.is_empty() {
        rulebook.sources.len()
    } else {
        0
    };
    let passed = of_checks.iter().filter(|outcome| outcome.wrong.is_none()).count()
        + of_sources
            .iter()
            .filter(|outcome| outcome.wrong.is_empty())
            .count();
    let _ = writeln!(
        text,
        "{}, {}: {passed} passed, {failed} failed",
        counted(checks.len(), "check"),
        counted(sources, "source")
    );
    // Examples that fail cannot notice anything.
    let exit = match (failed, options.no_mutants) {
        (0, true) => Exit::Clean,
        (0, false) => test_examples(options, &rulebook, &benches, &context, &mut text)?,
        _ => Exit::Usage,
    };
    write::text(None, &text)?;
    Ok(exit)
}

/// A line for each thing that is not as an example says.
fn wrong(of_checks: &[ExampleOutcome], of_sources: &[SourceOutcome]) -> String {
    let checks = of_checks.iter().filter_map(|outcome| {
        let problem = outcome.wrong.as_ref()?;
        Some(format!(
            "wrong  {} {}: {problem}  ({})\n",
            outcome.check, outcome.example, outcome.file
        ))
    });
    let sources = of_sources.iter().flat_map(|outcome| {
        outcome.wrong.iter().map(|problem| {
            format!(
                "wrong  source `{}`, {}: {problem}\n",
                outcome.source, outcome.example
            )
        })
    });
    checks.chain(sources).collect()
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

/// An example that could be copied into the check, if its outcome is what it ought to be.
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
