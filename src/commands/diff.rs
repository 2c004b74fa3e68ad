//! `clockstop diff`: which findings are new, fixed or reopened since the run before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::cli::Diff;
use crate::runs::diff::{Change, Counts, Status, compare, count};
use crate::runs::record::{self, RunRecord};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;
use crate::write::{self, Value};

const HEADINGS: [&str; 9] = [
    "status", "check", "severity", "owner", "pathway", "finding", "file", "row", "fields",
];

pub fn run(options: &Diff) -> Result<Exit> {
    let runs: Vec<RunRecord> = options
        .runs
        .iter()
        .map(|path| record::read(path))
        .collect::<Result<_>>()?;
    same_key(&runs)?;
    let changes = compare(&runs);
    say(&runs, &changes);
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        changes.iter().map(values),
    )?;
    Ok(Exit::Clean)
}

/// Refuses runs with different keys: every id would differ.
fn same_key(runs: &[RunRecord]) -> Result<()> {
    let keys: BTreeSet<&Option<String>> = runs.iter().map(|run| &run.head.fingerprints.key).collect();
    match keys.len() {
        0 | 1 => Ok(()),
        _ => Err(usage(
            "the runs were made with different key files, or some without one, so their findings cannot be \
             matched: run them again with the same `--key-file`",
        )),
    }
}

fn values<'a>(change: &'a Change<'a>) -> Vec<Value<'a>> {
    let finding = change.finding;
    vec![
        Value::from(change.status.word()),
        Value::from(&finding.check),
        Value::from(&finding.severity),
        Value::from(&finding.owner),
        Value::from(Some(finding.pathway.as_str()).filter(|pathway| !pathway.is_empty())),
        Value::from(&finding.finding),
        Value::from(&finding.file),
        Value::Whole(finding.row.into()),
        Value::from(&finding.fields),
    ]
}

/// Says what changed, and whether the data or the rules changed.
fn say(runs: &[RunRecord], changes: &[Change]) {
    let [.., before, last] = runs else { return };
    say!(
        "runs      {} as at {}, then {} as at {}",
        before.head.month,
        before.head.as_at,
        last.head.month,
        last.head.as_at
    );
    if (&before.head.month, &before.head.provider) != (&last.head.month, &last.head.provider) {
        say!(
            "          for different months or trusts: `gone` then only says that a record belongs to the \
             other run"
        );
    }
    say!("data      {}", data(before, last));
    say!(
        "rulebook  {}",
        if before.head.rulebook == last.head.rulebook {
            "the same".to_string()
        } else {
            format!(
                "changed from {} to {}: a finding may be new or fixed because a rule changed",
                before.head.rulebook, last.head.rulebook
            )
        }
    );
    let unlasting = last
        .head
        .fingerprints
        .unlasting_pathways
        .max(before.head.fingerprints.unlasting_pathways);
    if unlasting > 0 {
        say!(
            "          {unlasting} pathways have no local id: they are identified only by file and row, and \
             are matched wrongly once rows move; use `--key-file`"
        );
    }
    say!(
        "found     {}",
        words(&count(changes, |_| ()).remove(&()).unwrap_or_default())
    );
    by("check", &count(changes, |change| change.finding.check.as_str()));
    by("owner", &count(changes, |change| change.finding.owner.as_str()));
}

/// Says whether the files have the same content, whatever their names.
fn data(before: &RunRecord, last: &RunRecord) -> String {
    let hashes = |run: &RunRecord| {
        run.head
            .inputs
            .iter()
            .map(|input| input.sha256.clone())
            .collect::<BTreeSet<_>>()
    };
    let (then, now) = (hashes(before), hashes(last));
    if then == now {
        "the same files".to_string()
    } else {
        format!(
            "changed: {} of {} input files differ from before",
            now.difference(&then).count(),
            now.len()
        )
    }
}

fn by(what: &str, counts: &BTreeMap<&str, Counts>) {
    let width = counts.keys().map(|name| name.len()).max().unwrap_or(0);
    for (index, (name, counts)) in counts.iter().enumerate() {
        let heading = if index == 0 {
            format!("by {what}")
        } else {
            String::new()
        };
        say!("{heading:<10}{name:<width$}  {}", words(counts));
    }
}

/// `3 new, 0 reopened, …`, without statuses that have no findings.
fn words(counts: &Counts) -> String {
    let words: Vec<String> = Status::ALL
        .iter()
        .filter_map(|status| {
            counts
                .get(status)
                .map(|count| format!("{count} {}", status.word().replace('_', " ")))
        })
        .collect();
    if words.is_empty() {
        "nothing in either run".to_string()
    } else {
        words.join(", ")
    }
}
