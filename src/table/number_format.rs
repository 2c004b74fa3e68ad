//! Numbers of workbooks as a person sees them: with the fifteen digits that Excel shows, and with the zeros
//! and letters that a cell's format adds. A code stored as the number 1 and shown as `01` is `01`.

/// A number as a cell without a format shows it; whole numbers have no point. Excel keeps fifteen digits: the
/// digits that a sum leaves after them (`1000001.0000000009`) are dropped.
pub fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return (number as i64).to_string();
    }
    match format!("{number:.14e}").parse::<f64>() {
        Ok(rounded) if rounded.fract() == 0.0 && rounded.abs() < 1e15 => (rounded as i64).to_string(),
        Ok(rounded) => rounded.to_string(),
        Err(_) => number.to_string(),
    }
}

/// A format that adds zeros or letters to a whole number, such as `00` or `"H"00000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Padding(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A digit, or a zero if the number has none.
    Zero,
    /// A digit, or nothing.
    Digit,
    Letter(char),
}

/// In a number with at least this many digits, spaces and hyphens between digits only help reading: it
/// identifies a person and is not a code.
const LONG: usize = 9;

impl Padding {
    /// `None` for a format that shows a number unchanged, as a date, as money or otherwise than in whole
    /// digits.
    pub fn of(format: &str) -> Option<Padding> {
        let mut parts = Vec::new();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '0' => parts.push(Part::Zero),
                '#' => parts.push(Part::Digit),
                ';' => break,
                '"' => parts.extend(
                    letters
                        .by_ref()
                        .take_while(|letter| *letter != '"')
                        .map(Part::Letter),
                ),
                '\\' => parts.extend(letters.next().map(Part::Letter)),
                '_' | '*' => drop(letters.next()),
                '[' => drop(letters.by_ref().find(|letter| *letter == ']')),
                ' ' | '-' | '(' | ')' | ':' => parts.push(Part::Letter(letter)),
                _ => return None,
            }
        }
        let digits = parts
            .iter()
            .filter(|part| !matches!(part, Part::Letter(_)))
            .count();
        if digits >= LONG {
            parts.retain(|part| !matches!(part, Part::Letter(' ' | '-')));
        }
        let zeros = parts.iter().filter(|part| **part == Part::Zero).count();
        let has_letters = parts.len() > digits;
        (digits > 0 && (zeros > 1 || has_letters)).then_some(Padding(parts))
    }

    /// `None` for a number that is negative or not whole.
    pub fn show(&self, number: f64) -> Option<String> {
        let digits = plain(number);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut left: Vec<char> = digits.chars().collect();
        let first = self.0.iter().position(|part| !matches!(part, Part::Letter(_)))?;
        let mut shown = Vec::new();
        for (place, part) in self.0.iter().enumerate().rev() {
            match part {
                Part::Letter(letter) => shown.push(*letter),
                Part::Zero => shown.push(left.pop().unwrap_or('0')),
                Part::Digit => shown.extend(left.pop()),
            }
            if place == first {
                shown.extend(left.drain(..).rev());
            }
        }
        Some(shown.into_iter().rev().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_fifteen_digits_that_excel_shows() {
        for (number, shown) in [
            (1000001.0000000009, "1000001"),
            (9990000018.0, "9990000018"),
            (0.1 + 0.2, "0.3"),
            (1.0, "1"),
            (-3.5, "-3.5"),
            (0.0, "0"),
        ] {
            assert_eq!(plain(number), shown);
        }
    }

    #[test]
    fn zeros_and_letters_of_a_format_are_part_of_what_is_seen() {
        for (format, number, shown) in [
            ("00", 1.0, Some("01")),
            ("00", 123.0, Some("123")),
            ("0000000000", 18.0, Some("0000000018")),
            ("\"H\"0000", 17.0, Some("H0017")),
            ("000\\ 000\\ 0000", 9990000018.0, Some("9990000018")),
            ("00;-00", 2.0, Some("02")),
            ("00", 1.5, None),
            ("General", 1.0, None),
            ("0", 1.0, None),
            ("#,##0", 1000.0, None),
            ("0.00", 1.0, None),
            ("dd/mm/yyyy", 45000.0, None),
        ] {
            assert_eq!(
                Padding::of(format)
                    .and_then(|padding| padding.show(number))
                    .as_deref(),
                shown,
                "{format}"
            );
        }
    }
}
