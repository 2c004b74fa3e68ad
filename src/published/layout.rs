//! Finds the tables of a workbook: sheets in, tables with their columns and rows out. A sheet may stack
//! several tables, each under its own headings. The headings say what a table holds; the sheet's name is
//! asked second.

use std::collections::{BTreeSet, HashSet};

use anyhow::Result;

use crate::published::book::{Book, Row, Sheet};
use crate::published::fold;
use crate::published::headings::{self, TableColumns, quoted};
use crate::published::rules::{Item, Rules};
use crate::published::{Problem, PublishedLine};
use crate::terminal::failure::input;

/// The lines under one row of headings.
#[derive(Debug)]
pub struct Table<'a> {
    pub item: &'a Item,
    pub sheet: &'a Sheet,
    pub columns: TableColumns<'a>,
    /// The row number of the headings, as Excel shows it.
    pub headings_row: u32,
    pub rows: &'a [Row],
    /// The text of the PART heading above: a route or stage.
    pub part: Option<String>,
}

/// The tables of a workbook, and the problems and notes found on the way.
#[derive(Debug, Default)]
pub struct Tables<'a> {
    pub tables: Vec<Table<'a>>,
    /// Tables that cannot be read because a required column is missing.
    pub unreadable: Vec<Problem>,
    /// Sheets and standards that are missing.
    pub problems: Vec<Problem>,
    pub notes: Vec<Problem>,
}

/// How many rows of a sheet without tables are searched for the month, the status or the sign of another
/// workbook.
const TOP: usize = 60;

/// Finds the tables of every sheet.
pub fn find<'a>(rules: &'a Rules, book: &'a Book) -> Tables<'a> {
    let mut found = Tables::default();
    for sheet in &book.sheets {
        let heads: Vec<usize> = (0..sheet.rows.len())
            .filter(|row| headings::is_headings(rules, &sheet.rows[*row]))
            .collect();
        for (number, head) in heads.iter().enumerate() {
            let above = if number == 0 { 0 } else { heads[number - 1] + 1 };
            let below = heads.get(number + 1).copied().unwrap_or(sheet.rows.len());
            let part = sheet.rows[above..*head]
                .iter()
                .rev()
                .find_map(headings::part_heading);
            add(
                rules,
                sheet,
                &sheet.rows[*head],
                &sheet.rows[head + 1..below],
                part,
                &mut found,
            );
        }
        if heads.is_empty() && rules.items.iter().any(|item| is_sheet_of(item, sheet)) {
            let message = "no row of headings with a provider and `TOTAL`: the sheet is not read";
            found.problems.push(of_sheet(&sheet.name, message.to_string()));
        }
    }
    for (name, why) in &book.broken {
        found
            .problems
            .push(of_sheet(name, format!("the sheet cannot be read: {why}")));
    }
    for item in &rules.items {
        say_missing_sheets(item, &mut found);
    }
    found
}

/// Adds the table under a row of headings, or the reason why it is not read.
fn add<'a>(
    rules: &'a Rules,
    sheet: &'a Sheet,
    head: &'a Row,
    rows: &'a [Row],
    part: Option<String>,
    found: &mut Tables<'a>,
) {
    let say = |message: String| Problem {
        sheet: sheet.name.clone(),
        row: head.number,
        message,
    };
    let by_name = || rules.items.iter().find(|item| is_sheet_of(item, sheet));
    let Some(item) = headings::item_of(rules, head).or_else(by_name) else {
        found
            .notes
            .push(say("a table of an unknown kind: it is not read".to_string()));
        return;
    };
    if !is_sheet_of(item, sheet) {
        let what = if sheet.hidden {
            "hidden, so it is not read"
        } else {
            "and it is read"
        };
        found.notes.push(say(format!(
            "not a sheet that the rules name, but one with the headings of {}, {what}",
            item.name
        )));
        if sheet.hidden {
            return;
        }
    }
    let columns = headings::find_columns(rules, item, head);
    if let Some(missing) = columns.missing(rules, item) {
        found.unreadable.push(say(missing));
        return;
    }
    for (_, heading) in &columns.unknown {
        found.notes.push(say(format!(
            "the rules do not know the heading `{heading}`: its column is not read"
        )));
    }
    for band in columns.bands_without(item) {
        found.notes.push(say(format!(
            "no column is headed `{}`: `{}` stays blank",
            band.headings.first(),
            band.column
        )));
    }
    found.tables.push(Table {
        item,
        sheet,
        columns,
        headings_row: head.number,
        rows,
        part,
    });
}

