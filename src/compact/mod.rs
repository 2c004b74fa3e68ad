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
