//! `clockstop run`: the month, from exports to every output.

mod board;
mod carry;
mod files;
mod restate;
mod say;
mod watch;
mod xml;

use std::collections::HashSet;
use std::path::Path;

use anyhow::Result;
use board::Given;

use super::own::Own;
use super::reading::{context, has_begun, keeps_inputs, key, records_in_silence};
use crate::calendar::Month;
use crate::check::{self, Findings};
use crate::cli::Run;
use crate::findings::effect::Effects;
use crate::findings::waivers::{self, Stale, Waivers};
use crate::findings::{self, FindingRow, fingerprint, trail};
use crate::measure::{self, Waits, nobody};
use crate::pack::{self, small_numbers};
use crate::records::Records;
use crate::records::content::Content;
use crate::records::selection::{self, Selection};
use crate::report::restated::Restated;
use crate::report::{Pack, Report, Submission, WaiversUsed, about_inputs, organisation, quality, set_aside};
use crate::report::{last_month, submission, worklist};
use crate::rulebook::{Rulebook, Severity};
use crate::runs::folder::RunFolder;
use crate::runs::worklist::state::State;
use crate::sql::RunContext;
use crate::terminal::failure::{Exit, usage};
use crate::terminal::{Progress, say};

pub fn run(options: &Run, own: &Own) -> Result<Exit> {
    if let Some(folder) = &options.watch {
        return watch::watch(options, folder);
    }
    let rulebook = super::rulebook(&options.inputs.rules)?;
    if super::examples_fail(&options.inputs.rules, &rulebook) {
        return Err(usage(
            "nothing is written while examples of the rules fail: correct the rule, or the example if the \
             new outcome is right",
        ));
    }
    let plan = Plan::of(options, own, &rulebook)?;
    for doubt in own.doubts(&rulebook) {
        say!("note: {doubt}");
    }
    let folder = if options.dry_run {
        None
    } else {
        Some(RunFolder::open(&options.out)?)
    };
    let exports = read(&plan)?;
    let checks = check(&plan, &exports)?;
    let found = find(&plan, &exports, &checks)?;
    let counted = count(&plan, &exports, &found)?;
    let mut report = report(&plan, &exports, &checks, &found, &counted)?;
    let state = carry::carry_on(&plan, &mut report)?;
    restate::compare(&plan, &mut report);
    let written = write(&plan, folder, &exports, &report, &state)?;
    let nobody = nobody::find(&rulebook, &counted.recorded, plan.month)?;
    say::all(&plan, &exports, &found, &report, &nobody, &written);
    if options.open && !options.dry_run {
        show(&options.out.join(files::report_name(&report.month)));
    }
    // A standard that counts nobody fails the run like a finding of severity `error`.
    let of_figures = (!nobody.is_empty()).then_some(Severity::Error);
    let worst = found.worst(&rulebook).into_iter().chain(of_figures).min();
    Ok(options.fail_on.exit(worst))
}

/// Opens the report in the browser. All files are written by then, so if no browser starts, a note is enough.
fn show(path: &Path) {
    if let Err(error) = open::that_detached(path) {
        say!(
            "note: the report cannot be opened here ({error}): open `{}` in a browser",
            path.display()
        );
    }
}

/// The options of the run, with the rules.
struct Plan<'a> {
    options: &'a Run,
    own: &'a Own,
    rulebook: &'a Rulebook,
    month: Month,
    /// The context as typed: without a trust if none was named.
    context: RunContext<'a>,
    /// The waivers, with the key of their hashes.
    waivers: Option<(Waivers, Vec<u8>)>,
    key: Option<Vec<u8>>,
    given: Given,
    progress: Progress,
}

