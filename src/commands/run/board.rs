//! Adds to the pack of a run what is not a figure of a standard: listings, providers, data quality, the
//! trust's words.

use anyhow::Result;

use super::{Exports, Plan};
use crate::cli::Run;
use crate::measure::Waits;
use crate::pack;
use crate::published::{self, Published};
use crate::report::{FieldLine, FindingLine, Narrative, Pack};
use crate::rulebook::Rulebook;
use crate::sql::RunContext;

/// The files that people give to a pack, in addition to exports.
pub struct Given {
    narrative: Narrative,
    published: Vec<Published>,
}

impl Given {
    /// Reads them. The narrative is the named file, otherwise `narrative.toml` in the folder of the trust's
    /// own rules.
    pub fn read(options: &Run, rulebook: &Rulebook, context: &RunContext) -> Result<Given> {
        let month = crate::calendar::Month::parse(&options.month)?;
        let folder = options.inputs.rules.rules.as_ref();
        let in_rules = folder
            .map(|folder| folder.join("narrative.toml"))
            .filter(|path| path.is_file());
        let narrative = match options.narrative.as_ref().or(in_rules.as_ref()) {
            Some(path) => pack::narrative::read(path, rulebook, month, context.as_at)?,
            None => Narrative::default(),
        };
        let books = crate::commands::published::read(rulebook, &options.published)?;
        Ok(Given {
            narrative,
            published: published::of_providers(books)?,
        })
    }
}

/// Adds everything to a pack, before small numbers are suppressed in it.
pub fn complete(
    plan: &Plan,
    exports: &Exports,
    waits: &Waits,
    (findings, fields): (&[FindingLine], &[FieldLine]),
    pack: &mut Pack,
) -> Result<()> {
    let (rulebook, given) = (plan.rulebook, &plan.given);
    let shown = (plan.month, &plan.own.sites);
    let board = pack::board::run(rulebook, &exports.records, waits, shown, &exports.context)?;
    (pack.waiting, pack.tables) = (board.waiting, board.tables);
    pack.benchmarks = pack::benchmark::make(rulebook, &given.published, &exports.provider, plan.month);
    pack.quality = pack::quality::make(rulebook, findings, fields);
    pack.narrative = given.narrative.clone();
    Ok(())
}
