//! The keys of `synth.toml` that describe pathways. The keys that describe the files of sources are in
//! `layout`.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use super::conditions::{Conditions, OneOrMore};
use super::layout::{CellFault, Source, Table};
use crate::rulebook::spans::{self, Step as Toml};
use crate::rulebook::{Mistake, suggestion};
use crate::terminal::failure::usage;

/// How the invented patients of a data set are made, and how each source writes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub first_month: String,
    pub months: u32,
    /// Months of referrals before the first month: their pathways are kept if something happens in the
    /// months.
    pub run_in_months: u32,
    pub volume: Volume,
    pub patients: Patients,
    #[serde(default)]
    pub shape: BTreeMap<String, Shape>,
    #[serde(default)]
    pub shock: Vec<Shock>,
    /// The steps that begin a pathway, in order.
    pub pathway: Vec<Step>,
    /// The steps that finish a treatment, the first and every later one.
    pub treatment: Vec<Step>,
    pub later: Later,
    /// The steps of the whole pathway, once its treatments are known.
    #[serde(default)]
    pub closing: Vec<Step>,
    /// What other systems know of the pathway. These steps draw on random numbers of their own, so that a new
    /// one leaves the register as it was.
    #[serde(default)]
    pub beside: Vec<Step>,
    /// A pathway is dropped if any of these is true.
    #[serde(default)]
    pub leave_out: Vec<Conditions>,
    /// Dates that show whether something happened in the months.
    pub activity: Vec<String>,
    pub source: BTreeMap<String, Source>,
    #[serde(default)]
    pub fault: Vec<Fault>,
    #[serde(default)]
    pub cell_fault: Vec<CellFault>,
    #[serde(default)]
    pub missing: Vec<MissingRule>,
}

/// A pathway that one system has and another lacks, planted for a check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingRule {
    pub check: String,
    /// A source that has all the tables, for the error message.
    pub source: String,
    /// The tables that lack it.
    pub from: Vec<String>,
    /// The table with the row that the check finds.
    pub stays_in: String,
    #[serde(default)]
    pub when: Conditions,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    pub growth_a_year: f64,
    /// How far a month's volume varies by chance from its expected share.
    pub noise: f64,
    /// Weights of January to December.
    pub seasons: [f64; 12],
    /// Weights of Monday to Sunday.
    pub weekdays: [f64; 7],
    pub bank_holidays: Vec<String>,
}

/// Patients who come back with another referral.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patients {
    pub returning: f64,
    pub after_days: i32,
    pub remember: Vec<String>,
    pub remember_when: Conditions,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Later {
    /// The name of the number of treatments after the first.
    pub count: String,
    /// Names that belong to one treatment: they are made blank before the next.
    pub clears: Vec<String>,
    pub steps: Vec<Step>,
    /// If true, this treatment and all later ones have not happened yet.
    pub ends_when: Conditions,
}

/// A band of days or numbers, both ends included, and its weight.
pub type Band = (i64, i64, f64);

/// One value for all, or one for each key, such as `"usc lung"` or `"* lung"`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum ByKey<T> {
    One(T),
    Each(BTreeMap<String, T>),
}

/// Sets one name of the record. Exactly one of the keys from `value` on says how; `at_most` and `within`
/// belong to other keys.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub set: String,
    /// If not true, the name keeps its value.
    #[serde(default)]
    pub when: Conditions,
    /// The names whose values form the key of `pick`, `number` or `within`.
    pub by: Option<OneOrMore>,
    /// The name whose value begins with the key; the longest key is used.
    pub by_start: Option<String>,
    pub value: Option<String>,
    pub copy: Option<String>,
    /// Weights of values, or of values for each key.
    pub pick: Option<Pick>,
    /// One value for each key.
    pub map: Option<BTreeMap<String, String>>,
    pub number: Option<ByKey<Vec<Band>>>,
    /// The name of a number that `number` may not exceed.
    pub at_most: Option<String>,
    /// The shape of a wait, and the share of it within the limit.
    pub wait: Option<String>,
    pub within: Option<ByKey<Share>>,
    pub date: Option<DateStep>,
    pub days: Option<DaysStep>,
    /// The date, unless it is in the future.
    pub happened: Option<String>,
    pub latest: Option<Vec<String>>,
    /// The weekday of a date, as a word in lower case.
    pub weekday: Option<String>,
    pub id: Option<IdStep>,
    /// The patient whose NHS number it is.
    pub nhs_number: Option<String>,
    /// `new`, or `known`: sometimes a returning patient.
    pub patient: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Pick {
    One(BTreeMap<String, f64>),
    Each(BTreeMap<String, BTreeMap<String, f64>>),
}

