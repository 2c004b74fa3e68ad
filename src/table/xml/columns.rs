//! The cells of a table while its file is read; a column without values takes no memory.

use polars::prelude::*;

pub struct ColumnCells {
    cells: Option<StringChunkedBuilder>,
    blanks: usize,
}

impl ColumnCells {
    pub fn new() -> ColumnCells {
        ColumnCells {
            cells: None,
            blanks: 0,
        }
    }

    pub fn push(&mut self, name: &str, cell: Option<&str>) {
        let Some(cell) = cell else {
            match &mut self.cells {
                Some(cells) => cells.append_null(),
                None => self.blanks += 1,
            }
            return;
        };
        let blanks = self.blanks;
        let cells = self.cells.get_or_insert_with(|| {
            let mut cells = StringChunkedBuilder::new(name.into(), blanks + 1);
            // The heading is above the cells.
            cells.append_value(name);
            (0..blanks).for_each(|_| cells.append_null());
            cells
        });
        cells.append_value(cell);
    }

    /// Heading and cells; `None` if no row has a value.
    pub fn finish(self) -> Option<StringChunked> {
        self.cells.map(StringChunkedBuilder::finish)
    }
}
