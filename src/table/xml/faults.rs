//! How an XML file deviates from its layout, and the positions of its records.

use std::collections::HashMap;
use std::sync::Arc;

/// The positions of the rows of an XML file in the file.
#[derive(Debug, Clone, Default)]
pub struct Elements {
    /// The line on which each record begins, in order.
    pub record_lines: Vec<u32>,
    /// The name of each record's element.
    pub record_names: Vec<Arc<str>>,
    /// The path of the element that fills a column.
    pub paths: HashMap<String, String>,
    /// The deviations from the layout, for the table of records only.
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
    /// An element or attribute that the layout does not have here; it is not read.
    Unknown,
    /// A required element is missing.
    Missing,
    /// An element occurs more often than allowed.
    Repeated,
    /// Too many or too few alternatives of a choice.
    Choice,
    /// It comes after an element that it must precede.
    Order,
}

impl Elements {
    /// The number, from 1, of the record that contains a line.
    pub fn record_at(&self, line: u32) -> usize {
        self.record_lines.partition_point(|first| *first <= line)
    }
}
