//! Synthetic exports: invented patients, none of them real, written as each source would write them.
//!
//! In: the profile (`synth.toml`) that says how pathways come about, the number of records, a seed. Out: files, the
//! same bytes for the same request. What a pathway, a wait or a code is stands in the profile; this module draws and writes.

mod breaks;
mod calendar;
mod cells;
mod choice;
mod compile;
mod condition;
mod export;
mod faults;
mod layout;
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

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::write::whole_file;
use breaks::Breaks;
use compile::Compiler;
use export::Export;
use pathway::Maker;
use patients::Patients;
use plan::Plan;
use profile::Profile;
use random::{Random, Stream};
use values::Value;
use volume::Starts;

/// What is to be made up.
pub struct Request<'a> {
    /// The text of `synth.toml`.
    pub profile: &'a str,
    /// The fields of the data set, in upload order.
    pub fields: &'a [&'a str],
    /// A source that the profile describes.
    pub source: &'a str,
    /// Records: treatments, and pathways without one.
    pub rows: usize,
    pub seed: u64,
    /// A file, or the folder of a source that has several.
    pub out: &'a Path,
    /// Checks to break, here and there.
    pub breaks: &'a [Break],
    /// Mistakes as they happen in life.
    pub faults: bool,
}

/// A check and rows that it must fail: one row, or rows that belong together.
pub struct Break {
    pub id: String,
    /// Columns to overwrite, an empty text to blank one.
    pub rows: Vec<BTreeMap<String, String>>,
}

/// Writes the files of a source and gives their paths.
pub fn write(request: &Request) -> Result<Vec<PathBuf>> {
    let profile: Profile = toml::from_str(request.profile).context("`synth.toml` cannot be read")?;
    let (plan, mut compiler) = Plan::new(&profile, request.fields).context("`synth.toml`")?;
    let headings = if request.breaks.is_empty() { 0 } else { Export::headings(&profile, request.source)? };
    let mut breaks = Breaks::new(request.breaks, request.rows, &mut compiler)?;
    let mut export = Export::open(&profile, request, &mut compiler).context("`synth.toml`")?;
    fill(&profile, &plan, &compiler, request, &mut breaks, &mut export)?;
    let mut files = export.finish()?;
    if !request.breaks.is_empty() {
        let list = breaks::list_beside(request.out);
        whole_file(&list, |out| breaks.list(headings, out))?;
        files.push(list);
    }
    Ok(files)
}

/// Makes one pathway after the other, until there are as many records as were asked for.
fn fill(profile: &Profile, plan: &Plan, compiler: &Compiler, request: &Request, breaks: &mut Breaks, export: &mut Export) -> Result<()> {
    let random = |stream| Random::new(request.seed, stream);
    let people = || Patients::new(request.seed, request.rows, profile.patients.returning, profile.patients.after_days, plan.yes);
    let maker = |stream| Maker::new(plan, compiler.width(), random(stream), people());
    let starts = Starts::new(profile, &plan.calendar, &mut random(Stream::Volume), &mut maker(Stream::Pilot))?;
    let mut maker = maker(Stream::Pathways);
    let mut mistakes = plan.surroundings(random(Stream::Faults), people());
    let mut written = 0;
    while written < request.rows {
        let mut rows = maker.pathway(starts.day(written as f64 / request.rows as f64))?;
        rows.truncate(request.rows - written);
        for row in &mut rows {
            if request.faults {
                faults::plant(&plan.faults, row, &mut mistakes)?;
            }
            export.leave_blank(row);
            breaks.plant(written, row);
            written += 1;
            row[Plan::RECORD_NUMBER] = Value::Number(written as i64);
        }
        export.write(&rows, &compiler.words)?;
    }
    Ok(())
}