/// A share that follows the trend of its shape, or its own shares in the first and the last month.
#[derive(Debug, Deserialize, Clone, Copy)]
#[serde(untagged)]
pub enum Share {
    Usual(f64),
    Own(f64, f64),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateStep {
    pub from: String,
    pub plus: Option<String>,
    pub minus: Option<String>,
    /// Whether to move it to a working day, towards `from`.
    #[serde(default)]
    pub working_day: bool,
    #[serde(default)]
    pub not_before: Vec<String>,
    #[serde(default)]
    pub not_after: Vec<String>,
    /// The name of a weekday to move it to, on or after the day that the other keys give.
    pub on: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysStep {
    pub from: String,
    pub to: String,
    #[serde(default)]
    pub less: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdStep {
    pub of: String,
    #[serde(default)]
    pub prefix: String,
    pub digits: u8,
}

/// How the days of a wait are distributed, within its limit and beyond it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    pub within: Vec<Band>,
    pub after: Vec<Band>,
    /// What is added to the share within the limit, in the first and in the last month.
    #[serde(default)]
    pub trend: (f64, f64),
}

/// An event that changed the share within the limit for a while.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shock {
    pub wait: String,
    pub from: String,
    pub to: String,
    pub change: f64,
    #[serde(default)]
    pub when: Conditions,
}

/// A mistake in the record itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What went wrong, for readers of this file.
    pub name: String,
    pub one_in: f64,
    #[serde(default)]
    pub when: Conditions,
    pub steps: Vec<Step>,
}

impl Profile {
    /// An error if `with` names an unknown source or leads back to its own source; `text` is the file.
    pub fn checked(self, text: &str) -> Result<Profile> {
        self.source
            .keys()
            .try_for_each(|name| self.ends(text, name, &mut Vec::new()))?;
        Ok(self)
    }

    /// Follows `with` from source to source; `before` are the sources that led here.
    fn ends<'a>(&'a self, text: &str, name: &'a str, before: &mut Vec<&'a str>) -> Result<()> {
        before.push(name);
        for (index, other) in self.source(name)?.1.with.iter().enumerate() {
            let wrong = |message: String| {
                let path = [
                    Toml::Key("source"),
                    Toml::Key(name),
                    Toml::Key("with"),
                    Toml::At(index),
                ];
                Mistake::at("synth.toml", text, spans::of_value(text, &path), message)
            };
            if !self.source.contains_key(other) {
                let known = self.source.keys().map(String::as_str);
                return Err(wrong(format!("`{other}` is not a source"))
                    .help(suggestion(other, known))
                    .into());
            }
            if before.contains(&other.as_str()) {
                return Err(wrong(format!("`{other}` would go with itself, without end"))
                    .help("name other sources in `with`")
                    .into());
            }
            self.ends(text, other, before)?;
        }
        before.pop();
        Ok(())
    }

    /// The tables of a source and of the sources that go with it.
    pub fn tables(&self, name: &str) -> Result<Vec<(&str, &Table)>> {
        let (name, source) = self.source(name)?;
        let mut tables: Vec<_> = source.table.iter().map(|table| (name, table)).collect();
        for other in &source.with {
            tables.extend(self.tables(other)?);
        }
        Ok(tables)
    }

    pub fn source(&self, name: &str) -> Result<(&str, &Source)> {
        let known = || {
            self.source
                .keys()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        self.source
            .get_key_value(name)
            .map(|(name, source)| (name.as_str(), source))
            .ok_or_else(|| {
                usage(format!(
                    "`{name}` is not a source of synthetic exports: choose one of {}",
                    known()
                ))
            })
    }
}
