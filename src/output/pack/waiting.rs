//! The page of the snapshot: how many are still waiting, by site and by length of wait.

use anyhow::Result;

use super::super::board::waiting::{in_words, over};
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::text::width_of;
use super::super::value::{SHORTHAND, Value};
use super::figures::count;
use crate::report::{Waiting, WaitingRow};

pub const NAME: &str = "Waiting list";

/// Writes the page if the data set has a snapshot.
pub fn write(book: &mut Book) -> Result<()> {
    let Some(waiting) = &book.report.pack.waiting else {
        return Ok(());
    };
    let sites = &book.report.pack.words.sites;
    let mut sheet = book.sheet(NAME, &waiting.title)?;
    sheet.line(&in_words(waiting))?;
    for line in &waiting.lines {
        sheet.line(line)?;
    }
    sheet.gap();
    let mut columns = vec![Column::new(
        &waiting.row_heading,
        width_of(waiting.rows.iter().map(|row| row.name.as_str())),
        Look::Words,
    )];
    columns.extend(
        waiting
            .bands
            .iter()
            .map(|band| Column::new(&band.label, 15.0, Look::Whole).barred()),
    );
    columns.extend(
        over(waiting)
            .iter()
            .map(|(label, _)| Column::new(label, 13.0, Look::Whole)),
    );
    columns.push(Column::new("All waiting", 13.0, Look::Whole));
    columns.push(Column::new("With a decision to treat", 15.0, Look::Whole));
    let mut rows: Vec<Row> = waiting
        .rows
        .iter()
        .map(|row| cells(waiting, row, &row.name).into())
        .collect();
    let all = format!("All {sites}");
    if !rows.is_empty() {
        rows.push(Row::total(cells(waiting, &waiting.total, &all)));
    }
    let plan = Plan::new("Waiting", &columns, "Nobody is waiting.");
    sheet.table(&plan, rows.into_iter())?;
    sheet.gap();
    sheet.small_print(SHORTHAND)?;
    sheet.print_on_one_page();
    Ok(())
}

fn cells<'a>(waiting: &Waiting, row: &WaitingRow, name: &'a str) -> Vec<Value<'a>> {
    let mut cells = vec![Value::from(name)];
    cells.extend(row.bands.iter().map(|people| count(*people)));
    cells.extend((1..waiting.bands.len()).map(|band| count(row.at_least(band))));
    cells.push(count(row.all));
    cells.push(count(row.decided));
    cells
}
