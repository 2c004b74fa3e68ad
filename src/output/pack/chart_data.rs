//! The data sheets of the bar charts and the funnel, at the end of the pack: only what is drawn. A suppressed
//! figure is an empty cell here, because a chart would draw a sign as 0.

use anyhow::Result;

use super::super::board::waterfall::{Step, steps};
use super::super::board::{breaches, signed, waterfall as board_waterfall};
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::Value;
use super::bars::{self, Rows};
use super::breaches::Page;
use crate::report::{Benchmark, StandardSummary};

const WATERFALL: &str = "Waterfall data";
const WAITED: &str = "Days waited data";
const REASONS: &str = "Reasons data";
const FUNNEL: &str = "Funnel data";
/// The most reasons that a chart shows.
const MOST_REASONS: usize = 9;
/// The most characters of a reason next to its bar.
const REASON_LENGTH: usize = 58;
/// The most characters of a site under its step.
const STEP_LENGTH: usize = 26;

/// A chart to draw: its sheet and its first row.
pub struct Spot<'a> {
    pub standard: &'a StandardSummary,
    pub sheet: String,
    pub row: u32,
    /// Width in pixels.
    pub width: u32,
}

fn number(value: f64) -> Value<'static> {
    Value::Number(value)
}

/// The rows written for each chart, in the order of the charts.
fn rows_of(counts: &[usize], first_row: u32) -> Vec<Rows> {
    let mut first = first_row;
    let rows = |count: &usize| {
        let rows = Rows {
            first,
            last: first + (*count as u32).max(1) - 1,
        };
        first += *count as u32;
        rows
    };
    counts.iter().map(rows).collect()
}

/// Writes the steps of every waterfall, and draws the waterfalls.
pub fn waterfalls(book: &mut Book, spots: &[Spot]) -> Result<()> {
    let pack = &book.report.pack;
    let all: Vec<Vec<Step>> = spots.iter().map(|spot| steps(pack, spot.standard)).collect();
    let mut sheet = book.sheet(WATERFALL, "Steps of the waterfalls")?;
    sheet.for_screen()?;
    sheet.line(
        "Base is not drawn: it is the height at which each step starts. A level is drawn from nothing, a \
         rise or fall from where the step before it ended.",
    )?;
    let columns = [
        Column::new("Standard", 38.0, Look::Name),
        Column::new("Step", 40.0, Look::Words),
        Column::new("Base", 12.0, Look::Tenth),
        Column::new("Level", 12.0, Look::Tenth),
        Column::new("Rise", 12.0, Look::Tenth),
        Column::new("Fall", 12.0, Look::Tenth),
    ];
    let row = |standard: &StandardSummary, step: &Step| -> Vec<Value<'static>> {
        let change = step.to - step.from;
        let part = |is: bool, value: f64| if is { number(value) } else { Value::Blank };
        vec![
            Value::from(standard.title.clone()),
            Value::from(shortened(&step.name, STEP_LENGTH)),
            part(!step.is_level, step.from.min(step.to)),
            part(step.is_level, step.to),
            part(!step.is_level && change > 0.0, change),
            part(!step.is_level && change <= 0.0, -change),
        ]
    };
    let table: Vec<Vec<Value>> = spots
        .iter()
        .zip(&all)
        .flat_map(|(spot, steps)| steps.iter().map(move |step| row(spot.standard, step)))
        .collect();
    let plan = Plan::new("Waterfall", &columns, "There is no month before to compare with.");
    let table_rows = sheet.table(&plan, table.into_iter())?;
    let counts: Vec<usize> = all.iter().map(Vec::len).collect();
    for ((spot, steps), rows) in spots.iter().zip(&all).zip(rows_of(&counts, table_rows.first_row)) {
        let title = format!(
            "What changed since last month, by {}",
            pack.words.site.to_lowercase()
        );
        let chart = bars::waterfall(
            WATERFALL,
            rows,
            board_waterfall::axis(steps),
            spot.width,
            &title,
            &in_words(spot.standard, steps),
        );
        book.insert_chart(&spot.sheet, spot.row, 0, &chart)?;
    }
    Ok(())
}

