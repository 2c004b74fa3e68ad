//! `clockstop sources try`: compares a file with the known layouts, column by column.

use std::path::Path;

use anyhow::Result;

use crate::cli::SourcesTry;
use crate::commands::left_out::say_rows_aside;
use crate::commands::rulebook;
use crate::rulebook::{Rulebook, suggestion};
use crate::source;
use crate::source::layouts::{ColumnMatch, How, Layout, draft, layout};
use crate::source::recognise::from_its_headings;
use crate::table::{self, Limits};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::{counted, say};
use crate::write::{self, Value};

const HEADINGS: [&str; 10] = [
    "file",
    "column",
    "heading",
    "match",
    "source",
    "table",
    "known_column",
    "needed",
    "field",
    "why",
];

pub fn run(options: &SourcesTry) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    if let Some(name) = options.source.as_deref() {
        let names = || rulebook.sources.iter().map(|source| source.name.as_str());
        if !names().any(|known| known == name) {
            return Err(usage(format!(
                "there is no source `{name}`: {}",
                suggestion(name, names())
            )));
        }
    }
    let layouts = source::file_layouts(&rulebook).without_xml();
    let tables = table::read_all(&options.files, None, &layouts, Limits::default())?;
    let tables: Vec<_> = tables
        .into_iter()
        .map(|table| from_its_headings(&rulebook, table))
        .collect();
    tables.iter().for_each(say_rows_aside);
    let layouts = tables
        .iter()
        .map(|table| layout(&rulebook, table, options.source.as_deref()))
        .collect::<Result<Vec<_>>>()?;
    layouts.iter().for_each(say_layout);
    if let (Some(to), Some(first)) = (&options.profile, layouts.first()) {
        write_profile(&rulebook, first, to)?;
    }
    let rows = layouts
        .iter()
        .flat_map(|layout| layout.columns.iter().map(move |column| values(layout, column)));
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        rows,
    )?;
    Ok(Exit::Clean)
}

/// Says which layout the columns match, and what to do next.
fn say_layout(layout: &Layout) {
    let rows = counted(layout.rows, "row");
    let Some(nearest) = &layout.nearest else {
        say!(
            "file      {}: {rows}; no heading is in a known layout: `--profile FILE` drafts a source for it",
            layout.file
        );
        return;
    };
    let (source, table) = (&nearest.source.name, &nearest.table.name);
    if is_far(layout) {
        say!(
            "file      {}: {rows}; no known layout is near: table `{table}` of source `{source}` comes nearest, \
             with {} of {} headings",
            layout.file,
            nearest.count(How::Matched) + nearest.count(How::OtherSpelling),
            headings(layout)
        );
        say!(
            "          if you know what it is, compare it with that (`--source NAME`; `sources list` has the names), \
             or draft a source for it with `--profile FILE`; `--data-set NAME` compares it with those of \
             another data set"
        );
        return;
    }
    say!(
        "file      {}: {rows}; nearest is table `{table}` of source `{source}` ({})",
        layout.file,
        nearest.table.title
    );
    say!(
        "          {} matched, {} by another spelling, {} missing, {} of the file not used",
        nearest.count(How::Matched),
        nearest.count(How::OtherSpelling),
        nearest.count(How::Missing),
        layout
            .columns
            .iter()
            .filter(|column| column.how == How::Unused)
            .count()
    );
    if nearest.is_readable() {
        say!("          every column that the table needs is there: the file can be read unchanged");
    } else {
        let needed = layout
            .columns
            .iter()
            .filter(|column| column.is_needed && column.how != How::Matched);
        let names: Vec<&str> = needed.filter_map(|column| column.known.as_deref()).collect();
        say!(
            "          it cannot be read as that table, which needs {}: rename the columns in the export, \
             or draft a source with `--profile FILE`",
            names.join(", ")
        );
    }
}

/// How many columns the file has.
fn headings(layout: &Layout) -> usize {
    layout
        .columns
        .iter()
        .filter(|column| column.number.is_some())
        .count()
}

/// Whether the nearest table lacks a column that it needs, and knows fewer than half of the headings: the
/// likeness may be chance.
fn is_far(layout: &Layout) -> bool {
    layout.nearest.as_ref().is_some_and(|nearest| {
        let known = nearest.count(How::Matched) + nearest.count(How::OtherSpelling);
        !nearest.is_readable() && 2 * known < headings(layout)
    })
}

fn write_profile(rulebook: &Rulebook, layout: &Layout, to: &Path) -> Result<()> {
    let name = to.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
    };
    if !is_name(name) {
        return Err(usage(format!(
            "`{}`: a source has the name of its file: use lower-case letters, digits and `_`, such as \
             `our_export.toml`",
            to.display()
        )));
    }
    if rulebook.sources.iter().any(|source| source.name == name) {
        return Err(usage(format!(
            "there is already a source `{name}`: choose another name for `--profile`"
        )));
    }
    if to.exists() {
        return Err(usage(format!(
            "`{}` already exists: choose another file",
            to.display()
        )));
    }
    write::text(Some(to), &draft(rulebook, layout, name))?;
    say!("wrote     {}: a draft to edit", to.display());
    Ok(())
}

fn values<'a>(layout: &'a Layout, column: &'a ColumnMatch) -> Vec<Value<'a>> {
    let nearest = layout.nearest.as_ref().filter(|_| column.known.is_some());
    vec![
        Value::from(&layout.file),
        Value::from(column.number.map(|number| number as i64)),
        Value::from(&column.heading),
        Value::from(column.how.words()),
        Value::from(nearest.map(|nearest| nearest.source.name.as_str())),
        Value::from(nearest.map(|nearest| nearest.table.name.as_str())),
        Value::from(column.known.as_deref()),
        Value::from(column.is_needed),
        Value::from(column.guess.as_ref().map(|guess| guess.field.name.as_str())),
        Value::from(column.guess.as_ref().map(|guess| guess.why.as_str())),
    ]
}
