//! `<data set>/<name>/listing.toml`: queries that are run one after the other, and how a command and a workbook
//! show what they give.

use anyhow::Result;
use serde::Deserialize;

use super::places::{self, Step};
use super::{Files, Mistake, suggestion, toml_mistake};
use crate::failure::usage;

/// A folder of queries whose results are handed on as tables: the patient tracking list, the phases of pathways.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// `cwt/ptl`
    #[serde(skip)]
    pub folder: String,
    pub title: String,
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
        sheets.chain(facts).chain(tables).collect()
    }
}
