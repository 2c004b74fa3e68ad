//! The worklist's memory from run to run: people's entries go into the new worklist, with the age of each
//! finding.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::form::{Form, STATUS};
use super::state::{Entry, Known, State};
use super::words::{ACCEPTED, CORRECTED, REOPENED, TO_DO};
use crate::report::FindingLine;
use crate::write::privacy::shown;

/// Adds people's entries and first dates to the findings of a run, and updates the state. Returns how many
/// were reopened: found now, but marked as corrected or no longer found before.
pub fn carry(state: &mut State, findings: &mut [FindingLine], as_at: NaiveDate) -> usize {
    let mut reopened = 0;
    let form = Form::of_findings();
    let found: HashSet<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    let was_found: HashSet<String> = state
        .findings
        .iter()
        .filter(|(_, known)| known.is_found || known.first_seen.is_none())
        .map(|(id, _)| id.clone())
        .collect();
    for (id, known) in &mut state.findings {
        known.is_found = found.contains(id.as_str());
    }
    for finding in findings {
        let is_new = !state.findings.contains_key(&finding.id);
        let known = state.findings.entry(finding.id.clone()).or_default();
        let came_back = !is_new && !was_found.contains(&finding.id);
        let is_reopened = came_back || known.now.get(STATUS) == CORRECTED;
        reopened += usize::from(is_reopened && known.now.get(STATUS) != REOPENED);
        update(known, &form, finding, as_at, is_reopened);
        finding.first_seen = known.first_seen.unwrap_or(as_at);
        finding.months_open = months(finding.first_seen, as_at);
        finding.entry = known.now.clone();
    }
    give(state);
    reopened
}

fn update(known: &mut Known, form: &Form, finding: &FindingLine, as_at: NaiveDate, is_reopened: bool) {
    known.about = finding.check.clone();
    known.pathway = finding.pathway.clone();
    known.is_found = true;
    known.first_seen = Some(known.first_seen.map_or(as_at, |first| first.min(as_at)));
    if is_reopened {
        form.fields
            .iter()
            .filter(|field| field.name == STATUS)
            .for_each(|status| known.replace(status, REOPENED));
    } else if known.now.get(STATUS).is_empty() {
        let start = if finding.waived.is_empty() {
            TO_DO
        } else {
            ACCEPTED
        };
        known.now.set(STATUS, start);
    }
}

/// Records what the new worklist shows in the columns to fill in. If that differs from the last worklist,
/// this is a new edition.
pub fn give(state: &mut State) {
    let changes = |known: &Known| known.given_in(None) != as_shown(&known.now);
    let is_new = |known: &Known| known.given.is_empty();
    let found = || state.findings.values().filter(|known| known.is_found);
    if state.edition == 0 || found().any(|known| !is_new(known) && changes(known)) {
        state.edition += 1;
    }
    for known in state.findings.values_mut().filter(|known| known.is_found) {
        if is_new(known) || changes(known) {
            known.given.insert(state.edition, as_shown(&known.now));
        }
    }
}

/// An entry as the workbook's cells show it.
fn as_shown(entry: &Entry) -> Entry {
    entry.with_texts(|text| shown(text).replace(char::is_control, " ").trim().to_string())
}

/// Whole months between two days.
fn months(from: NaiveDate, to: NaiveDate) -> u32 {
    let of = |date: NaiveDate| date.year() * 12 + date.month0() as i32;
    let months = of(to) - of(from) - i32::from(to.day() < from.day());
    months.max(0) as u32
}
