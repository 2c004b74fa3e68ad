//! The first sheet of every workbook: what it is, whose, of when, from which files, and what else is in it.

use anyhow::Result;

use super::book::{Book, COVER, organisation};
use super::sheet::Sheet;
use super::style::Look;
use super::table::{Column, Plan};
use super::value::Value;
use crate::report::{About, Described, InputFile};

/// Enough of a file's hash to tell two files apart by eye.
const HASH_LENGTH: usize = 8;

/// What a cover says beyond what all covers say.
pub struct Cover<'a> {
    /// Facts of this workbook: label and value, in order.
    pub facts: Vec<(&'a str, Value<'a>)>,
    /// The other sheets, in order, and what each holds.
    pub contents: Vec<(String, String)>,
    /// How to use the workbook, a line each.
    pub guidance: &'a [&'a str],
}

/// Sheets whose names are fixed, for a cover to list.
pub fn contents(sheets: &[(&str, &str)]) -> Vec<(String, String)> {
    sheets
        .iter()
        .map(|(name, about)| (name.to_string(), about.to_string()))
        .collect()
}

/// Writes the cover; its one table is the files that were read.
pub fn write<R: Described>(book: &mut Book<R>, cover: &Cover) -> Result<()> {
    let about = book.report.about();
    let title = book.title;
    let mut sheet = book.first_sheet(COVER, title)?;
    fill(&mut sheet, &about, cover)
}

/// The same as the last sheet, where a page of figures comes first.
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
    sheet.line("Every row read is either mapped to a record or set aside with a reason.")?;
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
