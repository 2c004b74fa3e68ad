//! Guesses which field of the data set a column is, from its heading and the form of its values. A guess is
//! listed with its reason; it maps nothing by itself.

use std::collections::BTreeSet;

use polars::prelude::StringChunked;

use crate::rulebook::{Field, Kind, Rulebook};
use crate::source::dates::{DateCell, DateForms};
use crate::source::{known_date_forms, passes_modulus_11};

/// The most cells examined in a column.
const CELLS: usize = 2000;
/// The share of filled cells that must have the form of the field.
const FITS: f64 = 0.8;
/// The share of words that a heading and a field must have in common.
const WORDS: f64 = 0.6;

/// The field that a column may be.
#[derive(Debug, Clone)]
pub struct Guess<'a> {
    pub field: &'a Field,
    /// The reason, in words.
    pub why: String,
    likelihood: f64,
}

/// The guess for each column. A field is guessed only once, for its likeliest column.
pub fn all<'a>(
    rulebook: &'a Rulebook,
    headings: &[String],
    cells: &[&StringChunked],
) -> Vec<Option<Guess<'a>>> {
    let forms = DateForms::new(&known_date_forms(rulebook), &[]);
    let mut candidates: Vec<(usize, Guess)> = Vec::new();
    for (column, (heading, cells)) in headings.iter().zip(cells).enumerate() {
        let filled: Vec<&str> = cells.iter().flatten().take(CELLS).collect();
        let guesses = rulebook
            .fields
            .iter()
            .filter_map(|field| guess(rulebook, field, heading, &filled, &forms));
        candidates.extend(guesses.map(|guess| (column, guess)));
    }
    candidates.sort_by(|left, right| right.1.likelihood.total_cmp(&left.1.likelihood));
    let mut chosen: Vec<Option<Guess>> = headings.iter().map(|_| None).collect();
    let mut fields: BTreeSet<&str> = BTreeSet::new();
    for (column, guess) in candidates {
        if chosen[column].is_none() && fields.insert(&guess.field.name) {
            chosen[column] = Some(guess);
        }
    }
    chosen
}

fn guess<'a>(
    rulebook: &'a Rulebook,
    field: &'a Field,
    heading: &str,
    filled: &[&str],
    forms: &DateForms,
) -> Option<Guess<'a>> {
    let names = [&field.name, &field.title, &field.label];
    let words = names
        .into_iter()
        .map(|name| words_in_common(heading, name))
        .fold(0.0, f64::max);
    let fitting = filled
        .iter()
        .filter(|cell| fits(rulebook, field, cell, forms))
        .count();
    let fit = if filled.is_empty() {
        0.0
    } else {
        fitting as f64 / filled.len() as f64
    };
    let values = || {
        format!(
            "{:.0}% of its filled cells have the form of the field",
            fit * 100.0
        )
    };
    let says_itself = field.kind == Kind::NhsNumber && fit >= FITS;
    let (likelihood, why) = if words >= WORDS && filled.is_empty() {
        (words * 0.5, "its heading; every cell is blank".to_string())
    } else if words >= WORDS && fit >= FITS {
        (words + fit, format!("its heading, and {}", values()))
    } else if says_itself {
        (
            fit,
            format!("{} (ten digits with the right check digit)", values()),
        )
    } else {
        return None;
    };
    Some(Guess {
        field,
        why,
        likelihood,
    })
}

/// Whether a cell could be a value of the field.
fn fits(rulebook: &Rulebook, field: &Field, cell: &str, forms: &DateForms) -> bool {
    let bytes = cell.as_bytes();
    let is_site =
        |lengths: &[usize]| lengths.contains(&cell.len()) && bytes.iter().all(u8::is_ascii_alphanumeric);
    match field.kind {
        Kind::Date => !matches!(forms.read(cell), DateCell::Unreadable),
        Kind::Days => cell.len() <= 3 && bytes.iter().all(u8::is_ascii_digit),
        Kind::NhsNumber => passes_modulus_11(&cell.replace([' ', '-'], "")),
        Kind::Code => match field
            .code_list
            .as_deref()
            .and_then(|list| rulebook.code_list(list))
        {
            Some(list) => list.codes.iter().any(|code| {
                code.code == cell
                    || code.meaning.eq_ignore_ascii_case(cell)
                    || code.code.trim_start_matches('0') == cell
            }),
            None => true,
        },
        Kind::Icd10 => {
            bytes.len() >= 3
                && bytes[0].is_ascii_alphabetic()
                && bytes[1].is_ascii_digit()
                && bytes[2].is_ascii_digit()
        }
        Kind::Org => is_site(&[3, 5, 6]),
        Kind::OrgSite => is_site(&[3, 5, 6, 9]),
        Kind::Identifier | Kind::Text | Kind::Flag => true,
    }
}

/// Words that headings may contain or omit.
const FILLERS: [&str; 10] = ["of", "the", "for", "a", "to", "code", "type", "n", "l", "cwt"];

/// `2`, `n2`: a number, with or without a letter before it. An empty text counts as one.
fn is_number_of_item(word: &str) -> bool {
    let digits = word.trim_start_matches(|letter: char| letter.is_alphabetic());
    word.len() - digits.len() <= 1 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The share of words that two names have in common, 0 to 1.
fn words_in_common(left: &str, right: &str) -> f64 {
    let words = |name: &str| -> BTreeSet<String> {
        let lower = name.to_lowercase();
        let words = lower.split(|letter: char| !letter.is_alphanumeric());
        words
            .filter(|word| !is_number_of_item(word) && !FILLERS.contains(word))
            .map(String::from)
            .collect()
    };
    let (left, right) = (words(left), words(right));
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    2.0 * left.intersection(&right).count() as f64 / (left.len() + right.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_common_are_counted_without_fillers_and_numbers() {
        assert_eq!(words_in_common("Date of First Seen", "date_first_seen"), 1.0);
        assert_eq!(words_in_common("N2_9_FIRST_SEEN_DATE", "date_first_seen"), 1.0);
        assert!(words_in_common("Hospital Number", "NHS number") < WORDS);
        assert_eq!(words_in_common("", "NHS number"), 0.0);
    }
}
