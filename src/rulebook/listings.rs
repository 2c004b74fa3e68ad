//! `<data set>/<name>/listing.toml`: queries that run one after the other, and how a command and a workbook
//! show their results.

use anyhow::Result;
use serde::Deserialize;

use super::conditions::Conditions;
use super::spans::{self, Step};
use super::{Files, Mistake, suggestion, toml_mistake};
use crate::terminal::failure::usage;

/// A folder of queries whose results are output as tables, such as the patient tracking list or the phases of
/// pathways.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// `cwt/ptl`
    #[serde(skip)]
    pub folder: String,
    pub title: String,
    /// It shows the end of a day: dates after that day are removed from the records and are in the table
    /// `planned`.
    #[serde(default)]
    pub end_of_day: bool,
    /// What a reader must know before passing the workbook on.
    #[serde(default)]
    pub banner: String,
    /// SQL files of the folder, in the order in which they run. Each result is a table for the later ones.
    /// `ptl/pathways` is the file of another listing; its table is `pathways`. `escalation.toml` is a file of
    /// conditions of the data set; its table is `escalation`.
    pub queries: Vec<String>,
    /// The queries that a command may show; the first is the default.
    pub tables: Vec<String>,
    /// The query whose result on the files of `--earlier` is the table `earlier` for the queries after it.
    #[serde(default)]
    pub compares: Option<String>,
    /// For an option of the command that shows the listing, the column that it narrows.
    #[serde(default)]
    pub narrowed_by: std::collections::BTreeMap<String, String>,
    /// How to use the workbook, one line each.
    #[serde(default)]
    pub guidance: Vec<String>,
    /// Counts for the cover.
    #[serde(default)]
    pub fact: Vec<Fact>,
    #[serde(default)]
    pub sheet: Vec<ListingSheet>,
    /// Tables whose rows are remembered from list to list, with what people fill in.
    #[serde(default)]
    pub form: Vec<ListingForm>,
    /// Tables that the board pack shows.
    #[serde(default)]
    pub board: Vec<BoardSheet>,
    /// The snapshot of open pathways that the board pack shows.
    pub snapshot: Option<Snapshot>,
    /// Definitions and doubts, for the last sheet.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A count for the cover: the number of rows of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub label: String,
    pub table: String,
    /// For each column, the only text whose rows are counted.
    #[serde(default)]
    pub only: std::collections::BTreeMap<String, String>,
}

/// A table whose rows have ids that last, so that the next list knows which are new and what people answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingForm {
    pub table: String,
    /// The first letter of its ids.
    pub letter: char,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// The columns that identify the row together with `key`, where a column of `key` is blank.
    #[serde(default)]
    pub otherwise: Vec<String>,
    /// The column that says what a row is about.
    pub about: Option<String>,
    pub entry: Vec<FormEntry>,
}

/// A column that people fill in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormEntry {
    pub name: String,
    pub heading: String,
    /// The only words that it takes; none: any text.
    #[serde(default)]
    pub words: Vec<String>,
}

/// One sheet: a table of the listing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingSheet {
    pub name: String,
    pub title: String,
    /// Its content, for the cover.
    pub about: String,
    pub table: String,
    /// What to know before reading it, one line each.
    #[serde(default)]
    pub lines: Vec<String>,
    pub when_empty: String,
    /// The number of columns that stay visible when scrolling to the right.
    #[serde(default)]
    pub frozen_columns: u16,
    /// The sheet is to look things up on the screen: it does not print.
    #[serde(default)]
    pub for_screen: bool,
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
    /// For each column, the only text whose rows are shown.
    #[serde(default)]
    pub only: std::collections::BTreeMap<String, String>,
    /// The column that counts people. If small numbers are suppressed, a row with few people shows none of
    /// its figures.
    pub people: String,
    /// Columns that are never shown if small numbers are suppressed, because other counts could be worked out
    /// from them.
    #[serde(default)]
    pub kept_back: Vec<String>,
    #[serde(default)]
    pub lines: Vec<String>,
    pub when_empty: String,
    pub column: Vec<ListingColumn>,
}

/// Open pathways by site and band of days: a table with the columns `site`, `band`, `decided` (`yes` or `no`)
/// and `pathways`, with one row for each site, band and answer. Bands are the labels of `ptl_band` in
/// `standards.toml`.
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
    /// The column of the table; `None` for a column that readers fill in.
    pub name: Option<String>,
    pub heading: String,
    pub look: ColumnLook,
    /// Width in characters.
    pub width: f64,
}

/// The type of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnLook {
    Words,
    Code,
    Name,
    Date,
    RowNumber,
    Whole,
    /// A count with a bar; the bar's length shows the count.
    Bar,
    /// People, to the half.
    People,
    /// A share between 0 and 1, as a percentage.
    Share,
    Entry,
}

