//! From the inputs of a command to its records: which files are read, on which date, for which trust; and the
//! messages about them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::NaiveDate;
use polars::prelude::{DataFrame, StringChunked};

use crate::calendar::Month;
use crate::cli::Inputs;
use crate::records::{Records, pseudonym};
use crate::rulebook::{Kind, Rulebook};
use crate::source;
use crate::sql::RunContext;
use crate::table::{self, Limits};
use crate::terminal::Progress;
use crate::terminal::failure::usage;
use crate::terminal::{counted, say};
use crate::write::privacy;

/// Reads the records for a command that writes to `output`, and the context for its rules; says what was
/// read.
pub fn read<'a>(
    rulebook: &'a Rulebook,
    inputs: &Inputs,
    output: Option<&Path>,
) -> Result<(RunContext<'a>, Records)> {
    let context = context(rulebook, inputs)?;
    keeps_inputs(inputs, output)?;
    let records = records(rulebook, inputs, &context)?;
    say_readings(&records);
    say_unknown_trusts(rulebook, &records)?;
    Ok((context, records))
}

/// Says how many records name a site whose trust is not known; `run` says more about them, next to its
/// figures.
pub fn say_unknown_trusts(rulebook: &Rulebook, records: &Records) -> Result<()> {
    let Some(name) = &rulebook.data_set.provider_not_known else {
        return Ok(());
    };
    let unknown = records.frame.column(name)?.bool()?.sum().unwrap_or_default() as usize;
    if unknown > 0 {
        say!(
            "note: {} with a site whose trust is not known: in no figure that the site decides (`clockstop \
            check` lists them)",
            counted(unknown, "record")
        );
    }
    Ok(())
}

