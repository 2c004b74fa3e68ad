//! The patients: NHS numbers from the range for tests, and people who return with another referral.

use super::random::{Random, Stream};
use super::values::{Day, Slot, Value};

/// The number of people remembered at a time.
const REMEMBERED: usize = 4096;

pub struct Patients {
    made: i64,
    nhs_numbers: Vec<u32>,
    returning: f64,
    after_days: Day,
    /// The share of pathways to remember, so that memory covers months at any volume.
    kept: f64,
    /// The value that marks a returning patient.
    mark: Value,
    known: Vec<(Day, Vec<(Slot, Value)>)>,
}

impl Patients {
    pub fn new(seed: u64, rows: usize, returning: f64, after_days: Day, mark: Value) -> Patients {
        let kept = (4.0 * REMEMBERED as f64 / rows.max(1) as f64).min(1.0);
        Patients {
            made: 0,
            nhs_numbers: nhs_numbers(seed),
            returning,
            after_days,
            kept,
            mark,
            known: Vec::new(),
        }
    }

    /// The number of a new patient.
    pub fn next(&mut self) -> i64 {
        self.made += 1;
        self.made
    }

    /// The NHS number of a patient. There are 909,000: after that many patients they repeat.
    pub fn nhs_number(&self, patient: i64) -> i64 {
        i64::from(self.nhs_numbers[patient as usize % self.nhs_numbers.len()]) + FIRST_NHS_NUMBER
    }

    /// Sometimes returns a patient of an earlier pathway.
    pub fn come_back(&mut self, start: Day, random: &mut Random) -> Option<(Value, Vec<(Slot, Value)>)> {
        if !random.chance(self.returning) || self.known.is_empty() {
            return None;
        }
        let index = random.below(self.known.len() as u64) as usize;
        let is_long_ago = self.known[index].0 + self.after_days <= start;
        is_long_ago.then(|| (self.mark, self.known.swap_remove(index).1))
    }

    pub fn remember(&mut self, start: Day, values: Vec<(Slot, Value)>, random: &mut Random) {
        if !random.chance(self.kept) {
            return;
        }
        if self.known.len() < REMEMBERED {
            self.known.push((start, values));
        } else {
            let index = random.below(REMEMBERED as u64) as usize;
            self.known[index] = (start, values);
        }
    }
}

/// Numbers that begin with 999 belong to nobody: they are reserved for tests.
const FIRST_NHS_NUMBER: i64 = 9_990_000_000;

/// All numbers of the range with a right check digit, shuffled; each is stored less the first number of the
/// range.
fn nhs_numbers(seed: u64) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..1_000_000)
        .filter_map(|six| Some(six * 10 + check_digit(999_000_000 + six)?))
        .collect();
    let mut random = Random::new(seed, Stream::NhsNumbers);
    for index in (1..numbers.len()).rev() {
        numbers.swap(index, random.below(index as u64 + 1) as usize);
    }
    numbers
}

/// Modulus 11 (NHS Data Dictionary, NHS NUMBER): weights 10 to 2; a check digit of 10 makes the number
/// unusable.
fn check_digit(nine: u32) -> Option<u32> {
    let mut rest = nine;
    let sum: u32 = (2..=10)
        .map(|weight| {
            let digit = rest % 10;
            rest /= 10;
            digit * weight
        })
        .sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => Some(digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nhs_number_is_in_the_test_range_has_a_right_check_digit_and_comes_once() {
        let patients = Patients::new(7, 100, 0.0, 30, Value::Blank);
        let mut numbers: Vec<i64> = (0..patients.nhs_numbers.len() as i64)
            .map(|patient| patients.nhs_number(patient))
            .collect();
        for number in &numbers {
            let text = number.to_string();
            let sum: u32 = text
                .bytes()
                .zip((1..=10).rev())
                .map(|(digit, weight)| u32::from(digit - b'0') * weight)
                .sum();
            assert!(
                text.len() == 10 && text.starts_with("999") && sum.is_multiple_of(11),
                "{text}"
            );
        }
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), patients.nhs_numbers.len());
    }
}
