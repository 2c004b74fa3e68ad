//! Brings the spellings of a value into one form before a source's SQL compares it: a number as `1.0`, `'1`
//! or `="1"`, yes as `TRUE` or `-1`. Values that have lost digits, or that the source does not know, are
//! counted.

use std::borrow::Cow;

use crate::rulebook::{CellWords, Reads};

/// The result for a cell.
#[derive(Debug, PartialEq, Eq)]
pub enum Dress<'a> {
    /// Unchanged.
    Same,
    Mended(Cow<'a, str>),
    /// It means blank.
    Blank,
    /// An error text that a spreadsheet left instead of a value.
    Error,
    /// Scientific notation that has lost digits: the original number is unknown.
    Lost,
    /// The source does not know this value.
    Unknown,
}

/// Whether a cell may need a change: most cells are letters, digits or dates, and do not.
pub fn is_odd(cell: &[u8]) -> bool {
    match cell.first() {
        Some(b'0'..=b'9' | b'+') => {
            let digits = 1 + cell[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            match cell.get(digits) {
                None => false,
                Some(b'.') => cell[digits + 1..]
                    .iter()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'E' | b'e' | b'+')),
                Some(b'E' | b'e') => true,
                Some(b' ' | b'-' | 0xC2 | 0xE2) => digits == 3 && (12..=16).contains(&cell.len()),
                _ => false,
            }
        }
        Some(b'=' | b'\'' | b'#') => true,
        Some(b'-') => cell.get(1).is_some_and(u8::is_ascii_digit),
        _ => false,
    }
}

/// The value of a cell in any column.
pub fn plain<'a>(words: &CellWords, cell: &'a str) -> Dress<'a> {
    if !is_odd(cell.as_bytes()) {
        return Dress::Same;
    }
    if words.cells.errors.iter().any(|error| error == cell)
        || (cell.len() > 2 && cell.bytes().all(|byte| byte == b'#'))
    {
        return Dress::Error;
    }
    if let Some(inner) = cell.strip_prefix('=') {
        let inner = inner
            .strip_prefix('"')
            .and_then(|inner| inner.strip_suffix('"'))
            .unwrap_or(inner)
            .trim();
        return match inner.is_empty() {
            true => Dress::Blank,
            false if is_identifier(inner) => inside(words, inner),
            false => Dress::Same,
        };
    }
    if let Some(inner) = cell.strip_prefix('\'') {
        return match is_identifier(inner) {
            true => inside(words, inner),
            false => Dress::Same,
        };
    }
    if let Some(digits) = grouped(cell) {
        return Dress::Mended(digits.into());
    }
    match number(cell) {
        Some(Ok(digits)) if digits == cell => Dress::Same,
        Some(Ok(digits)) => Dress::Mended(digits),
        Some(Err(())) => Dress::Lost,
        None => Dress::Same,
    }
}

fn inside<'a>(words: &CellWords, inner: &'a str) -> Dress<'a> {
    match plain(words, inner) {
        Dress::Same => Dress::Mended(inner.into()),
        other => other,
    }
}

/// Letters and digits with at least one digit, as in codes and numbers, but not in sentences.
fn is_identifier(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.' | b'+' | b' ');
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.len() <= 24 && text.bytes().all(fits)
}

/// `999 000 0018`, the printed form of NHS numbers.
fn grouped(cell: &str) -> Option<String> {
    let is_gap = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}');
    let is_grouped = cell.chars().count() == 12
        && cell.chars().enumerate().all(|(at, letter)| match at {
            3 | 7 => is_gap(letter),
            _ => letter.is_ascii_digit(),
        });
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    (is_grouped && crate::source::passes_modulus_11(&digits)).then_some(digits)
}

