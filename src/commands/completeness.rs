//! `clockstop completeness`: how complete a data set is. It shows the listing of that name.

use anyhow::Result;

use super::own::Own;
use crate::cli::{Completeness, List};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries.
const LISTING: &str = "completeness";

pub fn run(options: Completeness, own: &Own) -> Result<Exit> {
    let list = List {
        month: options.month,
        earlier: options.earlier,
        ..List::named(LISTING, options.inputs, options.shown)
    };
    super::list::run(&list, own)
}
