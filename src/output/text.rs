//! Text for cells: cleaned so that Excel accepts it, and measured, so that rows can be as tall as their text.

use std::borrow::Cow;

/// Excel refuses a cell with more than 32,767 characters.
const LONGEST: usize = 32_000;

/// The text without control characters, and short enough for a cell.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= LONGEST
    };
    let printable = |letter: char| if letter.is_control() { ' ' } else { letter };
    Cow::Owned(text.chars().map(printable).take_while(fits).collect())
}

/// The word with a capital first letter: `reject` becomes `Reject`, `reject_file` becomes `Reject file`.
pub fn capitalised(word: &str) -> String {
    first_capital(&word.replace('_', " "))
}

/// The text with a capital first letter; nothing else changes.
pub fn first_capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The width of a column that shows the longest of these texts on one line, up to a limit.
pub fn width_of<'a>(texts: impl Iterator<Item = &'a str>) -> f64 {
    let longest = texts.map(measure).fold(0.0, f64::max);
    (longest + 2.0).clamp(28.0, 70.0)
}

/// A word as wide as Arial draws it.
#[derive(Debug)]
struct Word<'a>(&'a str);

impl textwrap::core::Fragment for Word<'_> {
    fn width(&self) -> f64 {
        measure(self.0)
    }

    fn whitespace_width(&self) -> f64 {
        letter_width(' ')
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

/// `text` broken between words into lines at most `width` digits wide; a longer word stays whole.
pub fn wrap(text: &str, width: f64) -> Vec<String> {
    let words: Vec<Word> = text.split_whitespace().map(Word).collect();
    let lines = textwrap::wrap_algorithms::wrap_first_fit(&words, &[width]).into_iter();
    let joined = |line: &[Word]| line.iter().map(|word| word.0).collect::<Vec<_>>().join(" ");
    lines.map(joined).collect()
}

/// The number of lines that `text` takes in a column `width` digits wide.
pub fn lines(text: &str, width: f64) -> usize {
    // No letter is wider than two digits, so most cells need no measuring.
    if text.len() as f64 * 2.0 <= width && !text.contains('\n') {
        return 1;
    }
    if text.contains('\n') {
        return text.lines().map(|line| lines(line, width)).sum();
    }
    let rows = |line: &String| (measure(line) / width).ceil().max(1.0) as usize;
    wrap(text, width).iter().map(rows).sum()
}

/// Width of `text` in Arial, in digits: Excel's unit for the width of a column.
fn measure(text: &str) -> f64 {
    text.chars().map(letter_width).sum()
}

fn letter_width(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' => 0.4,
        ' ' | 'f' | 't' | 'I' | '.' | ',' | ':' | ';' | '/' | '!' | '|' | '[' | ']' => 0.5,
        'r' | '-' | '(' | ')' => 0.6,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 0.9,
        'm' | 'M' => 1.5,
        'w' => 1.3,
        'W' | '%' | '@' => 1.8,
        'A'..='Z' | '&' => 1.25,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_spaces_and_very_long_text_is_cut() {
        assert_eq!(clean("a\u{0}b\nc"), "a b c");
        assert_eq!(clean(&"😀".repeat(20_000)).encode_utf16().count(), LONGEST);
    }

    #[test]
    fn text_breaks_between_words_and_a_long_word_counts_its_own_lines() {
        assert_eq!(wrap("one two three", 7.0), ["one two", "three"]);
        assert_eq!(wrap("", 4.0), [""]);
        assert_eq!(lines("0000000000", 5.0), 2);
        assert_eq!(lines("00 00 00", 5.0), 2);
        assert_eq!(lines("00", 5.0), 1);
    }
}