/// The whole number in a decimal or scientific form: `None` if it is not a number, an error if digits are
/// lost.
fn number(cell: &str) -> Option<Result<Cow<'_, str>, ()>> {
    let (sign, rest) = match cell.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", cell.strip_prefix('+').unwrap_or(cell)),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((mantissa, exponent)) = rest.split_once(['E', 'e']) {
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_written_so = mantissa.contains('.') || exponent.starts_with('+');
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        if whole.len() != 1
            || !is_digits(whole)
            || !is_digits(exponent)
            || !is_written_so
            || exponent.len() > 2
        {
            return None;
        }
        if !fraction.is_empty() && !is_digits(fraction) {
            return None;
        }
        let places: usize = exponent.parse().ok()?;
        let digits = format!("{sign}{whole}{fraction}");
        return Some(if places == fraction.len() {
            Ok(digits.into())
        } else {
            Err(())
        });
    }
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let is_whole = is_digits(whole) && fraction.bytes().all(|byte| byte == b'0');
    is_whole.then(|| {
        Ok(if sign.is_empty() {
            whole.into()
        } else {
            format!("{sign}{whole}").into()
        })
    })
}

/// The value of a cell in a column that the source's SQL compares.
pub fn compared<'a>(words: &CellWords, reads: &Reads, cell: &'a str) -> Dress<'a> {
    let dressed = plain(words, cell);
    let text = match &dressed {
        Dress::Same => cell,
        Dress::Mended(text) => text.as_ref(),
        _ => return dressed,
    };
    let short = text.trim_start_matches('0');
    let flag = if short.is_empty() { "0" } else { short };
    let one_of = |list: &[String]| list.iter().any(|word| word.eq_ignore_ascii_case(flag));
    let told = match reads {
        Reads::Flag if one_of(&words.flags.yes) => Some("Y".to_string()),
        Reads::Flag if one_of(&words.flags.no) => Some("N".to_string()),
        Reads::Flag if one_of(&words.flags.not_known) => return Dress::Blank,
        Reads::Flag => None,
        Reads::Number if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(if short.is_empty() { "0" } else { short }.to_string())
        }
        Reads::Number => None,
        Reads::Code | Reads::Date => return dressed,
    };
    match told {
        Some(told) if told == cell => Dress::Same,
        Some(told) => Dress::Mended(told.into()),
        None => Dress::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Rulebook;

    fn words() -> CellWords {
        Rulebook::load(None, "cwt").unwrap().cell_words
    }

    #[test]
    fn a_number_is_one_value_in_every_dress() {
        let words = words();
        for cell in [
            "9990000018.0",
            "'9990000018",
            "=\"9990000018\"",
            "=9990000018",
            "9.990000018E+09",
            "9.990000018e9",
            "999 000 0018",
            "999-000-0018",
            "999\u{a0}000\u{a0}0018",
            "'9990000018.00",
        ] {
            assert_eq!(plain(&words, cell), Dress::Mended("9990000018".into()), "{cell}");
        }
        for cell in [
            "9990000018",
            "2026-10-01",
            "01/10/2026",
            "C50.0",
            "1.5",
            "1E5",
            "12E3",
            "'t Hooft",
            "=SUM(A1)",
            "-",
            "0012",
            "8140/3",
        ] {
            assert_eq!(plain(&words, cell), Dress::Same, "{cell}");
        }
        assert_eq!(plain(&words, "9.99E+09"), Dress::Lost);
        assert_eq!(plain(&words, "#N/A"), Dress::Error);
        assert_eq!(plain(&words, "########"), Dress::Error);
        assert_eq!(plain(&words, "=\"\""), Dress::Blank);
    }

    #[test]
    fn flags_and_numbers_are_compared_in_one_form() {
        let words = words();
        for (reads, cell, told) in [
            (Reads::Flag, "Yes", Dress::Mended("Y".into())),
            (Reads::Flag, "-1", Dress::Mended("Y".into())),
            (Reads::Flag, "1.0", Dress::Mended("Y".into())),
            (Reads::Flag, "01", Dress::Mended("Y".into())),
            (Reads::Flag, "x", Dress::Mended("Y".into())),
            (Reads::Flag, "Y", Dress::Same),
            (Reads::Flag, "FALSE", Dress::Mended("N".into())),
            (Reads::Flag, "99", Dress::Blank),
            (Reads::Flag, "perhaps", Dress::Unknown),
            (Reads::Number, "01", Dress::Mended("1".into())),
            (Reads::Number, "1.0", Dress::Mended("1".into())),
            (Reads::Number, "0", Dress::Same),
            (Reads::Number, "one", Dress::Unknown),
            (Reads::Code, "01", Dress::Same),
        ] {
            assert_eq!(compared(&words, &reads, cell), told, "{reads:?} {cell}");
        }
    }
}
