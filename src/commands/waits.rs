//! `clockstop waits`: writes every wait, counted or not, with the reason.

use anyhow::Result;
use polars::prelude::StringChunked;

use super::reading::{read, say_if_empty};
use super::{examples_fail, rulebook};
use crate::calendar::Month;
use crate::cli::Table;
use crate::measure::{self, WaitColumns, Waits};
use crate::records::{Origins, Records};
use crate::terminal::Progress;
use crate::terminal::failure::Exit;
use crate::write::{self, Value};

/// One line for each record, standard and share.
pub const HEADINGS: [&str; 19] = [
    "file",
    "row",
    "pathway",
    "standard",
    "counted",
    "reason",
    "start",
    "stop",
    "adjustment",
    "days",
    "within",
    "month",
    "route",
    "stage",
    "cancer_type",
    "modality_group",
    "org_code",
    "share",
    "share_within",
];

pub fn run(options: &Table) -> Result<Exit> {
    let month = options.month.as_deref().map(Month::parse).transpose()?;
    let rulebook = rulebook(&options.inputs.rules)?;
    examples_fail(&options.inputs.rules, &rulebook);
    let (context, records) = read(&rulebook, &options.inputs, options.output.output.as_deref())?;
    let progress = Progress::start(2);
    progress.step("measuring");
    let mut waits = measure::run(&rulebook, &records, &context)?;
    progress.finish();
    if let Some(month) = month {
        waits = waits.of_month(&month.to_string())?;
    }
    if let Some(provider) = &context.provider {
        waits = waits.of_provider(provider)?;
    }
    say_if_empty(month, waits.frame.height());
    let rows = Rows::new(&records, &waits)?;
    let (format, to) = (options.output.format, options.output.output.as_deref());
    write::long_table(format, to, &HEADINGS, waits.frame.height(), |row| {
        rows.values(row)
    })?;
    Ok(Exit::Clean)
}

/// The columns of waits and the files and rows of their records, ready to be read line by line.
struct Rows<'a> {
    origins: Origins<'a>,
    waits: WaitColumns<'a>,
    /// `route`, `stage`, `cancer_type`, `modality_group`
    labels: [&'a StringChunked; 4],
}

impl<'a> Rows<'a> {
    fn new(records: &'a Records, waits: &'a Waits) -> Result<Rows<'a>> {
        let waits = waits.columns()?;
        Ok(Rows {
            origins: records.origins()?,
            labels: [
                waits.text("route")?,
                waits.text("stage")?,
                waits.text("cancer_type")?,
                waits.text("modality_group")?,
            ],
            waits,
        })
    }

    fn values(&self, line: usize) -> Vec<Value<'a>> {
        let (waits, origins) = (&self.waits, &self.origins);
        let record = waits.record(line);
        let [route, stage, cancer_type, modality_group] =
            self.labels.map(|label| Value::from(label.get(line)));
        let number = |number: Option<f64>| number.map_or(Value::Blank, Value::Number);
        let yes_no = |value: Option<bool>| value.map_or(Value::Blank, Value::from);
        vec![
            Value::from(origins.file(record)),
            Value::Whole(origins.row(record).into()),
            Value::from(origins.pathway(record)),
            Value::from(waits.standard.get(line)),
            yes_no(waits.counted.get(line)),
            Value::from(waits.reason.get(line)),
            Value::from(waits.start(line)),
            Value::from(waits.stop(line)),
            Value::from(waits.adjustment.get(line)),
            Value::from(waits.days.get(line)),
            yes_no(waits.within.get(line)),
            Value::from(waits.month.get(line)),
            route,
            stage,
            cancer_type,
            modality_group,
            Value::from(waits.org_code.get(line)),
            number(waits.share.get(line)),
            number(waits.share_within.get(line)),
        ]
    }
}
