//! Where people waited too long, and why: by route or stage, by recorded reason, by length of wait.

use anyhow::Result;

use super::super::board::{breaches as board, people};
use super::super::book::Book;
use super::super::sheet::Sheet;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::{SHORTHAND, Value};
use super::figures;
use crate::report::{BandLine, DelayLine, Figure, Pack, RouteLine, StandardSummary};

const NOBODY: &str = "Nobody was counted in the month.";
const BARS: &str = "A bar is as long as its figure is large, on a scale of its own for each standard.";

/// Explains the bars and the signs, after the figures.
fn explained(sheet: &mut Sheet) -> Result<()> {
    sheet.gap();
    sheet.small_print(BARS)?;
    sheet.small_print(SHORTHAND)
}

/// The page of a standard, and the rows of its charts.
pub struct Page {
    pub sheet: String,
    pub histogram: Option<u32>,
    pub reasons: Option<u32>,
}

/// The number of rows that a chart covers.
const CHART_ROWS: u32 = 16;

/// Writes the page about how long people waited and why they waited too long; its charts are added later.
pub fn page(book: &mut Book, standard: &StandardSummary) -> Result<Page> {
    let pack = &book.report.pack;
    let name = super::sheet_name("Breaches", &standard.code);
    let mut sheet = book.sheet(&name, &format!("{}: how long, and why too long", standard.title))?;
    sheet.gap();
    sheet.line(&waits_in_words(standard))?;
    sheet.gap();
    let has_bars = !board::histogram(pack, &standard.code).is_empty();
    let histogram = has_bars.then(|| sheet.leave(CHART_ROWS));
    let has_reasons = board::reasons(pack, &standard.code)
        .iter()
        .any(|reason| reason.breaches.is_some());
    sheet.gap();
    sheet.line(&reasons_in_words(pack, standard))?;
    sheet.gap();
    let reasons = has_reasons.then(|| sheet.leave(CHART_ROWS));
    sheet.print_on_one_page();
    Ok(Page {
        sheet: name,
        histogram,
        reasons,
    })
}

/// `The median wait was 44.5 days, the 85th percentile 82.3 (PERCENTILE.INC, a shared patient once); the
/// longest wait was 150 days.`
pub fn waits_in_words(standard: &StandardSummary) -> String {
    let limit = standard.limit_days.unwrap_or_default();
    match (standard.median, standard.percentile_85, standard.longest) {
        (Some(median), Some(most), Some(longest)) => format!(
            "The median wait was {} days, the 85th percentile {} (PERCENTILE.INC, a shared patient once); the \
             longest wait was {longest} days. The limit is {limit} days.",
            tenths(median),
            tenths(most),
        ),
        _ if standard.latest.total == Some(0.0) => "Nobody was counted in the month.".to_string(),
        _ => "How long people waited is suppressed: too few were counted.".to_string(),
    }
}

/// To one decimal place, which a whole number does not have.
fn tenths(days: f64) -> f64 {
    (days * 10.0).round() / 10.0
}

/// The commonest recorded reason, and the number of breaches without one.
pub fn reasons_in_words(pack: &Pack, standard: &StandardSummary) -> String {
    let reasons = board::reasons(pack, &standard.code);
    if reasons.is_empty() {
        return "There was no breach.".to_string();
    }
    let first = reasons
        .first()
        .and_then(|reason| Some((reason.reason, reason.breaches?)));
    match (first, standard.latest.after()) {
        (Some((reason, breaches)), Some(after)) => format!(
            "Of {} breaches, the commonest recorded reason is \u{201c}{reason}\u{201d}: {}.",
            people(after),
            people(breaches)
        ),
        _ => "The reasons are suppressed: each has too few breaches.".to_string(),
    }
}

/// A table that lists the standards one after the other.
fn grouped<'a>(name: &'a str, columns: &'a [Column], when_empty: &'a str) -> Plan<'a> {
    Plan {
        grouped: true,
        ..Plan::new(name, columns, when_empty)
    }
}

/// Writes one row for each standard and referral route or stage of treatment.
pub fn routes(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Routes and stages", "Performance by route or stage")?;
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
    explained(&mut sheet)
}

fn route_row<'a>(pack: &'a Pack, line: &'a RouteLine) -> Vec<Value<'a>> {
    let mut row = vec![
        figures::title(pack, &line.standard).into(),
        line.route_or_stage.as_str().into(),
    ];
    row.extend(figures::four(&line.figure));
    row
}

/// Writes the recorded reasons of each standard's breaches, commonest first.
pub fn delay_reasons(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Delay reasons", "Why people waited too long")?;
    sheet.line(
        "Breaches by recorded reason, commonest first. Breaches without a reason have their own row.",
    )?;
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
    explained(&mut sheet)
}

/// Standards in their order, then reasons by count, largest first; suppressed counts come last.
fn commonest_first(pack: &Pack) -> Vec<&DelayLine> {
    let order = |line: &DelayLine| {
        pack.standards
            .iter()
            .position(|standard| standard.code == line.standard)
    };
    let breaches = |line: &DelayLine| line.breaches.unwrap_or(-1.0);
    let mut lines: Vec<_> = pack.delay_reasons.iter().collect();
    lines.sort_by(|one, other| {
        let by_standard = order(one).cmp(&order(other));
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

/// Writes how many people waited how long: one row for each standard and band.
pub fn bands(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Waits", "How long people waited")?;
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
    explained(&mut sheet)
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
