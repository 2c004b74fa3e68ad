//! Makes the record of a run from its report.

use super::record::*;
use crate::findings::trail::{Trail, ranges};
use crate::report::{FindingLine, Report, StandardSummary, restated};

/// The content of `run.json` for a report; `outputs` are the files of the run.
pub fn record(report: &Report, outputs: &[OutputEntry]) -> RunRecord {
    let trail = &report.trail;
    let pathways = trail.pathways.iter();
    let not_assessed = trail
        .not_assessed
        .iter()
        .filter(|(_, numbers)| !numbers.is_empty());
    RunRecord {
        head: head(report, outputs),
        worklist: report
            .findings
            .iter()
            .map(|finding| finding_entry(trail, finding))
            .collect(),
        pathways: pathways
            .map(|(code, records)| (code.clone(), (*records).into()))
            .collect(),
        not_assessed: not_assessed
            .map(|(check, numbers)| (check.clone(), ranges(numbers).into()))
            .collect(),
    }
}

fn head(report: &Report, outputs: &[OutputEntry]) -> Head {
    Head {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "clockstop".to_string(),
            version: report.tool_version.clone(),
        },
        rulebook: report.rulebook.clone(),
        month: report.month.clone(),
        provider: report.provider.code.clone(),
        as_at: report.as_at.to_string(),
        status: report.status.clone(),
        small_numbers: report.small_numbers.preset.clone(),
        identifiable: true,
        inputs: inputs(report),
        set_aside: set_aside(report),
        records: RecordCounts {
            in_month: report.submission.rows.len() + report.submission.held_back.len(),
            ready: report.submission.rows.len(),
            held_back: report.submission.held_back.len(),
            other_months: report.submission.other_months,
            other_trusts: report.submission.other_trusts,
        },
        fingerprints: Fingerprints {
            key: report.trail.key.clone(),
            unlasting_pathways: report.trail.unlasting,
        },
        findings: report.findings.len(),
        waivers: waivers(report),
        checks: checks(report),
        standards: standards(report),
        months: restated::figures(report),
        compared_with: report.restated.earlier.clone(),
        outputs: outputs.to_vec(),
    }
}

fn inputs(report: &Report) -> Vec<InputEntry> {
    let entry = |input: &crate::report::InputFile| InputEntry {
        file: input.name.clone(),
        sha256: input.sha256.clone(),
        source: input.source.clone(),
        table: input.table.clone(),
        rows_read: input.rows_read,
        rows_mapped: input.rows_mapped,
        rows_set_aside: input.rows_set_aside,
    };
    report.inputs.iter().map(entry).collect()
}

fn set_aside(report: &Report) -> Vec<SetAsideEntry> {
    let entry = |row: &crate::report::SetAside| SetAsideEntry {
        file: row.file.clone(),
        row: row.row,
        reason: row.reason.clone(),
    };
    report.set_aside.iter().map(entry).collect()
}

fn finding_entry(trail: &Trail, finding: &FindingLine) -> FindingEntry {
    FindingEntry {
        finding: finding.id.clone(),
        check: finding.check.clone(),
        severity: finding.severity.clone(),
        owner: finding.owner.clone(),
        pathway: finding.pathway.clone(),
        pathway_number: trail.number(&finding.pathway),
        file: finding.file.clone(),
        row: finding.row,
        fields: finding.field_names.clone(),
        effect: finding.effect.clone(),
        waived: !finding.waived.is_empty(),
    }
}

fn waivers(report: &Report) -> Option<WaiversEntry> {
    let used = report.waivers.as_ref()?;
    let stale = used.stale.iter().map(|waiver| StaleEntry {
        check: waiver.check.clone(),
        pathway: waiver.pathway.clone(),
        line: waiver.line,
        why: waiver.why.clone(),
    });
    let waived = report
        .findings
        .iter()
        .filter(|finding| !finding.waived.is_empty());
    Some(WaiversEntry {
        file: used.file.clone(),
        sha256: used.sha256.clone(),
        waived: waived.count(),
        stale: stale.collect(),
    })
}

fn checks(report: &Report) -> Vec<CheckEntry> {
    let entry = |check: &crate::report::CheckLine| CheckEntry {
        check: check.id.clone(),
        severity: check.severity.clone(),
        passed: check.passed,
        failed: check.failed,
        not_assessed: check.not_assessed,
        not_applicable: check.not_applicable,
    };
    report.checks.iter().map(entry).collect()
}

fn standards(report: &Report) -> Vec<StandardEntry> {
    report.pack.standards.iter().map(standard).collect()
}

fn standard(line: &StandardSummary) -> StandardEntry {
    let (figure, submitted, range) = (line.latest, line.submitted, line.range);
    StandardEntry {
        standard: line.code.to_string(),
        total: figure.total,
        within: figure.within,
        performance: figure.rate(),
        submitted: Some(SubmittedEntry {
            total: submitted.total,
            within: submitted.within,
            performance: submitted.rate(),
            held_back: range.held_back,
        }),
        not_counted: line.not_counted,
        left_out_for_data: range.left_out,
        if_all_breaches: range.all_breaches,
        if_all_within: range.all_within,
    }
}
