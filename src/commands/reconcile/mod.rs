//! `clockstop reconcile`: compares our figures with the published ones, and names the rows that a difference
//! may come from; compares our records with those of submitted files, and names the fields that changed.

mod published;
mod submitted;

use anyhow::Result;

use super::reading::read;
use super::rulebook;
use crate::calendar::Month;
use crate::cli::Reconcile;
use crate::records::Records;
use crate::records::selection;
use crate::rulebook::Rulebook;
use crate::sql::RunContext;
use crate::terminal::failure::{Exit, usage};
use crate::write::{self, Value};

/// Our side of the comparison.
struct Ours<'a> {
    rulebook: &'a Rulebook,
    context: &'a RunContext<'a>,
    records: &'a Records,
    provider: &'a str,
    month: Month,
}

/// The result of a comparison.
struct Found {
    headings: &'static [&'static str],
    rows: Vec<Vec<Value<'static>>>,
    is_different: bool,
}

pub fn run(options: &Reconcile) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let book = options
        .published
        .as_deref()
        .map(|file| super::published::read(&rulebook, file))
        .transpose()?;
    if let Some(book) = &book {
        crate::published::of_providers(book)?;
    }
    let month = match (&options.month, &book) {
        (Some(month), _) => Month::parse(month)?,
        (None, Some(book)) => Month::parse(&book.period)?,
        (None, None) => {
            return Err(usage(
                "an upload file does not say its month: add `--month`, such as `--month 2026-10`",
            ));
        }
    };
    if let Some(book) = book.as_ref().filter(|book| book.period != month.to_string()) {
        return Err(usage(format!(
            "`{}` is for {}, not for {month}",
            book.file, book.period
        )));
    }
    let (mut context, records) = read(&rulebook, &options.inputs, options.output.output.as_deref())?;
    let provider = selection::provider(&rulebook, &records, context.provider.as_deref())?;
    context.provider = Some(provider.clone());
    let ours = Ours {
        rulebook: &rulebook,
        context: &context,
        records: &records,
        provider: &provider,
        month,
    };
    let mut found = Vec::new();
    if let Some(book) = book {
        found.push(published::compare(&ours, book, options.all)?);
    }
    if !options.submitted.is_empty() {
        found.push(submitted::compare(&ours, options)?);
    }
    let is_different = found.iter().any(|found| found.is_different);
    let (headings, rows) = as_one_table(found);
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &headings,
        rows.into_iter(),
    )?;
    Ok(if is_different { Exit::Findings } else { Exit::Clean })
}

/// Both comparisons in one table; columns of one comparison are blank in the rows of the other.
fn as_one_table(found: Vec<Found>) -> (Vec<&'static str>, Vec<Vec<Value<'static>>>) {
    let mut headings: Vec<&str> = Vec::new();
    for heading in found.iter().flat_map(|found| found.headings) {
        if !headings.contains(heading) {
            headings.push(heading);
        }
    }
    let mut rows = Vec::new();
    for Found {
        headings: own,
        rows: of_one,
        ..
    } in found
    {
        rows.extend(of_one.into_iter().map(|mut row| {
            let index_of = |heading: &&str| own.iter().position(|own| own == heading);
            headings
                .iter()
                .map(|heading| {
                    index_of(heading).map_or(Value::Blank, |at| std::mem::replace(&mut row[at], Value::Blank))
                })
                .collect()
        }));
    }
    (headings, rows)
}
