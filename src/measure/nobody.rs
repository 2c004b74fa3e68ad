//! Standards that count nobody in a month, though clocks of records stop in it. That is a problem to look
//! into, not a figure: a list that lost a code, or an export that lost a column, leaves everybody out.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::calendar::Month;
use crate::measure::Waits;
use crate::rulebook::Rulebook;
use crate::terminal::counted;

/// A standard without anybody counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nobody {
    pub standard: String,
    /// Records whose clock stops in the month.
    pub records: usize,
    /// Why they are not counted, in words, with how many; the most frequent first.
    pub reasons: Vec<(String, usize)>,
}

/// The standards that count nobody in the month, in the order of the data set.
pub fn find(rulebook: &Rulebook, waits: &Waits, month: Month) -> Result<Vec<Nobody>> {
    let of_month = waits.of_month(&month.to_string())?;
    let lines = of_month.columns()?;
    let mut found = Vec::new();
    for rules in &rulebook.data_set.performance {
        let own: Vec<usize> = (0..lines.lines())
            .filter(|line| lines.standard.get(*line) == Some(&rules.standard))
            .collect();
        let is_counted = |line: &usize| lines.counted.get(*line) == Some(true);
        if own.is_empty() || own.iter().any(is_counted) {
            continue;
        }
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &own {
            let reason = lines.reason.get(*line).unwrap_or_default();
            *reasons.entry(rulebook.data_set.reason(reason)).or_default() += 1;
        }
        let mut reasons: Vec<(String, usize)> = reasons
            .into_iter()
            .map(|(reason, count)| (reason.to_string(), count))
            .collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        found.push(Nobody {
            standard: rules.standard.clone(),
            records: own.len(),
            reasons,
        });
    }
    Ok(found)
}

impl Nobody {
    /// `FDS counts nobody, though 3 records stop its clock in October 2026: 3 excluded from …`
    pub fn in_words(&self, month: Month) -> String {
        let reasons: Vec<String> = self
            .reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        let stop = if self.records == 1 { "stops" } else { "stop" };
        format!(
            "{} counts nobody, though {} {stop} its clock in {}: {}",
            self.standard,
            counted(self.records, "record"),
            month.title(),
            reasons.join("; ")
        )
    }
}
