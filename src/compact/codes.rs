//! A text column as small numbers: each distinct value once, and its number for each row.

use polars::prelude::*;

/// A column with more distinct values than this stays text.
const MOST_VALUES: usize = 1 << 13;

/// The number that stands for NULL.
pub const NULL_CODE: u16 = 0;

/// The distinct values of a text column, numbered from 1 in the order in which they were met.
#[derive(Default)]
pub struct Dictionary {
    numbers: PlHashMap<PlSmallStr, u16>,
    values: Vec<PlSmallStr>,
    is_full: bool,
}

impl Dictionary {
    /// The number of each cell; `None` if the column has too many distinct values.
    pub fn codes(&mut self, cells: &StringChunked) -> Option<Vec<u16>> {
        if self.is_full {
            return None;
        }
        if cells.null_count() == cells.len() {
            return Some(vec![NULL_CODE; cells.len()]);
        }
        let mut codes = Vec::with_capacity(cells.len());
        let mut last: (&str, u16) = ("", NULL_CODE);
        for cell in cells.iter() {
            let Some(cell) = cell else {
                codes.push(NULL_CODE);
                continue;
            };
            if last.1 == NULL_CODE || last.0 != cell {
                last = (cell, self.code(cell)?);
            }
            codes.push(last.1);
        }
        Some(codes)
    }

    fn code(&mut self, cell: &str) -> Option<u16> {
        if let Some(code) = self.numbers.get(cell) {
            return Some(*code);
        }
        if self.values.len() == MOST_VALUES {
            *self = Dictionary {
                is_full: true,
                ..Dictionary::default()
            };
            return None;
        }
        let value = PlSmallStr::from_str(cell);
        self.values.push(value.clone());
        let code = self.values.len() as u16;
        self.numbers.insert(value, code);
        Some(code)
    }

    /// The value with a number; `None` for NULL.
    pub fn value(&self, code: u16) -> Option<&str> {
        let place = usize::from(code).checked_sub(1)?;
        self.values.get(place).map(PlSmallStr::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_number_in_every_part_of_a_column() {
        let mut dictionary = Dictionary::default();
        let part = |cells: &[Option<&str>]| StringChunked::new("x".into(), cells);
        let first = dictionary.codes(&part(&[Some("a"), None, Some("b"), Some("b"), Some("a")]));
        assert_eq!(first, Some(vec![1, 0, 2, 2, 1]));
        let second = dictionary.codes(&part(&[Some("c"), Some("b"), None]));
        assert_eq!(second, Some(vec![3, 2, 0]));
        assert_eq!(
            (dictionary.value(3), dictionary.value(0), dictionary.value(9)),
            (Some("c"), None, None)
        );
    }

    #[test]
    fn a_column_with_too_many_values_stays_text() {
        let mut dictionary = Dictionary::default();
        let many: StringChunked = (0..=MOST_VALUES).map(|number| Some(number.to_string())).collect();
        assert_eq!(dictionary.codes(&many), None);
        assert_eq!(
            dictionary.codes(&StringChunked::new("x".into(), [Some("a")])),
            None
        );
    }
}
