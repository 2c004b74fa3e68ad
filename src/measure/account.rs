//! Checks that every record is accounted for in the waits. For each standard and each record that it applies
//! to, there is either one line that is not counted and says why, or lines whose shares add up to one
//! patient.

use anyhow::Result;
use polars::prelude::DataFrame;

use crate::measure::WaitColumns;
use crate::records::Records;
use crate::rulebook::{Performance, Rulebook, suggestion};
use crate::terminal::counted;
use crate::terminal::failure::usage;

/// The lines that the measures gave for one record and standard.
#[derive(Clone, Copy, Default)]
struct Given {
    uncounted: u32,
    shares: u32,
    /// In halves of a patient, which are exact.
    halves: f64,
}

impl Given {
    fn is_nothing(self) -> bool {
        self.uncounted == 0 && self.shares == 0
    }

    fn is_one_patient(self) -> bool {
        match (self.uncounted, self.shares) {
            (1, 0) => true,
            (0, shares) => shares > 0 && self.halves == 2.0,
            _ => false,
        }
    }
}

/// An error if measures lose or double a record, name an undeclared standard, or give a line for a record to
/// which their standard does not apply. The message names the file and row of the first such record.
pub fn check(rulebook: &Rulebook, records: &Records, lines: &DataFrame) -> Result<()> {
    let lines = WaitColumns::of_lines(lines)?;
    known_standards(rulebook, &lines)?;
    known_reasons(rulebook, &lines)?;
    for rules in &rulebook.data_set.performance {
        let mut given = vec![Given::default(); records.frame.height()];
        for line in (0..lines.lines()).filter(|line| lines.standard.get(*line) == Some(&rules.standard)) {
            let given = &mut given[lines.record(line)];
            if lines.counted.get(line) == Some(true) {
                given.shares += 1;
                given.halves += 2.0 * lines.share.get(line).unwrap_or_default();
            } else {
                given.uncounted += 1;
            }
        }
        check_standard(rulebook, records, rules, &given)?;
    }
    Ok(())
}

fn known_standards(rulebook: &Rulebook, lines: &WaitColumns) -> Result<()> {
    let known = || {
        rulebook
            .data_set
            .performance
            .iter()
            .map(|rules| rules.standard.as_str())
    };
    let unknown = lines
        .standard
        .iter()
        .find(|standard| !known().any(|known| Some(known) == *standard));
    match unknown {
        None => Ok(()),
        Some(standard) => Err(usage(format!(
            "a measure gives lines of the standard `{}`, which no `[[performance]]` of \
             `rules/{}/data_set.toml` declares: {}",
            standard.unwrap_or_default(),
            rulebook.data_set.folder,
            suggestion(standard.unwrap_or_default(), known())
        ))),
    }
}

/// An error if `data_set.toml` has no words for a reason: the mistake is in a measure or in the list.
fn known_reasons(rulebook: &Rulebook, lines: &WaitColumns) -> Result<()> {
    let reasons = &rulebook.data_set.reasons;
    match lines
        .reason
        .iter()
        .flatten()
        .find(|reason| !reasons.contains_key(*reason))
    {
        None => Ok(()),
        Some(reason) => Err(usage(format!(
            "a measure gives the reason `{reason}`, which `[reasons]` of `rules/{}/data_set.toml` does not \
             put into words: {}",
            rulebook.data_set.folder,
            suggestion(reason, reasons.keys().map(String::as_str))
        ))),
    }
}

fn check_standard(
    rulebook: &Rulebook,
    records: &Records,
    rules: &Performance,
    given: &[Given],
) -> Result<()> {
    let about = match &rules.about {
        Some(column) => Some(records.frame.column(column)?.bool()?),
        None => None,
    };
    let is_about = |record: usize| about.is_none_or(|about| about.get(record) == Some(true));
    let all = || given.iter().enumerate().map(|(record, given)| (record, *given));
    let lost: Vec<usize> = all()
        .filter(|(record, given)| is_about(*record) && given.is_nothing())
        .map(|(record, _)| record)
        .collect();
    let strange: Vec<usize> = all()
        .filter(|(record, given)| !is_about(*record) && !given.is_nothing())
        .map(|(record, _)| record)
        .collect();
    let uneven: Vec<usize> = all()
        .filter(|(record, given)| is_about(*record) && !given.is_nothing() && !given.is_one_patient())
        .map(|(record, _)| record)
        .collect();
    let problems = [
        (lost, "have no line"),
        (uneven, "have lines that do not add up to one patient"),
        (strange, "have a line, though the standard is not about them"),
    ];
    let origins = records.origins()?;
    let said: Vec<String> = problems
        .iter()
        .filter(|(records, _)| !records.is_empty())
        .map(|(records, what)| {
            let first = origins.file_and_row(records[0]);
            format!(
                "{} {what}, the first at {first}",
                counted(records.len(), "record")
            )
        })
        .collect();
    if said.is_empty() {
        return Ok(());
    }
    Err(usage(format!(
        "the measures of the {} ({}) do not account for every record: {}. Look for a limit, a join or a \
         WHERE in `rules/{}/measures/` that drops or repeats records",
        rules.title,
        rules.standard,
        said.join("; "),
        rulebook.data_set.folder
    )))
}
