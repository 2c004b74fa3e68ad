//! Runs all checks over all records. In: compiled checks and records. Out: [`Findings`].
//!
//! Conditions on a single record are evaluated over one stretch of records at a time, by every check, while
//! the stretch's columns are in the cache. Conditions that need other records are evaluated earlier, over the
//! records that share a key (see [`across`]).

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::check::across::Outcomes;
use crate::check::compile::{assert_name, when_name};
use crate::check::parts::looks_across;
use crate::check::tally::Tally;
use crate::check::{Compiled, Counts, Finding, Findings, across};
use crate::compact::{Chunk, Program, Truth, TruthId, Worker, bits};

/// The number of records in a stretch: few enough that what is computed fits the processor's cache. Whole
/// words of bits, so that the bits of stretches can be joined.
const STRETCH: usize = 1 << 16;

/// The result of one check for one stretch of records.
struct Part {
    passed: usize,
    failed: Vec<Finding>,
    unassessed: Vec<u64>,
}

/// A condition of a check, or its `when`: evaluated with its stretch, or earlier over other records too.
enum Side {
    Within(TruthId),
    Across {
        /// Its name among the outcomes.
        name: String,
        /// The condition for records that are alone in their windows.
        alone: Option<TruthId>,
    },
}

/// The conditions of a check in order: `when` and `assert`.
type Sides = Vec<(Option<Side>, Side)>;

/// Runs compiled checks over records.
pub fn judge<'a>(compiled: &[Compiled<'a>], records: &DataFrame) -> Result<Findings<'a>> {
    judge_in_stretches(compiled, records, STRETCH)
}

/// The same with a number of records in a stretch; whole words of bits.
fn judge_in_stretches<'a>(
    compiled: &[Compiled<'a>],
    records: &DataFrame,
    stretch_rows: usize,
) -> Result<Findings<'a>> {
    let across = across::outcomes(compiled, records)?;
    let (program, sides) = program(compiled, records.schema());
    let stretches = stretches(records.height(), stretch_rows);
    let of_thread = stretches.len().div_ceil(rayon::current_num_threads());
    let judged = stretches.par_chunks(of_thread).map(|stretches| {
        let mut worker = Worker::new(&program);
        let of_stretch = |rows: &Range<usize>| stretch(&mut worker, &sides, records, &across, rows.clone());
        stretches.iter().map(of_stretch).collect::<Result<Vec<_>>>()
    });
    let mut counts: Vec<Counts> = compiled.iter().map(Counts::none).collect();
    let mut rows = Vec::new();
    for (of_stretch, height) in judged.collect::<Result<Vec<_>>>()?.into_iter().flatten() {
        for (counts, part) in counts.iter_mut().zip(of_stretch) {
            counts.add(&part, height);
            rows.extend(part.failed);
        }
    }
    rows.sort_unstable();
    Ok(Findings {
        checks: counts,
        rows,
        extra_tables: Vec::new(),
    })
}

/// The conditions that need only each record itself as one program, and where each check finds its outcomes.
fn program(compiled: &[Compiled], schema: &Schema) -> (Program, Vec<Sides>) {
    let mut parts: Vec<Expr> = Vec::new();
    let mut part = |expr: Expr| {
        parts.push(expr);
        parts.len() - 1
    };
    let mut side = |expr: &Expr, name: String, alone: Option<Expr>| match looks_across(expr) {
        true => Side::Across {
            name,
            alone: alone.map(&mut part),
        },
        false => Side::Within(part(expr.clone())),
    };
    let mut sides: Vec<Sides> = Vec::new();
    for (number, check) in compiled.iter().enumerate() {
        let conditions = check.conditions.iter().enumerate();
        let of_check = conditions.map(|(index, condition)| {
            let when = condition
                .when
                .as_ref()
                .map(|when| side(when, when_name(number, index), None));
            let alone = across::of_one(condition);
            (when, side(&condition.assert, assert_name(number, index), alone))
        });
        sides.push(of_check.collect());
    }
    let (program, ids) = Program::of(parts.iter(), schema);
    for side in sides
        .iter_mut()
        .flatten()
        .flat_map(|(when, assert)| when.iter_mut().chain([assert]))
    {
        match side {
            Side::Within(id) | Side::Across { alone: Some(id), .. } => *id = ids[*id],
            Side::Across { alone: None, .. } => {}
        }
    }
    (program, sides)
}

/// Always at least one stretch, so that every check has its counts.
fn stretches(records: usize, rows: usize) -> Vec<Range<usize>> {
    (0..records.max(1))
        .step_by(rows)
        .map(|first| first..(first + rows).min(records))
        .collect()
}

/// Runs every check over some of the records.
fn stretch(
    worker: &mut Worker,
    sides: &[Sides],
    records: &DataFrame,
    across: &HashMap<String, Outcomes>,
    rows: Range<usize>,
) -> Result<(Vec<Part>, usize)> {
    let (first, height) = (rows.start, rows.len());
    let records = records.slice(first as i64, height);
    let mut chunk = worker.chunk(&records)?;
    let parts = sides
        .iter()
        .enumerate()
        .map(|(number, sides)| part(number, sides, &mut chunk, across, rows.clone()));
    Ok((parts.collect::<Result<_>>()?, height))
}

