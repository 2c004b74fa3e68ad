//! Which of our rows a difference from the published figures may come from.
//!
//! In: the differences between our lines and the published ones, and every wait of ours with the labels it is published
//! under. Out: for each difference the rows that would explain it, the likeliest first.

mod candidates;
mod explain;
pub mod published;
pub mod submitted;

pub use candidates::Candidates;
pub use explain::Suspects;
