//! Plants faults on demand: writes the failing example of a check into clean records, and lists the changed
//! rows.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::compile::Compiler;
use super::layout::Source;
use super::profile::Profile;
use super::values::{Row, Slot, Value};
use super::{Break, Plants, Request};
use crate::terminal::failure::usage;

/// The distance in records between two faults of a kind; it is larger if there are many kinds.
pub const SPACING: usize = 50;

pub struct Breaks {
    faults: Vec<Fault>,
    spacing: usize,
    rows: usize,
    /// The fault that is being planted, how many of its rows are done, and the last of these.
    begun: Option<(usize, usize, Row)>,
    /// Fault and record number, in file order.
    planted: Vec<(usize, usize)>,
}

struct Fault {
    id: String,
    /// The values of each of its consecutive records.
    rows: Vec<Vec<(Slot, Value)>>,
    /// The first record that may carry the fault next.
    due: usize,
}

impl Breaks {
    pub fn new(breaks: &[Break], rows: usize, compiler: &mut Compiler) -> Result<Breaks> {
        let of_records = || {
            breaks.iter().filter_map(|broken| match &broken.plants {
                Plants::Rows(rows) => Some((&broken.id, rows)),
                _ => None,
            })
        };
        let needed: usize = of_records().map(|(_, rows)| rows.len()).sum();
        let spacing = SPACING.max(needed);
        if rows < needed {
            return Err(usage(format!(
                "{rows} rows are too few for these faults: at least {needed} are needed"
            )));
        }
        let mut faults = Vec::new();
        for (id, examples) in of_records() {
            let due = faults.len() * spacing / breaks.len();
            let rows = examples
                .iter()
                .map(|example| changes(example, compiler))
                .collect::<Result<_>>()
                .with_context(|| format!("the example of `{id}`"))?;
            faults.push(Fault {
                id: id.clone(),
                rows,
                due,
            });
        }
        Ok(Breaks {
            faults,
            spacing,
            rows,
            begun: None,
            planted: Vec::new(),
        })
    }

    /// Overwrites the columns of a record with an example, if one is due.
    pub fn plant(&mut self, record: usize, row: &mut Row) {
        let (fault, part) = match self.begun.take() {
            // Rows of one example are otherwise equal.
            Some((fault, part, first)) => {
                row.clone_from(&first);
                (fault, part)
            }
            None => match self.next(record, row) {
                Some(fault) => (fault, 0),
                None => return,
            },
        };
        let rows = &self.faults[fault].rows;
        rows[part].iter().for_each(|(slot, value)| row[*slot] = *value);
        self.planted.push((fault, record));
        if part + 1 < rows.len() {
            self.begun = Some((fault, part + 1, row.clone()));
        }
    }

    /// The fault that has been due longest and suits a record like this one.
    fn next(&mut self, record: usize, row: &Row) -> Option<usize> {
        let due = self
            .faults
            .iter()
            .enumerate()
            .filter(|(_, fault)| fault.due <= record && record + fault.rows.len() <= self.rows);
        let (chosen, _) = due
            .filter(|(_, fault)| fault.suits(row) || fault.due + self.spacing <= record)
            .min_by_key(|(_, fault)| fault.due)?;
        self.faults[chosen].due = record + self.spacing;
        Some(chosen)
    }

    /// Writes one line for each fault and row, with the row number that Excel shows; `others` are faults of
    /// the file or of tables.
    pub fn list(&self, headings: usize, others: &[(String, usize)], out: &mut dyn Write) -> Result<()> {
        writeln!(out, "check,row")?;
        for (id, row) in others {
            writeln!(out, "{id},{row}")?;
        }
        for (fault, record) in &self.planted {
            writeln!(out, "{},{}", self.faults[*fault].id, record + headings + 1)?;
        }
        Ok(())
    }
}

impl Fault {
    /// Whether the record has the values that the example changes. If no such record comes, any will do.
    fn suits(&self, row: &Row) -> bool {
        self.rows
            .iter()
            .flatten()
            .all(|(slot, value)| *value == Value::Blank || row[*slot] != Value::Blank)
    }
}

/// Refuses a fault in a column that the source does not write.
pub fn carried(profile: &Profile, request: &Request) -> Result<()> {
    let carries = |source: &Source, name: &str| {
        source
            .table
            .iter()
            .any(|table| table.carries(request.fields, name))
    };
    let (_, source) = profile.source(request.source)?;
    for broken in request.breaks {
        let lacking: Vec<&str> = broken
            .needs
            .iter()
            .map(String::as_str)
            .filter(|name| !carries(source, name))
            .collect();
        if lacking.is_empty() {
            continue;
        }
        let suits = |(_, other): &(&String, &Source)| {
            !other.folder && broken.needs.iter().all(|name| carries(other, name))
        };
        let others: Vec<&str> = profile
            .source
            .iter()
            .filter(suits)
            .map(|(name, _)| name.as_str())
            .collect();
        let help = if others.is_empty() {
            "no source has it".to_string()
        } else {
            format!("`--source {}` has it", others.join("`, `--source "))
        };
        let lacking = lacking.join("`, `");
        return Err(usage(format!(
            "`{}` cannot be planted in `{}`, which has no `{lacking}`: {help}",
            broken.id, request.source
        )));
    }
    Ok(())
}

fn changes(example: &BTreeMap<String, String>, compiler: &mut Compiler) -> Result<Vec<(Slot, Value)>> {
    example
        .iter()
        .map(|(name, text)| Ok((compiler.slot(name)?, compiler.words.value(text))))
        .collect()
}

/// The path of the list of a file's faults.
pub fn list_path(file: &Path) -> PathBuf {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    file.with_file_name(format!("{name}.broken.csv"))
}
