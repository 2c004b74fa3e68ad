//! The pages of the listings that the data set shows to a board, and the page of data quality.

use anyhow::Result;

use super::super::book::Book;
use super::super::listing::column;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::text::capitalised;
use super::super::value::{NOT_APPLICABLE, SHORTHAND, SUPPRESSED, Value};
use super::figures;
use crate::pack::left_out;
use crate::report::{BoardCell, BoardTable, FieldQuality, QualityLine};

pub const QUALITY: &str = "Data quality";
/// The most checks and fields that fit on a page with the sentences.
const MOST_CHECKS: usize = 14;

/// Writes one page for each table.
pub fn write(book: &mut Book) -> Result<()> {
    let report = book.report;
    report.pack.tables.iter().try_for_each(|table| page(book, table))
}

fn page(book: &mut Book, table: &BoardTable) -> Result<()> {
    let drawn = &table.sheet;
    let mut sheet = book.sheet(&drawn.name, &drawn.title)?;
    sheet.gap();
    let columns: Vec<Column> = drawn.column.iter().map(column).collect();
    let name = super::table_name(&drawn.name);
    let plan = Plan {
        grouped: true,
        ..Plan::new(&name, &columns, &drawn.when_empty)
    };
    let rows = table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect::<Vec<Value>>());
    sheet.table(&plan, rows)?;
    sheet.gap();
    for line in &drawn.lines {
        sheet.small_print(line)?;
    }
    sheet.small_print(SHORTHAND)?;
    sheet.print_on_one_page();
    Ok(())
}

fn cell(cell: &BoardCell) -> Value<'_> {
    match cell {
        BoardCell::Shown(cell) => cell.borrowed(),
        BoardCell::KeptBack => SUPPRESSED,
    }
}

/// Writes the page of data quality: its effect on the figures, what is wrong, and which fields lack values.
pub fn quality(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(QUALITY, QUALITY)?;
    for standard in &pack.standards {
        sheet.bullet(&left_out::in_words(standard))?;
    }
    sheet.section("What is wrong with the records of the month")?;
    let columns = [
        Column::new("Severity", 14.0, Look::Status),
        Column::new("What is wrong", 74.0, Look::Words),
        Column::new("Affects", 30.0, Look::Words),
        Column::new("Owner", 20.0, Look::Words),
        Column::new("Findings", 12.0, Look::Whole),
    ];
    let checks = &pack.quality.checks;
    let plan = Plan::new(
        "Quality_checks",
        &columns,
        "Nothing: every check that could be assessed passed.",
    );
    sheet.table(&plan, checks.iter().take(MOST_CHECKS).map(check_row))?;
    if checks.len() > MOST_CHECKS {
        sheet.small_print(&format!(
            "{} more checks failed; the worklist has every finding.",
            checks.len() - MOST_CHECKS
        ))?;
    }
    sheet.section("Fields that are not complete and valid")?;
    let columns = [
        Column::new("Completeness", 14.0, Look::Percent),
        Column::new("Field", 74.0, Look::Words),
        Column::new("Validity", 30.0, Look::Percent),
    ];
    let plan = Plan::new(
        "Quality_fields",
        &columns,
        "None: every field is complete and valid.",
    );
    sheet.table(&plan, pack.quality.fields.iter().map(field_row))?;
    sheet.gap();
    sheet.small_print(
        "Completeness: the share of records with a value, where the scenario makes the field mandatory. \
         Validity: the share of values that are valid. The least complete first.",
    )?;
    sheet.small_print(SHORTHAND)?;
    sheet.print_on_one_page();
    Ok(())
}

fn check_row(line: &QualityLine) -> Vec<Value<'_>> {
    vec![
        capitalised(&line.severity).into(),
        line.title.as_str().into(),
        line.affects.as_str().into(),
        line.owner.as_str().into(),
        figures::count(line.found.map(|found| found as f64)),
    ]
}

fn field_row(line: &FieldQuality) -> Vec<Value<'_>> {
    let share = |share: Option<f64>, of: usize| match share {
        Some(share) => Value::Number(share),
        None if of == 0 => NOT_APPLICABLE,
        None => SUPPRESSED,
    };
    vec![
        share(line.completeness, line.applies),
        line.title.as_str().into(),
        share(line.validity, line.given),
    ]
}
