//! The story of one pathway: its dates in order, each clock that its records carry, and what the checks
//! found. It answers "why is this a breach?" from the same waits and findings as every other output.
//!
//! In: records, waits, findings. Out: [`Story`]. `fields.csv` says which dates there are. A value that may
//! identify the patient is never included.

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
    /// The records of the pathway in file order: number in [`Records`], file and row.
    pub records: Vec<(usize, &'a str, u32)>,
    /// Sorted by date.
    pub events: Vec<Event<'a>>,
    pub clocks: Vec<Clock>,
    /// Remarks of the rules that are about no clock of the records: label and text.
    pub beside: Vec<(String, String)>,
    pub findings: Vec<&'a FindingRow<'a>>,
}

/// One date of the pathway, and the records with this date.
pub struct Event<'a> {
    pub date: NaiveDate,
    /// The field's title.
    pub label: &'a str,
    /// Indexes into [`Story::records`].
    pub records: Vec<usize>,
}

/// One clock of one record: a line of the waits with all its shares.
pub struct Clock {
    /// Index into [`Story::records`].
    pub record: usize,
    pub standard: String,
    /// Why it is not counted; `None` if it is counted.
    pub reason: Option<String>,
    pub start: Option<NaiveDate>,
    pub stop: Option<NaiveDate>,
    pub adjustment: Option<i32>,
    pub days: Option<i32>,
    pub within: Option<bool>,
    pub month: Option<String>,
    pub route: Option<String>,
    pub cancer_type: Option<String>,
    /// For each trust: its code, its share of the patient, and how much of the share is within the standard.
    pub shares: Vec<(String, f64, f64)>,
    /// The recorded reason for the delay: code and meaning.
    pub delay: Option<String>,
    /// Remarks of the rules (`<data set>/why.sql`): label and text.
    pub remarks: Vec<(String, String)>,
}

/// Collects everything about a pathway, identified by its name in the other outputs.
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
    let beside = remark(records, &numbers, &mut clocks, context)?;
    let origins = records.origins()?;
    let origin = |number: &usize| (*number, origins.file(*number), origins.row(*number));
    Ok(Story {
        pathway: pathway.to_string(),
        records: numbers.iter().map(origin).collect(),
        events: events(rulebook, records, &numbers)?,
        clocks,
        beside,
        findings: findings
            .iter()
            .filter(|row| match row.record {
                Some(record) => numbers.contains(&(record as usize)),
                // A row of an extra table.
                None => row.pathway == Some(pathway),
            })
            .collect(),
    })
}

/// The numbers of the records of the pathway with this name.
fn numbers_of(records: &Records, pathway: &str) -> Result<Vec<usize>> {
    let origins = records.origins()?;
    let found = origins.records_of(pathway);
    if found.is_empty() {
        return Err(usage(format!(
            "no record belongs to pathway `{pathway}`: {}; `clockstop waits` shows the names of pathways",
            suggestion(pathway, origins.pathways().collect::<Vec<_>>())
        )));
    }
    Ok(found)
}

/// Every upload date in the records, in order. The same date in several records is one event.
fn events<'a>(rulebook: &'a Rulebook, records: &Records, numbers: &[usize]) -> Result<Vec<Event<'a>>> {
    let mut found: BTreeMap<(NaiveDate, usize), Event> = BTreeMap::new();
    for (order, field) in rulebook
        .upload_fields()
        .enumerate()
        .filter(|(_, field)| field.kind == Kind::Date)
    {
        let dates = records.frame.column(&field.name)?.date()?;
        for (index, number) in numbers.iter().enumerate() {
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
                .push(index);
        }
    }
    Ok(found.into_values().collect())
}

/// Adds the rules' remarks on each clock, if the rules have any, and gives those without a standard.
fn remark(
    records: &Records,
    numbers: &[usize],
    clocks: &mut [Clock],
    context: &RunContext,
) -> Result<Vec<(String, String)>> {
    let rulebook = context.rulebook;
    let path = format!("{}/why.sql", rulebook.data_set.folder);
    if rulebook.files.get(&path).is_none() {
        return Ok(Vec::new());
    }
    let snippet = Snippet::file(&rulebook.files, &path)?;
    let own = records
        .frame
        .clone()
        .lazy()
        .filter(is_one_of(numbers))
        .collect()?;
    let extra = records.every_extra_table(context)?;
    let extra = extra
        .iter()
        .map(|(name, rows)| (name.as_str(), rows.clone().lazy()));
    let tables = seen::WHY.tables(rulebook, std::iter::once(("records", own.lazy())).chain(extra))?;
    let remarks = query(&snippet, &tables, context)?.sort([RECORD], SortMultipleOptions::default())?;
    let mut beside = Vec::new();
    for line in 0..remarks.height() {
        let (Some(name), Some(words)) = (text(&remarks, "name", line)?, text(&remarks, "text", line)?) else {
            continue;
        };
        let Some(standard) = text(&remarks, "standard", line)? else {
            beside.push((name, words));
            continue;
        };
        let record = remarks.column(RECORD)?.u32()?.get(line);
        let index = numbers.iter().position(|number| Some(*number as u32) == record);
        let clock = clocks
            .iter_mut()
            .find(|clock| Some(clock.record) == index && clock.standard == standard);
        if let Some(clock) = clock {
            clock.remarks.push((name, words));
        }
    }
    Ok(beside)
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

/// The clock in a line of waits, without its labels.
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

/// Whether a line belongs to one of these records.
fn is_one_of(numbers: &[usize]) -> Expr {
    let is_record = |number: &usize| col(RECORD).eq(lit(*number as u32));
    numbers
        .iter()
        .map(is_record)
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(false))
}

/// Trust, share, and share within the standard; `None` if the line has no share.
fn share(lines: &WaitColumns, line: usize) -> Option<(String, f64, f64)> {
    let (trust, share) = (lines.org_code.get(line)?, lines.share.get(line)?);
    let within = lines.share_within.get(line).unwrap_or_default();
    Some((trust.to_string(), share, within))
}

fn text(lines: &DataFrame, name: &str, line: usize) -> Result<Option<String>> {
    Ok(lines.column(name)?.str()?.get(line).map(String::from))
}
