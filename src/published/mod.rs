//! Reads NHS England's monthly cancer waiting times provider workbooks, October 2023 onwards, into the
//! columns of its Monthly Combined CSV, and reads that file itself.
//!
//! ```text
//! book ─► layout ─► recognise, period ─► lines ─► sums
//! (cells)  (tables)  (refuse others)     (figures)  (do they agree?)
//! ```
//!
//! The names of sheets, headings, routes and bands are data, in `rules/published.toml`. [`crate::reconcile`]
//! compares our lines with the published ones; [`benchmark`] ranks a provider among the others.
//!
//! Source of the layout: the workbooks (NHS England, Cancer Waiting Times statistics, Open Government Licence
//! v3).

pub mod benchmark;
mod book;
mod combined;
mod divisions;
mod facts;
mod figures;
mod fold;
pub mod funnel;
mod headings;
#[cfg(test)]
pub mod invented;
mod layout;
mod lines;
mod period;
#[cfg(test)]
mod real_workbooks;
mod recognise;
mod rules;
mod sums;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_figures;
#[cfg(test)]
mod tests_refused;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::Result;

use crate::terminal::failure::{input, usage};
use book::Book;
pub use period::Status;
use rules::Rules;

/// The Combined CSV's `Basis` of a provider workbook. Commissioner figures count the same people, so the two
/// are never added.
pub const BASIS: &str = "Provider";

/// The Combined CSV's `Basis` of a commissioner workbook.
pub const COMMISSIONER: &str = "Commissioner";

/// The Combined CSV's `Org_Code` of the line for all English providers.
pub const ENGLAND: &str = "Total";

/// One row of a table: one provider (or England), standard, route or stage, and cancer type or treatment, in
/// a month. Counts are people. On the 62-day standard they are multiples of a half, because two providers may
/// share a patient.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedLine {
    /// `2025-08`
    pub period: String,
    /// [`BASIS`], or [`COMMISSIONER`].
    pub basis: &'static str,
    /// [`ENGLAND`] for all English providers.
    pub org_code: String,
    pub org_name: String,
    /// `FDS`, `31D`, `62D`, `Urgent Suspected Cancer referral` or `Urgent Breast Symptomatic referral`.
    pub standard_or_item: String,
    pub cancer_type: String,
    pub route_or_stage: String,
    pub modality: String,
    pub total: f64,
    /// People within the standard; `None` if the figure is suppressed, or for an activity of a workbook.
    pub within: Option<f64>,
    pub after: Option<f64>,
    /// The printed percentage, as a fraction.
    pub performance: Option<f64>,
    /// People by days waited, by column of the Combined CSV.
    pub bands: BTreeMap<String, f64>,
    pub sheet: String,
    /// The row number that Excel shows.
    pub row: u32,
}

impl PublishedLine {
    /// The provider's code, or its name if it has no code yet.
    fn org(&self) -> &str {
        if self.org_code.is_empty() {
            &self.org_name
        } else {
            &self.org_code
        }
    }
}

/// A message about one row of a workbook, for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub sheet: String,
    /// The row number that Excel shows; 0 for the whole sheet.
    pub row: u32,
    pub message: String,
}

/// One month, as NHS England published it.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The file's name.
    pub file: String,
    /// `2025-08`
    pub period: String,
    /// [`BASIS`], or [`COMMISSIONER`].
    pub basis: &'static str,
    pub status: Status,
    /// In the order of the workbook.
    pub lines: Vec<PublishedLine>,
    /// Figures that do not agree, repeat or cannot be read, in the order of the workbook.
    pub problems: Vec<Problem>,
    /// Rows that were skipped and words that the rules do not know: nothing is wrong with the figures.
    pub notes: Vec<Problem>,
    /// Comparisons made between figures.
    pub compared: usize,
    /// Comparisons skipped because a figure is suppressed.
    pub not_assessed: usize,
}

