//! Text in the form in which it is compared. A printed heading, label or sheet name comes in; it goes out
//! without what changes from month to month: footnote marks, case, extra spaces and the kind of dash.

/// A label in its stored form: plain spaces, dashes and apostrophes, and no footnote marks. Case stays.
///
/// `Other (a)` keeps its `(a)`: that is part of a published cancer type, `(2)` is a footnote.
pub fn label(text: &str) -> String {
    if is_plain(text) {
        return text.to_string();
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if letter.is_whitespace() || letter.is_control() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            '\u{200b}' | '\u{feff}' | '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '†' | '‡' => {}
            '‐'..='―' | '−' => plain.push('-'),
            '‘' | '’' | '`' => plain.push('\''),
            letter => plain.push(letter),
        }
    }
    if plain.contains(['(', '[']) {
        plain = without_marks(&plain);
    }
    if plain.starts_with(' ') || plain.ends_with(' ') {
        return plain.trim().to_string();
    }
    plain
}

/// Folding would change nothing. Nearly every label is plain, and a workbook has a hundred thousand of them.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .iter()
        .all(|byte| matches!(byte, b' '..=b'~') && !b"([`".contains(byte))
        && !bytes.windows(2).any(|pair| pair == b"  ")
        && text.trim().len() == text.len()
}

/// A heading, or a label to look up: as [`label`], in capitals, and without stars or a footnote number stuck
/// to its last word (`CANCER TYPE3`).
pub fn heading(text: &str) -> String {
    let capitals = label(text).to_uppercase();
    let bare = capitals.trim_end_matches(['*', ' ']);
    let wordless = bare.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let clings = wordless.ends_with(|letter: char| letter.is_alphabetic());
    if clings {
        wordless.to_string()
    } else {
        bare.to_string()
    }
}

/// A sheet's name as letters and digits only, because punctuation varies most there.
pub fn sheet(name: &str) -> String {
    heading(name)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// Removes `(1)`, `[2]`, `(1, 3)`, `(note 4)`, and the space before it.
fn without_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['(', '[']) {
        let closing = if rest[open..].starts_with('(') { ')' } else { ']' };
        let Some(close) = rest[open..].find(closing).map(|length| open + length) else {
            break;
        };
        if is_mark(&rest[open + 1..close]) {
            kept.push_str(rest[..open].trim_end());
            rest = &rest[close + 1..];
        } else {
            kept.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
        }
    }
    kept.push_str(rest);
    kept
}

fn is_mark(inside: &str) -> bool {
    let lower = inside.trim().to_lowercase();
    let numbers = ["footnotes", "footnote", "notes", "note"]
        .iter()
        .find_map(|word| lower.strip_prefix(word))
        .unwrap_or(&lower);
    let has_digit = numbers.contains(|letter: char| letter.is_ascii_digit());
    has_digit
        && numbers
            .chars()
            .all(|letter| letter.is_ascii_digit() || " ,&;.".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_without_footnotes_case_spaces_and_kinds_of_dash() {
        for (printed, compared) in [
            ("ODS CODE (1)", "ODS CODE"),
            ("Ods  Code (12)", "ODS CODE"),
            ("ODS\nCODE [note 1]", "ODS CODE"),
            ("CANCER TYPE (3) (4)", "CANCER TYPE"),
            ("CANCER TYPE (3, 4)", "CANCER TYPE"),
            ("CANCER TYPE³", "CANCER TYPE"),
            ("CANCER TYPE3", "CANCER TYPE"),
            ("WITHIN 31 DAYS ", "WITHIN 31 DAYS"),
            ("WITHIN\u{a0}31\u{a0}DAYS", "WITHIN 31 DAYS"),
            ("IN 15 TO 28 DAYS*", "IN 15 TO 28 DAYS"),
            (
                "INTEGRATED CARE BOARD (ICB)/COMMISSIONING HUB",
                "INTEGRATED CARE BOARD (ICB)/COMMISSIONING HUB",
            ),
            ("62–DAY", "62-DAY"),
            ("an open (bracket", "AN OPEN (BRACKET"),
        ] {
            assert_eq!(heading(printed), compared, "{printed:?}");
        }
    }

    #[test]
    fn labels_keep_their_case_and_the_letter_that_belongs_to_the_cancer_type() {
        for (printed, kept) in [
            (" Other (a) ", "Other (a)"),
            ("Missing or Invalid (2)", "Missing or Invalid"),
            (
                "Upper Gastrointestinal – Hepatobiliary",
                "Upper Gastrointestinal - Hepatobiliary",
            ),
            ("Suspected children’s  cancer", "Suspected children's cancer"),
            (
                "Suspected haematological malignancies (excluding acute leukaemia)",
                "Suspected haematological malignancies (excluding acute leukaemia)",
            ),
        ] {
            assert_eq!(label(printed), kept);
        }
    }

    #[test]
    fn sheet_names_are_their_letters_and_digits() {
        for name in [
            "31-DAY (BY CANCER)",
            "31 Day by cancer",
            "31-DAY  (BY CANCER) (2)",
        ] {
            assert_eq!(sheet(name), "31DAYBYCANCER");
        }
    }
}
