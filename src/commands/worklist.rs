//! `clockstop worklist read`: reads people's entries from copies of a worklist.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::{ReadWorklist, WorklistCommand};
use crate::runs::folder::names;
use crate::runs::lock::Lock;
use crate::runs::worklist::copy::{self, Row};
use crate::runs::worklist::form::Form;
use crate::runs::worklist::merge::{Merged, Outcome, take};
use crate::runs::worklist::state::{self, OF_LISTING, STATE};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::{counted, say};
use crate::write::{self, Value};

const HEADINGS: [&str; 5] = ["finding", "file", "row", "column", "outcome"];

pub fn run(command: &WorklistCommand) -> Result<Exit> {
    match command {
        WorklistCommand::Read(options) => read(options),
    }
}

pub fn read(options: &ReadWorklist) -> Result<Exit> {
    let folder = folder(options)?;
    let _lock = Lock::take(&folder)?;
    let mut kept = Vec::new();
    for file in states(&folder)? {
        let state = state::read(&folder, &file)?;
        kept.push((file, state));
    }
    let forms: Vec<(usize, Form)> = (0..)
        .zip(&kept)
        .flat_map(|(number, (_, state))| state.forms().into_iter().map(move |form| (number, form)))
        .collect();
    let only_forms: Vec<Form> = forms.iter().map(|(_, form)| form.clone()).collect();
    let mut rows: Vec<Vec<Row>> = forms.iter().map(|_| Vec::new()).collect();
    for file in &options.files {
        for (all, more) in rows.iter_mut().zip(copy::read(file, &only_forms)?) {
            all.extend(more);
        }
        for note in copy::not_read(file, &only_forms)? {
            say!("note: {note}");
        }
    }
    let mut merged = Vec::new();
    let mut into = Vec::new();
    for ((number, form), rows) in forms.iter().zip(&rows).filter(|(_, rows)| !rows.is_empty()) {
        let (file, state) = &mut kept[*number];
        merged.extend(take(state, form, rows));
        state::write(&folder.join(&file), state)?;
        into.push(file.clone());
    }
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        merged.iter().map(values),
    )?;
    into.dedup();
    Ok(say_outcomes(&merged, &folder, &into))
}

/// The files of a folder with people's entries: about findings, about listings.
fn states(folder: &Path) -> Result<Vec<String>> {
    let is_state = |name: &String| name == STATE || name.ends_with(OF_LISTING);
    Ok(names(folder)?.into_iter().filter(is_state).collect())
}

/// The folder of the run that the entries belong to: the named one, otherwise the first file's folder,
/// otherwise the default folder of `run`.
fn folder(options: &ReadWorklist) -> Result<PathBuf> {
    if let Some(folder) = &options.run {
        return known(folder).ok_or_else(|| {
            usage(format!(
                "`{}` has no `{STATE}` and no `…{OF_LISTING}`: name the folder into which `clockstop` wrote \
                the list",
                folder.display()
            ))
        });
    }
    let of_file = options.files.first().and_then(|file| file.parent());
    let of_file = of_file.map(|folder| {
        if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        }
    });
    of_file
        .and_then(known)
        .or_else(|| known(Path::new("out")))
        .ok_or_else(|| {
            usage(
                "which run do the entries belong to? Name its folder: `clockstop worklist read FILE --run \
                 FOLDER`",
            )
        })
}

fn known(folder: &Path) -> Option<PathBuf> {
    let holds_entries = states(folder).is_ok_and(|states| !states.is_empty());
    holds_entries.then(|| folder.to_path_buf())
}

fn values(merged: &Merged) -> Vec<Value<'_>> {
    vec![
        Value::from(&merged.finding),
        Value::from(&merged.name),
        Value::Whole(merged.row.into()),
        merged.field.as_deref().map_or(Value::Blank, Value::from),
        Value::from(merged.outcome.word()),
    ]
}

fn say_outcomes(merged: &[Merged], folder: &Path, into: &[String]) -> Exit {
    let count = |outcome: Outcome| merged.iter().filter(|line| line.outcome == outcome).count();
    let paths: Vec<String> = into
        .iter()
        .map(|file| format!("`{}`", folder.join(file).display()))
        .collect();
    say!(
        "taken     {} into {}",
        counted(count(Outcome::Taken), "entry"),
        paths.join(", ")
    );
    for (outcome, what) in [
        (
            Outcome::Conflict,
            "another copy says something else: both are kept in the comment, choose one",
        ),
        (
            Outcome::NotOnTheList,
            "a word that is not in the list: it is kept in the comment",
        ),
        (
            Outcome::UnknownId,
            "no list here has a row with this id: the entry is kept",
        ),
        (
            Outcome::WithoutId,
            "a row without an id has entries, which cannot be used: copy them to the right row",
        ),
        (
            Outcome::Mismatch,
            "the id of a row does not match its check or pathway: its entries are ignored",
        ),
    ] {
        let rows = merged.iter().filter(|line| line.outcome == outcome);
        for line in rows.clone().take(5) {
            say!(
                "{:<9} {} row {}, {}: {what}",
                outcome.word(),
                line.name,
                line.row,
                line.finding
            );
        }
        let more = rows.count().saturating_sub(5);
        if more > 0 {
            say!("          and {more} more");
        }
    }
    if count(Outcome::Taken) + count(Outcome::Conflict) > 0 {
        say!("next      the next run or list into this folder shows them, in a new workbook");
    } else {
        say!("next      nothing new: these copies say what was read before, or nothing");
    }
    if merged.iter().any(|line| line.outcome.is_doubtful()) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
