//! What a cell of a workbook holds, before its look is known. Text from data always becomes a string cell, so
//! a value that starts with `=`, `+`, `-` or `@` is never a formula or a link.

use std::borrow::Cow;

use chrono::Datelike;

use super::text::clean;
pub use crate::write::Value;
use crate::write::privacy::shown;

/// The figure is suppressed because it counts few people.
pub const SUPPRESSED: Value = Value::Shorthand("[c]");
/// There is nobody to count.
pub const NOT_APPLICABLE: Value = Value::Shorthand("[z]");
/// There is no earlier month to compare with.
pub const NOT_AVAILABLE: Value = Value::Shorthand("[x]");
/// The meaning of the three signs, for the sheets that use them.
pub const SHORTHAND: &str =
    "[c] suppressed to protect people; [z] nobody to count; [x] no earlier month to compare with.";

/// The value as Excel can hold it: text without control characters and with its NHS numbers hidden (unless
/// the sheet identifies patients), a blank cell for empty text, every number a floating-point number. Excel's
/// calendar starts in 1900: an older date (a mistyped century) is text.
pub fn for_excel(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Text(text) | Value::Identifying(text) if text.is_empty() => Value::Blank,
        Value::Text(text) => Value::Text(printable(hidden(text))),
        Value::Identifying(text) => Value::Text(printable(text)),
        Value::Whole(number) => Value::Number(number as f64),
        Value::Date(date) if !(1900..=9999).contains(&date.year()) => {
            Value::from(date.format("%d/%m/%Y").to_string())
        }
        other => other,
    }
}

fn hidden(text: Cow<str>) -> Cow<str> {
    match shown(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(hidden) => Cow::Owned(hidden),
    }
}

fn printable(text: Cow<str>) -> Cow<str> {
    match clean(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(cleaned) => Cow::Owned(cleaned),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn a_date_before_excels_calendar_is_text() {
        let date = |year| NaiveDate::from_ymd_opt(year, 3, 1).map(|date| for_excel(date.into()));
        assert_eq!(date(1026), Some("01/03/1026".into()));
        assert!(matches!(date(2026), Some(Value::Date(_))));
    }

    #[test]
    fn text_is_cleaned_and_empty_text_is_a_blank_cell() {
        assert_eq!(for_excel("a\u{0}b".into()), "a b".into());
        assert_eq!(for_excel("".into()), Value::Blank);
        assert_eq!(for_excel(Value::from("").identifying()), Value::Blank);
        assert_eq!(for_excel(7_usize.into()), Value::Number(7.0));
        assert_eq!(for_excel(SUPPRESSED).text(), "[c]");
    }
}