impl<'a> Plan<'a> {
    fn of(options: &'a Run, own: &'a Own, rulebook: &'a Rulebook) -> Result<Plan<'a>> {
        let month = Month::parse(&options.month)?;
        let context = context(rulebook, &options.inputs)?;
        has_begun(month, context.as_at)?;
        keeps_inputs(&options.inputs, Some(&options.out))?;
        Ok(Plan {
            options,
            own,
            rulebook,
            month,
            given: Given::read(options, rulebook, &context)?,
            context,
            waivers: super::waivers::of_run(options.waivers.waivers.as_ref(), &options.inputs, rulebook)?,
            key: key(&options.inputs)?,
            progress: Progress::start(5),
        })
    }
}

/// The exports as records, and the trust whose return they are.
struct Exports<'a> {
    records: Records,
    context: RunContext<'a>,
    provider: String,
    selection: Selection,
}

fn read<'a>(plan: &Plan<'a>) -> Result<Exports<'a>> {
    plan.progress.step("reading");
    let mut context = plan.context.clone();
    let records = records_in_silence(plan.rulebook, &plan.options.inputs, &context)?;
    let provider = selection::provider(plan.rulebook, &records, context.provider.as_deref())?;
    context.provider = Some(provider.clone());
    Ok(Exports {
        selection: selection::select(plan.rulebook, &records, &provider, plan.month)?,
        records,
        context,
        provider,
    })
}

fn check<'a>(plan: &Plan<'a>, exports: &'a Exports<'a>) -> Result<Findings<'a>> {
    plan.progress.step("checking");
    check::run(plan.rulebook, &exports.records, &exports.context, |check| {
        check.enabled
    })
}

/// The findings of the month.
struct Found<'a> {
    /// Findings of the month's records, of records without a month, and of files.
    worked_on: Vec<FindingRow<'a>>,
    content: Content<'a>,
    /// The records of any month that are held back from their upload.
    held_back: HashSet<u32>,
    /// Waivers that waived nothing.
    stale: Vec<Stale>,
}

fn find<'a>(plan: &'a Plan<'a>, exports: &'a Exports<'a>, checks: &'a Findings<'a>) -> Result<Found<'a>> {
    let mut rows = findings::rows(plan.rulebook, &exports.records, checks, |check| check.enabled)?;
    let content = Content::new(plan.rulebook, &exports.records)?;
    let stale = match &plan.waivers {
        Some((waivers, key)) => {
            let ran = |id: &str| checks.ran(id);
            waivers::apply(waivers, &mut rows, &content, key, plan.context.as_at, ran)?
        }
        None => Vec::new(),
    };
    let held_back = rows.iter().filter(|row| waivers::holds_back(plan.rulebook, row));
    let held_back = held_back.filter_map(|row| row.record).collect();
    let is_worked_on = |row: &FindingRow| {
        row.record
            .is_none_or(|record| exports.selection.is_worked_on(record))
    };
    rows.retain(is_worked_on);
    Ok(Found {
        worked_on: rows,
        content,
        held_back,
        stale,
    })
}

impl Found<'_> {
    /// The worst severity of the findings that are not waived.
    fn worst(&self, rulebook: &Rulebook) -> Option<Severity> {
        let counting = self.worked_on.iter().filter(|row| waivers::counts(rulebook, row));
        counting.map(|row| row.check.severity).min()
    }
}

/// The trust's waits, from the records as recorded and as submitted.
struct Counted {
    recorded: Waits,
    submitted: Waits,
}

fn count(plan: &Plan, exports: &Exports, found: &Found) -> Result<Counted> {
    plan.progress.step("measuring");
    let (rulebook, records, context) = (plan.rulebook, &exports.records, &exports.context);
    let recorded = measure::run(rulebook, records, context)?;
    let submitted = match found.held_back.is_empty() {
        true => recorded.of_provider(&exports.provider)?,
        false => measure::submitted(rulebook, records, &found.held_back, context)?
            .of_provider(&exports.provider)?,
    };
    Ok(Counted {
        recorded: recorded.of_provider(&exports.provider)?,
        submitted,
    })
}

