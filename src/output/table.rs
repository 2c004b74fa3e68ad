//! The table of a sheet: a real Excel table with a name, headings, rows, and colours for its status words.
//! Empty tables, over-long tables and over-tall rows are handled here.

use anyhow::Result;
use rust_xlsxwriter::{IgnoreError, Table, TableColumn, TableStyle};

use super::bars::Bars;
use super::sheet::{Sheet, TableRows, WIDEST_ON_ONE_PAGE};
use super::style::{self, BOLD, INDENT, LINE_HEIGHT, Look};
use super::text::lines;
use super::value::{Value, for_excel};

/// The most rows of data on a sheet; Excel allows 1,048,576 rows in all.
const MOST_ROWS: usize = 1_000_000;
/// The most rows that print on pages side by side; of a longer table only the first columns print.
const MOST_ROWS_ACROSS: usize = 100;
/// The most lines that a row is tall: a taller row pushes the next one off the screen. The cell still holds
/// the whole text.
const MOST_LINES: usize = 6;
/// Height of the small print above a heading and room around text, in points; width of the filter button, in
/// characters.
const SMALL_LINE_HEIGHT: f64 = 12.0;
const PADDING: f64 = 3.0;
const FILTER_BUTTON: f64 = 4.0;
/// The lowest heading row that is frozen: below it, too little room would be left to scroll.
const LOWEST_FROZEN_HEADING: u32 = 9;

/// A column of a table.
pub struct Column {
    heading: String,
    /// A longer title, shown in the row above the headings.
    title: Option<String>,
    width: f64,
    look: Look,
    bar: bool,
}

impl Column {
    /// `width` in characters.
    pub fn new(heading: &str, width: f64, look: Look) -> Column {
        Column {
            heading: heading.to_owned(),
            title: None,
            width,
            look,
            bar: false,
        }
    }

    /// Adds a longer title above the heading.
    pub fn titled(self, title: String) -> Column {
        Column {
            title: Some(title),
            ..self
        }
    }

    /// Adds a bar behind each figure; its length shows the figure.
    pub fn barred(self) -> Column {
        Column { bar: true, ..self }
    }
}

/// One row of a table.
pub struct Row<'a> {
    cells: Vec<Value<'a>>,
    is_total: bool,
    /// Looks of single cells that differ from their columns.
    looks: Vec<Option<Look>>,
}

impl<'a> From<Vec<Value<'a>>> for Row<'a> {
    fn from(cells: Vec<Value<'a>>) -> Self {
        Row::as_written(cells.into_iter().map(for_excel).collect())
    }
}

impl<'a> Row<'a> {
    /// A row of the program's own words, which keep their line breaks.
    pub fn as_written(cells: Vec<Value<'a>>) -> Row<'a> {
        Row {
            cells,
            is_total: false,
            looks: Vec::new(),
        }
    }

    /// The row with the sums of the rows before it; it comes last.
    pub fn total(cells: Vec<Value<'a>>) -> Row<'a> {
        Row {
            is_total: true,
            ..Row::from(cells)
        }
    }

    /// Gives some cells looks of their own.
    pub fn looking(self, looks: Vec<Option<Look>>) -> Row<'a> {
        Row { looks, ..self }
    }
}

/// The description of a table, without its rows.
pub struct Plan<'a> {
    /// Unique in the workbook.
    pub name: &'a str,
    pub columns: &'a [Column],
    /// The message in a table without rows.
    pub when_empty: &'a str,
    /// The number of columns that stay visible when scrolling to the right.
    pub frozen_columns: u16,
    pub filters: bool,
    /// Rows with the same first cell are a group: each group has its own scale for bars.
    pub grouped: bool,
    /// Rows are as tall as their text needs, without limit.
    pub tall: bool,
    /// Only so many columns print, on one page; 0: all.
    pub printed_columns: u16,
}

