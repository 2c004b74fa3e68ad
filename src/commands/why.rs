//! `clockstop why`: shows one pathway as a timeline, with its clocks and its findings.

use std::fmt::Write;

use anyhow::Result;
use chrono::NaiveDate;

use super::explain::wrapped;
use super::reading::read;
use super::rulebook;
use crate::calendar::Month;
use crate::check;
use crate::cli::Why;
use crate::findings;
use crate::measure;
use crate::report::why::{Clock, Story, tell};
use crate::rulebook::Rulebook;
use crate::terminal::failure::Exit;
use crate::write;

pub fn run(options: &Why) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let (context, records) = read(&rulebook, &options.inputs, None)?;
    let waits = measure::run(&rulebook, &records, &context)?;
    let found = check::run(&rulebook, &records, &context, |check| check.enabled)?;
    let rows = findings::rows(&rulebook, &records, &found, |check| check.enabled)?;
    let story = tell(&rulebook, &records, &waits, &rows, &options.pathway, &context)?;
    write::text(None, &page(&rulebook, &story, context.as_at))?;
    Ok(Exit::Clean)
}

fn page(rulebook: &Rulebook, story: &Story, as_at: NaiveDate) -> String {
    let mut page = format!("pathway {}\n", story.pathway);
    for (index, (_, file, row)) in story.records.iter().enumerate() {
        let _ = writeln!(page, "  [{}]  {file} row {row}", index + 1);
    }
    page.push_str(&timeline(story, as_at));
    for clock in &story.clocks {
        page.push_str(&of_clock(rulebook, story, clock));
    }
    if !story.beside.is_empty() {
        page.push_str("\nbeside the clocks\n");
    }
    for (name, text) in &story.beside {
        page.push_str(&wrapped(&format!("  {name}"), text));
    }
    page.push_str(&checks(rulebook, story));
    page
}

/// One line for each date: days since the first clock started, what happened, in which records.
fn timeline(story: &Story, as_at: NaiveDate) -> String {
    let mut lines = String::from("\nevents\n");
    let first = story
        .clocks
        .iter()
        .filter_map(|clock| clock.start)
        .min()
        .or(story.events.first().map(|event| event.date));
    for event in &story.events {
        let day = first.map_or(0, |first| (event.date - first).num_days());
        let planned = if event.date > as_at { " (planned)" } else { "" };
        let _ = writeln!(
            lines,
            "  {}  {:<8}  {}{planned}{}",
            event.date,
            format!("day {day}"),
            event.label,
            record_numbers(story, &event.records)
        );
    }
    if story.events.is_empty() {
        lines.push_str("  no date is recorded\n");
    }
    if let Some((days, from, to)) = longest_stretch(story) {
        let _ = writeln!(
            lines,
            "  longest stretch without an event: {days} days, from {from} to {to}"
        );
    }
    lines
}

/// ` [1, 3]`, if the pathway has several records.
fn record_numbers(story: &Story, indexes: &[usize]) -> String {
    match story.records.len() {
        0 | 1 => String::new(),
        _ => format!(
            "  [{}]",
            indexes
                .iter()
                .map(|index| (index + 1).to_string())
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

fn longest_stretch(story: &Story) -> Option<(i64, NaiveDate, NaiveDate)> {
    let pairs = story.events.windows(2).map(|pair| {
        (
            (pair[1].date - pair[0].date).num_days(),
            pair[0].date,
            pair[1].date,
        )
    });
    // Of several equal stretches, the earliest.
    pairs
        .filter(|(days, ..)| *days > 0)
        .max_by_key(|(days, from, _)| (*days, std::cmp::Reverse(*from)))
}

fn of_clock(rulebook: &Rulebook, story: &Story, clock: &Clock) -> String {
    let title = rulebook
        .data_set
        .performance_of(&clock.standard)
        .map_or(clock.standard.as_str(), |rules| rules.title.as_str());
    let mut lines = format!(
        "\n{}  {title}{}\n",
        clock.standard,
        record_numbers(story, &[clock.record])
    );
    let mut line = |name: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            lines.push_str(&wrapped(&format!("  {name}"), &text));
        }
    };
    line("outcome", Some(outcome(rulebook, clock)));
    line("start", clock.start.map(|date| date.to_string()));
    line("stop", clock.stop.map(|date| date.to_string()));
    line("days", sum_of_days(clock));
    line("route", clock.route.clone());
    line("cancer type", clock.cancer_type.clone());
    line("month", clock.month.clone());
    line(
        "counted at",
        Some(
            clock
                .shares
                .iter()
                .map(share_words)
                .collect::<Vec<_>>()
                .join("; "),
        ),
    );
    if clock.reason.is_none() {
        clock
            .remarks
            .iter()
            .for_each(|(name, text)| line(name, Some(text.clone())));
    }
    let breach = clock.within == Some(false);
    line(
        "delay reason",
        clock.delay.clone().or(breach.then(|| "not recorded".to_string())),
    );
    lines
}

/// Within the standard, a breach by a number of days, or not counted with the reason.
fn outcome(rulebook: &Rulebook, clock: &Clock) -> String {
    if let Some(reason) = &clock.reason {
        let meaning = rulebook.data_set.reasons.get(reason).map_or("", String::as_str);
        return format!("not counted, {reason}: {meaning}");
    }
    // The limit of the month in which the wait counts, as for the figures.
    let month = clock.month.as_deref().and_then(|month| Month::parse(month).ok());
    let limit = month
        .and_then(|month| rulebook.standards.limit_on(&clock.standard, month.last_day()))
        .map(|limit| limit.days);
    match (clock.within, clock.days, limit) {
        (Some(true), Some(days), Some(limit)) => {
            format!("within the standard: {days} days, and up to {limit} are in time")
        }
        (Some(false), Some(days), Some(limit)) => {
            format!(
                "BREACH: {days} days, {} more than the {limit} that are in time",
                days - limit
            )
        }
        _ => "not judged".to_string(),
    }
}

fn sum_of_days(clock: &Clock) -> Option<String> {
    let (start, stop, days) = (clock.start?, clock.stop?, clock.days?);
    let adjustment = clock.adjustment.unwrap_or_default();
    Some(format!(
        "{days} = {} from start to stop, less {adjustment} adjusted",
        (stop - start).num_days()
    ))
}

fn share_words((trust, share, within): &(String, f64, f64)) -> String {
    let whole = if *share == 1.0 {
        "the whole patient".to_string()
    } else {
        format!("{share} of the patient")
    };
    format!(
        "{trust}, {whole}, {}",
        if within == share { "within" } else { "a breach" }
    )
}

fn checks(rulebook: &Rulebook, story: &Story) -> String {
    let mut lines = String::from("\nchecks\n");
    for finding in &story.findings {
        let index: Vec<usize> = (0..story.records.len())
            .filter(|index| finding.record == Some(story.records[*index].0 as u32))
            .collect();
        let place = match finding.record {
            Some(_) => record_numbers(story, &index),
            None => format!("  ({} row {})", finding.file, finding.row),
        };
        let _ = writeln!(
            lines,
            "  {}  {}  {}{place}",
            finding.check.id,
            finding.check.severity.word(),
            finding.message
        );
        let labels: Vec<&str> = finding.fields.iter().map(|name| rulebook.label(name)).collect();
        lines.push_str(&wrapped("    fields", &labels.join("; ")));
        lines.push_str(&wrapped("    fix", &finding.check.fix));
    }
    if story.findings.is_empty() {
        lines.push_str("  none: every check that could be assessed passed\n");
    }
    lines
}
