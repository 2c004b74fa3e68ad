//! `clockstop phases`: where the days of a wait went, and why people waited too long.

use anyhow::Result;
use polars::prelude::IntoLazy;

use super::reading::{read, say_if_empty};
use super::rulebook;
use crate::calendar::Month;
use crate::cli::Phases;
use crate::failure::Exit;
use crate::measure;
use crate::report::listing;
use crate::sql::seen;
use crate::write;

/// The folder of rules with the queries.
const LISTING: &str = "phases";
/// The column of a listing that holds the month of the standard.
const MONTH: &str = "month";

pub fn run(options: &Phases) -> Result<Exit> {
    let month = options.month.as_deref().map(Month::parse).transpose()?;
    let rulebook = rulebook(&options.inputs.rules)?;
    let listing = rulebook.listing(LISTING)?;
    let (context, records) = read(&rulebook, &options.inputs, options.output.output.as_deref())?;
    let waits = measure::run(&rulebook, &records, &context)?;
    let own = [
        ("records", records.frame.clone().lazy()),
        ("waits", waits.frame.lazy()),
    ];
    let tables = seen::LISTING.tables(&rulebook, own)?;
    let mut listed = listing::run(&rulebook, &listing, tables, &context)?;
    if let Some(month) = month {
        listed
            .iter_mut()
            .for_each(|table| table.only(MONTH, &month.to_string()));
    }
    let table = listing::table(&listed, options.table.as_deref().unwrap_or(&listing.tables[0]))?;
    say_if_empty(month, table.rows.len());
    let headings: Vec<&str> = table.headings.iter().map(String::as_str).collect();
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &headings,
        table.values(),
    )?;
    Ok(Exit::Clean)
}
