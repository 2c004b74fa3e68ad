//! `cells.toml`: how to read the cells of exports from every source.

use anyhow::Result;
use serde::Deserialize;

use super::{Files, toml_mistake};
use crate::terminal::failure::usage;

/// Words that may be in the cells of every source. They are compared in lower case, except the error words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellWords {
    pub rows: RowWords,
    pub cells: ErrorWords,
    pub flags: FlagWords,
}

/// Words of rows that are not records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowWords {
    pub footers: Vec<String>,
}

/// Texts that stand in place of a value: errors of a spreadsheet, and words for no value at all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorWords {
    pub errors: Vec<String>,
    #[serde(default)]
    pub blanks: Vec<String>,
}

/// The spellings of yes, no and not known.
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
