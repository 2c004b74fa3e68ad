//! `clockstop completeness`: how complete a data set is. It shows the listing of that name.

use anyhow::Result;

use crate::cli::{Completeness, List};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries.
const LISTING: &str = "completeness";

pub fn run(options: Completeness) -> Result<Exit> {
    super::list::run(&List {
        month: options.month,
        earlier: options.earlier,
        ..List::named(LISTING, options.inputs, options.shown)
    })
}
