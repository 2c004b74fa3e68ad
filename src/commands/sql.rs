//! `clockstop sql`: prints the rulebook as a script for another engine. The script is not run, and nothing is
//! connected to.

use anyhow::Result;

use super::reading::{as_at_or_today, provider};
use super::rules::example_context;
use super::{begins, known_prefix, rulebook};
use crate::cli::Sql;
use crate::rulebook::{Check, Mapping, Rulebook, Source, suggestion};
use crate::script::{Examples, Input, Names, Plan, named, script_text, write_dbt};
use crate::sql::RunContext;
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;
use crate::write;

pub fn run(options: &Sql) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    for prefix in options.select.iter().chain(&options.ignore) {
        known_prefix(&rulebook, prefix)?;
    }
    let context = context(&rulebook, options)?;
    let plan = plan(&rulebook, &context, options)?;
    let statements = plan.statements()?;
    match &options.dbt {
        Some(folder) => write_dbt(&plan, &statements, folder)?,
        None => write::text(options.output.as_deref(), &script_text(&plan, &statements))?,
    }
    if let Input::Table { source, .. } = &plan.input
        && !source.as_written
    {
        say!(
            "note: for source `{}`, the program repairs cells such as 1.0 for 1, but a script reads them \
             unchanged: see docs/scale.md",
            source.name
        );
    }
    Ok(Exit::Clean)
}

fn context<'a>(rulebook: &'a Rulebook, options: &Sql) -> Result<RunContext<'a>> {
    if options.self_test {
        return Ok(example_context(rulebook));
    }
    Ok(RunContext {
        rulebook,
        as_at: as_at_or_today(options.as_at),
        provider: options.provider.as_deref().map(provider).transpose()?,
    })
}

fn plan<'a>(rulebook: &'a Rulebook, context: &'a RunContext<'a>, options: &Sql) -> Result<Plan<'a>> {
    let prefix = options
        .prefix
        .clone()
        .unwrap_or_else(|| format!("{}_", rulebook.data_set.name));
    let names = Names::new(prefix, options.dbt.is_some())?;
    let (input, names) = match (&options.records, &options.record_id) {
        (Some(records), Some(record_id)) => {
            named("--records", records)?;
            let input = Input::Table {
                source: source(rulebook, options.source.as_deref())?,
                name: records.clone(),
                record_id: record_id.clone(),
                provider_column: options.provider_column.clone(),
            };
            (input, names)
        }
        _ => (Input::Examples(Examples::new(rulebook)?), names.of_self_test()),
    };
    Ok(Plan {
        context,
        dialect: options.dialect,
        names,
        input,
        checks: checks(rulebook, options),
        tables: options.tables,
        keep_steps: options.keep_steps,
    })
}

/// The wanted checks over records: as in `clockstop check`, and all of them for a self-test.
fn checks<'a>(rulebook: &'a Rulebook, options: &Sql) -> Vec<&'a Check> {
    let wanted = |check: &&Check| {
        let is_selected = if options.select.is_empty() {
            check.enabled || options.self_test
        } else {
            begins(&check.id, &options.select) && (check.enabled || options.select.contains(&check.id))
        };
        is_selected && !begins(&check.id, &options.ignore)
    };
    let over_records = rulebook
        .checks
        .iter()
        .filter(|check| !check.is_of_file() && check.extra_table().is_none());
    over_records.filter(wanted).collect()
}

/// A source with one table that lays out the records: the named one, otherwise the upload file of the data
/// set.
fn source<'a>(rulebook: &'a Rulebook, named: Option<&str>) -> Result<&'a Source> {
    let has_one_table = |source: &Source| source.gives == Mapping::Records && source.table.len() == 1;
    let of_data_set = || {
        rulebook
            .sources
            .iter()
            .filter(|source| source.data_set == rulebook.data_set.name)
    };
    let known: Vec<&str> = of_data_set()
        .filter(|source| has_one_table(source))
        .map(|source| source.name.as_str())
        .collect();
    match named {
        Some(name) => match of_data_set().find(|source| source.name == name) {
            Some(source) if has_one_table(source) => Ok(source),
            Some(_) => Err(usage(format!(
                "source `{name}` does not lay out one table of records, and a script reads one: {}. Records of other sources \
                 come from `clockstop records --identifiable` or an upload file",
                suggestion("", known)
            ))),
            None => Err(usage(format!(
                "there is no source `{name}`: {}",
                suggestion(name, known)
            ))),
        },
        None => {
            let one_table = || of_data_set().filter(|source| has_one_table(source));
            one_table()
                .find(|source| source.headerless)
                .or_else(|| one_table().next())
                .ok_or_else(|| {
                    usage(format!(
                        "no source of data set `{}` lays out one table of records",
                        rulebook.data_set.name
                    ))
                })
        }
    }
}
