//! `clockstop sources map`: the texts of an export without a code, as the start of a code map.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::StringChunked;

use crate::cli::SourcesMap;
use crate::commands::rulebook;
use crate::rulebook::{CODE_MAP, Rulebook, Source, SourceTable};
use crate::source;
use crate::source::layouts::may_show;
use crate::source::recognise::{recognise, spelled};
use crate::source::texts::{Texts, meanings, plain};
use crate::table::{self, Limits};
use crate::terminal::failure::{Exit, input};
use crate::terminal::{counted, say};
use crate::write::{self, Format, Value};

const HEADINGS: [&str; 5] = ["column", "value", "code", "rows", "why"];

/// The least likeness (1 is equal) at which a meaning is suggested for a text.
const ALIKE: f64 = 0.88;

/// A text of a column, how often it occurs, and the code that it may mean.
struct Line {
    column: String,
    value: String,
    rows: usize,
    guess: Option<(String, String)>,
}

pub fn run(options: &SourcesMap) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    let layouts = source::file_layouts(&rulebook).without_xml();
    let tables = table::read_all(&options.files, None, &layouts, Limits::default())?;
    let (groups, _) = recognise(&rulebook, tables, options.source.as_deref())?;
    let mut lines: Vec<Line> = Vec::new();
    let mut sources: Vec<&str> = Vec::new();
    for (source, files) in &groups {
        for file in files {
            let found = texts_of(&rulebook, source, file.table, &file.headings, &file.file.cells)?;
            if !found.is_empty() && !sources.contains(&source.name.as_str()) {
                sources.push(&source.name);
            }
            lines.extend(found);
        }
    }
    if sources.len() > 1 {
        return Err(input(format!(
            "the files belong to several sources ({}): map one source at a time with `--source`",
            sources.join(", ")
        )));
    }
    let open = lines.iter().filter(|line| line.guess.is_none()).count();
    say!(
        "texts     {} without a code, {open} of them without a guess",
        counted(lines.len(), "text")
    );
    if let Some(source) = sources.first() {
        say!(
            "          correct the file and save it as `sources/{source}{CODE_MAP}` in the folder of \
             `--rules`: a blank code maps nothing"
        );
    }
    let rows = lines.iter().map(values);
    write::table(Format::Csv, options.output.as_deref(), &HEADINGS, rows)?;
    Ok(Exit::Clean)
}

fn values(line: &Line) -> Vec<Value<'_>> {
    let (code, why) = match &line.guess {
        Some((code, why)) => (Value::from(code), Value::from(why)),
        None => (Value::Blank, Value::Blank),
    };
    vec![
        Value::from(&line.column),
        Value::from(&line.value),
        code,
        Value::Whole(line.rows as i64),
        why,
    ]
}

/// The texts of a file without a code, by column, commonest first.
fn texts_of(
    rulebook: &Rulebook,
    source: &Source,
    table: &SourceTable,
    headings: &[String],
    cells: &polars::prelude::DataFrame,
) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (column, list) in &table.texts {
        let index = headings.iter().position(|heading| *heading == spelled(column));
        let texts = Texts::of(rulebook, source, table, column);
        let (Some(index), Some(texts), Some(list)) = (index, texts, meanings(rulebook, list)) else {
            continue;
        };
        let column_cells = cells.columns()[index].str()?.slice(1, usize::MAX);
        lines.extend(
            unknown(&texts, &column_cells)
                .into_iter()
                .map(|(value, rows)| Line {
                    column: column.clone(),
                    guess: guess(&list, &value),
                    value,
                    rows,
                }),
        );
    }
    Ok(lines)
}

fn unknown(texts: &Texts, cells: &StringChunked) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in cells
        .iter()
        .flatten()
        .filter(|cell| texts.is_unknown(cell) && may_show(cell))
    {
        *counts.entry(cell).or_default() += 1;
    }
    let mut found: Vec<(String, usize)> = counts
        .into_iter()
        .map(|(value, rows)| (value.to_string(), rows))
        .collect();
    found.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    found
}

/// The code with the most similar meaning, and how similar it is; `None` if no meaning is similar.
fn guess(list: &[(&str, &str)], value: &str) -> Option<(String, String)> {
    let value = plain(value);
    let alike = list.iter().map(|code| {
        let meaning = plain(code.1);
        let begins = meaning.starts_with(&value) || value.starts_with(&meaning);
        (
            if begins {
                0.99
            } else {
                strsim::jaro_winkler(&meaning, &value)
            },
            code,
        )
    });
    let (likeness, code) = alike.max_by(|left, right| left.0.total_cmp(&right.0))?;
    (likeness >= ALIKE).then(|| (code.0.to_string(), format!("nearest meaning: {}", code.1)))
}
