//! Compares our records of the month with the upload files that were submitted for it.

use std::collections::HashSet;

use anyhow::Result;

use super::{Found, Ours};
use crate::check;
use crate::cli::{Inputs, Reconcile};
use crate::commands::reading::{keeps_inputs, records, say_readings};
use crate::commands::waivers;
use crate::findings;
use crate::findings::waivers::{apply, holds_back};
use crate::reconcile::submitted::{self, Became, Comparison, Side};
use crate::records::Records;
use crate::records::content::Content;
use crate::records::selection::{self, Membership};
use crate::terminal::{counted, say};
use crate::write::Value;

const HEADINGS: [&str; 6] = ["status", "pathway", "ours", "submitted", "fields", "held_back"];

pub fn compare(ours: &Ours, options: &Reconcile) -> Result<Found> {
    let theirs = submitted_records(ours, options)?;
    let selection = selection::select(ours.rulebook, ours.records, ours.provider, ours.month)?;
    let their_selection = selection::select(ours.rulebook, &theirs, ours.provider, ours.month)?;
    let held_back = held_back(ours, options)?;
    let our_side = Side::new(ours.rulebook, ours.records, &selection, ours.context)?;
    let their_side = Side::new(ours.rulebook, &theirs, &their_selection, ours.context)?;
    let compared = submitted::compare(ours.rulebook, &our_side, &their_side, |record| {
        held_back.contains(&record)
    })?;
    say(
        ours,
        &compared,
        theirs.frame.height() - their_selection.count(Membership::InMonth),
        &held_back,
    );
    let shown = compared
        .iter()
        .filter(|record| options.all || record.became.is_difference());
    let rows = shown
        .map(|record| values(ours.records, &theirs, record, &held_back))
        .collect::<Result<Vec<_>>>()?;
    Ok(Found {
        headings: &HEADINGS,
        rows,
        is_different: compared.iter().any(|record| record.became.is_difference()),
    })
}

/// The records of the submitted files. They are read as upload files, whatever the source of our records.
fn submitted_records(ours: &Ours, options: &Reconcile) -> Result<Records> {
    let inputs = Inputs {
        inputs: options.submitted.clone(),
        source: None,
        ..options.inputs.clone()
    };
    keeps_inputs(&inputs, options.output.output.as_deref())?;
    let theirs = records(ours.rulebook, &inputs, ours.context)?;
    say_readings(&theirs);
    Ok(theirs)
}

/// Our records that a reject holds back from the upload, as in `clockstop run`.
fn held_back(ours: &Ours, options: &Reconcile) -> Result<HashSet<u32>> {
    let waivers = waivers::of_run(options.waivers.waivers.as_ref(), &options.inputs, ours.rulebook)?;
    let found = check::run(ours.rulebook, ours.records, ours.context, |check| check.enabled)?;
    let mut rows = findings::rows(ours.rulebook, ours.records, &found, |check| check.enabled)?;
    if let Some((waivers, key)) = &waivers {
        let content = Content::new(ours.rulebook, ours.records)?;
        let ran = |id: &str| found.checks.iter().any(|counts| counts.check.id == id);
        apply(waivers, &mut rows, &content, key, ours.context.as_at, ran)?;
    }
    Ok(rows
        .iter()
        .filter(|row| holds_back(ours.rulebook, row))
        .filter_map(|row| row.record)
        .collect())
}

fn say(ours: &Ours, compared: &[Comparison], elsewhere: usize, held_back: &HashSet<u32>) {
    let count = |became: Became| compared.iter().filter(|record| record.became == became).count();
    say!(
        "submitted {} in {}: {} equal, {} changed, {} added, {} removed",
        ours.provider,
        ours.month.title(),
        count(Became::Equal),
        count(Became::Changed),
        count(Became::Added),
        count(Became::Removed)
    );
    let submitted_since = compared.iter().filter(|record| record.submitted.is_some());
    let held_back_now = submitted_since
        .filter(|record| record.ours.is_some_and(|ours| held_back.contains(&ours)))
        .count();
    if held_back_now > 0 {
        say!(
            "          {} submitted but now held back by a reject (`held_back` is yes)",
            counted(held_back_now, "record")
        );
    }
    if count(Became::HeldBack) > 0 {
        say!(
            "          {} of ours held back by a reject and not submitted: no difference (`--all` lists \
             them)",
            counted(count(Became::HeldBack), "record")
        );
    }
    if elsewhere > 0 {
        say!(
            "          {} submitted for another month or trust: compared only if our record is in this month",
            counted(elsewhere, "record")
        );
    }
}

fn values(
    ours: &Records,
    theirs: &Records,
    record: &Comparison,
    held_back: &HashSet<u32>,
) -> Result<Vec<Value<'static>>> {
    let at = |records: &Records, number: Option<u32>| -> Result<Value<'static>> {
        Ok(number
            .map(|number| records.file_and_row(number))
            .transpose()?
            .map_or(Value::Blank, Value::from))
    };
    let (from, number) = record.ours.map_or((theirs, record.submitted), |ours_number| {
        (ours, Some(ours_number))
    });
    let origins = from.origins()?;
    let pathway = number.and_then(|number| origins.pathway(number as usize).map(String::from));
    Ok(vec![
        Value::from(record.became.words()),
        pathway.map_or(Value::Blank, Value::from),
        at(ours, record.ours)?,
        at(theirs, record.submitted)?,
        Value::from(record.fields.join(";")),
        record
            .ours
            .map_or(Value::Blank, |ours| Value::from(held_back.contains(&ours))),
    ])
}
