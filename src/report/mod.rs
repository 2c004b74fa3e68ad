//! What the outputs show: plain values, counted once from the run, so that no two
//! outputs can disagree. Nothing here knows polars or Excel.

pub mod last_month;
pub mod listing;
pub mod quality;
pub mod submission;
pub mod why;
pub mod worklist;

mod board;
mod control;
mod origin;

use chrono::NaiveDate;

use crate::findings::trail::Trail;
use crate::findings::waivers::Stale;
use crate::rulebook::Sureness;
use crate::runs::worklist::state::Entry;
use crate::write::Value;

pub use board::{
    Action, Benchmark, BoardCell, BoardTable, FieldQuality, FunnelPoint, Narrative, Peer, Quality,
    QualityLine, SiteTrend, WaitBin, Waiting, WaitingBand, WaitingRow, Words,
};
pub use control::{Control, ControlPoint, Icons, Signal, Verdict};
pub use origin::{about_inputs, organisation, set_aside};

/// One month of one trust, ready to be written.
pub struct Report {
    pub provider: Organisation,
    /// `2026-10`
    pub month: String,
    /// `October 2026`
    pub month_title: String,
    /// The date the run stands at; nothing later than it is treated as having happened.
    pub as_at: NaiveDate,
    /// `Provisional`, `Submitted`, `Refreshed`: what the figures are.
    pub status: String,
    /// Name of the small-number preset applied to the figures, and what it means.
    pub small_numbers: SmallNumbers,
    pub tool_version: String,
    /// First characters of the hash of every rules file, so that two packs can be compared.
    pub rulebook: String,
    pub inputs: Vec<InputFile>,
    pub set_aside: Vec<SetAside>,
    pub submission: Submission,
    pub checks: Vec<CheckLine>,
    /// Over the records of the month, in upload order.
    pub fields: Vec<FieldLine>,
    pub findings: Vec<FindingLine>,
    /// For the submission workbook: the month beside the last, completeness by scenario.
    pub last_month: last_month::LastMonth,
    /// Of the worklist: entries are compared with what this edition gave to fill in.
    pub edition: u32,
    pub pack: Pack,
    /// For the run record: what a later run compares itself with.
    pub trail: Trail,
    /// None where the run had no waivers file.
    pub waivers: Option<WaiversUsed>,
}

/// What a workbook says of itself on its cover and on every sheet.
pub struct About<'a> {
    pub provider: &'a Organisation,
    /// The label of the period on the cover, `Month`.
    pub period: &'static str,
    /// `October 2026`
    pub period_title: &'a str,
    /// The period as file names have it, `2026-10`; empty where the period is the day the data stand at.
    pub period_code: &'a str,
    pub as_at: NaiveDate,
    pub status: &'a str,
    pub tool_version: &'a str,
    pub rulebook: &'a str,
    pub inputs: &'a [InputFile],
}

/// Something that fills a workbook.
pub trait Described {
    fn about(&self) -> About<'_>;
}

impl Described for Report {
    fn about(&self) -> About<'_> {
        About {
            provider: &self.provider,
            period: "Month",
            period_title: &self.month_title,
            period_code: &self.month,
            as_at: self.as_at,
            status: &self.status,
            tool_version: &self.tool_version,
            rulebook: &self.rulebook,
            inputs: &self.inputs,
        }
    }
}

pub struct Organisation {
    /// Three-character trust code.
    pub code: String,
    /// Name, or the code again where no name is known.
    pub name: String,
}

pub struct SmallNumbers {
    /// `internal` (nothing suppressed) or `lt5`.
    pub preset: String,
    /// The sentence that goes on the cover.
    pub statement: String,
}

/// One table that was read: rows read = rows mapped + rows set aside.
pub struct InputFile {
    /// File name without folder, with `[sheet]` for a workbook.
    pub name: String,
    pub source: String,
    pub table: String,
    pub sha256: String,
    pub rows_read: usize,
    pub rows_mapped: usize,
    pub rows_set_aside: usize,
}

/// The waivers file of a run, and those of its waivers that waived nothing.
pub struct WaiversUsed {
    pub file: String,
    pub sha256: String,
    pub stale: Vec<Stale>,
}

pub struct SetAside {
    pub file: String,
    pub row: u32,
    pub reason: String,
}

/// The rows of the month in upload order, and those held back.
pub struct Submission {
    pub headings: Vec<Heading>,
    pub rows: Vec<SubmissionRow>,
    pub held_back: Vec<HeldBack>,
    /// Records that were looked at and belong to another month or another trust.
    pub other_months: usize,
    pub other_trusts: usize,
    /// Names of the upload files written, with their record counts.
    pub upload_files: Vec<(String, usize)>,
}

pub struct Heading {
    /// Short name, such as `treatment_start_date`.
    pub name: String,
    /// Data Dictionary name.
    pub title: String,
}

pub struct SubmissionRow {
    /// Number of the record.
    pub record: u32,
    pub file: String,
    pub row: u32,
    pub pathway: String,
    /// One cell a heading.
    pub cells: Vec<Cell>,
}

