//! One pathway told as it happened: its dates in order, each clock that its records carry, and what the checks say.
//! The answer to "why is this a breach?", from the same waits and findings as every other output.
//!
//! In: records, waits, findings. Out: [`Story`]. Which dates there are is a matter of `fields.csv`; a value that may
//! say who the patient is never comes in.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use polars::prelude::*;

use crate::calendar::date::from_days;
use crate::findings::FindingRow;
use crate::measure::{WaitColumns, Waits};
use crate::records::Records;
use crate::rulebook::columns::RECORD;
use crate::rulebook::{Kind, Rulebook, suggestion};
use crate::sql::seen;
use crate::sql::{RunContext, Snippet, query};
use crate::terminal::failure::usage;

/// Everything about one pathway.
pub struct Story<'a> {
    pub pathway: String,
    /// Its records, in file order: number in [`Records`], file and row.
    pub records: Vec<(usize, &'a str, u32)>,
    /// By date.
    pub events: Vec<Event<'a>>,
    pub clocks: Vec<Clock>,
    pub findings: Vec<&'a FindingRow<'a>>,
}

/// A date of the pathway, and the records that hold it.
pub struct Event<'a> {
    pub date: NaiveDate,
    /// What people call the field.
    pub label: &'a str,
    /// Places in [`Story::records`].
    pub records: Vec<usize>,
}

/// One clock of one record: a line of the waits with all its shares.
pub struct Clock {
    /// Place in [`Story::records`].
    pub record: usize,
    pub standard: String,
    /// Why it is not counted; none when it is.
    pub reason: Option<String>,
    pub start: Option<NaiveDate>,
    pub stop: Option<NaiveDate>,
    pub adjustment: Option<i32>,
    pub days: Option<i32>,
    pub within: Option<bool>,
    pub month: Option<String>,
    pub route: Option<String>,
    pub cancer_type: Option<String>,
    /// Trust, its share of the patient, and how much of it is within the standard.
    pub shares: Vec<(String, f64, f64)>,
    /// The recorded reason for the delay, code and meaning.
    pub delay: Option<String>,
    /// What the rules say besides (`<data set>/why.sql`): what a line begins with, and its text.
    pub remarks: Vec<(String, String)>,
}

/// Gathers what is known of a pathway, named as the other outputs show it.
pub fn tell<'a>(
    rulebook: &'a Rulebook,
    records: &'a Records,
    waits: &Waits,
    findings: &'a [FindingRow<'a>],
    pathway: &str,
    context: &RunContext,
) -> Result<Story<'a>> {
    let numbers = numbers_of(records, pathway)?;
    let mut clocks = clocks(rulebook, records, waits, &numbers)?;
    remark(records, &numbers, &mut clocks, context)?;
    let origins = records.origins()?;
    let origin = |number: &usize| (*number, origins.file(*number), origins.row(*number));
    Ok(Story {
        pathway: pathway.to_string(),
        records: numbers.iter().map(origin).collect(),
        events: events(rulebook, records, &numbers)?,
        clocks,
        findings: findings
            .iter()
            .filter(|row| {
                row.record
                    .is_some_and(|record| numbers.contains(&(record as usize)))
            })
            .collect(),
    })
}

/// The numbers of the records of the pathway that outputs show under this key.
fn numbers_of(records: &Records, pathway: &str) -> Result<Vec<usize>> {
    let origins = records.origins()?;
    let found = origins.records_of(pathway);
    if found.is_empty() {
        return Err(usage(format!(
            "no record is of pathway `{pathway}`: {}; `clockstop waits` shows how pathways are named",
            suggestion(pathway, origins.pathways().collect::<Vec<_>>())
        )));
    }
    Ok(found)
}

/// Every date of the upload that the records hold, in order; the same date in several records is one event.
fn events<'a>(rulebook: &'a Rulebook, records: &Records, numbers: &[usize]) -> Result<Vec<Event<'a>>> {
    let mut found: BTreeMap<(NaiveDate, usize), Event> = BTreeMap::new();
    for (order, field) in rulebook
        .upload_fields()
        .enumerate()
        .filter(|(_, field)| field.kind == Kind::Date)
    {
        let dates = records.frame.column(&field.name)?.date()?;
        for (place, number) in numbers.iter().enumerate() {
            let Some(days) = dates.physical().get(*number) else {
                continue;
            };
            let event = Event {
                date: from_days(days),
                label: &field.label,
                records: Vec::new(),
            };
            found
                .entry((from_days(days), order))
                .or_insert(event)
                .records
                .push(place);
        }
    }
    Ok(found.into_values().collect())
}

