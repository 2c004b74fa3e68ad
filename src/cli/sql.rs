//! The command about other engines.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::shared::{RulesFolder, date};
use crate::sql::dialect::Dialect;

#[derive(Args)]
pub struct Sql {
    /// The engine that is to run it
    #[arg(long, value_enum)]
    pub dialect: Dialect,
    /// The table of records on that engine: one column a field, named as the source names them
    #[arg(
        long,
        value_name = "TABLE",
        required_unless_present = "self_test",
        conflicts_with = "self_test"
    )]
    pub records: Option<String>,
    /// Its column with whole numbers in the order of the file, each once; rules hang on that order, so it is never made up
    #[arg(
        long,
        value_name = "COLUMN",
        required_unless_present = "self_test",
        conflicts_with = "self_test"
    )]
    pub record_id: Option<String>,
    /// How the table is laid out: a source of one table. By default the upload file of the data set
    #[arg(long, value_name = "NAME", conflicts_with = "self_test")]
    pub source: Option<String>,
    /// The trust that submits, by its code of three or five characters
    #[arg(long, value_name = "CODE", conflicts_with = "self_test")]
    pub provider: Option<String>,
    /// The column with the trust that submitted each record, where one table holds those of many
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["provider", "self_test"])]
    pub provider_column: Option<String>,
    /// The date the run stands at; today by default. It stands in one statement of the script
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, conflicts_with = "self_test")]
    pub as_at: Option<NaiveDate>,
    /// Begins the name of everything that is made, and may name a schema; by default the data set and `_`
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// Keep the cells and the typed records as tables too: they hold identifiers, and need not be worked out again
    #[arg(long)]
    pub tables: bool,
    /// Leave the steps on the way, which hold identifiers; without it they are dropped at the end
    #[arg(long)]
    pub keep_steps: bool,
    /// Only checks whose id begins so; may be given more than once
    #[arg(long, value_name = "ID", conflicts_with = "self_test")]
    pub select: Vec<String>,
    /// Without the checks whose id begins so; may be given more than once
    #[arg(long, value_name = "ID", conflicts_with = "self_test")]
    pub ignore: Vec<String>,
    /// Print the examples that the rules carry instead: ends in a table that must be empty, and needs no patient's record
    #[arg(long)]
    pub self_test: bool,
    /// Write the same as a dbt project into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub dbt: Option<PathBuf>,
    /// Write the script to this file instead of showing it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesFolder,
}
