//! Runs a source's SQL over its tables and accounts for every row.

use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::columns::{FILE, ROW};
use crate::rulebook::{Also, Mapping as Gives, Rulebook, Source, SourceTable, suggestion};
use crate::source::columns::{Known, Manner};
use crate::source::recognise::{Recognised, spelled};
use crate::source::registers;
use crate::source::texts::Texts;
use crate::source::{Reading, SetAsideRow};
use crate::sql::seen::SOURCE;
use crate::sql::{RunContext, Snippet, query};
use crate::terminal::counted;

/// Canonical columns as text, with `_file` and `_row`.
pub struct MappedText {
    pub frame: DataFrame,
    /// The rows of extra tables, by name; only of tables for which a file was given.
    pub extra_tables: Vec<(String, DataFrame)>,
    pub readings: Vec<Reading>,
    /// Messages about cells that were repaired, made blank or left in doubt.
    pub notes: Vec<String>,
}

/// A file's rows with the source's numbering; `first_id` is the number of its first row.
struct Numbered {
    reading: Reading,
    rows: Vec<u32>,
    first_id: usize,
}

/// Maps the files of one source; `first_file` is the number of its first file among all files.
pub fn map(
    rulebook: &Rulebook,
    source: &Source,
    mut group: Vec<Recognised>,
    first_file: u32,
    context: &RunContext,
) -> Result<MappedText> {
    let also = also_given(source, &group);
    let mut notes = registers::tell_apart(source, &mut group)?;
    let Numbering {
        frames,
        mut numbered,
        rows,
        notes: said,
    } = number_all(rulebook, source, group)?;
    notes.extend(said);
    let tables = registered(source, frames)?;
    let own = tables.iter().map(|(name, frame)| (name.as_str(), frame.clone()));
    let tables = SOURCE.tables(rulebook, own)?;
    let whole = rulebook
        .files
        .get(source.file.trim_start_matches("rules/"))
        .unwrap_or_default();
    let mut used = vec![false; rows];
    let frame = match source.gives {
        Gives::Tables => DataFrame::default(),
        Gives::Records | Gives::Patients => {
            let snippet = records_snippet(source, whole);
            let records = query(&snippet, &tables, context)?;
            mark_used(&records, &mut used)?;
            let fields: Vec<&str> = rulebook.fields.iter().map(|field| field.name.as_str()).collect();
            canonical(&fields, &snippet, records, &numbered, first_file)?
        }
    };
    let mut extra_tables: Vec<(String, DataFrame)> = Vec::new();
    for also in also {
        let snippet = also_snippet(source, also, whole);
        let rows = query(&snippet, &tables, context)?;
        mark_used(&rows, &mut used)?;
        let name = also.gives.get_ref();
        let columns: Vec<&str> = rulebook
            .data_set
            .extra_table(name)
            .map(|table| table.columns.iter().map(String::as_str).collect())
            .unwrap_or_default();
        let rows = canonical(&columns, &snippet, rows, &numbered, first_file)?;
        append(&mut extra_tables, name, rows)?;
    }
    notes.extend(doubts(source, whole, &tables, &numbered, context)?);
    account(source, whole, &tables, &mut numbered, &used, context)?;
    Ok(MappedText {
        frame,
        extra_tables,
        readings: numbered.into_iter().map(|part| part.reading).collect(),
        notes,
    })
}

/// The files of a source as its tables, with their rows numbered continuously.
struct Numbering<'a> {
    /// By table, its rows from all files.
    frames: HashMap<&'a str, DataFrame>,
    /// The files in order.
    numbered: Vec<Numbered>,
    /// The number of rows of all files.
    rows: usize,
    notes: Vec<String>,
}

fn number_all<'a>(rulebook: &Rulebook, source: &Source, group: Vec<Recognised<'a>>) -> Result<Numbering<'a>> {
    let mut all = Numbering {
        frames: HashMap::new(),
        numbered: Vec::new(),
        rows: 0,
        notes: Vec::new(),
    };
    for recognised in group {
        let kind = recognised.table;
        let (frame, part, said) = number(rulebook, source, recognised, all.rows)?;
        all.notes.extend(said);
        all.rows += frame.height();
        all.numbered.push(part);
        match all.frames.get_mut(kind.name.as_str()) {
            Some(known) => {
                known.vstack_mut(&frame)?;
            }
            None => {
                all.frames.insert(&kind.name, frame);
            }
        }
    }
    Ok(all)
}

/// The SQL that gives the records.
fn records_snippet<'a>(source: &'a Source, whole: &'a str) -> Snippet<'a> {
    let of = format!("`records` of source `{}`", source.name);
    Snippet::value(
        source.records.get_ref(),
        &source.file,
        whole,
        source.records.span(),
        of,
    )
}

