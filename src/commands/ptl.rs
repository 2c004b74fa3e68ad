//! `clockstop ptl`: the patient tracking list, as it stands at the end of a day.

use std::path::Path;

use anyhow::Result;
use polars::prelude::IntoLazy;

use super::reading::{context, keeps_inputs, key, mapped, say_readings};
use super::rulebook;
use crate::cli::Ptl;
use crate::failure::Exit;
use crate::output;
use crate::output::listing::Listings;
use crate::records::Records;
use crate::records::planned;
use crate::report::listing::{self, Listed};
use crate::report::{Organisation, about_inputs, organisation};
use crate::rulebook::{Listing, Rulebook};
use crate::sql::RunContext;
use crate::sql::seen;
use crate::terminal::say;
use crate::write;
use crate::write::{cannot, workbook_file};

/// The folder of rules with the queries of the list.
const LISTING: &str = "ptl";

pub fn run(options: &Ptl) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let listing = rulebook.listing(LISTING)?;
    let context = context(&rulebook, &options.inputs)?;
    for output in [options.out.as_deref(), options.output.output.as_deref()] {
        keeps_inputs(&options.inputs, output)?;
    }
    let mut mapped = mapped(&rulebook, &options.inputs, &context)?;
    let planned = planned::split(&rulebook, &mut mapped.frame, context.as_at)?;
    let records = Records::derive(&rulebook, mapped, key(&options.inputs)?.as_deref(), &context)?;
    say_readings(&records);
    let own = [
        ("records", records.frame.clone().lazy()),
        ("planned", planned.lazy()),
        ("files", records.file_names()?.lazy()),
    ];
    let tables = seen::LISTING.tables(&rulebook, own)?;
    let listed = listing::run(&rulebook, &listing, tables, &context)?;

    let to = options.output.output.as_deref();
    if options.out.is_none() || to.is_some() || options.table.is_some() {
        let name = options.table.as_deref().unwrap_or(&listing.tables[0]);
        show(listing::table(&listed, name)?, options)?;
    }
    if let Some(folder) = &options.out {
        let listings = described(&rulebook, &listing, &listed, &records, &context)?;
        workbook(folder, &listings)?;
    }
    Ok(Exit::Clean)
}

fn show(table: &Listed, options: &Ptl) -> Result<()> {
    let headings: Vec<&str> = table.headings.iter().map(String::as_str).collect();
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &headings,
        table.values(),
    )
}

fn described<'a>(
    rulebook: &Rulebook,
    listing: &'a Listing,
    tables: &'a [Listed],
    records: &Records,
    context: &RunContext,
) -> Result<Listings<'a>> {
    let everyone = "All trusts in the files".to_string();
    let provider = match &context.provider {
        Some(code) => organisation(rulebook, code),
        None => Organisation {
            code: everyone.clone(),
            name: everyone,
        },
    };
    Ok(Listings {
        listing,
        tables,
        provider,
        period: "Snapshot",
        period_title: format!("End of {}", context.as_at.format("%A %-d %B %Y")),
        as_at: context.as_at,
        rulebook: rulebook.hash()[..12].to_string(),
        inputs: about_inputs(records)?,
    })
}

fn workbook(folder: &Path, listings: &Listings) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    let name = format!("{LISTING}-{}.xlsx", listings.as_at);
    let path = folder.join(&name);
    workbook_file(&path, |path| output::listing::write(path, listings))?;
    say!("wrote     {}: {name}", folder.display());
    Ok(())
}
