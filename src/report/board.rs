//! What a board pack shows in addition to the figures of a standard: its sites month by month, how long
//! people waited, who is still waiting, the data quality, the trust's rank among providers, and the trust's
//! own words.

use chrono::NaiveDate;

use super::{Control, TrendPoint};
use crate::published::benchmark::Standing;

/// One site's months under one standard, judged by the site's own variation in the same way as the standard.
pub struct SiteTrend {
    pub standard: String,
    pub site: String,
    /// Oldest month first, for the same months as the standard's own trend.
    pub points: Vec<TrendPoint>,
    /// The months before these, as those of the standard.
    pub earlier: Vec<TrendPoint>,
    /// `None` before trends are judged, or if no month can be shown.
    pub control: Option<Control>,
}

impl SiteTrend {
    /// A month by its number, the earlier ones first.
    pub fn month_mut(&mut self, month: usize) -> Option<&mut TrendPoint> {
        self.earlier.iter_mut().chain(&mut self.points).nth(month)
    }
}

/// People counted under a standard, by days waited: one bar of the histogram.
pub struct WaitBin {
    pub standard: String,
    /// First and last day of the bar, in whole days; the last bar has no end.
    pub from: i64,
    pub to: Option<i64>,
    pub within_limit: bool,
    pub people: f64,
}

/// Open pathways at the end of a day, by site and by days waited so far: counts only.
pub struct Waiting {
    pub title: String,
    pub as_at: NaiveDate,
    /// What a reader must know, one sentence each.
    pub lines: Vec<String>,
    /// The heading of the first column, such as `Tumour site`.
    pub row_heading: String,
    pub bands: Vec<WaitingBand>,
    /// One row for each site; `total` is their sum.
    pub rows: Vec<WaitingRow>,
    pub total: WaitingRow,
}

/// One column of the snapshot: a band of days waited.
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
    /// One count for each band.
    pub bands: Vec<Option<f64>>,
    pub all: Option<f64>,
    /// How many of them have a decision to treat.
    pub decided: Option<f64>,
}

impl WaitingRow {
    /// Pathways in this band and all later ones; `None` if one of them is suppressed.
    pub fn at_least(&self, first: usize) -> Option<f64> {
        self.bands.get(first..)?.iter().copied().sum()
    }
}

/// A table of a listing, as the pack shows it.
pub struct BoardTable {
    pub sheet: crate::rulebook::BoardSheet,
    pub rows: Vec<Vec<BoardCell>>,
}

/// One cell of such a table.
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
    /// Records whose scenario asks for the field, and how many of them have a value.
    pub applies: usize,
    pub given: usize,
    /// Fractions of those records, unrounded; `None`: suppressed, or no denominator.
    pub completeness: Option<f64>,
    pub validity: Option<f64>,
}

/// The data quality of the month.
#[derive(Default)]
pub struct Quality {
    /// Worst severity first, then by number of findings, largest first.
    pub checks: Vec<QualityLine>,
    /// The least complete first; only fields that are not complete and valid in every record.
    pub fields: Vec<FieldQuality>,
}

/// The rank of the trust among all providers in a published month, and the figures of every provider.
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

/// The trust's words and actions for the month, from its own file.
#[derive(Clone, Default)]
pub struct Narrative {
    pub words: Vec<Words>,
    pub actions: Vec<Action>,
}

/// Words about a standard, or about one of its sites.
#[derive(Clone)]
pub struct Words {
    /// Empty: about the whole month.
    pub standard: String,
    pub site: String,
    /// One paragraph each.
    pub paragraphs: Vec<String>,
    /// `September 2026` if the words were written for that earlier month and nothing has replaced them.
    pub carried_from: Option<String>,
}

/// What is done, by whom, by when.
#[derive(Clone)]
pub struct Action {
    /// Empty: about no single standard.
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