impl Listing {
    pub fn read(files: &Files, data_set: &str, name: &str) -> Result<Listing> {
        let path = format!("{data_set}/{name}/listing.toml");
        let Some(text) = files.get(&path) else {
            let ending = format!("/{name}/listing.toml");
            let others: Vec<String> = files
                .under("", &ending)
                .map(|(path, _)| format!("`--data-set {}`", path.trim_end_matches(&ending)))
                .collect();
            return Err(usage(match others.as_slice() {
                [] => format!("data set `{data_set}` has no list `{name}`: `rules/{path}` is missing"),
                others => format!(
                    "data set `{data_set}` has no list `{name}`: name the data set that has, with {}",
                    others.join(" or ")
                ),
            }));
        };
        let mut listing: Listing =
            toml::from_str(text).map_err(|error| toml_mistake(&format!("rules/{path}"), text, &error))?;
        listing.folder = format!("{data_set}/{name}");
        for (path, _) in listing.files().filter(|(path, _)| path.ends_with(CONDITIONS)) {
            Conditions::read(files, &path)?;
        }
        for (path, table) in listing.named() {
            if !listing.tables_made().any(|made| made == table) {
                let message = format!("`queries` does not list `{table}`");
                let mistake = Mistake::at(
                    &format!("rules/{}", listing.file()),
                    text,
                    spans::of_value(text, &path),
                    message,
                );
                return Err(mistake.help(suggestion(table, listing.tables_made())).into());
            }
        }
        Ok(listing)
    }

    /// The tables that its queries make, in order.
    pub fn tables_made(&self) -> impl Iterator<Item = &str> + Clone {
        self.queries.iter().map(|query| table_of(query))
    }

    /// The file of each query under `rules/`, with the table that it makes.
    pub fn files(&self) -> impl Iterator<Item = (String, &str)> {
        let (data_set, _) = self.folder.split_once('/').unwrap_or((&self.folder, ""));
        self.queries.iter().map(move |query| {
            let path = match query.contains('/') {
                _ if query.ends_with(CONDITIONS) => format!("{data_set}/{query}"),
                true => format!("{data_set}/{query}.sql"),
                false => format!("{}/{query}.sql", self.folder),
            };
            (path, table_of(query))
        })
    }

    /// The form of a table.
    pub fn form_of(&self, table: &str) -> Option<&ListingForm> {
        self.form.iter().find(|form| form.table == table)
    }

    /// The heading of a column of a table, in its first sheet.
    pub fn heading(&self, table: &str, column: &str) -> Option<&str> {
        let sheet = self.sheet.iter().find(|sheet| sheet.table == table)?;
        let is_it = |shown: &&ListingColumn| shown.name.as_deref() == Some(column);
        sheet
            .column
            .iter()
            .find(is_it)
            .map(|shown| shown.heading.as_str())
    }

    /// The tables that the board pack shows.
    pub fn board_tables(&self) -> impl Iterator<Item = &str> {
        let boards = self.board.iter().map(|board| board.table.as_str());
        boards.chain(self.snapshot.iter().map(|snapshot| snapshot.table.as_str()))
    }

    fn file(&self) -> String {
        format!("{}/listing.toml", self.folder)
    }

    /// The tables that the listing names, each with its path in the file.
    fn named(&self) -> Vec<(Vec<Step<'static>>, &String)> {
        let of_block = |key, index| vec![Step::Key(key), Step::At(index), Step::Key("table")];
        let sheets = self
            .sheet
            .iter()
            .enumerate()
            .map(|(index, sheet)| (of_block("sheet", index), &sheet.table));
        let facts = self
            .fact
            .iter()
            .enumerate()
            .map(|(index, fact)| (of_block("fact", index), &fact.table));
        let tables = self
            .tables
            .iter()
            .enumerate()
            .map(|(index, table)| (vec![Step::Key("tables"), Step::At(index)], table));
        let compares = self
            .compares
            .iter()
            .map(|table| (vec![Step::Key("compares")], table));
        let boards = self
            .board
            .iter()
            .enumerate()
            .map(|(index, board)| (of_block("board", index), &board.table));
        let forms = self
            .form
            .iter()
            .enumerate()
            .map(|(index, form)| (of_block("form", index), &form.table));
        let snapshot = self
            .snapshot
            .iter()
            .map(|snapshot| (vec![Step::Key("snapshot"), Step::Key("table")], &snapshot.table));
        sheets
            .chain(facts)
            .chain(tables)
            .chain(compares)
            .chain(boards)
            .chain(forms)
            .chain(snapshot)
            .collect()
    }
}

/// The ending of a query that is a file of conditions.
pub const CONDITIONS: &str = ".toml";

fn table_of(query: &str) -> &str {
    let name = query.rsplit('/').next().unwrap_or(query);
    name.trim_end_matches(CONDITIONS)
}
