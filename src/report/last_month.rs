//! Compares this month's return with last month's, and gives the completeness of each field in each scenario.
//! Both months are counted from the same exports, as recorded now.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use polars::prelude::*;

use crate::report::quality::{Complete, complete_by};
use crate::rulebook::Field;
use crate::sql::RunContext;

/// A change of a count is unusual if it is more than this many times the chance variation of such a count
/// (its square root).
const UNUSUAL_TIMES: f64 = 3.0;
/// A change of completeness is unusual if it is at least this large (a fraction), over at least
/// `LEAST_RECORDS` records.
const UNUSUAL_SHARE: f64 = 0.05;
const LEAST_RECORDS: usize = 20;

/// This month's return compared with last month's.
#[derive(Default)]
pub struct LastMonth {
    /// All records first, then one line for each scenario.
    pub volumes: Vec<Volume>,
    /// Fields that are mandatory for some record of either month, in upload order.
    pub fields: Vec<FieldChange>,
    /// Scenarios of the month, in order.
    pub scenarios: Vec<String>,
    /// One line for each field that is mandatory in some scenario of the month: its completeness in each
    /// scenario.
    pub by_scenario: Vec<ScenarioLine>,
}

/// Number of records in one scenario (or all), this month and last month.
pub struct Volume {
    /// `All records`, or the name of the scenario.
    pub what: String,
    pub now: usize,
    pub then: usize,
}

impl Volume {
    /// Whether the change is larger than chance explains for a count of this size.
    pub fn is_unusual(&self) -> bool {
        let (now, then) = (self.now as f64, self.then as f64);
        (now - then).abs() > UNUSUAL_TIMES * ((now + then) / 2.0).sqrt().max(1.0)
    }
}

/// The completeness of a field where it is mandatory.
pub struct FieldChange {
    pub title: String,
    /// Records for which it is mandatory.
    pub applies: usize,
    pub now: Option<f64>,
    pub then: Option<f64>,
}

impl FieldChange {
    /// Whether completeness moved by a twentieth or more, over enough records.
    pub fn is_unusual(&self) -> bool {
        let moved = self
            .now
            .zip(self.then)
            .is_some_and(|(now, then)| (now - then).abs() >= UNUSUAL_SHARE);
        moved && self.applies >= LEAST_RECORDS
    }
}

/// The completeness of a field in each scenario; `None` if it is not mandatory there.
pub struct ScenarioLine {
    pub title: String,
    pub completeness: Vec<Option<f64>>,
}

/// Makes the comparison from the records of both months.
pub fn make(now: &DataFrame, then: &DataFrame, context: &RunContext) -> Result<LastMonth> {
    let all = Volume {
        what: "All records".to_string(),
        now: now.height(),
        then: then.height(),
    };
    let Some(scenario) = &context.rulebook.data_set.scenario else {
        return Ok(LastMonth {
            volumes: vec![all],
            ..LastMonth::default()
        });
    };
    let records = [scenarios(now, scenario)?, scenarios(then, scenario)?];
    let complete = [
        complete_by(now, scenario, context)?,
        complete_by(then, scenario, context)?,
    ];
    let of = |month: usize, name: &str| records[month].get(name).copied().unwrap_or_default();
    let names: BTreeSet<&String> = records.iter().flat_map(BTreeMap::keys).collect();
    let volume = |name: &&String| Volume {
        what: (*name).clone(),
        now: of(0, name),
        then: of(1, name),
    };
    let scenarios: Vec<String> = records[0]
        .keys()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect();
    let fields: Vec<&Field> = context.rulebook.upload_fields().collect();
    Ok(LastMonth {
        volumes: [all].into_iter().chain(names.iter().map(volume)).collect(),
        fields: changes(&fields, &complete),
        by_scenario: by_scenario(&fields, &scenarios, &complete[0]),
        scenarios,
    })
}

/// Records by scenario; records without a scenario are under an empty name.
fn scenarios(records: &DataFrame, scenario: &str) -> Result<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for scenario in records.column(scenario)?.str()?.iter() {
        *counts
            .entry(scenario.unwrap_or_default().to_string())
            .or_insert(0) += 1;
    }
    Ok(counts)
}

/// Counts of every field, by scenario.
type ByScenario = BTreeMap<String, Vec<Complete>>;

fn changes(fields: &[&Field], [now, then]: &[ByScenario; 2]) -> Vec<FieldChange> {
    let all = |month: &ByScenario, index: usize| {
        let mut sum = Complete::default();
        month
            .values()
            .filter_map(|counts| counts.get(index))
            .for_each(|count| sum += *count);
        sum
    };
    let change = |(index, field): (usize, &&Field)| FieldChange {
        title: field.title.clone(),
        applies: all(now, index).applies,
        now: all(now, index).share(),
        then: all(then, index).share(),
    };
    let changes = fields.iter().enumerate().map(change);
    changes
        .filter(|change| change.now.or(change.then).is_some())
        .collect()
}

fn by_scenario(fields: &[&Field], scenarios: &[String], complete: &ByScenario) -> Vec<ScenarioLine> {
    let share = |scenario: &String, index: usize| complete.get(scenario)?.get(index)?.share();
    let line = |(index, field): (usize, &&Field)| ScenarioLine {
        title: field.title.clone(),
        completeness: scenarios.iter().map(|scenario| share(scenario, index)).collect(),
    };
    let lines = fields.iter().enumerate().map(line);
    lines
        .filter(|line| line.completeness.iter().any(Option::is_some))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_unusual_if_larger_than_chance_and_over_enough_records() {
        let volume = |now, then| {
            let what = String::new();
            Volume { what, now, then }.is_unusual()
        };
        assert_eq!(
            [volume(1000, 910), volume(1000, 900), volume(3, 0), volume(9, 1)],
            [false, true, false, true]
        );
        let field = |applies, now, then| {
            let title = String::new();
            FieldChange {
                title,
                applies,
                now,
                then,
            }
            .is_unusual()
        };
        assert!(field(20, Some(0.90), Some(0.96)) && !field(19, Some(0.90), Some(0.96)));
        assert!(!field(100, Some(0.95), Some(0.96)) && !field(100, Some(0.5), None));
    }
}
