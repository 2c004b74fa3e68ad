//! `<data set>/<name>/listing.toml`: queries that are run one after the other, and how a command and a workbook
//! show what they give.

use anyhow::Result;
use serde::Deserialize;

use super::places::{self, Step};
use super::{Files, Mistake, suggestion, toml_mistake};
use crate::terminal::failure::usage;

/// A folder of queries whose results are handed on as tables: the patient tracking list, the phases of pathways.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// `cwt/ptl`
    #[serde(skip)]
    pub folder: String,
    pub title: String,
    /// It shows the end of a day: dates after it are taken from the records and stand in the table `planned`.
    #[serde(default)]
    pub end_of_day: bool,
    /// What a reader must know before passing the workbook on.
    #[serde(default)]
    pub banner: String,
    /// SQL files of the folder, in the order in which they run: each is a table for those after it.
    pub queries: Vec<String>,
    /// The queries that a command may show, the one shown unasked first.
    pub tables: Vec<String>,
    /// How to use the workbook, a line each.
    #[serde(default)]
    pub guidance: Vec<String>,
    /// Counts for the cover.
    #[serde(default)]
    pub fact: Vec<Fact>,
    #[serde(default)]
    pub sheet: Vec<ListingSheet>,
    /// Tables that the board pack shows.
    #[serde(default)]
    pub board: Vec<BoardSheet>,
    /// The snapshot of open pathways that the board pack shows.
    pub snapshot: Option<Snapshot>,
    /// Definitions and doubts, the last sheet.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A count for the cover: the rows of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub label: String,
    pub table: String,
}

/// One sheet: a table of the listing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingSheet {
    pub name: String,
    pub title: String,
    /// What it holds, for the cover.
    pub about: String,
    pub table: String,
    /// What to know before reading it, a line each.
    #[serde(default)]
    pub lines: Vec<String>,
    pub when_empty: String,
    /// Columns that stay in sight when scrolling to the right.
    #[serde(default)]
    pub frozen_columns: u16,
    pub column: Vec<ListingColumn>,
}

/// A table of the listing as a page of the board pack: counts and medians, never a pathway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardSheet {
    pub name: String,
    pub title: String,
    pub table: String,
    /// The column with the month: only rows of the pack's month are shown.
    pub month: Option<String>,
    /// By column, the only text that is shown.
    #[serde(default)]
    pub only: std::collections::BTreeMap<String, String>,
    /// The column that counts people. Where small numbers are hidden, a row of few keeps its other figures back.
    pub people: String,
    /// Columns that are kept back in every row where small numbers are hidden: counts that others could be worked out from.
    #[serde(default)]
    pub kept_back: Vec<String>,
    #[serde(default)]
    pub lines: Vec<String>,
    pub when_empty: String,
    pub column: Vec<ListingColumn>,
}

/// Open pathways by site and band of days: a table with the columns `site`, `band`, `decided` (`yes` or `no`) and
/// `pathways`, a row a site, band and answer. Bands are those of `ptl_band` in `standards.toml`, by their label.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    pub title: String,
    pub table: String,
    #[serde(default)]
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingColumn {
    /// Column of the table; none for a column that readers fill in.
    pub name: Option<String>,
    pub heading: String,
    pub look: ColumnLook,
    /// In characters.
    pub width: f64,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnLook {
    Words,
    Code,
    Name,
    Date,
    RowNumber,
    Whole,
    /// A count with a bar as long as it is large.
    Bar,
    /// People, to the half.
    People,
    Entry,
}

impl Listing {
    pub fn read(files: &Files, data_set: &str, name: &str) -> Result<Listing> {
        let path = format!("{data_set}/{name}/listing.toml");
        let Some(text) = files.get(&path) else {
            return Err(usage(format!(
                "data set `{data_set}` has no `{name}`: `rules/{path}` is missing"
            )));
        };
        let mut listing: Listing =
            toml::from_str(text).map_err(|error| toml_mistake(&format!("rules/{path}"), text, &error))?;
        listing.folder = format!("{data_set}/{name}");
        for (path, table) in listing.named() {
            if !listing.queries.contains(table) {
                let message = format!("there is no query `{table}` among `queries`");
                let mistake = Mistake::at(
                    &format!("rules/{}", listing.file()),
                    text,
                    places::of_value(text, &path),
                    message,
                );
                return Err(mistake
                    .help(suggestion(table, listing.queries.iter().map(String::as_str)))
                    .into());
            }
        }
        Ok(listing)
    }

    /// The tables that the board pack shows.
    pub fn board_tables(&self) -> impl Iterator<Item = &str> {
        let boards = self.board.iter().map(|board| board.table.as_str());
        boards.chain(self.snapshot.iter().map(|snapshot| snapshot.table.as_str()))
    }

    fn file(&self) -> String {
        format!("{}/listing.toml", self.folder)
    }

    /// The tables that it names, and where.
    fn named(&self) -> Vec<(Vec<Step<'static>>, &String)> {
        let of_block = |key, place| vec![Step::Key(key), Step::At(place), Step::Key("table")];
        let sheets = self
            .sheet
            .iter()
            .enumerate()
            .map(|(place, sheet)| (of_block("sheet", place), &sheet.table));
        let facts = self
            .fact
            .iter()
            .enumerate()
            .map(|(place, fact)| (of_block("fact", place), &fact.table));
        let tables = self
            .tables
            .iter()
            .enumerate()
            .map(|(place, table)| (vec![Step::Key("tables"), Step::At(place)], table));
        let boards = self
            .board
            .iter()
            .enumerate()
            .map(|(place, board)| (of_block("board", place), &board.table));
        let snapshot = self
            .snapshot
            .iter()
            .map(|snapshot| (vec![Step::Key("snapshot"), Step::Key("table")], &snapshot.table));
        sheets
            .chain(facts)
            .chain(tables)
            .chain(boards)
            .chain(snapshot)
            .collect()
    }
}
