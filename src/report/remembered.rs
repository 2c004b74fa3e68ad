//! Adds the memory of a listing to its tables: an id for each row that lasts from list to list, what is new
//! since the list before, and what people wrote.

use std::collections::HashMap;

use anyhow::Result;
use chrono::NaiveDate;

use crate::findings::fingerprint;
use crate::report::Cell;
use crate::report::listing::Listed;
use crate::rulebook::{FormEntry, Listing, ListingForm};
use crate::runs::worklist::carry::give;
use crate::runs::worklist::form::{Field, Form};
use crate::runs::worklist::listed::{AGAIN, FIRST_LIST, Line, Memory, NEW, remember};
use crate::runs::worklist::state::State;
use crate::terminal::counted;
use crate::terminal::failure::usage;

/// The columns that each row with an id gets, before those that people fill in.
const ID: &str = "id";
const STANDING: &str = "standing";
const FIRST_LISTED: &str = "first_listed";
const EDITION: &str = "edition";
/// The column with the pathway that may be shown.
const PATHWAY: &str = "pathway";

/// The forms of a listing, as they are stored with the entries.
pub fn forms(listing: &Listing) -> Vec<Form> {
    listing.form.iter().map(|form| stored(listing, form)).collect()
}

fn stored(listing: &Listing, form: &ListingForm) -> Form {
    let heading = |column: &str| listing.heading(&form.table, column).unwrap_or(column).to_string();
    let field = |entry: &FormEntry| Field {
        name: entry.name.clone(),
        heading: entry.heading.clone(),
        words: entry.words.clone(),
    };
    Form {
        letter: form.letter,
        about_heading: form.about.as_deref().map(heading).unwrap_or_default(),
        pathway_heading: heading(PATHWAY),
        fields: form.entry.iter().map(field).collect(),
    }
}

/// Adds the columns of the memory to each table with a form. Without an earlier list (`None`) nothing is
/// compared, and the columns are blank.
pub fn add(
    listing: &Listing,
    listed: &mut [Listed],
    mut state: Option<&mut State>,
    as_at: NaiveDate,
    key: Option<&[u8]>,
) -> Result<()> {
    let mut remembered = Vec::new();
    for form in &listing.form {
        let Some(table) = listed.iter().position(|table| table.name == form.table) else {
            continue;
        };
        let lines = lines(form, &listed[table], key)?;
        let memory = match state.as_deref_mut() {
            Some(state) => remember(state, &stored(listing, form), &lines, as_at),
            None => Vec::new(),
        };
        remembered.push((form, table, lines, memory));
    }
    if let Some(state) = state.as_deref_mut() {
        state.forms = forms(listing);
        give(state);
    }
    let edition = state.map(|state| state.edition);
    for (form, table, lines, memory) in remembered {
        columns(form, &mut listed[table], &lines, &memory, edition);
    }
    Ok(())
}

/// The rows of a table with their ids. Rows with the same key are numbered in their order.
fn lines(form: &ListingForm, table: &Listed, key: Option<&[u8]>) -> Result<Vec<Line>> {
    let find = |name: &String| {
        table.index_of(name).ok_or_else(|| {
            usage(format!(
                "`form` of table `{}` names `{name}`, which the table lacks",
                form.table
            ))
        })
    };
    let own = form.key.iter().map(find).collect::<Result<Vec<_>>>()?;
    let otherwise = form.otherwise.iter().map(find).collect::<Result<Vec<_>>>()?;
    let about = form.about.as_ref().map(find).transpose()?;
    let pathway = table.index_of(PATHWAY);
    let mut alike: HashMap<String, usize> = HashMap::new();
    let line = |row: &Vec<Cell>| {
        let text = |index: &usize| row[*index].in_words();
        let is_known = own.iter().all(|index| row[*index] != Cell::Blank);
        let more = otherwise.iter().filter(|_| !is_known);
        let what = own.iter().chain(more).map(text).collect::<Vec<_>>().join("\0");
        let number = alike.entry(what.clone()).or_default();
        *number += 1;
        Line {
            id: fingerprint::of_row(form.letter, &format!("{what}\0{number}"), key),
            about: about.as_ref().map(text).unwrap_or_default(),
            pathway: pathway.as_ref().map(text).unwrap_or_default(),
        }
    };
    Ok(table.rows.iter().map(line).collect())
}

/// How many rows there are, how many are new, and how many people answered.
pub fn summary(form: &ListingForm, table: &Listed) -> String {
    let standing = |word: &str| {
        let only = [(STANDING.to_string(), word.to_string())].into();
        table.count(&only)
    };
    let entries: Vec<usize> = form
        .entry
        .iter()
        .filter_map(|entry| table.index_of(&entry.name))
        .collect();
    let is_answered = |row: &&Vec<Cell>| entries.iter().any(|index| row[*index] != Cell::Blank);
    let compared = match standing(FIRST_LIST) {
        0 => format!("{} new, {} again", standing(NEW), standing(AGAIN)),
        _ => FIRST_LIST.to_string(),
    };
    format!(
        "{}: {}; {compared}, {} with an entry",
        form.table,
        counted(table.rows.len(), "row"),
        table.rows.iter().filter(is_answered).count()
    )
}

fn columns(form: &ListingForm, table: &mut Listed, lines: &[Line], memory: &[Memory], edition: Option<u32>) {
    let count = table.rows.len();
    let of = |cell: &dyn Fn(&Memory) -> Cell| -> Vec<Cell> {
        (0..count)
            .map(|row| memory.get(row).map_or(Cell::Blank, cell))
            .collect()
    };
    table.add(ID, lines.iter().map(|line| line.id.clone().into()));
    table.add(STANDING, of(&|row| row.standing.to_string().into()));
    table.add(FIRST_LISTED, of(&|row| Cell::Date(row.first_listed)));
    for entry in &form.entry {
        let text = |row: &Memory| match row.entry.get(&entry.name) {
            "" => Cell::Blank,
            text => text.to_string().into(),
        };
        table.add(&entry.name, of(&text));
    }
    let edition = edition.map_or(Cell::Blank, |edition| Cell::Whole(edition.into()));
    table.add(EDITION, vec![edition; count]);
}
