//! The values that the outputs show: plain values, computed once for the run, so that no two outputs can
//! disagree. Nothing here knows polars or Excel.

pub mod chosen;
pub mod conditions;
pub mod house;
pub mod last_month;
pub mod listing;
pub mod quality;
pub mod remembered;
pub mod restated;
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

/// One month's report for one trust, ready to be written.
pub struct Report {
    pub provider: Organisation,
    /// `2026-10`
    pub month: String,
    /// `October 2026`
    pub month_title: String,
    /// The date of the run: nothing later counts as having happened.
    pub as_at: NaiveDate,
    /// `Provisional`, `Submitted` or `Refreshed`: the status of the figures.
    pub status: String,
    /// The small-number preset of the figures, and its meaning.
    pub small_numbers: SmallNumbers,
    /// The look of the trust's outputs, and the pages of its pack.
    pub house: house::House,
    pub pages: chosen::Pages,
    /// Whether the report is also written for Word.
    pub in_word: bool,
    pub tool_version: String,
    /// The first characters of a hash over all rules files, so that two packs can be compared.
    pub rulebook: String,
    pub inputs: Vec<InputFile>,
    pub set_aside: Vec<SetAside>,
    pub submission: Submission,
    pub checks: Vec<CheckLine>,
    /// Over the records of the month, in upload order.
    pub fields: Vec<FieldLine>,
    pub findings: Vec<FindingLine>,
    /// For the submission workbook: comparison with last month, and completeness by scenario.
    pub last_month: last_month::LastMonth,
    /// Months whose figures differ from those of the last run.
    pub restated: restated::Restated,
    /// The number of the worklist's edition: entries are compared with what this edition gave to fill in.
    pub edition: u32,
    pub pack: Pack,
    /// For the run record: what a later run needs to compare itself with this one.
    pub trail: Trail,
    /// `None` if the run had no waivers file.
    pub waivers: Option<WaiversUsed>,
}

/// What a workbook says about itself on its cover and on every sheet.
pub struct About<'a> {
    pub provider: &'a Organisation,
    /// The label of the period on the cover, `Month`.
    pub period: &'static str,
    /// `October 2026`
    pub period_title: &'a str,
    /// The period in file names, `2026-10`; empty if the period is the date of the run.
    pub period_code: &'a str,
    pub as_at: NaiveDate,
    pub status: &'a str,
    pub tool_version: &'a str,
    pub rulebook: &'a str,
    pub inputs: &'a [InputFile],
    pub house: &'a house::House,
}

/// The data of a workbook, which the cover describes.
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
            house: &self.house,
        }
    }
}

pub struct Organisation {
    /// Code of a trust: three characters, or five.
    pub code: String,
    /// The name, or the code if the name is not known.
    pub name: String,
}

pub struct SmallNumbers {
    /// `internal` (nothing suppressed) or `lt5`.
    pub preset: String,
    /// The sentence that goes on the cover.
    pub statement: String,
}

/// One table that was read: rows read = rows mapped to records + rows set aside.
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

/// The waivers file of a run, and its waivers that waived nothing.
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

/// The month's rows in upload order, and the records held back.
pub struct Submission {
    pub headings: Vec<Heading>,
    pub rows: Vec<SubmissionRow>,
    pub held_back: Vec<HeldBack>,
    /// Records that belong to another month or another trust.
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
    /// One cell for each heading.
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

/// A cell of a table that outlives the frame it was read from.
pub type Cell = Value<'static>;

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

/// How complete and valid one field is, in numbers of records. A record has no value, an invalid value, a
/// default code ("not known"), or a valid value.
pub struct FieldLine {
    /// Short name, such as `treatment_start_date`.
    pub name: String,
    /// Data Dictionary name.
    pub title: String,
    /// All records of the month.
    pub records: usize,
    /// Records whose scenario makes the field mandatory.
    pub applies: usize,
    /// How many of them have a value, valid or not.
    pub complete: usize,
    /// Records with a value, mandatory or not.
    pub given: usize,
    /// Values that cannot be read or are not in their code list.
    pub invalid: usize,
    /// How many of the invalid are codes of the list that were no longer in force on their date.
    pub retired: usize,
    /// Values that say "not known".
    pub default: usize,
}

impl FieldLine {
    /// Records where the field is mandatory but has no value.
    pub fn missing(&self) -> usize {
        self.applies - self.complete
    }

