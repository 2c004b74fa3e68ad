//! The messages of a run.

use std::collections::BTreeSet;

use super::{Exports, Found, Plan};
use crate::commands::reading::say_readings;
use crate::commands::waivers;
use crate::findings::{self, FindingRow};
use crate::measure::nobody::Nobody;
use crate::pack::alerts;
use crate::records::selection::{Membership, Selection};
use crate::report::{Figure, Report, StandardSummary};
use crate::rulebook::Severity;
use crate::terminal::{counted, say};

/// Says what was read, found, counted and written.
pub fn all(
    plan: &Plan,
    exports: &Exports,
    found: &Found,
    report: &Report,
    nobody: &[Nobody],
    written: &[String],
) {
    say_readings(&exports.records);
    if plan.context.provider.is_none() && !plan.rulebook.data_set.providers.is_empty() {
        say!(
            "provider  {} (it has most records; `--provider` chooses another)",
            report.provider.code
        );
    }
    for alert in &report.pack.alerts {
        say!("note: {}", alerts::in_words(alert));
    }
    month(report, exports.selection.count(Membership::InMonth));
    findings(report, undated(&found.worked_on, &exports.selection));
    for standard in nobody {
        say!("problem   {}", standard.in_words(plan.month));
    }
    figures(report, nobody);
    let wrote = if plan.options.dry_run {
        "would write"
    } else {
        "wrote    "
    };
    say!("{wrote} {}: {}", plan.options.out.display(), written.join(", "));
    if let Some((waivers, _)) = &plan.waivers {
        waivers::say(&waivers.file, &found.worked_on, plan.rulebook, &found.stale);
    }
}

fn month(report: &Report, records: usize) {
    say!(
        "month     {}: {}, {} ready to upload, {} held back",
        report.month_title,
        counted(records, "record"),
        report.submission.rows.len(),
        report.submission.held_back.len()
    );
    if records == 0 {
        say!(
            "          no record of {} belongs to this month: the outputs are written, but empty",
            report.provider.code
        );
    }
}

fn findings(report: &Report, undated: usize) {
    let of_severity = |severity: Severity| {
        let findings = report.findings.iter();
        findings
            .filter(|finding| finding.severity == severity.word())
            .count()
    };
    say!("found     {}", findings::counts_in_words(of_severity));
    if undated > 0 {
        say!(
            "          including {} without a date that shows their month: they are on every month's \
             worklist",
            counted(undated, "record")
        );
    }
}

/// The number of records with findings and without a date that shows their month; they are on every month's
/// worklist.
fn undated(findings: &[FindingRow], selection: &Selection) -> usize {
    let records = findings.iter().filter_map(|finding| finding.record);
    records
        .filter(|record| selection.membership(*record) == Membership::Undated)
        .collect::<BTreeSet<u32>>()
        .len()
}

/// The figures as recorded, and as submitted if that is another number of people. A standard that counts
/// nobody is a problem and has none.
fn figures(report: &Report, nobody: &[Nobody]) {
    let has_figure = |code: &str| nobody.iter().all(|nobody| nobody.standard != code);
    let of = |figure: fn(&StandardSummary) -> Figure| {
        let standards = report.pack.standards.iter();
        standards
            .filter(|standard| has_figure(&standard.code))
            .map(|standard| in_words(&standard.code, figure(standard)))
            .collect::<Vec<_>>()
            .join("   ")
    };
    let (recorded, submitted) = (of(|standard| standard.latest), of(|standard| standard.submitted));
    if recorded.is_empty() {
        return;
    }
    if recorded == submitted {
        say!("figures   {recorded}");
    } else {
        say!("figures   {recorded}   as recorded");
        say!("          {submitted}   as submitted, without what is held back");
    }
}

/// `FDS 80.3% (797/992)`
fn in_words(code: &str, figure: Figure) -> String {
    match (figure.rate(), figure.within, figure.total) {
        (Some(rate), Some(within), Some(total)) => format!("{code} {:.1}% ({within}/{total})", rate * 100.0),
        (None, None, _) => format!("{code} hidden"),
        _ => format!("{code} nobody counted"),
    }
}
