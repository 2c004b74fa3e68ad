//! `cells.toml`: how cells of exports are read, whatever their source.

use anyhow::Result;
use serde::Deserialize;

use super::{Files, toml_mistake};
use crate::terminal::failure::usage;

/// Words that cells of every source may hold; compared in lower case, but for the errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellWords {
    pub rows: RowWords,
    pub cells: ErrorWords,
    pub flags: FlagWords,
}

/// Rows that are no record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowWords {
    pub footers: Vec<String>,
}

/// What a spreadsheet shows in place of a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorWords {
    pub errors: Vec<String>,
}

/// The dresses of yes, no and not known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagWords {
    pub yes: Vec<String>,
    pub no: Vec<String>,
    pub not_known: Vec<String>,
}

pub fn read(files: &Files) -> Result<CellWords> {
    let Some(text) = files.get("cells.toml") else {
        return Err(usage(
            "rules file `rules/cells.toml` is missing: it says how cells of exports are read",
        ));
    };
    toml::from_str(text).map_err(|error| toml_mistake("rules/cells.toml", text, &error).into())
}
