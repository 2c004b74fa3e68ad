//! Replaces texts by codes, for exports of reporting views: each text becomes the code with that meaning, or
//! the code in the trust's own code map. A text that neither knows stays unchanged, is counted, and is
//! reported by column.

use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::{Rulebook, Source, SourceTable};
use crate::terminal::counted;

/// The codes of a source's column, by the text for each, in one spelling.
pub struct Texts<'a> {
    column: &'a str,
    codes: HashMap<String, &'a str>,
}

impl<'a> Texts<'a> {
    /// `None` if the column contains only codes.
    pub fn of(
        rulebook: &'a Rulebook,
        source: &Source,
        table: &'a SourceTable,
        column: &'a str,
    ) -> Option<Texts<'a>> {
        let meanings = meanings(rulebook, table.texts.get(column)?)?;
        let mut codes: HashMap<String, &str> = HashMap::new();
        codes.extend(meanings.iter().map(|(code, meaning)| (plain(meaning), *code)));
        codes.extend(meanings.iter().map(|(code, _)| (plain(code), *code)));
        for own in rulebook
            .code_maps
            .iter()
            .filter(|own| own.source == source.name && own.column == column)
        {
            codes.insert(plain(&own.value), &own.code);
        }
        Some(Texts { column, codes })
    }

    /// The code of a cell: a code, a meaning, `code - meaning`, or a value of the code map.
    pub fn code(&self, cell: &str) -> Option<&'a str> {
        let code = self.codes.get(&plain(cell)).copied();
        code.or_else(|| {
            let (first, rest) = cell.split_once(" - ")?;
            let (by_code, by_text) = (self.codes.get(&plain(first)), self.codes.get(&plain(rest)));
            by_code
                .filter(|code| by_text.is_none_or(|text| text == *code))
                .copied()
        })
    }

    /// Whether a cell is words without a code.
    pub fn is_unknown(&self, cell: &str) -> bool {
        is_text(cell) && self.code(cell).is_none()
    }

    /// The cells with codes instead of texts, and messages about those that are neither.
    pub fn coded(&self, file: &str, cells: &Column) -> Result<(Column, Option<String>)> {
        let mut unknown = 0;
        let coded: StringChunked = cells
            .str()?
            .iter()
            .map(|cell| {
                let cell = cell?;
                let code = self.code(cell);
                unknown += usize::from(self.is_unknown(cell));
                Some(code.unwrap_or(cell).to_string())
            })
            .collect();
        let note = (unknown > 0).then(|| {
            format!(
                "`{file}`, column {}: {} with a text that has no code: list them with `clockstop sources \
                 map`, and give them codes",
                self.column,
                counted(unknown, "cell")
            )
        });
        Ok((coded.into_column(), note))
    }
}

/// The name in `[table.texts]` of the list of organisations, which are codes too.
pub const ORGANISATIONS: &str = "organisations";

/// The codes of a list with their meanings.
pub fn meanings<'a>(rulebook: &'a Rulebook, list: &str) -> Option<Vec<(&'a str, &'a str)>> {
    if list == ORGANISATIONS {
        let known = rulebook.organisations.iter();
        return Some(
            known
                .map(|known| (known.code.as_str(), known.name.as_str()))
                .collect(),
        );
    }
    let codes = rulebook.code_list(list)?.codes.iter();
    Some(
        codes
            .map(|code| (code.code.as_str(), code.meaning.as_str()))
            .collect(),
    )
}

/// Whether a cell is words, not a code that the list lacks (a check finds those).
fn is_text(cell: &str) -> bool {
    cell.chars().filter(|letter| letter.is_alphabetic()).count() > 2
}

/// One spelling of a text: lower case, one space between words, no punctuation at the end.
pub fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['.', ',', ';', ':']).to_string()
}
