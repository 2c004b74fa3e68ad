//! Writes synthetic exports: invented patients, in the form in which each source would write them.
//!
//! In: the profile (`synth.toml`), which describes pathways; the number of records; a seed. Out: files; the
//! same request gives the same bytes. Pathways, waits and codes are defined in the profile; this module draws
//! and writes.

mod breaks;
mod calendar;
mod cells;
mod choice;
mod compile;
mod condition;
mod conditions;
mod export;
mod faults;
mod file_faults;
mod layout;
mod missing;
mod pathway;
mod patients;
mod plan;
mod profile;
mod random;
mod steps;
#[cfg(test)]
mod tests;
mod values;
mod volume;
mod xml_files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::rulebook::{Finds, XmlSource};
use crate::write::whole_file;
use breaks::Breaks;
use compile::Compiler;
use export::Export;
use file_faults::FileFaults;
use missing::Missing;
use pathway::Maker;
use patients::Patients;
use plan::Plan;
use profile::Profile;
use random::{Random, Stream};
use values::Value;
use volume::Starts;

/// Pathways in a row without a record, after which the profile is refused.
const MOST_WITHOUT_ROWS: usize = 200_000;

/// What to write.
pub struct Request<'a> {
    /// The text of `synth.toml`.
    pub profile: &'a str,
    /// The fields of the data set, in upload order.
    pub fields: &'a [&'a str],
    /// Titles of the fields: the headings that a person might wrongly add to an upload file.
    pub titles: &'a [&'a str],
    /// A source that the profile describes.
    pub source: &'a str,
    /// How the source's XML files look, if it has such.
    pub xml: Option<&'a XmlSource>,
    /// Number of records: treatments, and pathways without a treatment.
    pub rows: usize,
    pub seed: u64,
    /// A file, or a folder if the source has several files.
    pub out: &'a Path,
    /// Checks for which to plant faults.
    pub breaks: &'a [Break],
    /// Whether to add common mistakes.
    pub faults: bool,
}

/// A check, and the fault that it must find.
pub struct Break {
    pub id: String,
    pub plants: Plants,
    /// The columns that the source must have for this to be a fault.
    pub needs: Vec<String>,
}

pub enum Plants {
    /// Consecutive rows: the columns to overwrite; an empty text makes a column blank.
    Rows(Vec<BTreeMap<String, String>>),
    /// A fault of the whole file; the number is the most records that an upload may have.
    File(Finds, usize),
    /// Rows that one table has and another lacks, by a `[[missing]]` block of the profile.
    Missing,
}

/// Writes the files of a source and returns their paths.
pub fn write(request: &Request) -> Result<Vec<PathBuf>> {
    let profile: Profile = toml::from_str(request.profile).context("`synth.toml` cannot be read")?;
    let profile = profile.checked(request.profile)?;
    let (plan, mut compiler) = Plan::new(&profile, request.fields).context("`synth.toml`")?;
    let file_faults = FileFaults::new(&profile, request)?;
    let rows = file_faults.rows(request.rows);
    let of_records = request
        .breaks
        .iter()
        .any(|broken| matches!(broken.plants, Plants::Rows(_)));
    let headings = if of_records {
        Export::headings(&profile, request.source)?
    } else {
        0
    } + file_faults.headings();
    breaks::carried(&profile, request)?;
    let mut breaks = Breaks::new(request.breaks, rows, &mut compiler)?;
    let mut missing = Missing::new(&profile, request, &mut compiler)?;
    let out = file_faults.path(request.out);
    let mut export = Export::open(
        &profile,
        &Request {
            rows,
            out: &out,
            ..*request
        },
        file_faults,
        &mut compiler,
    )
    .context("`synth.toml`")?;
    fill(
        &profile,
        &plan,
        &compiler,
        rows,
        request,
        &mut Planting {
            breaks: &mut breaks,
            missing: &mut missing,
        },
        &mut export,
    )?;
    let of_files = export.planted();
    let mut files = export.finish()?;
    if !request.breaks.is_empty() {
        let list = breaks::list_path(&out);
        let others: Vec<(String, usize)> = of_files.into_iter().chain(missing.planted).collect();
        whole_file(&list, |out| breaks.list(headings, &others, out))?;
        files.push(list);
    }
    Ok(files)
}

/// The faults to plant in records and tables while files are written.
struct Planting<'a> {
    breaks: &'a mut Breaks,
    missing: &'a mut Missing,
}

/// Makes pathways until there are as many records as requested.
fn fill(
    profile: &Profile,
    plan: &Plan,
    compiler: &Compiler,
    wanted: usize,
    request: &Request,
    planting: &mut Planting,
    export: &mut Export,
) -> Result<()> {
    let random = |stream| Random::new(request.seed, stream);
    let people = || {
        Patients::new(
            request.seed,
            wanted,
            profile.patients.returning,
            profile.patients.after_days,
            plan.yes,
        )
    };
    let maker = |stream| {
        Maker::new(
            plan,
            compiler.width(),
            random(stream),
            random(Stream::Beside),
            people(),
        )
    };
    let starts = Starts::new(
        profile,
        &plan.calendar,
        &mut random(Stream::Volume),
        &mut maker(Stream::Pilot),
    )?;
    let mut maker = maker(Stream::Pathways);
    let mut mistakes = plan.surroundings(random(Stream::Faults), people());
    let (mut written, mut without_rows) = (0, 0);
    while written < wanted {
        let mut rows = maker.pathway(starts.day(written as f64 / wanted as f64))?;
        without_rows = if rows.is_empty() { without_rows + 1 } else { 0 };
        ensure!(
            without_rows < MOST_WITHOUT_ROWS,
            "`synth.toml`: no pathway that starts {} months before the first has a record in the months: lower \
             `run_in_months`",
            profile.run_in_months
        );
        rows.truncate(wanted - written);
        for row in &mut rows {
            if request.faults {
                faults::plant(&plan.faults, row, &mut mistakes)?;
            }
            export.leave_blank(row);
            planting.breaks.plant(written, row);
            written += 1;
            row[Plan::RECORD_NUMBER] = Value::Number(written as i64);
        }
        let left_out = planting.missing.next(written, &rows);
        export.write(&rows, &compiler.words, left_out)?;
        if left_out.is_some() {
            planting.missing.note(export);
        }
    }
    Ok(())
}
