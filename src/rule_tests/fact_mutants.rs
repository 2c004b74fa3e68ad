//! Plants small faults in the SQL of facts (`derived.sql`, `pathways.sql`) and of sources, and says which of
//! them an example notices. The rulebook is read anew with each fault, as if somebody had mistyped the file:
//! a fault that the program then refuses is noticed too.

use std::ops::Range;

use anyhow::Result;
use polars::prelude::{DataType, Schema};
use rayon::prelude::*;

use super::mutate::{mutated_query, mutations_of_query};
use super::worked::{self, FileMutant, FileMutants, Stand};
use super::{Bench, example_columns, source_examples};
use crate::rulebook::{Check, Rulebook, Source};
use crate::sql::{self, RunContext, Snippet};

/// The facts and the sources of the data set, each with the faults that were planted in it.
pub fn run(rulebook: &Rulebook, context: &RunContext) -> Result<Vec<FileMutants>> {
    let mut files = Vec::new();
    for name in ["derived.sql", "pathways.sql"] {
        let path = format!("{}/{name}", rulebook.data_set.folder);
        if rulebook.files.get(&path).is_some() {
            files.push(of_facts(rulebook, &path, context)?);
        }
    }
    let own = rulebook.sources.iter();
    for source in own.filter(|source| source.data_set == rulebook.data_set.name) {
        files.push(of_source(rulebook, source, context)?);
    }
    Ok(files)
}

fn of_facts(rulebook: &Rulebook, path: &str, context: &RunContext) -> Result<FileMutants> {
    let snippet = Snippet::file(&rulebook.files, path)?;
    let columns = example_columns(rulebook, None, context)?;
    let is_noticed = |sql: &str| {
        with(rulebook, path, sql.to_string(), context, |rulebook, context| {
            let holds = worked_examples_hold(rulebook, context)?;
            Some(holds && checks_hold(rulebook, context)?)
        })
    };
    let mutants = planted(&snippet, &columns, is_noticed)?;
    Ok(FileMutants::all(snippet.file.to_string(), mutants))
}

fn of_source(rulebook: &Rulebook, source: &Source, context: &RunContext) -> Result<FileMutants> {
    let path = source.file.trim_start_matches("rules/");
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
        mutants.extend(planted(&snippet, &columns, is_noticed)?);
    }
    Ok(FileMutants::all(source.file.clone(), mutants))
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
    is_noticed: impl Fn(&str) -> bool + Sync,
) -> Result<Vec<FileMutant>> {
    let query = sql::parse_query(snippet)?;
    let found = mutations_of_query(&query, columns);
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

/// Whether every worked example holds; `None` if they cannot be run.
fn worked_examples_hold(rulebook: &Rulebook, context: &RunContext) -> Option<bool> {
    let examples = worked::read(rulebook).ok()?;
    if examples.example.is_empty() {
        return Some(true);
    }
    let outcomes = Stand::new(rulebook, examples, context).ok()?.run().ok()?;
    Some(outcomes.iter().all(|outcome| outcome.wrong.is_empty()))
}

fn checks_hold(rulebook: &Rulebook, context: &RunContext) -> Option<bool> {
    let checks: Vec<&Check> = rulebook
        .checks
        .iter()
        .filter(|check| !check.is_of_file())
        .collect();
    for bench in Bench::all(rulebook, &checks, context).ok()? {
        let mut outcomes = bench.run().ok()?.into_iter();
        if outcomes.any(|outcome| outcome.wrong.is_some() && !outcome.is_missing) {
            return Some(false);
        }
    }
    Some(true)
}

fn source_holds(rulebook: &Rulebook, name: &str, context: &RunContext) -> Option<bool> {
    let source = rulebook.sources.iter().find(|source| source.name == name)?;
    let mut outcomes = source_examples::of_source(rulebook, source, context)
        .ok()?
        .into_iter();
    Some(outcomes.all(|outcome| outcome.wrong.is_empty()))
}
