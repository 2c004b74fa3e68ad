//! The command line: what may be typed. Only `commands` asks what it was.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use crate::periods::By;
use crate::small_numbers::Preset;
use crate::write::Format;

const EXAMPLES: &str = "\
Examples:
  clockstop run exports --month 2026-10 --provider RZZ --out october
      the month: upload file, submission workbook, worklist, board pack
  clockstop check upload.csv --summary
      how many records pass, fail, or cannot be judged, for every check
  clockstop waits exports --month 2026-10 -o waits.csv
      every wait, counted or not, and why
  clockstop explain CWT-O008
      one check: what, why, how to put it right

An input is a CSV or Excel file, or a folder of them. Nothing is sent anywhere: the program has no network code.";

const EXIT_CODES: &str = "\
Exit codes: 0 clean · 1 findings at or above --fail-on · 2 usage, configuration or rules · 3 an input cannot be
read or recognised · 4 an output cannot be written · 5 refused, to protect patients";

/// National cancer returns, worklists and board packs from a trust's own exports.
#[derive(Parser)]
#[command(version, before_help = EXAMPLES, after_help = EXIT_CODES, propagate_version = true, help_expected = true, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make the month: upload file, submission workbook, worklist, board pack and run record
    #[command(before_help = "Example:\n  clockstop run exports --month 2026-10 --provider RZZ --out october")]
    Run(Run),
    /// List what is wrong with the records, one line a failing row and check
    #[command(
        before_help = "Examples:\n  clockstop check upload.csv -o findings.csv\n  clockstop check exports --summary\n  clockstop check exports --format text\n  clockstop check exports --select CWT-O --fail-on warning"
    )]
    Check(Check),
    /// List every wait, counted or not, and why: one line a row, standard and share
    #[command(before_help = "Example:\n  clockstop waits exports --month 2026-10 -o waits.csv")]
    Waits(Table),
    /// Count the waits into the 30 columns of the national Monthly Combined CSV
    #[command(
        before_help = "Examples:\n  clockstop performance exports --month 2026-10\n  clockstop performance exports --month 2026-10 --by year-to-date --provider RZZ\n  clockstop performance exports --by quarter --by-site -o sites.csv"
    )]
    Performance(Performance),
    /// Read NHS England's monthly provider workbooks into the columns of the Combined CSV, and check their sums
    #[command(before_help = "Example:\n  clockstop published AUGUST-2025-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx -o august.csv")]
    Published(Published),
    /// Set our figures beside the published ones, and our records beside those submitted; exit 1 when they differ
    #[command(
        before_help = "Examples:\n  clockstop reconcile exports --published AUGUST-2025-PROVIDER.xlsx --month 2025-08 --provider RZZ\n  clockstop reconcile exports --submitted october/upload-2026-10.csv --month 2026-10"
    )]
    Reconcile(Reconcile),
    /// Where a trust stands among the providers of a published workbook: rank and funnel limits
    #[command(before_help = "Example:\n  clockstop benchmark AUGUST-2025-PROVIDER.xlsx --provider RZZ")]
    Benchmark(Benchmark),
    /// List who is waiting on the 28- or 62-day clock, sorted by who breaches next
    #[command(
        before_help = "Examples:\n  clockstop ptl exports --as-at 2026-11-22 --out ptl\n  clockstop ptl exports --as-at 2026-11-22 --table sections -o canptl.csv"
    )]
    Ptl(Ptl),
    /// Tell one pathway: its dates in order, its clocks, why each is counted, breached or left out, and its checks
    #[command(before_help = "Example:\n  clockstop why RZZ/000900001234 exports")]
    Why(Why),
    /// Say where the days of counted waits went: median days of each step, shared pathways, recorded delay reasons
    #[command(
        before_help = "Examples:\n  clockstop phases exports --month 2026-10\n  clockstop phases exports --month 2026-10 --table delay_reasons"
    )]
    Phases(Phases),
    /// Count how complete and how valid each field is: missing, invalid and default values apart
    #[command(before_help = "Example:\n  clockstop quality exports --month 2026-10 -o fields.csv")]
    Quality(Table),
    /// List every record with its canonical and derived columns, without identifiers
    #[command(before_help = "Example:\n  clockstop records exports -o records.csv")]
    Records(RecordsOptions),
    /// Compare runs: which findings are new, fixed, persisting, reopened, gone or no longer assessable
    #[command(
        before_help = "Examples:\n  clockstop diff october-week-1 october-week-2\n  clockstop diff week-1 week-2 week-3 -o changes.csv"
    )]
    Diff(Diff),
    /// Accept a finding as it is, for a reason and for a time
    Waivers(Waivers),
    /// Look at the rulebook, test it, add to it
    #[command(
        before_help = "Examples:\n  clockstop rules list --format xlsx -o checks.xlsx\n  clockstop rules new RZZ-001 --name late-receipt -o our-checks/own.toml\n  clockstop rules test --rules our-checks --select RZZ\n  clockstop rules lint --rules our-checks"
    )]
    Rules(Rules),
    /// Explain one check in full
    #[command(before_help = "Examples:\n  clockstop explain CWT-O008\n  clockstop explain CWT-O008 --run october/run.json")]
    Explain(Explain),
    /// Make synthetic exports: no real patient, the same bytes for the same seed
    #[command(
        before_help = "Examples:\n  clockstop synth --source ncwtmds --rows 1000 --seed 1 -o upload.csv\n  clockstop synth --source sample --rows 25000 --seed 1 -o sample-data"
    )]
    Synth(Synth),
}

