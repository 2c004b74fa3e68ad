//! Days and months, as rules, uploads and polars write them.

pub mod date;
pub mod month;

pub use month::Month;
