//! Detects text that Excel would run as a formula when it opens a CSV file.

/// Characters with which Excel, LibreOffice or Google Sheets begin a formula, in normal and full-width form.
const OPENINGS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would treat a text from an export as a formula. White space and control characters
/// before the first character are ignored, because some programs trim them. A number such as `-1` or `+0.5`,
/// or only dashes, is not a formula.
pub fn is_formula(text: &str) -> bool {
    let bare = text.trim_start_matches(|letter: char| {
        letter.is_whitespace() || letter.is_control() || is_invisible(letter) || matches!(letter, '"' | '\'')
    });
    let first_is_control = text.starts_with(['\t', '\r', '\n']);
    match bare.chars().next() {
        Some(first) if OPENINGS.contains(&first) => !is_number(bare) && !is_dash(bare),
        // A cell that begins with a control character may be split from the cell before it, so it counts as a
        // formula.
        Some(_) => first_is_control,
        None => false,
    }
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}')
}

/// Digits with at most one point, and perhaps a sign before them: a spreadsheet reads a number and runs
/// nothing.
fn is_number(text: &str) -> bool {
    let digits = text.trim_end().strip_prefix(['-', '+']).unwrap_or_default();
    let parts: Vec<&str> = digits.split('.').collect();
    let all_digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() <= 2 && parts.iter().all(all_digits)
}

/// Only dashes, as people write for "none".
fn is_dash(text: &str) -> bool {
    text.trim_end().chars().all(|letter| letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_recognised_in_every_spelling() {
        for text in [
            "=1+1",
            "=cmd|' /C calc'!A0",
            "==1",
            "= 1",
            "=",
            "+1+1",
            "+A1",
            "+cmd",
            "+",
            "-1+1",
            "-A1",
            "-2+3+cmd|' /C calc'!A0",
            "--1+1",
            "-(1)",
            "-1e5",
            "-1,5",
            "-1-1",
            "-1.2.3",
            "@SUM(A1)",
            "@",
            "@A1",
            "\t=1+1",
            "\r=1+1",
            "\n=1+1",
            " =1+1",
            "\u{a0}=1+1",
            "\u{feff}=1+1",
            "\u{200b}=1+1",
            "\u{202e}=1+1",
            "\"=1+1",
            "'=1+1",
            "＝1+1",
            "＋1+1",
            "－1+1",
            "＠SUM(A1)",
            "\0=1+1",
            "\u{b}=1+1",
            "\ttext",
            "\rtext",
            "+44 20 7946 0000",
            "=HYPERLINK(\"http://x\")",
            "-RZ1",
        ] {
            assert!(is_formula(text), "{text:?}");
        }
        for text in [
            "",
            " ",
            "-",
            "--",
            "-1",
            "-0.5",
            "+3",
            "1-1",
            "a=1",
            "RZ1-2",
            "P-ABC",
            "2026-10-01",
            "0=1",
            "text",
            "'quoted'",
        ] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
