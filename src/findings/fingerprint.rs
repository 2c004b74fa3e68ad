//! Stable ids of findings: the same fault has the same id in next week's run, whatever the order of the rows
//! and the name of the file.
//!
//! An id is a keyed hash of the check, the pathway and the field at fault (the first field, if a check over
//! several fields finds several), with a number if a pathway has several equal findings. Equal findings are
//! numbered by the content of their records, never by their rows. A pathway without a local id, in a run
//! without a key, is identified only by file and row: its ids last only as long as the file, and the run says
//! so.

use std::collections::HashMap;

use anyhow::Result;

use crate::findings::FindingRow;
use crate::records::content::Content;
use crate::records::short_code;

/// The key if the trust gives no secret: ids then depend on local ids, which are shown anyway.
const NO_KEY: &[u8] = b"clockstop";

/// The ids of findings, in the order of the findings.
pub fn of_findings(findings: &[FindingRow], content: &Content, key: Option<&[u8]>) -> Result<Vec<String>> {
    let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        alike.entry(what(finding)).or_default().push(index);
    }
    let mut ids = vec![String::new(); findings.len()];
    for (what, mut indexes) in alike {
        if indexes.len() > 1 {
            indexes.sort_by_cached_key(|index| {
                let finding = &findings[*index];
                (
                    finding.record.map(|record| content.in_order(record as usize)),
                    finding.file,
                    finding.row,
                )
            });
        }
        for (number, index) in indexes.into_iter().enumerate() {
            ids[index] = format!("F-{}", eight(key, &format!("{what}\0{}", number + 1)));
        }
    }
    Ok(ids)
}

/// What the same fault has in common in every run. A fault of a file has no pathway, and files change their
/// names.
fn what(finding: &FindingRow) -> String {
    format!(
        "{}\0{}\0{}",
        finding.check.id,
        finding.pathway.unwrap_or_default(),
        finding.fields.first().copied().unwrap_or_default()
    )
}

/// The id of a row of a list: its letter, and a code of what makes it this row.
pub fn of_row(letter: char, what: &str, key: Option<&[u8]>) -> String {
    format!("{letter}-{}", eight(key, what))
}

/// The code of a pathway in a run record.
pub fn of_pathway(label: &str, key: Option<&[u8]>) -> String {
    eight(key, &format!("pathway\0{label}"))
}

/// A code that differs between two keys without revealing either.
pub fn of_key(key: &[u8]) -> String {
    short_code(key, "key")[..4].to_string()
}

fn eight(key: Option<&[u8]>, value: &str) -> String {
    short_code(key.unwrap_or(NO_KEY), value)[..8].to_string()
}
