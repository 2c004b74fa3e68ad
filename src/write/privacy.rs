//! The guard of all output: no text leaves the program with the NHS number of a patient of this run, in
//! whatever spelling. Every writer uses it, for every command.
//!
//! In: the NHS numbers of the run, set once when its exports are read. This is the only state that the whole
//! program shares, so that a new command cannot forget it.

use std::borrow::Cow;
use std::io::Write;
use std::sync::{Arc, LazyLock, RwLock};

/// Digits of an NHS number.
const LENGTH: usize = 10;
/// The most characters other than digits between two digits of one number: `999-000 - 0018`.
const MOST_MARKS: usize = 3;
/// Shown instead of a number if there is no key to make a pseudonym with.
const HIDDEN: &str = "[NHS number]";

static GUARD: RwLock<Option<Arc<Guard>>> = RwLock::new(None);

type Numbers = LazyLock<Vec<u64>, Box<dyn FnOnce() -> Vec<u64> + Send>>;

struct Guard {
    /// Sorted; filled when the first text comes that could hold a number.
    numbers: Numbers,
    pseudonym: Option<Pseudonym>,
}

/// Makes the pseudonym for an NHS number of ten digits.
pub type Pseudonym = Box<dyn Fn(&str) -> String + Send + Sync>;

/// Hides these numbers from now on: each is replaced by its pseudonym, or by a fixed text.
pub fn hide(numbers: impl FnOnce() -> Vec<u64> + Send + 'static, pseudonym: Option<Pseudonym>) {
    let sorted: Box<dyn FnOnce() -> Vec<u64> + Send> = Box::new(|| {
        let mut numbers = numbers();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    });
    let guard = Guard {
        numbers: LazyLock::new(sorted),
        pseudonym,
    };
    if let Ok(mut current) = GUARD.write() {
        *current = Some(Arc::new(guard));
    }
}

/// The text with NHS numbers hidden.
pub fn shown(text: &str) -> Cow<'_, str> {
    match spans(text) {
        Some((guard, spans)) => Cow::Owned(guard.without(text, &spans)),
        None => Cow::Borrowed(text),
    }
}

/// Whether a text holds an NHS number of the run.
pub fn tells_who(text: &str) -> bool {
    spans(text).is_some()
}

/// A whole number as it may be shown: an NHS number becomes a text.
pub fn shown_number(number: i64) -> Option<String> {
    if number < 1_000_000_000 {
        return None;
    }
    match shown(&number.to_string()) {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }
}

/// First and last byte of a number in a text.
type Span = (usize, usize);

fn spans(text: &str) -> Option<(Arc<Guard>, Vec<Span>)> {
    if text.len() < LENGTH || !has_ten_digits(text) {
        return None;
    }
    let candidates = candidates(text);
    if candidates.is_empty() {
        return None;
    }
    let guard = GUARD.read().ok()?.clone()?;
    let mut found: Vec<Span> = Vec::new();
    for (number, (first, last)) in candidates {
        let is_after = found.last().is_none_or(|(_, before)| first > *before);
        if is_after && guard.numbers.binary_search(&number).is_ok() {
            found.push((first, last));
        }
    }
    (!found.is_empty()).then_some((guard, found))
}

fn has_ten_digits(text: &str) -> bool {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_digit).count() >= LENGTH;
    }
    text.chars().filter_map(digit).count() >= LENGTH
}

/// A digit, in normal or full-width form.
fn digit(letter: char) -> Option<u64> {
    match letter {
        '0'..='9' => Some(u64::from(letter) - u64::from('0')),
        '０'..='９' => Some(u64::from(letter) - u64::from('０')),
        _ => None,
    }
}

