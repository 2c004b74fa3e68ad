//! Worked examples: records, with the facts and the lines of waits that they must give. They are the tests of
//! `derived.sql`, `pathways.sql` and the measures.
//!
//! In: `examples/*.toml` and `examples/waits.csv` of the data set. Out: the outcome of each example; the
//! faults planted in these files, and whether an example notices them; examples that would.

mod csv_file;
mod mutants;
mod stand;
mod suggest;

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::rulebook::{Row, Rulebook, toml_mistake};

pub use mutants::{FileMutant, FileMutants, run as run_file_mutants};
pub use stand::{Stand, WorkedOutcome};
pub use suggest::suggest as suggest_worked;

/// Records that belong together, such as those of a pathway, and what must come of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worked {
    pub title: String,
    /// The cells of each record.
    pub records: Vec<Row>,
    /// Rows of the data set's nested tables, by table.
    #[serde(default)]
    pub tables: BTreeMap<String, Vec<Row>>,
    /// Columns of `derived.sql` and `pathways.sql`.
    #[serde(default)]
    pub facts: Vec<Expected>,
    /// Every line of the standards that are named here.
    #[serde(default)]
    pub lines: Vec<Expected>,
    /// Standards without a line.
    #[serde(default)]
    pub none: Vec<String>,
    /// A row of `waits.csv`. The rows of that file stand together: a pathway may have several of them.
    #[serde(skip)]
    pub is_row: bool,
}

/// The columns that a record or line must have, and those that must be blank. Others may have any value.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Expected {
    /// The number of the record in its example, from 1.
    #[serde(default = "first")]
    pub record: usize,
    #[serde(default)]
    pub null: Vec<String>,
    #[serde(flatten)]
    pub cells: BTreeMap<String, toml::Value>,
}

fn first() -> usize {
    1
}

/// A fault that changes no result: the SQL with it means the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Same {
    /// The file of SQL: `62d.sql`, `derived.sql`; of a source, `scr.toml`.
    pub file: String,
    /// The fault, in the words of `rules test`.
    pub change: String,
    /// A part of the line of SQL that has the fault: the same words may stand in another line, where they
    /// matter.
    pub near: String,
    /// Why no record can tell them apart.
    pub why: String,
}

/// What the data set's files of examples hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    #[serde(default)]
    pub example: Vec<Worked>,
    #[serde(default)]
    pub same: Vec<Same>,
}

/// Every worked example of the data set.
pub fn read(rulebook: &Rulebook) -> Result<Examples> {
    let folder = format!("{}/examples/", rulebook.data_set.folder);
    let mut all = Examples {
        example: csv_file::read(rulebook)?,
        same: Vec::new(),
    };
    for (path, text) in rulebook.files.under(&folder, ".toml") {
        let file: Examples =
            toml::from_str(text).map_err(|error| toml_mistake(&format!("rules/{path}"), text, &error))?;
        all.example.extend(file.example);
        all.same.extend(file.same);
    }
    Ok(all)
}

impl Expected {
    /// Each column with its text; `None`: it must be blank.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Option<String>)> {
        let cells = self.cells.iter();
        let cells = cells.map(|(name, value)| (name.as_str(), Some(super::example_text(value))));
        cells.chain(self.null.iter().map(|name| (name.as_str(), None)))
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.cells.get(name).map(super::example_text)
    }
}