/// The extra tables of which a file was given.
fn also_given<'a>(source: &'a Source, group: &[Recognised]) -> Vec<&'a Also> {
    let is_given = |also: &&Also| group.iter().any(|recognised| recognised.table.name == also.table);
    source.also.iter().filter(is_given).collect()
}

/// The SQL that gives the rows of an extra table.
fn also_snippet<'a>(source: &'a Source, also: &'a Also, whole: &'a str) -> Snippet<'a> {
    let of = format!(
        "`rows` for `{}` of source `{}`",
        also.gives.get_ref(),
        source.name
    );
    Snippet::value(also.rows.get_ref(), &source.file, whole, also.rows.span(), of)
}

/// Adds rows to the table of this name.
fn append(tables: &mut Vec<(String, DataFrame)>, name: &str, rows: DataFrame) -> Result<()> {
    match tables.iter_mut().find(|(known, _)| known == name) {
        Some((_, given)) => {
            given.vstack_mut(&rows)?;
        }
        None => tables.push((name.to_string(), rows)),
    }
    Ok(())
}

/// A file as a table of its source: known columns by name, missing ones NULL, and `_id` numbered
/// continuously.
fn number(
    rulebook: &Rulebook,
    source: &Source,
    recognised: Recognised,
    first_id: usize,
) -> Result<(DataFrame, Numbered, Vec<String>)> {
    let kind = recognised.table;
    let file = &recognised.file;
    let skip = usize::from(recognised.has_headings);
    let rows: Vec<u32> = file.rows[skip.min(file.rows.len())..].to_vec();
    let wanted = columns_of(source, kind);
    let (known, of_texts) = known_columns(rulebook, source, &recognised, &wanted)?;
    let manner = Manner {
        source,
        table: kind,
        words: &rulebook.cell_words,
        file: &file.name,
        rows: &rows,
    };
    let (read, mut notes) = manner.read(known)?;
    notes.extend(of_texts);
    notes.extend(warnings(kind, &file.name, &recognised.headings));
    let ids = first_id as u32..(first_id + rows.len()) as u32;
    let mut columns = vec![
        Column::new("_id".into(), ids.collect::<Vec<_>>()),
        file_name(&file.name, rows.len()),
    ];
    columns.extend(
        read.into_iter()
            .zip(&wanted)
            .map(|(cells, name)| cells.with_name(name.as_str().into())),
    );
    let frame = DataFrame::new(rows.len(), columns)?;
    let numbered = Numbered {
        reading: reading(source, recognised, &wanted, rows.len()),
        rows,
        first_id,
    };
    Ok((frame, numbered, notes))
}

/// The wanted columns of a file, without its heading row: words that mean blank are blank, words of a code
/// map are codes, and a column that the file lacks is NULL. Also messages about the code maps.
fn known_columns<'a>(
    rulebook: &Rulebook,
    source: &Source,
    recognised: &Recognised,
    wanted: &'a [String],
) -> Result<(Vec<Known<'a>>, Vec<String>)> {
    let file = &recognised.file;
    let skip = usize::from(recognised.has_headings);
    let cells = file.cells.slice(skip as i64, usize::MAX);
    let rows = file.rows.len().saturating_sub(skip);
    let (mut known, mut notes) = (Vec::new(), Vec::new());
    for name in wanted {
        let mut headings = recognised.headings.iter();
        let cells = match headings.position(|heading| *heading == spelled(name)) {
            Some(index) => blanked(&cells.columns()[index], &source.blank_cells)?,
            None => Column::full_null(name.as_str().into(), rows, &DataType::String),
        };
        let cells = match Texts::of(rulebook, source, recognised.table, name) {
            Some(texts) => {
                let (cells, note) = texts.coded(&file.name, &cells)?;
                notes.extend(note);
                cells
            }
            None => cells,
        };
        known.push(Known { name, cells });
    }
    Ok((known, notes))
}

/// What the run record says of a file before its rows are mapped.
fn reading(source: &Source, recognised: Recognised, wanted: &[String], rows: usize) -> Reading {
    let Recognised {
        table: kind,
        file,
        mut headings,
        has_headings,
    } = recognised;
    let known: Vec<String> = wanted.iter().map(|name| spelled(name)).collect();
    headings.retain(|heading| has_headings && !heading.is_empty() && !known.contains(heading));
    let misfits = file.misfits.iter().map(|misfit| SetAsideRow {
        row: misfit.row,
        reason: misfit.reason.clone(),
        is_misfit: misfit.is_ragged,
    });
    let set_aside: Vec<SetAsideRow> = misfits.collect();
    Reading {
        file: file.name,
        path: file.path,
        stamp: file.stamp,
        source: source.name.clone(),
        table: kind.name.clone(),
        rows_read: rows + set_aside.len(),
        rows_mapped: 0,
        set_aside,
        unexpected: headings,
        is_headerless: source.headerless,
        had_headings: has_headings && source.headerless,
        elements: file.elements,
    }
}

