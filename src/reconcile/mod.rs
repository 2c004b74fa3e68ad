//! Finds which of our rows a difference from the published figures may come from.
//!
//! In: the differences between our lines and the published ones, and all our waits with their published
//! labels. Out: for each difference the rows that would explain it, likeliest first.

mod candidates;
mod explain;
pub mod published;
pub mod submitted;

pub use candidates::Candidates;
pub use explain::Suspects;
