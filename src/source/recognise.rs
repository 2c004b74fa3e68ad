//! Recognises a file's source and table from its headings. If that fails, the message names the nearest
//! table, what is missing and what is unexpected.

use std::collections::HashSet;

use anyhow::Result;
use polars::prelude::{Column, DataType};

use super::copies;
use super::headings::canonical;
use super::marks::{self, unmarked};
use super::repeats;
use crate::rulebook::{Kind, Mapping, Rulebook, Source, SourceTable, nearest, suggestion};
use crate::source::{not_records, passes_modulus_11};
use crate::table::{Misfit, Table, listed};
use crate::terminal::counted;
use crate::terminal::failure::{input, usage};

/// A file that was recognised.
pub struct Recognised<'a> {
    pub table: &'a SourceTable,
    pub file: Table,
    /// The heading of each column in canonical spelling; for a file without headings, the column's name.
    pub headings: Vec<String>,
    /// Whether the first row has the headings.
    pub has_headings: bool,
}

/// The files of each source.
pub type Groups<'a> = Vec<(&'a Source, Vec<Recognised<'a>>)>;

/// The files of each source, with sources in the order of their first file, and messages about sheets that
/// are skipped.
pub fn recognise<'a>(
    rulebook: &'a Rulebook,
    tables: Vec<Table>,
    named: Option<&str>,
) -> Result<(Groups<'a>, Vec<String>)> {
    let candidates = candidates(rulebook, named)?;
    let mut groups: Groups = Vec::new();
    let mut known_paths = HashSet::new();
    let mut strangers = Vec::new();
    let mut notes = Vec::new();
    for table in tables {
        let mut table = with_blank_columns(rulebook, &candidates, below_its_title(&candidates, table))?;
        notes.append(&mut table.notes);
        match recognise_one(&candidates, &table) {
            Some(found) => {
                known_paths.insert(table.path.clone());
                let source = found.0;
                let mut recognised = recognised(rulebook, found, table)?;
                notes.append(&mut recognised.file.notes);
                notes.extend(repeats::settled(&mut recognised)?);
                if source.headerless {
                    notes.extend(repeats::copied(&recognised)?);
                }
                match groups.iter_mut().find(|(known, _)| std::ptr::eq(*known, source)) {
                    Some((_, group)) => group.push(recognised),
                    None => groups.push((source, vec![recognised])),
                }
            }
            None => strangers.push(table),
        }
    }
    for table in &strangers {
        // A workbook may have other sheets next to the export: they are named and skipped.
        if !known_paths.contains(&table.path) {
            return Err(unrecognised(&candidates, table));
        }
        notes.push(format!(
            "`{}` is not a known export: its {} are not read",
            table.name,
            counted(table.rows.len(), "row")
        ));
    }
    for (source, group) in &groups {
        needed_tables(source, group)?;
        notes.extend(group.iter().filter_map(without_rows));
        notes.extend(group.iter().flat_map(|file| columns_not_known(source, file)));
        notes.extend(copies::told(source, group)?);
    }
    notes.extend(not_given(&groups));
    Ok((groups, notes))
}

/// A file of the source and table found, without the rows that are no records.
fn recognised<'a>(rulebook: &Rulebook, found: Found<'a>, file: Table) -> Result<Recognised<'a>> {
    let (source, table, headings, has_headings) = found;
    if has_headings {
        once_each(table, &file, &headings)?;
    }
    let file = if has_headings && !source.headerless && !source.as_written {
        let file = marks::unwrapped(&rulebook.cell_words, file)?;
        let file = marks::taken_out(file, &headings, 1)?;
        not_records::set_aside(&rulebook.cell_words, table, &headings, 1, file)?
    } else {
        file
    };
    Ok(Recognised {
        table,
        file,
        headings,
        has_headings,
    })
}

/// A message about a file that holds its headings alone.
fn without_rows(recognised: &Recognised) -> Option<String> {
    let file = &recognised.file;
    let is_empty = recognised.has_headings && file.rows.len() <= 1 && file.misfits.is_empty();
    is_empty.then(|| {
        format!(
            "`{}` holds its headings and no row: was its export filtered, or stopped? Export it again if it \
             should have rows",
            file.name
        )
    })
}

