//! One cell of a table, as every output knows it: CSV, JSON, workbooks and pages.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::calendar::date::put_iso;
use crate::write::privacy::{shown, shown_number};

#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Blank,
    Text(Cow<'a, str>),
    /// Text of an output that may identify the patient: NHS numbers stay in it.
    Identifying(Cow<'a, str>),
    Whole(i64),
    /// Written as short as possible: 1, 0.5, 0.7595712.
    Number(f64),
    /// CCYY-MM-DD
    Date(NaiveDate),
    /// A sign instead of a figure that is not shown: `[c]`.
    Shorthand(&'static str),
}

impl Value<'_> {
    /// The text, or the sign in place of a figure; empty for any other cell.
    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) | Value::Identifying(text) => text,
            Value::Shorthand(sign) => sign,
            _ => "",
        }
    }

    /// The number; `None` if the cell is not a number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Whole(number) => Some(*number as f64),
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Any cell as text; a date as `2026-10-31`, nothing for a blank cell.
    pub fn in_words(&self) -> String {
        let mut cell = String::new();
        self.put(&mut cell);
        cell
    }

    /// The same value; its text is borrowed.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::Identifying(text) => Value::Identifying(Cow::Borrowed(text)),
            Value::Blank => Value::Blank,
            Value::Whole(number) => Value::Whole(*number),
            Value::Number(number) => Value::Number(*number),
            Value::Date(date) => Value::Date(*date),
            Value::Shorthand(sign) => Value::Shorthand(sign),
        }
    }

    /// The same value; its text is copied.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Identifying(text) => Value::Identifying(Cow::Owned(text.into_owned())),
            Value::Blank => Value::Blank,
            Value::Whole(number) => Value::Whole(number),
            Value::Number(number) => Value::Number(number),
            Value::Date(date) => Value::Date(date),
            Value::Shorthand(sign) => Value::Shorthand(sign),
        }
    }

    /// The same value with its NHS numbers, for outputs that may identify patients.
    pub fn identifying(self) -> Self {
        match self {
            Value::Text(text) => Value::Identifying(text),
            other => other,
        }
    }

    /// Appends the text of the cell.
    fn put(&self, cell: &mut String) {
        match self {
            Value::Blank => {}
            Value::Text(text) | Value::Identifying(text) => cell.push_str(text),
            Value::Whole(number) => drop(write!(cell, "{number}")),
            Value::Number(number) => drop(write!(cell, "{number}")),
            Value::Date(date) => put_iso(*date, cell),
            Value::Shorthand(sign) => cell.push_str(sign),
        }
    }

    /// The text from an export, which a spreadsheet might treat as a formula.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Identifying(text) => Some(text),
            _ => None,
        }
    }

    /// Appends the text of the cell, with NHS numbers hidden.
    pub(super) fn put_shown(&self, cell: &mut String) {
        let hidden = match self {
            Value::Text(text) => Some(shown(text)),
            Value::Whole(number) => shown_number(*number).map(Cow::Owned),
            _ => None,
        };
        match hidden {
            Some(text) => cell.push_str(&text),
            None => self.put(cell),
        }
    }

    pub(super) fn json(&self) -> serde_json::Value {
        match self {
            Value::Blank => serde_json::Value::Null,
            Value::Whole(number) if shown_number(*number).is_none() => (*number).into(),
            Value::Number(number) if number.fract() == 0.0 => (*number as i64).into(),
            Value::Number(number) => (*number).into(),
            other => {
                let mut cell = String::new();
                other.put_shown(&mut cell);
                cell.into()
            }
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Whole(number)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Value::Whole(number.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Whole(number.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Value::Whole(count as i64)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value<'_> {
    /// `yes` or `no`
    fn from(is_so: bool) -> Self {
        Value::Text(Cow::Borrowed(if is_so { "yes" } else { "no" }))
    }
}

impl From<NaiveDate> for Value<'_> {
    fn from(date: NaiveDate) -> Self {
        Value::Date(date)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Blank, Into::into)
    }
}
