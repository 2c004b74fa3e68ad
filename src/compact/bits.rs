//! The outcome of a condition for each row of a chunk: true, false or unknown, as two bits a row.

/// The rows of one word.
pub const ROWS_OF_WORD: usize = 64;

/// One outcome for each row: true where `yes` has a bit, false where `no` has one, unknown where neither has.
/// No bit is set in both, and none after the last row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    pub yes: Vec<u64>,
    pub no: Vec<u64>,
}

/// The number of words for so many rows.
pub fn words(rows: usize) -> usize {
    rows.div_ceil(ROWS_OF_WORD)
}

/// Bits for all rows of a chunk, none after the last.
pub fn all(rows: usize) -> Vec<u64> {
    let mut bits = vec![u64::MAX; words(rows)];
    let more = rows % ROWS_OF_WORD;
    if let (Some(last), true) = (bits.last_mut(), more > 0) {
        *last = (1 << more) - 1;
    }
    bits
}

/// The bits of a condition that is asked of one row after the other.
pub fn of_rows(rows: usize, holds: impl Fn(usize) -> bool) -> Vec<u64> {
    let word = |first: usize| {
        (first..rows.min(first + ROWS_OF_WORD))
            .enumerate()
            .fold(0, |word, (bit, row)| word | u64::from(holds(row)) << bit)
    };
    (0..rows).step_by(ROWS_OF_WORD).map(word).collect()
}

/// The numbers of the rows whose bit is set.
pub fn rows_of(bits: &[u64]) -> impl Iterator<Item = usize> + '_ {
    bits.iter().enumerate().flat_map(|(place, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            left &= left.checked_sub(1)?;
            Some(place * ROWS_OF_WORD + bit)
        })
    })
}

/// Sets the bit of a row.
pub fn set(bits: &mut [u64], row: usize) {
    bits[row / ROWS_OF_WORD] |= 1 << (row % ROWS_OF_WORD);
}

/// Whether the bit of a row is set; it is not for a row after the last.
pub fn has(bits: &[u64], row: usize) -> bool {
    let word = bits.get(row / ROWS_OF_WORD);
    word.is_some_and(|word| word >> (row % ROWS_OF_WORD) & 1 == 1)
}

pub fn count(bits: &[u64]) -> usize {
    bits.iter().map(|word| word.count_ones() as usize).sum()
}

pub fn is_none(bits: &[u64]) -> bool {
    bits.iter().all(|word| *word == 0)
}

pub fn and(left: &[u64], right: &[u64]) -> Vec<u64> {
    left.iter().zip(right).map(|(left, right)| left & right).collect()
}

pub fn and_not(left: &[u64], right: &[u64]) -> Vec<u64> {
    left.iter()
        .zip(right)
        .map(|(left, right)| left & !right)
        .collect()
}

pub fn or(left: &[u64], right: &[u64]) -> Vec<u64> {
    left.iter().zip(right).map(|(left, right)| left | right).collect()
}

/// Adds the bits of `more`.
pub fn add(bits: &mut [u64], more: &[u64]) {
    for (word, more) in bits.iter_mut().zip(more) {
        *word |= more;
    }
}

impl Truth {
    /// The same outcome for every row.
    pub fn constant(outcome: Option<bool>, rows: usize) -> Truth {
        let none = || vec![0; words(rows)];
        match outcome {
            Some(true) => Truth {
                yes: all(rows),
                no: none(),
            },
            Some(false) => Truth {
                yes: none(),
                no: all(rows),
            },
            None => Truth {
                yes: none(),
                no: none(),
            },
        }
    }

    /// SQL's AND: false if either is false, unknown if none is false and one is unknown.
    pub fn and(&self, other: &Truth) -> Truth {
        Truth {
            yes: and(&self.yes, &other.yes),
            no: or(&self.no, &other.no),
        }
    }

