//! A line chart for each standard, and the sheet of figures that the charts draw.

use anyhow::Result;

use super::super::book::Book;
use super::super::sheet::Placed;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::{SHORTHAND, Value};
use super::chart::{self, Lines};
use super::figures;
use crate::report::{Pack, TrendPoint};

const CHARTS: &str = "Trend";
const DATA: &str = "Trend data";

/// Writes the charts, and on the next sheet their figures.
pub fn write(book: &mut Book) -> Result<()> {
    let report = book.report;
    let points = in_order(&report.pack);
    let rows = readings(book)?;
    let placed = data(book, &points)?;
    for (standard, row) in report.pack.standards.iter().zip(rows) {
        if let Some(row) = row {
            let lines = lines(&points, &standard.code, placed);
            book.insert_chart(CHARTS, row, &chart::draw(standard, &lines))?;
        }
    }
    Ok(())
}

/// One standard after the other, each from its oldest month, so that a chart can draw adjoining rows.
fn in_order(pack: &Pack) -> Vec<&TrendPoint> {
    pack.standards.iter().flat_map(|standard| pack.trend.iter().filter(|point| point.standard == standard.code)).collect()
}

/// Writes a sentence for each standard and leaves room for its chart, where a month can be drawn; gives the rows
/// of the charts.
fn readings(book: &mut Book) -> Result<Vec<Option<u32>>> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(CHARTS, "Trend by standard")?;
    sheet.line(&format!("The figures are on the sheet {DATA}. A gap in a line is a month that is kept back or has nobody to count."))?;
    let mut rows = Vec::new();
    for standard in &pack.standards {
        sheet.gap();
        sheet.line(&standard.reading)?;
        let of_standard = pack.trend.iter().filter(|point| point.standard == standard.code);
        if of_standard.filter_map(|point| point.figure.rate()).next().is_some() {
            rows.push(Some(sheet.leave(chart::ROWS)));
        } else {
            rows.push(None);
            sheet.line("No chart: no month of this standard can be shown.")?;
        }
    }
    sheet.print_on_one_page();
    Ok(rows)
}

/// A month without a rate has an empty cell there: a chart would draw a sign as nothing per cent.
fn data(book: &mut Book, points: &[&TrendPoint]) -> Result<Placed> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(DATA, "Figures behind the charts")?;
    sheet.line(SHORTHAND)?;
    sheet.line("An empty rate is a month that is kept back or has nobody to count; an empty standard or ambition is not in force.")?;
    let mut columns = vec![
        Column::new("Standard", 40.0, Look::Name),
        Column::new("Month", 14.0, Look::Month),
        Column::new("Within", 13.0, Look::People),
        Column::new("Total", 13.0, Look::People),
        Column::new("Performance", 15.0, Look::Percent),
        Column::new("Operational standard", 15.0, Look::Percent),
        Column::new("Ambition or plan", 15.0, Look::Percent),
    ];
    let has_plan = points.iter().any(|point| point.own_plan.is_some());
    if has_plan {
        columns.push(Column::new("Trust's own plan", 15.0, Look::Percent));
    }
    let plan = Plan { frozen_columns: 2, ..Plan::new("Trend", &columns, "There is no earlier month.") };
    sheet.table(&plan, points.iter().map(|point| point_row(pack, point, has_plan)))
}

fn point_row<'a>(pack: &'a Pack, point: &'a TrendPoint, has_plan: bool) -> Vec<Value<'a>> {
    let number = |value: Option<f64>| value.map_or(Value::Blank, Value::Number);
    let mut row = vec![
        figures::title(pack, &point.standard).into(),
        point.month.into(),
        figures::count(point.figure.within),
        figures::count(point.figure.total),
        number(point.figure.rate()),
        number(point.standard_value),
        number(point.ambition),
    ];
    if has_plan {
        row.push(number(point.own_plan));
    }
    row
}

/// What a chart draws: the points of one standard and the rows that they are in.
fn lines<'a>(points: &[&'a TrendPoint], code: &str, placed: Placed) -> Lines<'a> {
    let before = points.iter().take_while(|point| point.standard != code).count() as u32;
    let points: Vec<_> = points.iter().copied().filter(|point| point.standard == code).collect();
    let first_row = placed.first_row + before;
    Lines { sheet: DATA, first_row, last_row: first_row + points.len() as u32 - 1, points }
}
