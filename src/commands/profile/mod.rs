//! `clockstop profile`: the content of each column of an export, in counts and formats, and the changes since
//! an earlier export. No cell is shown.

mod html;

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Result;

use crate::cli::{Profile, ProfileFormat};
use crate::commands::left_out::say_rows_aside;
use crate::commands::rulebook;
use crate::rulebook::Rulebook;
use crate::source;
use crate::source::layouts::{ColumnProfile, layout, profile};
use crate::source::recognise::from_its_headings;
use crate::table::{self, Limits};
use crate::terminal::failure::Exit;
use crate::write::{self, Format, Value};

const HEADINGS: [&str; 18] = [
    "file",
    "column",
    "heading",
    "known_as",
    "field",
    "rows",
    "filled",
    "distinct",
    "shortest",
    "longest",
    "forms",
    "dates",
    "first_date",
    "last_date",
    "nhs_numbers",
    "not_in_list",
    "filled_before",
    "change",
];

/// A share of filled cells that moves by more than this counts as changed.
const CHANGED: f64 = 0.1;

pub fn run(options: &Profile) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    let now = profiles(&rulebook, &options.files)?;
    let before = profiles(&rulebook, &options.compare)?;
    let to = options.output.as_deref();
    let rows = || now.iter().map(|column| values(column, earlier(column, &before)));
    match options.format {
        ProfileFormat::Text => write::text(to, &text(&now, &before))?,
        ProfileFormat::Html => write::text(to, &html::page(&now, &before))?,
        ProfileFormat::Csv => write::table(Format::Csv, to, &HEADINGS, rows())?,
        ProfileFormat::Json => write::table(Format::Json, to, &HEADINGS, rows())?,
    }
    Ok(Exit::Clean)
}

fn profiles(rulebook: &Rulebook, files: &[PathBuf]) -> Result<Vec<ColumnProfile>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let mut columns = Vec::new();
    for table in table::read_all(
        files,
        None,
        &source::file_layouts(rulebook).without_xml(),
        Limits::default(),
    )? {
        let table = from_its_headings(rulebook, table);
        say_rows_aside(&table);
        columns.extend(profile(rulebook, &table, &layout(rulebook, &table, None)?));
    }
    Ok(columns)
}

/// The same column in the earlier export: the known column with the same name, else the column with the same
/// heading.
fn earlier<'a>(column: &ColumnProfile, before: &'a [ColumnProfile]) -> Option<&'a ColumnProfile> {
    let by_name = before
        .iter()
        .find(|other| other.known.is_some() && other.known == column.known);
    by_name.or_else(|| {
        before
            .iter()
            .find(|other| !other.heading.is_empty() && other.heading == column.heading)
    })
}

/// The changes since the earlier export, in words; `None` if nothing changed.
fn change(column: &ColumnProfile, before: &ColumnProfile) -> Option<String> {
    let (now, then) = (share(column), share(before));
    let form = |column: &ColumnProfile| column.forms.first().map(|(form, _)| form.clone());
    let mut changes = Vec::new();
    if (now - then).abs() > CHANGED {
        changes.push(format!("filled {:.0}%, before {:.0}%", now * 100.0, then * 100.0));
    }
    if let (Some(new), Some(old)) = (form(column), form(before))
        && new != old
        && (column.dates * 2 > column.filled) != (before.dates * 2 > before.filled)
    {
        changes.push(format!("format {new}, before {old}"));
    }
    (!changes.is_empty()).then(|| changes.join("; "))
}

fn share(column: &ColumnProfile) -> f64 {
    column.filled as f64 / column.rows.max(1) as f64
}

/// The columns of the earlier export that this one lacks.
fn gone<'a>(now: &[ColumnProfile], before: &'a [ColumnProfile]) -> Vec<&'a ColumnProfile> {
    let is_gone = |old: &&ColumnProfile| {
        !now.iter()
            .any(|column| std::ptr::eq(*old, earlier(column, before).unwrap_or(column)))
    };
    before.iter().filter(is_gone).collect()
}

fn values<'a>(column: &'a ColumnProfile, before: Option<&ColumnProfile>) -> Vec<Value<'a>> {
    let whole = |number: usize| Value::Whole(number as i64);
    let forms: Vec<String> = column
        .forms
        .iter()
        .map(|(form, count)| format!("{form} ({count})"))
        .collect();
    vec![
        Value::from(&column.file),
        whole(column.number),
        Value::from(&column.heading),
        Value::from(column.known.as_deref()),
        Value::from(column.field.as_deref()),
        whole(column.rows),
        whole(column.filled),
        whole(column.distinct),
        whole(column.shortest),
        whole(column.longest),
        Value::from(forms.join("; ")),
        whole(column.dates),
        Value::from(column.first_date),
        Value::from(column.last_date),
        whole(column.nhs_numbers),
        column.not_in_list.map_or(Value::Blank, whole),
        before.map_or(Value::Blank, |before| whole(before.filled)),
        before
            .and_then(|before| change(column, before))
            .map_or(Value::Blank, Value::from),
    ]
}

/// One paragraph for each column, for the screen.
fn text(now: &[ColumnProfile], before: &[ColumnProfile]) -> String {
    let mut text = String::new();
    let mut file = "";
    for column in now {
        if column.file != file {
            file = &column.file;
            let _ = writeln!(text, "{file}: {} rows\n", column.rows);
        }
        put_column(&mut text, column);
        if let Some(change) = earlier(column, before).and_then(|before| change(column, before)) {
            let _ = writeln!(text, "      changed  {change}");
        }
    }
    for gone in gone(now, before) {
        let _ = writeln!(
            text,
            "gone  `{}` was column {} of {}",
            gone.heading, gone.number, gone.file
        );
    }
    text
}

fn put_column(text: &mut String, column: &ColumnProfile) {
    let heading = if column.heading.is_empty() {
        "(no heading that can be shown)"
    } else {
        &column.heading
    };
    let share = column.filled as f64 * 100.0 / column.rows.max(1) as f64;
    let _ = writeln!(
        text,
        "{:>4}  {heading}: {} filled ({share:.0}%), {} distinct, {} to {} characters",
        column.number, column.filled, column.distinct, column.shortest, column.longest
    );
    if let Some(known) = &column.known {
        let _ = writeln!(text, "      known as {known}");
    }
    if let Some(field) = &column.field {
        let _ = writeln!(text, "      may be {field}");
    }
    let forms: Vec<String> = column
        .forms
        .iter()
        .map(|(form, count)| format!("{form} ({count})"))
        .collect();
    if !forms.is_empty() {
        let _ = writeln!(text, "      forms  {}", forms.join("   "));
    }
    if let (Some(first), Some(last)) = (column.first_date, column.last_date) {
        let _ = writeln!(text, "      dates  {} from {first} to {last}", column.dates);
    }
    if let Some(wrong) = column.not_in_list.filter(|wrong| *wrong > 0) {
        let _ = writeln!(text, "      codes  {wrong} are not in the list");
    }
    if column.nhs_numbers > 0 {
        let _ = writeln!(text, "      NHS numbers  {}", column.nhs_numbers);
    }
}
