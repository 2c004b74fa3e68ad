//! The first sheet of every workbook: its kind, the organisation, the month, the files read, and the other
//! sheets.

use std::collections::BTreeSet;

use anyhow::Result;

use super::book::{Book, COVER, organisation};
use super::sheet::Sheet;
use super::style::Look;
use super::table::{Column, Plan};
use super::value::Value;
use crate::report::{About, Described, InputFile};

/// Enough digits of a file's hash to distinguish two files by eye.
const HASH_LENGTH: usize = 8;

/// The most tables of files that the cover lists one by one.
const MOST_ON_COVER: usize = 12;
/// The width of its table of files, in pixels.
const WIDTH: u32 = 1190;
/// The last sheet, where the files do not fit on the cover.
const FILES: &str = "Files read";

/// What this cover says in addition to what every cover says.
pub struct Cover<'a> {
    /// Facts about this workbook: label and value, in order.
    pub facts: Vec<(&'a str, Value<'a>)>,
    /// The other sheets, in order, with the content of each.
    pub contents: Vec<(String, String)>,
    /// How to use the workbook, one line each.
    pub guidance: &'a [&'a str],
}

/// Names and contents of sheets whose names are fixed.
pub fn contents(sheets: &[(&str, &str)]) -> Vec<(String, String)> {
    sheets
        .iter()
        .map(|(name, about)| (name.to_string(), about.to_string()))
        .collect()
}

/// Writes the cover. Its only table lists the files that were read.
pub fn write<R: Described>(book: &mut Book<R>, cover: &Cover) -> Result<()> {
    let about = book.report.about();
    let title = book.title;
    let mut sheet = book.first_sheet(COVER, title, WIDTH)?;
    fill(&mut sheet, &about, cover)
}

/// Writes the same as the last sheet, for workbooks that begin with a page of figures.
pub fn write_last<R: Described>(book: &mut Book<R>, name: &str, cover: &Cover) -> Result<()> {
    let about = book.report.about();
    let mut sheet = book.sheet(name, "About this workbook")?;
    fill(&mut sheet, &about, cover)
}

fn fill(sheet: &mut Sheet, about: &About, cover: &Cover) -> Result<()> {
    sheet.gap();
    for (label, value) in facts(about).iter().chain(&cover.facts) {
        sheet.pair(label, value)?;
    }
    if !cover.guidance.is_empty() {
        sheet.section("How to use it")?;
    }
    for line in cover.guidance {
        sheet.line(line)?;
    }
    sheet.section("In this workbook")?;
    for (name, about) in &cover.contents {
        sheet.link(name, about)?;
    }
    let in_detail = !is_short(about.inputs);
    if in_detail {
        sheet.link(
            FILES,
            "Each table of each file: rows read, mapped and set aside, hash",
        )?;
    }
    sheet.section("Files read")?;
    sheet.line("Every row that was read became part of a record or was set aside with a reason.")?;
    if in_detail {
        by_source(sheet, about.inputs)
    } else {
        one_by_one(sheet, about.inputs)
    }
}

/// Whether the files fit on the cover one by one; otherwise the cover has a row a source, and the last sheet
/// of the workbook has the files.
pub fn is_short(inputs: &[InputFile]) -> bool {
    inputs.len() <= MOST_ON_COVER
}

/// Writes the last sheet: every table of every file.
pub fn files<R: Described>(book: &mut Book<R>) -> Result<()> {
    let about = book.report.about();
    let mut sheet = book.sheet(FILES, FILES)?;
    sheet.for_screen()?;
    one_by_one(&mut sheet, about.inputs)
}

/// Writes a row for each source: its files, their tables, their rows.
fn by_source(sheet: &mut Sheet, inputs: &[InputFile]) -> Result<()> {
    let columns = [
        Column::new("Source", 34.0, Look::Words),
        Column::new("Files", 12.0, Look::Whole),
        Column::new("Tables in them", 12.0, Look::Whole),
        Column::new("Rows read", 12.0, Look::Whole),
        Column::new("Mapped", 12.0, Look::Whole),
        Column::new("Set aside", 12.0, Look::Whole),
    ];
    let sources: BTreeSet<&str> = inputs.iter().map(|input| input.source.as_str()).collect();
    let row = |source: &&'_ str| {
        let of_source = || inputs.iter().filter(|input| input.source == *source);
        let files: BTreeSet<&str> = of_source().map(|input| input.sha256.as_str()).collect();
        let sum = |rows: fn(&InputFile) -> usize| Value::from(of_source().map(rows).sum::<usize>());
        vec![
            Value::from(source.to_string()),
            files.len().into(),
            of_source().count().into(),
            sum(|input| input.rows_read),
            sum(|input| input.rows_mapped),
            sum(|input| input.rows_set_aside),
        ]
    };
    sheet.table(&Plan::new("Inputs", &columns, ""), sources.iter().map(row))?;
    Ok(())
}

fn one_by_one(sheet: &mut Sheet, inputs: &[InputFile]) -> Result<()> {
    let columns = [
        Column::new("File", if is_short(inputs) { 34.0 } else { 60.0 }, Look::Words),
        Column::new("Source", 34.0, Look::Words),
        Column::new("Table", 22.0, Look::Words),
        Column::new("Rows read", 12.0, Look::Whole),
        Column::new("Mapped", 12.0, Look::Whole),
        Column::new("Set aside", 12.0, Look::Whole),
        Column::new("SHA-256 begins", 17.0, Look::Code),
    ];
    let plan = Plan::new(
        if is_short(inputs) { "Inputs" } else { "Files_read" },
        &columns,
        "No file was read.",
    );
    sheet.table(&plan, inputs.iter().map(input))?;
    Ok(())
}

fn facts<'a>(about: &About<'a>) -> Vec<(&'a str, Value<'a>)> {
    vec![
        ("Organisation", organisation(about.provider).into()),
        (about.period, about.period_title.into()),
        ("Status", about.status.into()),
        ("Data as at", about.as_at.into()),
        (
            "Made by",
            format!("clockstop {}, rulebook {}", about.tool_version, about.rulebook).into(),
        ),
    ]
}

fn input(file: &InputFile) -> Vec<Value<'_>> {
    vec![
        file.name.as_str().into(),
        file.source.as_str().into(),
        file.table.as_str().into(),
        file.rows_read.into(),
        file.rows_mapped.into(),
        file.rows_set_aside.into(),
        file.sha256.get(..HASH_LENGTH).unwrap_or(&file.sha256).into(),
    ]
}
