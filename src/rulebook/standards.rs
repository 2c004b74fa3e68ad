//! `standards.toml`: limits, targets and ambitions by date, the published bands of days.

use std::collections::HashSet;

use anyhow::Result;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use toml::Spanned;

use super::spans;
use super::{Files, Mistake, standard_values, toml_mistake};

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

/// The longest wait, in days, that meets a standard. It applies to the waits of the months from its first day
/// to the standard's next limit. The first limit also applies to everything before it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub standard: String,
    pub days: i32,
    /// The first day of a month, because figures are by month.
    pub from: Spanned<toml::value::Datetime>,
    pub source: String,
}

/// A limit, and the first and last day on which it is in force.
pub struct InForce<'a> {
    pub limit: &'a Limit,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The earliest and latest day of any record.
const EVER: (NaiveDate, NaiveDate) = match (
    NaiveDate::from_ymd_opt(1, 1, 1),
    NaiveDate::from_ymd_opt(9999, 12, 31),
) {
    (Some(first), Some(last)) => (first, last),
    _ => (NaiveDate::MIN, NaiveDate::MAX),
};

/// The share of waits that must meet a standard, between two dates.
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
    pub status: Sureness,
    pub source: String,
    #[serde(default)]
    pub note: Option<String>,
    /// The trust to which it applies; `None`: every trust.
    #[serde(skip)]
    pub provider: Option<String>,
}

/// How sure the level of a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// Read in the source itself.
    Confirmed,
    /// Read in a text about the source.
    Secondary,
    /// Not sure: it judges nobody.
    Unconfirmed,
}

impl Sureness {
    pub const ALL: [Sureness; 3] = [Sureness::Confirmed, Sureness::Secondary, Sureness::Unconfirmed];

    pub fn word(self) -> &'static str {
        match self {
            Sureness::Confirmed => "confirmed",
            Sureness::Secondary => "secondary",
            Sureness::Unconfirmed => "unconfirmed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    Operational,
    Interim,
    Plan,
    /// From `plan.toml`.
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

/// A band of days that an open pathway has waited, as in the weekly national return; both days belong to the
/// band.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PtlBand {
    pub label: String,
    pub from: i32,
    /// `None` for the band without an end.
    pub to: Option<i32>,
}

impl Standards {
    /// The limit of a standard on a day; `None` for activity without a standard.
    pub fn limit_on(&self, standard: &str, day: NaiveDate) -> Option<&Limit> {
        let of_standard = || self.limit.iter().filter(|limit| limit.standard == standard);
        let begun = of_standard()
            .filter(|limit| limit.first_day() <= Some(day))
            .max_by_key(|limit| limit.first_day());
        begun.or_else(|| of_standard().min_by_key(|limit| limit.first_day()))
    }

    /// Whether the standard has a limit, so that its waits are judged.
    pub fn has_limit(&self, standard: &str) -> bool {
        self.limit.iter().any(|limit| limit.standard == standard)
    }

    /// Every limit with its days: each day has one limit for each standard.
    pub fn limits(&self) -> Vec<InForce<'_>> {
        self.limit.iter().map(|limit| self.in_force(limit)).collect()
    }

    fn in_force<'a>(&self, limit: &'a Limit) -> InForce<'a> {
        let others = || {
            self.limit
                .iter()
                .filter(|other| other.standard == limit.standard)
                .filter_map(Limit::first_day)
        };
        let begins = limit.first_day().unwrap_or(EVER.0);
        let next = others().filter(|day| *day > begins).min();
        InForce {
            limit,
            from: if others().any(|day| day < begins) {
                begins
            } else {
                EVER.0
            },
            to: next.and_then(|day| day.pred_opt()).unwrap_or(EVER.1),
        }
    }

    /// The name of a standard or activity in the published file.
    pub fn item<'a>(&'a self, standard: &'a str) -> &'a str {
        self.item
            .iter()
            .find(|item| item.standard == standard)
            .map_or(standard, |item| &item.name)
    }

    /// The targets of a standard in force for a trust on a day, in file order; the trust's own plan comes
    /// last.
    pub fn targets_on(&self, standard: &str, provider: &str, day: NaiveDate) -> Vec<&Target> {
        let is_for = |target: &Target| target.provider.as_deref().is_none_or(|own| own == provider);
        self.target
            .iter()
            .filter(|target| target.standard == standard && is_for(target) && target.covers(day))
            .collect()
    }

    pub fn bands_of(&self, standard: &str) -> impl Iterator<Item = &Band> {
        self.band.iter().filter(move |band| band.standard == standard)
    }
}

impl Limit {
    fn first_day(&self) -> Option<NaiveDate> {
        date(self.from.get_ref())
    }
}

impl Target {
    /// Whether it may be quoted and may judge.
    pub fn is_confirmed(&self) -> bool {
        self.status != Sureness::Unconfirmed
    }

