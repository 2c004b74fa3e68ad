//! `clockstop run`: the month, from exports to everything that is handed on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::reading::{as_at, context, keeps_inputs, key, records_in_silence, say_readings};
use super::{fail_on, rulebook};
use crate::calendar::Month;
use crate::check;
use crate::cli::Run;
use crate::failure::{Exit, usage};
use crate::findings::effect::Effects;
use crate::findings::fingerprint;
use crate::findings::trail;
use crate::findings::waivers;
use crate::findings::{self, FindingRow};
use crate::measure;
use crate::output;
use crate::pack;
use crate::pack::small_numbers;
use crate::records::Records;
use crate::records::content::Content;
use crate::records::selection::{self, Membership, Selection};
use crate::report::quality;
use crate::report::submission;
use crate::report::submission::upload_text;
use crate::report::worklist;
use crate::report::{InputFile, Organisation, Report, SetAside, SmallNumbers, WaiversUsed};
use crate::rulebook::{Rulebook, Severity};
use crate::runs::record;
use crate::terminal::Progress;
use crate::terminal::{counted, say};
use crate::write::{beside, cannot, io_error, may_be_placed, place};

pub fn run(options: &Run) -> Result<Exit> {
    let month = Month::parse(&options.month)?;
    let as_at = as_at(&options.inputs);
    if month.first_day() > as_at {
        return Err(usage(format!(
            "{} has not begun on {as_at}: there is nothing to return yet (`--as-at` sets the date)",
            month.title()
        )));
    }
    let rulebook = rulebook(&options.inputs.rules)?;
    let mut context = context(&rulebook, &options.inputs)?;
    let waivers = super::waivers::of_run(options.waivers.waivers.as_ref(), &options.inputs, &rulebook)?;
    keeps_inputs(&options.inputs, Some(&options.out))?;
    std::fs::create_dir_all(&options.out).map_err(|error| cannot(&options.out, &error))?;

    let progress = Progress::start(6);
    progress.step("reading");
    let records = records_in_silence(&rulebook, &options.inputs, &context)?;
    let provider = selection::provider(&rulebook, &records, context.provider.as_deref())?;
    let chosen = context.provider.is_none();
    context.provider = Some(provider.clone());
    progress.step("checking");
    let found = check::run(&rulebook, &records, &context, |check| check.enabled)?;
    let mut rows = findings::rows(&rulebook, &records, &found, |check| check.enabled)?;
    let content = Content::new(&rulebook, &records)?;
    let stale = match &waivers {
        Some((waivers, key)) => {
            let ran = |id: &str| found.ran(id);
            waivers::apply(waivers, &mut rows, &content, key, as_at, ran)?
        }
        None => Vec::new(),
    };
    progress.step("measuring");
    let waits = measure::run(&rulebook, &records, &context)?;
    progress.step("counting");
    let selection = selection::select(&rulebook, &records, &provider, month)?;
    let worked_on: Vec<FindingRow> = rows
        .into_iter()
        .filter(|row| row.record.is_none_or(|record| selection.is_worked_on(record)))
        .collect();
    let mut return_of_month = submission::make(&rulebook, &records, &selection, &worked_on, &context)?;
    return_of_month.upload_files = upload_names(&rulebook, month, return_of_month.rows.len());
    let waits = waits.of_provider(&provider)?;
    let effects = Effects::new(&waits, &worked_on)?;
    let at_fault = effects.at_fault(&worked_on);
    let mut figures = pack::make(&rulebook, &records, &waits, &at_fault, &provider, month)?;
    small_numbers::apply(options.small_numbers, &mut figures);
    pack::judge_trends(&rulebook, &provider, &mut figures)?;
    let key = key(&options.inputs)?;
    let ids = fingerprint::of_findings(&worked_on, &content, key.as_deref())?;
    let of_finding = |finding: &FindingRow| effects.of(&rulebook, finding, &selection, month);
    let effects_in_words = worked_on.iter().map(of_finding).collect();
    let trail = trail::gather(&rulebook, &records, &found, &selection, key.as_deref())?;
    let report = Report {
        provider: organisation(&rulebook, &provider),
        month: month.to_string(),
        month_title: month.title(),
        as_at,
        status: "Provisional".to_string(),
        small_numbers: describe(options),
        tool_version: env!("CARGO_PKG_VERSION").to_string(),
        rulebook: rulebook.hash()[..12].to_string(),
        inputs: inputs(&records)?,
        set_aside: set_aside(&records),
        submission: return_of_month,
        checks: worklist::checks(&found),
        fields: quality::by_field(&selection.in_month(&records.frame)?, &context)?,
        findings: worklist::lines(&rulebook, month, &worked_on, ids, effects_in_words),
        pack: figures,
        trail,
        waivers: waivers.as_ref().map(|(waivers, _)| WaiversUsed {
            file: waivers.file.clone(),
            sha256: waivers.sha256.clone(),
            stale: stale.clone(),
        }),
    };
    progress.step("writing");
    let written = write_all(&options.out, &report)?;
    progress.step("recording");
    record::write(&options.out.join("run.json"), &report, &written)?;
    progress.finish();

    say_readings(&records);
    let of_return = OfReturn {
        records: selection.count(Membership::InMonth),
        undated: undated(&worked_on, &selection),
    };
    say(options, &report, &of_return, chosen);
    if let Some((waivers, _)) = &waivers {
        super::waivers::say(&waivers.file, &worked_on, &rulebook, &stale);
    }
    let worst = worked_on
        .iter()
        .filter(|row| waivers::counts(&rulebook, row))
        .map(|row| row.check.severity)
        .min();
    Ok(match (worst, fail_on(&options.fail_on.fail_on)) {
        (Some(worst), Some(limit)) if worst <= limit => Exit::Findings,
        _ => Exit::Clean,
    })
}