/// A standard without any table is a problem. An activity, or one sheet of several, may be missing.
fn say_missing_sheets(item: &Item, found: &mut Tables) {
    let read: BTreeSet<String> = found
        .of_item(item)
        .map(|table| fold::sheet(&table.sheet.name))
        .collect();
    let (count, expected) = (read.len(), item.sheets.names.len());
    let names = item.sheets.names.iter().zip(&item.sheets.folded);
    let Some((missing, _)) = names.into_iter().find(|(_, folded)| !read.contains(*folded)) else {
        return;
    };
    match count {
        0 if item.is_standard() => found
            .problems
            .push(of_sheet(missing, format!("no table of {}", item.name))),
        0 => found
            .notes
            .push(of_sheet(missing, format!("no table of {}", item.name))),
        count if count < expected => {
            let message = format!(
                "{count} of the {expected} sheets of {} are there, but this one is missing",
                item.name
            );
            found.notes.push(of_sheet(missing, message));
        }
        _ => {}
    }
}

fn is_sheet_of(item: &Item, sheet: &Sheet) -> bool {
    item.sheets.folded.contains(&fold::sheet(&sheet.name))
}

fn of_sheet(sheet: &str, message: String) -> Problem {
    Problem {
        sheet: sheet.to_string(),
        row: 0,
        message,
    }
}

impl<'a> Tables<'a> {
    /// The rows above a sheet's first table; the top rows of a sheet without a table.
    pub fn above<'b>(&self, sheet: &'b Sheet) -> &'b [Row] {
        let first = self
            .tables
            .iter()
            .filter(|table| table.sheet.name == sheet.name)
            .map(|table| table.headings_row)
            .min();
        let end = first.map_or(TOP, |first| sheet.rows.partition_point(|row| row.number < first));
        &sheet.rows[..end.min(sheet.rows.len())]
    }

    /// The rows near the top of a sheet, including its first headings.
    pub fn top<'b>(&self, sheet: &'b Sheet) -> &'b [Row] {
        &sheet.rows[..sheet.rows.len().min(TOP)]
    }

    pub fn has_one(&self, sheet: &Sheet) -> bool {
        self.tables.iter().any(|table| table.sheet.name == sheet.name)
    }

    pub fn of_item(&self, item: &Item) -> impl Iterator<Item = &Table<'a>> {
        self.tables
            .iter()
            .filter(move |table| table.item.name == item.name)
    }

    /// Whether every standard of the rules has a table.
    pub fn has_every_standard(&self, rules: &Rules) -> bool {
        rules
            .items
            .iter()
            .filter(|item| item.is_standard())
            .all(|item| self.of_item(item).next().is_some())
    }

    /// An error that names the first table that cannot be read.
    pub fn all_readable(&self, file: &str) -> Result<()> {
        let Some(first) = self.unreadable.first() else {
            return Ok(());
        };
        Err(input(format!(
            "`{file}`, sheet `{}` row {}: {}",
            first.sheet, first.row, first.message
        )))
    }
}

impl Table<'_> {
    /// An error if lines repeat in a table with a column that the rules do not know: that column divides
    /// them.
    pub fn not_divided(&self, file: &str, lines: &[PublishedLine]) -> Result<()> {
        let unknown = quoted(self.columns.unknown_keys());
        let mut seen = HashSet::new();
        let mut keys = lines.iter().map(|line| {
            (
                line.org(),
                &line.cancer_type,
                &line.route_or_stage,
                &line.modality,
            )
        });
        if unknown.is_empty() || keys.all(|key| seen.insert(key)) {
            return Ok(());
        }
        let (sheet, row) = (&self.sheet.name, self.headings_row);
        Err(input(format!(
            "`{file}`, sheet `{sheet}` row {row}: the rules do not know {unknown}, and without it lines repeat: \
             add the heading to rules/published.toml"
        )))
    }
}
