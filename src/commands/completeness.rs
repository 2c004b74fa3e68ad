//! `clockstop completeness`: how complete a data set is, measured as trusts are judged. It shows the listing
//! of that name.

use anyhow::Result;

use crate::cli::{Completeness, List};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries.
const LISTING: &str = "completeness";

pub fn run(options: Completeness) -> Result<Exit> {
    super::list::run(&List {
        name: LISTING.to_string(),
        inputs: options.inputs,
        month: options.month,
        table: options.table,
        earlier: options.earlier,
        out: options.out,
        since: None,
        only: Vec::new(),
        stem: None,
        output: options.output,
    })
}
