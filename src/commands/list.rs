//! `clockstop list NAME`: writes a listing folder of the data set as a table or a workbook. `ptl` and
//! `phases` are two of them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use polars::prelude::{DataFrame, IntoLazy};

use super::kept::Kept;
use super::left_out::say_not_known;
use super::own::Own;
use super::reading::{context, keeps_inputs, key, mapped, say_if_empty, say_readings, say_unknown_trusts};
use super::{examples_fail, rulebook};
use crate::calendar::Month;
use crate::cli::{Inputs, List};
use crate::output;
use crate::output::listing::Listings;
use crate::records::Records;
use crate::report::house::House;
use crate::report::listing::{self, Listed};
use crate::report::remembered;
use crate::report::{Organisation, about_inputs, organisation};
use crate::rulebook::{Listing, Rulebook, suggestion};
use crate::sql::RunContext;
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;
use crate::write::{self, cannot, workbook_file};

/// The column of a listing with the month.
const MONTH: &str = "month";

pub fn run(options: &List, own: &Own) -> Result<Exit> {
    let month = options.month.as_deref().map(Month::parse).transpose()?;
    let rulebook = rulebook(&options.inputs.rules)?;
    let listing = rulebook.listing(&options.name)?;
    has_sheets(&listing, options)?;
    examples_fail(&options.inputs.rules, &rulebook);
    let context = context(&rulebook, &options.inputs)?;
    for output in [
        options.shown.out.as_deref(),
        options.shown.output.output.as_deref(),
    ] {
        keeps_inputs(&options.inputs, output)?;
    }
    let only = only(&listing, options)?;
    let name = name_of(&options.name, &only);
    let mut kept = Kept::open(&listing, options, &name)?;
    let earlier = earlier(&rulebook, &listing, options, &context)?;
    let (records, more) = tables(&rulebook, &listing, &options.inputs, &context)?;
    say_readings(&records);
    say_unknown_trusts(&rulebook, &records)?;
    say_not_known(&rulebook, &records)?;
    let extra = records.every_extra_table(&context)?;
    let mut seen = listing::all_tables(&rulebook, &records, &records.frame, more, &extra)?;
    seen.extend(earlier.map(|rows| (listing::EARLIER, rows.lazy())));
    let mut listed = listing::run(&rulebook, &listing, seen, &context)?;
    narrow(&mut listed, &only)?;
    let key = key(&options.inputs)?;
    match &mut kept {
        Some(kept) => kept.add(&listing, &mut listed, &context, key.as_deref())?,
        None => remembered::add(&listing, &mut listed, None, context.as_at, key.as_deref())?,
    }
    if let Some(month) = month {
        let only = |table: &mut Listed| table.only(MONTH, &month.to_string());
        listed.iter_mut().for_each(only);
    }
    let is_asked_for = options.shown.output.output.is_some() || options.shown.table.is_some();
    if options.shown.out.is_none() || is_asked_for {
        let name = options.shown.table.as_deref().unwrap_or(&listing.tables[0]);
        let table = listing::table(&listed, name)?;
        say_if_empty(month, table.rows.len());
        show(table, options)?;
    }
    if let Some(folder) = &options.shown.out {
        let mut listings = described(&rulebook, &listing, &listed, &records, &context)?;
        listings.house = own.house.clone();
        let stem = if options.narrowed.is_empty() {
            format!("{name}-{}", listings.as_at)
        } else {
            name
        };
        let name = workbook(folder, &stem, &listings)?;
        if let Some(kept) = kept {
            kept.write(&name)?;
        }
    }
    Ok(Exit::Clean)
}

/// Refuses to write a workbook of a listing that describes no sheet.
fn has_sheets(listing: &Listing, options: &List) -> Result<()> {
    match &options.shown.out {
        Some(_) if listing.sheet.is_empty() => Err(usage(format!(
            "`rules/{}/listing.toml` has no `[[sheet]]`, so a workbook of it would be empty: leave out `--out`, \
             and choose a table with `--table`",
            listing.folder
        ))),
        _ => Ok(()),
    }
}

