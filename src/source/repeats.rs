//! Decides which of several rows with one key is used, by what the rows hold and never by their order in the
//! file. In: a recognised file, and the key of its table (`key`, `newest`). Out: the same rows, with the one
//! that is used before the others, since the SQL of a source takes the first; and a message that names the
//! columns in which such rows differ.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use super::recognise::{Recognised, spelled};
use crate::table::listed;
use crate::terminal::counted;

/// Puts the row that is used first among the rows of its key; returns a message if such rows differ.
pub fn settled(recognised: &mut Recognised) -> Result<Option<String>> {
    let Some(keys) = columns(recognised, recognised.table.key.iter())? else {
        return Ok(None);
    };
    let newest = columns(recognised, recognised.table.newest.iter())?;
    let all: Vec<&StringChunked> = strings(recognised)?;
    let mut order: Vec<IdxSize> = (0..recognised.file.rows.len() as IdxSize).collect();
    let (mut values, mut fields, mut first_row) = (0, BTreeSet::new(), None);
    for rows in repeated(&keys, usize::from(recognised.has_headings)) {
        let differing = differing(&all, &rows);
        if differing.is_empty() {
            continue;
        }
        values += 1;
        fields.extend(differing);
        first_row = first_row.or(rows.first().copied());
        let mut ranked = rows.clone();
        ranked.sort_by_cached_key(|row| std::cmp::Reverse(rank(&all, newest.as_deref(), *row)));
        for (place, row) in rows.iter().zip(ranked) {
            order[*place] = row as IdxSize;
        }
    }
    let Some(first_row) = first_row else {
        return Ok(None);
    };
    let fields: Vec<&String> = fields.iter().map(|place| &recognised.headings[*place]).collect();
    let note = format!(
        "`{}`: {} of {} on several rows that differ (in {}), first in row {}: {} is used",
        recognised.file.name,
        counted(values, "value"),
        recognised.table.key.join(", "),
        listed(&fields),
        recognised.file.rows[first_row],
        match &recognised.table.newest {
            Some(column) => format!("the row with the latest {column}"),
            None => "the fullest row, and of equals the one whose text comes last,".to_string(),
        }
    );
    let rows = order
        .iter()
        .map(|row| recognised.file.rows[*row as usize])
        .collect();
    recognised.file.cells = recognised
        .file
        .cells
        .take(&IdxCa::from_slice("rows".into(), &order))?;
    recognised.file.rows = rows;
    Ok(Some(note))
}

/// A message about rows that repeat another row in every column, in a file whose rows have no key: each is
/// counted.
pub fn copied(recognised: &Recognised) -> Result<Option<String>> {
    let all = strings(recognised)?;
    // A few columns tell nearly all rows apart.
    let some: Vec<&StringChunked> = all.iter().copied().step_by(6).collect();
    let cells = |columns: &[&StringChunked], row: usize| -> Vec<Option<String>> {
        columns
            .iter()
            .map(|column| column.get(row).map(String::from))
            .collect()
    };
    let hasher = RandomState::new();
    let hash = |row: usize| {
        let mut hash = hasher.build_hasher();
        some.iter().for_each(|column| column.get(row).hash(&mut hash));
        hash.finish()
    };
    let rows = usize::from(recognised.has_headings)..recognised.file.rows.len();
    let hashes: Vec<u64> = rows.clone().into_par_iter().map(hash).collect();
    let mut sorted = hashes.clone();
    sorted.par_sort_unstable();
    let twice = sorted.windows(2).filter(|pair| pair[0] == pair[1]);
    let twice: HashSet<u64> = twice.map(|pair| pair[0]).collect();
    let mut known = HashSet::new();
    let doubtful = rows.zip(hashes).filter(|(_, hash)| twice.contains(hash));
    let copies = doubtful
        .map(|(row, _)| row)
        .filter(|row| !known.insert(cells(&all, *row)));
    let copies: Vec<usize> = copies.collect();
    let Some(first) = copies.first() else {
        return Ok(None);
    };
    Ok(Some(format!(
        "`{}`: {} every cell of another row, first in row {}: each counts. Was it exported or joined twice?",
        recognised.file.name,
        if copies.len() == 1 {
            "1 row repeats".to_string()
        } else {
            format!("{} rows repeat", copies.len())
        },
        recognised.file.rows[*first]
    )))
}

