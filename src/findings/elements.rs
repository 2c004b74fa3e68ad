//! The position of a finding in an XML file: the record's number and the path of the element, in addition to
//! file and line.

use std::collections::HashMap;

use crate::records::{Origins, Records};
use crate::table::xml::{Elements, Fault};

/// ` (record 3, COSD/LungRecord/Id)`; empty for a file that is not XML.
pub fn element(records: &Records, file: &str, line: u32, fields: &[&str]) -> String {
    let reading = records.readings.iter().find(|reading| reading.file == file);
    let Some(elements) = reading.and_then(|reading| reading.elements.as_ref()) else {
        return String::new();
    };
    let path = fields.iter().find_map(|field| elements.paths.get(*field));
    let number = elements.record_at(line);
    let name = number
        .checked_sub(1)
        .and_then(|index| elements.record_names.get(index));
    let name = name.map_or("*", |name| name.as_ref());
    let path = path.map_or(String::new(), |path| format!(", {}", path.replacen('*', name, 1)));
    format!(" (record {number}{path})")
}

/// The records, by file and by the line on which they begin.
pub struct OfLine<'a> {
    origins: Option<Origins<'a>>,
    numbers: HashMap<(&'a str, u32), u32>,
}

impl<'a> OfLine<'a> {
    pub fn new(records: &'a Records) -> OfLine<'a> {
        let is_xml = records.readings.iter().any(|reading| reading.elements.is_some());
        let origins = records.origins().ok().filter(|_| is_xml);
        let mut numbers = HashMap::new();
        if let Some(origins) = &origins {
            for record in 0..records.frame.height() {
                numbers.insert((origins.file(record), origins.row(record)), record as u32);
            }
        }
        OfLine { origins, numbers }
    }

    /// The number of the record that contains a fault.
    pub fn record(&self, file: &str, elements: &Elements, fault: &Fault) -> Option<u32> {
        let line = elements
            .record_lines
            .get((fault.record as usize).checked_sub(1)?)?;
        self.numbers.get(&(file, *line)).copied()
    }

    pub fn pathway(&self, file: &str, elements: &Elements, fault: &Fault) -> Option<&'a str> {
        let record = self.record(file, elements, fault)?;
        self.origins.as_ref()?.pathway(record as usize)
    }
}
