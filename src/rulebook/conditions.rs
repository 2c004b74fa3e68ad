//! A file of conditions over a table of a listing, such as `escalation.toml`: each says in SQL when a row
//! needs somebody, who that is and what they do. It is a query of the listing whose name ends in `.toml`.

use std::collections::HashSet;
use std::ops::Range;

use anyhow::Result;
use serde::Deserialize;
use toml::Spanned;

use super::{Files, Mistake, Snippet, toml_mistake};
use crate::terminal::failure::usage;

/// The conditions of one file, in its order: the weightiest first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// `rules/cwt/escalation.toml`
    #[serde(skip)]
    pub file: String,
    /// The table of the listing whose rows are judged.
    pub over: Spanned<String>,
    #[serde(default)]
    pub condition: Vec<Condition>,
}

/// One `[[condition]]` block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub id: Spanned<String>,
    /// What it finds, in words for people; `{days}` stands for `days`.
    pub title: Spanned<String>,
    /// SQL over a row of the table; `{days}` stands for `days`.
    pub when: Spanned<String>,
    /// The number of days that a trust sets.
    pub days: Option<u32>,
    /// Of the conditions of one group, a row gets only the first that it meets: the weightiest.
    pub group: Option<String>,
    /// Who acts first, and who is told next.
    pub tell: Spanned<String>,
    #[serde(default)]
    pub then: String,
    pub action: Spanned<String>,
    pub source: Spanned<String>,
    pub basis: Basis,
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// How sure a condition's days and roles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Read in the owner's own text.
    Official,
    /// Read in another's text.
    Secondary,
    /// Recall or reasoning: a setting to confirm.
    Inferred,
    /// The trust's own policy.
    Local,
}

fn yes() -> bool {
    true
}

impl Basis {
    pub fn word(self) -> &'static str {
        match self {
            Basis::Official => "official",
            Basis::Secondary => "secondary",
            Basis::Inferred => "inferred",
            Basis::Local => "local",
        }
    }
}

impl Condition {
    /// A text with `days` in place of `{days}`.
    pub fn filled(&self, text: &str) -> String {
        let days = self.days.map_or("NULL".to_string(), |days| days.to_string());
        text.replace("{days}", &days)
    }
}

impl Conditions {
    /// Reads `path` under `rules/`.
    pub fn read(files: &Files, path: &str) -> Result<Conditions> {
        let file = format!("rules/{path}");
        let Some(text) = files.get(path) else {
            return Err(usage(format!("rules file `{file}` is missing")));
        };
        let mut conditions: Conditions =
            toml::from_str(text).map_err(|error| toml_mistake(&file, text, &error))?;
        conditions.file.clone_from(&file);
        conditions.are_whole(&file, text)?;
        Ok(conditions)
    }

    /// An error if a condition repeats an id, lacks a text, or uses `{days}` without having any.
    fn are_whole(&self, file: &str, text: &str) -> Result<()> {
        let mistake =
            |span: Range<usize>, message: String| Err(Mistake::at(file, text, span, message).into());
        let mut ids = HashSet::new();
        for condition in &self.condition {
            let id = condition.id.get_ref();
            if !ids.insert(id) {
                return mistake(condition.id.span(), format!("there are two conditions `{id}`"));
            }
            for (key, words) in condition.texts() {
                if words.get_ref().trim().is_empty() {
                    return mistake(words.span(), format!("condition `{id}` needs a `{key}`"));
                }
            }
            let uses_days = |words: &&Spanned<String>| words.get_ref().contains("{days}");
            let days = [&condition.when, &condition.title].into_iter().find(uses_days);
            if let (Some(words), None) = (days, condition.days) {
                return mistake(
                    words.span(),
                    format!("condition `{id}` needs `days = …` for its `{{days}}`"),
                );
            }
        }
        Ok(())
    }

    /// The SQL of a condition, for messages with its line.
    pub fn snippet<T>(&self, files: &Files, condition: &Condition, act: impl FnOnce(&Snippet) -> T) -> T {
        let whole = files
            .get(self.file.trim_start_matches("rules/"))
            .unwrap_or_default();
        let of = format!("`when` of condition `{}`", condition.id.get_ref());
        let text = condition.filled(condition.when.get_ref());
        act(&Snippet::value(
            &text,
            &self.file,
            whole,
            condition.when.span(),
            of,
        ))
    }
}

impl Condition {
    fn texts(&self) -> [(&'static str, &Spanned<String>); 6] {
        [
            ("id", &self.id),
            ("title", &self.title),
            ("when", &self.when),
            ("tell", &self.tell),
            ("action", &self.action),
            ("source", &self.source),
        ]
    }
}
