//! Plants small faults in the SQL of facts (`derived.sql`, `pathways.sql`), of sources and of listings with
//! examples, and says which of them an example notices. The rulebook is read anew with each fault, as if
//! somebody had mistyped the file: a fault that the program then refuses is noticed too.

use std::ops::Range;

use anyhow::Result;
use polars::prelude::{DataFrame, DataType, Schema};
use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use rayon::prelude::*;

use super::mutate::{mutated_query, mutations_of_query};
use super::worked::{self, Examples, FileMutant, FileMutants, Stand};
use super::{Bench, example_columns, listed, source_examples};
use crate::rulebook::{Check, Rulebook, Source};
use crate::sql::{self, RunContext, Snippet};

/// Which of the faults of each file are planted.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// At most so many; `None`: every one.
    pub of_file: Option<usize>,
    /// Another number takes others.
    pub seed: u64,
}

/// The facts and the sources of the data set, each with the faults that were planted in it.
pub fn run(rulebook: &Rulebook, sample: Sample, context: &RunContext) -> Result<Vec<FileMutants>> {
    let same = worked::read(rulebook)?.same;
    let mut files = Vec::new();
    for name in ["derived.sql", "pathways.sql"] {
        let path = format!("{}/{name}", rulebook.data_set.folder);
        if rulebook.files.get(&path).is_some() {
            let mutants = of_facts(rulebook, &path, sample, context)?;
            files.push((path, mutants));
        }
    }
    let own = rulebook.sources.iter();
    for source in own.filter(|source| source.data_set == rulebook.data_set.name) {
        let path = source.file.trim_start_matches("rules/").to_string();
        let mutants = of_source(rulebook, source, &path, sample, context)?;
        files.push((path, mutants));
    }
    let is_all = sample.of_file.is_none();
    let files = files.into_iter();
    let files = files.map(|(path, mutants)| FileMutants::new(rulebook, &path, &same, mutants, is_all));
    let mut files: Vec<FileMutants> = files.collect();
    for name in listed::with_examples(rulebook) {
        let same = listed::read(rulebook, &name)?.same;
        for (path, mutants) in of_listing(rulebook, &name, sample, context)? {
            files.push(FileMutants::new(rulebook, &path, &same, mutants, is_all));
        }
    }
    Ok(files)
}

/// The queries in the folder of a listing, each with its faults.
fn of_listing(
    rulebook: &Rulebook,
    name: &str,
    sample: Sample,
    context: &RunContext,
) -> Result<Vec<(String, Vec<FileMutant>)>> {
    let listing = rulebook.listing(name)?;
    let own = format!("{}/", listing.folder);
    let columns = example_columns(rulebook, None, context)?;
    let files = listing.files().map(|(path, _)| path);
    let files = files.filter(|path| path.starts_with(&own) && path.ends_with(".sql"));
    let files = files.map(|path| {
        let snippet = Snippet::file(&rulebook.files, &path)?;
        let is_noticed = |sql: &str| {
            with(rulebook, &path, sql.to_string(), context, |rulebook, context| {
                let outcomes = listed::run(rulebook, name, context).ok()?;
                Some(outcomes.iter().all(|outcome| outcome.wrong.is_empty()))
            })
        };
        let mutants = planted(&snippet, &columns, sample, is_noticed)?;
        Ok((path.clone(), mutants))
    });
    files.collect()
}

fn of_facts(
    rulebook: &Rulebook,
    path: &str,
    sample: Sample,
    context: &RunContext,
) -> Result<Vec<FileMutant>> {
    let snippet = Snippet::file(&rulebook.files, path)?;
    let columns = example_columns(rulebook, None, context)?;
    let before = Before::new(rulebook, context)?;
    let is_noticed = |sql: &str| {
        with(rulebook, path, sql.to_string(), context, |rulebook, context| {
            before.hold_with(rulebook, context).ok()
        })
    };
    planted(&snippet, &columns, sample, is_noticed)
}

fn of_source(
    rulebook: &Rulebook,
    source: &Source,
    path: &str,
    sample: Sample,
    context: &RunContext,
) -> Result<Vec<FileMutant>> {
    let whole = rulebook.files.get(path).unwrap_or_default();
    let tables = source.table.iter().flat_map(|table| table.columns());
    let columns = tables.chain(&source.columns);
    let columns: Schema = columns
        .map(|name| (name.as_str().into(), DataType::String))
        .collect();
    // The query of a table that `holds` the fields of another is not written in the file.
    let is_written = |query: &&toml::Spanned<String>| {
        let written = whole.get(query.span()).unwrap_or_default();
        !query.get_ref().trim().is_empty() && written.contains(query.get_ref().trim())
    };
    let queries = std::iter::once(&source.records).chain(source.also.iter().map(|also| &also.rows));
    let queries = queries.filter(is_written);
    let mut mutants = Vec::new();
    for query in queries {
        let of = format!("source `{}`", source.name);
        let snippet = Snippet::value(query.get_ref(), &source.file, whole, query.span(), of);
        let is_noticed = |sql: &str| {
            let text = replaced(whole, query.span(), sql);
            with(rulebook, path, text, context, |rulebook, context| {
                source_holds(rulebook, &source.name, context)
            })
        };
        mutants.extend(planted(&snippet, &columns, sample, is_noticed)?);
    }
    Ok(mutants)
}

