//! `clockstop phases`: how the days of a wait were spent, and why people waited too long. It shows the
//! listing of that name.

use anyhow::Result;

use crate::cli::{List, Phases};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries.
const LISTING: &str = "phases";

pub fn run(options: Phases) -> Result<Exit> {
    super::list::run(&List {
        name: LISTING.to_string(),
        inputs: options.inputs,
        month: options.month,
        table: options.table,
        earlier: Vec::new(),
        out: None,
        since: None,
        only: Vec::new(),
        stem: None,
        output: options.output,
    })
}