/// `Waterfall: from 72.6 to 66.7 per cent; Lung −3.1, …`
pub fn in_words(standard: &StandardSummary, steps: &[Step]) -> String {
    let ends = steps.first().zip(steps.last());
    let (before, now) = ends.map_or((0.0, 0.0), |(first, last)| (first.to, last.to));
    let parts: Vec<String> = steps
        .iter()
        .filter(|step| !step.is_level)
        .map(|step| format!("{} {}", step.name, signed(step.to - step.from)))
        .collect();
    format!(
        "Waterfall of the {}: from {before:.1} to {now:.1} per cent. In points: {}.",
        standard.title,
        parts.join(", ")
    )
}

/// Writes the days waited and the reasons of every page of breaches, and draws the charts.
pub fn breaches(book: &mut Book, pages: &[(&StandardSummary, Page)]) -> Result<()> {
    days_waited(book, pages)?;
    reasons(book, pages)
}

fn days_waited(book: &mut Book, pages: &[(&StandardSummary, Page)]) -> Result<()> {
    let pack = &book.report.pack;
    let all: Vec<Vec<breaches::Bar>> = pages
        .iter()
        .map(|(standard, _)| breaches::histogram(pack, &standard.code))
        .collect();
    let mut sheet = book.sheet(WAITED, "People by days waited")?;
    sheet.for_screen()?;
    sheet.line(
        "One bar ends with the last day within the standard, so no bar has both kinds. An empty cell: none \
         of that kind, or suppressed.",
    )?;
    let columns = [
        Column::new("Standard", 38.0, Look::Name),
        Column::new("Days", 22.0, Look::Code),
        Column::new("Within the standard", 16.0, Look::People),
        Column::new("Breach", 16.0, Look::People),
    ];
    let row = |standard: &StandardSummary, bar: &breaches::Bar| -> Vec<Value<'static>> {
        let part = |is: bool| bar.people.filter(|_| is).map_or(Value::Blank, number);
        vec![
            Value::from(standard.title.clone()),
            Value::from(bar.label.clone()),
            part(bar.within_limit),
            part(!bar.within_limit),
        ]
    };
    let table: Vec<Vec<Value>> = pages
        .iter()
        .zip(&all)
        .flat_map(|((standard, _), bars)| bars.iter().map(move |bar| row(standard, bar)))
        .collect();
    let table_rows = sheet.table(
        &Plan::new("Days_waited", &columns, "Nobody was counted."),
        table.into_iter(),
    )?;
    let counts: Vec<usize> = all.iter().map(Vec::len).collect();
    for ((standard, page), rows) in pages.iter().zip(rows_of(&counts, table_rows.first_row)) {
        if let Some(row) = page.histogram {
            let words = format!("Histogram: {}", super::breaches::waits_in_words(standard));
            let title = format!("People by days waited: solid {}, striped after", standard.reached);
            book.insert_chart(
                &page.sheet,
                row,
                0,
                &bars::histogram(WAITED, rows, &title, &words),
            )?;
        }
    }
    Ok(())
}

fn reasons(book: &mut Book, pages: &[(&StandardSummary, Page)]) -> Result<()> {
    let pack = &book.report.pack;
    let mut table: Vec<Vec<Value>> = Vec::new();
    let mut counts = Vec::new();
    for (standard, _) in pages {
        let shown: Vec<_> = breaches::reasons(pack, &standard.code)
            .into_iter()
            .filter(|reason| reason.breaches.is_some())
            .take(MOST_REASONS)
            .collect();
        counts.push(shown.len());
        table.extend(shown.iter().map(|reason| {
            vec![
                Value::from(standard.title.clone()),
                Value::from(short(reason.reason)),
                reason.breaches.map_or(Value::Blank, number),
                reason.running.map_or(Value::Blank, number),
            ]
        }));
    }
    let mut sheet = book.sheet(REASONS, "Reasons of breaches that are charted")?;
    sheet.for_screen()?;
    sheet.line(
        "The commonest first. Running share: the share of all breaches with this reason or one before it.",
    )?;
    let columns = [
        Column::new("Standard", 38.0, Look::Name),
        Column::new("Reason", 62.0, Look::Words),
        Column::new("Breaches", 12.0, Look::People),
        Column::new("Running share", 12.0, Look::Percent),
    ];
    let table_rows = sheet.table(
        &Plan::new("Reasons", &columns, "There is no reason to chart."),
        table.into_iter(),
    )?;
    for ((standard, page), rows) in pages.iter().zip(rows_of(&counts, table_rows.first_row)) {
        if let Some(row) = page.reasons {
            let words = format!("Bars: {}", super::breaches::reasons_in_words(pack, standard));
            let chart = bars::reasons(REASONS, rows, "Breaches by recorded reason", &words);
            book.insert_chart(&page.sheet, row, 0, &chart)?;
        }
    }
    Ok(())
}

