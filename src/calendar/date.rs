//! Calendar dates, as rules and uploads write them, and as polars counts them.

use chrono::{Datelike, NaiveDate};

/// A real calendar date, exactly CCYY-MM-DD.
pub fn iso(cell: &str) -> Option<NaiveDate> {
    let bytes = cell.as_bytes();
    if bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' {
        NaiveDate::from_ymd_opt(
            number(&bytes[..4])? as i32,
            number(&bytes[5..7])?,
            number(&bytes[8..])?,
        )
    } else {
        None
    }
}

/// Appends a date as CCYY-MM-DD. Millions of dates are written, so this avoids the slower general formatting.
pub fn put_iso(date: NaiveDate, text: &mut String) {
    put_digits(date.year().unsigned_abs(), 4, text);
    text.push('-');
    put_digits(date.month(), 2, text);
    text.push('-');
    put_digits(date.day(), 2, text);
}

fn put_digits(number: u32, count: u32, text: &mut String) {
    for digit in (0..count).rev() {
        text.push(char::from(b'0' + (number / 10_u32.pow(digit) % 10) as u8));
    }
}

/// The number that the digits form.
pub fn number(digits: &[u8]) -> Option<u32> {
    if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
        Some(
            digits
                .iter()
                .fold(0, |number, digit| number * 10 + u32::from(digit - b'0')),
        )
    } else {
        None
    }
}

/// Days since 1 January 1970, as polars stores a date.
pub fn days_since_1970(date: NaiveDate) -> i32 {
    (date - NaiveDate::default()).num_days() as i32
}

/// The date that is this many days after 1 January 1970.
pub fn from_days(days: i32) -> chrono::NaiveDate {
    chrono::NaiveDate::default() + chrono::Duration::days(days.into())
}
