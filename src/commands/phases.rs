//! `clockstop phases`: how the days of a wait were spent, and why people waited too long. It shows the
//! listing of that name.

use anyhow::Result;

use crate::cli::{List, Phases, Shown};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries.
const LISTING: &str = "phases";

pub fn run(options: Phases) -> Result<Exit> {
    let shown = Shown {
        table: options.table,
        out: None,
        output: options.output,
    };
    super::list::run(&List {
        month: options.month,
        ..List::named(LISTING, options.inputs, shown)
    })
}