pub struct HeldBack {
    pub file: String,
    pub row: u32,
    pub pathway: String,
    /// Check ids, `CWT-S003; CWT-O008`.
    pub checks: String,
    /// What is wrong, in words.
    pub reasons: String,
    pub owner: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Blank,
    Text(String),
    Date(NaiveDate),
    Whole(i64),
    /// People counted, to the half.
    Number(f64),
}

impl Cell {
    /// Its text; empty where it is no text.
    pub fn text(&self) -> &str {
        match self {
            Cell::Text(text) => text,
            _ => "",
        }
    }

    /// Its number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Whole(number) => Some(*number as f64),
            Cell::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl From<Value<'_>> for Cell {
    fn from(value: Value) -> Cell {
        match value {
            Value::Blank => Cell::Blank,
            Value::Text(text) => Cell::Text(text.to_string()),
            Value::Owned(text) | Value::Identifying(text) => Cell::Text(text),
            Value::Date(date) => Cell::Date(date),
            Value::Whole(number) => Cell::Whole(number),
            Value::Number(number) => Cell::Number(number),
            Value::YesNo(value) => Cell::Text(if value { "yes" } else { "no" }.to_string()),
        }
    }
}

/// One check over the month's records.
pub struct CheckLine {
    pub id: String,
    pub title: String,
    pub severity: String,
    pub basis: String,
    pub source: String,
    pub owner: String,
    pub passed: usize,
    pub failed: usize,
    pub not_assessed: usize,
    pub not_applicable: usize,
}

/// How complete and valid one field is, in counts of records. A record has no value, an invalid one, a default
/// ("not known") code, or a valid one.
pub struct FieldLine {
    /// Short name, such as `treatment_start_date`.
    pub name: String,
    /// Data Dictionary name.
    pub title: String,
    /// All records looked at.
    pub records: usize,
    /// Records whose scenario makes the field mandatory.
    pub applies: usize,
    /// Those of them that have a value, whatever it is.
    pub complete: usize,
    /// Records with a value, mandatory or not.
    pub given: usize,
    /// Values that cannot be read, or are not in their list.
    pub invalid: usize,
    /// Those of them that are codes of their list, and were no longer in force on their date.
    pub retired: usize,
    /// Values that say "not known".
    pub default: usize,
}

impl FieldLine {
    /// Mandatory and without a value.
    pub fn missing(&self) -> usize {
        self.applies - self.complete
    }

    /// Values that say something.
    pub fn valid(&self) -> usize {
        self.given - self.invalid - self.default
    }

    /// The share of records that the field is mandatory for.
    pub fn coverage(&self) -> Option<f64> {
        share(self.applies, self.records)
    }

    pub fn completeness(&self) -> Option<f64> {
        share(self.complete, self.applies)
    }

    /// The share of values that are not invalid; a default code is valid.
    pub fn validity(&self) -> Option<f64> {
        share(self.given - self.invalid, self.given)
    }

    pub fn default_rate(&self) -> Option<f64> {
        share(self.default, self.given)
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// One thing to put right.
pub struct FindingLine {
    /// Stable while the fault stays, `F-` and eight characters.
    pub id: String,
    pub check: String,
    pub severity: String,
    pub file: String,
    pub row: u32,
    pub pathway: String,
    /// What people call the fields, `; ` between them.
    pub fields: String,
    /// Their names in the rules, `;` between them.
    pub field_names: String,
    pub message: String,
    pub why: String,
    pub fix: String,
    pub owner: String,
    /// `31-day; 62-day`, or empty.
    pub affects: String,
    /// What it does to the figures: `counted in 62-day (breach); left out of 31-day: no treatment start date yet`, or empty.
    pub effect: String,
    /// Who accepted it, until when and why, or empty.
    pub waived: String,
    /// The date of the first run that found it.
    pub first_seen: NaiveDate,
    /// Whole months since.
    pub months_open: u32,
    /// What people wrote into the worklist.
    pub entry: Entry,
}

/// The figures of a board pack: sums only, no patient rows.
#[derive(Default)]
pub struct Pack {
    pub standards: Vec<StandardSummary>,
    /// One line a standard and tumour site, in the published order.
    pub sites: Vec<SiteLine>,
    /// One line a standard and route (FDS, 62-day) or stage (31-day).
    pub routes: Vec<RouteLine>,
    /// One line a standard and recorded delay reason; an uncoded reason is its own line.
    pub delay_reasons: Vec<DelayLine>,
    /// Breaches of the month by days over, one line a standard and band.
    pub bands: Vec<BandLine>,
    /// One line a standard and month, oldest first, the latest 24 months.
    pub trend: Vec<TrendPoint>,
    /// Records left out of each standard, by reason.
    pub left_out: Vec<LeftOutLine>,
    /// Definitions, exclusions and doubts, in order.
    pub notes: Vec<String>,
    /// A result of fewer people is said to rest on small numbers, and is not coloured.
    pub minimum_people: u32,
    /// One a standard and site, in the order of the sites.
    pub site_trends: Vec<SiteTrend>,
    /// Empty where small numbers are hidden: the published bands are then all there is.
    pub wait_bins: Vec<WaitBin>,
    /// None where the data set has no snapshot of open pathways.
    pub waiting: Option<Waiting>,
    /// Tables of listings that the data set shows to a board.
    pub tables: Vec<BoardTable>,
    pub quality: Quality,
    /// One a standard, where published figures were given.
    pub benchmarks: Vec<Benchmark>,
    pub narrative: Narrative,
    /// Words of the data set.
    pub words: PackWords,
}

/// What the pack calls the things of its data set.
#[derive(Clone, Default)]
pub struct PackWords {
    /// `Cancer waiting times`
    pub subject: String,
    /// What a published line is told apart by: `Tumour site`, `tumour sites`.
    pub site: String,
    pub sites: String,
}

/// People counted: whole, or halves where a pathway is shared. `None` is suppressed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub total: Option<f64>,
    pub within: Option<f64>,
}

impl Figure {
    pub fn after(&self) -> Option<f64> {
        Some(self.total? - self.within?)
    }

