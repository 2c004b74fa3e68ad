//! `clockstop milestones`: how far the steps of timed pathways are reached by their day. It is the listing of
//! that name.

use anyhow::Result;

use super::own::Own;
use crate::cli::{List, Milestones};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries.
const LISTING: &str = "milestones";

pub fn run(options: Milestones, own: &Own) -> Result<Exit> {
    let list = List {
        month: options.month,
        ..List::named(LISTING, options.inputs, options.shown)
    };
    super::list::run(&list, own)
}