/// An error if an output would overwrite an input.
pub fn keeps_inputs(inputs: &Inputs, output: Option<&Path>) -> Result<()> {
    let Some(written) = output.and_then(|path| std::fs::canonicalize(path).ok()) else {
        return Ok(());
    };
    let read: Vec<PathBuf> = inputs
        .inputs
        .iter()
        .cloned()
        .chain(table::expand(&inputs.inputs).unwrap_or_default())
        .collect();
    match read
        .iter()
        .find(|path| std::fs::canonicalize(path).is_ok_and(|path| path == written))
    {
        Some(path) if path.is_dir() => Err(usage(format!(
            "`{}` is the input folder: an output there would be read as an input the next time. Name \
             another folder",
            path.display()
        ))),
        Some(path) => Err(usage(format!(
            "`{}` is an input: the output would overwrite it. Name another file",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// The values that rules may use about the run: its date, and the trust that submits.
pub fn context<'a>(rulebook: &'a Rulebook, inputs: &Inputs) -> Result<RunContext<'a>> {
    Ok(RunContext {
        rulebook,
        as_at: as_at(inputs),
        provider: inputs.provider.as_deref().map(provider).transpose()?,
    })
}

/// The date of a run.
pub fn as_at(inputs: &Inputs) -> NaiveDate {
    as_at_or_today(inputs.as_at)
}

/// The only function that reads the clock.
#[allow(
    clippy::disallowed_methods,
    reason = "the default of `--as-at`, and which month `clockstop` alone names"
)]
pub fn today() -> NaiveDate {
    chrono::Local::now().date_naive()
}

/// The date of a command: the one that was typed, otherwise today.
pub fn as_at_or_today(as_at: Option<NaiveDate>) -> NaiveDate {
    as_at.unwrap_or_else(today)
}

/// A trust's code, checked and in capitals.
pub fn provider(code: &str) -> Result<String> {
    if is_trust(code) {
        return Ok(code.to_uppercase());
    }
    Err(usage(format!(
        "`{code}` is not a trust: its code has three characters, such as `RZZ`, or five, such as `H8G6T`"
    )))
}

/// Whether a code has the form of a trust's: three characters; five where it was given since April 2020, or
/// of an independent provider.
pub fn is_trust(code: &str) -> bool {
    [3, 5].contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Refuses a month that begins after the date of the run.
pub fn has_begun(month: Month, as_at: NaiveDate) -> Result<()> {
    if month.first_day() > as_at {
        return Err(usage(format!(
            "{} has not begun by {as_at}: there is nothing to return yet (`--as-at` sets the date)",
            month.title()
        )));
    }
    Ok(())
}

/// Reads exports as records with derived facts; on a terminal, a message appears if that takes long.
pub fn records(rulebook: &Rulebook, inputs: &Inputs, context: &RunContext) -> Result<Records> {
    let progress = Progress::start(2);
    progress.step("reading");
    records_in_silence(rulebook, inputs, context)
}

/// The same for a command with its own progress bar.
pub fn records_in_silence(rulebook: &Rulebook, inputs: &Inputs, context: &RunContext) -> Result<Records> {
    Records::derive(
        rulebook,
        mapped(rulebook, inputs, context)?,
        key(inputs)?.as_deref(),
        context,
    )
}

/// Reads exports as typed records, before facts are derived.
pub fn mapped(rulebook: &Rulebook, inputs: &Inputs, context: &RunContext) -> Result<source::Mapped> {
    let named = inputs.source.as_deref();
    let mapped = source::apply(
        rulebook,
        table::read_all(
            &inputs.inputs,
            source::width(rulebook, named),
            &source::file_layouts(rulebook),
            Limits::of(inputs.max_size),
        )?,
        named,
        context,
    )?;
    hide_numbers(rulebook, &mapped, key(inputs)?);
    Ok(mapped)
}

/// From now on, outputs of the command hide the NHS numbers of these records, unless an output is allowed to
/// show them.
fn hide_numbers(rulebook: &Rulebook, mapped: &source::Mapped, key: Option<Vec<u8>>) {
    let tables = [&mapped.frame]
        .into_iter()
        .chain(mapped.extra_tables.iter().map(|(_, table)| table));
    let of_table = |table: &DataFrame| {
        let fields = rulebook
            .fields
            .iter()
            .filter(|field| field.kind == Kind::NhsNumber);
        let columns = fields.filter_map(|field| table.column(&field.name).ok()?.str().ok().cloned());
        columns.collect::<Vec<StringChunked>>()
    };
    let columns: Vec<StringChunked> = tables.flat_map(of_table).collect();
    let numbers = move || {
        let cells = columns.iter().flat_map(|column| column.iter().flatten());
        cells.filter_map(privacy::number_of).collect()
    };
    let pseudonym = key.map(|key| {
        let of_number = move |number: &str| pseudonym(&key, number);
        Box::new(of_number) as privacy::Pseudonym
    });
    privacy::hide(numbers, pseudonym);
}

/// The trust's own secret, if a file with it is named.
pub fn key(inputs: &Inputs) -> Result<Option<Vec<u8>>> {
    let Some(path) = &inputs.key_file else {
        return Ok(None);
    };
    match std::fs::read(path) {
        Ok(key) if key.len() >= 16 => Ok(Some(key)),
        Ok(_) => Err(usage(format!(
            "key file `{}` holds fewer than 16 bytes: a short secret can be guessed",
            path.display()
        ))),
        Err(error) => Err(usage(format!(
            "key file `{}` cannot be read: {error}",
            path.display()
        ))),
    }
}

/// Says on stderr what was read and what was set aside.
pub fn say_readings(records: &Records) {
    for reading in &records.readings {
        let set_aside = reading.set_aside.len();
        say!(
            "read      {}  {} = {} mapped + {set_aside} set aside  ({}, {})",
            reading.file,
            counted(reading.rows_read, "row"),
            reading.rows_mapped,
            reading.source,
            reading.table
        );
        for (reason, count) in by_reason(&reading.set_aside) {
            say!("          {count} set aside: {reason}");
        }
        if !reading.unexpected.is_empty() {
            const MOST: usize = 40;
            let more = match reading.unexpected.len() {
                0..=MOST => String::new(),
                all => format!(", and {} more", all - MOST),
            };
            let shown = &reading.unexpected[..reading.unexpected.len().min(MOST)];
            say!("          columns not used: {}{more}", shown.join(", "));
        }
        if reading.had_headings {
            say!("          its first row holds headings: an upload file has none");
        }
    }
    for note in &records.notes {
        say!("note: {note}");
    }
}

/// Reasons with their counts, commonest first.
fn by_reason(rows: &[source::SetAsideRow]) -> Vec<(&str, usize)> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for row in rows {
        match counts.iter_mut().find(|(reason, _)| *reason == row.reason) {
            Some((_, count)) => *count += 1,
            None => counts.push((&row.reason, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// Warns if the month has no records: it may be a mistake.
pub fn say_if_empty(month: Option<Month>, rows: usize) {
    if let Some(month) = month.filter(|_| rows == 0) {
        say!(
            "note: no record that was read belongs to {}: is this the right month, and were its exports \
             given?",
            month.title()
        );
    }
}
