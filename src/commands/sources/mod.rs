//! `clockstop sources`: the known layouts of exports, and help with an unknown one.

mod compare;
mod list;
mod map;
mod test;

use anyhow::Result;

use crate::cli::SourcesCommand;
use crate::terminal::failure::Exit;

pub fn run(command: &SourcesCommand) -> Result<Exit> {
    match command {
        SourcesCommand::List { output, rules } => list::run(output, rules),
        SourcesCommand::Map(options) => map::run(options),
        SourcesCommand::Try(options) => compare::run(options),
        SourcesCommand::Test { select, rules } => test::run(select, rules),
    }
}