fn describe(options: &Run) -> SmallNumbers {
    options.small_numbers.describe()
}

pub fn organisation(rulebook: &Rulebook, code: &str) -> Organisation {
    let name = rulebook
        .organisation(code)
        .map_or(code, |organisation| &organisation.name);
    Organisation {
        code: code.to_string(),
        name: name.to_string(),
    }
}

/// The upload files of the month: the first keeps the plain name, and none holds more than the national limit.
fn upload_names(rulebook: &Rulebook, month: Month, rows: usize) -> Vec<(String, usize)> {
    let limit = rulebook.data_set.upload_max_records.max(1);
    let files = rows.div_ceil(limit).max(1);
    let name = |number: usize| match number {
        0 => format!("upload-{month}.csv"),
        _ => format!("upload-{month}-{}.csv", number + 1),
    };
    (0..files)
        .map(|number| (name(number), limit.min(rows - number * limit)))
        .collect()
}

pub fn inputs(records: &Records) -> Result<Vec<InputFile>> {
    let file = |reading: &crate::source::Reading| {
        Ok(InputFile {
            name: reading.file.clone(),
            source: reading.source.clone(),
            table: reading.table.clone(),
            sha256: crate::table::sha256_as_read(&reading.path, reading.stamp.as_ref())?,
            rows_read: reading.rows_read,
            rows_mapped: reading.rows_mapped,
            rows_set_aside: reading.set_aside.len(),
        })
    };
    records.readings.iter().map(file).collect()
}

fn set_aside(records: &Records) -> Vec<SetAside> {
    let of_file = |reading: &crate::source::Reading| {
        let file = reading.file.clone();
        reading.set_aside.clone().into_iter().map(move |row| SetAside {
            file: file.clone(),
            row: row.row,
            reason: row.reason,
        })
    };
    records.readings.iter().flat_map(of_file).collect()
}

/// A further upload file of an earlier run that had more records would be uploaded by mistake.
fn remove_older_uploads(out: &Path, report: &Report) -> Result<()> {
    let further = format!("upload-{}-", report.month);
    let is_older = |name: &str| {
        let number = name
            .strip_prefix(&further)
            .and_then(|rest| rest.strip_suffix(".csv"));
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
            && !report
                .submission
                .upload_files
                .iter()
                .any(|(written, _)| written == name)
    };
    for entry in std::fs::read_dir(out)
        .map_err(|error| cannot(out, &error))?
        .flatten()
    {
        if entry.file_name().to_str().is_some_and(is_older) {
            std::fs::remove_file(entry.path()).map_err(|error| cannot(&entry.path(), &error))?;
        }
    }
    Ok(())
}

/// Writes one workbook of a report.
type Writer = fn(&Path, &Report) -> Result<()>;

