//! `clockstop waits`: every wait, counted or not, and why.

use anyhow::Result;
use polars::prelude::*;

use super::reading::{read, say_if_empty};
use super::rulebook;
use crate::calendar::Month;
use crate::cli::Table;
use crate::failure::Exit;
use crate::measure::{self, Waits};
use crate::records::Records;
use crate::terminal::Progress;
use crate::write::{self, Value};

/// One line a row, standard and share.
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

/// The columns of waits and of their records, ready to be read row by row.
struct Rows<'a> {
    records: &'a Records,
    numbers: &'a UInt32Chunked,
    files: &'a UInt32Chunked,
    rows: &'a UInt32Chunked,
    pathways: &'a StringChunked,
    texts: Vec<&'a StringChunked>,
    start: &'a DateChunked,
    stop: &'a DateChunked,
    adjustment: &'a Int32Chunked,
    days: &'a Int32Chunked,
    counted: &'a BooleanChunked,
    within: &'a BooleanChunked,
    share: &'a Float64Chunked,
    share_within: &'a Float64Chunked,
}

impl<'a> Rows<'a> {
    fn new(records: &'a Records, waits: &'a Waits) -> Result<Rows<'a>> {
        let texts = [
            "standard",
            "reason",
            "month",
            "route",
            "stage",
            "cancer_type",
            "modality_group",
            "org_code",
        ];
        let frame = &waits.frame;
        Ok(Rows {
            records,
            numbers: frame.column("_record")?.u32()?,
            files: records.frame.column("_file")?.u32()?,
            rows: records.frame.column("_row")?.u32()?,
            pathways: records.frame.column("pathway")?.str()?,
            texts: texts
                .iter()
                .map(|name| frame.column(name)?.str())
                .collect::<PolarsResult<_>>()?,
            start: frame.column("start")?.date()?,
            stop: frame.column("stop")?.date()?,
            adjustment: frame.column("adjustment")?.i32()?,
            days: frame.column("days")?.i32()?,
            counted: frame.column("counted")?.bool()?,
            within: frame.column("within")?.bool()?,
            share: frame.column("share")?.f64()?,
            share_within: frame.column("share_within")?.f64()?,
        })
    }

    fn values(&self, row: usize) -> Vec<Value<'a>> {
        let record = self.numbers.get(row).unwrap_or_default() as usize;
        let [
            standard,
            reason,
            month,
            route,
            stage,
            cancer_type,
            modality_group,
            org_code,
        ] = std::array::from_fn(|text| Value::text(self.texts[text].get(row)));
        let file = self.files.get(record).unwrap_or_default() as usize;
        vec![
            Value::Text(self.records.files.get(file).map_or("", String::as_str)),
            whole(self.rows.get(record)),
            Value::text(self.pathways.get(record)),
            standard,
            self.counted.get(row).map_or(Value::Blank, Value::YesNo),
            reason,
            date(self.start.physical().get(row)),
            date(self.stop.physical().get(row)),
            whole(self.adjustment.get(row)),
            whole(self.days.get(row)),
            self.within.get(row).map_or(Value::Blank, Value::YesNo),
            month,
            route,
            stage,
            cancer_type,
            modality_group,
            org_code,
            self.share.get(row).map_or(Value::Blank, Value::Number),
            self.share_within.get(row).map_or(Value::Blank, Value::Number),
        ]
    }
}

fn whole<'a>(number: Option<impl Into<i64>>) -> Value<'a> {
    number.map_or(Value::Blank, |number| Value::Whole(number.into()))
}

fn date<'a>(days: Option<i32>) -> Value<'a> {
    days.map_or(Value::Blank, |days| {
        Value::Date(crate::calendar::date::from_days(days))
    })
}
