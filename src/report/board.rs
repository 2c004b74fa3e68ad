//! What a board pack shows beyond the figures of a standard: its sites month by month, how long people waited, who is still
//! waiting, how good the data are, where the trust stands among others, and what the trust itself says of it.

use chrono::NaiveDate;

use super::{Control, TrendPoint};
use crate::published::benchmark::Standing;

/// The months of one site under one standard, judged by its own variation as the standard is.
pub struct SiteTrend {
    pub standard: String,
    pub site: String,
    /// Oldest month first; as many months as the standard's own trend.
    pub points: Vec<TrendPoint>,
    /// None before trends are judged, or where no month can be shown.
    pub control: Option<Control>,
}

/// People of a standard by days waited: a bar of the histogram.
pub struct WaitBin {
    pub standard: String,
    /// First and last day of the bar, in whole days; the last bar has no end.
    pub from: i64,
    pub to: Option<i64>,
    pub within_limit: bool,
    pub people: f64,
}

/// Open pathways at the end of a day, by site and by how long they have waited: counts only.
pub struct Waiting {
    pub title: String,
    pub as_at: NaiveDate,
    /// What a reader must know, a sentence each.
    pub lines: Vec<String>,
    /// What a row is, such as `Tumour site`.
    pub row_heading: String,
    pub bands: Vec<WaitingBand>,
    /// One row a site, then nothing: `total` sums them.
    pub rows: Vec<WaitingRow>,
    pub total: WaitingRow,
}

/// One column of the snapshot.
pub struct WaitingBand {
    /// `29-62 days`
    pub label: String,
    /// First day of the band.
    pub from: i64,
}

/// Pathways of one site. `None` is suppressed.
#[derive(Clone)]
pub struct WaitingRow {
    pub name: String,
    /// One count a band.
    pub bands: Vec<Option<f64>>,
    pub all: Option<f64>,
    /// Those of them that have a decision to treat.
    pub decided: Option<f64>,
}

impl WaitingRow {
    /// Pathways in this band and those after it; none where one of them is kept back.
    pub fn at_least(&self, first: usize) -> Option<f64> {
        self.bands.get(first..)?.iter().copied().sum()
    }
}

/// A table of a listing as the pack shows it.
pub struct BoardTable {
    pub sheet: crate::rulebook::BoardSheet,
    pub rows: Vec<Vec<BoardCell>>,
}

/// A cell of such a table.
#[derive(Clone, Debug, PartialEq)]
pub enum BoardCell {
    Shown(super::Cell),
    KeptBack,
}

/// A check that failed on records of the month.
pub struct QualityLine {
    pub check: String,
    pub title: String,
    pub severity: String,
    pub owner: String,
    /// `31-day; 62-day`, or empty.
    pub affects: String,
    /// Findings; `None` is suppressed.
    pub found: Option<usize>,
}

/// A field whose values are missing or invalid, over the records of the month.
pub struct FieldQuality {
    pub title: String,
    /// Records whose scenario asks for the field, and those that have a value.
    pub applies: usize,
    pub given: usize,
    /// Shares of them, unrounded; `None` is suppressed, or has no denominator.
    pub completeness: Option<f64>,
    pub validity: Option<f64>,
}

/// The data quality of the month.
#[derive(Default)]
pub struct Quality {
    /// Worst severity first, then the most findings.
    pub checks: Vec<QualityLine>,
    /// The least complete first; only fields that are not complete and valid in every record.
    pub fields: Vec<FieldQuality>,
}

/// Where the trust stands among all providers in a published month, and where each of them stands.
pub struct Benchmark {
    pub standing: Standing,
    pub peers: Vec<Peer>,
    /// The limits of the funnel at each size, smallest first.
    pub funnel: Vec<FunnelPoint>,
}

/// Another provider: published figures, never suppressed here.
pub struct Peer {
    pub people: f64,
    pub rate: f64,
}

/// The limits at one number of people.
pub struct FunnelPoint {
    pub people: f64,
    pub lower_95: f64,
    pub upper_95: f64,
    pub lower_998: f64,
    pub upper_998: f64,
}

/// What the trust says of the month: words and actions from its own file.
#[derive(Clone, Default)]
pub struct Narrative {
    pub words: Vec<Words>,
    pub actions: Vec<Action>,
}

/// Words on a standard, or on one site of it.
#[derive(Clone)]
pub struct Words {
    /// Empty: of the whole month.
    pub standard: String,
    pub site: String,
    /// One paragraph each.
    pub paragraphs: Vec<String>,
    /// `September 2026` where they were written for an earlier month and nothing has replaced them.
    pub carried_from: Option<String>,
}

/// What is being done, by whom, by when.
#[derive(Clone)]
pub struct Action {
    /// Empty: of no single standard.
    pub standard: String,
    pub site: String,
    pub action: String,
    pub owner: String,
    pub due: NaiveDate,
    pub effect: String,
    /// `Open`, `Overdue`, `Done`
    pub status: &'static str,
    /// `September 2026`
    pub since: String,
}
