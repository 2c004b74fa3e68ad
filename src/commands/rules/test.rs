//! Runs the examples of every check, source and measure, and tests whether they notice planted faults.

use std::fmt::Write;

use anyhow::Result;

use super::example_context;
use crate::cli::RulesTest;
use crate::commands::{begins, known_prefix, rulebook};
use crate::rule_tests::worked::{self, Examples, FileMutants, Stand};
use crate::rule_tests::{self, Bench, Outcomes, Sample, Suggestion};
use crate::rulebook::{Check, Rulebook};
use crate::sql::RunContext;
use crate::terminal::counted;
use crate::terminal::failure::Exit;
use crate::write;

/// The most mutants in a hundred that may go unnoticed.
const UNNOTICED_OF_100: usize = 2;

/// Runs the examples of every check (including those that are off) and of every source; then tests whether
/// the examples notice faults planted in checks and measures.
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
    let worked = if is_all {
        worked::read(&rulebook)?
    } else {
        Examples::default()
    };
    let stand = match worked.example.is_empty() {
        true => None,
        false => Some(Stand::new(&rulebook, worked, &context)?),
    };
    if is_all {
        outcomes.add_sources(&rulebook, &context)?;
        outcomes.add_listings(&rulebook, &context)?;
    }
    if let Some(stand) = &stand {
        outcomes.add_stand(stand)?;
    }
    let sources = if is_all { rulebook.sources.len() } else { 0 };
    let mut text = in_words(&outcomes, checks.len(), sources);
    // Failing examples cannot notice a planted fault.
    let mut exit = match (outcomes.wrong.is_empty(), options.no_mutants) {
        (false, _) => Exit::Usage,
        (true, true) => Exit::Clean,
        (true, false) => {
            let of_checks = test_examples(options, &rulebook, &benches, &context, &mut text)?;
            let of_files = match &stand {
                Some(stand) => test_worked(options, stand, &mut text)?,
                None => Exit::Clean,
            };
            if of_checks == Exit::Clean {
                of_files
            } else {
                of_checks
            }
        }
    };
    if options.facts && exit == Exit::Clean {
        let sample = Sample {
            of_file: options.sample,
            seed: options.seed,
        };
        let files = rule_tests::run_fact_mutants(&rulebook, sample, &context)?;
        exit = judged(&files, &mut text);
    }
    write::text(None, &text)?;
    Ok(exit)
}

/// What differs from its example, a line each, and how many passed and failed.
fn in_words(outcomes: &Outcomes, checks: usize, sources: usize) -> String {
    let wrong = outcomes.wrong.iter();
    let mut text: String = wrong.map(|problem| format!("wrong  {problem}\n")).collect();
    let _ = writeln!(
        text,
        "{}, {}: {} passed, {} failed",
        counted(checks, "check"),
        counted(sources, "source"),
        outcomes.passed,
        outcomes.wrong.len()
    );
    text
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

/// Lists the faults planted in measures that no worked example notices. A measure with a file of examples of
/// its own is held to them.
fn test_worked(options: &RulesTest, stand: &Stand, text: &mut String) -> Result<Exit> {
    let files = worked::run_file_mutants(stand)?;
    let exit = judged(&files, text);
    if options.suggest {
        text.push_str(&worked::suggest_worked(stand, &files)?);
    }
    Ok(exit)
}

/// Lists the faults of files that no example notices, and what is listed as without effect in vain.
fn judged(files: &[FileMutants], text: &mut String) -> Exit {
    let mut exit = Exit::Clean;
    for file in files {
        let (planted, unnoticed) = (file.mutants.len(), file.unnoticed().count());
        list_unnoticed(file, text);
        for change in &file.stale {
            let _ = writeln!(
                text,
                "stale  {}: an example notices this fault, or there is none: {change}",
                file.file
            );
            exit = Exit::Usage;
        }
        if file.is_held && unnoticed * 100 > planted * UNNOTICED_OF_100 {
            exit = Exit::Usage;
        }
    }
    exit
}

/// The faults of a file that no example notices, and how many were planted.
fn list_unnoticed(file: &FileMutants, text: &mut String) {
    for mutant in file.unnoticed() {
        let _ = writeln!(
            text,
            "unnoticed  {}:{}: {}",
            file.file, mutant.line, mutant.change
        );
    }
    let _ = writeln!(
        text,
        "{}: {} mutants, {} unnoticed",
        file.file,
        file.mutants.len(),
        file.unnoticed().count()
    );
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
