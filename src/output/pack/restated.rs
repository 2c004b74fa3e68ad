//! The page of restatements: months whose figures differ from those of the last run.

use anyhow::Result;

use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::{SHORTHAND, Value};
use super::figures;
use crate::report::Pack;
use crate::report::restated::RestatedLine;

pub const NAME: &str = "Restatements";
pub const TITLE: &str = "Earlier months with other figures now";
pub const WHY: &str = "A month changes when its records are added, corrected or removed after it was reported, or when a rule \
     changes. The national figures change only when the month is submitted again.";

pub const HIDDEN: &str =
    "An earlier figure is [c] where it, or its difference from the figure now, is fewer than five people.";

/// Writes the page.
pub fn write(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet(NAME, TITLE)?;
    sheet.line(&report.restated.words)?;
    sheet.gap();
    let columns = [
        Column::new("Standard", 34.0, Look::Name),
        Column::new("Month", 12.0, Look::Month),
        Column::new("Within, then", 12.0, Look::People),
        Column::new("Total, then", 12.0, Look::People),
        Column::new("Performance, then", 15.0, Look::Percent),
        Column::new("Within, now", 12.0, Look::People),
        Column::new("Total, now", 12.0, Look::People),
        Column::new("Performance, now", 15.0, Look::Percent),
        Column::new("Change, points", 12.0, Look::Signed),
    ];
    let rows = report.restated.lines.iter().map(|line| row(&report.pack, line));
    sheet.table(&Plan::new("Restatements", &columns, "No figure to show."), rows)?;
    sheet.gap();
    sheet.small_print(WHY)?;
    if report.restated.hides_any() {
        sheet.small_print(HIDDEN)?;
    }
    sheet.small_print(SHORTHAND)?;
    sheet.print_on_one_page();
    Ok(())
}

fn row<'a>(pack: &'a Pack, line: &'a RestatedLine) -> Vec<Value<'a>> {
    vec![
        figures::title(pack, &line.standard).into(),
        line.month.into(),
        figures::count(line.then.within),
        figures::count(line.then.total),
        figures::rate(&line.then),
        figures::count(line.now.within),
        figures::count(line.now.total),
        figures::rate(&line.now),
        figures::change(&line.now, Some(&line.then)),
    ]
}
