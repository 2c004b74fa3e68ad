//! The effect of a finding on the figures. For each standard that its check affects: the record is counted
//! (and how), or left out (and why). It is read from the same waits as the figures.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use chrono::NaiveDate;

use crate::calendar::Month;
use crate::findings::FindingRow;
use crate::findings::waivers::holds_back;
use crate::measure::Waits;
use crate::records::selection::{Membership, Selection};
use crate::rulebook::{Check, Rulebook};

/// The waits of the records with findings.
pub struct Effects {
    /// By record, in the order of the standards; a shared pathway has one line here.
    waits: HashMap<u32, Vec<Line>>,
}

struct Line {
    standard: String,
    reason: Option<String>,
    within: Option<bool>,
    month: String,
}

impl Effects {
    /// `waits` holds one trust's lines.
    pub fn new(waits: &Waits, findings: &[FindingRow]) -> Result<Effects> {
        let wanted: HashSet<u32> = findings.iter().filter_map(|finding| finding.record).collect();
        let waits = waits.columns()?;
        let mut lines: HashMap<u32, Vec<Line>> = HashMap::new();
        for (row, record) in waits.record.iter().enumerate() {
            let Some(record) = record.filter(|record| wanted.contains(record)) else {
                continue;
            };
            let standard = waits.standard.get(row).unwrap_or_default();
            let of_record = lines.entry(record).or_default();
            if of_record.iter().all(|line| line.standard != standard) {
                of_record.push(Line {
                    standard: standard.to_string(),
                    reason: waits.reason.get(row).map(String::from),
                    within: waits.within.get(row),
                    month: waits.month.get(row).unwrap_or_default().to_string(),
                });
            }
        }
        Ok(Effects { waits: lines })
    }

    /// `counted in 62-day (breach); left out of 31-day: no treatment start date yet; held back from the
    /// upload`. Empty if the record has no line for any standard that the check affects.
    pub fn of(
        &self,
        rulebook: &Rulebook,
        finding: &FindingRow,
        selection: &Selection,
        month: Month,
    ) -> String {
        let lines = self.of_record(finding);
        let mut parts: Vec<String> = lines.map(|line| in_words(rulebook, line, month)).collect();
        let in_month = finding
            .record
            .is_some_and(|record| selection.membership(record) == Membership::InMonth);
        if in_month && holds_back(rulebook, finding) {
            parts.push("held back from the upload".to_string());
        }
        parts.join("; ")
    }

    /// The lines of a finding's record for the standards that its check affects.
    fn of_record<'a>(&'a self, finding: &'a FindingRow) -> impl Iterator<Item = &'a Line> {
        let lines = finding
            .record
            .and_then(|record| self.waits.get(&record))
            .map(Vec::as_slice)
            .unwrap_or_default();
        lines
            .iter()
            .filter(|line| finding.check.affects.contains(&line.standard))
    }

    /// The standards of the finding's record whose figure of the month it is left out of for its data.
    pub fn left_out_for_data<'a>(
        &'a self,
        rulebook: &'a Rulebook,
        finding: &'a FindingRow,
        month: Month,
    ) -> impl Iterator<Item = &'a str> {
        let is_of_data = |reason: &String| rulebook.data_set.data_quality_reasons.contains(reason);
        self.of_record(finding)
            .filter(move |line| Month::parse(&line.month).ok().is_none_or(|own| own == month))
            .filter(move |line| line.reason.as_ref().is_some_and(is_of_data))
            .map(|line| line.standard.as_str())
    }

    /// (record, standard) pairs for which a check that `affects` the standard failed. If such a record is not
    /// counted, the fault may be the reason.
    pub fn at_fault(&self, findings: &[FindingRow]) -> HashSet<(u32, String)> {
        let of_finding = |finding: &FindingRow| {
            let record = finding.record;
            self.of_record(finding)
                .filter_map(|line| Some((record?, line.standard.clone())))
                .collect::<Vec<_>>()
        };
        findings.iter().flat_map(of_finding).collect()
    }
}

fn in_words(rulebook: &Rulebook, line: &Line, month: Month) -> String {
    let own_month = Month::parse(&line.month).ok();
    let standard = standard(rulebook, &line.standard, own_month.unwrap_or(month).last_day());
    let other_month = own_month
        .filter(|own| *own != month)
        .map(|own| format!(" of {own}"))
        .unwrap_or_default();
    match (&line.reason, line.within) {
        (Some(reason), _) => format!(
            "left out of {standard}{other_month}: {}",
            rulebook.data_set.reason(reason)
        ),
        (None, Some(true)) => format!("counted in {standard}{other_month} (within)"),
        (None, _) => format!("counted in {standard}{other_month} (breach)"),
    }
}

/// What a check affects, in words: `upload; 31-day; 62-day`, or empty. The days are the limits in force on
/// `day`.
pub fn affected(rulebook: &Rulebook, check: &Check, day: NaiveDate) -> String {
    check
        .affects
        .iter()
        .map(|code| standard(rulebook, code, day))
        .collect::<Vec<_>>()
        .join("; ")
}

/// The standard's name in words, with its limit on a day: `31-day` for `31D`. A standard without a limit
/// keeps its code.
fn standard(rulebook: &Rulebook, code: &str, day: NaiveDate) -> String {
    match rulebook.standards.limit_on(code, day) {
        Some(limit) => format!("{}-day", limit.days),
        None => code.to_string(),
    }
}
