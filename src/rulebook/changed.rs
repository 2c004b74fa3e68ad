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
        )
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
    Some(Changed {
        path: path.to_string(),
        new: lines_only_in(text, built_in),
        gone: lines_only_in(built_in, text),
        first,
    })
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
        for (text, new, gone, first) in [
            ("days = 61\nfrom = 1\n", 1, 1, 1),
            ("days = 62\nfrom = 1\nfrom = 1\n", 1, 0, 3),
            ("days = 62\n", 0, 1, 2),
            ("from = 1\ndays = 62\n", 0, 0, 1),
        ] {
            let expected = Changed {
                path: "x".to_string(),
                new,
                gone,
                first,
            };
            assert_eq!(compare("x", built_in, text), Some(expected), "{text}");
        }
    }
}
