//! Tiles side by side on a sheet: one column for each tile, with narrow columns between them.

use anyhow::Result;

use super::board::tile::Tile;
use super::sheet::Sheet;
use super::text::wrap;

/// Widths of a tile and of the gap next to it, in digits.
const TILE: f64 = 45.0;
const GAP: f64 = 2.0;
/// Heights of the rows of a tile, in points.
const NAME: f64 = 22.0;
const FIGURE: f64 = 48.0;
const LINE: f64 = 18.0;
const WITH_ICON: f64 = 24.0;
const SPARKLINE: f64 = 46.0;
/// The width that the icon and the edge of a tile take from its text, in digits.
const ICON_ROOM: f64 = 6.0;

impl Sheet<'_> {
    /// Sets the columns of a sheet of tiles.
    pub fn tile_columns(&mut self, across: usize) -> Result<()> {
        for index in 0..across as u16 {
            self.worksheet.set_column_width(index * 2, TILE)?;
            self.worksheet.set_column_width(index * 2 + 1, GAP)?;
        }
        Ok(())
    }

    /// Writes tiles from the next row; returns the row that is left free for their trends.
    pub fn tiles(&mut self, tiles: &[Tile]) -> Result<u32> {
        let has_plan = tiles.iter().any(|tile| tile.plan.is_some());
        let first = self.next_row;
        let mut heights = vec![NAME, FIGURE, LINE, WITH_ICON];
        heights.extend(has_plan.then_some(WITH_ICON));
        heights.extend([WITH_ICON, WITH_ICON, SPARKLINE, LINE]);
        for (row, height) in (first..).zip(&heights) {
            self.worksheet.set_row_height(row, *height)?;
        }
        for (index, tile) in tiles.iter().enumerate() {
            self.tile(first, index as u16 * 2, tile, has_plan)?;
        }
        self.next_row = first + heights.len() as u32;
        Ok(self.next_row - 2)
    }

    fn tile(&mut self, first: u32, column: u16, tile: &Tile, has_plan: bool) -> Result<()> {
        let style = &self.style.tile;
        let sheet = &mut *self.worksheet;
        sheet.write_string_with_format(first, column, &tile.standard.title, &style.name)?;
        match tile.standard.latest.rate() {
            Some(rate) => sheet.write_number_with_format(first + 1, column, rate, &style.figure)?,
            None => sheet.write_string_with_format(first + 1, column, &tile.figure, &style.no_figure)?,
        };
        sheet.write_string_with_format(first + 2, column, &tile.counts, &style.line)?;
        let no_plan = (super::board::icons::NOT_JUDGED, "No plan of its own".to_string());
        let plan = has_plan.then(|| tile.plan.as_ref().unwrap_or(&no_plan));
        let lines = [&tile.result].into_iter().chain(plan).chain(&tile.verdicts);
        let mut row = first + 3;
        for (icon, words) in lines {
            let text = wrap(words, TILE - ICON_ROOM);
            let height = WITH_ICON.max(text.len() as f64 * 15.0);
            self.worksheet.set_row_height(row, height)?;
            self.worksheet
                .write_string_with_format(row, column, words, &self.style.tile.with_icon)?;
            self.icon(row, column, icon, words)?;
            row += 1;
        }
        let style = &self.style.tile;
        self.worksheet.write_blank(row, column, &style.sparkline)?;
        self.worksheet
            .write_string_with_format(row + 1, column, &tile.span, &style.caption)?;
        Ok(())
    }
}