    pub fn value(&self) -> f64 {
        self.value.parse().unwrap_or(f64::NAN)
    }

    fn covers(&self, day: NaiveDate) -> bool {
        date(&self.from).is_some_and(|from| from <= day)
            && self
                .to
                .as_ref()
                .is_none_or(|to| date(to).is_some_and(|to| day <= to))
    }
}

impl Band {
    pub fn holds(&self, days: i32) -> bool {
        self.from.is_none_or(|from| from <= days) && self.to.is_none_or(|to| days <= to)
    }
}

pub(super) fn date(value: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = value.date?;
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}

/// The path of a data set's standards inside `rules/`.
pub fn path(folder: &str) -> String {
    format!("{folder}/{FILE}")
}

const FILE: &str = "standards.toml";

/// Reads the standards of a data set; without the file it has none.
pub fn read(files: &Files, folder: &str) -> Result<Standards> {
    if files.get(FILE).is_some() {
        let message = "this file belongs in the folder of its data set, and would have no effect here";
        return Err(Mistake::of_file(&format!("rules/{FILE}"), message)
            .help(format!("move it to `{}`", path(folder)))
            .into());
    }
    let path = path(folder);
    parse(&format!("rules/{path}"), files.get(&path).unwrap_or_default())
}

/// The standards that only other data sets have: plans and new starts for them are left to those data sets.
pub fn of_other_data_sets(files: &Files, own: &Standards) -> HashSet<String> {
    let all = files.under("", "/standards.toml");
    all.filter_map(|(_, text)| toml::from_str::<Standards>(text).ok())
        .flat_map(|standards| standards.limit)
        .map(|limit| limit.standard)
        .filter(|standard| !own.has_limit(standard))
        .collect()
}

fn parse(shown: &str, text: &str) -> Result<Standards> {
    let standards: Standards = toml::from_str(text).map_err(|error| toml_mistake(shown, text, &error))?;
    for (number, limit) in standards.limit.iter().enumerate() {
        let wrong = |message: &str| {
            Mistake::at(
                shown,
                text,
                limit.from.span(),
                format!("`{}`: {message}", limit.standard),
            )
        };
        if limit.first_day().is_none_or(|day| day.day() != 1) {
            let help = "give the first day on which it applies, such as 2023-10-01";
            return Err(
                wrong("a limit begins on the first day of a month, because figures are by month")
                    .help(help)
                    .into(),
            );
        }
        if standards.limit[..number]
            .iter()
            .any(|other| other.standard == limit.standard && other.first_day() == limit.first_day())
        {
            return Err(wrong("another limit of the standard begins on this day")
                .help("keep the one that is right")
                .into());
        }
    }
    if let Some((path, message)) = standard_values::wrong(&standards) {
        return Err(Mistake::at(shown, text, spans::of_value(text, &path), message).into());
    }
    Ok(standards)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standards(limits: &[(&str, i32, &str)]) -> Result<Standards> {
        let block = |(standard, days, from): &(&str, i32, &str)| {
            format!("[[limit]]\nstandard = \"{standard}\"\ndays = {days}\nfrom = {from}\nsource = \"s\"\n")
        };
        let text: String = limits.iter().map(block).collect();
        parse("rules/cwt/standards.toml", &text)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn each_day_has_one_limit_whatever_the_order_in_the_file() {
        let standards = standards(&[
            ("S", 20, "2026-10-01"),
            ("T", 9, "2020-01-01"),
            ("S", 30, "2023-10-01"),
        ])
        .unwrap();
        for (on, days) in [
            ("2001-01-01", 30),
            ("2023-10-01", 30),
            ("2026-09-30", 30),
            ("2026-10-01", 20),
            ("2030-01-01", 20),
        ] {
            assert_eq!(
                standards.limit_on("S", day(on)).map(|limit| limit.days),
                Some(days),
                "{on}"
            );
            let covering = standards
                .limits()
                .into_iter()
                .filter(|known| known.limit.standard == "S" && known.from <= day(on) && day(on) <= known.to);
            assert_eq!(
                covering.map(|known| known.limit.days).collect::<Vec<_>>(),
                [days],
                "{on}"
            );
        }
        assert!(standards.limit_on("U", day("2026-10-01")).is_none() && !standards.has_limit("U"));
    }

    #[test]
    fn a_limit_that_begins_inside_a_month_or_twice_is_refused_with_its_line() {
        for (limits, words) in [
            (
                [("S", 30, "2023-10-02"), ("S", 20, "2026-10-01")],
                "rules/cwt/standards.toml:4:8",
            ),
            (
                [("S", 30, "2023-10-01"), ("S", 20, "2023-10-01")],
                "rules/cwt/standards.toml:9:8",
            ),
        ] {
            let error = standards(&limits).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
