//! Evaluates conditions over many records: text as the numbers of its distinct values, outcomes as bits, and
//! every part that several conditions share only once. In: polars expressions and frames. Out: outcomes, the
//! same that polars gives.

pub mod bits;
mod codes;
mod program;
mod worker;

pub use bits::Truth;
pub use program::{Program, TruthId};
pub use worker::{Chunk, Worker, outcomes, truth};

use anyhow::Result;
use polars::prelude::{DataFrame, Expr};

/// The number of records that are evaluated at a time; whole words of bits.
const STRETCH: usize = 1 << 16;

/// The outcomes of conditions that need each record alone.
pub fn judged(records: &DataFrame, conditions: &[Expr]) -> Result<Vec<Truth>> {
    let (program, ids) = Program::of(conditions.iter(), records.schema());
    let mut worker = Worker::new(&program);
    let none = Truth {
        yes: Vec::new(),
        no: Vec::new(),
    };
    let mut all = vec![none; conditions.len()];
    for first in (0..records.height()).step_by(STRETCH) {
        let stretch = records.slice(first as i64, STRETCH);
        let mut chunk = worker.chunk(&stretch)?;
        for (outcome, id) in all.iter_mut().zip(&ids) {
            let of_stretch = chunk.truth(*id)?;
            outcome.yes.extend(&of_stretch.yes);
            outcome.no.extend(&of_stretch.no);
        }
    }
    Ok(all)
}
