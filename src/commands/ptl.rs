//! `clockstop ptl`: the patient tracking list at the end of a day. It shows the listing of that name.

use anyhow::Result;

use crate::cli::{List, Ptl};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries of the list.
const LISTING: &str = "ptl";

pub fn run(options: Ptl) -> Result<Exit> {
    super::list::run(&List {
        name: LISTING.to_string(),
        inputs: options.inputs,
        month: None,
        table: options.table,
        earlier: Vec::new(),
        out: options.out,
        since: options.since,
        only: Vec::new(),
        stem: None,
        output: options.output,
    })
}