/// A TOML file with another query in one place.
fn replaced(whole: &str, place: Range<usize>, sql: &str) -> String {
    let mut text = whole.to_string();
    text.replace_range(place, &format!("'''\n{sql}\n'''"));
    text
}

/// Plants each fault, and asks whether something notices it.
fn planted(
    snippet: &Snippet,
    columns: &Schema,
    sample: Sample,
    is_noticed: impl Fn(&str) -> bool + Sync,
) -> Result<Vec<FileMutant>> {
    let query = sql::parse_query(snippet)?;
    let found = sample.of(mutations_of_query(&query, columns));
    let mutants = found.into_par_iter().filter_map(|fault| {
        let sql = mutated_query(&query, columns, &fault)?.to_string();
        Some(FileMutant {
            line: snippet.line + fault.line - 1,
            change: fault.change,
            is_noticed: is_noticed(&sql),
            sql,
        })
    });
    Ok(mutants.collect())
}

/// Whether a file with another text is refused, or its examples no longer hold.
fn with(
    rulebook: &Rulebook,
    path: &str,
    text: String,
    context: &RunContext,
    holds: impl Fn(&Rulebook, &RunContext) -> Option<bool>,
) -> bool {
    let files = rulebook.files.clone().with(path, text);
    let Ok(other) = Rulebook::read(files, &rulebook.data_set.folder) else {
        return true;
    };
    let context = RunContext {
        rulebook: &other,
        as_at: context.as_at,
        provider: context.provider.clone(),
    };
    holds(&other, &context) != Some(true)
}

impl Sample {
    /// Some of the faults, in their order.
    fn of<T>(self, mut faults: Vec<T>) -> Vec<T> {
        let Some(wanted) = self.of_file else { return faults };
        let mut dice = Pcg64::seed_from_u64(self.seed);
        while faults.len() > wanted {
            let number = dice.next_u64() % faults.len() as u64;
            faults.remove(number as usize);
        }
        faults
    }
}

/// The examples with the facts of the rules as they are. Where a fault changes none of these facts, no
/// example can notice it, and neither measures nor checks have to run.
struct Before {
    examples: Examples,
    /// Their records; `None`: there are no worked examples.
    worked: Option<DataFrame>,
    /// The rows of the examples of checks, table by table.
    checks: Vec<DataFrame>,
}

impl Before {
    fn new(rulebook: &Rulebook, context: &RunContext) -> Result<Before> {
        let examples = worked::read(rulebook)?;
        let worked = match examples.example.is_empty() {
            true => None,
            false => Some(Stand::new(rulebook, examples.clone(), context)?.records.frame),
        };
        let checks = Bench::all(rulebook, &checks_of_rows(rulebook), context)?;
        Ok(Before {
            examples,
            worked,
            checks: checks.iter().map(|bench| bench.rows().clone()).collect(),
        })
    }

    /// Whether every example holds with other rules.
    fn hold_with(&self, rulebook: &Rulebook, context: &RunContext) -> Result<bool> {
        Ok(self.worked_hold_with(rulebook, context)? && self.checks_hold_with(rulebook, context)?)
    }

    fn worked_hold_with(&self, rulebook: &Rulebook, context: &RunContext) -> Result<bool> {
        let Some(before) = &self.worked else {
            return Ok(true);
        };
        let stand = Stand::new(rulebook, self.examples.clone(), context)?;
        if stand.records.frame.equals_missing(before) {
            return Ok(true);
        }
        if stand.has_wrong_facts()? {
            return Ok(false);
        }
        Ok(stand.run()?.iter().all(|outcome| outcome.wrong.is_empty()))
    }

    fn checks_hold_with(&self, rulebook: &Rulebook, context: &RunContext) -> Result<bool> {
        let checks = Bench::all(rulebook, &checks_of_rows(rulebook), context)?;
        for (bench, before) in checks.iter().zip(&self.checks) {
            if bench.rows().equals_missing(before) {
                continue;
            }
            let mut outcomes = bench.run()?.into_iter();
            if outcomes.any(|outcome| outcome.wrong.is_some() && !outcome.is_missing) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn checks_of_rows(rulebook: &Rulebook) -> Vec<&Check> {
    let checks = rulebook.checks.iter();
    checks.filter(|check| !check.is_of_file()).collect()
}

fn source_holds(rulebook: &Rulebook, name: &str, context: &RunContext) -> Option<bool> {
    let source = rulebook.sources.iter().find(|source| source.name == name)?;
    let mut outcomes = source_examples::of_source(rulebook, source, context)
        .ok()?
        .into_iter();
    Some(outcomes.all(|outcome| outcome.wrong.is_empty()))
}
