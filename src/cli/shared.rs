//! Options that several commands share: exports, rules, waivers, the format of the output.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::rulebook::Severity;
use crate::terminal::failure::Exit;
use crate::write::Format;

/// The options of every command that reads exports.
#[derive(Args, Clone)]
pub struct Inputs {
    /// CSV or Excel files, or folders of them
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Read the inputs as this source, instead of recognising them by their headings
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// The trust that submits, by its code of three or five characters
    #[arg(long, value_name = "CODE")]
    pub provider: Option<String>,
    /// The date of the run; today by default
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_at: Option<NaiveDate>,
    /// File with the trust's own secret: pathways without a local id are then shown by a keyed pseudonym
    #[arg(long, value_name = "FILE", env = "CLOCKSTOP_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The most megabytes that a file may have, or unpack to; by default 8192, and 768 unpacked
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_size: Option<u64>,
    #[command(flatten)]
    pub rules: RulesFolder,
}

#[derive(Args, Clone)]
pub struct RulesFolder {
    /// Folder of your own rules, added to the built-in ones: more checks, or files that replace built-in
    /// files
    #[arg(long, value_name = "DIR", env = "CLOCKSTOP_RULES")]
    pub rules: Option<PathBuf>,
    /// The data set, a folder of the rules
    #[arg(long, value_name = "NAME", default_value = "cwt")]
    pub data_set: String,
    /// The most seconds of processor time that one query of the rules may take; by default 12, and more for
    /// many records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_seconds: Option<u64>,
}

#[derive(Args)]
pub struct Output {
    /// Format of the rows
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// Write the rows to this file instead of showing them
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct WaiversFile {
    /// File of waivers (accepted findings). Without it, `waivers.toml` in the folder of `--rules`
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
}

#[derive(Args)]
pub struct FailOn {
    /// Exit with 1 if there are findings of this severity or worse
    #[arg(long, value_name = "SEVERITY", default_value = "reject", value_parser = limits())]
    pub fail_on: FailLimit,
}

/// The mildest severity that fails a run; `None` for `never`.
#[derive(Debug, Clone, Copy)]
pub struct FailLimit(pub Option<Severity>);

/// The words for the severities of single records, and `never`.
fn limits() -> impl TypedValueParser<Value = FailLimit> {
    let words = Severity::ALL
        .into_iter()
        .filter(|severity| *severity != Severity::RejectFile)
        .map(Severity::word);
    PossibleValuesParser::new(words.chain(["never"])).map(|word| {
        let severity = Severity::ALL.into_iter().find(|severity| severity.word() == word);
        FailLimit(severity)
    })
}

impl FailOn {
    /// The exit code of a run, by the worst of its findings that are not waived.
    pub fn exit(&self, worst: Option<Severity>) -> Exit {
        match (worst, self.fail_on.0) {
            (Some(worst), Some(limit)) if worst <= limit => Exit::Findings,
            _ => Exit::Clean,
        }
    }
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

/// Reads a typed date; other formats are refused, even if a date could be guessed.
pub fn date(text: &str) -> Result<NaiveDate, String> {
    let is_form = text.len() == "YYYY-MM-DD".len();
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| is_form)
        .ok_or_else(|| "not a date: write it as YYYY-MM-DD, such as 2026-10-31".to_string())
}
