//! The month's submission as a workbook for people: what is uploaded, row by row, what was held back and why,
//! and how the rows that were read add up. The upload files themselves are written elsewhere, from the same
//! rows.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::book::Book;
use super::cover::{self, Cover};
use super::fields;
use super::style::Look;
use super::table::{Column, Plan, Row};
use super::value::Value;
use super::{checked, checks};
use crate::report::{Cell, HeldBack, Report, SetAside, Submission, SubmissionRow};
use crate::terminal::counted;

const TITLE: &str = "Cancer waiting times submission";
const BANNER: &str =
    "Contains rows about patients: keep it where patient records are kept, and do not e-mail it.";
/// The number of columns, before those of the upload, that say where an upload row came from.
const ORIGIN_COLUMNS: u16 = 3;
/// The number of values that decide how wide a column is.
const ROWS_MEASURED: usize = 500;

/// Writes the submission workbook to `path`.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    let mut book = Book::new(path, report, TITLE, BANNER)?;
    let contents = cover::contents(&[
        (
            "Summary",
            "How the rows read and the month's records add up; records held back, by check",
        ),
        checked::SIGN_OFF,
        checked::LAST_MONTH,
        (
            "Upload rows",
            "Every record to upload, in upload order, with where it came from",
        ),
        (
            "Held back",
            "Records of the month held back from the upload, why, and who can correct them",
        ),
        ("Set aside", "Rows read that could not become a record"),
        (checks::NAME, checks::ABOUT),
        (fields::NAME, fields::ABOUT),
        checked::COMPLETENESS,
    ]);
    cover::write(
        &mut book,
        &Cover {
            facts: facts(&report.submission),
            contents,
            guidance: &[],
        },
    )?;
    summary(&mut book)?;
    checked::sign_off(&mut book)?;
    checked::compared_with_last_month(&mut book)?;
    upload_rows(&mut book)?;
    held_back(&mut book)?;
    set_aside(&mut book)?;
    checks::write(&mut book)?;
    fields::write(&mut book)?;
    checked::completeness(&mut book)?;
    book.save(path)
}

fn facts(submission: &Submission) -> Vec<(&str, Value<'_>)> {
    let file = |(name, count): &(String, usize)| {
        (
            "Upload file",
            format!("{name}: {}", counted(*count, "record")).into(),
        )
    };
    let mut facts = vec![
        ("Ready to upload", counted(submission.rows.len(), "record").into()),
        ("Held back", counted(submission.held_back.len(), "record").into()),
    ];
    facts.extend(submission.upload_files.iter().map(file));
    facts
}

/// Writes one table: the rows read, then the records, then the checks that held records back.
fn summary(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet("Summary", "How the month adds up")?;
    sheet.line(
        "A record held back by two checks is counted for both, so those rows can add up to more than the \
         records.",
    )?;
    let columns = [
        Column::new("Part", 24.0, Look::Name),
        Column::new("What", 62.0, Look::Words),
        Column::new("Check", 14.0, Look::Code),
        Column::new("Count", 12.0, Look::Whole),
    ];
    let mut rows = rows_read(report);
    rows.extend(records(&report.submission));
    rows.extend(uploaded(&report.submission));
    rows.extend(held_back_by_check(report));
    sheet.table(&Plan::new("Summary", &columns, ""), rows.into_iter())?;
    Ok(())
}

/// Rows read: one row for each file, and the total.
fn rows_read(report: &Report) -> Vec<Row<'_>> {
    let line =
        |what: String, count: usize| vec!["Rows read".into(), Value::from(what), Value::Blank, count.into()];
    let mut rows: Vec<Row> = Vec::new();
    for input in &report.inputs {
        rows.push(line(format!("{}: mapped to a record", input.name), input.rows_mapped).into());
        if input.rows_set_aside > 0 {
            let what = format!("{}: set aside, each with its reason", input.name);
            rows.push(line(what, input.rows_set_aside).into());
        }
    }
    let read = report.inputs.iter().map(|input| input.rows_read).sum();
    rows.push(Row::total(count("Rows read", "All rows read", read)));
    rows
}

/// The records in each upload file, which add up to the records that are ready.
fn uploaded(submission: &Submission) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = submission
        .upload_files
        .iter()
        .map(|(name, records)| count("Upload", name, *records).into())
        .collect();
    let all = submission.upload_files.iter().map(|(_, records)| records).sum();
    rows.push(Row::total(count("Upload", "All records uploaded", all)));
    rows
}

fn records(submission: &Submission) -> Vec<Row<'_>> {
    let (ready, held_back) = (submission.rows.len(), submission.held_back.len());
    let all = ready + held_back + submission.other_months + submission.other_trusts;
    vec![
        count("Records", "In the month, ready to upload", ready).into(),
        count("Records", "In the month, held back by a check", held_back).into(),
        count("Records", "In another month", submission.other_months).into(),
        count("Records", "For another trust", submission.other_trusts).into(),
        Row::total(count("Records", "All records looked at", all)),
    ]
}

