//! Words of the rules, folded once so that they can be compared ([`crate::published::fold`]): headings, sheet
//! names, and labels with their names in the Combined CSV.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::published::fold;

/// Words with the same meaning; messages show the first.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Headings {
    words: Vec<String>,
    folded: Vec<String>,
}

impl From<Vec<String>> for Headings {
    fn from(words: Vec<String>) -> Headings {
        let folded = words.iter().map(|word| fold::heading(word)).collect();
        Headings { words, folded }
    }
}

impl Headings {
    /// Whether a folded text is one of them.
    pub fn holds(&self, folded: &str) -> bool {
        self.folded.iter().any(|word| word == folded)
    }

    /// Whether a folded text begins with one of them.
    pub fn begins(&self, folded: &str) -> bool {
        self.folded.iter().any(|word| folded.starts_with(word.as_str()))
    }

    pub fn folded(&self) -> impl Iterator<Item = &str> {
        self.folded.iter().map(String::as_str)
    }

    pub fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Whether a sign in capitals is one of them, exactly as written.
    pub fn is(&self, sign: &str) -> bool {
        self.words.iter().any(|word| word.to_uppercase() == sign)
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Names of sheets, folded for comparison.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct SheetNames {
    pub names: Vec<String>,
    pub folded: Vec<String>,
}

impl From<Vec<String>> for SheetNames {
    fn from(names: Vec<String>) -> SheetNames {
        let folded = names.iter().map(|name| fold::sheet(name)).collect();
        SheetNames { names, folded }
    }
}

/// The Combined CSV's name for each label.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Labels(BTreeMap<String, String>);

impl From<BTreeMap<String, String>> for Labels {
    fn from(labels: BTreeMap<String, String>) -> Labels {
        // The Combined CSV prints its own names.
        let own = labels.values().map(|ours| (fold::heading(ours), ours.clone()));
        let mut all: BTreeMap<String, String> = own.collect();
        all.extend(
            labels
                .into_iter()
                .map(|(printed, ours)| (fold::heading(&printed), ours)),
        );
        Labels(all)
    }
}

impl Labels {
    pub fn of(&self, printed: &str) -> Option<&str> {
        self.0.get(&fold::heading(printed)).map(String::as_str)
    }
}