/// The outcome of one side for the records of a stretch.
fn outcome(
    side: &Side,
    chunk: &mut Chunk,
    across: &HashMap<String, Outcomes>,
    rows: &Range<usize>,
) -> Result<Rc<Truth>> {
    let (name, alone) = match side {
        Side::Within(id) => return chunk.truth(*id),
        Side::Across { name, alone } => (name, alone),
    };
    let words = rows.start / bits::ROWS_OF_WORD..bits::words(rows.end);
    let outcomes = &across[name];
    let shared = outcomes.slice(words.clone());
    Ok(match (&outcomes.among, alone) {
        (Some(among), Some(alone)) => {
            let alone = chunk.truth(*alone)?;
            Rc::new(Truth::pick(&among[words], &shared, &alone))
        }
        _ => Rc::new(shared),
    })
}

/// Runs one check over a stretch.
fn part(
    number: usize,
    sides: &Sides,
    chunk: &mut Chunk,
    across: &HashMap<String, Outcomes>,
    rows: Range<usize>,
) -> Result<Part> {
    let mut outcome = |side: &Side| outcome(side, chunk, across, &rows);
    let mut failing: Vec<(u32, u64)> = Vec::new();
    let mut tally = Tally::new(rows.len());
    for (index, (when, assert)) in sides.iter().enumerate() {
        let applies: Option<Rc<Truth>> = when.as_ref().map(&mut outcome).transpose()?;
        if applies
            .as_ref()
            .is_some_and(|applies| bits::is_none(&applies.yes))
        {
            continue;
        }
        let failed = tally.add(&*outcome(assert)?, applies.as_deref());
        failing.extend(bits::rows_of(&failed).map(|row| (row as u32, 1 << index)));
    }
    failing.sort_unstable();
    let mut failed: Vec<Finding> = Vec::new();
    for (row, field) in failing {
        let record = rows.start as u32 + row;
        match failed.last_mut() {
            Some(last) if last.record == record => last.fields |= field,
            _ => failed.push(Finding {
                record,
                check: number as u16,
                fields: field,
            }),
        }
    }
    Ok(Part {
        passed: tally.passed(),
        failed,
        unassessed: tally.unassessed(),
    })
}

impl<'a> Counts<'a> {
    fn none(compiled: &Compiled<'a>) -> Counts<'a> {
        Counts {
            check: compiled.check,
            each: compiled.each.clone(),
            passed: 0,
            failed: 0,
            not_assessed: 0,
            not_applicable: 0,
            unassessed: Vec::new(),
        }
    }

    /// Adds the next stretch.
    fn add(&mut self, part: &Part, height: usize) {
        let not_assessed = bits::count(&part.unassessed);
        self.passed += part.passed;
        self.failed += part.failed.len();
        self.not_assessed += not_assessed;
        self.not_applicable += height - part.passed - part.failed.len() - not_assessed;
        self.unassessed.extend(&part.unassessed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::compile::compile;
    use crate::check::tally::verdicts;
    use crate::records::{Records, testing};
    use crate::rulebook::{Check, Outcome, Rulebook};
    use crate::sql::RunContext;

    /// Made-up records with faults of every kind, some of which share their pathway or patient.
    fn records(rulebook: &Rulebook, context: &RunContext) -> Records {
        let mapped = testing::with_faults(rulebook, context, 1500);
        Records::derive(rulebook, mapped, None, context).unwrap()
    }

    #[test]
    fn every_check_has_the_outcomes_that_polars_gives() {
        let rulebook = Rulebook::load(None, "cwt").unwrap();
        let context = RunContext {
            rulebook: &rulebook,
            as_at: chrono::NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
            provider: Some("RZZ".to_string()),
        };
        let records = records(&rulebook, &context).frame;
        let is_of_record = |check: &&Check| !check.is_of_file() && check.extra_table().is_none();
        let checks: Vec<&Check> = rulebook.checks.iter().filter(is_of_record).collect();
        let compiled = compile(&rulebook, &checks, records.schema(), &context).unwrap();
        let mut failures = 0;
        for rows in [64, 448, STRETCH] {
            let found = judge_in_stretches(&compiled, &records, rows).unwrap();
            for (number, check) in compiled.iter().enumerate() {
                let outcomes = verdicts(check, &records).unwrap();
                let of = |wanted: Outcome| -> Vec<usize> {
                    let all = outcomes.iter().enumerate();
                    all.filter(|(_, outcome)| **outcome == wanted)
                        .map(|(row, _)| row)
                        .collect()
                };
                let (id, counts) = (&check.check.id, &found.checks[number]);
                let failed = found
                    .rows
                    .iter()
                    .filter(|finding| usize::from(finding.check) == number);
                let failed: Vec<usize> = failed.map(|finding| finding.record as usize).collect();
                assert_eq!(failed, of(Outcome::Fail), "{id} in stretches of {rows}");
                assert_eq!(counts.passed, of(Outcome::Pass).len(), "{id}");
                assert_eq!(counts.not_applicable, of(Outcome::NotApplicable).len(), "{id}");
                let unassessed = (0..records.height()).filter(|record| counts.is_unassessed(*record));
                assert_eq!(unassessed.collect::<Vec<_>>(), of(Outcome::Unassessed), "{id}");
                failures += failed.len();
            }
        }
        assert!(failures > 300, "the records have faults: {failures}");
    }
}
