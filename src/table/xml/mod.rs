//! XML files as tables: one row for each record, and one row in a table of its own for each element that may
//! repeat.
//!
//! In: a file, and layouts that say which element fills which column. Out: tables like those of CSV files,
//! with headings; the line on which each row begins; and the deviations from the layout. The file is read as
//! a stream, so only its cells are kept. Nothing here knows the meaning of an element.

mod columns;
mod faults;
mod layout;
mod lines;
mod read;
mod write;

pub use faults::{Elements, Fault, FaultKind};
pub use layout::{Choice, Element, Layout};
pub use read::{read, starts_like};
pub use write::Source;
