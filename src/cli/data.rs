//! The commands about exports, one block each.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::shared::{FailOn, Inputs, Output, RulesFolder, WaiversFile, date};
use crate::measure::periods::By;
use crate::pack::small_numbers::Preset;

#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    pub inputs: Inputs,
    /// The month of the return
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// Folder for the files that are written
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    /// Folder of the last run, for the worklist's comments and ages; by default the folder of `--out`
    #[arg(long, value_name = "DIR")]
    pub carry_from: Option<PathBuf>,
    #[command(flatten)]
    pub waivers: WaiversFile,
    /// How small numbers in the pack are treated: `internal` shows all, `lt5` hides counts under five
    #[arg(long, value_enum, default_value_t = Preset::Internal)]
    pub small_numbers: Preset,
    /// The trust's words and actions for the pack; without it, `narrative.toml` in the folder of `--rules`
    #[arg(long, value_name = "FILE")]
    pub narrative: Option<PathBuf>,
    /// NHS England's provider workbook of a month, for the page that compares providers; may be given more
    /// than once: the latest month is shown
    #[arg(long, value_name = "FILE")]
    pub published: Vec<PathBuf>,
    /// Also write the report as a Word document
    #[arg(long)]
    pub word: bool,
    /// Open the report in the browser when everything is written
    #[arg(long)]
    pub open: bool,
    /// Make the month again whenever an export lands in this folder; Ctrl-C ends it. Without INPUT, the folder is
    /// read
    #[arg(long, value_name = "DIR", conflicts_with_all = ["dry_run", "open"])]
    pub watch: Option<PathBuf>,
    /// Read, check and count, and list the files that would be written, without writing them
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub fail_on: FailOn,
}

#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Counts for each check instead of findings
    #[arg(long)]
    pub summary: bool,
    /// The number of findings of each check, largest first, instead of findings
    #[arg(long, conflicts_with = "summary")]
    pub statistics: bool,
    /// Only checks whose id begins with this; may be given more than once
    #[arg(long, value_name = "ID")]
    pub select: Vec<String>,
    /// Leave out checks whose id begins with this; may be given more than once
    #[arg(long, value_name = "ID")]
    pub ignore: Vec<String>,
    #[command(flatten)]
    pub waivers: WaiversFile,
    #[command(flatten)]
    pub fail_on: FailOn,
    /// Format of the findings
    #[arg(long, value_enum, default_value_t = FindingsFormat::Csv)]
    pub format: FindingsFormat,
    /// Write them to this file instead of showing them
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FindingsFormat {
    /// For the screen: by check, worst first, with the first rows to look at
    Text,
    /// One line for each failing row and check
    Csv,
    /// One array of objects
    Json,
    /// One object on each line
    Jsonl,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// JUnit XML, for build servers: one test case for each check
    Junit,
}

#[derive(Args)]
pub struct Waivers {
    #[command(subcommand)]
    pub command: WaiversCommand,
}

#[derive(Subcommand)]
pub enum WaiversCommand {
    /// Print a waiver of a finding, to fill in and paste into the waivers file
    #[command(
        before_help = concat!(
            "Example:\n",
            "  clockstop waivers new --check CWT-D003 --pathway 1024920 --key-file key exports"
        )
    )]
    New(NewWaiver),
}