/// Adds what the rules have to say of each clock, where they have anything.
fn remark(records: &Records, numbers: &[usize], clocks: &mut [Clock], context: &RunContext) -> Result<()> {
    let rulebook = context.rulebook;
    let path = format!("{}/why.sql", rulebook.data_set.folder);
    if rulebook.files.get(&path).is_none() {
        return Ok(());
    }
    let snippet = Snippet::file(&rulebook.files, &path)?;
    let own = records
        .frame
        .clone()
        .lazy()
        .filter(is_one_of(numbers))
        .collect()?;
    let tables = seen::WHY.tables(rulebook, [("records", own.lazy())])?;
    let remarks = query(&snippet, &tables, context)?.sort([RECORD], SortMultipleOptions::default())?;
    for line in 0..remarks.height() {
        let record = remarks
            .column(RECORD)?
            .u32()?
            .get(line)
            .map(|number| number as usize);
        let place = numbers.iter().position(|number| Some(*number) == record);
        let standard = text(&remarks, "standard", line)?;
        let clock = clocks
            .iter_mut()
            .find(|clock| Some(clock.record) == place && Some(&clock.standard) == standard.as_ref());
        if let (Some(clock), Some(name), Some(words)) = (
            clock,
            text(&remarks, "name", line)?,
            text(&remarks, "text", line)?,
        ) {
            clock.remarks.push((name, words));
        }
    }
    Ok(())
}

fn clocks(rulebook: &Rulebook, records: &Records, waits: &Waits, numbers: &[usize]) -> Result<Vec<Clock>> {
    let lines = waits.frame.clone().lazy().filter(is_one_of(numbers)).collect()?;
    let lines = WaitColumns::of_lines(&lines)?;
    let (routes, cancer_types) = (lines.text("route")?, lines.text("cancer_type")?);
    let mut clocks: Vec<Clock> = Vec::new();
    for line in 0..lines.lines() {
        let number = lines.record(line);
        let found = numbers.iter().position(|other| *other == number);
        let record = found.unwrap_or_default();
        let standard = lines.standard.get(line).unwrap_or_default();
        let share = share(&lines, line);
        if let Some(last) = clocks.last_mut()
            && last.record == record
            && last.standard == standard
        {
            last.shares.extend(share);
            continue;
        }
        let rules = rulebook.data_set.performance_of(standard);
        clocks.push(Clock {
            delay: rules.and_then(|rules| records.delay_reason(rulebook, rules, number)),
            route: routes.get(line).map(String::from),
            cancer_type: cancer_types.get(line).map(String::from),
            shares: share.into_iter().collect(),
            ..clock(&lines, line, record)
        });
    }
    Ok(clocks)
}

/// What a line of waits says of a clock, without its labels.
fn clock(lines: &WaitColumns, line: usize, record: usize) -> Clock {
    Clock {
        record,
        standard: lines.standard.get(line).unwrap_or_default().to_string(),
        reason: lines.reason.get(line).map(String::from),
        start: lines.start(line),
        stop: lines.stop(line),
        adjustment: lines.adjustment.get(line),
        days: lines.days.get(line),
        within: lines.within.get(line),
        month: lines.month.get(line).map(String::from),
        delay: None,
        route: None,
        cancer_type: None,
        shares: Vec::new(),
        remarks: Vec::new(),
    }
}

/// Whether a line is of one of these records.
fn is_one_of(numbers: &[usize]) -> Expr {
    let is_record = |number: &usize| col(RECORD).eq(lit(*number as u32));
    numbers
        .iter()
        .map(is_record)
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(false))
}

/// Trust, share and share within the standard; none where the line has no share.
fn share(lines: &WaitColumns, line: usize) -> Option<(String, f64, f64)> {
    let (trust, share) = (lines.org_code.get(line)?, lines.share.get(line)?);
    let within = lines.share_within.get(line).unwrap_or_default();
    Some((trust.to_string(), share, within))
}

fn text(lines: &DataFrame, name: &str, line: usize) -> Result<Option<String>> {
    Ok(lines.column(name)?.str()?.get(line).map(String::from))
}
