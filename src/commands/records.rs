//! `clockstop records`: writes every record as checks and measures see it, to examine a finding or a wait.

use anyhow::Result;
use polars::prelude::DataFrame;

use super::reading::read;
use super::rulebook;
use crate::cli::RecordsOptions;
use crate::records::{Cells, Records};
use crate::rulebook::columns::{self, PATHWAY};
use crate::rulebook::{Classification, Rulebook};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;
use crate::write::{self, Value};

pub fn run(options: &RecordsOptions) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let (_, records) = read(&rulebook, &options.inputs, options.output.output.as_deref())?;
    if options.identifiable {
        say!(
            "records   identifiable: they hold NHS numbers, other identifiers and free text; keep them as \
             patient records are kept"
        );
    } else {
        say!(
            "records   without identifiers and free text (`--identifiable` adds them); they hold patients' \
             dates, so they are not anonymous"
        );
    }
    let names = columns(&rulebook, &records, options.identifiable);
    let cells: Vec<Cells> = names
        .iter()
        .map(|name| cells(&records.frame, name))
        .collect::<Result<_>>()?;
    let origins = records.origins()?;
    let values = |record: usize| {
        let origin = [
            Value::from(origins.file(record)),
            Value::Whole(origins.row(record).into()),
        ];
        origin
            .into_iter()
            .chain(cells.iter().map(|cells| {
                let value = cells.value(record);
                if options.identifiable {
                    value.identifying()
                } else {
                    value
                }
            }))
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

/// The pathway in the form that may be shown, then the fields in their order, then the derived columns.
fn columns(rulebook: &Rulebook, records: &Records, identifiable: bool) -> Vec<String> {
    let may_show = |name: &str| match rulebook.field(name).map(|field| field.classification) {
        Some(Classification::Identifier | Classification::FreeText) => identifiable,
        Some(_) => true,
        None => identifiable || name != rulebook.data_set.pathway_key(),
    };
    let fields = rulebook.fields.iter().map(|field| field.name.as_str());
    let is_field = |name: &str| rulebook.field(name).is_some();
    let is_readable = |name: &str| {
        rulebook
            .fields
            .iter()
            .any(|field| columns::readable(&field.name) == name)
    };
    let all = records.frame.get_column_names();
    let derived = all.iter().map(|name| name.as_str()).filter(|name| {
        // The local id is already shown as the pathway.
        let is_shown = *name == PATHWAY || *name == rulebook.data_set.pathway_id();
        !(name.starts_with('_') || is_field(name) || is_readable(name) || is_shown)
    });
    [PATHWAY]
        .into_iter()
        .chain(fields.chain(derived).filter(|name| may_show(name)))
        .map(String::from)
        .collect()
}

fn cells<'a>(frame: &'a DataFrame, name: &str) -> Result<Cells<'a>> {
    let column = frame.column(name)?;
    Cells::new(column).ok_or_else(|| {
        usage(format!(
            "column `{name}` of `derived.sql` has the type {}: give text, a date, a number or true and false",
            column.dtype()
        ))
    })
}
