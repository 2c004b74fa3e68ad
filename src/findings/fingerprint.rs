//! Ids of findings that last: the same fault has the same id in next week's run, whatever the order of the rows
//! and the name of the file.
//!
//! An id is a keyed hash of the check, the pathway and the field at fault (the first, where a check over many
//! fields finds several), with a number where a pathway has several alike. Equals are numbered by what their
//! records hold, never by where these stand. Without a local id and without a key, a pathway is known only by
//! file and row: its ids last only as long as the file does, and the run says so.

use std::collections::HashMap;

use anyhow::Result;

use crate::findings::FindingRow;
use crate::records::content::Content;
use crate::records::short_code;

/// Stands for the trust's own secret where it gives none: ids then rest on local ids, which are shown anyway.
const NO_KEY: &[u8] = b"clockstop";

/// The ids of findings, in their order.
pub fn of_findings(findings: &[FindingRow], content: &Content, key: Option<&[u8]>) -> Result<Vec<String>> {
    let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, finding) in findings.iter().enumerate() {
        alike.entry(what(finding)).or_default().push(place);
    }
    let mut ids = vec![String::new(); findings.len()];
    for (what, mut places) in alike {
        if places.len() > 1 {
            places.sort_by_cached_key(|place| {
                let finding = &findings[*place];
                (
                    finding.record.map(|record| content.in_order(record as usize)),
                    finding.file,
                    finding.row,
                )
            });
        }
        for (number, place) in places.into_iter().enumerate() {
            ids[place] = format!("F-{}", eight(key, &format!("{what}\0{}", number + 1)));
        }
    }
    Ok(ids)
}

/// What the same fault has in common from run to run. A fault of a file has no pathway, and files change their names.
fn what(finding: &FindingRow) -> String {
    format!(
        "{}\0{}\0{}",
        finding.check.id,
        finding.pathway.unwrap_or_default(),
        finding.fields.first().copied().unwrap_or_default()
    )
}

/// What stands for a pathway in a run record.
pub fn of_pathway(label: &str, key: Option<&[u8]>) -> String {
    eight(key, &format!("pathway\0{label}"))
}

/// Tells two keys apart without giving either away.
pub fn of_key(key: &[u8]) -> String {
    short_code(key, "key")[..4].to_string()
}

fn eight(key: Option<&[u8]>, value: &str) -> String {
    short_code(key.unwrap_or(NO_KEY), value)[..8].to_string()
}
