//! The content of a record, as text to hash or to sort by; it is never shown.

use anyhow::Result;
use polars::prelude::*;

use crate::calendar::date::days_since_1970;
use crate::records::{Cells, Records};
use crate::rulebook::{Field, Kind, Rulebook, columns};
use crate::write::Value;

/// The fields of records, ready to be read as text.
pub struct Content<'a> {
    fields: Vec<(&'a str, Filled<'a>)>,
    /// Indexes of the date fields that decide a record's month: the records of a pathway are sorted by them
    /// first.
    dates: Vec<usize>,
}

/// The cells of a field; for a date or a number of days, also whether each could be read.
struct Filled<'a> {
    cells: Cells<'a>,
    readable: Option<&'a BooleanChunked>,
}

impl<'a> Content<'a> {
    pub fn new(rulebook: &'a Rulebook, records: &'a Records) -> Result<Content<'a>> {
        let filled = |field: &'a Field| -> Result<(&'a str, Filled<'a>)> {
            let column = records.frame.column(&field.name)?;
            let cells = Cells::new(column).unwrap_or(Cells::Blank);
            let readable = match field.kind {
                Kind::Date | Kind::Days => {
                    Some(records.frame.column(&columns::readable(&field.name))?.bool()?)
                }
                _ => None,
            };
            Ok((field.name.as_str(), Filled { cells, readable }))
        };
        let fields: Vec<(&str, Filled)> = rulebook.fields.iter().map(filled).collect::<Result<_>>()?;
        let number = |name: &String| fields.iter().position(|(field, _)| field == name);
        let dates = rulebook.data_set.month_dates.iter().filter_map(number).collect();
        Ok(Content { fields, dates })
    }

    /// Sorts the records of a pathway in the same way for every export: by date, then by all their values.
    pub fn in_order(&self, record: usize) -> String {
        let numbers = self.dates.iter().copied().chain(0..self.fields.len());
        numbers
            .map(|number| self.fields[number].1.text(record))
            .collect::<Vec<_>>()
            .join("\0")
    }

    /// The values of some fields, each with its name.
    pub fn values(&self, record: usize, names: &[impl AsRef<str>]) -> String {
        let value = |name: &str| {
            self.fields
                .iter()
                .find(|(field, _)| *field == name)
                .map(|(_, filled)| filled.text(record))
        };
        names
            .iter()
            .map(|name| format!("{}={}", name.as_ref(), value(name.as_ref()).unwrap_or_default()))
            .collect::<Vec<_>>()
            .join("\0")
    }
}

impl Filled<'_> {
    /// A blank cell gives no text; a cell that could not be read gives a mark of its own.
    fn text(&self, record: usize) -> String {
        if self.readable.and_then(|readable| readable.get(record)) == Some(false) {
            return "?".to_string();
        }
        match self.cells.value(record) {
            Value::Date(date) => format!("{:06}", days_since_1970(date)),
            other => other.in_words(),
        }
    }
}
