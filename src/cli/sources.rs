//! The commands about layouts of exports: the known ones, the nearest one for a file, and the test of their
//! examples.

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
    /// The known layouts: one line for each table of a source
    List {
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        rules: RulesFolder,
    },
    /// Compare a file with the known layouts, column by column, and draft a source for it
    Try(SourcesTry),
    /// List the texts of an export without a code, as the start of a code map
    Map(SourcesMap),
    /// Run the examples of sources
    Test {
        /// Only sources whose name begins with this; may be given more than once
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
    /// Compare them with this source only
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Write the start of a source for the first file to this file, which must not exist yet, such as
    /// our-rules/sources/ours.toml
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub rules: RulesFolder,
}

#[derive(Args)]
pub struct SourcesMap {
    /// CSV or Excel files, or folders of them, with a known layout
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
    /// An earlier export of the same data: list what changed since then
    #[arg(long, value_name = "FILE")]
    pub compare: Vec<PathBuf>,
    /// Format of the output
    #[arg(long, value_enum, default_value_t = ProfileFormat::Text)]
    pub format: ProfileFormat,
    /// Write it to this file instead of showing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
}

/// The format of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ProfileFormat {
    /// For the screen
    Text,
    /// A page for a browser
    Html,
    /// One line for each column
    Csv,
    /// One array of objects
    Json,
}