/// A reason without its text in brackets, short enough for the edge of a chart.
pub fn short(reason: &str) -> String {
    let plain = reason.split(" (").next().unwrap_or(reason);
    shortened(plain, REASON_LENGTH)
}

/// The text, cut to this many characters, with an ellipsis if it was cut.
pub fn shortened(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((end, _)) => format!("{}\u{2026}", text[..end].trim_end()),
        None => text.to_string(),
    }
}

/// Writes the providers and the limits of every funnel, and draws them at these rows of the named sheet.
pub fn funnels(book: &mut Book, sheet_of_charts: &str, rows: &[u32]) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(FUNNEL, "Providers and limits of the funnels")?;
    sheet.for_screen()?;
    sheet.line(
        "Published figures of NHS England: one row for each provider, then the limits by number of people, \
         then this trust.",
    )?;
    let columns = [
        Column::new("Standard", 12.0, Look::Code),
        Column::new("People", 12.0, Look::People),
        Column::new("Performance", 14.0, Look::Percent),
        Column::new("95% lower", 12.0, Look::Percent),
        Column::new("95% upper", 12.0, Look::Percent),
        Column::new("99.8% lower", 12.0, Look::Percent),
        Column::new("99.8% upper", 12.0, Look::Percent),
    ];
    let mut table: Vec<Vec<Value>> = Vec::new();
    let mut counts = Vec::new();
    for benchmark in &pack.benchmarks {
        table.extend(funnel_rows(benchmark));
        counts.extend([benchmark.peers.len(), benchmark.funnel.len(), 1]);
    }
    let table_rows = sheet.table(&Plan::new("Funnel", &columns, "No provider."), table.into_iter())?;
    let parts = rows_of(&counts, table_rows.first_row);
    for ((benchmark, row), parts) in pack.benchmarks.iter().zip(rows).zip(parts.chunks(3)) {
        let [peers, limits, ours] = parts else { continue };
        let standing = &benchmark.standing;
        let chart = bars::funnel(
            FUNNEL,
            *peers,
            *limits,
            *ours,
            (standing.england_rate, lowest(benchmark)),
            &format!("{}: all providers, {}", standing.standard, standing.period),
            &super::benchmark::in_words(benchmark),
        );
        book.insert_chart(sheet_of_charts, *row, 0, &chart)?;
    }
    Ok(())
}

/// The whole ten per cent below the lowest provider.
pub fn lowest(benchmark: &Benchmark) -> f64 {
    let rates = benchmark.peers.iter().map(|peer| peer.rate);
    (rates.fold(benchmark.standing.rate, f64::min) * 10.0).floor() / 10.0
}

fn funnel_rows(benchmark: &Benchmark) -> Vec<Vec<Value<'static>>> {
    let name = || Value::from(benchmark.standing.standard.clone());
    let point = |people: f64, rate: f64| {
        let blanks = [Value::Blank, Value::Blank, Value::Blank, Value::Blank];
        [name(), number(people), number(rate)]
            .into_iter()
            .chain(blanks)
            .collect()
    };
    let peers = benchmark.peers.iter().map(|peer| point(peer.people, peer.rate));
    let limits = benchmark.funnel.iter().map(|at| {
        vec![
            name(),
            number(at.people),
            Value::Blank,
            number(at.lower_95),
            number(at.upper_95),
            number(at.lower_998),
            number(at.upper_998),
        ]
    });
    let ours = [point(benchmark.standing.denominator, benchmark.standing.rate)];
    peers.chain(limits).chain(ours).collect()
}
