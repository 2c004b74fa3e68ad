//! The month's return: the records to upload, as they are uploaded, and the records held back.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use polars::prelude::*;

use crate::findings::FindingRow;
use crate::findings::waivers::holds_back;
use crate::records::selection::{Membership, Selection};
use crate::records::{Cells, Origins, Records};
use crate::report::worklist::role;
use crate::report::{Heading, HeldBack, Submission, SubmissionRow};
use crate::rulebook::{Field, Rulebook};
use crate::sql::seen;
use crate::sql::{RunContext, replace};
use crate::write::Value;

/// The rows of the return in upload order, and the records that a finding of severity `reject` holds back.
pub fn make(
    rulebook: &Rulebook,
    records: &Records,
    selection: &Selection,
    findings: &[FindingRow],
    context: &RunContext,
) -> Result<Submission> {
    let mut findings_of: BTreeMap<u32, Vec<&FindingRow>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| holds_back(rulebook, finding)) {
        if let Some(record) = finding
            .record
            .filter(|record| selection.membership(*record) == Membership::InMonth)
        {
            findings_of.entry(record).or_default().push(finding);
        }
    }
    let frame = &upload_form(rulebook, records, context)?;
    let columns = upload_cells(rulebook, frame)?;
    let origins = Origins::new(records, frame)?;
    let mut rows = Vec::new();
    let mut held_back = Vec::new();
    for record in (0..frame.height()).filter(|record| selection.memberships[*record] == Membership::InMonth) {
        let file = origins.file(record).to_string();
        let row = origins.row(record);
        let pathway = origins.pathway(record).unwrap_or_default().to_string();
        match findings_of.get(&(record as u32)) {
            Some(findings) => held_back.push(reasons(file, row, pathway, findings)),
            None => {
                let cells = columns
                    .iter()
                    .map(|cells| cells.value(record).into_owned())
                    .collect();
                rows.push(SubmissionRow {
                    record: record as u32,
                    file,
                    row,
                    pathway,
                    cells,
                });
            }
        }
    }
    Ok(Submission {
        headings: rulebook
            .upload_fields()
            .map(|field| Heading {
                name: field.name.clone(),
                title: field.title.clone(),
            })
            .collect(),
        rows,
        held_back,
        other_months: selection.count(Membership::OtherMonth) + selection.count(Membership::Undated),
        other_trusts: selection.count(Membership::OtherTrust),
        upload_files: Vec::new(),
    })
}

/// The records as the upload writes them (`<data set>/upload.sql`, if the data set has one).
pub fn upload_form(rulebook: &Rulebook, records: &Records, context: &RunContext) -> Result<DataFrame> {
    let path = format!("{}/upload.sql", rulebook.data_set.folder);
    if rulebook.files.get(&path).is_none() {
        return Ok(records.frame.clone());
    }
    replace(&seen::UPLOAD, &path, records.frame.clone(), Vec::new(), context).map(|(form, _)| form)
}

fn reasons(file: String, row: u32, pathway: String, findings: &[&FindingRow]) -> HeldBack {
    let joined = |parts: BTreeSet<&str>| parts.into_iter().collect::<Vec<_>>().join("; ");
    HeldBack {
        file,
        row,
        pathway,
        checks: joined(findings.iter().map(|finding| finding.check.id.as_str()).collect()),
        reasons: findings
            .iter()
            .map(|finding| reason(finding))
            .collect::<Vec<_>>()
            .join("; "),
        owner: joined(
            findings
                .iter()
                .map(|finding| role(&finding.check.owner))
                .collect::<BTreeSet<String>>()
                .iter()
                .map(String::as_str)
                .collect(),
        ),
    }
}

fn reason(finding: &FindingRow) -> String {
    match finding.waived {
        Some(_) => format!("{} (waived, but still held back)", finding.message),
        None => finding.message.clone(),
    }
}

/// The columns of the upload, in upload order.
pub fn upload_cells<'a>(rulebook: &Rulebook, frame: &'a DataFrame) -> Result<Vec<Cells<'a>>> {
    let cells = |field: &Field| Ok(Cells::new(frame.column(&field.name)?).unwrap_or(Cells::Blank));
    rulebook.upload_fields().map(cells).collect()
}

/// The text of a cell in the upload file. A record is one line: a line end or another control character
/// inside it is a space.
pub fn upload_text(cell: &Value) -> String {
    match cell {
        Value::Text(text) => text
            .replace("\r\n", " ")
            .replace(|letter: char| letter.is_control(), " "),
        other => other.in_words(),
    }
}
