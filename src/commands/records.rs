//! `clockstop records`: every record as checks and measures see it, to look into a finding or a wait.

use anyhow::Result;
use polars::prelude::*;

use super::reading::read;
use super::rulebook;
use crate::calendar::date::from_days;
use crate::cli::RecordsOptions;
use crate::failure::{Exit, usage};
use crate::records::Records;
use crate::rulebook::{Classification, Rulebook};
use crate::source::readable_column;
use crate::terminal::say;
use crate::write::{self, Value};

pub fn run(options: &RecordsOptions) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let (_, records) = read(&rulebook, &options.inputs, options.output.output.as_deref())?;
    match options.identifiable {
        true => {
            say!(
                "records   identifiable: NHS numbers, other identifiers and free text are in them; keep them as patient records are kept"
            )
        }
        false => {
            say!(
                "records   without identifiers and free text (`--identifiable` gives them); dates of patients are in them: not anonymous"
            )
        }
    }
    let names = columns(&rulebook, &records, options.identifiable);
    let cells: Vec<Cells> = names
        .iter()
        .map(|name| Cells::of(&records.frame, name))
        .collect::<Result<_>>()?;
    let (files, rows) = (
        records.frame.column("_file")?.u32()?,
        records.frame.column("_row")?.u32()?,
    );
    let values = |record: usize| {
        let origin = [
            Value::Text(records.file(files.get(record).unwrap_or_default())),
            Value::Whole(rows.get(record).unwrap_or_default().into()),
        ];
        origin
            .into_iter()
            .chain(cells.iter().map(|cells| cells.value(record)))
            .collect()
    };
    let headings: Vec<&str> = ["file", "row"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    let (format, to) = (options.output.format, options.output.output.as_deref());
    write::table(format, to, &headings, (0..records.frame.height()).map(values))?;
    Ok(Exit::Clean)
}

/// The pathway as it may be shown, then the fields in their order, then what was derived from them.
fn columns(rulebook: &Rulebook, records: &Records, identifiable: bool) -> Vec<String> {
    let may_show = |name: &str| match rulebook.field(name).map(|field| field.classification) {
        Some(Classification::Identifier | Classification::FreeText) => identifiable,
        Some(_) => true,
        None => identifiable || name != rulebook.data_set.pathway_key,
    };
    let fields = rulebook.fields.iter().map(|field| field.name.as_str());
    let is_field = |name: &str| rulebook.field(name).is_some();
    let is_readable = |name: &str| {
        rulebook
            .fields
            .iter()
            .any(|field| readable_column(&field.name) == name)
    };
    let all = records.frame.get_column_names();
    let derived = all.iter().map(|name| name.as_str()).filter(|name| {
        // The local id is the pathway already.
        let is_shown = *name == "pathway" || *name == rulebook.data_set.pathway_id;
        !(name.starts_with('_') || is_field(name) || is_readable(name) || is_shown)
    });
    ["pathway"]
        .into_iter()
        .chain(fields.chain(derived).filter(|name| may_show(name)))
        .map(String::from)
        .collect()
}

/// A column of records, ready to be read row by row.
enum Cells<'a> {
    Text(&'a StringChunked),
    Date(&'a DateChunked),
    YesNo(&'a BooleanChunked),
    Whole(Int64Chunked),
    Number(Float64Chunked),
}

impl<'a> Cells<'a> {
    fn of(frame: &'a DataFrame, name: &str) -> Result<Cells<'a>> {
        let column = frame.column(name)?;
        Ok(match column.dtype() {
            DataType::String => Cells::Text(column.str()?),
            DataType::Date => Cells::Date(column.date()?),
            DataType::Boolean => Cells::YesNo(column.bool()?),
            kind if kind.is_integer() => Cells::Whole(column.cast(&DataType::Int64)?.i64()?.clone()),
            kind if kind.is_float() => Cells::Number(column.cast(&DataType::Float64)?.f64()?.clone()),
            kind => {
                return Err(usage(format!(
                    "column `{name}` of `derived.sql` is of type {kind}: give text, a date, a number or true and false"
                )));
            }
        })
    }

    fn value(&self, record: usize) -> Value<'_> {
        match self {
            Cells::Text(cells) => Value::text(cells.get(record)),
            Cells::Date(cells) => cells
                .physical()
                .get(record)
                .map_or(Value::Blank, |days| Value::Owned(from_days(days).to_string())),
            Cells::YesNo(cells) => cells.get(record).map_or(Value::Blank, Value::YesNo),
            Cells::Whole(cells) => cells.get(record).map_or(Value::Blank, Value::Whole),
            Cells::Number(cells) => cells.get(record).map_or(Value::Blank, Value::Number),
        }
    }
}
