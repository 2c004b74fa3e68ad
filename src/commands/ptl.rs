//! `clockstop ptl`: the patient tracking list at the end of a day. It shows the listing of that name.

use anyhow::Result;

use super::own::Own;
use crate::cli::{List, Ptl};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries of the list.
const LISTING: &str = "ptl";

pub fn run(options: Ptl, own: &Own) -> Result<Exit> {
    let list = List {
        since: options.since,
        ..List::named(LISTING, options.inputs, options.shown)
    };
    super::list::run(&list, own)
}
