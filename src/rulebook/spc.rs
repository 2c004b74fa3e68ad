//! `spc.toml`: how a trend is judged: the ruleset, its settings, and the new starts of limits. The trust's
//! own `plan.toml` may hold new starts too.

use anyhow::Result;
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::standards::{Standards, Sureness, of_other_data_sets};
use super::{Files, Mistake, suggestion, toml_mistake};

/// How the trends of a data set are judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spc {
    chosen_ruleset: Spanned<String>,
    pub direction: Direction,
    /// A percentage is not judged in a month with fewer people.
    pub minimum_people: u32,
    /// The number of months that limits are calculated from; `None`: all.
    fix_after: Option<Spanned<usize>>,
    ruleset: Vec<Ruleset>,
    #[serde(default)]
    pub rebase: Vec<Rebase>,
}

/// Which direction is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Increase,
    Decrease,
    Neutral,
}

/// One ruleset; `rules/README.md` explains each setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruleset {
    pub name: String,
    pub title: String,
    pub version: String,
    /// Mean moving ranges from the mean to a process limit.
    pub limit: f64,
    pub screening: bool,
    pub screen_above: f64,
    pub run_length: usize,
    pub two_of_three: TwoOfThree,
    pub label: LabelOrder,
    pub minimum_points: usize,
    pub trial_below: usize,
    pub assurance_equal: AssuranceEqual,
    pub status: Sureness,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// Which points count as two of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TwoOfThree {
    /// Beyond two sigma, including points outside the limits.
    Beyond,
    /// Between two and three sigma.
    Between,
}

/// The label of a point with several signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelOrder {
    ImprovementFirst,
    RuleOrder,
}

/// The assurance if the target equals a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssuranceEqual {
    Inconsistent,
    Decided,
}

/// A new start of the limits, which a person decided.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rebase {
    /// The trust to which it applies; `None`: every trust.
    pub provider: Option<Spanned<String>>,
    pub standard: Spanned<String>,
    date: Spanned<Datetime>,
    pub reason: Spanned<String>,
    pub approved_by: Spanned<String>,
}

impl Spc {
    /// The ruleset that judges trends; `read` has checked that it exists.
    pub fn ruleset(&self) -> Option<&Ruleset> {
        self.named(self.chosen_ruleset.get_ref())
    }

    pub fn named(&self, name: &str) -> Option<&Ruleset> {
        self.ruleset.iter().find(|ruleset| ruleset.name == name)
    }

    pub fn fix_after(&self) -> Option<usize> {
        self.fix_after.as_ref().map(|months| *months.get_ref())
    }

    /// The new starts for a trust and standard, by date.
    pub fn rebases_of(&self, standard: &str, provider: &str) -> Vec<&Rebase> {
        let is_for = |rebase: &Rebase| {
            rebase
                .provider
                .as_ref()
                .is_none_or(|own| own.get_ref().eq_ignore_ascii_case(provider))
        };
        let mut rebases: Vec<&Rebase> = self
            .rebase
            .iter()
            .filter(|rebase| rebase.standard.get_ref() == standard && is_for(rebase))
            .collect();
        rebases.sort_by_key(|rebase| rebase.date());
        rebases
    }
}

impl Rebase {
    pub fn date(&self) -> Option<NaiveDate> {
        let date = self.date.get_ref().date?;
        NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
    }
}

/// Limits cannot be fixed by fewer months than this.
const LEAST_FIXED: usize = 12;

/// Reads how trends are judged: from the data set's own folder, otherwise from `rules/` itself.
pub fn read(files: &Files, folder: &str, standards: &Standards) -> Result<Spc> {
    let (file, text) = files.nearest_to(folder, "spc.toml")?;
    let shown = file.as_str();
    let mut spc: Spc = toml::from_str(text).map_err(|error| toml_mistake(shown, text, &error))?;
    let others = of_other_data_sets(files, standards);
    spc.rebase
        .retain(|rebase| !others.contains(rebase.standard.get_ref()));
    if spc.ruleset().is_none() {
        let chosen = &spc.chosen_ruleset;
        let mistake = Mistake::at(
            shown,
            text,
            chosen.span(),
            format!("there is no ruleset `{}`", chosen.get_ref()),
        );
        return Err(mistake
            .help(suggestion(
                chosen.get_ref(),
                spc.ruleset.iter().map(|ruleset| ruleset.name.as_str()),
            ))
            .into());
    }
    if let Some(months) = spc
        .fix_after
        .as_ref()
        .filter(|months| *months.get_ref() < LEAST_FIXED)
    {
        let message = format!(
            "limits cannot be fixed by {} months: at least {LEAST_FIXED} are needed",
            months.get_ref()
        );
        return Err(Mistake::at(shown, text, months.span(), message).into());
    }
    check_rebases(&spc.rebase, shown, text, standards)?;
    Ok(spc)
}

/// An error if a new start lacks a known standard, a date, a reason or an approver.
pub fn check_rebases(rebases: &[Rebase], shown: &str, text: &str, standards: &Standards) -> Result<()> {
    for (index, rebase) in rebases.iter().enumerate() {
        let standard = rebase.standard.get_ref();
        let known: Vec<&str> = standards
            .limit
            .iter()
            .map(|limit| limit.standard.as_str())
            .collect();
        if !known.contains(&standard.as_str()) {
            let mistake = Mistake::at(
                shown,
                text,
                rebase.standard.span(),
                format!("`{standard}` is not a standard"),
            );
            return Err(mistake.help(suggestion(standard, known)).into());
        }
        let Some(date) = rebase.date() else {
            return Err(Mistake::at(
                shown,
                text,
                rebase.date.span(),
                "a new start needs a date, such as 2025-10-01",
            )
            .into());
        };
        for (key, words) in [("reason", &rebase.reason), ("approved_by", &rebase.approved_by)] {
            if words.get_ref().trim().is_empty() {
                return Err(Mistake::at(
                    shown,
                    text,
                    words.span(),
                    format!("a new start of limits needs a `{key}`"),
                )
                .into());
            }
        }
        let provider = |rebase: &Rebase| {
            rebase
                .provider
                .as_ref()
                .map(|provider| provider.get_ref().to_uppercase())
        };
        let is_same = |other: &&Rebase| {
            other.standard.get_ref() == standard
                && other.date() == Some(date)
                && provider(other) == provider(rebase)
        };
        if rebases[..index].iter().any(|other| is_same(&other)) {
            return Err(Mistake::at(
                shown,
                text,
                rebase.date.span(),
                format!("{standard} already starts anew on {date}"),
            )
            .into());
        }
    }
    Ok(())
}
