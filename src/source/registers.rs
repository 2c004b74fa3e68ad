//! Exports of two systems may both number their patients from 1, so that one key means two patients. In: the
//! files of a source, and the columns that are equal in all rows with one key (`[table.same]`). Out: the same
//! files, with the folder before each key if the files come from two systems; or an error that says what to
//! do.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::Source;
use crate::source::recognise::{Recognised, spelled};
use crate::terminal::counted;
use crate::terminal::failure::input;

/// The number of keys that two files share, and how many of them mean something else in the second file.
#[derive(Default)]
struct Shared {
    keys: usize,
    of_others: usize,
}

/// Makes the keys of two systems different; returns messages about keys that mean different things in two
/// files.
pub fn tell_apart(source: &Source, group: &mut [Recognised]) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for (key, alike) in source.table.iter().flat_map(|table| &table.same) {
        let holders: Vec<usize> = (0..group.len())
            .filter(|file| group[*file].table.same.contains_key(key))
            .collect();
        for (place, second) in holders.iter().enumerate() {
            for first in &holders[..place] {
                let (one, other) = (&group[*first], &group[*second]);
                if !std::ptr::eq(one.table, other.table) {
                    continue;
                }
                let shared = compare(one, other, key, alike)?;
                let files = both(one, other);
                if shared.of_others * 2 > shared.keys {
                    return two_systems(source, group, key, &files, &shared).map(|note| vec![note]);
                }
                if shared.of_others > 0 {
                    notes.push(format!(
                        "{files}: {} of {key} with another {} in each: the earlier row is used",
                        counted(shared.of_others, "number"),
                        alike.join(" or ")
                    ));
                }
            }
        }
    }
    Ok(notes)
}

/// The names of two files, with their folders where the names are the same.
fn both(one: &Recognised, other: &Recognised) -> String {
    let name = |file: &Recognised| {
        let folder = file.file.path.parent().and_then(Path::file_name);
        match folder.filter(|_| one.file.name == other.file.name) {
            Some(folder) => format!("`{}/{}`", folder.to_string_lossy(), file.file.name),
            None => format!("`{}`", file.file.name),
        }
    };
    format!("{} and {}", name(one), name(other))
}

/// The values that rows of each key have, by key: those of the first row.
fn values<'a>(file: &'a Recognised, key: &str, alike: &[String]) -> Result<HashMap<&'a str, Vec<String>>> {
    let column = |name: &str| -> Result<Option<&'a StringChunked>> {
        match place(file, name) {
            Some(place) => Ok(Some(file.file.cells.columns()[place].str()?)),
            None => Ok(None),
        }
    };
    let Some(keys) = column(key)? else {
        return Ok(HashMap::new());
    };
    let compared = alike
        .iter()
        .map(|name| column(name))
        .collect::<Result<Vec<_>>>()?;
    let mut found = HashMap::new();
    for row in usize::from(file.has_headings)..keys.len() {
        let Some(key) = keys.get(row) else { continue };
        found.entry(key).or_insert_with(|| {
            let cell = |column: &Option<&StringChunked>| {
                column
                    .and_then(|column| column.get(row))
                    .map_or_else(String::new, bare)
            };
            compared.iter().map(cell).collect()
        });
    }
    Ok(found)
}

/// Letters and digits only, in capitals: systems write the same value with different punctuation.
fn bare(cell: &str) -> String {
    cell.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

fn place(file: &Recognised, name: &str) -> Option<usize> {
    file.headings.iter().position(|heading| *heading == spelled(name))
}

fn compare(one: &Recognised, other: &Recognised, key: &str, alike: &[String]) -> Result<Shared> {
    let (ones, others) = (values(one, key, alike)?, values(other, key, alike)?);
    let mut shared = Shared::default();
    for (key, values) in &others {
        let Some(first) = ones.get(key) else { continue };
        let differ = |(one, other): (&String, &String)| !one.is_empty() && !other.is_empty() && one != other;
        shared.keys += 1;
        shared.of_others += usize::from(first.iter().zip(values).any(differ));
    }
    Ok(shared)
}

/// Puts the folder before every key, if each folder has its own file of the table; otherwise an error.
fn two_systems(
    source: &Source,
    group: &mut [Recognised],
    key: &str,
    files: &str,
    shared: &Shared,
) -> Result<String> {
    let what = format!(
        "{files} both number {key} from the start: {} of {} stand for something else in each, so that they \
        are exports of two systems",
        shared.of_others,
        counted(shared.keys, "shared number"),
    );
    let Some(names) = folders(group, key) else {
        return Err(input(format!(
            "{what}: put all files of each system into a folder of its own, and name both folders"
        )));
    };
    let keys: BTreeSet<&String> = source.table.iter().flat_map(|table| table.same.keys()).collect();
    for file in group.iter_mut() {
        let folder = &names[file.file.path.parent().unwrap_or(Path::new(""))];
        for key in &keys {
            mark(file, key, folder)?;
        }
    }
    Ok(format!("{what}: their numbers are told apart by folder"))
}

/// The number of each folder, as text; `None` unless every folder has one file of the table with the key.
fn folders(group: &[Recognised], key: &str) -> Option<BTreeMap<std::path::PathBuf, String>> {
    let folder = |file: &Recognised| file.file.path.parent().unwrap_or(Path::new("")).to_path_buf();
    let with_key: Vec<_> = group
        .iter()
        .filter(|file| file.table.same.contains_key(key))
        .collect();
    let table = with_key.first()?.table;
    let holders: Vec<_> = group
        .iter()
        .filter(|file| std::ptr::eq(file.table, table))
        .map(folder)
        .collect();
    let all: BTreeSet<_> = group.iter().map(folder).collect();
    let has_one = |folder: &std::path::PathBuf| holders.iter().filter(|other| *other == folder).count() == 1;
    if all.len() < 2 || !all.iter().all(has_one) {
        return None;
    }
    Some(
        all.into_iter()
            .enumerate()
            .map(|(number, folder)| (folder, (number + 1).to_string()))
            .collect(),
    )
}

/// `1/70001` for `70001`.
fn mark(file: &mut Recognised, key: &str, folder: &str) -> Result<()> {
    let Some(place) = place(file, key) else {
        return Ok(());
    };
    let first = usize::from(file.has_headings);
    let column = &file.file.cells.columns()[place];
    let marked: StringChunked = column
        .str()?
        .iter()
        .enumerate()
        .map(|(row, cell)| {
            cell.map(|cell| {
                if row < first {
                    cell.to_string()
                } else {
                    format!("{folder}/{cell}")
                }
            })
        })
        .collect();
    let marked = marked.into_column().with_name(column.name().clone());
    file.file.cells.with_column(marked)?;
    Ok(())
}