/// Messages about columns that are probably misspelled, and about columns with values and without a heading:
/// what they hold is not read.
fn columns_not_known(source: &Source, recognised: &Recognised) -> Vec<String> {
    if !recognised.has_headings || source.headerless {
        return Vec::new();
    }
    let Recognised {
        table,
        file,
        headings,
        ..
    } = recognised;
    let known: Vec<String> = table.columns().map(|name| spelled(name)).collect();
    let missing: Vec<&str> = known
        .iter()
        .filter(|name| !headings.contains(name))
        .map(String::as_str)
        .collect();
    let mut notes = Vec::new();
    for (place, heading) in headings.iter().enumerate() {
        let column = &file.cells.columns()[place];
        if heading.is_empty() && column.null_count() < column.len() {
            notes.push(format!(
                "`{}`: column {} holds values and has no heading, so it is not read: write its heading, or \
                 delete the column",
                file.name,
                place + 1
            ));
        } else if !heading.is_empty()
            && !known.contains(heading)
            && let Some(near) =
                nearest(heading, missing.iter().copied()).filter(|near| is_slip(heading, near))
        {
            notes.push(format!(
                "`{}`: column `{heading}` is not read; the file has no `{near}`: if that is meant, correct \
                 the heading",
                file.name
            ));
        }
    }
    notes
}

/// Whether two headings differ in at most two letters.
fn is_slip(one: &str, other: &str) -> bool {
    strsim::damerau_levenshtein(one, other) <= 2 && one.len().min(other.len()) > 4
}

/// An error if no file was given for a table that the source needs.
fn needed_tables(source: &Source, group: &[Recognised]) -> Result<()> {
    let is_missing =
        |table: &&SourceTable| table.needed && !group.iter().any(|file| file.table.name == table.name);
    let Some(missing) = source.table.iter().find(is_missing) else {
        return Ok(());
    };
    let given: Vec<String> = group
        .iter()
        .map(|file| format!("`{}` ({})", file.file.name, file.table.name))
        .collect();
    Err(input(format!(
        "source `{}` also needs its `{}` table ({}), with the columns {}; given are {}",
        source.name,
        missing.name,
        missing.title,
        listed(&missing.required),
        given.join(", ")
    )))
}

/// What the figures may lack, or count twice, because of the files that were given.
fn not_given(groups: &[(&Source, Vec<Recognised>)]) -> Vec<String> {
    let of_records: Vec<&(&Source, Vec<Recognised>)> = groups
        .iter()
        .filter(|(source, _)| source.gives == Mapping::Records)
        .collect();
    let mut notes = Vec::new();
    for (source, group) in &of_records {
        // An XML file has no elements for a table that is missing.
        if source.xml.is_some() {
            continue;
        }
        let is_given = |table: &&SourceTable| group.iter().any(|file| file.table.name == table.name);
        notes.extend(
            source
                .table
                .iter()
                .filter(|table| !table.extra && !is_given(table))
                .map(|table| {
                    format!(
                        "no file with {} was given (table `{}` of source `{}`): fields that only it has are \
                        blank",
                        table.title, table.name, source.name
                    )
                }),
        );
    }
    if of_records.len() > 1 {
        let names: Vec<&str> = of_records
            .iter()
            .map(|(source, _)| source.name.as_str())
            .collect();
        notes.push(format!(
            "records come from several sources, {}: a pathway that is in more than one is counted more than \
            once",
            listed(&names)
        ));
    }
    notes
}

fn candidates<'a>(rulebook: &'a Rulebook, named: Option<&str>) -> Result<Vec<&'a Source>> {
    match named {
        None => Ok(rulebook.sources.iter().collect()),
        Some(name) => match rulebook.sources.iter().find(|source| source.name == name) {
            Some(source) => Ok(vec![source]),
            None => {
                let known = rulebook.sources.iter().map(|source| source.name.as_str());
                Err(usage(format!(
                    "there is no source `{name}`: {}",
                    suggestion(name, known)
                )))
            }
        },
    }
}

/// The most rows above the headings: a title, filters, merged headings of groups.
const MOST_ROWS_ABOVE: usize = 30;

/// The table without the rows above known headings; those rows are set aside like blank ones.
fn below_its_title(candidates: &[&Source], table: Table) -> Table {
    match known_headings(candidates, &table) {
        None => table,
        Some(above) => without_rows_above(table, above),
    }
}

