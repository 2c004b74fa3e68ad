//! The commands about rules: list, test, lint, scaffold, explain; and synthetic exports.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::RulesFolder;

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
        /// Format of the rows; `xlsx` is a workbook and needs `-o`
        #[arg(long, value_enum, default_value_t = ListFormat::Csv)]
        format: ListFormat,
        /// Write the rows to this file instead of showing them
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Run the examples of checks, sources and measures, and test whether they notice faults planted in
    /// checks and measures
    Test(RulesTest),
    /// Say what is wrong or doubtful in the rules, with file and line
    Lint {
        #[command(flatten)]
        rules: RulesFolder,
    },
    /// Print a JSON Schema of checks or of a plan, so that an editor can complete and check them
    Schema {
        /// What the schema is for: `checks`, or `plan` for `plan.toml`
        #[arg(long = "for", value_enum, default_value_t = SchemaFor::Checks)]
        of: SchemaFor,
        /// Write it to this file instead of showing it
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        rules: RulesFolder,
    },
    /// Print the template of a new check, with the meaning of every key
    New {
        /// Its id, which begins with your trust's code, such as RZZ-001
        id: String,
        /// The fault that it finds, in kebab-case, such as treatment-before-decision
        #[arg(long)]
        name: String,
        /// Write it to this file, which must not exist yet
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        rules: RulesFolder,
    },
}

/// The rules file of a trust that a schema is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SchemaFor {
    Checks,
    Plan,
}

/// The format of the catalogue of checks.
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
    /// Only checks whose id begins with this; may be given more than once
    #[arg(long, value_name = "ID")]
    pub select: Vec<String>,
    /// Do not plant faults
    #[arg(long)]
    pub no_mutants: bool,
    /// For faults that no example notices, show an example that would
    #[arg(long, conflicts_with = "no_mutants")]
    pub suggest: bool,
    /// Plant faults in derived.sql, pathways.sql and the sources too, which takes minutes
    #[arg(long, conflicts_with_all = ["no_mutants", "select"])]
    pub facts: bool,
    /// Of each file that --facts names, plant at most so many faults
    #[arg(long, value_name = "N", requires = "facts")]
    pub sample: Option<usize>,
    /// Another number takes other faults for --sample
    #[arg(long, value_name = "N", default_value_t = 1, requires = "sample")]
    pub seed: u64,
}

#[derive(Args)]
pub struct Explain {
    /// Id of a check, such as CWT-O008
    pub id: String,
    /// Record of a run (`run.json`): show what it found
    #[arg(long, value_name = "FILE")]
    pub run: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
}

#[derive(Args)]
pub struct Synth {
    /// The layout of the exports: a source of the rulebook, or `sample` for register and PAS together
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
    /// Plant the fault of this check, and list the rows in PATH.broken.csv
    #[arg(long = "break", value_name = "ID")]
    pub breaks: Vec<String>,
    /// Plant faults of every kind at realistic rates
    #[arg(long)]
    pub faults: bool,
    #[command(flatten)]
    pub rules: RulesFolder,
}
