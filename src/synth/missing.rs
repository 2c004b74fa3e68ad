//! Rows that one system has and another lacks, on demand: some pathways are left out of some tables of a
//! folder, and are written to the others.

use anyhow::{Context, Result};

use super::breaks::SPACING;
use super::compile::Compiler;
use super::condition::When;
use super::export::Export;
use super::profile::Profile;
use super::values::Row;
use super::{Plants, Request};
use crate::terminal::failure::usage;

/// What to leave out, if the options ask for it.
pub struct Missing {
    rule: Option<Rule>,
    /// The first record that may be left out next.
    due: usize,
    /// Each check, with the row number (as Excel shows it) of the table that alone has the pathway.
    pub planted: Vec<(String, usize)>,
}

struct Rule {
    check: String,
    from: Vec<String>,
    stays_in: String,
    when: When,
}

impl Missing {
    pub fn new(profile: &Profile, request: &Request, compiler: &mut Compiler) -> Result<Missing> {
        let mut rule = None;
        for broken in request
            .breaks
            .iter()
            .filter(|broken| matches!(broken.plants, Plants::Missing))
        {
            let Some(missing) = profile.missing.iter().find(|missing| missing.check == broken.id) else {
                return Err(usage(format!(
                    "`synth.toml` has no `[[missing]]` for `{}`: its fault cannot be made",
                    broken.id
                )));
            };
            let tables = profile.tables(request.source)?;
            let has = |name: &String| tables.iter().any(|(_, table)| table.name == *name);
            if !has(&missing.stays_in) || !missing.from.iter().all(has) {
                return Err(usage(format!(
                    "`{}` needs a source with several systems: `--source {}`",
                    broken.id, missing.source
                )));
            }
            let when = compiler
                .when(&missing.when)
                .with_context(|| format!("the `[[missing]]` of `{}`", broken.id))?;
            rule = Some(Rule {
                check: broken.id.clone(),
                from: missing.from.clone(),
                stays_in: missing.stays_in.clone(),
                when,
            });
        }
        // Not at once: the first week of a file may hold nothing else to compare with.
        Ok(Missing {
            rule,
            due: SPACING,
            planted: Vec::new(),
        })
    }

    /// The tables from which these records of a pathway are left out.
    pub fn next(&mut self, record: usize, rows: &[Row]) -> Option<&[String]> {
        let rule = self.rule.as_ref()?;
        if record < self.due || !rows.first().is_some_and(|row| rule.when.holds(row)) {
            return None;
        }
        self.due = record + SPACING;
        Some(&rule.from)
    }

    /// Records the number of the row that was just written.
    pub fn note(&mut self, export: &Export) {
        if let Some(rule) = &self.rule {
            self.planted
                .push((rule.check.clone(), export.last_row(&rule.stays_in)));
        }
    }
}
