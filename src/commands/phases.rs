//! `clockstop phases`: how the days of a wait were spent, and why people waited too long. It shows the
//! listing of that name.

use anyhow::Result;

use super::own::Own;
use crate::cli::{List, Phases, Shown};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries.
const LISTING: &str = "phases";

pub fn run(options: Phases, own: &Own) -> Result<Exit> {
    let shown = Shown {
        table: options.table,
        out: None,
        output: options.output,
    };
    let list = List {
        month: options.month,
        ..List::named(LISTING, options.inputs, shown)
    };
    super::list::run(&list, own)
}
