//! `worklist.json`: what people wrote into the worklist, and when each finding was first seen. The file is
//! next to `run.json` and is the program's memory from run to run.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::terminal::failure::input;
use crate::write::whole_file;

/// The name of the file.
pub const STATE: &str = "worklist.json";
const SCHEMA_VERSION: u32 = 1;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State {
    pub schema_version: u32,
    /// The edition of the last worklist. It grows when a worklist shows something else to fill in than the
    /// one before.
    #[serde(default)]
    pub edition: u32,
    /// By id of the finding.
    pub findings: BTreeMap<String, Known>,
}

/// One finding, whether or not the last run found it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Known {
    pub check: String,
    /// The pathway, as the worklist shows it.
    pub pathway: String,
    /// The date of the first run that found it; `None` for a row of a worklist that no run here has found.
    pub first_seen: Option<NaiveDate>,
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

/// The columns of the worklist that people fill in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub assigned_to: String,
}

/// A column that people fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Status,
    Action,
    Comment,
    AssignedTo,
}

impl Field {
    pub const ALL: [Field; 4] = [Field::Status, Field::Action, Field::Comment, Field::AssignedTo];

    /// The heading in the worklist, without the mark `*`.
    pub fn heading(self) -> &'static str {
        match self {
            Field::Status => "Status",
            Field::Action => "Action taken",
            Field::Comment => "Comment",
            Field::AssignedTo => "Assigned to",
        }
    }
}

impl Entry {
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Status => &self.status,
            Field::Action => &self.action,
            Field::Comment => &self.comment,
            Field::AssignedTo => &self.assigned_to,
        }
    }

    pub fn set(&mut self, field: Field, text: &str) {
        let cell = match field {
            Field::Status => &mut self.status,
            Field::Action => &mut self.action,
            Field::Comment => &mut self.comment,
            Field::AssignedTo => &mut self.assigned_to,
        };
        *cell = text.to_string();
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
    pub fn replace(&mut self, field: Field, text: &str) {
        let before = self.now.get(field);
        if !before.is_empty() && before != text {
            self.earlier.push(format!("{}: {before}", field.heading()));
        }
        self.now.set(field, text);
    }
}

/// The state of a folder; empty if there is no file yet.
pub fn read(folder: &Path) -> Result<State> {
    let path = folder.join(STATE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
        Err(error) => return Err(input(format!("`{}` cannot be read: {error}", path.display()))),
    };
    // The parser's message may quote a comment, so only the line number is shown.
    serde_json::from_str(&text).map_err(|error| {
        input(format!(
            "`{}` is damaged (line {}): it holds what people wrote into the worklist. Restore a copy of it, \
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
            "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"edition\": {},\n  \"findings\": {{",
            state.edition
        )?;
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
