//! The month's data quality for a board: the checks that failed, and the fields that are not complete and
//! valid.

use std::collections::BTreeMap;

use crate::report::{FieldLine, FieldQuality, FindingLine, Quality, QualityLine};
use crate::rulebook::{Rulebook, Severity};

/// The most fields that a board is shown, the least complete first.
const MOST_FIELDS: usize = 12;

/// Makes them from the findings and fields of the month's records.
pub fn make(rulebook: &Rulebook, findings: &[FindingLine], fields: &[FieldLine]) -> Quality {
    Quality {
        checks: checks(rulebook, findings),
        fields: worst_fields(fields),
    }
}

fn checks(rulebook: &Rulebook, findings: &[FindingLine]) -> Vec<QualityLine> {
    let mut counts: BTreeMap<&str, (&FindingLine, usize)> = BTreeMap::new();
    for finding in findings {
        counts.entry(finding.check.as_str()).or_insert((finding, 0)).1 += 1;
    }
    let title = |id: &str| {
        let check = rulebook.checks.iter().find(|check| check.id == id);
        check.map_or_else(|| id.to_string(), |check| check.title.clone())
    };
    let line = |(id, (finding, found)): (&str, (&FindingLine, usize))| QualityLine {
        check: id.to_string(),
        title: title(id),
        severity: finding.severity.clone(),
        owner: finding.owner.clone(),
        affects: finding.affects.clone(),
        found: Some(found),
    };
    let mut lines: Vec<QualityLine> = counts.into_iter().map(line).collect();
    let rank = |line: &QualityLine| {
        Severity::ALL
            .iter()
            .position(|severity| severity.word() == line.severity)
    };
    lines.sort_by(|one, other| {
        let worst = rank(one).cmp(&rank(other));
        worst
            .then(other.found.cmp(&one.found))
            .then(one.check.cmp(&other.check))
    });
    lines
}

fn worst_fields(fields: &[FieldLine]) -> Vec<FieldQuality> {
    let quality = |line: &FieldLine| FieldQuality {
        title: line.title.clone(),
        applies: line.applies,
        given: line.given,
        completeness: line.completeness(),
        validity: line.validity(),
    };
    let is_perfect = |line: &&FieldLine| line.missing() == 0 && line.invalid == 0;
    let mut worst: Vec<&FieldLine> = fields.iter().filter(|line| !is_perfect(line)).collect();
    let share = |line: &FieldLine| {
        let both = line
            .completeness()
            .unwrap_or(1.0)
            .min(line.validity().unwrap_or(1.0));
        (both * 1_000_000.0) as i64
    };
    worst.sort_by_key(|line| share(line));
    worst.into_iter().take(MOST_FIELDS).map(quality).collect()
}
