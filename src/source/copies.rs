//! Tells of two files of one table that hold the same rows with other values: usually an old export beside
//! the new one. The program cannot know which one is right, so it asks. Events are no such rows: the tests and
//! the appointments of a patient share a number, and nearly all of them differ.

use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;

use super::recognise::{Recognised, spelled};
use crate::rulebook::Source;
use crate::table::listed;
use crate::terminal::counted;

/// Messages about files of the same table whose rows have the same key and other values. XML files are small
/// and many, and values of theirs are often equal by chance: checks look for records that stand twice.
pub fn told(source: &Source, group: &[Recognised]) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    if source.xml.is_some() {
        return Ok(notes);
    }
    for (place, second) in group.iter().enumerate() {
        for first in group[..place]
            .iter()
            .filter(|first| std::ptr::eq(first.table, second.table))
        {
            notes.extend(compared(first, second)?);
        }
    }
    Ok(notes)
}

/// The rows of each value of a column.
type Rows<'a> = HashMap<&'a str, usize>;

/// One in so many rows of the smaller file stands in the other one too, if the column identifies rows: values
/// that are equal by chance are fewer.
const ONE_IN: usize = 4;

/// A column that identifies the rows of both files.
struct Key<'a> {
    name: String,
    /// The source says so (`[table.same]`); otherwise it is a guess, since nearly each row has its own value.
    is_declared: bool,
    left: Rows<'a>,
    right: Rows<'a>,
}

fn key<'a>(one: &'a Recognised, other: &'a Recognised) -> Result<Option<Key<'a>>> {
    let names = one.table.same.keys().chain(one.table.columns());
    for name in names {
        let name = spelled(name);
        let (Some(left), Some(right)) = (identifying(one, &name)?, identifying(other, &name)?) else {
            continue;
        };
        let shared = right.keys().filter(|key| left.contains_key(*key)).count();
        if shared > 0 && shared * ONE_IN >= left.len().min(right.len()) {
            return Ok(Some(Key {
                is_declared: one.table.same.keys().any(|key| spelled(key) == name),
                name,
                left,
                right,
            }));
        }
    }
    Ok(None)
}

fn column<'a>(file: &'a Recognised, name: &str) -> Result<Option<&'a StringChunked>> {
    let place = file.headings.iter().position(|heading| heading == name);
    Ok(place
        .map(|place| file.file.cells.columns()[place].str())
        .transpose()?)
}

/// The rows by the values of a column, if nearly each row has a value of its own.
fn identifying<'a>(file: &'a Recognised, name: &str) -> Result<Option<Rows<'a>>> {
    let Some(cells) = column(file, name)? else {
        return Ok(None);
    };
    let first = usize::from(file.has_headings);
    let mut rows = HashMap::new();
    for (row, cell) in cells.iter().enumerate().skip(first) {
        if let Some(cell) = cell {
            rows.entry(cell).or_insert(row);
        }
    }
    let all = cells.len().saturating_sub(first);
    Ok((all > 0 && rows.len() * 20 >= all * 19).then_some(rows))
}

fn compared(one: &Recognised, other: &Recognised) -> Result<Option<String>> {
    let Some(key) = key(one, other)? else {
        return Ok(None);
    };
    let shared: Vec<(usize, usize)> = key
        .right
        .iter()
        .filter_map(|(value, row)| key.left.get(value).map(|first| (*first, *row)))
        .collect();
    let (fields, count) = differing(one, other, &key, &shared)?;
    let is_copy = key.is_declared || count * 2 <= shared.len();
    if count == 0 || !is_copy {
        return Ok(None);
    }
    Ok(Some(format!(
        "`{}` and `{}` hold the same table and share {} of {}; {count} of them {} (in {}). Is one of them \
         an old export? Give the right one alone: with both, the rows that are not set aside are counted",
        one.file.name,
        other.file.name,
        counted(shared.len(), "value"),
        key.name,
        if count == 1 { "differs" } else { "differ" },
        listed(&fields)
    )))
}

/// The columns in which rows with the same key differ, and how many rows do. Under a guessed key a column that
/// differs in every row is no sign of a copy: it is the day of the export, or an event's own day.
fn differing<'a>(
    one: &'a Recognised,
    other: &Recognised,
    key: &Key,
    shared: &[(usize, usize)],
) -> Result<(Vec<&'a String>, usize)> {
    let mut differ = vec![false; shared.len()];
    let mut fields: Vec<&String> = Vec::new();
    for name in one
        .headings
        .iter()
        .filter(|name| **name != key.name && !name.is_empty())
    {
        let (Some(ones), Some(others)) = (column(one, name)?, column(other, name)?) else {
            continue;
        };
        let rows = shared
            .iter()
            .map(|(first, second)| ones.get(*first) != others.get(*second));
        let rows: Vec<bool> = rows.collect();
        let count = rows.iter().filter(|differs| **differs).count();
        if count > 0 && (key.is_declared || count < shared.len()) {
            fields.push(name);
            differ
                .iter_mut()
                .zip(rows)
                .for_each(|(row, differs)| *row |= differs);
        }
    }
    let count = differ.iter().filter(|differs| **differs).count();
    Ok((fields, count))
}
