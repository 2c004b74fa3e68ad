//! Weighted choices, and the tables that say which choice a record gets.

use super::random::Random;
use super::values::{Row, Slot, Value, Word};

/// Values with their cumulative weights.
#[derive(Debug)]
pub struct Weighted<T>(Vec<(f64, T)>);

impl<T: Copy> Weighted<T> {
    pub fn new(weights: impl Iterator<Item = (f64, T)>) -> Weighted<T> {
        let mut sum = 0.0;
        let sums = weights
            .filter(|(weight, _)| *weight > 0.0)
            .map(|(weight, value)| {
                sum += weight;
                (sum, value)
            });
        Weighted(sums.collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn draw(&self, random: &mut Random) -> Option<T> {
        let (sum, last) = *self.0.last()?;
        let drawn = random.share() * sum;
        Some(
            self.0
                .iter()
                .find(|(sum, _)| drawn < *sum)
                .map_or(last, |(_, value)| *value),
        )
    }
}

/// Numbers from bands: a band is drawn by its weight, then a number evenly within it.
pub type Bands = Weighted<(i64, i64)>;

impl Bands {
    pub fn number(&self, random: &mut Random) -> Option<i64> {
        let (low, high) = self.draw(random)?;
        Some(random.between(low, high))
    }
}

/// One of several tables, selected by the values of a record.
#[derive(Debug)]
pub struct Choice<T> {
    by: By,
    tables: Vec<T>,
}

#[derive(Debug)]
pub enum By {
    Nothing,
    /// Keys with one word for each slot, `None` for any word. The first matching key is used; keys with fewer
    /// `None` come first.
    Values(Vec<Slot>, Vec<Vec<Option<Word>>>),
    /// For every word, the table with the longest key that it begins with; and the table for words that are
    /// made later.
    Start(Slot, Vec<Option<usize>>, Option<usize>),
}

impl<T> Choice<T> {
    pub fn new(by: By, tables: Vec<T>) -> Choice<T> {
        Choice { by, tables }
    }

    /// The table for a record; `None` if no key matches.
    pub fn of(&self, row: &Row) -> Option<&T> {
        let index = match &self.by {
            By::Nothing => Some(0),
            By::Values(slots, keys) => keys.iter().position(|key| fits(key, slots, row)),
            By::Start(slot, tables, rest) => tables.get(row[*slot].word() as usize).copied().unwrap_or(*rest),
        };
        index.and_then(|index| self.tables.get(index))
    }
}

fn fits(key: &[Option<Word>], slots: &[Slot], row: &Row) -> bool {
    key.iter()
        .zip(slots)
        .all(|(wanted, slot)| wanted.is_none_or(|word| row[*slot].word() == word))
}

/// The table for a single value.
pub fn only(value: Value) -> Weighted<Value> {
    Weighted(vec![(1.0, value)])
}
