//! The page of the matrix: what kind of variation each standard and site shows, and whether it can be relied
//! on to meet its standard. A sheet further back has the sites one by one.

use anyhow::Result;

use super::super::board::icons;
use super::super::board::matrix::{
    Matrix, is_usual, lines, matrix, named, row_icon, without_limits_in_words,
};
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::value::Value;
use crate::report::{Control, Icons};

pub const NAME: &str = "Matrix";
const ONE_BY_ONE: &str = "Matrix, one by one";
/// The width of the columns of assurance together, in digits.
const WIDTH: f64 = 126.0;

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
    let mut columns = vec![Column::new("Variation", 24.0, Look::Iconed)];
    let width = WIDTH / matrix.columns.len().max(1) as f64;
    columns.extend(
        matrix
            .columns
            .iter()
            .map(|word| Column::new(word, width, Look::Words)),
    );
    let plan = Plan {
        tall: true,
        ..Plan::new("Matrix", &columns, "Nothing has limits yet.")
    };
    let table_rows = sheet.table(&plan, rows(&matrix, &pack.words.sites).into_iter())?;
    for (row, word) in (table_rows.first_row..).zip(&matrix.rows) {
        sheet.icon(row, 0, &icons::of_word(row_icon(word)), word)?;
    }
    sheet.gap();
    for (why, judged) in &matrix.without_limits {
        sheet.small_print(&without_limits_in_words(why, judged, &pack.words.sites))?;
    }
    sheet.small_print(&format!("The sheet {ONE_BY_ONE} names all of them."))?;
    sheet.print_on_one_page();
    Ok(())
}

fn rows(matrix: &Matrix, sites: &str) -> Vec<Row<'static>> {
    let row = |(row, cells): (&&'static str, &Vec<Vec<_>>)| {
        let listed = matrix.columns.iter().zip(cells).map(|(column, cell)| {
            let lines = lines(cell, is_usual(row, column), sites);
            Value::from(if lines.is_empty() {
                "\u{2013}".to_string()
            } else {
                lines.join("\n")
            })
        });
        Row::as_written([Value::from(*row)].into_iter().chain(listed).collect())
    };
    matrix.rows.iter().zip(&matrix.cells).map(row).collect()
}

/// Writes every standard and site with its icons' words, or why it has none.
pub fn one_by_one(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(ONE_BY_ONE, "Variation and assurance, one by one")?;
    let columns = [
        Column::new("Standard", 36.0, Look::Name),
        Column::new(&pack.words.site, 60.0, Look::Words),
        Column::new("Variation", 22.0, Look::Status),
        Column::new("Assurance", 22.0, Look::Status),
        Column::new("Without limits because", 34.0, Look::Words),
    ];
    let all = format!("All {}", pack.words.sites);
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (judged, control) in named(pack) {
        let site = judged.site.unwrap_or_else(|| all.clone());
        let start = [Value::from(judged.title), Value::from(site)];
        rows.push(start.into_iter().chain(words(control)).collect());
    }
    sheet.table(
        &Plan::new("Matrix_one_by_one", &columns, "Nothing has limits yet."),
        rows.into_iter(),
    )?;
    sheet.print_on_one_page();
    Ok(())
}

fn words(control: &Control) -> [Value<'_>; 3] {
    match &control.icons {
        Icons::Shown { variation, assurance } => [variation.word.into(), assurance.word.into(), Value::Blank],
        Icons::Withheld(why) => [Value::Blank, Value::Blank, why.word.into()],
    }
}
