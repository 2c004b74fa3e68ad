//! What goes up: the figure of a standard without the records that are held back, and what may still become
//! of these.
//!
//! In: the waits of a month as recorded and as submitted. Out: [`Submitted`]. A record that is held back goes
//! up once it is put right, or never. Where something is wrong with it that the standard needs, it may then
//! be within the standard or a breach; else it counts as it is recorded.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;

use crate::measure::{WaitColumns, Waits};
use crate::report::Figure;

/// The waits of a month, and which of their records are held back or at fault.
pub struct Month<'a> {
    pub recorded: &'a Waits,
    pub submitted: &'a Waits,
    /// Records and standards for which a check found something.
    pub at_fault: &'a HashSet<(u32, String)>,
    pub held: &'a HashSet<u32>,
}

/// One standard's people by what may become of them before the figures are published.
#[derive(Debug, Default, PartialEq)]
pub struct Submitted {
    /// What goes up now.
    pub total: f64,
    pub within: f64,
    /// Counted alike as recorded and as submitted.
    pub fixed_total: f64,
    pub fixed_within: f64,
    /// Recorded lines that are not submitted so.
    pub held_back: usize,
    /// People who may be within, a breach or not counted.
    pub open: f64,
    /// People who are within, or not counted.
    pub open_within: f64,
    /// People who are a breach, or not counted.
    pub open_breaches: f64,
}

impl Submitted {
    pub fn figure(&self) -> Figure {
        Figure {
            total: Some(self.total),
            within: Some(self.within),
        }
    }
}

/// Sets the recorded lines of a standard against the submitted ones, record by record.
pub fn of_standard(month: &Month, standard: &str) -> Result<Submitted> {
    let recorded = lines(month.recorded, standard)?;
    let submitted = lines(month.submitted, standard)?;
    let mut sums = Submitted::default();
    for (total, within) in submitted.values() {
        sums.total += total;
        sums.within += within;
    }
    let records: HashSet<u32> = recorded.keys().chain(submitted.keys()).copied().collect();
    for record in records {
        let only_held =
            month.held.contains(&record) && !month.at_fault.contains(&(record, standard.to_string()));
        match (recorded.get(&record), submitted.get(&record)) {
            (Some(now), Some(up)) if now == up => {
                sums.fixed_total += now.0;
                sums.fixed_within += now.1;
            }
            (Some((total, within)), None) if only_held => {
                sums.held_back += 1;
                sums.open_within += within;
                sums.open_breaches += total - within;
            }
            (now, up) => {
                sums.held_back += usize::from(now.is_some());
                let share = |line: Option<&(f64, f64)>| line.map_or(0.0, |(total, _)| *total);
                sums.open += share(now).max(share(up));
            }
        }
    }
    Ok(sums)
}

/// By record: its share of a patient, and the part of it within.
fn lines(waits: &Waits, standard: &str) -> Result<BTreeMap<u32, (f64, f64)>> {
    let waits: WaitColumns = waits.columns()?;
    let of_standard =
        |row: &usize| waits.counted.get(*row) == Some(true) && waits.standard.get(*row) == Some(standard);
    let mut lines: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for row in (0..waits.lines()).filter(of_standard) {
        let line = lines.entry(waits.record(row) as u32).or_default();
        line.0 += waits.share.get(row).unwrap_or_default();
        line.1 += waits.share_within.get(row).unwrap_or_default();
    }
    Ok(lines)
}
