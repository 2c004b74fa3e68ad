//! XML files as tables: one row a record, and one row in a table of its own for each element that may repeat.
//!
//! In: a file, and layouts that say which element is which column. Out: tables like those of CSV files, with headings; the
//! line that each row begins on; and what in the file is not as the layout says. The file is read as a stream: what is kept is
//! its cells. Nothing is known here of what an element means.

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
