//! The worklist's memory during a run: reads entries from worklists that nobody has read back yet, and adds
//! all entries to the new worklist.

use std::path::Path;

use anyhow::{Context, Result};

use super::Plan;
use crate::report::Report;
use crate::runs::folder::names;
use crate::runs::record::{self, RECORD};
use crate::runs::worklist::carry::carry;
use crate::runs::worklist::copy;
use crate::runs::worklist::form::Form;
use crate::runs::worklist::merge::take;
use crate::runs::worklist::state::{self, STATE, State};
use crate::terminal::{counted, say};
use crate::write::sha256;

/// Adds earlier entries and dates to the findings of a report, and who is behind their owners; returns the state
/// that the run writes.
pub fn carry_on(plan: &Plan, report: &mut Report) -> Result<State> {
    let out = &plan.options.out;
    let from = plan.options.carry_from.as_ref().unwrap_or(out);
    let mut state = state::read(from, STATE)?;
    let form = Form::of_findings();
    let mut edited = edited_worklists(from)?;
    if from != out {
        edited.extend(edited_worklists(out)?);
    }
    for path in edited {
        let rows = copy::read(&path, std::slice::from_ref(&form)).with_context(|| {
            "a worklist here cannot be read, and people may have written into it: move it to another folder \
             first"
        })?;
        let merged = take(&mut state, &form, &rows.into_iter().flatten().collect::<Vec<_>>());
        let doubtful = merged.iter().filter(|line| line.outcome.is_doubtful()).count();
        if !merged.is_empty() {
            say!(
                "worklist  {} taken from `{}`{}",
                counted(merged.len() - doubtful, "entry"),
                path.display(),
                if doubtful > 0 {
                    format!(", {doubtful} in doubt: see the comments")
                } else {
                    String::new()
                }
            );
        }
    }
    let reopened = carry(&mut state, &mut report.findings, report.as_at);
    if reopened > 0 {
        say!(
            "worklist  {} reopened: marked as corrected, or no longer found before, and found now",
            counted(reopened, "finding")
        );
    }
    report.edition = state.edition;
    plan.own.people.name(report);
    Ok(state)
}

/// The worklists of a folder that changed since the run wrote them.
fn edited_worklists(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let record = folder
        .join(RECORD)
        .is_file()
        .then(|| record::read(folder))
        .and_then(Result::ok);
    let outputs = record.map(|record| record.head.outputs).unwrap_or_default();
    let is_worklist = |name: &String| name.starts_with("worklist-") && name.ends_with(".xlsx");
    let paths = names(folder)?.into_iter().filter(is_worklist).filter_map(|name| {
        let path = folder.join(&name);
        let now = path.is_file().then(|| sha256(&path).ok()).flatten()?;
        let is_as_written = outputs
            .iter()
            .any(|output| output.file == name && output.sha256 == now);
        (!is_as_written).then_some(path)
    });
    Ok(paths.collect())
}