    /// Values that are neither invalid nor default codes.
    pub fn valid(&self) -> usize {
        self.given - self.invalid - self.default
    }

    /// The share of records for which the field is mandatory.
    pub fn coverage(&self) -> Option<f64> {
        share(self.applies, self.records)
    }

    pub fn completeness(&self) -> Option<f64> {
        share(self.complete, self.applies)
    }

    /// The share of values that are not invalid; a default code counts as valid.
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

/// One fault to correct.
pub struct FindingLine {
    /// `F-` and eight characters; the same for as long as the fault stays.
    pub id: String,
    pub check: String,
    pub severity: String,
    pub file: String,
    pub row: u32,
    pub pathway: String,
    /// The titles of the fields, separated by `; `.
    pub fields: String,
    /// The names of the fields in the rules, separated by `;`.
    pub field_names: String,
    pub message: String,
    pub why: String,
    pub fix: String,
    pub owner: String,
    /// Who is behind the owner's role, or empty.
    pub person: String,
    /// `31-day; 62-day`, or empty.
    pub affects: String,
    /// The effect on the figures: `counted in 62-day (breach); left out of 31-day: no treatment start date
    /// yet`, or empty.
    pub effect: String,
    /// Who accepted it, until when and why; or empty.
    pub waived: String,
    /// The date of the first run that found it.
    pub first_seen: NaiveDate,
    /// Whole months since then.
    pub months_open: u32,
    /// What people entered in the worklist.
    pub entry: Entry,
}

impl FindingLine {
    /// The owner, with the person behind the role: `A Person (booking)`.
    pub fn who(&self) -> String {
        chosen::who(&self.person, &self.owner)
    }
}

/// The figures of a board pack: sums only, no patient rows.
#[derive(Default)]
pub struct Pack {
    /// Alerts, shown before the figures.
    pub alerts: Vec<Alert>,
    pub standards: Vec<StandardSummary>,
    /// One line for each standard and tumour site, in the published order.
    pub sites: Vec<SiteLine>,
    /// One line for each standard and route (FDS, 62-day) or stage (31-day).
    pub routes: Vec<RouteLine>,
    /// One line for each standard and recorded delay reason; breaches without a code are one line.
    pub delay_reasons: Vec<DelayLine>,
    /// Breaches of the month by days over the limit, one line for each standard and band.
    pub bands: Vec<BandLine>,
    /// One line for each standard and month, oldest first, for the latest 24 months.
    pub trend: Vec<TrendPoint>,
    /// The months before those of `trend`, if fixed limits may come from them; no output shows them.
    pub earlier: Vec<TrendPoint>,
    /// Records left out of each standard, by reason.
    pub left_out: Vec<LeftOutLine>,
    /// Definitions, exclusions and doubts, in order.
    pub notes: Vec<String>,
    /// A result from fewer people is marked as small numbers and gets no colour.
    pub minimum_people: u32,
    /// One for each standard and site, in the order of the sites.
    pub site_trends: Vec<SiteTrend>,
    /// Empty if small numbers are suppressed: then only the published bands are shown.
    pub wait_bins: Vec<WaitBin>,
    /// `None` if the data set has no snapshot of open pathways.
    pub waiting: Option<Waiting>,
    /// Tables of listings that the data set shows to a board.
    pub tables: Vec<BoardTable>,
    pub quality: Quality,
    /// One for each standard, if published figures were given.
    pub benchmarks: Vec<Benchmark>,
    pub narrative: Narrative,
    /// Words of the data set.
    pub words: PackWords,
}

/// Findings that the first page speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Id of the check.
    pub check: String,
    pub title: String,
    /// Codes at fault, those that may be shown, and how many more there are.
    pub codes: Vec<String>,
    pub more_codes: usize,
    /// `None` is suppressed.
    pub records: Option<usize>,
    /// By standard, the records that are left out of its figure for their data.
    pub left_out: Vec<(String, usize)>,
}

/// The data set's words for the things in a pack.
#[derive(Clone, Default)]
pub struct PackWords {
    /// `Cancer waiting times`
    pub subject: String,
    /// What divides the published lines: `Tumour site`, `tumour sites`.
    pub site: String,
    pub sites: String,
}

/// People counted: whole, or halves if a pathway is shared. `None`: suppressed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub total: Option<f64>,
    pub within: Option<f64>,
}

