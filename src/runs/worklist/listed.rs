//! The memory of a listing from list to list: which rows are new since the list before, and what people
//! wrote into each.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::form::Form;
use super::state::{Entry, State};

/// A row of a listing that is recognised in the next list.
pub struct Line {
    pub id: String,
    /// What the row is about, such as the id of the condition that is met.
    pub about: String,
    pub pathway: String,
}

/// What the memory adds to a row.
pub struct Memory {
    pub standing: &'static str,
    pub first_listed: NaiveDate,
    pub entry: Entry,
}

/// The words for a row compared with the list before.
pub const FIRST_LIST: &str = "first list";
pub const NEW: &str = "new";
pub const AGAIN: &str = "again";
pub const AS_BEFORE: &str = "as before";

/// Remembers the rows of one form, in their order. Making the list of a day again gives the same result.
pub fn remember(state: &mut State, form: &Form, lines: &[Line], as_at: NaiveDate) -> Vec<Memory> {
    let started = *state.started.get_or_insert(as_at);
    let listed: HashSet<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    let absent: HashSet<String> = state
        .findings
        .iter()
        .filter(|(id, known)| form.is_id(id) && !known.is_found && known.first_seen.is_some())
        .map(|(id, _)| id.clone())
        .collect();
    for (id, known) in state.findings.iter_mut().filter(|(id, _)| form.is_id(id)) {
        known.is_found = listed.contains(id.as_str());
    }
    let remembered = lines.iter().map(|line| {
        let known = state.findings.entry(line.id.clone()).or_default();
        known.about.clone_from(&line.about);
        known.pathway.clone_from(&line.pathway);
        known.is_found = true;
        let first = known.first_seen.map_or(as_at, |first| first.min(as_at));
        known.first_seen = Some(first);
        if absent.contains(&line.id) {
            known.back = Some(as_at);
        }
        Memory {
            standing: standing(known.back == Some(as_at), first, started, as_at),
            first_listed: first,
            entry: known.now.clone(),
        }
    });
    remembered.collect()
}

fn standing(is_back: bool, first: NaiveDate, started: NaiveDate, as_at: NaiveDate) -> &'static str {
    match (is_back, first == as_at) {
        (true, false) => AGAIN,
        (_, true) if started == as_at => FIRST_LIST,
        (_, true) => NEW,
        (false, false) => AS_BEFORE,
    }
}