impl<'a> Plan<'a> {
    /// A table to read: no filter buttons.
    pub fn new(name: &'a str, columns: &'a [Column], when_empty: &'a str) -> Plan<'a> {
        Plan {
            name,
            columns,
            when_empty,
            frozen_columns: 0,
            filters: false,
            grouped: false,
            tall: false,
            printed_columns: 0,
        }
    }

    /// A table to work in: with filter buttons.
    pub fn filtered(name: &'a str, columns: &'a [Column], when_empty: &'a str) -> Plan<'a> {
        Plan {
            filters: true,
            ..Plan::new(name, columns, when_empty)
        }
    }
}

impl Sheet<'_> {
    /// Writes the sheet's table. A table without rows has one row with a message. Rows beyond Excel's limit
    /// are left out, and a line above the table says so.
    pub fn table<'r, R>(&mut self, plan: &Plan, rows: R) -> Result<TableRows>
    where
        R: ExactSizeIterator,
        R::Item: Into<Row<'r>>,
    {
        if rows.len() > MOST_ROWS {
            self.line(&format!(
                "Only the first {MOST_ROWS} of {} rows fit on a sheet.",
                rows.len()
            ))?;
        }
        let printed = self.printed_columns(plan, rows.len())?;
        self.set_columns(plan.columns)?;
        self.titles(plan.columns)?;
        let table_rows = self.headings(plan, rows.len().clamp(1, MOST_ROWS) as u32)?;
        let widths: Vec<f64> = plan.columns.iter().map(|column| column.width).collect();
        if self.prints && printed > 0 {
            self.print_first(table_rows, printed)?;
        } else if self.prints && widths.iter().sum::<f64>() > WIDEST_ON_ONE_PAGE {
            self.print_across(table_rows, &widths, plan.frozen_columns)?;
        }
        if rows.len() == 0 {
            self.empty_row(plan)?;
        }
        let mut bars = Bars::default();
        for row in rows.take(MOST_ROWS) {
            let row = row.into();
            if !row.is_total {
                bars.add(self.next_row, row.cells.first().filter(|_| plan.grouped));
            }
            self.row(plan, &row)?;
        }
        self.colour(plan.columns, table_rows, &bars)?;
        Ok(table_rows)
    }

    fn set_columns(&mut self, columns: &[Column]) -> Result<()> {
        for (column_index, column) in (0..).zip(columns) {
            self.worksheet.set_column_width(column_index, column.width)?;
            if self.plain {
                self.worksheet
                    .set_column_format(column_index, &style::column(column.look))?;
            }
        }
        Ok(())
    }

    /// Writes the longer titles, if there are any, in the row above the headings.
    fn titles(&mut self, columns: &[Column]) -> Result<()> {
        if columns.iter().all(|column| column.title.is_none()) {
            return Ok(());
        }
        let titles = columns
            .iter()
            .map(|column| (column.title.as_deref().unwrap_or_default(), column.width * 1.2));
        let most = titles
            .clone()
            .map(|(title, width)| lines(title, width))
            .max()
            .unwrap_or(1);
        self.worksheet
            .set_row_height(self.next_row, most as f64 * SMALL_LINE_HEIGHT + PADDING)?;
        for (column_index, (title, _)) in (0..).zip(titles) {
            self.worksheet.write_string_with_format(
                self.next_row,
                column_index,
                title,
                &self.style.over_heading,
            )?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// How many columns print on one page, where not all do: those of the plan, or, in a long table that is wider
    /// than a page, those that fit; a line above the table says so. 0: all.
    fn printed_columns(&mut self, plan: &Plan, rows: usize) -> Result<u16> {
        let mut width = 0.0;
        let fits = |column: &&Column| {
            width += column.width;
            width <= WIDEST_ON_ONE_PAGE
        };
        let fitting = plan.columns.iter().take_while(fits).count();
        let is_long = rows > MOST_ROWS_ACROSS && fitting < plan.columns.len();
        if plan.printed_columns > 0 || !self.prints || !is_long {
            return Ok(plan.printed_columns);
        }
        if let Some(last) = plan.columns.get(fitting.saturating_sub(1)) {
            self.line(&format!(
                "Prints up to the column {}; the others are for the screen.",
                last.heading
            ))?;
        }
        Ok(fitting.max(1) as u16)
    }

    /// Writes the headings and declares the table with `count` rows. The rows come later, one by one, because
    /// a long sheet is written to disk as it grows.
    fn headings(&mut self, plan: &Plan, count: u32) -> Result<TableRows> {
        let header = self.next_row;
        let table_rows = TableRows {
            first_row: header + 1,
            last_row: header + count,
        };
        let (first, last, last_column) = (
            table_rows.first_row,
            table_rows.last_row,
            plan.columns.len() as u16 - 1,
        );
        self.worksheet.set_row_height(header, heading_height(plan))?;
        self.worksheet
            .add_table(header, 0, last, last_column, &self.excel_table(plan))?;
        self.worksheet
            .ignore_error_range(first, 0, last, last_column, IgnoreError::NumberStoredAsText)?;
        self.worksheet.set_repeat_rows(header, header)?;
        if header <= LOWEST_FROZEN_HEADING {
            self.worksheet.set_freeze_panes(first, plan.frozen_columns)?;
        }
        self.next_row = first;
        Ok(table_rows)
    }

    fn excel_table(&self, plan: &Plan) -> Table {
        let column = |column: &Column| {
            let format = self.style.heading(column.look, plan.filters);
            TableColumn::new()
                .set_header(column.heading.as_str())
                .set_header_format(format)
        };
        let columns: Vec<TableColumn> = plan.columns.iter().map(column).collect();
        Table::new()
            .set_name(plan.name)
            .set_columns(&columns)
            .set_autofilter(plan.filters)
            .set_style(TableStyle::None)
    }

    fn empty_row(&mut self, plan: &Plan) -> Result<()> {
        self.worksheet
            .write_string_with_format(self.next_row, 0, plan.when_empty, &self.style.empty)?;
        for column_index in 1..plan.columns.len() as u16 {
            self.worksheet
                .write_blank(self.next_row, column_index, &self.style.empty)?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn row(&mut self, plan: &Plan, row: &Row) -> Result<()> {
        let columns = plan.columns;
        for (column_index, (column, value)) in (0..).zip(columns.iter().zip(&row.cells)) {
            if self.plain {
                self.plain_cell(column_index, value)?;
            } else {
                let look = row.looks.get(usize::from(column_index)).copied().flatten();
                self.cell(column_index, value, look.unwrap_or(column.look), row.is_total)?;
            }
        }
        if !self.plain {
            self.set_height(columns, row, if plan.tall { usize::MAX } else { MOST_LINES })?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn cell(&mut self, column_index: u16, value: &Value, look: Look, is_total: bool) -> Result<()> {
        let format = self.style.cell(look.of(value), is_total);
        match (value, value.number()) {
            (Value::Blank, _) => self.worksheet.write_blank(self.next_row, column_index, format)?,
            (Value::Date(date), _) => {
                self.worksheet
                    .write_date_with_format(self.next_row, column_index, date, format)?
            }
            (_, Some(number)) => {
                self.worksheet
                    .write_number_with_format(self.next_row, column_index, number, format)?
            }
            _ => {
                self.worksheet
                    .write_string_with_format(self.next_row, column_index, value.text(), format)?
            }
        };
        Ok(())
    }

    /// Writes a cell without a format; its column has the format.
    fn plain_cell(&mut self, column_index: u16, value: &Value) -> Result<()> {
        match (value, value.number()) {
            (Value::Blank, _) => return Ok(()),
            (Value::Date(date), _) => self.worksheet.write_datetime(self.next_row, column_index, date)?,
            (_, Some(number)) => self.worksheet.write_number(self.next_row, column_index, number)?,
            _ => self
                .worksheet
                .write_string(self.next_row, column_index, value.text())?,
        };
        Ok(())
    }

    /// Makes a row as tall as its longest text needs, up to a limit. Excel does this when it opens the file,
    /// but not every program that shows or prints a workbook does.
    fn set_height(&mut self, columns: &[Column], row: &Row, most: usize) -> Result<()> {
        let lines = |(column, value): (&Column, &Value)| match value {
            Value::Text(text) => column.look.lines(text, column.width),
            _ => 1,
        };
        let lines = columns
            .iter()
            .zip(&row.cells)
            .map(lines)
            .max()
            .unwrap_or(1)
            .min(most);
        if lines > 1 {
            self.worksheet
                .set_row_height(self.next_row, lines as f64 * LINE_HEIGHT + PADDING)?;
        }
        Ok(())
    }

    fn colour(&mut self, columns: &[Column], table_rows: TableRows, bars: &Bars) -> Result<()> {
        for (column_index, column) in (0..).zip(columns) {
            if column.look == Look::Status {
                for rule in style::status_rules() {
                    self.worksheet.add_conditional_format(
                        table_rows.first_row,
                        column_index,
                        table_rows.last_row,
                        column_index,
                        &rule,
                    )?;
                }
            }
            if column.bar {
                for (first, last) in &bars.groups {
                    self.worksheet.add_conditional_format(
                        *first,
                        column_index,
                        *last,
                        column_index,
                        &style::bar(),
                    )?;
                }
            }
        }
        Ok(())
    }
}

fn heading_height(plan: &Plan) -> f64 {
    let button = if plan.filters { FILTER_BUTTON } else { INDENT };
    let needed = plan
        .columns
        .iter()
        .map(|column| lines(&column.heading, (column.width - button) / BOLD));
    needed.max().unwrap_or(1) as f64 * LINE_HEIGHT + 2.0 * PADDING
}
