//! Tests of the rules: their examples are run; small faults are planted in their SQL to see whether an
//! example notices; and rules that can be run are searched for doubts.
//!
//! In: the rulebook. Out: outcomes of examples, unnoticed faults, examples that would notice them,
//! complaints.

mod all;
pub mod examples;
mod fact_mutants;
pub mod lint;
mod listed;
mod mutants;
mod mutate;
mod query_variants;
mod source_examples;
mod suggest;
mod variants;
pub mod worked;

pub use all::{Outcomes, run_changed};
pub use examples::{
    Bench, Outcome as ExampleOutcome, cells as example_cells, example_columns, is_context, outcomes_of,
    text as example_text,
};
pub use fact_mutants::{Sample, run as run_fact_mutants};
pub use mutants::{Mutant, run as run_mutants};
pub use source_examples::{ExampleOutcome as SourceOutcome, run_examples as run_source_examples};
pub use suggest::{Suggestion, suggest};
