//! One column of a table as cells that outputs can write, whatever the column's type.

use polars::prelude::*;

use crate::calendar::date::from_days;
use crate::write::Value;

/// The cells of a column, read by row number.
pub enum Cells<'a> {
    Blank,
    Text(&'a StringChunked),
    Date(&'a DateChunked),
    YesNo(&'a BooleanChunked),
    Whole(Int64Chunked),
    Number(Float64Chunked),
}

impl<'a> Cells<'a> {
    /// `None` if outputs cannot write the column's type, such as a time or a list.
    pub fn new(column: &'a Column) -> Option<Cells<'a>> {
        Some(match column.dtype() {
            DataType::Null => Cells::Blank,
            DataType::String => Cells::Text(column.str().ok()?),
            DataType::Date => Cells::Date(column.date().ok()?),
            DataType::Boolean => Cells::YesNo(column.bool().ok()?),
            kind if kind.is_integer() => {
                Cells::Whole(column.cast(&DataType::Int64).ok()?.i64().ok()?.clone())
            }
            kind if kind.is_float() => {
                Cells::Number(column.cast(&DataType::Float64).ok()?.f64().ok()?.clone())
            }
            _ => return None,
        })
    }

    pub fn value(&self, row: usize) -> Value<'a> {
        match self {
            Cells::Blank => Value::Blank,
            Cells::Text(cells) => cells.get(row).into(),
            Cells::Date(cells) => cells.physical().get(row).map(from_days).into(),
            Cells::YesNo(cells) => cells.get(row).into(),
            Cells::Whole(cells) => cells.get(row).into(),
            Cells::Number(cells) => cells.get(row).into(),
        }
    }
}