/// The table from its headings on: those of a known layout, else the first full row of words below a title.
/// For a look at a file whose layout may be unknown.
pub fn from_its_headings(rulebook: &Rulebook, table: Table) -> Table {
    let candidates: Vec<&Source> = rulebook.sources.iter().collect();
    if let Some(above) = known_headings(&candidates, &table) {
        return without_rows_above(table, above);
    }
    let width = table.cells.width();
    let filled = |place: usize| row(&table, place).iter().filter(|cell| !cell.is_empty()).count();
    let is_title = |place: usize| width > MOST_OF_A_TITLE && filled(place) <= MOST_OF_A_TITLE;
    let is_headings = |place: &usize| {
        let cells = row(&table, *place);
        2 * filled(*place) >= width
            && cells
                .iter()
                .all(|cell| cell.is_empty() || looks_like_heading(cell))
    };
    match (0..table.rows.len().min(MOST_ROWS_ABOVE)).find(|place| !is_title(*place)) {
        Some(above) if is_headings(&above) => without_rows_above(table, above),
        _ => table,
    }
}

/// The most cells that a row of a title has.
const MOST_OF_A_TITLE: usize = 2;

/// The first row that has the headings of a known layout.
fn known_headings(candidates: &[&Source], table: &Table) -> Option<usize> {
    let is_headings = |place: &usize| {
        let spelled: Vec<String> = row(table, *place).iter().map(|cell| spelled(cell)).collect();
        by_headings(candidates, &spelled).is_some()
    };
    (0..table.rows.len().min(MOST_ROWS_ABOVE)).find(is_headings)
}

/// The rows above the headings are set aside.
fn without_rows_above(mut table: Table, above: usize) -> Table {
    if above == 0 {
        return table;
    }
    table.cells = table.cells.slice(above as i64, usize::MAX);
    let rows = table
        .rows
        .drain(..above)
        .map(|row| Misfit::aside(row, "it is above the headings"));
    table.misfits.splice(0..0, rows.collect::<Vec<_>>());
    table
}

/// A sheet of an export without headings in which nobody filled the last columns: these columns are added.
/// The sheet is recognised only if its column of NHS numbers contains NHS numbers.
fn with_blank_columns(rulebook: &Rulebook, candidates: &[&Source], mut table: Table) -> Result<Table> {
    let Some(source) = candidates.iter().find(|source| source.headerless) else {
        return Ok(table);
    };
    let (width, wanted) = (table.cells.width(), source.columns.len());
    let numbers = source.columns.iter().position(|name| {
        rulebook
            .field(name)
            .is_some_and(|field| field.kind == Kind::NhsNumber)
    });
    let Some(numbers) = numbers.filter(|numbers| table.ends_open && (*numbers..wanted).contains(&width))
    else {
        return Ok(table);
    };
    let cells = table.cells.columns()[numbers].str()?;
    let valid = cells
        .iter()
        .flatten()
        .filter(|cell| passes_modulus_11(cell))
        .count();
    if width * 2 < wanted || valid * 2 < table.rows.len().max(1) {
        return Ok(table);
    }
    for column in width..wanted {
        let blank = Column::full_null(column.to_string().into(), table.rows.len(), &DataType::String);
        table.cells.with_column(blank)?;
    }
    table.notes.push(format!(
        "`{}`: the last {} of the {wanted} columns of source `{}` are empty, and are read as blank",
        table.name,
        wanted - width,
        source.name
    ));
    Ok(table)
}

/// An error if two columns that are read have the same name: it is not known which is meant.
fn once_each(kind: &SourceTable, table: &Table, headings: &[String]) -> Result<()> {
    for wanted in kind.columns() {
        let wanted = spelled(wanted);
        let places: Vec<usize> = (0..headings.len())
            .filter(|place| headings[*place] == wanted)
            .collect();
        if let [first, second, ..] = places[..] {
            return Err(input(format!(
                "`{}` has the heading `{wanted}` twice, over columns {} and {}: rename or delete the wrong \
                one, and export again",
                table.name,
                first + 1,
                second + 1
            )));
        }
    }
    Ok(())
}

type Found<'a> = (&'a Source, &'a SourceTable, Vec<String>, bool);