    pub fn or(&self, other: &Truth) -> Truth {
        Truth {
            yes: or(&self.yes, &other.yes),
            no: and(&self.no, &other.no),
        }
    }

    pub fn not(&self) -> Truth {
        Truth {
            yes: self.no.clone(),
            no: self.yes.clone(),
        }
    }

    /// Whether both are true or both are false; unknown if either is unknown.
    pub fn equals(&self, other: &Truth) -> Truth {
        Truth {
            yes: or(&and(&self.yes, &other.yes), &and(&self.no, &other.no)),
            no: or(&and(&self.yes, &other.no), &and(&self.no, &other.yes)),
        }
    }

    /// Whether the outcome is known; never unknown.
    pub fn is_known(&self, rows: usize) -> Truth {
        let known = or(&self.yes, &self.no);
        Truth {
            no: and_not(&all(rows), &known),
            yes: known,
        }
    }

    /// SQL's CASE: `then` where this is true, `otherwise` where it is false or unknown.
    pub fn choose(&self, then: &Truth, otherwise: &Truth) -> Truth {
        Truth::pick(&self.yes, then, otherwise)
    }

    /// `then` for the rows with a bit, `otherwise` for the others.
    pub fn pick(rows: &[u64], then: &Truth, otherwise: &Truth) -> Truth {
        let pick = |then: &[u64], otherwise: &[u64]| {
            let both = rows.iter().zip(then).zip(otherwise);
            both.map(|((row, then), otherwise)| row & then | !row & otherwise)
                .collect()
        };
        Truth {
            yes: pick(&then.yes, &otherwise.yes),
            no: pick(&then.no, &otherwise.no),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of outcomes, one a row.
    const PAIRS: [(Option<bool>, Option<bool>); 9] = [
        (Some(true), Some(true)),
        (Some(true), Some(false)),
        (Some(true), None),
        (Some(false), Some(true)),
        (Some(false), Some(false)),
        (Some(false), None),
        (None, Some(true)),
        (None, Some(false)),
        (None, None),
    ];

    fn truth(outcomes: impl Fn(usize) -> Option<bool>) -> Truth {
        Truth {
            yes: of_rows(9, |row| outcomes(row) == Some(true)),
            no: of_rows(9, |row| outcomes(row) == Some(false)),
        }
    }

    fn outcome(truth: &Truth, row: usize) -> Option<bool> {
        match (has(&truth.yes, row), has(&truth.no, row)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
            (true, true) => panic!("true and false"),
        }
    }

    #[test]
    fn outcomes_join_as_sql_joins_them() {
        let (left, right) = (truth(|row| PAIRS[row].0), truth(|row| PAIRS[row].1));
        for (row, (one, two)) in PAIRS.into_iter().enumerate() {
            let both = one.zip(two);
            let and = match (one, two) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                _ => both.map(|(one, two)| one && two),
            };
            let or = match (one, two) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                _ => both.map(|(one, two)| one || two),
            };
            assert_eq!(outcome(&left.and(&right), row), and);
            assert_eq!(outcome(&left.or(&right), row), or);
            assert_eq!(outcome(&left.not(), row), one.map(|one| !one));
            assert_eq!(
                outcome(&left.equals(&right), row),
                both.map(|(one, two)| one == two)
            );
            assert_eq!(outcome(&left.is_known(9), row), Some(one.is_some()));
            let chosen = if one == Some(true) { two } else { one };
            assert_eq!(outcome(&left.choose(&right, &left), row), chosen);
        }
    }

    #[test]
    fn rows_after_the_last_have_no_bit() {
        for rows in [0, 1, 63, 64, 65, 130] {
            assert_eq!(count(&all(rows)), rows);
            assert_eq!(
                rows_of(&all(rows)).collect::<Vec<_>>(),
                (0..rows).collect::<Vec<_>>()
            );
            let unknown = Truth::constant(None, rows);
            assert_eq!(count(&unknown.is_known(rows).no), rows);
        }
    }
}
