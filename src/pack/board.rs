//! What the pack takes from listings: the snapshot of open pathways, and the tables that the data set shows
//! to a board.
//!
//! In: the records, and the waits of one trust. Out: [`Waiting`] and [`BoardTable`]s, counts and medians
//! only.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::calendar::Month;
use crate::measure::Waits;
use crate::pack::site_shown;
use crate::records::{Records, planned};
use crate::report::listing::{self, Listed};
use crate::report::{BoardCell, BoardTable, Cell, Waiting, WaitingBand, WaitingRow};
use crate::rulebook::{BoardSheet, Listing, Rulebook, Snapshot};
use crate::sql::RunContext;
use crate::terminal::failure::usage;

/// The results of a data set's listings for a pack.
#[derive(Default)]
pub struct Board {
    pub waiting: Option<Waiting>,
    pub tables: Vec<BoardTable>,
}

/// Runs the parts of each listing in `board_listings` that the pack needs.
pub fn run(
    rulebook: &Rulebook,
    records: &Records,
    waits: &Waits,
    (month, sites): (Month, &BTreeSet<String>),
    context: &RunContext,
) -> Result<Board> {
    let mut board = Board::default();
    for name in &rulebook.data_set.board_listings {
        let listing = rulebook.listing(name)?;
        if let Some(snapshot) = &listing.snapshot {
            let listed = snapshot_tables(rulebook, &listing, records, context)?;
            let counted = listing::table(&listed, &snapshot.table)?;
            board.waiting = Some(waiting(rulebook, snapshot, counted, sites, context)?);
        }
        if !listing.board.is_empty() {
            let extra = records.every_extra_table(context)?;
            let waits = ("waits", waits.frame.clone());
            let seen = listing::all_tables(rulebook, records, &records.frame, waits, &extra)?;
            let listed = listing::run_for_board(rulebook, &listing, seen, context)?;
            for sheet in &listing.board {
                board
                    .tables
                    .push(table(sheet, listing::table(&listed, &sheet.table)?, month)?);
            }
        }
    }
    Ok(board)
}

/// The listing over the records known at the end of the day: a treatment planned for later has ended no wait.
fn snapshot_tables(
    rulebook: &Rulebook,
    listing: &Listing,
    records: &Records,
    context: &RunContext,
) -> Result<Vec<Listed>> {
    let mut frame = records
        .frame
        .select(records.mapped_columns.iter().map(|name| name.as_str()))?;
    let planned = planned::split(rulebook, &mut frame, context.as_at)?;
    let derived = records.derived_again(rulebook, frame, context)?;
    let extra = records.every_extra_table(context)?;
    let seen = listing::all_tables(rulebook, records, &derived, ("planned", planned), &extra)?;
    listing::run_for_board(rulebook, listing, seen, context)
}

/// The columns of a snapshot.
const SNAPSHOT: [&str; 4] = ["site", "band", "decided", "pathways"];

/// Sums the rows of a snapshot by site and band.
fn waiting(
    rulebook: &Rulebook,
    snapshot: &Snapshot,
    listed: &Listed,
    sites: &BTreeSet<String>,
    context: &RunContext,
) -> Result<Waiting> {
    let indexes = column_names(listed, &SNAPSHOT)?;
    let bands: Vec<WaitingBand> = rulebook
        .standards
        .ptl_band
        .iter()
        .map(|band| WaitingBand {
            label: format!("{} days", band.label),
            from: band.from.into(),
        })
        .collect();
    let empty = |name: &str| WaitingRow {
        name: name.to_string(),
        bands: vec![Some(0.0); bands.len()],
        all: Some(0.0),
        decided: Some(0.0),
    };
    let mut rows: BTreeMap<String, WaitingRow> = BTreeMap::new();
    let mut total = empty("");
    for cells in &listed.rows {
        let [site, band, decided, pathways] = [0, 1, 2, 3].map(|at| &cells[indexes[at]]);
        let site = site.text();
        let site = site_shown(site, sites, &rulebook.data_set.words);
        let site = site.as_ref();
        let pathways = pathways.number().unwrap_or_default();
        let at = rulebook
            .standards
            .ptl_band
            .iter()
            .position(|known| known.label == band.text());
        let row = rows.entry(site.to_string()).or_insert_with(|| empty(site));
        for row in [row, &mut total] {
            add(&mut row.all, pathways);
            if let Some(count) = at.and_then(|at| row.bands.get_mut(at)) {
                add(count, pathways);
            }
            if decided.text() == "yes" {
                add(&mut row.decided, pathways);
            }
        }
    }
    Ok(Waiting {
        title: snapshot.title.clone(),
        as_at: context.as_at,
        lines: snapshot.lines.clone(),
        row_heading: rulebook.data_set.words.site.clone(),
        bands,
        rows: rows.into_values().collect(),
        total,
    })
}

fn add(count: &mut Option<f64>, more: f64) {
    *count = count.map(|count| count + more);
}

/// The rows of a listing's table that the pack shows.
fn table(sheet: &BoardSheet, listed: &Listed, month: Month) -> Result<BoardTable> {
    let shown: Vec<&str> = sheet
        .column
        .iter()
        .filter_map(|column| column.name.as_deref())
        .collect();
    let asked: Vec<&str> = sheet
        .only
        .keys()
        .chain(&sheet.month)
        .map(String::as_str)
        .chain([sheet.people.as_str()])
        .collect();
    column_names(listed, &asked)?;
    let indexes = column_names(listed, &shown)?;
    let is = |cells: &[Cell], name: &str, text: &str| {
        listed
            .index_of(name)
            .is_some_and(|index| cells[index].text() == text)
    };
    let period = month.to_string();
    let is_shown = |cells: &&Vec<Cell>| {
        sheet.only.iter().all(|(name, text)| is(cells, name, text))
            && sheet.month.as_ref().is_none_or(|name| is(cells, name, &period))
    };
    let row = |cells: &Vec<Cell>| {
        indexes
            .iter()
            .map(|index| BoardCell::Shown(cells[*index].clone()))
            .collect()
    };
    Ok(BoardTable {
        sheet: sheet.clone(),
        rows: listed.rows.iter().filter(is_shown).map(row).collect(),
    })
}

/// The index of each of these columns in a table of a listing.
fn column_names(listed: &Listed, names: &[&str]) -> Result<Vec<usize>> {
    let index = |name: &&str| {
        listed.index_of(name).ok_or_else(|| {
            usage(format!(
                "the board pack needs the column `{name}`, which the table `{}` does not have",
                listed.name
            ))
        })
    };
    names.iter().map(index).collect()
}
