//! `clockstop ptl`: the patient tracking list at the end of a day. It shows the listing of that name.

use anyhow::Result;

use crate::cli::{List, Ptl};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries of the list.
const LISTING: &str = "ptl";

pub fn run(options: Ptl) -> Result<Exit> {
    super::list::run(&List {
        since: options.since,
        ..List::named(LISTING, options.inputs, options.shown)
    })
}
