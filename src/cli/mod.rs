//! The command line: its commands and options. `commands` runs them.

pub mod config;
mod data;
mod rules;
mod setup;
mod shared;
mod sources;
mod sql;

use clap::{Parser, Subcommand};

pub use data::*;
pub use rules::*;
pub use setup::*;
pub use shared::*;
pub use sources::*;
pub use sql::*;

const EXAMPLES: &str = "\
Examples:
  clockstop run exports --month 2026-10 --provider RZZ --out october
      the month: upload file, submission workbook, worklist, board pack
  clockstop check upload.csv --summary
      how many records pass, fail, or cannot be judged, for every check
  clockstop waits exports --month 2026-10 -o waits.csv
      every wait, counted or not, and why
  clockstop explain CWT-O008
      one check: what, why, how to fix it

An input is a CSV or Excel file, or a folder of them. Nothing is sent anywhere: the program has no network code.";

const EXIT_CODES: &str = "\
Exit codes: 0 clean · 1 findings at or above --fail-on · 2 usage, configuration or rules · 3 an input cannot be
read or recognised · 4 an output cannot be written · 5 refused, to protect patients";

/// National cancer returns, worklists and board packs from a trust's own exports.
#[derive(Parser)]
#[command(
    version,
    before_help = EXAMPLES,
    after_help = EXIT_CODES,
    propagate_version = true,
    help_expected = true,
    max_term_width = 110
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// The definition of the command line.
pub fn definition() -> clap::Command {
    use clap::CommandFactory;
    // A watched folder may stand in for the inputs.
    let of_run = |run: clap::Command| {
        run.mut_arg("inputs", |inputs| {
            inputs.required(false).required_unless_present("watch")
        })
    };
    Cli::command().mut_subcommand("run", of_run)
}

