//! The catalogue of checks as a workbook: one row for each check, with filters, for readers who will never
//! open the rules files.

use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::book;
use super::sheet::{Running, Sheet};
use super::style::{self, Look, Style};
use super::table::{Column, Plan};
use super::text::capitalised;
use super::value::Value;
use crate::findings::effect::affected;
use crate::report::house::Colours;
use crate::report::worklist::role;
use crate::rulebook::{Check, Rulebook};

const TITLE: &str = "Checks of the rulebook";
const BANNER: &str =
    "What every record is checked for, why, and what to do: this workbook names no patients.";
/// Id and title stay visible when scrolling.
const FROZEN_COLUMNS: u16 = 2;

/// Writes the workbook. The same rules give the same bytes.
pub fn write(path: &Path, rulebook: &Rulebook) -> Result<()> {
    let mut workbook = Workbook::new();
    workbook.set_default_format(
        &style::body(),
        super::book::ROW_PIXELS,
        super::book::COLUMN_PIXELS,
    )?;
    workbook.set_properties(&properties(rulebook)?);
    let style = Style::new(&Colours::default());
    let context = format!(
        "{} {} · rulebook {}",
        rulebook.data_set.title,
        rulebook.data_set.version,
        &rulebook.hash()[..12]
    );
    let running = Running {
        context,
        banner: BANNER,
    };
    let mut sheet = Sheet::start(workbook.add_worksheet(), &style, "Checks", TITLE, &running, None)?;
    sheet.line(
        "Reject: held back from the upload. Error: a figure is probably wrong. Warning: unlikely, look. \
         Info: for information.",
    )?;
    let columns = columns();
    let plan = Plan {
        frozen_columns: FROZEN_COLUMNS,
        ..Plan::filtered("Checks", &columns, "There are no checks.")
    };
    sheet.table(&plan, rulebook.checks.iter().map(|check| row(rulebook, check)))?;
    book::save(workbook, path)
}

/// Leaves out the time of day, so that the same rules give the same file.
fn properties(rulebook: &Rulebook) -> Result<DocProperties> {
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    let author = format!("clockstop {}", env!("CARGO_PKG_VERSION"));
    Ok(DocProperties::new()
        .set_title(TITLE)
        .set_subject(&rulebook.data_set.title)
        .set_author(author)
        .set_creation_datetime(&made))
}

fn columns() -> [Column; 12] {
    [
        Column::new("Check", 12.0, Look::Code),
        Column::new("What is wrong", 44.0, Look::Words),
        Column::new("Severity", 13.0, Look::Status),
        Column::new("Why it matters", 40.0, Look::Words),
        Column::new("How to fix it", 48.0, Look::Words),
        Column::new("Owner", 15.0, Look::Words),
        Column::new("Affects", 15.0, Look::Words),
        Column::new("Fields", 40.0, Look::Words),
        Column::new("On", 8.0, Look::Words),
        Column::new("Basis", 12.0, Look::Words),
        Column::new("Source", 44.0, Look::Words),
        Column::new("Note", 44.0, Look::Words),
    ]
}

fn row<'a>(rulebook: &'a Rulebook, check: &'a Check) -> Vec<Value<'a>> {
    let names = if check.each.is_empty() {
        check.field_names()
    } else {
        check.each_fields(rulebook)
    };
    let labels: Vec<&str> = names.iter().map(|name| rulebook.label(name)).collect();
    vec![
        check.id.as_str().into(),
        check.title.as_str().into(),
        capitalised(&check.severity.word().replace('_', " ")).into(),
        check.why.as_str().into(),
        check.fix.as_str().into(),
        capitalised(&role(&check.owner)).into(),
        affected(rulebook, check, NaiveDate::MAX).into(),
        labels.join("; ").into(),
        if check.enabled { "Yes" } else { "No" }.into(),
        capitalised(&check.basis).into(),
        check.source.as_str().into(),
        check.note.as_deref().unwrap_or_default().into(),
    ]
}
