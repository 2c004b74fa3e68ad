//! One cell of a table: what it shows, before its look is known. Text from data always becomes a string cell,
//! so a value that starts with `=`, `+`, `-` or `@` is never a formula or a link.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::text::clean;
use crate::report::Cell;
use crate::write::privacy::shown;

#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Blank,
    Text(Cow<'a, str>),
    Number(f64),
    Date(NaiveDate),
    /// A sign instead of a figure that is not shown.
    Shorthand(&'static str),
}

/// The figure is suppressed because it counts few people.
pub const SUPPRESSED: Value = Value::Shorthand("[c]");
/// There is nobody to count.
pub const NOT_APPLICABLE: Value = Value::Shorthand("[z]");
/// There is no earlier month to compare with.
pub const NOT_AVAILABLE: Value = Value::Shorthand("[x]");
/// The meaning of the three signs, for the sheets that use them.
pub const SHORTHAND: &str =
    "[c] suppressed to protect people; [z] nobody to count; [x] no earlier month to compare with.";

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        if text.is_empty() {
            Value::Blank
        } else {
            match shown(text) {
                Cow::Borrowed(text) => Value::Text(clean(text)),
                Cow::Owned(text) => Value::Text(Cow::Owned(clean(&text).into_owned())),
            }
        }
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Value::Blank
        } else {
            Value::Text(Cow::Owned(clean(&shown(&text)).into_owned()))
        }
    }
}

impl<'a> Value<'a> {
    /// A cell of a sheet that identifies patients: NHS numbers stay in it.
    pub fn identifying(cell: &'a Cell) -> Value<'a> {
        match cell {
            Cell::Text(text) if !text.is_empty() => Value::Text(clean(text)),
            other => Value::from(other),
        }
    }
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Value::Number(count as f64)
    }
}

impl From<u32> for Value<'_> {
    fn from(count: u32) -> Self {
        Value::Number(f64::from(count))
    }
}

impl From<NaiveDate> for Value<'_> {
    /// Excel's calendar starts in 1900. An older date (a mistyped century) is shown as text.
    fn from(date: NaiveDate) -> Self {
        match date.year() {
            1900..=9999 => Value::Date(date),
            _ => Value::from(date.format("%d/%m/%Y").to_string()),
        }
    }
}

impl<'a> From<&'a Cell> for Value<'a> {
    fn from(cell: &'a Cell) -> Self {
        match cell {
            Cell::Blank => Value::Blank,
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Date(date) => Value::from(*date),
            Cell::Whole(number) => Value::Number(*number as f64),
            Cell::Number(number) => Value::Number(*number),
        }
    }
}

/// The same value, without borrowing from the cell.
pub fn owned(cell: &Cell) -> Value<'static> {
    match cell {
        Cell::Text(text) => Value::from(text.clone()),
        Cell::Date(date) => Value::from(*date),
        Cell::Blank => Value::Blank,
        Cell::Whole(number) => Value::Number(*number as f64),
        Cell::Number(number) => Value::Number(*number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_before_excels_calendar_is_text() {
        let date = |year| NaiveDate::from_ymd_opt(year, 3, 1).map(Value::from);
        assert_eq!(date(1026), Some(Value::Text("01/03/1026".into())));
        assert!(matches!(date(2026), Some(Value::Date(_))));
    }
}
