//! The words that the columns to fill in choose from.

use std::collections::BTreeSet;

use anyhow::Result;
use rust_xlsxwriter::DataValidation;

use super::super::book::Book;
use super::super::sheet::Placed;
use super::super::sheet::Sheet;
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
/// Columns of the worklist that have a list; the comment between them is free.
const STATUS_COLUMN: u16 = 16;
const ACTION_COLUMN: u16 = 17;
const ASSIGNED_COLUMN: u16 = 19;

/// Offers the lists in the worklist. Someone who is not on the list can still be assigned a row.
pub fn offer(sheet: &mut Sheet, placed: Placed) -> Result<()> {
    let from = |list: &str| DataValidation::new().allow_list_formula(list.into());
    let only_from = |list: &str| -> Result<DataValidation> {
        Ok(from(list)
            .set_error_title("Not on the list")?
            .set_error_message("Choose a word from the list.")?)
    };
    sheet.validate(placed, STATUS_COLUMN, &only_from(STATUS_LIST)?)?;
    sheet.validate(placed, ACTION_COLUMN, &only_from(ACTION_LIST)?)?;
    let anyone = from(OWNER_LIST)
        .show_error_message(false)
        .set_input_title("Assigned to")?;
    sheet.validate(
        placed,
        ASSIGNED_COLUMN,
        &anyone.set_input_message("Choose a role, or type a colleague's name.")?,
    )
}

/// Writes one column a list; the shorter lists end in blank cells.
pub fn write(book: &mut Book) -> Result<()> {
    let owners = owners(book.report);
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
    let row = |place: usize| {
        lists.map(|(_, _, words)| words.get(place).map_or(Value::Blank, |word| Value::from(*word)))
    };
    let mut sheet = book.sheet(NAME, "Words to choose from in the worklist")?;
    sheet.line("Each column is one list; shorter lists end in blank cells.")?;
    let placed = sheet.table(
        &Plan::new("Lists", &columns, ""),
        (0..longest).map(|place| row(place).to_vec()),
    )?;
    for (column, (_, name, words)) in (0..).zip(lists) {
        book.name_list(name, NAME, column, placed.first_row, words.len())?;
    }
    Ok(())
}

fn owners(report: &Report) -> Vec<&str> {
    let of_findings = report.findings.iter().map(|finding| finding.owner.as_str());
    let of_checks = report.checks.iter().map(|check| check.owner.as_str());
    let owners: BTreeSet<&str> = of_findings
        .chain(of_checks)
        .filter(|owner| !owner.is_empty())
        .collect();
    owners.into_iter().collect()
}