fn recognise_one<'a>(candidates: &[&'a Source], table: &Table) -> Option<Found<'a>> {
    let first = row(table, 0);
    let headings: Vec<String> = first.iter().map(|cell| spelled(cell)).collect();
    if let Some((source, kind)) = by_headings(candidates, &headings) {
        return Some((source, kind, canonical(source, kind, &headings), true));
    }
    let (source, kind) = candidates
        .iter()
        .filter(|source| source.headerless && source.columns.len() == table.cells.width())
        .find_map(|source| source.table.first().map(|kind| (*source, kind)))?;
    let columns: Vec<String> = source.columns.iter().map(|name| spelled(name)).collect();
    // A record is mostly blanks, codes and dates; headings are words in most columns.
    let words = first
        .iter()
        .zip(&headings)
        .filter(|(cell, heading)| columns.contains(heading) || looks_like_heading(cell))
        .count();
    let has_headings = words * 2 > columns.len();
    Some((source, kind, columns, has_headings))
}

/// Of the tables whose required headings are all there, the one that requires most.
fn by_headings<'a>(candidates: &[&'a Source], headings: &[String]) -> Option<(&'a Source, &'a SourceTable)> {
    candidates
        .iter()
        .flat_map(|source| source.table.iter().map(move |kind| (*source, kind)))
        .filter(|(source, kind)| {
            let headings = canonical(source, kind, headings);
            let is_there = |wanted: &String| headings.contains(&spelled(wanted));
            !kind.required.is_empty() && kind.required.iter().all(is_there)
        })
        .max_by_key(|(source, kind)| {
            let headings = canonical(source, kind, headings);
            let is_there = |wanted: &&String| headings.contains(&spelled(wanted));
            (kind.required.len(), kind.optional.iter().filter(is_there).count())
        })
}

/// The cells of one row; blank if there is no such row.
pub fn row(table: &Table, place: usize) -> Vec<String> {
    let cell = |column: &polars::prelude::Column| {
        column
            .str()
            .ok()
            .and_then(|cells| cells.get(place).map(String::from))
            .unwrap_or_default()
    };
    match place < table.rows.len() {
        true => table.cells.columns().iter().map(cell).collect(),
        false => Vec::new(),
    }
}

/// The canonical spelling of a heading: upper case, with every run of other characters as one `_`.
pub fn spelled(heading: &str) -> String {
    const LONGEST_HEADING: usize = 200;
    let mut spelled = String::with_capacity(heading.len().min(LONGEST_HEADING));
    // A longer cell is not a heading.
    let end = heading
        .char_indices()
        .nth(LONGEST_HEADING)
        .map_or(heading.len(), |(at, _)| at);
    for character in unmarked(&heading[..end]).chars().flat_map(char::to_uppercase) {
        match character.is_ascii_alphanumeric() {
            true => spelled.push(character),
            false if !spelled.ends_with('_') => spelled.push('_'),
            false => {}
        }
    }
    spelled.trim_matches('_').to_string()
}

fn unrecognised(candidates: &[&Source], table: &Table) -> anyhow::Error {
    let first = row(table, 0);
    let headings: HashSet<String> = first.iter().map(|cell| spelled(cell)).collect();
    let is_there = |wanted: &&String| headings.contains(&spelled(wanted));
    let hits = |kind: &SourceTable| {
        let columns = kind.columns();
        columns.filter(is_there).count()
    };
    let nearest = candidates
        .iter()
        .flat_map(|source| source.table.iter().map(move |kind| (*source, kind)))
        .filter(|(_, kind)| !kind.required.is_empty())
        .max_by_key(|(_, kind)| hits(kind));
    let names: Vec<&str> = candidates.iter().map(|source| source.name.as_str()).collect();
    let Some((source, kind)) = nearest.filter(|(_, kind)| hits(kind) > 0) else {
        return no_heading_known(candidates, table, &names);
    };
    let known: HashSet<String> = kind.columns().map(|name| spelled(name)).collect();
    let missing: Vec<&String> = kind.required.iter().filter(|name| !is_there(name)).collect();
    // A cell of an unknown file may belong to a patient: only text that looks like a heading is shown.
    let unexpected: Vec<&String> = first
        .iter()
        .filter(|cell| looks_like_heading(cell) && !known.contains(&spelled(cell)))
        .collect();
    let unexpected = if unexpected.is_empty() {
        String::new()
    } else {
        format!("; unexpected {}", listed(&unexpected))
    };
    input(format!(
        "`{}` does not match source `{}`, table `{}`: missing {}{unexpected}. Map them in `{}` \
         (`clockstop sources try FILE` drafts it), or choose another source with `--source` ({})",
        table.name,
        source.name,
        kind.name,
        listed(&missing),
        source.file,
        names.join(", ")
    ))
}