/// The name of the file in each of its rows: if headings are equal, only the name shows which view a file is.
fn file_name(name: &str, rows: usize) -> Column {
    Column::new_scalar("_file".into(), Scalar::from(PlSmallStr::from(name)), rows)
}

/// The source's warnings about the columns that the file has.
fn warnings(kind: &SourceTable, file: &str, headings: &[String]) -> Vec<String> {
    let warns = kind.warns.iter();
    warns
        .filter(|(column, _)| headings.contains(&spelled(column)))
        .map(|(_, warning)| format!("`{file}`: {warning}"))
        .collect()
}

/// Makes cells blank if their word means blank.
fn blanked(column: &Column, words: &[String]) -> Result<Column> {
    if words.is_empty() {
        return Ok(column.clone());
    }
    let cells = column.str()?;
    if !cells
        .iter()
        .flatten()
        .any(|cell| words.iter().any(|word| word == cell))
    {
        return Ok(column.clone());
    }
    let kept: StringChunked = cells
        .iter()
        .map(|cell| cell.filter(|cell| !words.iter().any(|word| word == cell)))
        .collect();
    Ok(kept.into_column())
}

fn columns_of(source: &Source, kind: &SourceTable) -> Vec<String> {
    match source.headerless {
        true => source.columns.clone(),
        false => kind.columns().cloned().collect(),
    }
}

/// The tables of a source by name; a table without a file is empty.
fn registered(source: &Source, mut frames: HashMap<&str, DataFrame>) -> Result<Vec<(String, LazyFrame)>> {
    let mut tables = Vec::new();
    for kind in &source.table {
        let frame = match frames.remove(kind.name.as_str()) {
            Some(frame) => frame,
            None => {
                let mut columns = vec![
                    Column::new_empty("_id".into(), &DataType::UInt32),
                    file_name("", 0),
                ];
                columns.extend(
                    columns_of(source, kind)
                        .iter()
                        .map(|name| Column::new_empty(name.as_str().into(), &DataType::String)),
                );
                DataFrame::new(0, columns)?
            }
        };
        tables.push((kind.name.clone(), frame.lazy()));
    }
    Ok(tables)
}

/// Marks the rows that became records: those whose id is in `_id` or an `_id_…` column.
fn mark_used(records: &DataFrame, used: &mut [bool]) -> Result<()> {
    for column in records
        .columns()
        .iter()
        .filter(|column| column.name().starts_with("_id"))
    {
        for id in column.cast(&DataType::UInt32)?.u32()?.iter().flatten() {
            if let Some(place) = used.get_mut(id as usize) {
                *place = true;
            }
        }
    }
    Ok(())
}

/// The most rows that a message names.
const MOST_ROWS: usize = 5;

/// Messages about rows that are used but in doubt (`doubts`), one for each file: which rows, and why.
fn doubts(
    source: &Source,
    whole: &str,
    tables: &[(&str, LazyFrame)],
    numbered: &[Numbered],
    context: &RunContext,
) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for kind in &source.table {
        if numbered.iter().all(|part| part.reading.table != kind.name) {
            continue;
        }
        for doubt in &kind.doubts {
            let of = format!("`doubts` of table `{}`", kind.name);
            let snippet = Snippet::value(doubt.sql.get_ref(), &source.file, whole, doubt.sql.span(), of);
            let found = query(&snippet, tables, context)?;
            let ids = found.column("_id")?.cast(&DataType::UInt32)?;
            let ids: std::collections::BTreeSet<usize> =
                ids.u32()?.iter().flatten().map(|id| id as usize).collect();
            for part in numbered {
                let of_part = ids.range(part.first_id..part.first_id + part.rows.len());
                let rows: Vec<String> = of_part
                    .map(|id| part.rows[id - part.first_id].to_string())
                    .collect();
                if !rows.is_empty() {
                    let more = if rows.len() > MOST_ROWS { ", …" } else { "" };
                    notes.push(format!(
                        "`{}`, {} ({}{more}): {}",
                        part.reading.file,
                        counted(rows.len(), "row"),
                        rows[..rows.len().min(MOST_ROWS)].join(", "),
                        doubt.says
                    ));
                }
            }
        }
    }
    Ok(notes)
}