fn strings<'a>(recognised: &'a Recognised) -> Result<Vec<&'a StringChunked>> {
    let cells = recognised.file.cells.columns().iter();
    Ok(cells.map(|column| column.str()).collect::<PolarsResult<_>>()?)
}

/// Some columns of the file; `None` if none is named or one is not there.
fn columns<'a>(
    recognised: &'a Recognised,
    names: impl Iterator<Item = &'a String>,
) -> Result<Option<Vec<&'a StringChunked>>> {
    let all = strings(recognised)?;
    let place = |name: &String| {
        recognised
            .headings
            .iter()
            .position(|heading| *heading == spelled(name))
    };
    let found: Option<Vec<_>> = names.map(|name| Some(*all.get(place(name)?)?)).collect();
    Ok(found.filter(|columns| !columns.is_empty()))
}

/// The rows of each key that stands on several rows. A row without a part of its key is no repeat.
fn repeated(keys: &[&StringChunked], first: usize) -> Vec<Vec<usize>> {
    let rows = keys.first().map_or(0, |column| column.len());
    let key = |row: usize| {
        keys.iter()
            .map(|column| column.get(row))
            .collect::<Option<Vec<&str>>>()
    };
    let hasher = RandomState::new();
    let mut seen: HashMap<u64, usize> = HashMap::with_capacity(rows);
    for key in (first..rows).filter_map(key) {
        *seen.entry(hasher.hash_one(&key)).or_default() += 1;
    }
    seen.retain(|_, count| *count > 1);
    if seen.is_empty() {
        return Vec::new();
    }
    let mut groups: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
    for row in first..rows {
        if let Some(key) = key(row).filter(|key| seen.contains_key(&hasher.hash_one(key))) {
            groups.entry(key).or_default().push(row);
        }
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().filter(|rows| rows.len() > 1).collect();
    groups.sort();
    groups
}

/// The columns in which rows differ.
fn differing(all: &[&StringChunked], rows: &[usize]) -> Vec<usize> {
    let differs = |column: &StringChunked| {
        let mut cells = rows.iter().map(|row| column.get(*row));
        let first = cells.next();
        cells.any(|cell| Some(cell) != first)
    };
    (0..all.len()).filter(|place| differs(all[*place])).collect()
}

/// What decides which row is used, the highest: its last update, how many cells are filled, its text.
fn rank(
    all: &[&StringChunked],
    newest: Option<&[&StringChunked]>,
    row: usize,
) -> (String, usize, Vec<String>) {
    let text = |column: &&StringChunked| column.get(row).unwrap_or_default().to_string();
    let updated = newest.and_then(|columns| columns.first()).map(text);
    let filled = all
        .iter()
        .filter(|column| column.get(row).is_some_and(|cell| !cell.is_empty()));
    (
        updated.map(|day| in_order(&day)).unwrap_or_default(),
        filled.count(),
        all.iter().map(text).collect(),
    )
}

/// A date whose text has the order of the days: `31/10/2026 09:00` as `2026-10-31 09:00`.
fn in_order(day: &str) -> String {
    match (
        day.get(..2),
        day.get(2..3),
        day.get(3..5),
        day.get(5..6),
        day.get(6..10),
        day.get(10..),
    ) {
        (Some(days), Some("/"), Some(month), Some("/"), Some(year), Some(rest)) => {
            format!("{year}-{month}-{days}{rest}")
        }
        _ => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_compared_as_days_in_either_form() {
        assert!(in_order("31/10/2026 09:00") < in_order("01/11/2026 08:00"));
        assert_eq!(in_order("2026-10-31"), "2026-10-31");
        assert_eq!(in_order("31/10/2026"), "2026-10-31");
        assert_eq!(in_order("é/"), "é/");
    }
}
