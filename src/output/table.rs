//! The table of a sheet: a real Excel table with a name, its headings, its rows, and the colours its words carry.
//! How an empty table, an over-long one and an over-tall row are treated is decided here, once.

use anyhow::Result;
use rust_xlsxwriter::{IgnoreError, Table, TableColumn, TableStyle};

use super::bars::Bars;
use super::sheet::{Placed, Sheet};
use super::style::{self, BOLD, INDENT, LINE_HEIGHT, Look};
use super::text::lines;
use super::value::Value;

/// Rows of data on a sheet at most; Excel has 1,048,576 rows in all.
const MOST_ROWS: usize = 1_000_000;
/// A row taller than this pushes the next one off the screen; the whole text is still in the cell.
const MOST_LINES: usize = 6;
/// The small print over a heading, the room around text, and the filter button: points, points, characters.
const SMALL_LINE_HEIGHT: f64 = 12.0;
const PADDING: f64 = 3.0;
const FILTER_BUTTON: f64 = 4.0;
/// Headings further down than this leave too little room to scroll under them.
const LOWEST_FROZEN_HEADING: u32 = 9;

/// A column of a table.
pub struct Column {
    heading: String,
    /// A longer title, shown in the row over the headings.
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

    /// With a longer title over the heading.
    pub fn titled(self, title: String) -> Column {
        Column {
            title: Some(title),
            ..self
        }
    }

    /// With a bar behind each figure, as long as the figure is large.
    pub fn barred(self) -> Column {
        Column { bar: true, ..self }
    }
}

/// One row of a table.
pub struct Row<'a> {
    cells: Vec<Value<'a>>,
    is_total: bool,
    /// Looks of single cells, where they are not those of their columns.
    looks: Vec<Option<Look>>,
}

impl<'a> From<Vec<Value<'a>>> for Row<'a> {
    fn from(cells: Vec<Value<'a>>) -> Self {
        Row {
            cells,
            is_total: false,
            looks: Vec::new(),
        }
    }
}

impl<'a> Row<'a> {
    /// The row that sums the rows before it; it comes last.
    pub fn total(cells: Vec<Value<'a>>) -> Row<'a> {
        Row {
            cells,
            is_total: true,
            looks: Vec::new(),
        }
    }

    /// With looks of its own for some cells.
    pub fn looking(self, looks: Vec<Option<Look>>) -> Row<'a> {
        Row { looks, ..self }
    }
}

/// What a table is, apart from its rows.
pub struct Plan<'a> {
    /// Unique in the workbook.
    pub name: &'a str,
    pub columns: &'a [Column],
    /// Said in the table when it has no rows.
    pub when_empty: &'a str,
    /// Columns that stay in sight when scrolling to the right.
    pub frozen_columns: u16,
    pub filters: bool,
    /// Rows with the same first cell are a group: bars are on a scale of the group.
    pub grouped: bool,
    /// Rows are as tall as their text needs, however tall that is.
    pub tall: bool,
}

impl<'a> Plan<'a> {
    /// A table to read: without filter buttons.
    pub fn new(name: &'a str, columns: &'a [Column], when_empty: &'a str) -> Plan<'a> {
        Plan {
            name,
            columns,
            when_empty,
            frozen_columns: 0,
            filters: false,
            grouped: false,
            tall: false,
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
    /// Writes the table of the sheet. Without rows it has one that says so; rows beyond what Excel holds are
    /// left off, and the sheet says so above the table.
    pub fn table<'r, R>(&mut self, plan: &Plan, rows: R) -> Result<Placed>
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
        self.set_columns(plan.columns)?;
        self.titles(plan.columns)?;
        let placed = self.headings(plan, rows.len().clamp(1, MOST_ROWS) as u32)?;
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
        self.colour(plan.columns, placed, &bars)?;
        Ok(placed)
    }

    fn set_columns(&mut self, columns: &[Column]) -> Result<()> {
        for (place, column) in (0..).zip(columns) {
            self.worksheet.set_column_width(place, column.width)?;
            if self.plain {
                self.worksheet
                    .set_column_format(place, &style::column(column.look))?;
            }
        }
        Ok(())
    }

    /// The longer titles, where there are any, in the row over the headings.
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
        for (place, (title, _)) in (0..).zip(titles) {
            self.worksheet
                .write_string_with_format(self.next_row, place, title, &self.style.over_heading)?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// The headings, and with them the table of `count` rows: these come after, row by row, because a long sheet
    /// is written to disk as it goes.
    fn headings(&mut self, plan: &Plan, count: u32) -> Result<Placed> {
        let header = self.next_row;
        let placed = Placed {
            first_row: header + 1,
            last_row: header + count,
        };
        let (first, last, last_column) = (placed.first_row, placed.last_row, plan.columns.len() as u16 - 1);
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
        Ok(placed)
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
        for place in 1..plan.columns.len() as u16 {
            self.worksheet
                .write_blank(self.next_row, place, &self.style.empty)?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn row(&mut self, plan: &Plan, row: &Row) -> Result<()> {
        let columns = plan.columns;
        for (place, (column, value)) in (0..).zip(columns.iter().zip(&row.cells)) {
            if self.plain {
                self.plain_cell(place, value)?;
            } else {
                let look = row.looks.get(usize::from(place)).copied().flatten();
                self.cell(place, value, look.unwrap_or(column.look), row.is_total)?;
            }
        }
        if !self.plain {
            self.set_height(columns, row, if plan.tall { usize::MAX } else { MOST_LINES })?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn cell(&mut self, place: u16, value: &Value, look: Look, is_total: bool) -> Result<()> {
        let format = self.style.cell(look.of(value), is_total);
        match value {
            Value::Blank => self.worksheet.write_blank(self.next_row, place, format)?,
            Value::Text(text) => {
                self.worksheet
                    .write_string_with_format(self.next_row, place, text.as_ref(), format)?
            }
            Value::Shorthand(sign) => {
                self.worksheet
                    .write_string_with_format(self.next_row, place, *sign, format)?
            }
            Value::Number(number) => {
                self.worksheet
                    .write_number_with_format(self.next_row, place, *number, format)?
            }
            Value::Date(date) => self
                .worksheet
                .write_date_with_format(self.next_row, place, date, format)?,
        };
        Ok(())
    }

    /// Without a format of its own: the column has it.
    fn plain_cell(&mut self, place: u16, value: &Value) -> Result<()> {
        match value {
            Value::Blank => return Ok(()),
            Value::Text(text) => self.worksheet.write_string(self.next_row, place, text.as_ref())?,
            Value::Shorthand(sign) => self.worksheet.write_string(self.next_row, place, *sign)?,
            Value::Number(number) => self.worksheet.write_number(self.next_row, place, *number)?,
            Value::Date(date) => self.worksheet.write_datetime(self.next_row, place, date)?,
        };
        Ok(())
    }

    /// A row is as tall as its longest text needs, up to a point. Excel would do as much on opening the file, but
    /// not every program that shows or prints a workbook does.
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

    fn colour(&mut self, columns: &[Column], placed: Placed, bars: &Bars) -> Result<()> {
        for (place, column) in (0..).zip(columns) {
            if column.look == Look::Status {
                for rule in style::status_rules() {
                    self.worksheet.add_conditional_format(
                        placed.first_row,
                        place,
                        placed.last_row,
                        place,
                        &rule,
                    )?;
                }
            }
            if column.bar {
                for (first, last) in &bars.groups {
                    self.worksheet
                        .add_conditional_format(*first, place, *last, place, &style::bar())?;
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
