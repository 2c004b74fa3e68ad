//! Finds what is wrong or doubtful in rules that can be run. In: the rulebook, and the built-in one. Out:
//! complaints with file and line, errors first.

mod checks;
mod compared;
mod engines;
mod listings;
mod lists;
mod national;
mod plan;
mod sources;
mod unknown;

pub use checks::is_kebab_case;

use std::collections::HashMap;
use std::fmt;

use anyhow::Result;
use polars::prelude::Schema;

use crate::check::compile;
use crate::rulebook::{Check, Files, Mistake, Rulebook};
use crate::sql::RunContext;

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The rules must not be used in this state.
    Error,
    /// A person should look at it.
    Warning,
}

/// One mistake or doubt.
pub struct Complaint {
    pub level: Level,
    pub mistake: Mistake,
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        write!(formatter, "{level}: {}", self.mistake)
    }
}

/// Examines the rules.
pub fn run(rulebook: &Rulebook, context: &RunContext) -> Result<Vec<Complaint>> {
    let national = Rulebook::read(Files::embedded(), &rulebook.data_set.folder).ok();
    let mut complaints = checks::complaints(rulebook);
    complaints.extend(lists::complaints(rulebook));
    complaints.extend(compared::complaints(rulebook));
    complaints.extend(rulebook.unread().into_iter().map(|unread| {
        let mistake = Mistake::of_file(
            &format!("rules/{}", unread.path),
            "nothing reads this file, so it has no effect",
        );
        Complaint {
            level: Level::Error,
            mistake: mistake.help(unread.help),
        }
    }));
    complaints.extend(plan::complaints(rulebook));
    complaints.extend(sources::complaints(rulebook));
    complaints.extend(
        national
            .iter()
            .flat_map(|national| national::complaints(national, rulebook)),
    );
    let (sound, unsound) = compiled(rulebook, context)?;
    complaints.extend(unsound);
    let said: Vec<(String, usize)> = complaints
        .iter()
        .map(|complaint| (complaint.mistake.file.clone(), complaint.mistake.line))
        .collect();
    // SQL that cannot be run has been reported already.
    complaints.extend(
        engines::complaints(rulebook)?
            .into_iter()
            .filter(|complaint| !said.contains(&(complaint.mistake.file.clone(), complaint.mistake.line))),
    );
    complaints.extend(listings::complaints(rulebook, context)?);
    complaints.extend(unknown::complaints(rulebook, &sound, context)?);
    complaints.sort_by_key(|complaint| {
        (
            complaint.level,
            complaint.mistake.file.clone(),
            complaint.mistake.line,
        )
    });
    Ok(complaints)
}

/// The checks whose SQL can be run, and complaints about the others.
fn compiled<'a>(rulebook: &'a Rulebook, context: &RunContext) -> Result<(Vec<&'a Check>, Vec<Complaint>)> {
    let tables = [None].into_iter().chain(
        rulebook
            .data_set
            .table
            .iter()
            .map(|table| Some(table.name.as_str())),
    );
    let columns = tables.map(|table| {
        Ok((
            table,
            crate::rule_tests::example_columns(rulebook, table, context)?,
        ))
    });
    let columns: HashMap<Option<&str>, Schema> = columns.collect::<Result<_>>()?;
    let mut sound = Vec::new();
    let mut unsound = Vec::new();
    for check in rulebook.checks.iter().filter(|check| !check.is_of_file()) {
        match compile(rulebook, &[check], &columns[&check.extra_table()], context)
            .map_err(|error| error.downcast::<Mistake>())
        {
            Ok(_) => sound.push(check),
            Err(Ok(mistake)) => unsound.push(Complaint {
                level: Level::Error,
                mistake,
            }),
            Err(Err(error)) => return Err(error),
        }
    }
    Ok((sound, unsound))
}

/// A complaint about a key of a check, at the key's line.
fn about(rulebook: &Rulebook, check: &Check, key: &str, level: Level, message: String) -> Complaint {
    let text = rulebook
        .files
        .get(check.file.trim_start_matches("rules/"))
        .unwrap_or_default();
    Complaint {
        level,
        mistake: Mistake::at(&check.file, text, span_of_key(text, &check.id, key), message),
    }
}

/// The position of a check's key; if the check lacks the key, the position of its id.
fn span_of_key(text: &str, id: &str, key: &str) -> std::ops::Range<usize> {
    let line_of = |from: usize, until: usize, key: &str| {
        let at = text[from..until].match_indices(key).find(|(at, _)| {
            let before = text[..from + at].ends_with('\n');
            before && text[from + at + key.len()..].trim_start().starts_with('=')
        });
        at.map(|(at, _)| from + at)
    };
    let Some(named) = text.find(&format!("id = \"{id}\"")) else {
        return 0..1;
    };
    let from = text[..named].rfind("[[check]]").unwrap_or(named);
    let until = text[named..]
        .find("\n[[check]]")
        .map_or(text.len(), |length| named + length);
    let start = line_of(from, until, key).unwrap_or(named);
    start
        ..text[start..]
            .find('\n')
            .map_or(text.len(), |length| start + length)
}
