//! Findings as lines of a worklist: what is wrong, why it matters, how to fix it, who owns it.

use chrono::NaiveDate;

use crate::calendar::Month;
use crate::check::Findings;
use crate::findings::effect;
use crate::findings::{FindingRow, Waiver};
use crate::report::{CheckLine, FindingLine};
use crate::rulebook::{Rulebook, Severity};
use crate::runs::worklist::state::Entry;

/// One line for each finding, worst first, then by check, file and row. `ids` and `effects` have one entry
/// for each finding.
pub fn lines(
    rulebook: &Rulebook,
    (month, as_at): (Month, NaiveDate),
    findings: &[FindingRow],
    ids: Vec<String>,
    effects: Vec<String>,
) -> Vec<FindingLine> {
    let mut sorted: Vec<(&FindingRow, (String, String))> =
        findings.iter().zip(ids.into_iter().zip(effects)).collect();
    sorted.sort_by(|(left, _), (right, _)| {
        let order = |finding: &FindingRow| (finding.check.severity, finding.check.id.clone());
        order(left)
            .cmp(&order(right))
            .then_with(|| (left.file, left.row).cmp(&(right.file, right.row)))
    });
    sorted
        .into_iter()
        .map(|(finding, (id, effect))| line(rulebook, (month, as_at), finding, id, effect))
        .collect()
}

fn line(
    rulebook: &Rulebook,
    (month, as_at): (Month, NaiveDate),
    finding: &FindingRow,
    id: String,
    effect: String,
) -> FindingLine {
    FindingLine {
        id,
        check: finding.check.id.clone(),
        severity: finding.check.severity.word().to_string(),
        file: finding.file.to_string(),
        row: finding.row,
        pathway: finding.pathway.unwrap_or_default().to_string(),
        fields: finding
            .fields
            .iter()
            .map(|name| rulebook.label(name))
            .collect::<Vec<_>>()
            .join("; "),
        field_names: finding.fields.join(";"),
        message: finding.message.clone(),
        why: finding.check.why.clone(),
        fix: finding.check.fix.clone(),
        owner: role(&finding.check.owner),
        person: String::new(),
        affects: effect::affected(rulebook, finding.check, month.last_day()),
        effect,
        waived: finding.waived.map(waived).unwrap_or_default(),
        first_seen: as_at,
        months_open: 0,
        entry: Entry::default(),
    }
}

/// Who accepted a finding, until when and why.
fn waived(waiver: &Waiver) -> String {
    format!(
        "{} until {}: {}",
        waiver.approved_by, waiver.expires, waiver.reason
    )
}

/// A role in the form in which people write it.
pub fn role(owner: &str) -> String {
    owner.replace('_', " ")
}

/// Every check that ran, worst severity first.
pub fn checks(findings: &Findings) -> Vec<CheckLine> {
    let mut lines: Vec<(Severity, CheckLine)> = findings
        .counts()
        .into_iter()
        .map(|counts| {
            let check = counts.check;
            let line = CheckLine {
                id: check.id.clone(),
                title: check.title.clone(),
                severity: check.severity.word().to_string(),
                basis: check.basis.clone(),
                source: check.source.clone(),
                owner: role(&check.owner),
                passed: counts.passed,
                failed: counts.failed,
                not_assessed: counts.not_assessed,
                not_applicable: counts.not_applicable,
            };
            (check.severity, line)
        })
        .collect();
    lines.sort_by(|left, right| (left.0, &left.1.id).cmp(&(right.0, &right.1.id)));
    lines.into_iter().map(|(_, line)| line).collect()
}