/// Writes every output beside its place, then moves them all there: a failure while writing changes nothing.
fn write_all(out: &Path, report: &Report) -> Result<Vec<PathBuf>> {
    let month = &report.month;
    let workbooks: [(String, Writer); 3] = [
        (format!("submission-{month}.xlsx"), output::submission::write),
        (format!("worklist-{month}.xlsx"), output::worklist::write),
        (format!("pack-{month}.xlsx"), output::pack::write),
    ];
    let mut parts: Vec<PathBuf> = Vec::new();
    let attempt = (|| {
        let mut from = 0;
        for (name, count) in &report.submission.upload_files {
            let path = out.join(name);
            parts.push(path.clone());
            write_upload(&path, report, from, *count)?;
            from += count;
        }
        for (name, write) in &workbooks {
            let path = out.join(name);
            parts.push(path.clone());
            write(&beside(&path), report).map_err(|error| output_error(&path, &error))?;
        }
        parts.iter().try_for_each(|path| may_be_placed(path))?;
        parts.iter().try_for_each(|path| place(&beside(path), path))?;
        remove_older_uploads(out, report)
    })();
    match attempt {
        Ok(()) => Ok(parts),
        Err(error) => {
            parts
                .iter()
                .for_each(|path| drop(std::fs::remove_file(beside(path))));
            Err(error)
        }
    }
}

fn output_error(path: &Path, error: &anyhow::Error) -> anyhow::Error {
    crate::failure::output(format!("`{}` cannot be written: {error:#}", path.display()))
}

/// RFC 4180 without headings: the fields in upload order, dates as CCYY-MM-DD. It is written beside its place.
fn write_upload(path: &Path, report: &Report, from: usize, count: usize) -> Result<()> {
    let file = std::fs::File::create(beside(path)).map_err(|error| cannot(path, &error))?;
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .terminator(csv::Terminator::CRLF)
        .from_writer(file);
    for row in report.submission.rows.iter().skip(from).take(count) {
        writer
            .write_record(row.cells.iter().map(upload_text))
            .map_err(|error| cannot(path, &io_error(error)))?;
    }
    writer.flush().map_err(|error| cannot(path, &error))
}

/// How many records the worklist and the upload are made from.
struct OfReturn {
    /// In the month.
    records: usize,
    /// With findings, and with no date that places them in a month: they are on every month's worklist.
    undated: usize,
}

fn undated(findings: &[FindingRow], selection: &Selection) -> usize {
    let records = findings.iter().filter_map(|finding| finding.record);
    records
        .filter(|record| selection.membership(*record) == Membership::Undated)
        .collect::<BTreeSet<u32>>()
        .len()
}

/// What an analyst reads while the files open.
fn say(options: &Run, report: &Report, of_return: &OfReturn, chosen: bool) {
    let count = |severity: Severity| {
        report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity.word())
            .count()
    };
    let submission = &report.submission;
    if chosen {
        say!(
            "provider  {} (it has most records; `--provider` chooses another)",
            report.provider.code
        );
    }
    say!(
        "month     {}: {}, {} ready to upload, {} held back",
        report.month_title,
        counted(of_return.records, "record"),
        submission.rows.len(),
        submission.held_back.len()
    );
    if of_return.records == 0 {
        say!(
            "          no record of {} belongs to this month: the outputs are written, and empty",
            report.provider.code
        );
    }
    say!("found     {}", findings::counts_in_words(count));
    if of_return.undated > 0 {
        say!(
            "          some on {} that no date places in a month: on the worklist all the same",
            counted(of_return.undated, "record")
        );
    }
    let figures = report.pack.standards.iter().map(|standard| {
        match (
            standard.latest.rate(),
            standard.latest.within,
            standard.latest.total,
        ) {
            (Some(rate), Some(within), Some(total)) => {
                format!("{} {:.1}% ({within}/{total})", standard.code, rate * 100.0)
            }
            (None, None, _) => format!("{} hidden", standard.code),
            _ => format!("{} nobody counted", standard.code),
        }
    });
    say!("figures   {}", figures.collect::<Vec<_>>().join("   "));
    let names: Vec<&str> = submission
        .upload_files
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let month = &report.month;
    say!(
        "wrote     {}: {}, submission-{month}.xlsx, worklist-{month}.xlsx, pack-{month}.xlsx, run.json",
        options.out.display(),
        names.join(", ")
    );
}
