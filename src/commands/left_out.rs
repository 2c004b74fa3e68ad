//! Says what figures leave out, for commands that run no checks: cells that mean nothing to the rules (codes
//! that are in no list, dates that cannot be read), and records that are not counted for their data.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::{DataFrame, PlHashSet};

use crate::measure::Waits;
use crate::records::Records;
use crate::rulebook::{Field, Kind, Rulebook, columns};
use crate::table::Table;
use crate::terminal::{counted, say};

/// The cells of one kind: how many, and in which fields.
#[derive(Default)]
struct NotKnown {
    cells: usize,
    fields: Vec<String>,
}

impl NotKnown {
    fn add(&mut self, field: &Field, cells: usize) {
        if cells > 0 {
            self.cells += cells;
            self.fields.push(format!("{} {cells}", field.label));
        }
    }

    /// `15 cells with a code in no list (Attendance 15)`
    fn words(&self, what: &str) -> Option<String> {
        const MOST: usize = 8;
        let more = self.fields.len().saturating_sub(MOST);
        let more = if more > 0 {
            format!(", {more} more")
        } else {
            String::new()
        };
        let shown = &self.fields[..self.fields.len().min(MOST)];
        let cells = counted(self.cells, "cell");
        (self.cells > 0).then(|| format!("{cells} with {what} ({}{more})", shown.join(", ")))
    }
}

/// Counts the cells of the records and of the extra tables, and says so in one line each: checks show the
/// rows of records alone.
pub fn say_not_known(rulebook: &Rulebook, records: &Records) -> Result<()> {
    let extra: Vec<_> = records
        .extra_tables
        .iter()
        .map(|(name, table)| (Some(name), table))
        .collect();
    say_kinds(
        rulebook,
        &[(None, &records.frame)],
        "`clockstop check` shows their rows",
    )?;
    say_kinds(
        rulebook,
        &extra,
        "`clockstop profile FILE` shows the forms of each column",
    )
}

fn say_kinds(rulebook: &Rulebook, tables: &[(Option<&String>, &DataFrame)], next: &str) -> Result<()> {
    let (mut codes, mut dates) = (NotKnown::default(), NotKnown::default());
    for (name, table) in tables {
        let own = rulebook.table_fields.iter();
        let own = own.filter(|field| name.is_some() && field.table.as_ref() == *name);
        for field in rulebook.fields.iter().chain(own) {
            codes.add(field, in_no_list(rulebook, field, table)?);
            dates.add(field, unreadable(field, table)?);
        }
    }
    let kinds = [
        codes.words("a code that is in no list"),
        dates.words("a date or number that cannot be read"),
    ];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    if !kinds.is_empty() {
        say!("note: {}: taken for not known. {next}", kinds.join("; "));
    }
    Ok(())
}

/// Says which rows of a file a look at it leaves out, and why.
pub fn say_rows_aside(table: &Table) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for misfit in &table.misfits {
        *reasons.entry(misfit.reason.as_str()).or_default() += 1;
    }
    for (reason, rows) in reasons {
        say!(
            "note: `{}`: {} left out: {reason}",
            table.name,
            counted(rows, "row")
        );
    }
}

/// Says how many records each standard leaves out for reasons that disappear once the data are corrected.
pub fn say_not_counted(rulebook: &Rulebook, waits: &Waits) -> Result<()> {
    let waits = waits.columns()?;
    let reasons = &rulebook.data_set.data_quality_reasons;
    let mut by_standard: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (standard, reason) in waits.standard.iter().zip(waits.reason.iter()) {
        if let (Some(standard), Some(reason)) = (standard, reason)
            && reasons.iter().any(|known| known == reason)
        {
            *by_standard
                .entry(standard)
                .or_default()
                .entry(reason)
                .or_default() += 1;
        }
    }
    let words = |(standard, reasons): (&&str, &BTreeMap<&str, usize>)| {
        let each = reasons.iter().map(|(reason, count)| format!("{count} {reason}"));
        format!("{standard} {}", each.collect::<Vec<_>>().join(", "))
    };
    if !by_standard.is_empty() {
        say!(
            "note: not counted for their data: {}. `clockstop waits` lists them",
            by_standard.iter().map(words).collect::<Vec<_>>().join("; ")
        );
    }
    Ok(())
}

fn in_no_list(rulebook: &Rulebook, field: &Field, table: &DataFrame) -> Result<usize> {
    // The list of a site holds the codes for places without one of their own, not every site.
    let list = field.code_list.as_ref().filter(|_| field.kind == Kind::Code);
    let list = list.and_then(|name| rulebook.code_list(name));
    let (Some(list), Ok(column)) = (list, table.column(&field.name)) else {
        return Ok(0);
    };
    let known: PlHashSet<&str> = list.codes.iter().map(|code| code.code.as_str()).collect();
    let Ok(cells) = column.str() else { return Ok(0) };
    let cells = cells.iter().flatten();
    // An item that repeats is one cell, its values joined by `;`.
    let is_known = |cell: &str| cell.split(';').all(|code| known.contains(code.trim()));
    Ok(cells.filter(|cell| !is_known(cell)).count())
}

fn unreadable(field: &Field, table: &DataFrame) -> Result<usize> {
    match table.column(&columns::readable(&field.name)) {
        Ok(column) if field.kind.can_be_unreadable() => Ok(column
            .bool()?
            .iter()
            .flatten()
            .filter(|readable| !readable)
            .count()),
        _ => Ok(0),
    }
}
