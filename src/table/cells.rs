//! Collects rows of text into polars columns: trimmed, blank as NULL.

use polars::prelude::*;
use polars_arrow::array::{MutableArray, MutablePlString};

/// Columns under construction, all of one width.
pub struct Cells {
    columns: Vec<Growing>,
    rows: Vec<u32>,
    expected: usize,
}

/// Most cells of most columns are blank: they are only counted, and stored when a value follows them.
#[derive(Default)]
struct Growing {
    texts: MutablePlString,
    blanks: usize,
}

impl Cells {
    /// `expected` is the approximate number of rows; it avoids moving columns as they grow.
    pub fn new(width: usize, expected: usize) -> Cells {
        let columns = std::iter::repeat_with(Growing::default).take(width).collect();
        Cells {
            columns,
            rows: Vec::with_capacity(expected),
            expected,
        }
    }

    /// Adds a row; missing cells at its end are blank.
    pub fn push<'a>(&mut self, row: u32, mut cells: impl Iterator<Item = &'a str>) {
        for column in &mut self.columns {
            match cells.next().map(trimmed) {
                None | Some("") => column.blanks += 1,
                Some(text) => column.push(text, self.expected),
            }
        }
        self.rows.push(row);
    }

    pub fn finish(self) -> PolarsResult<(DataFrame, Vec<u32>)> {
        let height = self.rows.len();
        let columns = self
            .columns
            .into_iter()
            .enumerate()
            .map(|(place, column)| column.finish(&place.to_string()));
        Ok((DataFrame::new(height, columns.collect())?, self.rows))
    }
}

impl Growing {
    fn push(&mut self, text: &str, expected: usize) {
        if self.texts.is_empty() {
            self.texts = MutablePlString::with_capacity(expected);
        }
        self.put_down_blanks();
        self.texts.push_value(text);
    }

    fn put_down_blanks(&mut self) {
        if self.blanks > 0 {
            self.texts.extend_null(std::mem::take(&mut self.blanks));
        }
    }

    fn finish(mut self, name: &str) -> Column {
        if self.texts.is_empty() {
            return Column::full_null(name.into(), self.blanks, &DataType::String);
        }
        self.put_down_blanks();
        StringChunked::with_chunk(name.into(), self.texts.freeze()).into_column()
    }
}

/// Trims a cell. Most cells need no trimming, which their first and last byte show.
fn trimmed(cell: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    match is_plain(cell.as_bytes().first()) && is_plain(cell.as_bytes().last()) {
        true => cell,
        false => cell.trim(),
    }
}