#[derive(Args)]
pub struct NewWaiver {
    /// Id of the check
    #[arg(long, value_name = "ID")]
    pub check: String,
    /// The pathway, as findings show it
    #[arg(long, value_name = "PATHWAY")]
    pub pathway: String,
    /// Why the record is right, or must stay unchanged
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who is responsible for it
    #[arg(long, value_name = "NAME")]
    pub approved_by: Option<String>,
    /// The last day on which it is valid; by default three months from the date of the run
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub expires: Option<NaiveDate>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Write the waiver to this file instead of showing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct Performance {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only this month; with `--by`, the period that ends with it, or the quarter that contains it
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// The period of one line. Longer periods are sums of months; the financial year begins in April
    #[arg(long, value_enum, default_value_t = By::Month)]
    pub by: By,
    /// One line for each site of a trust: `Org_Code` is the site, `Parent_Org` its trust
    #[arg(long)]
    pub by_site: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Published {
    /// Provider workbooks of NHS England, one for each month
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(group(
    clap::ArgGroup::new("against")
        .required(true)
        .multiple(true)
        .args(["published", "submitted"])
))]
pub struct Reconcile {
    #[command(flatten)]
    pub inputs: Inputs,
    /// The provider workbook that NHS England published for the month
    #[arg(long, value_name = "FILE")]
    pub published: Option<PathBuf>,
    /// An upload file that was submitted for the month; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub submitted: Vec<PathBuf>,
    /// The month; by default the month of the published workbook
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Also list what is equal, and our records that are held back and were not submitted
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub waivers: WaiversFile,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Benchmark {
    /// Provider workbooks of NHS England, one for each month
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The trust, by its code of three or five characters
    #[arg(long, value_name = "CODE")]
    pub provider: String,
    #[command(flatten)]
    pub rules: RulesFolder,
    #[command(flatten)]
    pub output: Output,
}

/// The table of a listing that is shown, and where to.
#[derive(Args)]
pub struct Shown {
    /// Which of its tables; the first, by default
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// Folder for a workbook of its tables, `NAME-DATE.xlsx`; rows are then shown only with `-o` or `--table`
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(mut_arg("table", |table| table.help(
    "Which of its tables: `waiting` (who waits), `steps_due` (next steps, the latest first), `sections` \
     (weekly national return), `tip_ins`, `over_104`, `not_waiting`, `escalations` (who needs somebody \
     today), `conditions` (each condition, and how many meet it), `harm_reviews` (over 104 days)"
)))]
pub struct Ptl {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Folder of earlier lists: says what is new since the last of them, and shows what people answered; by
    /// default the folder of `--out`
    #[arg(long, value_name = "DIR")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Args)]
pub struct Link {
    #[command(flatten)]
    pub inputs: Inputs,
    /// How many records have each status, in place of a line a record
    #[arg(long)]
    pub summary: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct RecordsOptions {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Include NHS numbers, other identifiers and free text
    #[arg(long)]
    pub identifiable: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Why {
    /// The pathway, as `waits` and the worklist show it
    pub pathway: String,
    #[command(flatten)]
    pub inputs: Inputs,
}

#[derive(Args)]
pub struct Phases {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only this month of the standards
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Which of its tables: `phases` (steps by tumour site), `shared` (38 and 24 days), `delay_reasons`
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(mut_arg("table", |table| table.help(
    "Which of its tables: `by_group`; `missing`, with one row for each value to fill in; or `filled`"
)))]
pub struct Completeness {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only this month of diagnosis
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Files of an earlier day: `--table filled` and the workbook show how months filled up since
    #[arg(long, value_name = "FILE")]
    pub earlier: Vec<PathBuf>,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Args)]
#[command(mut_arg("table", |table| table.help(
    "Which of its tables: `by_month`, or `targets`, the days in use with their sources"
)))]
pub struct Milestones {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only pathways that started in this month
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Args)]
pub struct List {
    /// The listing: a folder of the data set with a file `listing.toml`
    pub name: String,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only this month, if the table has a column `month`
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Only rows with this text (or date, or number) in this column, in tables that have it
    #[arg(long, value_name = "COLUMN=TEXT", value_parser = column_and_text)]
    pub only: Vec<(String, String)>,
    /// Files of an earlier day: how what is compared has changed since then
    #[arg(long, value_name = "FILE")]
    pub earlier: Vec<PathBuf>,
    /// Folder of earlier lists: says what is new since the last of them, and shows what people answered; by
    /// default the folder of `--out`
    #[arg(long, value_name = "DIR")]
    pub since: Option<PathBuf>,
    /// The texts that another command narrows the listing to, by the name of its option; `narrowed_by` of the
    /// listing has the column of each. The workbook is named by these texts instead of the day.
    #[arg(skip)]
    pub narrowed: Vec<(&'static str, String)>,
    #[command(flatten)]
    pub shown: Shown,
}

impl List {
    /// The listing as a command of its own shows it.
    pub fn named(name: &str, inputs: Inputs, shown: Shown) -> List {
        List {
            name: name.to_string(),
            inputs,
            shown,
            month: None,
            only: Vec::new(),
            earlier: Vec::new(),
            since: None,
            narrowed: Vec::new(),
        }
    }
}

/// `COLUMN=TEXT` as a column and its text.
fn column_and_text(typed: &str) -> Result<(String, String), String> {
    match typed.split_once('=') {
        Some((column, text)) if !column.trim().is_empty() => {
            Ok((column.trim().to_string(), text.trim().to_string()))
        }
        _ => Err("write a column, `=` and a text, such as `site=Lung`".to_string()),
    }
}

#[derive(Args)]
pub struct Mdt {
    #[command(subcommand)]
    pub command: MdtCommand,
}

#[derive(Subcommand)]
pub enum MdtCommand {
    /// List the patients of a meeting: what is there, what is missing, days on each clock, next breach
    #[command(
        before_help = "Example:\n  clockstop mdt list exports --meeting 2026-11-26 --site Lung --out mdt"
    )]
    List(Box<MdtList>),
    /// Who was there over the year: quorate meetings, per cent of each core member
    #[command(before_help = "Example:\n  clockstop mdt attendance attendance.csv --out mdt")]
    Attendance(Box<MdtAttendance>),
    /// Read outcomes, decisions and next steps from copies of the list into its folder
    #[command(before_help = "Example:\n  clockstop mdt read mdt/mdt-2026-11-26.xlsx")]
    Read(ReadWorklist),
}

#[derive(Args)]
#[command(mut_arg("table", |table| table.help(
    "Which of its tables: `teams`, `meetings`, `missing` (roles that were missing), `members`, `rules_in_use`"
)))]
pub struct MdtAttendance {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Args)]
#[command(mut_arg("table", |table| table.help(
    "Which of its tables: `patients`, or `meetings` (every meeting in the files)"
)))]
pub struct MdtList {
    #[command(flatten)]
    pub inputs: Inputs,
    /// The day of the meeting
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub meeting: NaiveDate,
    /// Only this tumour site
    #[arg(long, value_name = "TEXT")]
    pub site: Option<String>,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Args)]
pub struct Diff {
    /// Run records (`run.json`) or their folders, in time order: the last is compared with the one before it;
    /// earlier ones show which findings have come back
    #[arg(required = true, num_args = 2.., value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Verify {
    /// Folder of a run
    pub folder: PathBuf,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Worklist {
    #[command(subcommand)]
    pub command: WorklistCommand,
}

#[derive(Subcommand)]
pub enum WorklistCommand {
    /// Read status, action, comment and assignee from copies of a worklist (.xlsx, .ods, or a sheet as .csv) into
    /// the run's folder
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop worklist read october/worklist-2026-10.xlsx\n",
            "  clockstop worklist read anna.xlsx ben.csv --run october"
        )
    )]
    Read(ReadWorklist),
}

#[derive(Args)]
pub struct ReadWorklist {
    /// Copies of the worklist
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Folder of the run; by default the first file's folder, otherwise `out`
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}
