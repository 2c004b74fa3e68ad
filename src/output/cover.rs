//! The first sheet of every workbook: its kind, the organisation, the month, the files read, and the other
//! sheets.

use anyhow::Result;

use super::book::{Book, COVER, organisation};
use super::sheet::Sheet;
use super::style::Look;
use super::table::{Column, Plan};
use super::value::Value;
use crate::report::{About, Described, InputFile};

/// Enough digits of a file's hash to distinguish two files by eye.
const HASH_LENGTH: usize = 8;

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
    let mut sheet = book.first_sheet(COVER, title)?;
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
    sheet.section("Files read")?;
    sheet.line("Every row that was read became part of a record or was set aside with a reason.")?;
    let columns = [
        Column::new("File", 34.0, Look::Words),
        Column::new("Source", 34.0, Look::Words),
        Column::new("Table", 22.0, Look::Words),
        Column::new("Rows read", 12.0, Look::Whole),
        Column::new("Mapped", 12.0, Look::Whole),
        Column::new("Set aside", 12.0, Look::Whole),
        Column::new("SHA-256 begins", 17.0, Look::Code),
    ];
    let plan = Plan::new("Inputs", &columns, "No file was read.");
    sheet.table(&plan, about.inputs.iter().map(input))?;
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