impl Figure {
    pub fn after(&self) -> Option<f64> {
        Some(self.total? - self.within?)
    }

    /// Within over total, unrounded; `None` without a denominator.
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
    /// `None` for a standard that is no wait in days.
    pub limit_days: Option<i64>,
    /// What is said of the people within the standard: `within 62 days`, `with a stage`.
    pub reached: String,
    /// What is said of the others: `after 62 days`, `without a stage`.
    pub not_reached: String,
    /// As recorded, with the records that are held back from the upload.
    pub latest: Figure,
    /// As submitted, without them.
    pub submitted: Figure,
    /// The month before, where there is one.
    pub previous: Option<Figure>,
    pub targets: Vec<Target>,
    /// Percentiles of the waits counted, in days: PERCENTILE.INC of a spreadsheet, a shared patient once.
    pub median: Option<f64>,
    pub percentile_85: Option<f64>,
    pub percentile_90: Option<f64>,
    pub longest: Option<i64>,
    /// The wait that the operational standard's share of people did not exceed, less the limit. Above 0: that
    /// many days too long. 0 or below: the standard is met.
    pub days_from_standard: Option<i64>,
    /// Records with a line for the standard that were not counted, for any reason. `None`: suppressed.
    pub not_counted: Option<usize>,
    /// How far the figure could move if the records left out for their data were corrected.
    pub range: Range,
    /// One sentence that a board member can read aloud.
    pub reading: String,
    /// What its trend shows; `None` before trends are judged, or if no month can be shown.
    pub control: Option<Control>,
}

/// Where a figure would lie if every record that is left out for data quality, or held back from the upload,
/// were put right: what may be published lies between. `None` is suppressed, or has no denominator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Records left out for data quality.
    pub left_out: Option<usize>,
    /// Records that the submitted figure counts differently, or not at all.
    pub held_back: Option<usize>,
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
    /// The figure counts too few people to judge by a percentage.
    pub few_people: bool,
    /// The target is due after the month judged.
    pub is_due_later: bool,
    /// Breaches above the number that the target allows; a positive number is too many.
    pub above_tolerance: Option<f64>,
    /// How many more people within would have met the target; 0 if it is met.
    pub more_needed: Option<f64>,
}

pub struct SiteLine {
    pub standard: String,
    pub cancer_type: String,
    pub figure: Figure,
    pub previous: Option<Figure>,
    /// Percentage points that this site contributes to the change of the standard's rate since the month
    /// before: its people within over everybody counted, this month less last month. The contributions of the
    /// sites add up to the whole change.
    pub contribution: Option<f64>,
    /// Breaches above the number that the operational standard allows.
    pub above_tolerance: Option<f64>,
}

pub struct RouteLine {
    pub standard: String,
    pub route_or_stage: String,
    pub figure: Figure,
}

pub struct DelayLine {
    pub standard: String,
    /// Breaches without a reason are one line, `not recorded`.
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
    /// The interim ambition or plan due in the year of that month.
    pub ambition: Option<f64>,
    /// The trust's own plan for that month.
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
    /// How many of them are left out for data quality; `None`: suppressed.
    pub for_data: Option<usize>,
}
