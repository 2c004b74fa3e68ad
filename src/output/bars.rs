//! Which rows of a table have their bars on one scale.

use super::value::Value;

/// The rows whose bars share a scale.
#[derive(Default)]
pub struct Bars {
    /// First and last row of each group.
    pub groups: Vec<(u32, u32)>,
    group: Option<String>,
}

impl Bars {
    /// Puts a row in the group of the row before it, where the two have the same.
    pub fn add(&mut self, row: u32, group: Option<&Value>) {
        let group = group.map(|group| format!("{group:?}"));
        match self.groups.last_mut() {
            Some((_, last)) if group == self.group => *last = row,
            _ => self.groups.push((row, row)),
        }
        self.group = group;
    }
}
