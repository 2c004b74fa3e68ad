//! What in an XML file is not as its layout says, and where its records stand.

use std::collections::HashMap;
use std::sync::Arc;

/// Where the rows of an XML file stand in it.
#[derive(Debug, Clone, Default)]
pub struct Elements {
    /// The line that each record begins on, in order.
    pub record_lines: Vec<u32>,
    /// The element that each record is.
    pub record_names: Vec<Arc<str>>,
    /// The path of the element that fills a column.
    pub paths: HashMap<String, String>,
    /// What is not as the layout says; of the records' table only.
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone)]
pub struct Fault {
    pub kind: FaultKind,
    pub line: u32,
    /// Number of the record in the file, from 1; 0 before the first.
    pub record: u32,
    pub path: Arc<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultKind {
    /// An element or an attribute that the layout does not have there: it is not read.
    Unknown,
    /// An element that must be there, and is not.
    Missing,
    /// More elements of a name than there may be.
    Repeated,
    /// Not as many ways of a choice as there must be.
    Choice,
    /// It stands after an element that it must stand before.
    Order,
}

impl Elements {
    /// The number of the record that a line is in, from 1.
    pub fn record_at(&self, line: u32) -> usize {
        self.record_lines.partition_point(|first| *first <= line)
    }
}