/// The error for a file of which no source knows a heading.
fn no_heading_known(candidates: &[&Source], table: &Table, names: &[&str]) -> anyhow::Error {
    let headerless = candidates.iter().find(|source| source.headerless);
    let width = headerless.map_or(String::new(), |source| {
        format!(
            "; a file without headings is read as `{}` when it has {} columns, this one has {}",
            source.name,
            source.columns.len(),
            table.cells.width()
        )
    });
    input(format!(
        "`{}` is not a known export: {}none of its headings belongs to {}{width}. Choose with `--source`, \
         or let `clockstop sources try FILE` compare it with every known layout and draft one",
        table.name,
        likely_cause(candidates, table),
        listed(names)
    ))
}

/// What may be wrong with a file without known headings: what it looks like, and what to do.
fn likely_cause(candidates: &[&Source], table: &Table) -> String {
    let width = table.cells.width();
    let columns = candidates
        .iter()
        .find(|source| source.headerless)
        .map(|source| source.columns.len());
    let last_is_blank = table
        .cells
        .columns()
        .last()
        .is_some_and(|last| last.null_count() == last.len());
    let first_cell = row(table, 0).first().cloned().unwrap_or_default();
    if width == 1 && first_cell.matches([',', ';', '\t', '|']).count() > 1 {
        return "each of its lines stands in quotation marks as a whole, so that it is a single cell: export it \
            again with quotation marks around cells only; "
            .to_string();
    }
    if width == 1 {
        return "it has a single column, so that no comma, semicolon, tab or bar divides its lines: export \
            it as CSV; "
            .to_string();
    }
    if columns == Some(width - 1) && last_is_blank {
        return "every line ends with one delimiter too many: remove it, and export again; ".to_string();
    }
    let ragged_first = table
        .misfits
        .iter()
        .find(|misfit| misfit.is_ragged && misfit.row < table.rows.first().copied().unwrap_or(u32::MAX));
    if let Some(misfit) = ragged_first {
        return format!(
            "row {} has {} (are these the headings? Each column needs one, and a comma inside a cell needs \
            quotation marks); ",
            misfit.row, misfit.reason
        );
    }
    let first = row(table, 0);
    let filled: Vec<&String> = first.iter().filter(|cell| !cell.is_empty()).collect();
    let values = filled.iter().filter(|cell| is_value(cell)).count();
    // Where uploads have no headings, a row with a word may be one of them, with a column too many.
    let is_values = match columns {
        Some(_) => !filled.iter().any(|cell| looks_like_heading(cell)),
        None => values * 2 >= filled.len(),
    };
    if !filled.is_empty() && is_values {
        return "its first row holds values and no headings: export it with headings; ".to_string();
    }
    String::new()
}

/// Whether a text is no heading but a value: a date, a number, a code with a number in it.
fn is_value(cell: &str) -> bool {
    !looks_like_heading(cell) && cell.chars().any(|letter| letter.is_ascii_digit())
}

/// Whether a text looks like a heading: it has letters, no run of digits that could be a patient's number or
/// date, and is short.
pub fn looks_like_heading(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    cell.chars().any(char::is_alphabetic) && digits < 4 && cell.len() <= 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_compare_in_one_spelling() {
        for heading in [
            "N2_6_RECEIPT_DATE",
            "n2_6 receipt date",
            " N2.6 Receipt-Date ",
            "N2_6__RECEIPT_DATE",
            "\u{feff}N2/6 (Receipt Date)",
            "N2\u{200b}_6_RE\u{ad}CEIPT\u{a0}DATE",
        ] {
            assert_eq!(spelled(heading), "N2_6_RECEIPT_DATE", "{heading}");
        }
    }
}
