//! Waivers: findings that a named person has looked at and accepted, for a reason and until a date.
//!
//! A waiver is for one check on one pathway. It is valid only while the values that it was given for stay the
//! same: it contains their keyed hash. A waived finding stays in every list and count, with a mark. A waived
//! reject still holds its record back from the upload, because a trust cannot relax what the national system
//! refuses. The record is uploaded only if the rule is the trust's own or inferred (`waived_rejects_released`
//! of `data_set.toml`) and no official text gives its severity.

mod read;

use anyhow::Result;
use chrono::NaiveDate;

use crate::findings::{FindingRow, Waiver};
use crate::records::content::Content;
use crate::records::short_code;
use crate::rulebook::{Check, Rulebook, Severity};

pub use read::read;

/// The waivers of one file.
pub struct Waivers {
    /// The file's name, without its folder.
    pub file: String,
    pub sha256: String,
    pub waivers: Vec<Waiver>,
}

/// A waiver that waives nothing, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    pub check: String,
    pub pathway: String,
    pub line: usize,
    pub why: String,
}

/// Marks the findings that are waived on a day. Returns the waivers of checks that ran and that waive
/// nothing.
pub fn apply<'a>(
    waivers: &'a Waivers,
    findings: &mut [FindingRow<'a>],
    content: &Content,
    key: &[u8],
    as_at: NaiveDate,
    ran: impl Fn(&str) -> bool,
) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for waiver in waivers.waivers.iter().filter(|waiver| ran(&waiver.check)) {
        let why = if as_at > waiver.expires {
            Some(format!("it expired on {}", waiver.expires))
        } else {
            mark(waiver, findings, content, key)
        };
        stale.extend(why.map(|why| Stale {
            check: waiver.check.clone(),
            pathway: waiver.pathway.clone(),
            line: waiver.line,
            why,
        }));
    }
    Ok(stale)
}

/// Marks the findings that a waiver waives, or says why it waives none.
fn mark<'a>(
    waiver: &'a Waiver,
    findings: &mut [FindingRow<'a>],
    content: &Content,
    key: &[u8],
) -> Option<String> {
    let mut met = false;
    let mut waived = false;
    let of_waiver = findings.iter_mut().filter(|finding| {
        finding.check.id == waiver.check
            && finding.pathway == Some(waiver.pathway.as_str())
            && covers(waiver, finding)
    });
    for finding in of_waiver {
        met = true;
        if values_code(finding, &waiver.fields, content, key).as_deref() == Some(waiver.values.as_str()) {
            finding.waived = Some(waiver);
            waived = true;
        }
    }
    match (met, waived) {
        (_, true) => None,
        (true, false) => {
            Some("it has lapsed: the values have changed since, or another key file is used".to_string())
        }
        (false, _) => Some("the finding is gone".to_string()),
    }
}

/// Whether the waiver names all fields at fault, if it names any.
fn covers(waiver: &Waiver, finding: &FindingRow) -> bool {
    waiver.fields.is_empty()
        || finding
            .fields
            .iter()
            .all(|field| waiver.fields.iter().any(|waived| waived == field))
}

/// The code that ties a waiver to the values of a finding's record: `V-` and a keyed hash of the check, the
/// pathway and the values. The values are those of the named fields, otherwise of the finding's fields, or of
/// all fields for a check without fields.
pub fn values_code(finding: &FindingRow, named: &[String], content: &Content, key: &[u8]) -> Option<String> {
    let record = finding.record? as usize;
    let values = match (
        named.is_empty() || finding.check.each.is_empty(),
        finding.fields.is_empty(),
    ) {
        (true, true) => content.in_order(record),
        (true, false) => content.values(record, &finding.fields),
        (false, _) => content.values(record, named),
    };
    let pathway = finding.pathway.unwrap_or_default();
    Some(format!(
        "V-{}",
        short_code(key, &format!("values\0{}\0{pathway}\0{values}", finding.check.id))
    ))
}

/// Whether a record is uploaded although it has a waived reject of this check: never if the severity is the
/// national system's own.
pub fn releases(rulebook: &Rulebook, check: &Check) -> bool {
    check.severity != Severity::RejectFile
        && rulebook.data_set.waived_rejects_released.contains(&check.basis)
        && !check.severity_basis.starts_with("official")
}

/// Whether a finding counts against the run. A waived finding counts only if its record is still held back.
pub fn counts(rulebook: &Rulebook, finding: &FindingRow) -> bool {
    finding.waived.is_none() || holds_back(rulebook, finding)
}

/// Whether a finding holds its record back from the upload.
pub fn holds_back(rulebook: &Rulebook, finding: &FindingRow) -> bool {
    finding.check.severity <= Severity::Reject
        && !(finding.waived.is_some() && releases(rulebook, finding.check))
}