/// Every ten digits with a right check digit and few other characters between them, with their position.
fn candidates(text: &str) -> Vec<(u64, Span)> {
    let mut candidates = Vec::new();
    let mut digits: Vec<(usize, usize, u64)> = Vec::new();
    let mut marks = 0;
    for (at, letter) in text.char_indices() {
        match digit(letter) {
            Some(value) => {
                digits.push((at, at + letter.len_utf8(), value));
                marks = 0;
                if let Some(last) = digits.len().checked_sub(LENGTH) {
                    let ten = &digits[last..];
                    let number = ten.iter().fold(0, |number, (_, _, value)| number * 10 + value);
                    if is_nhs_number(number) {
                        candidates.push((number, (ten[0].0, ten[LENGTH - 1].1)));
                    }
                }
            }
            None if letter.is_alphabetic() || marks == MOST_MARKS => digits.clear(),
            None => marks += 1,
        }
    }
    candidates
}

/// Ten digits whose last is the check digit. Ten equal digits are excluded: nobody has such a number.
pub fn is_nhs_number(number: u64) -> bool {
    let digits: [u64; LENGTH] = std::array::from_fn(|index| number / 10u64.pow(9 - index as u32) % 10);
    let sum: u64 = digits
        .iter()
        .zip((1..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    sum.is_multiple_of(11) && digits.iter().any(|digit| *digit != digits[0])
}

/// The NHS number in a cell, with or without spaces or hyphens.
pub fn number_of(cell: &str) -> Option<u64> {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let number = digits.parse().ok().filter(|_| digits.len() == LENGTH)?;
    is_nhs_number(number).then_some(number)
}

impl Guard {
    fn without(&self, text: &str, spans: &[Span]) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut from = 0;
        for (first, last) in spans {
            let digits = text[*first..*last].chars().filter_map(digit);
            let number: String = digits.map(|digit| digit.to_string()).collect();
            shown.push_str(&text[from..*first]);
            match &self.pseudonym {
                Some(pseudonym) => shown.push_str(&pseudonym(&number)),
                None => shown.push_str(HIDDEN),
            }
            from = *last;
        }
        shown.push_str(&text[from..]);
        shown
    }
}

/// Passes text on, line by line, with the NHS numbers of the run hidden.
pub struct Guarded<'a> {
    out: &'a mut dyn Write,
    line: Vec<u8>,
}

impl<'a> Guarded<'a> {
    pub fn new(out: &'a mut dyn Write) -> Guarded<'a> {
        Guarded {
            out,
            line: Vec::new(),
        }
    }

    /// Writes the rest of the last line.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.put_line()
    }

    fn put_line(&mut self) -> std::io::Result<()> {
        let line = std::mem::take(&mut self.line);
        match std::str::from_utf8(&line) {
            Ok(text) => self.out.write_all(shown(text).as_bytes()),
            Err(_) => self.out.write_all(&line),
        }
    }
}

impl Write for Guarded<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.put_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_run_is_hidden_in_every_spelling_and_nothing_else_is() {
        hide(|| vec![9990000018], None);
        for text in [
            "9990000018",
            "999 000 0018",
            "999-000-0018",
            "999 - 000 - 0018",
            "NHS9990000018",
            "9990000018A",
            "A/9990000018/1",
            "9990000018.0",
            "9.990000018E9",
            "0009990000018",
            "99900000180",
            "'9990000018",
            "９９９０００００１８",
            "999\u{a0}000\u{a0}0018",
            "patient 999 000 0018, seen",
            "999.000.0018",
        ] {
            assert!(tells_who(text), "{text}");
            assert!(shown(text).contains(HIDDEN), "{text}");
        }
        assert_eq!(shown("a 999 000 0018 b"), "a [NHS number] b");
        for text in [
            "9990000026",
            "999000001",
            "999x0000018",
            "2026-10-01 to 2026-10-31",
            "",
            "RZZ/P000000001",
        ] {
            assert!(!tells_who(text), "{text}");
        }
        assert_eq!(shown_number(9990000018), Some(HIDDEN.to_string()));
        assert_eq!(shown_number(42), None);
    }

    #[test]
    fn text_is_guarded_line_by_line_however_it_is_split() {
        hide(|| vec![9990000018], None);
        let mut out = Vec::new();
        let mut guarded = Guarded::new(&mut out);
        for piece in ["one 99900", "00018\ntwo\n", "999 000", " 0018"] {
            guarded.write_all(piece.as_bytes()).unwrap();
        }
        guarded.finish().unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "one [NHS number]\ntwo\n[NHS number]"
        );
    }
}