    /// Within over total, unrounded; nothing without a denominator.
    pub fn rate(&self) -> Option<f64> {
        match (self.within, self.total) {
            (Some(within), Some(total)) if total > 0.0 => Some(within / total),
            _ => None,
        }
    }
}

pub struct StandardSummary {
    /// `FDS`, `31D`, `62D`
    pub code: String,
    /// `28-day Faster Diagnosis Standard`
    pub title: String,
    pub limit_days: i64,
    pub latest: Figure,
    /// The month before, where there is one.
    pub previous: Option<Figure>,
    pub targets: Vec<Target>,
    /// Nearest-rank waits in days of the people counted.
    pub median: Option<i64>,
    pub percentile_85: Option<i64>,
    pub percentile_90: Option<i64>,
    pub longest: Option<i64>,
    /// The wait within which the operational standard's share of people were, less the limit: above nothing, that many days
    /// too long; at nothing or below, the standard is met.
    pub days_from_standard: Option<i64>,
    /// Records with a line for the standard that were not counted, for any reason.
    /// `None` is suppressed.
    pub not_counted: Option<usize>,
    /// How far the figure could move if what is left out for its data were put right.
    pub range: Range,
    /// One sentence a board member can read aloud.
    pub reading: String,
    /// What its trend shows; none before trends are judged, or where no month can be shown.
    pub control: Option<Control>,
}

/// Where a figure would lie if every record that is left out for data quality were counted. `None` is suppressed, or
/// has no denominator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Records left out for data quality.
    pub left_out: Option<usize>,
    /// The rate with all of them within, unrounded.
    pub all_within: Option<f64>,
    /// The rate with all of them breaches, unrounded.
    pub all_breaches: Option<f64>,
}

pub struct Target {
    /// `operational standard`, `interim ambition`, `plan`, `trust's own plan`
    pub kind: String,
    /// 0.85
    pub value: f64,
    /// When it is due, `by March 2026`, or empty.
    pub due: String,
    pub status: Sureness,
    pub source: String,
    /// Judged on unrounded figures; `None` without a denominator.
    pub met: Option<bool>,
    /// The figure counts fewer people than its percentage needs to say something.
    pub few_people: bool,
    /// The month it is due lies after the month judged.
    pub is_due_later: bool,
    /// Breaches above those the target allows: positive is too many.
    pub above_tolerance: Option<f64>,
    /// How many more within would have met it; 0 when met.
    pub more_needed: Option<f64>,
}

pub struct SiteLine {
    pub standard: String,
    pub cancer_type: String,
    pub figure: Figure,
    pub previous: Option<Figure>,
    /// Percentage points that this site adds to the change of the standard's rate since the month before: its people
    /// within over everybody counted, now less then. The sites' parts add up to the whole change.
    pub contribution: Option<f64>,
    /// Breaches above those the operational standard allows.
    pub above_tolerance: Option<f64>,
}

pub struct RouteLine {
    pub standard: String,
    pub route_or_stage: String,
    pub figure: Figure,
}

pub struct DelayLine {
    pub standard: String,
    /// `not recorded` is its own line.
    pub reason: String,
    pub breaches: Option<f64>,
}

pub struct BandLine {
    pub standard: String,
    /// `0 to 14 days`, `after 104 days`
    pub band: String,
    pub within_limit: bool,
    pub people: Option<f64>,
}

pub struct TrendPoint {
    pub standard: String,
    /// First day of the month.
    pub month: NaiveDate,
    pub figure: Figure,
    /// Operational standard in force that month.
    pub standard_value: Option<f64>,
    /// Interim ambition or plan to be reached in the year of that month.
    pub ambition: Option<f64>,
    /// What the trust's own plan is for that month.
    pub own_plan: Option<f64>,
    pub control: ControlPoint,
}

pub struct LeftOutLine {
    pub standard: String,
    pub reason: String,
    /// What the reason means, in words.
    pub meaning: String,
    /// `None` is suppressed.
    pub records: Option<usize>,
    /// Those of them that are left out for data quality; `None` is suppressed.
    pub for_data: Option<usize>,
}
