//! The page of the matrix: what kind of variation each standard and site shows, and whether it can be relied
//! on to meet its standard.

use anyhow::Result;

use super::super::board::icons;
use super::super::board::matrix::{matrix, row_icon};
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::value::Value;

pub const NAME: &str = "Matrix";

/// Writes the page.
pub fn write(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let matrix = matrix(pack);
    let mut sheet = book.sheet(NAME, "Variation and assurance")?;
    sheet.line(
        "Rows: what the latest month shows against the months before it. Columns: whether the process, \
         unchanged, can be relied on to meet the standard.",
    )?;
    sheet.line(
        "Concern with fail is where to look first; common cause with fail will not meet the standard \
         without a change to the process.",
    )?;
    sheet.gap();
    let mut columns = vec![Column::new("Variation", 22.0, Look::Iconed)];
    columns.extend(
        matrix
            .columns
            .iter()
            .map(|word| Column::new(word, 44.0, Look::Words)),
    );
    let rows: Vec<Row> = matrix
        .rows
        .iter()
        .zip(&matrix.cells)
        .map(|(row, cells)| {
            let names = cells.iter().map(|names| Value::from(listed(names)));
            Row::as_written([Value::from(*row)].into_iter().chain(names).collect())
        })
        .collect();
    let plan = Plan {
        tall: true,
        ..Plan::new("Matrix", &columns, "Nothing has limits yet.")
    };
    let table_rows = sheet.table(&plan, rows.into_iter())?;
    for (row, word) in (table_rows.first_row..).zip(&matrix.rows) {
        sheet.icon(row, 0, &icons::of_word(row_icon(word)), word)?;
    }
    sheet.gap();
    for (why, names) in &matrix.without_limits {
        sheet.small_print(&format!(
            "Without limits ({}): {}.",
            why.to_lowercase(),
            names.join("; ")
        ))?;
    }
    sheet.print_on_one_page();
    Ok(())
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "\u{2013}".to_string()
    } else {
        names.join("\n")
    }
}
