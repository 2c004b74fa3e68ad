//! Plants small faults in the SQL of measures, and says which of them a worked example notices. A fault is
//! one query over the records of the examples, whose facts are derived once.

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use super::stand::Lines;
use super::{Same, Stand};
use crate::measure;
use crate::rule_tests::listed;
use crate::rule_tests::mutate::{Mutation, mutated_query, mutations_of_query};
use crate::rulebook::Rulebook;
use crate::sql::{self, Snippet, Words, lazy_query, seen, words};
use crate::terminal::failure::usage;

/// The faults that were planted in one file.
pub struct FileMutants {
    /// `rules/cwt/measures/62d.sql`
    pub file: String,
    pub mutants: Vec<FileMutant>,
    /// Examples are written for it: the data set has `examples/62d.toml`.
    pub is_held: bool,
    /// Faults that are listed as without effect, and are noticed or do not exist.
    pub stale: Vec<String>,
}

pub struct FileMutant {
    pub line: usize,
    pub change: String,
    pub is_noticed: bool,
    /// The SQL with the fault.
    pub sql: String,
}

impl FileMutants {
    /// The faults of a file of the rules, without those that are listed as without effect. `is_all`: every
    /// fault was planted, and not some of them.
    pub fn new(
        rulebook: &Rulebook,
        path: &str,
        same: &[Same],
        mut mutants: Vec<FileMutant>,
        is_all: bool,
    ) -> FileMutants {
        let name = path.rsplit('/').next().unwrap_or_default();
        let lines: Vec<&str> = rulebook
            .files
            .get(path)
            .map_or_else(Vec::new, |text| text.lines().collect());
        let is_it = |listed: &Same, mutant: &FileMutant| {
            let line = lines.get(mutant.line.saturating_sub(1));
            !mutant.is_noticed
                && mutant.change == listed.change
                && line.is_some_and(|line| line.contains(&listed.near))
        };
        let listed: Vec<&Same> = same.iter().filter(|listed| listed.file == name).collect();
        let stale = listed
            .iter()
            .filter(|listed| is_all && !mutants.iter().any(|mutant| is_it(listed, mutant)))
            .map(|listed| listed.change.clone())
            .collect();
        mutants.retain(|mutant| !listed.iter().any(|listed| is_it(listed, mutant)));
        let examples = format!(
            "{}/examples/{}",
            rulebook.data_set.folder,
            name.replace(".sql", ".toml")
        );
        FileMutants {
            file: format!("rules/{path}"),
            mutants,
            // The examples of a source stand in its own file, those of a listing in its folder.
            is_held: name.ends_with(".toml")
                || rulebook.files.get(&examples).is_some()
                || rulebook.files.get(&path.replace(name, listed::FILE)).is_some(),
            stale,
        }
    }

    pub fn unnoticed(&self) -> impl Iterator<Item = &FileMutant> {
        self.mutants.iter().filter(|mutant| !mutant.is_noticed)
    }
}

/// A measure with the tables and columns that it names: a fault takes much less time without the others.
pub struct Bench<'a> {
    path: String,
    pub snippet: Snippet<'a>,
    tables: Vec<(&'a str, LazyFrame)>,
    /// The columns of its records.
    columns: Schema,
    is_activity: bool,
    /// Its number among the measures or the activities.
    pub order: usize,
}

/// Plants every fault in every measure.
pub fn run(stand: &Stand) -> Result<Vec<FileMutants>> {
    let benches = benches(stand)?;
    let unchanged = |bench: &Bench| bench.lines(stand, bench.snippet.text);
    let parts = benches.iter().map(|bench| match unchanged(bench) {
        Some(lines) => lines,
        None => Err(usage(format!(
            "`rules/{}` cannot run over its examples",
            bench.path
        ))),
    });
    let parts = parts.collect::<Result<Vec<_>>>()?;
    benches
        .iter()
        .map(|bench| of_file(stand, bench, &benches, &parts))
        .collect()
}

