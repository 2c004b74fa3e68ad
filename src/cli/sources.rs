//! The commands about layouts of exports: which are known, which comes nearest to a file, whether their examples hold.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::{Output, RulesFolder};

#[derive(Args)]
pub struct Sources {
    #[command(subcommand)]
    pub command: SourcesCommand,
}

#[derive(Subcommand)]
pub enum SourcesCommand {
    /// The layouts that are known: one line a table of a source
    List {
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        rules: RulesFolder,
    },
    /// Set a file against the known layouts, column by column, and draft a source for it
    Try(SourcesTry),
    /// List the texts of an export that stand for no code, as the start of a code map
    Map(SourcesMap),
    /// Run the examples of sources
    Test {
        /// Only sources whose name begins so; may be given more than once
        #[arg(long, value_name = "NAME")]
        select: Vec<String>,
        #[command(flatten)]
        rules: RulesFolder,
    },
}

#[derive(Args)]
pub struct SourcesTry {
    /// CSV or Excel files, or folders of them, with headings
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Set them against this source alone
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Write the start of a source for the first file to this file, which must not be there yet, such as our-rules/sources/ours.toml
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub rules: RulesFolder,
}

#[derive(Args)]
pub struct SourcesMap {
    /// CSV or Excel files, or folders of them, of a known layout
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read them as this source, instead of recognising them by their headings
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Write the map to this file instead of showing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
}

#[derive(Args)]
pub struct Profile {
    /// CSV or Excel files, or folders of them, with headings
    #[arg(required = true, value_name = "INPUT")]
    pub files: Vec<PathBuf>,
    /// An earlier export of the same: what changed since is said
    #[arg(long, value_name = "FILE")]
    pub compare: Vec<PathBuf>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = ProfileFormat::Text)]
    pub format: ProfileFormat,
    /// Write it to this file instead of showing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
}

/// How a profile is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ProfileFormat {
    /// To read at the screen
    Text,
    /// A line a column
    Csv,
    /// One array of objects
    Json,
}
