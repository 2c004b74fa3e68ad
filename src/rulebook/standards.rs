//! `standards.toml`: limits, targets and ambitions by date, the published bands of days.

use anyhow::Result;
use chrono::NaiveDate;
use serde::Deserialize;

use super::{Files, toml_mistake};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standards {
    #[serde(default)]
    pub limit: Vec<Limit>,
    #[serde(default)]
    pub target: Vec<Target>,
    #[serde(default)]
    pub band: Vec<Band>,
    #[serde(default)]
    pub item: Vec<Item>,
    #[serde(default)]
    pub ptl_band: Vec<PtlBand>,
}

/// The longest wait, in days, that meets a standard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub standard: String,
    pub days: i32,
    pub from: toml::value::Datetime,
    pub source: String,
}

/// The share of waits that must meet a standard, between dates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub standard: String,
    pub kind: TargetKind,
    /// An exact decimal, `0.85`.
    pub value: String,
    pub from: toml::value::Datetime,
    pub to: Option<toml::value::Datetime>,
    /// The month by which an ambition is due, `2026-03`.
    pub due: Option<String>,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: Option<String>,
    /// The one trust that it is for; none: every trust.
    #[serde(skip)]
    pub provider: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    Operational,
    Interim,
    Plan,
    /// Of `plan.toml`.
    #[serde(skip)]
    OwnPlan,
}

impl TargetKind {
    pub fn words(self) -> &'static str {
        match self {
            TargetKind::Operational => "operational standard",
            TargetKind::Interim => "interim ambition",
            TargetKind::Plan => "plan",
            TargetKind::OwnPlan => "trust's own plan",
        }
    }
}

/// A published band of days; an open end has no bound.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub standard: String,
    pub column: String,
    pub from: Option<i32>,
    pub to: Option<i32>,
}

/// The published name of a standard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub standard: String,
    /// `Urgent Suspected Cancer referral`
    pub name: String,
}

/// How long an open pathway has waited, as the weekly national return bands it; both days belong to the band.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PtlBand {
    pub label: String,
    pub from: i32,
    /// None for the band that has no end.
    pub to: Option<i32>,
}

impl Standards {
    pub fn limit_days(&self, standard: &str) -> Option<i32> {
        self.limit.iter().find(|limit| limit.standard == standard).map(|limit| limit.days)
    }

    /// One limit a standard: the latest that had begun on a day, or the earliest where none had.
    pub fn limits_on(&self, day: NaiveDate) -> Vec<&Limit> {
        let mut limits: Vec<&Limit> = Vec::new();
        for limit in &self.limit {
            let begun = |limit: &Limit| date(&limit.from).filter(|from| *from <= day);
            match limits.iter_mut().find(|known| known.standard == limit.standard) {
                Some(known) if begun(limit) > begun(known) => *known = limit,
                Some(_) => {}
                None => limits.push(limit),
            }
        }
        limits
    }

    /// What the published file calls a standard or activity.
    pub fn item<'a>(&'a self, standard: &'a str) -> &'a str {
        self.item.iter().find(|item| item.standard == standard).map_or(standard, |item| &item.name)
    }

    /// The targets of a standard in force for a trust on a day, as their file orders them; its own plan comes last.
    pub fn targets_on(&self, standard: &str, provider: &str, day: NaiveDate) -> Vec<&Target> {
        let is_for = |target: &Target| target.provider.as_deref().is_none_or(|own| own == provider);
        self.target.iter().filter(|target| target.standard == standard && is_for(target) && target.covers(day)).collect()
    }

    pub fn bands_of(&self, standard: &str) -> impl Iterator<Item = &Band> {
        self.band.iter().filter(move |band| band.standard == standard)
    }
}

impl Target {
    pub fn value(&self) -> f64 {
        self.value.parse().unwrap_or(f64::NAN)
    }

    fn covers(&self, day: NaiveDate) -> bool {
        date(&self.from).is_some_and(|from| from <= day) && self.to.as_ref().is_none_or(|to| date(to).is_some_and(|to| day <= to))
    }
}

impl Band {
    pub fn holds(&self, days: i32) -> bool {
        self.from.is_none_or(|from| from <= days) && self.to.is_none_or(|to| days <= to)
    }
}

fn date(value: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = value.date?;
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}

pub fn read(files: &Files) -> Result<Standards> {
    let path = "standards.toml";
    let text = files.get(path).ok_or_else(|| crate::failure::usage("rules file `rules/standards.toml` is missing"))?;
    let standards: Standards = toml::from_str(text).map_err(|error| toml_mistake(&format!("rules/{path}"), text, &error))?;
    for target in &standards.target {
        if !(0.0..=1.0).contains(&target.value()) {
            let at = text.find(&format!("value = \"{}\"", target.value)).unwrap_or(0);
            return Err(super::Mistake::at(
                "rules/standards.toml",
                text,
                at..at + 5,
                format!("`{}` is not a share between 0 and 1", target.value),
            )
            .into());
        }
    }
    Ok(standards)
}
