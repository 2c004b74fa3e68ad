//! The page of a standard's sites month by month: one percentage a cell, with a sign and a colour for its
//! distance from the standard, and the people of the latest month.

use anyhow::Result;

use super::super::board::heat::{Heat, last_months, legend};
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::text::width_of;
use super::super::value::{NOT_APPLICABLE, SHORTHAND, Value};
use super::{figures, sheet_name};
use crate::report::{Pack, SiteTrend, StandardSummary, TrendPoint};

/// The most that a name of a site takes of the page, in digits: a longer one wraps, so that the months can be
/// read.
const WIDEST_SITE: f64 = 34.0;

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
    let columns = columns(pack, &sites, months);
    let rows = rows(pack, standard, &sites, months.len());
    let table = format!("Months_{}", super::table_name(&standard.code));
    let plan = Plan {
        frozen_columns: 1,
        ..Plan::new(&table, &columns, "")
    };
    sheet.table(&plan, rows.into_iter())?;
    sheet.gap();
    sheet.small_print(&format!("Percentages {}. {SHORTHAND}", standard.reached))?;
    sheet.print_on_one_page();
    Ok(())
}

/// The site, a column a month, and the people of the latest month.
fn columns(pack: &Pack, sites: &[&SiteTrend], months: &[TrendPoint]) -> Vec<Column> {
    let width = width_of(sites.iter().map(|site| site.site.as_str())).min(WIDEST_SITE);
    let mut columns = vec![Column::new(&pack.words.site, width, Look::Words)];
    columns.extend(
        months
            .iter()
            .map(|point| Column::new(&point.month.format("%b %y").to_string(), 8.4, Look::Share)),
    );
    columns.push(Column::new("Within, latest", 9.5, Look::People));
    columns.push(Column::new("Total, latest", 9.5, Look::People));
    columns
}

/// A row a site that had people in these months, then all sites.
fn rows(pack: &Pack, standard: &StandardSummary, sites: &[&SiteTrend], months: usize) -> Vec<Row<'static>> {
    let minimum = pack.minimum_people;
    let mut rows: Vec<Row> = Vec::new();
    for site in sites {
        let points: Vec<&TrendPoint> = last_months(site).iter().collect();
        if points.iter().any(|point| point.figure.total != Some(0.0)) {
            rows.push(Row::from(cells(&site.site, &points)).looking(looks(&points, minimum)));
        }
    }
    let whole: Vec<&TrendPoint> = super::super::board::trend_of(pack, &standard.code);
    let whole = &whole[whole.len().saturating_sub(months)..];
    let name = format!("All {}", pack.words.sites);
    rows.push(Row::total(cells(&name, whole)).looking(looks(whole, minimum)));
    rows
}

fn cells(name: &str, points: &[&TrendPoint]) -> Vec<Value<'static>> {
    let mut cells = vec![Value::from(name.to_string())];
    cells.extend(points.iter().map(|point| figures::rate(&point.figure)));
    let latest = points.last().map(|point| point.figure);
    cells.push(latest.map_or(NOT_APPLICABLE, |figure| figures::count(figure.within)));
    cells.push(latest.map_or(NOT_APPLICABLE, |figure| figures::count(figure.total)));
    cells
}

/// The colours of a row: none for its name.
fn looks(points: &[&TrendPoint], minimum: u32) -> Vec<Option<Look>> {
    let colours = points.iter().map(|point| look(Heat::of(point, minimum)));
    [None].into_iter().chain(colours).collect()
}

fn look(heat: Heat) -> Option<Look> {
    match heat {
        Heat::Met => Some(Look::HeatMet),
        Heat::Below => Some(Look::HeatBelow),
        Heat::FarBelow => Some(Look::HeatFar),
        Heat::Plain => None,
    }
}
