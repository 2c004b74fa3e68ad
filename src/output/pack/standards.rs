//! The figures behind the tiles: one row for each standard, its distance from the standard in people and in
//! days, and every target in force.

use anyhow::Result;

use super::super::board::tile::main_target;
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::text::capitalised;
use super::super::value::{NOT_APPLICABLE, SHORTHAND, Value};
use super::figures;
use crate::report::{StandardSummary, Target};
use crate::rulebook::{Sureness, TargetKind};

const UNROUNDED: &str =
    "Targets are judged on unrounded figures: 84.96% shows as 85.0% and does not meet 85%.";

const DAYS_FROM: &str = "Days from the standard: the wait that the standard's share of people did not exceed, less its limit. \
     0 or less meets it.";

const PERCENTILES: &str = "Median, 85th and 90th: PERCENTILE.INC of a spreadsheet over the waits counted in the month, a shared patient once. Days from the standard goes by people, halves among them.";

pub const NAME: &str = "Figures";

/// Writes one row for each standard, twice: compared with its targets, and in days and people.
pub fn write(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet(NAME, &format!("Figures of {}", report.month_title))?;
    let standards = &report.pack.standards;
    sheet.section("Against the standard")?;
    let has_plan = standards.iter().any(|standard| own_plan(standard).is_some());
    let columns = columns(has_plan);
    let plan = Plan::new("Standards", &columns, NO_STANDARD);
    sheet.table(&plan, standards.iter().map(|standard| row(standard, has_plan)))?;
    sheet.section("How far from the standard")?;
    sheet.line(DAYS_FROM)?;
    let columns = distance_columns();
    let plan = Plan::new("Distance", &columns, NO_STANDARD);
    sheet.table(&plan, standards.iter().map(distance))?;
    sheet.gap();
    for standard in standards {
        sheet.line(&format!(
            "{}: {} {}",
            standard.title,
            targets_in_words(standard),
            not_counted(standard.not_counted)
        ))?;
    }
    sheet.gap();
    for explained in [
        PERCENTILES,
        UNROUNDED,
        &figures::small_numbers(&report.pack),
        SHORTHAND,
    ] {
        sheet.small_print(explained)?;
    }
    sheet.print_on_one_page();
    Ok(())
}

/// `1 record is not counted; …`; a sign replaces a suppressed count.
fn not_counted(records: Option<usize>) -> String {
    let counted = match records {
        None => "[c] records are".to_string(),
        Some(1) => "1 record is".to_string(),
        Some(records) => format!("{records} records are"),
    };
    format!("{counted} not counted; the sheet Left out says why.")
}

const NO_STANDARD: &str = "The rules have no standard for this month.";

/// The columns are as wide as those of the table above them.
fn distance_columns() -> [Column; 8] {
    [
        Column::new("Standard", 36.0, Look::Name),
        Column::new("Breaches above tolerance", 14.0, Look::Signed),
        Column::new("More needed", 9.5, Look::People),
        Column::new("Median, days", 9.5, Look::Tenth),
        Column::new("85th, days", 11.0, Look::Tenth),
        Column::new("90th, days", 10.0, Look::Tenth),
        Column::new("Longest, days", 11.0, Look::Whole),
        Column::new("Days from the standard", 12.0, Look::SignedWhole),
    ]
}

fn columns(has_plan: bool) -> Vec<Column> {
    let mut columns = vec![
        Column::new("Standard", 36.0, Look::Name),
        Column::new("Performance", 14.0, Look::Headline),
        Column::new("Within", 9.5, Look::People),
        Column::new("Total", 9.5, Look::People),
        Column::new("Previous month", 11.0, Look::Percent),
        Column::new("Change, points", 10.0, Look::Signed),
        Column::new("Standard to meet", 11.0, Look::Percent),
        Column::new("Result", 12.0, Look::Status),
        Column::new("Variation", 17.0, Look::Status),
        Column::new("Assurance", 17.0, Look::Status),
    ];
    if has_plan {
        let of_plan = [
            Column::new("Trust's own plan", 11.0, Look::Percent),
            Column::new("Result against plan", 12.0, Look::Status),
        ];
        columns.splice(AFTER_RESULT..AFTER_RESULT, of_plan);
    }
    columns
}

/// The index of the columns of the plan: after the standard and its result.
const AFTER_RESULT: usize = 8;

/// The trust's plan for the month, if it has one.
fn own_plan(standard: &StandardSummary) -> Option<&Target> {
    standard
        .targets
        .iter()
        .find(|target| target.kind == TargetKind::OwnPlan.words())
}

/// The result compares the figure with the operational standard and with the trust's own plan; the sheet of
/// targets has all targets.
fn row(standard: &StandardSummary, has_plan: bool) -> Vec<Value<'_>> {
    let latest = &standard.latest;
    let previous = standard.previous.as_ref();
    let mut row = vec![
        standard.title.as_str().into(),
        figures::rate(latest),
        figures::count(latest.within),
        figures::count(latest.total),
        figures::previous_rate(previous),
        figures::change(latest, previous),
    ];
    let icons = standard
        .control
        .as_ref()
        .map(|control| control.icons.words().map(Value::from));
    let [variation, assurance] = icons.unwrap_or([NOT_APPLICABLE, NOT_APPLICABLE]);
    match main_target(standard) {
        Some(target) => row.extend([
            Value::Number(target.value),
            result(target).into(),
            variation,
            assurance,
        ]),
        None => row.extend([NOT_APPLICABLE, NOT_APPLICABLE, variation, assurance]),
    }
    if has_plan {
        let of_plan = own_plan(standard).map_or([NOT_APPLICABLE, NOT_APPLICABLE], |plan| {
            [Value::Number(plan.value), result(plan).into()]
        });
        row.splice(AFTER_RESULT..AFTER_RESULT, of_plan);
    }
    row
}

