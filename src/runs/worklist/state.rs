//! What people wrote into a list, and when each of its rows was first seen: `worklist.json` next to
//! `run.json` for the findings of runs, `<listing>-entries.json` next to the workbooks of a listing. It is
//! the program's memory from list to list.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::form::{Field, Form};
use crate::terminal::failure::input;
use crate::write::whole_file;

/// The file about the findings of runs.
pub const STATE: &str = "worklist.json";
/// The end of the name of the file about a listing.
pub const OF_LISTING: &str = "-entries.json";
const SCHEMA_VERSION: u32 = 1;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State {
    pub schema_version: u32,
    /// The edition of the last worklist. It grows when a worklist shows something else to fill in than the
    /// one before.
    #[serde(default)]
    pub edition: u32,
    /// The day of a listing's first list.
    #[serde(default)]
    pub started: Option<NaiveDate>,
    /// The forms of a listing's rows; none: the form of findings.
    #[serde(default)]
    pub forms: Vec<Form>,
    /// Workbooks of a listing as they were last written or read: hash by file name.
    #[serde(default)]
    pub books: BTreeMap<String, String>,
    /// By id of the finding or row.
    pub findings: BTreeMap<String, Known>,
}

impl State {
    /// The forms of its rows.
    pub fn forms(&self) -> Vec<Form> {
        if self.forms.is_empty() {
            vec![Form::of_findings()]
        } else {
            self.forms.clone()
        }
    }
}

/// One finding or row, whether or not the last list had it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Known {
    #[serde(rename = "check")]
    pub about: String,
    /// The pathway, as the worklist shows it.
    pub pathway: String,
    /// The date of the first run that found it; `None` for a row of a worklist that no run here has found.
    pub first_seen: Option<NaiveDate>,
    /// The day of the list on which it came back, after lists without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<NaiveDate>,
    /// Whether the last run found it.
    pub is_found: bool,
    /// What worklists showed to people, by the first edition that showed it: an older copy is compared with
    /// its own edition.
    pub given: BTreeMap<u32, Entry>,
    /// What people have written since then.
    pub now: Entry,
    /// Texts that were replaced or removed, oldest first: nothing that was typed is lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<String>,
}

/// What people wrote into one row, by the name of the form's field; a blank cell is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entry(BTreeMap<String, String>);

impl Entry {
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    pub fn set(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.0.remove(field);
        } else {
            self.0.insert(field.to_string(), text.to_string());
        }
    }

    /// The entry with each text changed; one that becomes blank is left out.
    pub fn with_texts(&self, change: impl Fn(&str) -> String) -> Entry {
        let mut changed = Entry::default();
        for (field, text) in &self.0 {
            changed.set(field, &change(text));
        }
        changed
    }
}

impl Known {
    /// What the worklist of an edition showed; of the newest edition if the edition is not known.
    pub fn given_in(&self, edition: Option<u32>) -> Entry {
        let until = edition.unwrap_or(u32::MAX);
        let given = self.given.range(..=until).next_back();
        given.map(|(_, entry)| entry.clone()).unwrap_or_default()
    }

    /// Replaces an entry and keeps the earlier text.
    pub fn replace(&mut self, field: &Field, text: &str) {
        let before = self.now.get(&field.name);
        if !before.is_empty() && before != text {
            self.earlier.push(format!("{}: {before}", field.heading));
        }
        self.now.set(&field.name, text);
    }
}

/// The state in a file of a folder; empty if there is no file yet.
pub fn read(folder: &Path, file: &str) -> Result<State> {
    let path = folder.join(file);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
        Err(error) => return Err(input(format!("`{}` cannot be read: {error}", path.display()))),
    };
    // The parser's message may quote a comment, so only the line number is shown.
    serde_json::from_str(&text).map_err(|error| {
        input(format!(
            "`{}` is damaged (line {}): it holds what people wrote into the list. Restore a copy of it, \
             or move it away to start again",
            path.display(),
            error.line()
        ))
    })
}

/// Writes the state, with one finding on each line.
pub fn write(path: &Path, state: &State) -> Result<()> {
    whole_file(path, |file| {
        write!(
            file,
            "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"edition\": {},",
            state.edition
        )?;
        if !state.forms.is_empty() {
            write!(
                file,
                "\n  \"started\": {},\n  \"forms\": {},\n  \"books\": {},",
                serde_json::to_string(&state.started)?,
                serde_json::to_string(&state.forms)?,
                serde_json::to_string(&state.books)?
            )?;
        }
        write!(file, "\n  \"findings\": {{")?;
        for (number, (id, known)) in state.findings.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(
                file,
                "{comma}\n    {}: {}",
                json!(id),
                serde_json::to_string(known)?
            )?;
        }
        let end = if state.findings.is_empty() { "" } else { "\n  " };
        writeln!(file, "{end}}}\n}}")?;
        Ok(())
    })
}
