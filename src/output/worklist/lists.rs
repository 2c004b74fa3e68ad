//! The lists of words for the columns to fill in.

use std::collections::BTreeSet;

use anyhow::Result;
use rust_xlsxwriter::DataValidation;

use super::super::book::Book;
use super::super::sheet::Sheet;
use super::super::sheet::TableRows;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::Value;
use crate::report::Report;
use crate::runs::worklist::words::STATUSES;

/// The sheet of lists.
pub const NAME: &str = "Lists";
const ACTIONS: [&str; 7] = [
    "Corrected in cancer register",
    "Corrected in PAS",
    "Query sent to clinical team",
    "Query sent to other trust",
    "Confirmed as correct",
    "Record withdrawn",
    "Other, see comment",
];

/// Names of the lists in the workbook.
const STATUS_LIST: &str = "Status_list";
const ACTION_LIST: &str = "Action_list";
const OWNER_LIST: &str = "Owner_list";
/// The columns of the worklist that have a list; the comment column between them takes any text.
const STATUS_COLUMN: u16 = 9;
const ACTION_COLUMN: u16 = 10;
const ASSIGNED_COLUMN: u16 = 12;

/// Adds the drop-down lists to the worklist. A row may also be assigned to someone who is not on the list.
pub fn offer(sheet: &mut Sheet, rows: TableRows) -> Result<()> {
    let from = |list: &str| DataValidation::new().allow_list_formula(list.into());
    let only_from = |list: &str| -> Result<DataValidation> {
        Ok(from(list)
            .set_error_title("Not on the list")?
            .set_error_message("Choose a word from the list.")?)
    };
    sheet.validate(rows, STATUS_COLUMN, &only_from(STATUS_LIST)?)?;
    sheet.validate(rows, ACTION_COLUMN, &only_from(ACTION_LIST)?)?;
    let anyone = from(OWNER_LIST)
        .show_error_message(false)
        .set_input_title("Assigned to")?;
    sheet.validate(
        rows,
        ASSIGNED_COLUMN,
        &anyone.set_input_message("Choose a role, or type a colleague's name.")?,
    )
}

/// Writes one column for each list; the shorter lists end in blank cells.
pub fn write(book: &mut Book) -> Result<()> {
    let owners = owners(book.report);
    let owners: Vec<&str> = owners.iter().map(String::as_str).collect();
    let lists = [
        ("Status", STATUS_LIST, &STATUSES[..]),
        ("Action taken", ACTION_LIST, &ACTIONS),
        ("Assigned to", OWNER_LIST, &owners),
    ];
    let columns = lists.map(|(heading, _, _)| Column::new(heading, 34.0, Look::Words));
    let longest = lists
        .iter()
        .map(|(_, _, words)| words.len())
        .max()
        .unwrap_or_default();
    let row = |index: usize| {
        lists.map(|(_, _, words)| words.get(index).map_or(Value::Blank, |word| Value::from(*word)))
    };
    let mut sheet = book.sheet(NAME, "Words to choose from in the worklist")?;
    sheet.line("Each column is one list; shorter lists end in blank cells.")?;
    let rows = sheet.table(
        &Plan::new("Lists", &columns, ""),
        (0..longest).map(|index| row(index).to_vec()),
    )?;
    for (column, (_, name, words)) in (0..).zip(lists) {
        book.name_list(name, NAME, column, rows.first_row, words.len())?;
    }
    Ok(())
}

fn owners(report: &Report) -> BTreeSet<String> {
    let of_findings = report.findings.iter().map(|finding| finding.who());
    let of_checks = report.checks.iter().map(|check| check.owner.clone());
    of_findings
        .chain(of_checks)
        .filter(|owner| !owner.is_empty())
        .collect()
}