/// Reads a workbook, or a Combined CSV of one month or several, with the rules in the text of
/// `rules/published.toml`. Each month and basis is one value.
///
/// An `Err` says that the file is neither, or no provider workbook with this layout (and what it is, if the
/// rules know it), or that a required column is missing. Figures that do not agree are in
/// [`Published::problems`].
pub fn read(path: &Path, rules: &str) -> Result<Vec<Published>> {
    let rules = Rules::parse(rules)?;
    let bytes = crate::table::bytes(path)?;
    match combined::is_one(&bytes) {
        true => combined::read(path, &rules),
        false => Ok(vec![interpret(&rules, &book::open(path, bytes)?)?]),
    }
}

/// Refuses two files of the same month and basis, such as the provisional and the final one: every patient
/// would count twice.
pub fn once_a_month(books: &[Published]) -> Result<()> {
    for (number, book) in books.iter().enumerate() {
        let same = |other: &&Published| (&other.period, other.basis) == (&book.period, book.basis);
        if let Some(other) = books[..number].iter().find(same) {
            return Err(usage(format!(
                "`{}` ({}) and `{}` ({}) are both for {}: every patient would count twice. Give one of \
                 them: the final one if there is one",
                other.file,
                other.status.words(),
                book.file,
                book.status.words(),
                book.period
            )));
        }
    }
    Ok(())
}

/// The books of providers. A commissioner workbook is refused where providers are compared; a Combined CSV
/// that has both gives its providers.
pub fn of_providers(books: Vec<Published>) -> Result<Vec<Published>> {
    let (providers, commissioners): (Vec<_>, Vec<_>) =
        books.into_iter().partition(|book| book.basis == BASIS);
    let has_none = |book: &&Published| !providers.iter().any(|other| other.file == book.file);
    match commissioners.iter().find(has_none) {
        None => Ok(providers),
        Some(book) => Err(usage(format!(
            "`{}` has the figures of commissioners only, and providers are compared here: give the provider \
             workbook of the same month",
            book.file
        ))),
    }
}

fn interpret(rules: &Rules, book: &Book) -> Result<Published> {
    let tables = layout::find(rules, book);
    recognise::refuse_others(rules, book, &tables)?;
    period::refuse_several(rules, book, &tables)?;
    let basis = recognise::basis(rules, book, &tables);
    let (period, mut problems) = period::of(rules, book, &tables);
    problems.extend(tables.problems.iter().cloned());
    let period = period.ok_or_else(|| {
        input(format!(
            "`{}` does not say which month it is for, above its tables or in its file name",
            book.file
        ))
    })?;
    recognise::refuse_older(rules, book, &period)?;
    tables.all_readable(&book.file)?;

    let mut lines = Vec::new();
    let mut notes = tables.notes.clone();
    for table in &tables.tables {
        let read = lines::read(rules, table, &period);
        table.not_divided(&book.file, &read.lines)?;
        lines.extend(read.lines.into_iter().map(|line| PublishedLine { basis, ..line }));
        problems.extend(read.problems);
        notes.extend(read.notes);
    }
    let sums = sums::check(rules, &lines);
    problems.extend(sums.problems);
    in_order_of(book, &mut problems);
    in_order_of(book, &mut notes);
    Ok(Published {
        file: book.file.clone(),
        period,
        basis,
        status: period::status(rules, book, &tables),
        lines,
        problems,
        notes,
        compared: sums.compared,
        not_assessed: sums.not_assessed,
    })
}

/// Sorts by sheet, in the order of the workbook, then by row.
fn in_order_of(book: &Book, problems: &mut [Problem]) {
    let order: HashMap<&str, usize> = book
        .sheets
        .iter()
        .enumerate()
        .map(|(index, sheet)| (sheet.name.as_str(), index))
        .collect();
    problems.sort_by(|left, right| {
        let key = |problem: &Problem| (order.get(problem.sheet.as_str()).copied(), problem.row);
        key(left)
            .cmp(&key(right))
            .then_with(|| left.message.cmp(&right.message))
    });
}