/// The measures and activities, in the order in which they run.
pub fn benches<'a>(stand: &Stand<'a>) -> Result<Vec<Bench<'a>>> {
    let data_set = &stand.context.rulebook.data_set;
    let mut benches = Vec::new();
    for (is_activity, names) in [(false, &data_set.measures), (true, &data_set.activities)] {
        for (order, name) in names.iter().enumerate() {
            let path = format!("{}/measures/{name}.sql", data_set.folder);
            benches.push(Bench::new(stand, path, is_activity, order)?);
        }
    }
    Ok(benches)
}

fn of_file(stand: &Stand, bench: &Bench, benches: &[Bench], parts: &[DataFrame]) -> Result<FileMutants> {
    let query = sql::parse_query(&bench.snippet)?;
    let found = mutations_of_query(&query, &bench.columns);
    let number = benches
        .iter()
        .position(|other| other.path == bench.path)
        .unwrap_or_default();
    let others: Vec<DataFrame> = benches
        .iter()
        .zip(parts)
        .filter(|(other, _)| !other.is_activity && other.path != bench.path)
        .map(|(_, part)| part.clone())
        .collect();
    let standards = standards_of(&parts[number])?;
    let planted = found.into_par_iter().filter_map(|fault: Mutation| {
        let sql = mutated_query(&query, &bench.columns, &fault)?.to_string();
        let is_as_expected = match bench.lines(stand, &sql)? {
            Ok(lines) => bench.holds(stand, lines, &others, &standards).unwrap_or(false),
            Err(_) => false,
        };
        Some(FileMutant {
            line: fault.line,
            change: fault.change,
            is_noticed: !is_as_expected,
            sql,
        })
    });
    let mutants: Vec<FileMutant> = planted.collect();
    Ok(FileMutants::new(
        stand.context.rulebook,
        &bench.path,
        &stand.same,
        mutants,
        true,
    ))
}

impl<'a> Bench<'a> {
    fn new(stand: &Stand<'a>, path: String, is_activity: bool, order: usize) -> Result<Bench<'a>> {
        let rulebook = stand.context.rulebook;
        let snippet = Snippet::file(&rulebook.files, &path)?;
        let mut named = Words::default();
        words(&sql::parse_query(&snippet)?, &mut named);
        let is_named = |name: &PlSmallStr| {
            let root = name.trim_end_matches("__readable").trim_end_matches("_valid");
            name.starts_with('_') || named.names.contains(root)
        };
        let records = &stand.records.frame;
        let names = records.get_column_names_owned().into_iter().filter(is_named);
        let records = records.select(names)?;
        let columns = records.schema().as_ref().clone();
        let mut tables = seen::MEASURE.tables(rulebook, [("records", records.lazy())])?;
        tables.retain(|(name, _)| snippet.text.contains(name));
        Ok(Bench {
            path,
            snippet,
            tables,
            columns,
            is_activity,
            order,
        })
    }

    /// The lines that other SQL gives, or what is wrong with them; `None` if the engine cannot run it.
    pub fn lines(&self, stand: &Stand, sql: &str) -> Option<Result<DataFrame>> {
        let other = Snippet {
            text: sql,
            ..self.snippet.clone()
        };
        let result = lazy_query(&other, &self.tables, stand.context)
            .ok()?
            .collect()
            .ok()?;
        Some(measure::lines(&self.snippet, self.order, result))
    }

    /// Whether neither an example nor the engine notices the difference.
    fn holds(
        &self,
        stand: &Stand,
        lines: DataFrame,
        others: &[DataFrame],
        standards: &[String],
    ) -> Result<bool> {
        let own = Lines::of(&measure::together(vec![lines.clone()])?.frame)?;
        let holds = |number: usize| stand.wrong_lines(number, &own, standards).is_empty();
        if !(0..stand.examples.len()).all(holds) {
            return Ok(false);
        }
        if !self.is_activity {
            let parts = others.iter().cloned().chain([lines]).collect();
            measure::accounted(stand.context.rulebook, &stand.records, &measure::together(parts)?)?;
        }
        Ok(true)
    }
}

fn standards_of(part: &DataFrame) -> Result<Vec<String>> {
    let standards = part.column("standard")?.str()?.unique()?;
    Ok(standards.iter().flatten().map(String::from).collect())
}