#[derive(Subcommand)]
pub enum Command {
    /// Make the month: upload file, submission workbook, worklist, board pack and run record
    #[command(before_help = concat!(
            "Examples:\n",
            "  clockstop run exports --month 2026-10 --provider RZZ --out october\n",
            "  clockstop run --month 2026-10 --watch exports"
        )
    )]
    Run(Run),
    /// List what is wrong with the records, one line for each failing row and check
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop check upload.csv -o findings.csv\n",
            "  clockstop check exports --summary\n",
            "  clockstop check exports --format text\n",
            "  clockstop check exports --select CWT-O --fail-on warning"
        )
    )]
    Check(Check),
    /// List every wait, counted or not, and why: one line for each record, standard and share
    #[command(before_help = "Example:\n  clockstop waits exports --month 2026-10 -o waits.csv")]
    Waits(Table),
    /// Count the waits into the 30 columns of the national Monthly Combined CSV
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop performance exports --month 2026-10\n",
            "  clockstop performance exports --month 2026-10 --by year-to-date --provider RZZ\n",
            "  clockstop performance exports --by quarter --by-site -o sites.csv"
        )
    )]
    Performance(Performance),
    /// Read NHS England's monthly provider workbooks into the columns of the Combined CSV, and check their
    /// sums
    #[command(
        before_help = concat!(
            "Example:\n",
            "  clockstop published AUGUST-2025-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx -o august.csv"
        )
    )]
    Published(Published),
    /// Compare our figures with the published ones, and our records with those submitted; exit 1 if they
    /// differ
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop reconcile exports --published AUGUST-2025-PROVIDER.xlsx --month 2025-08 --provider RZZ\n",
            "  clockstop reconcile exports --submitted october/upload-2026-10.csv --month 2026-10"
        )
    )]
    Reconcile(Reconcile),
    /// Show a trust's rank among the providers of a published workbook, with funnel limits
    #[command(before_help = "Example:\n  clockstop benchmark AUGUST-2025-PROVIDER.xlsx --provider RZZ")]
    Benchmark(Benchmark),
    /// List who is waiting on the 28- or 62-day clock, sorted by who breaches next
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop ptl exports --as-at 2026-11-22 --out ptl\n",
            "  clockstop ptl exports --as-at 2026-11-22 --table sections -o canptl.csv"
        )
    )]
    Ptl(Ptl),
    /// Show one pathway: its dates in order, its clocks, why each is counted, breached or left out, and its
    /// checks
    #[command(before_help = "Example:\n  clockstop why RZZ/000900001234 exports")]
    Why(Why),
    /// Show how the days of counted waits were spent: median days of each step, shared pathways, recorded
    /// delay reasons
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop phases exports --month 2026-10\n",
            "  clockstop phases exports --month 2026-10 --table delay_reasons"
        )
    )]
    Phases(Phases),
    /// How far each step of a timed pathway is reached by its day: share and median by tumour site and month
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop milestones exports --month 2026-09\n",
            "  clockstop milestones exports --table targets"
        )
    )]
    Milestones(Milestones),
    /// The list for a meeting of a multidisciplinary team, and what was decided there
    Mdt(Mdt),
    /// Count how complete a data set is, by group and month (its listing `completeness`)
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop completeness cosd.xml --data-set cosd\n",
            "  clockstop completeness cosd.xml --data-set cosd --table missing --month 2024-03"
        )
    )]
    Completeness(Completeness),
    /// Show any listing folder of the data set as a table
    #[command(
        before_help = "Example:\n  clockstop list completeness cosd.xml --data-set cosd --table by_group"
    )]
    List(List),
    /// Say how each record of the register was found among the patients of a PAS: six statuses, nothing
    /// merged
    #[command(
        before_help = "Examples:\n  clockstop link exports --summary\n  clockstop link exports -o links.csv"
    )]
    Link(Link),
    /// Count how complete and how valid each field is: missing, invalid and default values
    #[command(before_help = "Example:\n  clockstop quality exports --month 2026-10 -o fields.csv")]
    Quality(Table),
    /// List every record with its canonical and derived columns, without identifiers
    #[command(before_help = "Example:\n  clockstop records exports -o records.csv")]
    Records(RecordsOptions),
    /// Compare runs: which findings are new, fixed, persisting, reopened, gone or no longer assessable
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop diff october-week-1 october-week-2\n",
            "  clockstop diff week-1 week-2 week-3 -o changes.csv"
        )
    )]
    Diff(Diff),
    /// Check that the files in a folder belong to one run and are unchanged; exit 1 if not
    #[command(before_help = "Example:\n  clockstop verify october")]
    Verify(Verify),
    /// Read what people wrote into worklists; exit 1 if somebody has to look
    Worklist(Worklist),
    /// Accept a finding, for a reason and until a date
    Waivers(Waivers),
    /// List the rulebook, test it, add to it
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop rules list --format xlsx -o checks.xlsx\n",
            "  clockstop rules new RZZ-001 --name late-receipt -o our-checks/own.toml\n",
            "  clockstop rules test --rules our-checks --select RZZ\n",
            "  clockstop rules lint --rules our-checks"
        )
    )]
    Rules(Rules),
    /// Describe each column of an export: filled, distinct, formats, dates, codes; no cell is shown
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop profile referrals.csv\n",
            "  clockstop profile november/referrals.csv --compare october/referrals.csv"
        )
    )]
    Profile(Profile),
    /// List the known layouts of exports, compare a file with them, test them
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop sources list\n",
            "  clockstop sources try our-export.csv\n",
            "  clockstop sources try our-export.csv --profile our-rules/sources/our_export.toml\n",
            "  clockstop sources test --rules our-rules --select our_export"
        )
    )]
    Sources(Sources),
    /// Show everything on invented data, in a folder of its own
    #[command(before_help = "Example:\n  clockstop demo")]
    Demo(Demo),
    /// Set up this folder: write `clockstop.toml` and a script to double-click
    #[command(before_help = "Examples:\n  clockstop init\n  clockstop init --provider RZZ --inputs exports")]
    Init(Init),
    /// Say what is missing or doubtful before a run: settings, exports, rules, key, clock; exit 1 if
    /// something is
    #[command(before_help = "Example:\n  clockstop doctor")]
    Doctor(Doctor),
    /// Show the settings of this folder, and where each comes from
    #[command(before_help = "Example:\n  clockstop config show")]
    Config(ConfigOptions),
    /// Print completions for a shell
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop completions powershell >> $PROFILE\n",
            "  clockstop completions bash > ~/.local/share/bash-completion/completions/clockstop"
        )
    )]
    Completions(Completions),
    /// Print the manual page, or write one for each command
    #[command(before_help = "Example:\n  clockstop man --out man")]
    Man(Man),
    /// Print the rulebook as a script for DuckDB or Spark, for those who have the records of many trusts
    /// there
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop sql --dialect duckdb --records cwt_upload --record-id id --as-at 2026-11-10 -o cwt.sql\n",
            "  clockstop sql --dialect spark --self-test -o self_test.sql\n",
            "  clockstop sql --dialect spark --records cancer.upload --record-id id --provider-column trust --dbt project"
        )
    )]
    Sql(Box<Sql>),
    /// Explain one check in full
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop explain CWT-O008\n",
            "  clockstop explain CWT-O008 --run october/run.json"
        )
    )]
    Explain(Explain),
    /// Make synthetic exports: no real patient, the same bytes for the same seed
    #[command(
        before_help = concat!(
            "Examples:\n",
            "  clockstop synth --source ncwtmds --rows 1000 --seed 1 -o upload.csv\n",
            "  clockstop synth --source sample --rows 25000 --seed 1 -o sample-data"
        )
    )]
    Synth(Synth),
}
