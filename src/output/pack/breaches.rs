//! Where people waited too long and why: by route or stage, by recorded reason, by length of wait.

use anyhow::Result;

use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::{SHORTHAND, Value};
use super::figures;
use crate::report::{BandLine, DelayLine, Figure, Pack, RouteLine};

const NOBODY: &str = "Nobody was counted in the month.";
const BARS: &str = "A bar is as long as its figure is large, on a scale of its own for each standard.";

/// A table of the standards one after the other.
fn grouped<'a>(name: &'a str, columns: &'a [Column], when_empty: &'a str) -> Plan<'a> {
    Plan {
        grouped: true,
        ..Plan::new(name, columns, when_empty)
    }
}

/// Writes one row a standard and referral route or stage of treatment.
pub fn routes(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Routes and stages", "Performance by route or stage")?;
    sheet.line(BARS)?;
    sheet.line(SHORTHAND)?;
    let columns = [
        Column::new("Standard", 40.0, Look::Name),
        Column::new("Route or stage", 36.0, Look::Words),
        Column::new("Total", 13.0, Look::People),
        Column::new("Within", 13.0, Look::People),
        Column::new("After", 16.0, Look::People).barred(),
        Column::new("Performance", 15.0, Look::Percent),
    ];
    sheet.table(
        &grouped("Routes", &columns, NOBODY),
        pack.routes.iter().map(|line| route_row(pack, line)),
    )?;
    Ok(())
}

fn route_row<'a>(pack: &'a Pack, line: &'a RouteLine) -> Vec<Value<'a>> {
    let mut row = vec![
        figures::title(pack, &line.standard).into(),
        line.route_or_stage.as_str().into(),
    ];
    row.extend(figures::four(&line.figure));
    row
}

/// Writes the recorded reasons of each standard's breaches, the commonest first.
pub fn delay_reasons(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Delay reasons", "Why people waited too long")?;
    sheet.line(
        "Breaches by the reason recorded, the commonest first. Those without one are a row of their own.",
    )?;
    sheet.line(BARS)?;
    sheet.line(SHORTHAND)?;
    let columns = [
        Column::new("Standard", 40.0, Look::Name),
        Column::new("Reason recorded", 74.0, Look::Words),
        Column::new("Breaches", 16.0, Look::People).barred(),
        Column::new("Share of the standard's breaches", 19.0, Look::Percent),
    ];
    let plan = grouped("Delay_reasons", &columns, "There was no breach.");
    sheet.table(
        &plan,
        commonest_first(pack)
            .into_iter()
            .map(|line| delay_row(pack, line)),
    )?;
    Ok(())
}

/// Standards in their order, then counts from the top; a count kept back comes after those shown.
fn commonest_first(pack: &Pack) -> Vec<&DelayLine> {
    let place = |line: &DelayLine| {
        pack.standards
            .iter()
            .position(|standard| standard.code == line.standard)
    };
    let breaches = |line: &DelayLine| line.breaches.unwrap_or(-1.0);
    let mut lines: Vec<_> = pack.delay_reasons.iter().collect();
    lines.sort_by(|one, other| {
        let by_standard = place(one).cmp(&place(other));
        by_standard
            .then(breaches(other).total_cmp(&breaches(one)))
            .then(one.reason.cmp(&other.reason))
    });
    lines
}

fn delay_row<'a>(pack: &'a Pack, line: &'a DelayLine) -> Vec<Value<'a>> {
    let breaches = latest(pack, &line.standard).and_then(Figure::after);
    vec![
        figures::title(pack, &line.standard).into(),
        line.reason.as_str().into(),
        figures::count(line.breaches),
        figures::share(line.breaches, breaches),
    ]
}

/// Writes how many people waited how long, a row a standard and band.
pub fn bands(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Waits", "How long people waited")?;
    sheet.line(BARS)?;
    sheet.line(SHORTHAND)?;
    let columns = [
        Column::new("Standard", 40.0, Look::Name),
        Column::new("Wait", 26.0, Look::Words),
        Column::new("Within or breach", 20.0, Look::Words),
        Column::new("People", 18.0, Look::People).barred(),
        Column::new("Share of the standard's total", 18.0, Look::Percent),
    ];
    sheet.table(
        &grouped("Waits", &columns, NOBODY),
        pack.bands.iter().map(|line| band_row(pack, line)),
    )?;
    Ok(())
}

fn band_row<'a>(pack: &'a Pack, line: &'a BandLine) -> Vec<Value<'a>> {
    let total = latest(pack, &line.standard).and_then(|figure| figure.total);
    vec![
        figures::title(pack, &line.standard).into(),
        line.band.as_str().into(),
        if line.within_limit { "within" } else { "breach" }.into(),
        figures::count(line.people),
        figures::share(line.people, total),
    ]
}

fn latest<'a>(pack: &'a Pack, code: &str) -> Option<&'a Figure> {
    pack.standards
        .iter()
        .find(|standard| standard.code == code)
        .map(|standard| &standard.latest)
}
