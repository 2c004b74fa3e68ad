//! Names as messages show them: not too long, on one line, without characters that control a terminal.

/// The most characters shown of a name.
const LONGEST: usize = 120;

/// The most names shown of a list.
const MOST: usize = 12;

/// The name of a file, sheet or column, safe for a message: control characters, and those that reverse the
/// direction of text, become `\u{fffd}`, so that no name can imitate a line. The middle of a very long name
/// is left out.
pub fn plain(name: &str) -> String {
    let is_plain = |letter: &char| !letter.is_control() && !is_invisible(*letter);
    if name.len() <= LONGEST && name.chars().all(|letter| is_plain(&letter)) {
        return name.to_string();
    }
    let letters: Vec<char> = name
        .chars()
        .map(|letter| if is_plain(&letter) { letter } else { '\u{fffd}' })
        .collect();
    match letters.len() <= LONGEST {
        true => letters.into_iter().collect(),
        false => {
            let half = LONGEST / 2;
            let begin: String = letters.iter().take(half).collect();
            let end: String = letters.iter().skip(letters.len() - half).collect();
            format!("{begin}…{end}")
        }
    }
}

/// Characters without width, and those that reverse the direction of text.
pub fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `a`, `b` and 3 more
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{}`", plain(name.as_ref())))
        .collect();
    if names.len() > MOST {
        shown.push(format!("and {} more", names.len() - MOST));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_forge_a_line_or_fill_a_screen() {
        assert_eq!(plain("october.csv"), "october.csv");
        assert_eq!(
            plain("a\nerror: b\u{1b}[2J\u{202e}"),
            "a\u{fffd}error: b\u{fffd}[2J\u{fffd}"
        );
        assert_eq!(plain(&"x".repeat(5000)).chars().count(), 121);
        assert_eq!(listed(&vec!["x"; 14]).matches("`x`").count(), 12);
    }
}
