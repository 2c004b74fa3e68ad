//! `clockstop reconcile`: compares our figures with the published ones, and names the rows that a difference
//! may come from; compares our records with those of submitted files, and names the fields that changed.

mod published;
mod submitted;

use anyhow::Result;

use super::reading::read;
use super::rulebook;
use crate::calendar::Month;
use crate::cli::Reconcile;
use crate::published::{Published, of_providers};
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

/// The month to compare, and its published figures if a file has them.
fn month_and_book(rulebook: &Rulebook, options: &Reconcile) -> Result<(Month, Option<Published>)> {
    let given = options.month.as_deref().map(Month::parse).transpose()?;
    let mut books = of_providers(super::published::read(rulebook, options.published.as_slice())?)?;
    let months: Vec<&str> = books.iter().map(|book| book.period.as_str()).collect();
    let wanted = match (given, &months[..]) {
        (Some(month), _) => month,
        (None, [only]) => Month::parse(only)?,
        (None, []) => {
            return Err(usage(
                "an upload file does not say its month: add `--month`, such as `--month 2026-10`",
            ));
        }
        (None, [first, .., last]) => {
            return Err(usage(format!(
                "the published file has the months from {first} to {last}: add `--month`, such as `--month {last}`"
            )));
        }
    };
    if books.is_empty() {
        return Ok((wanted, None));
    }
    let is_wanted = |book: &Published| book.period == wanted.to_string();
    match books.iter().position(is_wanted) {
        Some(place) => Ok((wanted, Some(books.swap_remove(place)))),
        None => Err(usage(format!(
            "`{}` is for {}, not for {wanted}",
            books[0].file,
            months.join(", ")
        ))),
    }
}

/// The result of a comparison.
struct Found {
    headings: &'static [&'static str],
    rows: Vec<Vec<Value<'static>>>,
    is_different: bool,
}

pub fn run(options: &Reconcile) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let (month, book) = month_and_book(&rulebook, options)?;
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
