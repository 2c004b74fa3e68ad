//! The command for other engines.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::shared::{RulesFolder, date};
use crate::sql::dialect::Dialect;

#[derive(Args)]
pub struct Sql {
    /// The engine that will run it
    #[arg(long, value_enum)]
    pub dialect: Dialect,
    /// The table of records on that engine: one column for each field, named as in the source
    #[arg(
        long,
        value_name = "TABLE",
        required_unless_present = "self_test",
        conflicts_with = "self_test"
    )]
    pub records: Option<String>,
    /// Its column with unique whole numbers in file order; rules depend on that order, so it is never
    /// invented
    #[arg(
        long,
        value_name = "COLUMN",
        required_unless_present = "self_test",
        conflicts_with = "self_test"
    )]
    pub record_id: Option<String>,
    /// The layout of the table: a source with one table. By default the upload file of the data set
    #[arg(long, value_name = "NAME", conflicts_with = "self_test")]
    pub source: Option<String>,
    /// The trust that submits, by its code of three or five characters
    #[arg(long, value_name = "CODE", conflicts_with = "self_test")]
    pub provider: Option<String>,
    /// The column with the trust that submitted each record, if one table holds records of several trusts
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["provider", "self_test"])]
    pub provider_column: Option<String>,
    /// The date of the run; today by default. It is in one statement of the script
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, conflicts_with = "self_test")]
    pub as_at: Option<NaiveDate>,
    /// The prefix of the name of every object, which may include a schema; by default the data set and `_`
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// Keep the cells and the typed records as tables too: they hold identifiers, and need not be computed
    /// again
    #[arg(long)]
    pub tables: bool,
    /// Keep the intermediate tables, which hold identifiers; without it they are dropped at the end
    #[arg(long)]
    pub keep_steps: bool,
    /// Only checks whose id begins with this; may be given more than once
    #[arg(long, value_name = "ID", conflicts_with = "self_test")]
    pub select: Vec<String>,
    /// Leave out checks whose id begins with this; may be given more than once
    #[arg(long, value_name = "ID", conflicts_with = "self_test")]
    pub ignore: Vec<String>,
    /// Print the rules' examples instead: the script ends in a table that must be empty, and needs no
    /// patient's record
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
