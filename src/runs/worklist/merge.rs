//! Merges people's entries into the state: the changes that each copy made since the worklist was issued. If
//! two copies changed the same cell differently, both texts are kept and the conflict is reported.

use std::collections::HashMap;

use super::copy::Row;
use super::form::{Field, Form, STATUS};
use super::state::{Known, State};
use super::words::REOPENED;

/// What happened to a cell that somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is now in the state.
    Taken,
    /// Another copy says something else. Two comments are joined; of two words from a list, the first stays
    /// and the other goes into the comment.
    Conflict,
    /// The word is not in the list of its field: it goes into the comment.
    NotOnTheList,
    /// No run here has found a finding with this id: the entry is kept under the id.
    UnknownId,
    /// The row has no id, so it cannot be merged.
    WithoutId,
    /// The id does not belong to the row's check (or condition) or pathway: somebody changed a locked cell or
    /// moved part of a row.
    Mismatch,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Taken => "taken",
            Outcome::Conflict => "conflict",
            Outcome::NotOnTheList => "not on the list",
            Outcome::UnknownId => "unknown id",
            Outcome::WithoutId => "without id",
            Outcome::Mismatch => "mismatch",
        }
    }

    /// Whether a person has to look at it.
    pub fn is_doubtful(self) -> bool {
        self != Outcome::Taken
    }
}

/// One line of the report about a merge.
pub struct Merged {
    pub finding: String,
    pub name: String,
    pub row: u32,
    /// The heading of the field; `None` for a line about the whole row.
    pub field: Option<String>,
    pub outcome: Outcome,
}

/// Merges the rows of copies with this form into the state, in the order in which the copies were named.
pub fn take(state: &mut State, form: &Form, rows: &[Row]) -> Vec<Merged> {
    let mut merged = Vec::new();
    // Cells that a copy, now or earlier, has already changed.
    let mut seen: HashMap<(String, usize), String> = HashMap::new();
    for row in rows {
        let mut report = |field: Option<&Field>, outcome| {
            merged.push(Merged {
                finding: row.id.clone(),
                name: row.name.clone(),
                row: row.row,
                field: field.map(|field| field.heading.clone()),
                outcome,
            });
        };
        if !form.is_id(&row.id) {
            report(None, Outcome::WithoutId);
            continue;
        }
        let is_unknown = !state.findings.contains_key(&row.id);
        if is_unknown && !row.has_entry() {
            continue;
        }
        let known = state
            .findings
            .entry(row.id.clone())
            .or_insert_with(|| unknown(row));
        if is_unknown {
            report(None, Outcome::UnknownId);
        } else if is_mismatch(known, row) {
            report(None, Outcome::Mismatch);
            continue;
        }
        for (index, field) in form.fields.iter().enumerate() {
            let Some(text) = row.cells[index].as_deref() else {
                continue;
            };
            let given = known.given_in(row.edition);
            let before = given.get(&field.name);
            if text == before || text == known.now.get(&field.name) {
                continue;
            }
            let outcome = take_cell(known, form, field, before, text);
            if seen.insert((row.id.clone(), index), text.to_string()).as_deref() != Some(text) {
                report(Some(field), outcome);
            }
        }
    }
    merged
}

/// What is stored for a row that no run here has made.
fn unknown(row: &Row) -> Known {
    Known {
        about: row.about.clone().unwrap_or_default(),
        pathway: row.pathway.clone().unwrap_or_default(),
        ..Known::default()
    }
}

fn is_mismatch(known: &Known, row: &Row) -> bool {
    let differs = |cell: &Option<String>, ours: &str| {
        cell.as_deref()
            .is_some_and(|cell| !cell.is_empty() && !ours.is_empty() && cell != ours)
    };
    differs(&row.about, &known.about) || differs(&row.pathway, &known.pathway)
}

fn take_cell(known: &mut Known, form: &Form, field: &Field, given: &str, text: &str) -> Outcome {
    let is_word = text.is_empty() || field.words.is_empty() || field.words.iter().any(|word| word == text);
    if !is_word {
        note(known, form, field, text);
        return Outcome::NotOnTheList;
    }
    let now = known.now.get(&field.name);
    if now == given || is_ours(field, now) {
        known.replace(field, text);
        return Outcome::Taken;
    }
    note(known, form, field, text);
    Outcome::Conflict
}

/// Whether a run set this status, and nobody wrote it.
fn is_ours(field: &Field, now: &str) -> bool {
    field.name == STATUS && now == REOPENED
}

/// Adds a text that cannot go into its cell to the comment, once.
fn note(known: &mut Known, form: &Form, field: &Field, text: &str) {
    let Some(notes) = form.notes() else { return };
    let kept = if field.name == notes.name {
        text.to_string()
    } else {
        format!("[{}: {text}]", field.heading)
    };
    let now = known.now.get(&notes.name);
    if text.is_empty() || now.contains(&kept) {
        return;
    }
    let joined = if now.is_empty() {
        kept
    } else {
        format!("{now} | {kept}")
    };
    known.now.set(&notes.name, &joined);
}