/// Counts the rows mapped, and gives every other row its reason.
fn account(
    source: &Source,
    whole: &str,
    tables: &[(&str, LazyFrame)],
    numbered: &mut [Numbered],
    used: &[bool],
    context: &RunContext,
) -> Result<()> {
    let mut reasons: HashMap<usize, &str> = HashMap::new();
    if used.iter().any(|used| !used) {
        for kind in &source.table {
            for rule in &kind.set_aside {
                let snippet = Snippet::value(
                    rule.sql.get_ref(),
                    &source.file,
                    whole,
                    rule.sql.span(),
                    format!("`set_aside` of table `{}`", kind.name),
                );
                let ids = query(&snippet, tables, context)?;
                for id in ids
                    .column("_id")?
                    .cast(&DataType::UInt32)?
                    .u32()?
                    .iter()
                    .flatten()
                {
                    reasons.entry(id as usize).or_insert(&rule.reason);
                }
            }
        }
    }
    for part in numbered {
        for (offset, row) in part.rows.iter().enumerate() {
            let id = part.first_id + offset;
            match used[id] {
                true => part.reading.rows_mapped += 1,
                false => {
                    let reason = reasons.get(&id).map_or_else(
                        || format!("no record of source `{}` uses it", source.name),
                        |reason| reason.to_string(),
                    );
                    part.reading.set_aside.push(SetAsideRow {
                        row: *row,
                        reason,
                        is_misfit: false,
                    });
                }
            }
        }
        part.reading.set_aside.sort_by_key(|row| row.row);
    }
    Ok(())
}

/// An error for a column that is not a field, which would silently be lost, and for a repeated record, which
/// would be counted twice.
fn unknown_or_doubled(
    known: &[&str],
    snippet: &Snippet,
    records: &DataFrame,
    ids: &UInt32Chunked,
    rows: usize,
) -> Result<()> {
    let names = records.columns().iter().map(|column| column.name().as_str());
    if let Some(name) = names
        .filter(|name| !name.starts_with("_id"))
        .find(|name| !known.contains(name))
    {
        let known = known.iter().copied();
        return Err(snippet
            .mistake(1, 1, 1, format!("`{name}` is not a field"))
            .help(suggestion(name, known))
            .into());
    }
    let mut seen = vec![false; rows];
    for id in ids.iter().flatten() {
        match seen.get_mut(id as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => {
                return Err(snippet
                    .mistake(
                        1,
                        1,
                        1,
                        "a row names two records: a join doubles it, so it would be counted twice",
                    )
                    .into());
            }
        }
    }
    Ok(())
}

/// The canonical columns in order as text; each record has the file and row that identify it.
fn canonical(
    names: &[&str],
    snippet: &Snippet,
    records: DataFrame,
    numbered: &[Numbered],
    first_file: u32,
) -> Result<DataFrame> {
    let Ok(ids) = records.column("_id") else {
        return Err(snippet
            .mistake(
                1,
                1,
                1,
                "the records need a column `_id`: the row that names each record",
            )
            .into());
    };
    let ids = ids.cast(&DataType::UInt32)?;
    let mut places: Vec<(u32, u32)> = Vec::with_capacity(numbered.iter().map(|part| part.rows.len()).sum());
    for (file, part) in numbered.iter().enumerate() {
        places.extend(part.rows.iter().map(|row| (first_file + file as u32, *row)));
    }
    let Some(found) = ids
        .u32()?
        .iter()
        .map(|id| id.and_then(|id| places.get(id as usize).copied()))
        .collect::<Option<Vec<(u32, u32)>>>()
    else {
        return Err(snippet
            .mistake(1, 1, 1, "a record has no `_id`, so its row is unknown")
            .into());
    };
    unknown_or_doubled(names, snippet, &records, ids.u32()?, places.len())?;
    let mut columns = vec![
        Column::new(FILE.into(), found.iter().map(|place| place.0).collect::<Vec<_>>()),
        Column::new(ROW.into(), found.iter().map(|place| place.1).collect::<Vec<_>>()),
    ];
    for name in names {
        columns.push(match records.column(name) {
            Ok(column) => column.cast(&DataType::String)?,
            Err(_) => Column::full_null((*name).into(), records.height(), &DataType::String),
        });
    }
    let frame = DataFrame::new(records.height(), columns)?;
    // Records are in the order of their files and rows, whatever order the SQL gave.
    let in_order = found.windows(2).all(|pair| pair[0] <= pair[1]);
    match in_order {
        true => Ok(frame),
        false => Ok(frame.sort(
            [FILE, ROW],
            SortMultipleOptions::default().with_maintain_order(true),
        )?),
    }
}
