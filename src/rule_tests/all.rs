//! Runs every example of a rulebook: those of checks, of sources, of measures and of listings.

use anyhow::Result;

use crate::rule_tests::listed;
use crate::rule_tests::worked::{self, Stand};
use crate::rule_tests::{Bench, ExampleOutcome, run_source_examples};
use crate::rulebook::{Check, Rulebook};
use crate::sql::RunContext;

/// The results of the examples.
#[derive(Default)]
pub struct Outcomes {
    pub passed: usize,
    /// One sentence for each result that differs from its example.
    pub wrong: Vec<String>,
}

impl Outcomes {
    /// Runs the examples of checks on their benches, and reports missing examples.
    pub fn of_checks(benches: &[Bench]) -> Result<Outcomes> {
        Outcomes::of_benches(benches, |_| true)
    }

    fn of_benches(benches: &[Bench], wanted: impl Fn(&ExampleOutcome) -> bool) -> Result<Outcomes> {
        let mut outcomes = Outcomes::default();
        for bench in benches {
            for outcome in bench.run()?.into_iter().filter(&wanted) {
                match outcome.wrong {
                    None => outcomes.passed += 1,
                    Some(problem) => outcomes.wrong.push(format!(
                        "{} {}: {problem}  ({})",
                        outcome.check, outcome.example, outcome.file
                    )),
                }
            }
        }
        Ok(outcomes)
    }

    /// Adds the examples of sources.
    pub fn add_sources(&mut self, rulebook: &Rulebook, context: &RunContext) -> Result<()> {
        for outcome in run_source_examples(rulebook, context)? {
            let name = format!("source `{}`, {}", outcome.source, outcome.example);
            self.add(&name, &outcome.wrong);
        }
        Ok(())
    }

    /// Adds the worked examples of the measures.
    pub fn add_measures(&mut self, rulebook: &Rulebook, context: &RunContext) -> Result<()> {
        let examples = worked::read(rulebook)?;
        if !examples.example.is_empty() {
            self.add_stand(&Stand::new(rulebook, examples, context)?)?;
        }
        Ok(())
    }

    /// Adds the examples of listings.
    pub fn add_listings(&mut self, rulebook: &Rulebook, context: &RunContext) -> Result<()> {
        for outcome in listed::run_all(rulebook, context)? {
            self.add(&outcome.example, &outcome.wrong);
        }
        Ok(())
    }

    /// Adds worked examples that are already records.
    pub fn add_stand(&mut self, stand: &Stand) -> Result<()> {
        for outcome in stand.run()? {
            self.add(&format!("worked example {}", outcome.example), &outcome.wrong);
        }
        Ok(())
    }

    fn add(&mut self, name: &str, wrong: &[String]) {
        self.passed += usize::from(wrong.is_empty());
        self.wrong
            .extend(wrong.iter().map(|problem| format!("{name}: {problem}")));
    }
}

/// Runs every example of the rulebook. An example that cannot be run counts as wrong.
pub fn run_all(rulebook: &Rulebook, context: &RunContext) -> Outcomes {
    let checks: Vec<&Check> = rulebook
        .checks
        .iter()
        .filter(|check| !check.is_of_file())
        .collect();
    let benches = Bench::all(rulebook, &checks, context);
    let mut outcomes =
        match benches.and_then(|benches| Outcomes::of_benches(&benches, |outcome| !outcome.is_missing)) {
            Ok(outcomes) => outcomes,
            Err(error) => Outcomes {
                passed: 0,
                wrong: vec![format!("{error:#}")],
            },
        };
    let sources = outcomes.add_sources(rulebook, context);
    let measures = outcomes.add_measures(rulebook, context);
    let listings = outcomes.add_listings(rulebook, context);
    for error in [sources, measures, listings].into_iter().filter_map(Result::err) {
        outcomes.wrong.push(format!("{error:#}"));
    }
    outcomes
}
