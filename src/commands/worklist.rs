//! `clockstop worklist read`: reads people's entries from copies of a worklist.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::{ReadWorklist, WorklistCommand};
use crate::runs::lock::Lock;
use crate::runs::worklist::copy;
use crate::runs::worklist::merge::{Merged, Outcome, take};
use crate::runs::worklist::state::{self, Field, STATE};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::{counted, say};
use crate::write::{self, Value};

const HEADINGS: [&str; 5] = ["finding", "file", "row", "column", "outcome"];

pub fn run(command: &WorklistCommand) -> Result<Exit> {
    match command {
        WorklistCommand::Read(options) => read(options),
    }
}

fn read(options: &ReadWorklist) -> Result<Exit> {
    let folder = folder(options)?;
    let _lock = Lock::take(&folder)?;
    let mut state = state::read(&folder)?;
    let mut rows = Vec::new();
    for file in &options.files {
        rows.extend(copy::read(file)?);
    }
    let merged = take(&mut state, &rows);
    state::write(&folder.join(STATE), &state)?;
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        merged.iter().map(values),
    )?;
    Ok(say_outcomes(&merged, &folder))
}

/// The folder of the run that the entries belong to: the named one, otherwise the first file's folder,
/// otherwise the default folder of `run`.
fn folder(options: &ReadWorklist) -> Result<PathBuf> {
    if let Some(folder) = &options.run {
        return known(folder).ok_or_else(|| {
            usage(format!(
                "`{}` has no `{STATE}`: name the folder into which `clockstop run` wrote the worklist",
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
    folder.join(STATE).is_file().then(|| folder.to_path_buf())
}

fn values(merged: &Merged) -> Vec<Value<'_>> {
    vec![
        Value::Text(&merged.finding),
        Value::Text(&merged.name),
        Value::Whole(merged.row.into()),
        merged
            .field
            .map_or(Value::Blank, |field| Value::Text(Field::heading(field))),
        Value::Text(merged.outcome.word()),
    ]
}

fn say_outcomes(merged: &[Merged], folder: &Path) -> Exit {
    let count = |outcome: Outcome| merged.iter().filter(|line| line.outcome == outcome).count();
    say!(
        "taken     {} into `{}`",
        counted(count(Outcome::Taken), "entry"),
        folder.join(STATE).display()
    );
    for (outcome, what) in [
        (
            Outcome::Conflict,
            "another copy says something else: both are kept in the comment, choose one",
        ),
        (
            Outcome::NotOnTheList,
            "a status that is not in the list: it is kept in the comment",
        ),
        (
            Outcome::UnknownId,
            "no run here has a row with this id: the entry is kept",
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
    say!("          the next `clockstop run` into this folder adds them to the new worklist");
    if merged.iter().any(|line| line.outcome.is_doubtful()) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