/// All values that the outputs show.
fn report(
    plan: &Plan,
    exports: &Exports,
    checks: &Findings,
    found: &Found,
    counted: &Counted,
) -> Result<Report> {
    plan.progress.step("counting");
    let (rulebook, records, selection) = (plan.rulebook, &exports.records, &exports.selection);
    let waits = &counted.recorded;
    let effects = Effects::new(waits, &found.worked_on)?;
    let key = plan.key.as_deref();
    let ids = fingerprint::of_findings(&found.worked_on, &found.content, key)?;
    let of_finding = |finding: &FindingRow| effects.of(rulebook, finding, selection, plan.month);
    let effects_in_words = found.worked_on.iter().map(of_finding).collect();
    let findings = worklist::lines(
        rulebook,
        (plan.month, plan.context.as_at),
        &found.worked_on,
        ids,
        effects_in_words,
    );
    let fields = quality::by_field(records, Some(selection), &exports.context)?;
    let of_month = selection.in_month(&records.frame)?;
    let before = selection::select(rulebook, records, &exports.provider, plan.month.previous())?;
    let last_month = last_month::make(&of_month, &before.in_month(&records.frame)?, &exports.context)?;
    let mut pack = figures(plan, exports, found, counted, &effects)?;
    board::complete(plan, exports, waits, (&findings, &fields), &mut pack)?;
    small_numbers::apply(plan.options.small_numbers, &mut pack);
    pack::judge_trends(rulebook, &exports.provider, &mut pack)?;
    Ok(Report {
        provider: organisation(rulebook, &exports.provider),
        month: plan.month.to_string(),
        month_title: plan.month.title(),
        as_at: plan.context.as_at,
        status: "Provisional".to_string(),
        small_numbers: plan.options.small_numbers.describe(),
        house: plan.own.house.clone(),
        pages: plan.own.pages.clone(),
        in_word: plan.options.word,
        tool_version: env!("CARGO_PKG_VERSION").to_string(),
        rulebook: rulebook.hash()[..12].to_string(),
        inputs: about_inputs(records)?,
        set_aside: set_aside(records),
        submission: return_of_month(plan, exports, found)?,
        checks: worklist::checks(checks),
        fields,
        findings,
        last_month,
        restated: Restated::default(),
        edition: 0,
        pack,
        trail: trail::gather(rulebook, records, checks, selection, key)?,
        waivers: plan.waivers.as_ref().map(|(waivers, _)| WaiversUsed {
            file: waivers.file.clone(),
            sha256: waivers.sha256.clone(),
            stale: found.stale.clone(),
        }),
    })
}

fn return_of_month(plan: &Plan, exports: &Exports, found: &Found) -> Result<Submission> {
    let mut made = submission::make(
        plan.rulebook,
        &exports.records,
        &exports.selection,
        &found.worked_on,
        &exports.context,
    )?;
    made.upload_files = match xml::plan(plan, exports, &made)? {
        Some(xml) => xml.names(),
        None => files::upload_names(plan.rulebook, plan.month, made.rows.len()),
    };
    Ok(made)
}

fn figures(
    plan: &Plan,
    exports: &Exports,
    found: &Found,
    counted: &Counted,
    effects: &Effects,
) -> Result<Pack> {
    let at_fault = effects.at_fault(&found.worked_on);
    let counted = pack::Counted {
        waits: &counted.recorded,
        submitted: &counted.submitted,
        at_fault: &at_fault,
        held: &found.held_back,
        sites: &plan.own.sites,
    };
    let (records, provider) = (&exports.records, &exports.provider);
    let mut made = pack::make(plan.rulebook, records, &counted, provider, plan.month)?;
    made.alerts = pack::alerts::make(plan.rulebook, records, &found.worked_on, effects, plan.month)?;
    Ok(made)
}

fn write(
    plan: &Plan,
    folder: Option<RunFolder>,
    exports: &Exports,
    report: &Report,
    state: &State,
) -> Result<Vec<String>> {
    let Some(folder) = folder else {
        return Ok(files::names(report));
    };
    plan.progress.step("writing");
    let xml = xml::plan(plan, exports, &report.submission)?;
    let written = files::write(folder, report, state, xml.as_ref())?;
    plan.progress.finish();
    Ok(written)
}
