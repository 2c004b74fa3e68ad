//! The sheets of the submission workbook that a person reads before sending the return: comparison with last
//! month, completeness by scenario, and the sign-off.

use anyhow::Result;

use super::book::Book;
use super::style::Look;
use super::table::{Column, Plan};
use super::value::{NOT_APPLICABLE, Value};
use crate::report::Report;
use crate::report::last_month::{FieldChange, Volume};
use crate::terminal::counted;

pub const LAST_MONTH: (&str, &str) = (
    "Compared with last month",
    "Records by scenario and completeness by field, this month and last month; unusual changes are marked",
);
pub const COMPLETENESS: (&str, &str) = (
    "Completeness",
    "How complete each mandatory field is, scenario by scenario",
);
pub const SIGN_OFF: (&str, &str) = (
    "Sign-off",
    "What to look at before the return is sent, and who has looked",
);

/// Writes the comparison of this month with last month.
pub fn compared_with_last_month(book: &mut Book) -> Result<()> {
    let last_month = &book.report.last_month;
    let mut sheet = book.sheet(LAST_MONTH.0, "This month compared with last month")?;
    sheet.line(
        "Both months are from the same exports, as recorded now. Look: the change is larger than chance \
         explains, so find out why before the return is sent.",
    )?;
    sheet.section("Records by scenario")?;
    let columns = [
        Column::new("Scenario", 44.0, Look::Words),
        Column::new("This month", 14.0, Look::Whole),
        Column::new("Last month", 14.0, Look::Whole),
        Column::new("Change", 12.0, Look::SignedWhole),
        Column::new("Unusual", 14.0, Look::Status),
    ];
    let plan = Plan::new("Volumes", &columns, "There is no record.");
    sheet.table(&plan, last_month.volumes.iter().map(volume))?;
    sheet.section("Completeness of mandatory fields")?;
    let columns = [
        Column::new("Field", 44.0, Look::Words),
        Column::new("This month", 14.0, Look::Percent),
        Column::new("Last month", 14.0, Look::Percent),
        Column::new("Points", 12.0, Look::Signed),
        Column::new("Unusual", 14.0, Look::Status),
    ];
    let plan = Plan::new(
        "Completeness_compared",
        &columns,
        "No field is mandatory for any record.",
    );
    sheet.table(&plan, last_month.fields.iter().map(field))?;
    sheet.gap();
    sheet.small_print(
        "A count is unusual beyond three times the square root of its size; completeness is unusual if it \
         moved by 5 points or more, over at least 20 records.",
    )
}

fn marked(is_unusual: bool) -> Value<'static> {
    if is_unusual {
        Value::from("Look")
    } else {
        Value::Blank
    }
}

fn volume(volume: &Volume) -> Vec<Value<'_>> {
    let what = if volume.what.is_empty() {
        "No scenario"
    } else {
        &volume.what
    };
    vec![
        what.into(),
        volume.now.into(),
        volume.then.into(),
        Value::Number(volume.now as f64 - volume.then as f64),
        marked(volume.is_unusual()),
    ]
}

fn share(share: Option<f64>) -> Value<'static> {
    share.map_or(NOT_APPLICABLE, Value::Number)
}

fn field(change: &FieldChange) -> Vec<Value<'_>> {
    let points = change
        .now
        .zip(change.then)
        .map(|(now, then)| (now - then) * 100.0);
    vec![
        change.title.as_str().into(),
        share(change.now),
        share(change.then),
        points.map_or(NOT_APPLICABLE, Value::Number),
        marked(change.is_unusual()),
    ]
}

/// Writes one row for each field and one column for each scenario.
pub fn completeness(book: &mut Book) -> Result<()> {
    let last_month = &book.report.last_month;
    let mut sheet = book.sheet(COMPLETENESS.0, "Completeness by scenario")?;
    sheet.line(
        "The share of the month's records with a value, where the scenario makes the field mandatory. \
         Empty: not mandatory there.",
    )?;
    let mut columns = vec![Column::new("Field", 46.0, Look::Words)];
    columns.extend(
        last_month
            .scenarios
            .iter()
            .map(|name| Column::new(&format!("Scenario {name}"), 11.0, Look::Percent)),
    );
    let row = |line: &'_ crate::report::last_month::ScenarioLine| {
        let shares = line
            .completeness
            .iter()
            .map(|share| share.map_or(Value::Blank, Value::Number));
        [Value::from(line.title.clone())]
            .into_iter()
            .chain(shares)
            .collect::<Vec<Value>>()
    };
    let plan = Plan {
        frozen_columns: 1,
        ..Plan::new(
            "Completeness_by_scenario",
            &columns,
            "No field is mandatory for any record.",
        )
    };
    sheet.table(&plan, last_month.by_scenario.iter().map(row))?;
    Ok(())
}

/// Writes what to look at before the return is sent, with room for who has looked and when.
pub fn sign_off(book: &mut Book) -> Result<()> {
    let lines = sign_off_lines(book.report);
    let mut sheet = book.sheet(SIGN_OFF.0, "Sign-off of the return")?;
    sheet.line("To be filled in by the trust. The sheets named say more.")?;
    let columns = [
        Column::new("Before the return is sent", 50.0, Look::Name),
        Column::new("Where to look", 26.0, Look::Words),
        Column::new("What it says", 28.0, Look::Words),
        Column::new("Comment", 40.0, Look::Entry),
        Column::new("Name", 24.0, Look::Entry),
        Column::new("Date", 16.0, Look::Entry),
    ];
    let rows = lines.into_iter().map(|(what, sheet_name, says)| {
        let entries = [Value::Blank, Value::Blank, Value::Blank];
        [what.into(), sheet_name.into(), Value::from(says)]
            .into_iter()
            .chain(entries)
            .collect::<Vec<Value>>()
    });
    sheet.table(&Plan::new("Sign_off", &columns, ""), rows)?;
    sheet.print_on_one_page();
    Ok(())
}

/// What to look at before the return is sent, the sheets that show it, and what they say now.
fn sign_off_lines(report: &Report) -> [(&'static str, &'static str, String); 7] {
    let (submission, last_month) = (&report.submission, &report.last_month);
    let unusual = last_month.volumes.iter().filter(|line| line.is_unusual()).count()
        + last_month.fields.iter().filter(|line| line.is_unusual()).count();
    let set_aside: usize = report.inputs.iter().map(|input| input.rows_set_aside).sum();
    let uploaded: usize = submission.upload_files.iter().map(|(_, count)| count).sum();
    let adds_up = if uploaded == submission.rows.len() {
        "adds up"
    } else {
        "DOES NOT ADD UP"
    };
    [
        (
            "Rows read are all accounted for",
            "Summary, Set aside",
            format!("{} set aside", counted(set_aside, "row")),
        ),
        (
            "The upload holds what is ready",
            "Summary, Upload rows",
            format!("{}: {adds_up}", counted(uploaded, "record")),
        ),
        (
            "Records held back have been looked at",
            "Held back",
            counted(submission.held_back.len(), "record"),
        ),
        (
            "Unusual changes are explained",
            "Compared with last month",
            format!("{unusual} marked"),
        ),
        (
            "Fields that are not complete are known",
            "Completeness, Fields",
            String::new(),
        ),
        (
            "The figures have been compared with the board pack",
            "the pack",
            String::new(),
        ),
        ("Approved for submission", "", String::new()),
    ]
}
