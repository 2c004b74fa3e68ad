//! The board pack: the standards, their trend, where and why people waited too long, who is still waiting,
//! and who is not counted. Pages to read come first and print in order; chart data, files and hashes come
//! last. It holds sums only. Small numbers are already suppressed: a `None` is in no cell and no chart.

mod bars;
pub mod benchmark;
pub mod breaches;
mod chart;
pub mod chart_data;
mod chart_lines;
mod figures;
mod matrix;
mod months;
pub mod narrative;
pub mod restated;
mod sites;
mod standards;
pub mod summary;
mod tables;
mod trend;
mod waiting;

pub use benchmark::in_words as benchmark_words;
pub use breaches::{reasons_in_words, waits_in_words};
pub use chart::{alt_text as chart_words, axis as chart_axis};
pub use chart_data::{in_words as waterfall_words, lowest, short, shortened};
pub use sites::no_part;
pub use summary::{sentences as summary_sentences, small_print};

use std::path::Path;

use anyhow::Result;

use super::book::Book;
use super::cover::{self, Cover};
use super::style::Look;
use super::table::{Column, Plan};
pub use super::value::SHORTHAND;
use super::value::Value;
use crate::pack::left_out;
use crate::report::chosen::Page;
use crate::report::{LeftOutLine, Pack, Report};

/// Explains the column of records left out for their data.
const FOR_DATA: &str = "For data quality: a check found a fault that may be the reason. Once corrected, a record is within, a \
     breach, or not under the standard.";
const ABOUT: &str = "About";

/// Writes the pack to `path`.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    let title = format!("{} board pack", report.pack.words.subject);
    let mut book = Book::new(path, report, &title, &report.small_numbers.statement)?;
    let shows = |page| report.pages.show(page);
    let tiles = summary::write(&mut book)?;
    if shows(Page::Matrix) {
        matrix::write(&mut book)?;
    }
    let mut charts = Vec::new();
    let mut waterfalls = Vec::new();
    let mut breaches = Vec::new();
    for standard in &report.pack.standards {
        if shows(Page::Charts) {
            charts.extend(trend::page(&mut book, standard)?);
        }
        if shows(Page::Sites) {
            waterfalls.extend(sites::write(&mut book, standard)?);
        }
        if shows(Page::Months) {
            months::write(&mut book, standard)?;
        }
        if shows(Page::SiteCharts) {
            charts.extend(trend::site_page(&mut book, standard)?);
        }
        if shows(Page::Waits) && standard.limit_days.is_some() {
            breaches.push((standard, breaches::page(&mut book, standard)?));
        }
    }
    let funnels = of_the_trust(&mut book)?;
    notes(&mut book)?;
    standards::write(&mut book)?;
    standards::targets(&mut book)?;
    matrix::one_by_one(&mut book)?;
    breaches::routes(&mut book)?;
    let has_waits = !breaches.is_empty();
    if has_waits {
        breaches::delay_reasons(&mut book)?;
        breaches::bands(&mut book)?;
    }
    left_out(&mut book)?;
    trend::draw(&mut book, &charts)?;
    summary::draw(&mut book, &tiles)?;
    chart_data::waterfalls(&mut book, &waterfalls)?;
    if has_waits {
        chart_data::breaches(&mut book, &breaches)?;
    }
    benchmark::draw(&mut book, &funnels)?;
    about(&mut book)?;
    book.save(path)
}

/// The pages about the trust as a whole; returns the charts of the benchmark, which are drawn later.
fn of_the_trust(book: &mut Book) -> Result<Vec<u32>> {
    let report = book.report;
    let shows = |page| report.pages.show(page);
    if shows(Page::Waiting) {
        waiting::write(book)?;
    }
    if shows(Page::Steps) {
        tables::write(book)?;
    }
    let funnels = match shows(Page::Benchmark) {
        true => benchmark::write(book)?,
        false => Vec::new(),
    };
    if shows(Page::Quality) {
        tables::quality(book)?;
    }
    if shows(Page::Actions) && !report.pack.narrative.actions.is_empty() {
        narrative::actions(book)?;
    }
    if shows(Page::Restatements) {
        restated::write(book)?;
    }
    Ok(funnels)
}

/// The last sheet: what the workbook is, the other sheets, and what it was made from.
fn about(book: &mut Book) -> Result<()> {
    let small_numbers = &book.report.small_numbers;
    let facts = vec![(
        "Small numbers",
        format!("{}: {}", small_numbers.preset, small_numbers.statement).into(),
    )];
    let contents = book.contents();
    cover::write_last(
        book,
        ABOUT,
        &Cover {
            facts,
            contents,
            guidance: &[],
        },
    )
}

/// The name of a sheet, such as `Trend 62D`: without characters that Excel refuses, and at most 31
/// characters.
pub fn sheet_name(kind: &str, code: &str) -> String {
    let code: String = code
        .chars()
        .map(|letter| if "[]:*?/\\'".contains(letter) { '-' } else { letter })
        .collect();
    format!("{kind} {code}").chars().take(31).collect()
}

/// The code as part of the name of a table.
pub fn table_name(code: &str) -> String {
    code.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
}

fn left_out(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Left out", "Records not counted")?;
    for standard in &pack.standards {
        sheet.line(&left_out::in_words(standard))?;
    }
    sheet.gap();
    let columns = [
        Column::new("Standard", 38.0, Look::Name),
        Column::new("Reason", 28.0, Look::Words),
        Column::new("What it means", 76.0, Look::Words),
        Column::new("Records", 12.0, Look::Whole),
        Column::new("For data quality", 12.0, Look::Whole),
    ];
    let plan = Plan::new(
        "Left_out",
        &columns,
        "Every record with a line for a standard was counted.",
    );
    sheet.table(&plan, pack.left_out.iter().map(|line| left_out_row(pack, line)))?;
    sheet.gap();
    sheet.small_print(
        "Records whose line for the standard is in none of its figures. Counts are records, not people.",
    )?;
    sheet.small_print(FOR_DATA)?;
    sheet.small_print(SHORTHAND)
}

fn left_out_row<'a>(pack: &'a Pack, line: &'a LeftOutLine) -> Vec<Value<'a>> {
    let standard = figures::title(pack, &line.standard);
    vec![
        standard.into(),
        line.reason.as_str().into(),
        line.meaning.as_str().into(),
        figures::count(line.records.map(|records| records as f64)),
        figures::count(line.for_data.map(|records| records as f64)),
    ]
}

fn notes(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Notes", "Notes")?;
    let columns = [
        Column::new("Note", 8.0, Look::RowNumber),
        Column::new("What it says", 120.0, Look::Words),
    ];
    let rows = pack
        .notes
        .iter()
        .enumerate()
        .map(|(index, note)| vec![Value::from(index + 1), note.as_str().into()]);
    sheet.table(&Plan::new("Notes", &columns, "There are no notes."), rows)?;
    Ok(())
}
