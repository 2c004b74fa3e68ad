//! `clockstop link`: how each record of the register was found among the patients of a PAS, by one of six
//! statuses. Nothing is merged: the records are counted before and after, and a record that is lost or
//! doubled stops the command.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use polars::prelude::IntoLazy;

use super::reading::{context, keeps_inputs, key, mapped, say_readings};
use super::rulebook;
use crate::cli::Link;
use crate::records::Records;
use crate::source::Unlinked;
use crate::sql::{Snippet, in_record_order, query, seen};
use crate::terminal::failure::{Exit, input};
use crate::terminal::{counted, say};
use crate::write::{self, Value};

const HEADINGS: [&str; 5] = ["file", "row", "pathway", "status", "why"];
const SUMMARY: [&str; 3] = ["status", "why", "records"];

pub fn run(options: &Link) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let context = context(&rulebook, &options.inputs)?;
    keeps_inputs(&options.inputs, options.output.output.as_deref())?;
    let mut mapped = mapped(&rulebook, &options.inputs, &context)?;
    let Some(Unlinked { records, patients }) = mapped.unlinked.take() else {
        return Err(input(
            "no file gives the patients of a PAS: name one as well as the register (`clockstop sources list` \
             shows the layouts)",
        ));
    };
    let (before, people) = (mapped.frame.height(), patients.height());
    let path = format!("{}/link_status.sql", rulebook.data_set.folder);
    let snippet = Snippet::file(&rulebook.files, &path)?;
    let own = [("records", records.clone().lazy()), ("patients", patients.lazy())];
    let found = query(&snippet, &seen::LINK.tables(&rulebook, own)?, &context)?;
    let columns = in_record_order(&snippet, found, &records)?;
    let records = Records::derive(&rulebook, mapped, key(&options.inputs)?.as_deref(), &context)?;
    if records.frame.height() != before {
        bail!("{before} records became {} by linking", records.frame.height());
    }
    say_readings(&records);
    say!(
        "linked    {} before and after, compared with {} of the PAS",
        counted(before, "record"),
        counted(people, "patient")
    );
    let text = |name: &str| {
        let column = columns.iter().find(|column| column.name() == name);
        column.map(|column| column.str()).transpose()
    };
    let (Some(statuses), Some(whys)) = (text("status")?, text("why")?) else {
        return Err(snippet
            .mistake(1, 1, 1, "the result needs the columns `status` and `why`")
            .into());
    };
    let lines: Vec<Line> = statuses
        .iter()
        .zip(whys.iter())
        .map(|(status, why)| (status.unwrap_or_default(), why.unwrap_or_default()))
        .collect();
    write_lines(options, &records, &lines)?;
    Ok(Exit::Clean)
}

/// The status of a record, and why.
type Line<'a> = (&'a str, &'a str);

/// Writes one row a record, or, with `--summary`, one row a status and reason.
fn write_lines(options: &Link, records: &Records, lines: &[Line]) -> Result<()> {
    let (format, to) = (options.output.format, options.output.output.as_deref());
    if options.summary {
        let mut counts: BTreeMap<Line, i64> = BTreeMap::new();
        for line in lines {
            *counts.entry(*line).or_default() += 1;
        }
        let rows = counts.into_iter().map(|((status, why), records)| {
            vec![Value::from(status), Value::from(why), Value::Whole(records)]
        });
        return write::table(format, to, &SUMMARY, rows);
    }
    let origins = records.origins()?;
    let rows = lines.iter().enumerate().map(|(record, (status, why))| {
        vec![
            Value::from(origins.file(record)),
            Value::Whole(origins.row(record).into()),
            Value::from(origins.pathway(record)),
            Value::from(*status),
            Value::from(*why),
        ]
    });
    write::table(format, to, &HEADINGS, rows)
}