/// What every command that reads exports takes.
#[derive(Args, Clone)]
pub struct Inputs {
    /// CSV or Excel files, or folders of them
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Read the inputs as this source, instead of recognising them by their headings
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// The trust that submits, by its three-character code
    #[arg(long, value_name = "CODE")]
    pub provider: Option<String>,
    /// The date the run stands at; today by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_at: Option<NaiveDate>,
    /// File with the trust's own secret: pathways without a local id are then shown by a keyed pseudonym
    #[arg(long, value_name = "FILE", env = "CLOCKSTOP_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
}

#[derive(Args, Clone)]
pub struct RulesFolder {
    /// Folder of rules laid over those that come with the program: more checks, or files that replace
    #[arg(long, value_name = "DIR", env = "CLOCKSTOP_RULES")]
    pub rules: Option<PathBuf>,
    /// The data set, a folder of the rules
    #[arg(long, value_name = "NAME", default_value = "cwt")]
    pub data_set: String,
}

#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    pub inputs: Inputs,
    /// The month of the return
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// Folder for what is made
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    #[command(flatten)]
    pub waivers: WaiversFile,
    /// How small numbers in the pack are treated: `internal` shows all, `lt5` hides counts under five
    #[arg(long, value_enum, default_value_t = Preset::Internal)]
    pub small_numbers: Preset,
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
    /// The number of findings of each check, the most first, instead of findings
    #[arg(long, conflicts_with = "summary")]
    pub statistics: bool,
    /// Only checks whose id begins so; may be given more than once
    #[arg(long, value_name = "ID")]
    pub select: Vec<String>,
    /// Without the checks whose id begins so; may be given more than once
    #[arg(long, value_name = "ID")]
    pub ignore: Vec<String>,
    #[command(flatten)]
    pub waivers: WaiversFile,
    #[command(flatten)]
    pub fail_on: FailOn,
    /// Form of the findings
    #[arg(long, value_enum, default_value_t = FindingsFormat::Csv)]
    pub format: FindingsFormat,
    /// Write them to this file instead of showing them
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Which rules file of a trust a schema is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SchemaFor {
    Checks,
    Plan,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FindingsFormat {
    /// To read at the screen: by check, worst first, where to look
    Text,
    /// A line a failing row and check
    Csv,
    /// One array of objects
    Json,
    /// An object a line
    Jsonl,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// JUnit XML, for build servers: a test case a check
    Junit,
}

#[derive(Args)]
pub struct WaiversFile {
    /// File of waivers: findings accepted as they are. Without it, `waivers.toml` in the folder of `--rules`
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
}

#[derive(Args)]
pub struct Waivers {
    #[command(subcommand)]
    pub command: WaiversCommand,
}

#[derive(Subcommand)]
pub enum WaiversCommand {
    /// Print a waiver of a finding, to fill in and paste into the waivers file
    #[command(before_help = "Example:\n  clockstop waivers new --check CWT-D003 --pathway 1024920 --key-file key exports")]
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
    /// Why the record is right, or has to stay as it is
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub approved_by: Option<String>,
    /// The last day on which it holds; three months from the date of the run by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub expires: Option<NaiveDate>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Write the waiver to this file instead of showing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct FailOn {
    /// Exit with 1 when there are findings of this severity or worse
    #[arg(long, value_name = "SEVERITY", default_value = "reject", value_parser = ["reject", "error", "warning", "info", "never"])]
    pub fail_on: String,
}

#[derive(Args)]
pub struct Table {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only this month
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Performance {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only this month; with `--by`, the period that ends with it, or the quarter that it lies in
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// What one line covers. Longer periods are sums of months; the financial year begins in April
    #[arg(long, value_enum, default_value_t = By::Month)]
    pub by: By,
    /// A line for each site of a trust: `Org_Code` is the site, `Parent_Org` its trust
    #[arg(long)]
    pub by_site: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Output {
    /// Form of the rows
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// Write the rows to this file instead of showing them
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct Published {
    /// Provider workbooks of NHS England, one a month
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(group(clap::ArgGroup::new("against").required(true).multiple(true).args(["published", "submitted"])))]
pub struct Reconcile {
    #[command(flatten)]
    pub inputs: Inputs,
    /// The provider workbook that NHS England published for the month
    #[arg(long, value_name = "FILE")]
    pub published: Option<PathBuf>,
    /// An upload file that was submitted for the month; given again for each further file
    #[arg(long, value_name = "FILE")]
    pub submitted: Vec<PathBuf>,
    /// The month; by default that of the published workbook
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Also what is equal, and records of ours that are held back and were not submitted
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub waivers: WaiversFile,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Benchmark {
    /// Provider workbooks of NHS England, one a month
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The trust, by its three-character code
    #[arg(long, value_name = "CODE")]
    pub provider: String,
    #[command(flatten)]
    pub rules: RulesFolder,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Ptl {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Which of its tables: `waiting` (who waits), `sections` (weekly national return), `tip_ins`, `over_104`, `not_waiting`
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// Folder for the workbook of the trackers, `ptl-DATE.xlsx`; rows are then shown only where `-o` or `--table` asks
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct RecordsOptions {
    #[command(flatten)]
    pub inputs: Inputs,
    /// With NHS numbers, other identifiers and free text
    #[arg(long)]
    pub identifiable: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Why {
    /// The pathway, as `waits` and the worklist name it
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
pub struct Diff {
    /// Run records (`run.json`) or their folders, in time order: the last is compared with the one before it, and
    /// earlier ones tell what was there already
    #[arg(required = true, num_args = 2.., value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Rules {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Subcommand)]
pub enum RulesCommand {
    /// The catalogue of checks
    List {
        #[command(flatten)]
        rules: RulesFolder,
        /// Form of the rows; `xlsx` is a workbook and needs `-o`
        #[arg(long, value_enum, default_value_t = ListFormat::Csv)]
        format: ListFormat,
        /// Write the rows to this file instead of showing them
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Run the examples of every check and source, and see whether they notice faults planted in the checks
    Test(RulesTest),
    /// Say what is wrong or doubtful in the rules, with file and line
    Lint {
        #[command(flatten)]
        rules: RulesFolder,
    },
    /// Print a JSON Schema of checks or of a plan, for an editor to complete and check them by
    Schema {
        /// What is written by it: `checks`, or `plan` for `plan.toml`
        #[arg(long = "for", value_enum, default_value_t = SchemaFor::Checks)]
        of: SchemaFor,
        /// Write it to this file instead of showing it
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        rules: RulesFolder,
    },
    /// Print the start of a new check, every key with what it means
    New {
        /// Its id, which begins with your trust's code, such as RZZ-001
        id: String,
        /// The bad thing, in kebab-case, such as treatment-before-decision
        #[arg(long)]
        name: String,
        /// Write it to this file, which must not be there yet
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        rules: RulesFolder,
    },
}

/// How the catalogue of checks is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    Csv,
    Json,
    Xlsx,
}

#[derive(Args)]
pub struct RulesTest {
    #[command(flatten)]
    pub rules: RulesFolder,
    /// Only checks whose id begins so; may be given more than once
    #[arg(long, value_name = "ID")]
    pub select: Vec<String>,
    /// Without the planted faults
    #[arg(long)]
    pub no_mutants: bool,
    /// Show, for faults that no example notices, an example that would
    #[arg(long, conflicts_with = "no_mutants")]
    pub suggest: bool,
}

#[derive(Args)]
pub struct Explain {
    /// Id of a check, such as CWT-O008
    pub id: String,
    /// Record of a run (`run.json`): shows what it found
    #[arg(long, value_name = "FILE")]
    pub run: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
}

#[derive(Args)]
pub struct Synth {
    /// What the exports look like: a source of the rulebook, or `sample` for register and PAS together
    #[arg(long, value_name = "NAME", default_value = "ncwtmds")]
    pub source: String,
    /// Number of records
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub rows: usize,
    /// The same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// File, or folder for a source of several files
    #[arg(short, long, value_name = "PATH")]
    pub output: PathBuf,
    /// Plant the fault of this check, and list where in PATH.broken.csv
    #[arg(long = "break", value_name = "ID")]
    pub breaks: Vec<String>,
    /// Plant faults of every kind at believable rates
    #[arg(long)]
    pub faults: bool,
    #[command(flatten)]
    pub rules: RulesFolder,
}
