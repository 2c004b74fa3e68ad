//! The page of a standard's sites month by month: a percentage a cell, with a sign and a colour for how far it is from the
//! standard, and the people of the latest month.

use anyhow::Result;

use super::super::board::heat::{Heat, last_months, legend};
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::text::width_of;
use super::super::value::{NOT_APPLICABLE, SHORTHAND, Value};
use super::{figures, sheet_name};
use crate::report::{Figure, StandardSummary, TrendPoint};

/// Writes the page of a standard.
pub fn write(book: &mut Book, standard: &StandardSummary) -> Result<()> {
    let pack = &book.report.pack;
    let sites: Vec<_> = pack
        .site_trends
        .iter()
        .filter(|site| site.standard == standard.code)
        .collect();
    let Some(first) = sites.first() else { return Ok(()) };
    let months = last_months(first);
    let name = sheet_name("Months", &standard.code);
    let title = format!("{}: {} by month", standard.title, pack.words.sites);
    let mut sheet = book.sheet(&name, &title)?;
    sheet.line(&legend(pack.minimum_people))?;
    sheet.gap();
    let mut columns = vec![Column::new(
        &pack.words.site,
        width_of(sites.iter().map(|site| site.site.as_str())),
        Look::Words,
    )];
    columns.extend(
        months
            .iter()
            .map(|point| Column::new(&point.month.format("%b %y").to_string(), 8.8, Look::Share)),
    );
    columns.push(Column::new("Within, latest", 10.0, Look::People));
    columns.push(Column::new("Total, latest", 10.0, Look::People));
    let minimum = pack.minimum_people;
    let row = |name: &str, points: &[&TrendPoint]| {
        let mut cells = vec![Value::from(name.to_string())];
        cells.extend(points.iter().map(|point| rate(&point.figure)));
        let latest = points.last().map(|point| point.figure);
        cells.push(latest.map_or(NOT_APPLICABLE, |figure| figures::count(figure.within)));
        cells.push(latest.map_or(NOT_APPLICABLE, |figure| figures::count(figure.total)));
        let looks = points.iter().map(|point| look(Heat::of(point, minimum)));
        (
            cells,
            [None].into_iter().chain(looks).collect::<Vec<Option<Look>>>(),
        )
    };
    let mut rows: Vec<Row> = Vec::new();
    for site in &sites {
        let points: Vec<&TrendPoint> = last_months(site).iter().collect();
        if points.iter().all(|point| point.figure.total == Some(0.0)) {
            continue;
        }
        let (cells, looks) = row(&site.site, &points);
        rows.push(Row::from(cells).looking(looks));
    }
    let whole: Vec<&TrendPoint> = super::super::board::trend_of(pack, &standard.code);
    let (cells, looks) = row(
        &format!("All {}", pack.words.sites),
        &whole[whole.len().saturating_sub(months.len())..],
    );
    rows.push(Row::total(cells).looking(looks));
    let table = format!("Months_{}", super::table_name(&standard.code));
    let plan = Plan {
        frozen_columns: 1,
        ..Plan::new(&table, &columns, "")
    };
    sheet.table(&plan, rows.into_iter())?;
    sheet.gap();
    sheet.small_print(&format!(
        "Percentages within {} days. {SHORTHAND}",
        standard.limit_days
    ))?;
    sheet.print_on_one_page();
    Ok(())
}

fn rate(figure: &Figure) -> Value<'static> {
    figures::rate(figure)
}

fn look(heat: Heat) -> Option<Look> {
    match heat {
        Heat::Met => Some(Look::HeatMet),
        Heat::Below => Some(Look::HeatBelow),
        Heat::FarBelow => Some(Look::HeatFar),
        Heat::Plain => None,
    }
}
