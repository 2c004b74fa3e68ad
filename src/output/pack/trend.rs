//! An SPC chart for each standard, with its icons in words and how it was made; then the sheet that has every month with
//! its limits, what it shows and why, and the sheet of the lines that the charts draw.

use anyhow::Result;

use super::super::book::Book;
use super::super::sheet::{Sheet, VERDICT_WIDTH};
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::{SHORTHAND, Value};
use super::chart::{self, Drawn};
use super::{chart_lines, figures};
use crate::report::{Pack, StandardSummary, TrendPoint};

const CHARTS: &str = "Trend";
const DATA: &str = "Trend data";
/// Per cent at which a chart is as wide as a page.
const PRINTED: u16 = 90;

/// Writes the charts, and on the next sheets their figures.
pub fn write(book: &mut Book) -> Result<()> {
    let report = book.report;
    let standards = by_standard(&report.pack);
    let lines = chart_lines::lines(&standards);
    let rows = charts(book)?;
    data(book)?;
    let placed = chart_lines::write(book, &standards, &lines)?;
    let mut first_row = placed.first_row;
    for ((standard, points), row) in report.pack.standards.iter().zip(&standards).zip(rows) {
        if let Some(row) = row {
            book.insert_chart(
                CHARTS,
                row,
                &chart::draw(
                    standard,
                    &Drawn {
                        points,
                        lines: &lines,
                        first_row,
                    },
                ),
            )?;
        }
        first_row += points.len() as u32;
    }
    Ok(())
}

/// The points of each standard, from its oldest month.
fn by_standard(pack: &Pack) -> Vec<Vec<&TrendPoint>> {
    let of = |standard: &StandardSummary| {
        pack.trend
            .iter()
            .filter(|point| point.standard == standard.code)
            .collect()
    };
    pack.standards.iter().map(of).collect()
}

/// Writes the words of each standard and leaves room for its chart, where a month can be drawn; gives the rows of the
/// charts.
fn charts(book: &mut Book) -> Result<Vec<Option<u32>>> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(CHARTS, "Trend by standard")?;
    sheet.first_column(VERDICT_WIDTH)?;
    sheet.line(&format!(
        "Each month, its limits and what it shows are on the sheet {DATA}. A gap is a month that is kept back or has nobody to count."
    ))?;
    let mut rows = Vec::new();
    let mut pages = Vec::new();
    for standard in &pack.standards {
        if !rows.is_empty() {
            sheet.gap();
            pages.push(sheet.next_row());
        }
        sheet.section(&standard.title)?;
        sheet.line(&standard.reading)?;
        rows.push(chart_of(&mut sheet, standard)?);
    }
    sheet.print_from(&pages, PRINTED)?;
    Ok(rows)
}

fn chart_of(sheet: &mut Sheet, standard: &StandardSummary) -> Result<Option<u32>> {
    let Some(control) = &standard.control else {
        sheet.line("No chart: no month of this standard can be shown.")?;
        return Ok(None);
    };
    for (_, verdict) in control.icons.named() {
        sheet.verdict(verdict.word, &verdict.sentence)?;
    }
    sheet.gap();
    let row = sheet.leave(chart::ROWS);
    control
        .footnotes
        .iter()
        .try_for_each(|footnote| sheet.line(footnote))?;
    Ok(Some(row))
}

/// A row a standard and month: its figure, what it shows, and what it is held against.
fn data(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(DATA, "Figures behind the charts")?;
    sheet.line(SHORTHAND)?;
    sheet.line("Shows: what the month is on its chart, in the terms of Making Data Count. H and L: the signal is high or low. Rules: every rule that the month is part of, first that which it is called by.")?;
    sheet.line("An empty limit: there are too few months for limits. Process limits are as calculated and may lie beyond 0% and 100%. An empty standard, ambition or plan: none is in force.")?;
    let points: Vec<&TrendPoint> = by_standard(pack).into_iter().flatten().collect();
    let has_plan = points.iter().any(|point| point.own_plan.is_some());
    let plan = columns(has_plan);
    let plan = Plan {
        frozen_columns: 2,
        ..Plan::new("Trend", &plan, "There is no earlier month.")
    };
    sheet.table(&plan, points.iter().map(|point| row(pack, point, has_plan)))?;
    Ok(())
}

fn columns(has_plan: bool) -> Vec<Column> {
    let mut columns = vec![
        Column::new("Standard", 34.0, Look::Name),
        Column::new("Month", 11.0, Look::Month),
        Column::new("Within", 10.0, Look::People),
        Column::new("Total", 10.0, Look::People),
        Column::new("Performance", 14.0, Look::Percent),
        Column::new("Shows", 18.0, Look::Status),
        Column::new("Rules", 34.0, Look::Words),
        Column::new("Mean", 10.0, Look::Percent),
        Column::new("Lower process limit", 13.0, Look::Percent),
        Column::new("Upper process limit", 13.0, Look::Percent),
        Column::new("Operational standard", 13.0, Look::Percent),
        Column::new("Ambition for the year", 13.0, Look::Percent),
    ];
    if has_plan {
        columns.push(Column::new("Trust's own plan", 13.0, Look::Percent));
    }
    columns
}

fn row<'a>(pack: &'a Pack, point: &'a TrendPoint, has_plan: bool) -> Vec<Value<'a>> {
    let number = |value: Option<f64>| value.map_or(Value::Blank, Value::Number);
    let mut row = vec![
        figures::title(pack, &point.standard).into(),
        point.month.into(),
        figures::count(point.figure.within),
        figures::count(point.figure.total),
        figures::rate(&point.figure),
        point.control.shows.into(),
        point.control.rules.as_str().into(),
        number(point.control.mean),
        number(point.control.lower),
        number(point.control.upper),
        number(point.standard_value),
        number(point.ambition),
    ];
    if has_plan {
        row.push(number(point.own_plan));
    }
    row
}
