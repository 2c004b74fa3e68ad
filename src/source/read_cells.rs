//! Turns text into typed values. A cell that is not blank and cannot be read becomes NULL and is marked in
//! `<field>__readable`, which a check turns into a finding.

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::calendar::date::days_since_1970;
use crate::rulebook::columns;
use crate::rulebook::{Field, Kind, Rulebook, Source};
use crate::source::dates::{DateCell, DateForms};

/// Gives the canonical text columns of a source their types.
pub fn parse(rulebook: &Rulebook, source: &Source, frame: DataFrame) -> Result<DataFrame> {
    parse_text_records(rulebook, &DateForms::of(source), frame)
}

/// Gives canonical text columns their types; other columns stay unchanged.
pub fn parse_text_records(rulebook: &Rulebook, forms: &DateForms, frame: DataFrame) -> Result<DataFrame> {
    let height = frame.height();
    // Each text column is dropped once it has been read: with a million records these columns use most of the
    // memory.
    let read = |column: Column| match rulebook.field(column.name()) {
        Some(field) => typed(field, &column, forms),
        None => Ok(vec![column]),
    };
    let columns = frame
        .into_columns()
        .into_par_iter()
        .map(read)
        .collect::<Result<Vec<_>>>()?;
    Ok(DataFrame::new(height, columns.into_iter().flatten().collect())?)
}

fn typed(field: &Field, column: &Column, forms: &DateForms) -> Result<Vec<Column>> {
    if column.null_count() == column.len() {
        return Ok(blank(field, column));
    }
    let cells = column.str()?;
    let readable = |flags: BooleanChunked| {
        flags
            .with_name(columns::readable(&field.name).as_str().into())
            .into_column()
    };
    Ok(match field.kind {
        Kind::Date => {
            let (dates, flags) = dates(cells, forms);
            vec![
                dates.into_column().with_name(column.name().clone()),
                readable(flags),
            ]
        }
        Kind::Days => {
            let (days, flags) = days(cells);
            vec![
                days.with_name(column.name().clone()).into_column(),
                readable(flags),
            ]
        }
        Kind::NhsNumber => {
            let flags: BooleanChunked = cells.iter().map(|cell| cell.map(passes_modulus_11)).collect();
            vec![
                column.rechunk(),
                flags
                    .with_name(columns::valid(&field.name).as_str().into())
                    .into_column(),
            ]
        }
        // A file read in parts comes in chunks; they are joined now, so that no later step has to join them
        // again.
        _ => vec![column.rechunk()],
    })
}

/// The columns of a field without values, which take no memory.
fn blank(field: &Field, column: &Column) -> Vec<Column> {
    let of = |name: &str, kind: &DataType| Column::full_null(name.into(), column.len(), kind);
    let flags = |name: String| of(&name, &DataType::Boolean);
    let name = column.name().as_str();
    match field.kind {
        Kind::Date => vec![of(name, &DataType::Date), flags(columns::readable(name))],
        Kind::Days => vec![of(name, &DataType::Int32), flags(columns::readable(name))],
        Kind::NhsNumber => vec![of(name, &DataType::String), flags(columns::valid(name))],
        _ => vec![of(name, &DataType::String)],
    }
}

fn dates(cells: &StringChunked, forms: &DateForms) -> (DateChunked, BooleanChunked) {
    let mut days: Vec<Option<i32>> = Vec::with_capacity(cells.len());
    let mut flags: Vec<Option<bool>> = Vec::with_capacity(cells.len());
    for cell in cells.iter() {
        let (day, flag) = match cell.map(|cell| forms.read(cell)) {
            None | Some(DateCell::Blank) => (None, None),
            Some(DateCell::Date(date)) => (Some(days_since_1970(date)), Some(true)),
            Some(DateCell::Unreadable) => (None, Some(false)),
        };
        days.push(day);
        flags.push(flag);
    }
    (
        Int32Chunked::from_iter_options(PlSmallStr::EMPTY, days.into_iter()).into_date(),
        flags.into_iter().collect(),
    )
}

/// A whole number of days of at most three digits.
fn days(cells: &StringChunked) -> (Int32Chunked, BooleanChunked) {
    let read =
        |cell: &str| match (1..=3).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit()) {
            true => cell.parse::<i32>().ok(),
            false => None,
        };
    let values: Vec<Option<i32>> = cells.iter().map(|cell| cell.and_then(read)).collect();
    let flags = cells
        .iter()
        .zip(&values)
        .map(|(cell, value)| cell.map(|_| value.is_some()))
        .collect();
    (
        Int32Chunked::from_iter_options(PlSmallStr::EMPTY, values.into_iter()),
        flags,
    )
}

/// NHS Data Dictionary, NHS NUMBER: ten digits; the weights 10 to 2 on the first nine give the tenth. No
/// number has a check digit of 10, and then the sum below is never a multiple of 11.
pub fn passes_modulus_11(cell: &str) -> bool {
    let digits = cell.as_bytes();
    if digits.len() != 10 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .zip((1..=10).rev())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_nhs_number_is_ten_digits_whose_last_is_the_check_digit() {
        for (number, valid) in [
            ("9990000018", true),
            ("9990000026", true),
            ("9990000019", false),
            ("999000001", false),
            ("99900000180", false),
            ("999000001X", false),
            ("999 000 0018", false),
            ("", false),
        ] {
            assert_eq!(passes_modulus_11(number), valid, "{number}");
        }
    }

    #[test]
    fn days_are_whole_numbers_of_at_most_three_digits() {
        let cells: StringChunked = [
            Some("0"),
            Some("007"),
            Some("999"),
            Some("1000"),
            Some("-1"),
            Some("1.5"),
            None,
        ]
        .into_iter()
        .collect();
        let (days, readable) = days(&cells);
        assert_eq!(
            days.to_vec(),
            [Some(0), Some(7), Some(999), None, None, None, None]
        );
        assert_eq!(
            readable.iter().collect::<Vec<_>>(),
            [
                Some(true),
                Some(true),
                Some(true),
                Some(false),
                Some(false),
                Some(false),
                None
            ]
        );
    }
}
