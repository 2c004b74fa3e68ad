//! `clockstop synth`: writes synthetic exports, with faults if the options ask for them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::rulebook;
use crate::cli::Synth;
use crate::rule_tests::example_text;
use crate::rulebook::{Check, Row, Rulebook, suggestion};
use crate::synth::{Break, Plants, Request, write};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;

pub fn run(options: &Synth) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    let path = format!("{}/synth.toml", rulebook.data_set.folder);
    let Some(profile) = rulebook.files.get(&path) else {
        return Err(usage(format!(
            "data set `{}` has no `rules/{path}` to make records from",
            rulebook.data_set.name
        )));
    };
    let xml = rulebook
        .sources
        .iter()
        .find(|source| source.name == options.source)
        .and_then(|source| source.xml.as_ref());
    // Nobody fills all fields of a nested data set: the profile names those that it writes.
    let fields: Vec<&str> = rulebook
        .upload_fields()
        .filter(|_| xml.is_none())
        .map(|field| field.name.as_str())
        .collect();
    let titles: Vec<&str> = rulebook
        .upload_fields()
        .map(|field| field.title.as_str())
        .collect();
    let breaks = options
        .breaks
        .iter()
        .map(|id| planted(&rulebook, id))
        .collect::<Result<Vec<Break>>>()?;
    let request = Request {
        profile,
        fields: &fields,
        titles: &titles,
        source: &options.source,
        xml,
        rows: options.rows,
        seed: options.seed,
        out: &options.output,
        breaks: &breaks,
        faults: options.faults,
    };
    for file in write(&request)? {
        say!("wrote     {}", file.display());
    }
    Ok(Exit::Clean)
}

/// The fault that a check finds: its first failing example, a fault of the file, or a row that is missing
/// from one table.
pub fn planted(rulebook: &Rulebook, id: &str) -> Result<Break> {
    let Some(check) = rulebook.check(id) else {
        let known = rulebook.checks.iter().map(|check| check.id.as_str());
        return Err(usage(format!(
            "there is no check `{id}`: {}",
            suggestion(&id.to_uppercase(), known)
        )));
    };
    let plants = match (check.finds, check.extra_table(), check.fail.first()) {
        (Some(finds), _, _) => Plants::File(finds, rulebook.data_set.upload_max_records),
        (None, Some(_), _) => Plants::Missing,
        (None, None, Some(example)) => {
            Plants::Rows(example.rows().iter().map(|row| cells(check, row)).collect())
        }
        (None, None, None) => {
            return Err(usage(format!(
                "check `{}` has no failing example, so there is nothing to plant: add one under `fail`",
                check.id
            )));
        }
    };
    let needs = match &plants {
        Plants::Rows(rows) => needed(check, rows),
        _ => Vec::new(),
    };
    Ok(Break {
        id: check.id.clone(),
        plants,
        needs,
    })
}

/// The fields without which the example would not fail: those that the check uses, and those that differ
/// between its rows. Other fields only connect rows, and the rows that receive the fault are connected
/// anyway.
fn needed(check: &Check, rows: &[BTreeMap<String, String>]) -> Vec<String> {
    let is_about = |name: &String| {
        check
            .fields
            .iter()
            .chain(&check.each)
            .any(|field| field.get_ref() == name)
    };
    let differs = |name: &String| rows.iter().any(|row| row.get(name) != rows[0].get(name));
    let filled: BTreeSet<&String> = rows
        .iter()
        .flatten()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, _)| name)
        .collect();
    filled
        .into_iter()
        .filter(|name| is_about(name) || differs(name))
        .cloned()
        .collect()
}

/// An example's cells. A field that the check names and the example omits is blank. Fields that a check names
/// by type are left out, because they are too many to be intended.
fn cells(check: &Check, row: &Row) -> BTreeMap<String, String> {
    let named = if check.each.is_empty() {
        &check.fields
    } else {
        &check.each
    };
    let named = named
        .iter()
        .map(|name| name.get_ref())
        .filter(|name| !name.starts_with("type:") && !row.contains_key(*name));
    let blank = named.map(|name| (name.clone(), String::new()));
    blank
        .chain(
            row.iter()
                .map(|(name, value)| (name.clone(), example_text(value))),
        )
        .collect()
}
