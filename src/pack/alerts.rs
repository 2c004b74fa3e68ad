//! What the first page says of the data before any figure: findings of checks with `first_page`, with how
//! many records they are of and which figures these are left out of.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::Result;

use crate::calendar::Month;
use crate::findings::FindingRow;
use crate::findings::effect::Effects;
use crate::records::Records;
use crate::report::Alert;
use crate::rulebook::{Check, Classification, Rulebook};

/// A longer value may be a name that somebody typed in place of a code.
const LONGEST_CODE: usize = 5;
/// As many codes are named.
const MOST_CODES: usize = 8;

/// One a check, in the order of the rules.
pub fn make(
    rulebook: &Rulebook,
    records: &Records,
    findings: &[FindingRow],
    effects: &Effects,
    month: Month,
) -> Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    for check in rulebook.checks.iter().filter(|check| check.first_page) {
        let of_check: Vec<&FindingRow> = findings
            .iter()
            .filter(|finding| finding.check.id == check.id && finding.record.is_some())
            .collect();
        if !of_check.is_empty() {
            alerts.push(of(check, rulebook, records, &of_check, effects, month)?);
        }
    }
    Ok(alerts)
}

fn of(
    check: &Check,
    rulebook: &Rulebook,
    records: &Records,
    findings: &[&FindingRow],
    effects: &Effects,
    month: Month,
) -> Result<Alert> {
    let mut codes = BTreeSet::new();
    let mut of_records = HashSet::new();
    let mut left_out: BTreeMap<String, HashSet<u32>> = BTreeMap::new();
    for finding in findings {
        let record = finding.record.unwrap_or_default();
        of_records.insert(record);
        for standard in effects.left_out_for_data(rulebook, finding, month) {
            left_out.entry(standard.to_string()).or_default().insert(record);
        }
        for field in &finding.fields {
            codes.extend(code(rulebook, records, field, record)?);
        }
    }
    let codes: Vec<String> = codes.into_iter().collect();
    Ok(Alert {
        check: check.id.clone(),
        title: check.title.clone(),
        more_codes: codes.len().saturating_sub(MOST_CODES),
        codes: codes.into_iter().take(MOST_CODES).collect(),
        records: Some(of_records.len()),
        left_out: left_out
            .into_iter()
            .map(|(standard, records)| (standard, records.len()))
            .collect(),
    })
}

/// The value at fault, where it is a code that says nothing of who the patient is.
fn code(rulebook: &Rulebook, records: &Records, field: &str, record: u32) -> Result<Option<String>> {
    let is_shown = rulebook
        .field(field)
        .is_some_and(|field| field.classification == Classification::None);
    let column = records.frame.column(field)?;
    let Some(text) = column.str().ok().and_then(|column| column.get(record as usize)) else {
        return Ok(None);
    };
    let has_form = text.len() <= LONGEST_CODE && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Ok((is_shown && has_form).then(|| text.to_uppercase()))
}

/// One sentence: what, which codes, how many records, which figures.
pub fn in_words(alert: &Alert) -> String {
    let mut codes = alert.codes.join(", ");
    if alert.more_codes > 0 {
        codes += &format!(" and {} more", alert.more_codes);
    }
    let mut sentence = alert.title.clone();
    if !codes.is_empty() {
        sentence += &format!(" ({codes})");
    }
    match alert.records {
        Some(1) => sentence += ": 1 record",
        Some(records) => sentence += &format!(": {records} records"),
        None => {}
    }
    if !alert.left_out.is_empty() {
        let figures = alert.left_out.iter();
        let figures: Vec<String> = figures
            .map(|(standard, records)| format!("{standard} ({records})"))
            .collect();
        sentence += &format!(", left out of {}", figures.join(", "));
    }
    format!("{sentence}. {} says what to do.", alert.check)
}
