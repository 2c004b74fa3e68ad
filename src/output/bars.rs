//! Which rows of a table draw their bars on the same scale.

use super::value::Value;

/// The rows whose bars share a scale.
#[derive(Default)]
pub struct Bars {
    /// First and last row of each group.
    pub groups: Vec<(u32, u32)>,
    group: Option<String>,
}

impl Bars {
    /// Adds a row: to the last group if its value is the same, else to a new group.
    pub fn add(&mut self, row: u32, group: Option<&Value>) {
        let group = group.map(|group| format!("{group:?}"));
        match self.groups.last_mut() {
            Some((_, last)) if group == self.group => *last = row,
            _ => self.groups.push((row, row)),
        }
        self.group = group;
    }
}