fn count<'a>(part: &'a str, what: &'a str, count: usize) -> Vec<Value<'a>> {
    vec![part.into(), what.into(), Value::Blank, count.into()]
}

fn held_back_by_check(report: &Report) -> Vec<Row<'_>> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for check in report
        .submission
        .held_back
        .iter()
        .flat_map(|record| record.checks.split("; "))
    {
        *counts.entry(check).or_default() += 1;
    }
    let row = |(id, count)| {
        vec![
            "Held back by check".into(),
            checks::title(report, id).into(),
            id.into(),
            Value::from(count),
        ]
    };
    counts.into_iter().map(row).map(Row::from).collect()
}

/// The column headings are the short names, because checks and filters use them. The Data Dictionary titles
/// are above them.
fn upload_rows(book: &mut Book) -> Result<()> {
    let submission = &book.report.submission;
    let mut sheet = book.long_sheet("Upload rows", "Upload rows")?.in_plain_grid();
    sheet.for_screen()?;
    sheet.line(
        "In upload order. A blank cell is blank in the upload file. The upload writes dates in its own way.",
    )?;
    let mut columns = vec![
        Column::new("File", 30.0, Look::Code),
        Column::new("Row", 9.0, Look::RowNumber),
        Column::new("Pathway", 16.0, Look::Code),
    ];
    columns.extend((0..submission.headings.len()).map(|index| upload_column(submission, index)));
    let plan = Plan::filtered(
        "Upload_rows",
        &columns,
        "No record of the month is ready to upload.",
    );
    let plan = Plan {
        frozen_columns: ORIGIN_COLUMNS,
        ..plan
    };
    sheet.table(&plan, submission.rows.iter().map(upload_row))?;
    Ok(())
}

/// A column has the look of its first value, and the width that its heading and its first values need. A
/// column without values is a column of codes.
fn upload_column(submission: &Submission, index: usize) -> Column {
    let heading = &submission.headings[index];
    let cells = submission
        .rows
        .iter()
        .filter_map(|row| row.cells.get(index))
        .filter(|cell| **cell != Cell::Blank);
    let look = match cells.clone().next() {
        Some(Cell::Date(_)) => Look::Date,
        Some(Cell::Whole(_) | Cell::Number(_)) => Look::RowNumber,
        _ => Look::Code,
    };
    let length = |cell: &Cell| cell.text().chars().count();
    let longest = cells.take(ROWS_MEASURED).map(length).max().unwrap_or(0);
    let width = (longest as f64 + 3.0)
        .max(heading.name.len() as f64 + 5.0)
        .clamp(14.0, 34.0);
    Column::new(&heading.name, width, look).titled(format!("{}. {}", index + 1, heading.title))
}

fn upload_row(row: &SubmissionRow) -> Vec<Value<'_>> {
    let mut values = Vec::with_capacity(row.cells.len() + usize::from(ORIGIN_COLUMNS));
    values.extend([
        row.file.as_str().into(),
        row.row.into(),
        row.pathway.as_str().into(),
    ]);
    values.extend(row.cells.iter().map(|cell| cell.borrowed().identifying()));
    values
}

fn held_back(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.long_sheet("Held back", "Records held back from the upload")?;
    sheet.line("Correct the record in the system it came from, export again and run again.")?;
    let columns = [
        Column::new("File", 30.0, Look::Words),
        Column::new("Row", 9.0, Look::RowNumber),
        Column::new("Pathway", 16.0, Look::Code),
        Column::new("Checks", 26.0, Look::Words),
        Column::new("What is wrong", 72.0, Look::Words),
        Column::new("Owner", 20.0, Look::Words),
    ];
    let plan = Plan::filtered("Held_back", &columns, "No record of the month was held back.");
    sheet.table(&plan, report.submission.held_back.iter().map(held_back_row))?;
    Ok(())
}

fn held_back_row(record: &HeldBack) -> Vec<Value<'_>> {
    vec![
        record.file.as_str().into(),
        record.row.into(),
        record.pathway.as_str().into(),
        record.checks.as_str().into(),
        record.reasons.as_str().into(),
        record.owner.as_str().into(),
    ]
}

fn set_aside(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.long_sheet("Set aside", "Rows set aside")?;
    sheet.line(
        "Rows read that could not become a record; none is in any figure. Row is the row that Excel shows.",
    )?;
    let columns = [
        Column::new("File", 44.0, Look::Words),
        Column::new("Row", 10.0, Look::RowNumber),
        Column::new("Reason", 80.0, Look::Words),
    ];
    let plan = Plan::filtered(
        "Set_aside",
        &columns,
        "No row was set aside: every row read became a record.",
    );
    sheet.table(&plan, report.set_aside.iter().map(set_aside_row))?;
    Ok(())
}

fn set_aside_row(row: &SetAside) -> Vec<Value<'_>> {
    vec![
        row.file.as_str().into(),
        row.row.into(),
        row.reason.as_str().into(),
    ]
}
