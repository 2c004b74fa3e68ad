//! `clockstop quality`: how complete and how valid each field is.

use anyhow::Result;

use super::reading::read;
use super::rulebook;
use crate::calendar::Month;
use crate::cli::Table;
use crate::records::selection::{self, Membership};
use crate::report::FieldLine;
use crate::report::quality;
use crate::terminal::failure::Exit;
use crate::terminal::say;
use crate::write::{self, Value};

const HEADINGS: [&str; 15] = [
    "field",
    "title",
    "records",
    "applies",
    "complete",
    "missing",
    "given",
    "valid",
    "invalid",
    "default",
    "coverage",
    "completeness",
    "validity",
    "default_rate",
    "retired",
];

pub fn run(options: &Table) -> Result<Exit> {
    let month = options.month.as_deref().map(Month::parse).transpose()?;
    let rulebook = rulebook(&options.inputs.rules)?;
    let (context, records) = read(&rulebook, &options.inputs, options.output.output.as_deref())?;
    let mut of_month = None;
    if let Some(month) = month {
        let provider = selection::provider(&rulebook, &records, context.provider.as_deref())?;
        let selection = selection::select(&rulebook, &records, &provider, month)?;
        let count = selection.count(Membership::InMonth);
        say!("records   {count} of {provider} in {}", month.title());
        of_month = Some(selection);
    }
    let lines = quality::by_field(&records, of_month.as_ref(), &context)?;
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        lines.iter().map(values),
    )?;
    Ok(Exit::Clean)
}

fn values(line: &FieldLine) -> Vec<Value<'_>> {
    let whole = |count: usize| Value::Whole(count as i64);
    let share = |share: Option<f64>| share.map_or(Value::Blank, Value::Number);
    vec![
        Value::from(&line.name),
        Value::from(&line.title),
        whole(line.records),
        whole(line.applies),
        whole(line.complete),
        whole(line.missing()),
        whole(line.given),
        whole(line.valid()),
        whole(line.invalid),
        whole(line.default),
        share(line.coverage()),
        share(line.completeness()),
        share(line.validity()),
        share(line.default_rate()),
        whole(line.retired),
    ]
}
