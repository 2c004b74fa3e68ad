//! Describes a column of a file in counts and forms, without showing a cell.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use polars::prelude::StringChunked;

use crate::rulebook::{Field, Kind, Rulebook};
use crate::source::dates::{DateCell, DateForms};
use crate::source::layouts::Layout;
use crate::source::{known_date_forms, passes_modulus_11};
use crate::table::Table;

/// The longest cell whose form is determined; a longer one is text.
const LONGEST_FORM: usize = 24;
/// The most forms listed.
const MOST_FORMS: usize = 4;
/// If at least this share of its filled cells are dates (or NHS numbers), the column is described as such.
const MOST_CELLS: f64 = 0.5;

/// One column of a file.
pub struct ColumnProfile {
    pub file: String,
    /// The column's number, from 1.
    pub number: usize,
    pub heading: String,
    /// `table.column` of the known layout, if the heading is known.
    pub known: Option<String>,
    /// The field of the data set that it may be, if the heading is not known.
    pub field: Option<String>,
    pub rows: usize,
    pub filled: usize,
    pub distinct: usize,
    pub shortest: usize,
    pub longest: usize,
    /// Forms with their numbers of cells, commonest first: `9` is a digit, `A` a letter, other characters
    /// stand for themselves.
    pub forms: Vec<(String, usize)>,
    /// Cells that are dates in a format of some source, with the first and last date if most cells are dates.
    pub dates: usize,
    pub first_date: Option<NaiveDate>,
    pub last_date: Option<NaiveDate>,
    /// Cells of ten digits with a correct check digit.
    pub nhs_numbers: usize,
    /// Cells that are not a code of the field's list; `None` if the field has no list.
    pub not_in_list: Option<usize>,
}

/// The profile of each column of a table whose first row has the headings.
pub fn profile(rulebook: &Rulebook, table: &Table, layout: &Layout) -> Vec<ColumnProfile> {
    let forms = DateForms::new(&known_date_forms(rulebook), &[]);
    let below = table.cells.slice(1, usize::MAX);
    let columns = layout
        .columns
        .iter()
        .filter_map(|column| Some((column.number?, column)));
    columns
        .filter_map(|(number, column)| {
            let cells = below.columns().get(number - 1)?.str().ok()?;
            let field = column.guess.as_ref().map(|guess| guess.field);
            let table_name = layout.nearest.as_ref().map(|nearest| nearest.table.name.as_str());
            Some(ColumnProfile {
                file: layout.file.clone(),
                number,
                heading: column.heading.clone(),
                known: column
                    .known
                    .as_ref()
                    .map(|known| format!("{}.{known}", table_name.unwrap_or_default())),
                field: field
                    .filter(|_| column.known.is_none())
                    .map(|field| field.name.clone()),
                rows: cells.len(),
                ..counts(rulebook, cells, field, &forms)
            })
        })
        .collect()
}

fn counts(
    rulebook: &Rulebook,
    cells: &StringChunked,
    field: Option<&Field>,
    forms: &DateForms,
) -> ColumnProfile {
    let filled: Vec<&str> = cells.iter().flatten().collect();
    let lengths = || filled.iter().map(|cell| cell.chars().count());
    let dates: Vec<NaiveDate> = filled.iter().filter_map(|cell| date(forms, cell)).collect();
    let are_dates = dates.len() as f64 > filled.len() as f64 * MOST_CELLS;
    ColumnProfile {
        file: String::new(),
        number: 0,
        heading: String::new(),
        known: None,
        field: None,
        rows: 0,
        filled: filled.len(),
        distinct: filled.iter().collect::<HashSet<_>>().len(),
        shortest: lengths().min().unwrap_or_default(),
        longest: lengths().max().unwrap_or_default(),
        forms: commonest_forms(&filled),
        dates: dates.len(),
        first_date: dates
            .iter()
            .min()
            .copied()
            .filter(|_| are_dates && !is_of_birth(field)),
        last_date: dates
            .iter()
            .max()
            .copied()
            .filter(|_| are_dates && !is_of_birth(field)),
        nhs_numbers: filled
            .iter()
            .filter(|cell| passes_modulus_11(&cell.replace([' ', '-'], "")))
            .count(),
        not_in_list: not_in_list(rulebook, field, &filled),
    }
}

/// The oldest date in a column of birth dates belongs to one person, so it is not shown.
fn is_of_birth(field: Option<&Field>) -> bool {
    use crate::rulebook::Classification::{FreeText, Identifier};
    field.is_some_and(|field| matches!(field.classification, Identifier | FreeText))
}

fn date(forms: &DateForms, cell: &str) -> Option<NaiveDate> {
    match forms.read(cell) {
        DateCell::Date(date) => Some(date),
        DateCell::Blank | DateCell::Unreadable => None,
    }
}

fn not_in_list(rulebook: &Rulebook, field: Option<&Field>, filled: &[&str]) -> Option<usize> {
    let field = field.filter(|field| field.kind == Kind::Code)?;
    let list = rulebook.code_list(field.code_list.as_deref()?)?;
    let is_code = |cell: &str| list.codes.iter().any(|code| code.code == cell);
    Some(filled.iter().filter(|cell| !is_code(cell)).count())
}

fn commonest_forms(filled: &[&str]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for cell in filled {
        *counts.entry(form(cell)).or_default() += 1;
    }
    let mut forms: Vec<(String, usize)> = counts.into_iter().collect();
    forms.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    forms.truncate(MOST_FORMS);
    forms
}

/// The form of a cell: the kind of each character, with runs of one kind kept.
fn form(cell: &str) -> String {
    if cell.chars().count() > LONGEST_FORM {
        return "text".to_string();
    }
    let kind = |letter: char| match letter {
        letter if letter.is_ascii_digit() => '9',
        letter if letter.is_alphabetic() => 'A',
        letter if letter.is_alphanumeric() => '?',
        other => other,
    };
    cell.chars().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_stands_where_and_not_which() {
        assert_eq!(form("31/10/2026"), "99/99/9999");
        assert_eq!(form("RZZ01"), "AAA99");
        assert_eq!(form("O'Neill-Smith"), "A'AAAAA-AAAAA");
        assert_eq!(form("a comment that is longer than a code"), "text");
    }
}
