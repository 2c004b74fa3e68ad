//! Collects rows of text into polars columns: trimmed, blank as NULL.

use polars::prelude::*;

/// Columns under construction, all of one width.
pub struct Cells {
    columns: Vec<StringChunkedBuilder>,
    rows: Vec<u32>,
}

impl Cells {
    pub fn new(width: usize) -> Cells {
        let columns = (0..width).map(|column| StringChunkedBuilder::new(column.to_string().into(), 1024)).collect();
        Cells { columns, rows: Vec::new() }
    }

    /// Adds a row; missing cells at its end are blank.
    pub fn push<'a>(&mut self, row: u32, mut cells: impl Iterator<Item = &'a str>) {
        for column in &mut self.columns {
            match cells.next().map(str::trim) {
                None | Some("") => column.append_null(),
                Some(text) => column.append_value(text),
            }
        }
        self.rows.push(row);
    }

    pub fn finish(self) -> PolarsResult<(DataFrame, Vec<u32>)> {
        let height = self.rows.len();
        let columns = self.columns.into_iter().map(|builder| builder.finish().into_column()).collect();
        Ok((DataFrame::new(height, columns)?, self.rows))
    }
}
