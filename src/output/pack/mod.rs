//! The board pack: the three standards, their trend, where and why people waited too long, and who is not counted.
//! Sums only. Small numbers were suppressed before they came here, and what is `None` is in no cell and no chart.

mod breaches;
mod chart;
mod chart_lines;
mod figures;
mod sites;
mod summary;
mod trend;

use std::path::Path;

use anyhow::Result;

use super::book::Book;
use super::cover::{self, Cover};
use super::style::Look;
use super::table::{Column, Plan};
use super::value::Value;
use crate::pack::left_out;
use crate::report::{LeftOutLine, Pack, Report};

/// How many of the records, and what that leaves open.
const FOR_DATA: &str = "For data quality: a check found a fault that can be why. Put right, a record is within, a breach, or not of the standard.";
const TITLE: &str = "Cancer waiting times board pack";

/// Writes the pack to `path`.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    let mut book = Book::new(path, report, TITLE, &report.small_numbers.statement)?;
    let small_numbers = &report.small_numbers;
    let facts = vec![(
        "Small numbers",
        format!("{}: {}", small_numbers.preset, small_numbers.statement).into(),
    )];
    cover::write(
        &mut book,
        &Cover {
            facts,
            contents: contents(&report.pack),
            guidance: &[],
        },
    )?;
    summary::write(&mut book)?;
    summary::targets(&mut book)?;
    trend::write(&mut book)?;
    sites::write(&mut book)?;
    breaches::routes(&mut book)?;
    breaches::delay_reasons(&mut book)?;
    breaches::bands(&mut book)?;
    left_out(&mut book)?;
    notes(&mut book)?;
    book.save(path)
}

fn contents(pack: &Pack) -> Vec<(String, String)> {
    let mut contents = cover::contents(&[
        ("Summary", "The three standards in words and figures"),
        ("Targets", "Every target in force: met or not, how far off"),
        ("Trend", "An SPC chart for each standard, up to 24 months"),
        (
            "Trend data",
            "Every month of the charts: figure, limits, what it shows and why",
        ),
        ("Chart lines", "What the charts draw, a column a line"),
    ]);
    contents.extend(
        pack.standards
            .iter()
            .map(|standard| (sites::sheet_name(standard), sites::about(standard))),
    );
    contents.extend(cover::contents(&[
        (
            "Routes and stages",
            "Performance by referral route or stage of treatment",
        ),
        ("Delay reasons", "Why people waited too long, as recorded"),
        ("Waits", "How long people waited"),
        ("Left out", "Records that no standard counts, and why"),
        ("Notes", "Definitions, exclusions and doubts"),
    ]));
    contents
}

fn left_out(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet("Left out", "Records not counted")?;
    sheet.line("Records with a line for the standard that are in none of its figures. Records are counted, not people.")?;
    sheet.line(FOR_DATA)?;
    for standard in &pack.standards {
        sheet.line(&left_out::in_words(
            &standard.title,
            standard.latest,
            &standard.range,
        ))?;
    }
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
    Ok(())
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
        .map(|(place, note)| vec![Value::from(place + 1), note.as_str().into()]);
    sheet.table(&Plan::new("Notes", &columns, "There are no notes."), rows)?;
    Ok(())
}