/// The distance in people (from the operational standard) and in days.
fn distance(standard: &StandardSummary) -> Vec<Value<'_>> {
    let latest = &standard.latest;
    let people = match main_target(standard) {
        Some(target) => {
            [target.above_tolerance, target.more_needed].map(|people| figures::judged(latest, target, people))
        }
        None => [NOT_APPLICABLE, NOT_APPLICABLE],
    };
    let days = [
        standard.median,
        standard.percentile_85,
        standard.percentile_90,
        standard.longest.map(|days| days as f64),
        standard.days_from_standard.map(|days| days as f64),
    ];
    let days = days.map(|days| match standard.limit_days {
        Some(_) => figures::days(latest, days),
        None => NOT_APPLICABLE,
    });
    [standard.title.as_str().into()]
        .into_iter()
        .chain(people)
        .chain(days)
        .collect()
}

/// Writes one row for each standard and target in force.
pub fn targets(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet("Targets", "Targets in force")?;
    let columns = [
        Column::new("Standard", 30.0, Look::Name),
        Column::new("Target", 20.0, Look::Words),
        Column::new("Level", 9.0, Look::Percent),
        Column::new("Due", 18.0, Look::Words),
        Column::new("Performance", 14.0, Look::Percent),
        Column::new("Result", 12.0, Look::Status),
        Column::new("Breaches above tolerance", 13.0, Look::Signed),
        Column::new("More needed", 11.0, Look::People),
        Column::new("How sure of the target", 14.0, Look::Words),
        Column::new("Source", 44.0, Look::Words),
    ];
    let pairs = report
        .pack
        .standards
        .iter()
        .flat_map(|standard| standard.targets.iter().map(move |target| (standard, target)));
    let rows: Vec<_> = pairs
        .map(|(standard, target)| target_row(standard, target))
        .collect();
    sheet.table(
        &Plan::new("Targets", &columns, "No target is in force."),
        rows.into_iter(),
    )?;
    sheet.gap();
    sheet.small_print(
        "Breaches above tolerance: breaches beyond those that the target allows; a number below 0 is how \
         many more it would allow.",
    )?;
    for explained in [UNROUNDED, &figures::small_numbers(&report.pack), SHORTHAND] {
        sheet.small_print(explained)?;
    }
    Ok(())
}

fn target_row<'a>(standard: &'a StandardSummary, target: &'a Target) -> Vec<Value<'a>> {
    let due = if target.due.is_empty() {
        "in force now"
    } else {
        &target.due
    };
    vec![
        standard.title.as_str().into(),
        capitalised(&target.kind).into(),
        Value::Number(target.value),
        due.into(),
        figures::rate(&standard.latest),
        result(target).into(),
        figures::judged(&standard.latest, target, target.above_tolerance),
        figures::judged(&standard.latest, target, target.more_needed),
        capitalised(target.status.word()).into(),
        target.source.as_str().into(),
    ]
}

/// Met or not met. A target due in a later month can only be not yet met. A result from few people has words
/// without a colour.
fn result(target: &Target) -> &'static str {
    match (target.met, target.few_people) {
        (Some(true), false) => "Met",
        (Some(true), true) => "Met (small numbers)",
        (Some(false), false) if target.is_due_later => "Not yet met",
        (Some(false), true) if target.is_due_later => "Not yet met (small numbers)",
        (Some(false), false) => "Not met",
        (Some(false), true) => "Not met (small numbers)",
        (None, _) => "Not judged",
    }
}

/// `Operational standard 85.0%: not met, 27.5 more needed. Interim ambition 80.0% by March 2027 (unconfirmed:
/// do not quote): met.`
fn targets_in_words(standard: &StandardSummary) -> String {
    let is_shown = standard.latest.rate().is_some();
    standard
        .targets
        .iter()
        .map(|target| in_words(target, is_shown))
        .collect::<Vec<_>>()
        .join(" ")
}

fn in_words(target: &Target, is_shown: bool) -> String {
    let due = if target.due.is_empty() {
        String::new()
    } else {
        format!(" {}", target.due)
    };
    let doubt = match target.status {
        Sureness::Confirmed => "",
        Sureness::Secondary => " (source read second-hand)",
        Sureness::Unconfirmed => " (unconfirmed: do not quote)",
    };
    let more = match (target.met, target.more_needed) {
        (Some(false), Some(more)) if is_shown => format!(", {} more needed", (more * 10.0).round() / 10.0),
        _ => String::new(),
    };
    format!(
        "{} {:.1}%{due}{doubt}: {}{more}.",
        capitalised(&target.kind),
        target.value * 100.0,
        result(target).to_lowercase()
    )
}