/// The result, over the files of `--earlier`, of the query that the listing compares; `None` without such
/// files.
fn earlier(
    rulebook: &Rulebook,
    listing: &Listing,
    options: &List,
    context: &RunContext,
) -> Result<Option<DataFrame>> {
    if options.earlier.is_empty() {
        return Ok(None);
    }
    let inputs = Inputs {
        inputs: options.earlier.clone(),
        ..options.inputs.clone()
    };
    let (records, more) = tables(rulebook, listing, &inputs, context)?;
    say!("earlier   the files to compare with:");
    say_readings(&records);
    let extra = records.every_extra_table(context)?;
    let seen = listing::all_tables(rulebook, &records, &records.frame, more, &extra)?;
    listing::run_compared(rulebook, listing, seen, context).map(Some)
}

/// The records of files, and the extra table for the listing.
fn tables(
    rulebook: &Rulebook,
    listing: &Listing,
    inputs: &Inputs,
    context: &RunContext,
) -> Result<(Records, (&'static str, DataFrame))> {
    let mapped = mapped(rulebook, inputs, context)?;
    listing::records(rulebook, listing, mapped, key(inputs)?.as_deref(), context)
}

/// The columns that narrow the listing, each with its only text.
fn only(listing: &Listing, options: &List) -> Result<Vec<(String, String)>> {
    let narrowed = options.narrowed.iter().map(|(option, text)| {
        let column = listing.narrowed_by.get(*option).ok_or_else(|| {
            usage(format!(
                "`rules/{}/listing.toml` does not say which column `--{option}` narrows: add \
                 `narrowed_by = {{ {option} = \"…\" }}`",
                listing.folder
            ))
        })?;
        Ok((column.clone(), text.clone()))
    });
    options.only.iter().cloned().map(Ok).chain(narrowed).collect()
}

/// The name of a listing, with the texts that narrow it: `mdt-2026-11-26-lung`.
fn name_of(listing: &str, only: &[(String, String)]) -> String {
    let plain = |text: &str| {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        let words: Vec<String> = words
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.join("-")
    };
    let texts = only.iter().map(|(_, text)| plain(text));
    std::iter::once(listing.to_string())
        .chain(texts)
        .collect::<Vec<_>>()
        .join("-")
}

/// Keeps only the rows with these texts, in the tables that have the columns.
fn narrow(listed: &mut [Listed], only: &[(String, String)]) -> Result<()> {
    for (column, text) in only {
        let with_column = || listed.iter().filter(|table| table.index_of(column).is_some());
        if with_column().next().is_none() {
            let known = listed
                .iter()
                .flat_map(|table| &table.headings)
                .map(String::as_str);
            let known: BTreeSet<&str> = known.collect();
            return Err(usage(format!(
                "no table has a column `{column}`: {}",
                suggestion(column, known)
            )));
        }
        let known: BTreeSet<String> = with_column().flat_map(|table| table.texts(column)).collect();
        if !known.contains(text) {
            say!("note: no row has `{column}` {text}; {}", last_of(&known));
        }
        listed.iter_mut().for_each(|table| table.only(column, text));
    }
    Ok(())
}

/// The last texts of a column, for the message that the text asked for is not among them.
fn last_of(known: &BTreeSet<String>) -> String {
    const MOST: usize = 8;
    let left = known.len().saturating_sub(MOST);
    let last: Vec<&str> = known.iter().skip(left).map(String::as_str).collect();
    match last.is_empty() {
        true => "there is no row at all".to_string(),
        false => format!(
            "{} {}",
            if left > 0 { "the last are" } else { "there are" },
            last.join(", ")
        ),
    }
}

fn show(table: &Listed, options: &List) -> Result<()> {
    let headings: Vec<&str> = table.headings.iter().map(String::as_str).collect();
    write::table(
        options.shown.output.format,
        options.shown.output.output.as_deref(),
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
        house: House::default(),
    })
}

fn workbook(folder: &Path, stem: &str, listings: &Listings) -> Result<String> {
    std::fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    let name = format!("{stem}.xlsx");
    let path = folder.join(&name);
    workbook_file(&path, |path| output::listing::write(path, listings))?;
    say!("wrote     {}: {name}", folder.display());
    Ok(name)
}
