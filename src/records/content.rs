//! What a record holds, as text to hash or to sort by; it is never shown.

use anyhow::Result;
use polars::prelude::*;

use crate::records::Records;
use crate::rulebook::{Kind, Rulebook};
use crate::source::readable_column;

/// The fields of records, ready to be read as text.
pub struct Content<'a> {
    fields: Vec<(&'a str, Cells<'a>)>,
    /// Places of the dates that put a record in a month: the records of a pathway are ordered by them first.
    dates: Vec<usize>,
}

enum Cells<'a> {
    Text(&'a StringChunked),
    Date(&'a DateChunked, &'a BooleanChunked),
    Days(&'a Int32Chunked, &'a BooleanChunked),
}

impl<'a> Content<'a> {
    pub fn new(rulebook: &'a Rulebook, records: &'a Records) -> Result<Content<'a>> {
        let cells = |name: &str, kind: Kind| -> Result<Cells<'a>> {
            let column = records.frame.column(name)?;
            let readable = || -> Result<&'a BooleanChunked> {
                Ok(records.frame.column(&readable_column(name))?.bool()?)
            };
            Ok(match kind {
                Kind::Date => Cells::Date(column.date()?, readable()?),
                Kind::Days => Cells::Days(column.i32()?, readable()?),
                _ => Cells::Text(column.str()?),
            })
        };
        let fields: Vec<(&str, Cells)> = rulebook
            .fields
            .iter()
            .map(|field| Ok((field.name.as_str(), cells(&field.name, field.kind)?)))
            .collect::<Result<_>>()?;
        let place = |name: &String| fields.iter().position(|(field, _)| field == name);
        let dates = rulebook.data_set.month_dates.iter().filter_map(place).collect();
        Ok(Content { fields, dates })
    }

    /// Sorts the records of a pathway the same way in every export: by date, then by all that they hold.
    pub fn in_order(&self, record: usize) -> String {
        let places = self.dates.iter().copied().chain(0..self.fields.len());
        places
            .map(|place| self.fields[place].1.text(record))
            .collect::<Vec<_>>()
            .join("\0")
    }

    /// The values of some fields, each with its name.
    pub fn values(&self, record: usize, names: &[impl AsRef<str>]) -> String {
        let value = |name: &str| {
            self.fields
                .iter()
                .find(|(field, _)| *field == name)
                .map(|(_, cells)| cells.text(record))
        };
        names
            .iter()
            .map(|name| format!("{}={}", name.as_ref(), value(name.as_ref()).unwrap_or_default()))
            .collect::<Vec<_>>()
            .join("\0")
    }
}

impl Cells<'_> {
    /// Blank as nothing; a cell that could not be read as a mark of its own.
    fn text(&self, record: usize) -> String {
        let read = |text: Option<String>, readable: &BooleanChunked| match readable.get(record) {
            Some(false) => "?".to_string(),
            _ => text.unwrap_or_default(),
        };
        match self {
            Cells::Text(cells) => cells.get(record).unwrap_or_default().to_string(),
            Cells::Date(dates, readable) => read(
                dates.physical().get(record).map(|days| format!("{days:06}")),
                readable,
            ),
            Cells::Days(days, readable) => read(days.get(record).map(|days| days.to_string()), readable),
        }
    }
}
