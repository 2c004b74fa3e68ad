//! Files of the trust's own folder that replace rules of the program. Every command says which lines differ,
//! because one wrong letter in a limit, a list or a query gives another figure.

use std::collections::HashMap;
use std::fmt;

use super::{Files, Rulebook};
use crate::terminal::counted;

/// A replaced file whose text differs.
#[derive(Debug, PartialEq, Eq)]
pub struct Changed {
    /// Path inside `rules/`.
    pub path: String,
    /// Lines that the built-in file does not have.
    pub new: usize,
    /// Lines that only the built-in file has.
    pub gone: usize,
    /// The first line that differs, from 1.
    pub first: usize,
    /// Where one line alone differs, by a few letters: those of the new and of the built-in one, with the words
    /// around them.
    pub slip: Option<(String, String)>,
}

impl fmt::Display for Changed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "`rules/{}` replaces a file of the program: {} new, {} gone, the first difference in line {}",
            self.path,
            counted(self.new, "line"),
            counted(self.gone, "line"),
            self.first
        )?;
        match &self.slip {
            Some((new, old)) => write!(formatter, ": `{new}`, in the program `{old}`"),
            None => Ok(()),
        }
    }
}

impl Rulebook {
    /// The changed files of the data set and of what all data sets share, by path. Lists that people fill in
    /// (`[[lookup]]`) are left out: they are checked on their own.
    pub fn changed(&self) -> Vec<Changed> {
        let files = self.files.iter();
        files
            .filter(|(path, _)| self.concerns(path) && !self.is_filled_in(path))
            .filter_map(|(path, text)| compare(path, Files::built_in(path)?, text))
            .collect()
    }

    /// The files of the trust's own folder that the data set reads and that the program does not hold as they
    /// are: path inside `rules/`.
    pub fn own_files(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter();
        files
            .filter(|(path, text)| self.concerns(path) && Files::built_in(path) != Some(text))
            .map(|(path, _)| path)
    }

    /// Whether the data set reads the file, rather than another data set.
    fn concerns(&self, path: &str) -> bool {
        let is_manual = path.ends_with(".md");
        let of_all = !path.contains('/') || path.starts_with("sources/");
        !is_manual && (of_all || path.starts_with(&format!("{}/", self.data_set.folder)))
    }

    fn is_filled_in(&self, path: &str) -> bool {
        let folder = &self.data_set.folder;
        let forms = self.data_set.lookup.iter();
        forms
            .map(|form| format!("{folder}/lookups/{}.csv", form.name))
            .any(|list| list == path)
    }
}

/// How a text differs from the built-in one, line by line; `None` if it does not.
fn compare(path: &str, built_in: &str, text: &str) -> Option<Changed> {
    let first = first_difference(built_in, text)?;
    let (new, gone) = (lines_only_in(text, built_in), lines_only_in(built_in, text));
    let line = |text: &str| text.lines().nth(first - 1).unwrap_or_default().to_string();
    Some(Changed {
        path: path.to_string(),
        new,
        gone,
        first,
        slip: (new == 1 && gone == 1).then(|| differing(&line(text), &line(built_in))),
    })
}

/// Letters before and after the difference of two lines that are shown with it.
const AROUND: usize = 24;

/// The part of two lines in which they differ.
fn differing(one: &str, other: &str) -> (String, String) {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let pairs = || one.iter().zip(&other);
    let before = pairs().take_while(|(one, other)| one == other).count();
    let backwards = one.iter().rev().zip(other.iter().rev());
    let shorter = one.len().min(other.len());
    let after = backwards.take_while(|(one, other)| one == other).count();
    let after = after.min(shorter - before);
    let part = |line: &[char]| {
        let from = before.saturating_sub(AROUND);
        let to = (line.len() - after + AROUND).min(line.len());
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let shown: String = line[from..to].iter().take(4 * AROUND).collect();
        format!("{}{}{}", cut(from > 0), shown.trim(), cut(to < line.len()))
    };
    (part(&one), part(&other))
}

fn first_difference(built_in: &str, text: &str) -> Option<usize> {
    let (mut old, mut new) = (built_in.lines(), text.lines());
    for number in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old != new => return Some(number),
            _ => {}
        }
    }
    None
}

/// The number of lines of a text that the other text lacks; a repeated line counts each time.
fn lines_only_in(text: &str, other: &str) -> usize {
    let mut spare: HashMap<&str, usize> = HashMap::new();
    for line in other.lines() {
        *spare.entry(line).or_default() += 1;
    }
    let mut new = 0;
    for line in text.lines() {
        match spare.get_mut(line) {
            Some(count) if *count > 0 => *count -= 1,
            _ => new += 1,
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_is_one_line_new_and_one_gone() {
        let built_in = "days = 62\nfrom = 1\n";
        assert_eq!(compare("x", built_in, built_in), None);
        for (text, new, gone, first, slip) in [
            ("days = 61\nfrom = 1\n", 1, 1, 1, Some(("days = 61", "days = 62"))),
            ("days = 62\nfrom = 1\nfrom = 1\n", 1, 0, 3, None),
            ("days = 62\n", 0, 1, 2, None),
            ("from = 1\ndays = 62\n", 0, 0, 1, None),
        ] {
            let expected = Changed {
                path: "x".to_string(),
                new,
                gone,
                first,
                slip: slip.map(|(new, old)| (new.to_string(), old.to_string())),
            };
            assert_eq!(compare("x", built_in, text), Some(expected), "{text}");
        }
    }

    #[test]
    fn of_a_long_line_the_part_that_differs_is_shown() {
        let long = "a".repeat(40);
        assert_eq!(
            differing(&format!("{long},yse,{long}"), &format!("{long},yes,{long}")),
            (
                format!("…{},yse,{}…", &long[..22], &long[..23]),
                format!("…{},yes,{}…", &long[..22], &long[..23])
            )
        );
        assert_eq!(differing("", "x"), (String::new(), "x".to_string()));
        assert_eq!(differing("aa", "aaa"), ("aa".to_string(), "aaa".to_string()));
    }
}
