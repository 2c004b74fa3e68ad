//! The files of a run: their names, and the function that writes each.

use std::path::Path;

use anyhow::Result;

use super::xml::XmlReturn;
use crate::calendar::Month;
use crate::output;
use crate::report::Report;
use crate::report::submission::upload_text;
use crate::rulebook::Rulebook;
use crate::runs::folder::RunFolder;
use crate::runs::record::RECORD;
use crate::runs::worklist::state::{self, STATE, State};
use crate::runs::{of_report, record};
use crate::write::{cannot, io_error};

/// Writes one file of a report.
type Writer = fn(&Path, &Report) -> Result<()>;

/// The files of a month except its uploads. A new file is one more line here.
fn files(report: &Report) -> Vec<(String, Writer)> {
    let month = &report.month;
    let mut files: Vec<(String, Writer)> = vec![
        (format!("submission-{month}.xlsx"), output::submission::write),
        (format!("worklist-{month}.xlsx"), output::worklist::write),
        (format!("pack-{month}.xlsx"), output::pack::write),
        (report_name(month), output::html::write),
    ];
    if report.in_word {
        files.push((format!("report-{month}.docx"), output::word::write));
    }
    files
}

/// The name of the HTML report.
pub fn report_name(month: &str) -> String {
    format!("report-{month}.html")
}

/// Writes all files or none; returns their names.
pub fn write(
    mut folder: RunFolder,
    report: &Report,
    state: &State,
    xml: Option<&XmlReturn>,
) -> Result<Vec<String>> {
    let mut from = 0;
    for (number, (name, count)) in report.submission.upload_files.iter().enumerate() {
        folder.add(name, |path| match xml {
            Some(xml) => xml.write(number, path),
            None => write_upload(path, report, from, *count),
        })?;
        from += count;
    }
    for (name, write) in files(report) {
        folder.add(&name, |path| write(path, report))?;
    }
    folder.keep(STATE, |path| state::write(path, state))?;
    let outputs = folder.written().to_vec();
    folder.finish(|path| record::write(path, &of_report::record(report, &outputs)))?;
    Ok(names(report))
}

/// The files that the run writes, in order.
pub fn names(report: &Report) -> Vec<String> {
    let uploads = report
        .submission
        .upload_files
        .iter()
        .map(|(name, _)| name.clone());
    let others = files(report).into_iter().map(|(name, _)| name);
    uploads.chain(others).chain([RECORD.to_string()]).collect()
}

/// The upload files of the month. The first has the plain name, and none has more records than the national
/// limit.
pub fn upload_names(rulebook: &Rulebook, month: Month, rows: usize) -> Vec<(String, usize)> {
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

/// Writes RFC 4180 without headings: the fields in upload order, dates as CCYY-MM-DD.
fn write_upload(path: &Path, report: &Report, from: usize, count: usize) -> Result<()> {
    let file = std::fs::File::create(path).map_err(|error| cannot(path, &error))?;
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .terminator(csv::Terminator::CRLF)
        .from_writer(file);
    for row in report.submission.rows.iter().skip(from).take(count) {
        writer
            .write_record(row.cells.iter().map(upload_text))
            .map_err(io_error)?;
    }
    Ok(writer.flush()?)
}
