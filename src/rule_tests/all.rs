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

    fn try_add(&mut self, add: impl Fn(&mut Outcomes) -> Result<()>) {
        if let Err(error) = add(self) {
            self.wrong.push(format!("{error:#}"));
        }
    }

    fn add(&mut self, name: &str, wrong: &[String]) {
        self.passed += usize::from(wrong.is_empty());
        self.wrong
            .extend(wrong.iter().map(|problem| format!("{name}: {problem}")));
    }
}

/// Runs the examples that the trust's own files can change. An example that cannot be run counts as wrong.
pub fn run_changed(rulebook: &Rulebook, context: &RunContext) -> Outcomes {
    let own: Vec<&str> = rulebook.own_files().collect();
    let changes = |kind: fn(&Rulebook, &str) -> bool| own.iter().any(|path| kind(rulebook, path));
    let all = changes(changes_every_check);
    let is_changed = |check: &Check| all || own.iter().any(|path| is_of(check, path));
    let checks = rulebook.checks.iter();
    let checks: Vec<&Check> = checks
        .filter(|check| !check.is_of_file() && is_changed(check))
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
    if changes(changes_sources) {
        outcomes.try_add(|outcomes| outcomes.add_sources(rulebook, context));
    }
    if changes(changes_measures) {
        outcomes.try_add(|outcomes| outcomes.add_measures(rulebook, context));
    }
    if changes(|rulebook, path| changes_measures(rulebook, path) || is_of_listing(rulebook, path)) {
        outcomes.try_add(|outcomes| outcomes.add_listings(rulebook, context));
    }
    outcomes
}

/// Whether a check is written in a rules file.
fn is_of(check: &Check, path: &str) -> bool {
    check.file.strip_prefix("rules/") == Some(path)
}

fn is_of_checks(rulebook: &Rulebook, path: &str) -> bool {
    rulebook.checks.iter().any(|check| is_of(check, path))
}

/// The path of a file inside the folder of the data set.
fn inside<'p>(rulebook: &Rulebook, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(rulebook.data_set.folder.as_str())?
        .strip_prefix('/')
}

/// Whether a file is in the folder of a listing.
fn is_of_listing(rulebook: &Rulebook, path: &str) -> bool {
    let folder = path.rsplit_once('/').map(|(folder, _)| folder);
    folder.is_some_and(|folder| rulebook.files.get(&format!("{folder}/listing.toml")).is_some())
}

/// Whether a file may change the outcome of any check, as everything does that makes records, and lists do.
fn changes_every_check(rulebook: &Rulebook, path: &str) -> bool {
    let is_of_measures = inside(rulebook, path).is_some_and(|path| path.starts_with("measures/"));
    !is_of_measures
        && !is_of_listing(rulebook, path)
        && !path.starts_with("sources/")
        && !is_of_checks(rulebook, path)
}

/// Whether a file may change what a source gives: sources know nothing of facts, checks and measures.
fn changes_sources(rulebook: &Rulebook, path: &str) -> bool {
    let later = ["derived.sql", "pathways.sql", "standards.toml"];
    let is_later =
        |path: &str| later.contains(&path) || path.starts_with("measures/") || path.starts_with("tables/");
    let is_later = inside(rulebook, path).is_some_and(is_later) || is_of_listing(rulebook, path);
    !is_later && !is_of_checks(rulebook, path)
}

/// Whether a file may change a wait.
fn changes_measures(rulebook: &Rulebook, path: &str) -> bool {
    !path.starts_with("sources/") && !is_of_checks(rulebook, path) && !is_of_listing(rulebook, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changes_the_examples_of_what_comes_after_it() {
        let rulebook = Rulebook::load(None, "cwt").unwrap();
        for (path, checks, sources, measures) in [
            ("sources/scr.toml", false, true, false),
            ("cwt/fields.csv", true, true, true),
            ("cwt/lookups/trusts.csv", true, true, true),
            ("cwt/functions.toml", true, true, true),
            ("cwt/codes/site_defaults.csv", true, true, true),
            ("cwt/derived.sql", true, false, true),
            ("cwt/pathways.sql", true, false, true),
            ("cwt/standards.toml", true, false, true),
            ("cwt/measures/62d.sql", false, false, true),
            ("cwt/checks/order.toml", false, false, false),
            ("cwt/ptl/listing.toml", false, false, false),
        ] {
            assert!(rulebook.files.get(path).is_some(), "{path}");
            assert_eq!(changes_every_check(&rulebook, path), checks, "checks by {path}");
            assert_eq!(changes_sources(&rulebook, path), sources, "sources by {path}");
            assert_eq!(changes_measures(&rulebook, path), measures, "measures by {path}");
        }
    }
}
