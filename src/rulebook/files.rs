//! The rules files: those built into the program, and those of an overlaid folder.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::terminal::failure::{Exit, Failure};

include!(concat!(env!("OUT_DIR"), "/embedded_rules.rs"));

/// Every rules file by its path inside `rules/`, with `/` between folders.
#[derive(Clone)]
pub struct Files {
    texts: BTreeMap<String, String>,
    /// Files of the overlaid folder that are not `.toml`, `.csv` or `.sql`.
    pub other: Vec<String>,
}

impl Files {
    /// The files built into the program.
    pub fn embedded() -> Files {
        let texts = EMBEDDED
            .iter()
            .map(|(path, text)| (path.to_string(), text.to_string()))
            .collect();
        Files {
            texts,
            other: Vec::new(),
        }
    }

    /// Overlays a folder: a file with the same path replaces the built-in one; other files are added.
    pub fn overlaid_with(mut self, folder: &Path) -> Result<Files> {
        if !folder.is_dir() {
            return Err(Failure {
                exit: Exit::Usage,
                message: format!("the rules folder `{}` does not exist", folder.display()),
            }
            .into());
        }
        self.add(folder, "", 0)?;
        Ok(self)
    }

    /// The file that comes with the program at this path.
    pub fn built_in(path: &str) -> Option<&'static str> {
        EMBEDDED
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| *text)
    }

    /// Whether the trust's own folder replaces a file of the program by another text.
    pub fn is_replaced(&self, path: &str) -> bool {
        let own = self.get(path);
        Files::built_in(path).is_some_and(|built_in| own.is_some_and(|own| own != built_in))
    }

    /// The same files with another text at one path.
    pub fn with(mut self, path: &str, text: String) -> Files {
        self.texts.insert(path.to_string(), text);
        self
    }

    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The file with this name in the folder of a data set, otherwise in `rules/` itself: its path for
    /// messages, and its text.
    pub fn nearest_to(&self, folder: &str, name: &str) -> Result<(String, &str)> {
        let own = format!("{folder}/{name}");
        let found = [own.as_str(), name]
            .into_iter()
            .find_map(|path| self.get(path).map(|text| (format!("rules/{path}"), text)));
        found.ok_or_else(|| crate::terminal::failure::usage(format!("rules file `rules/{own}` is missing")))
    }

    /// The files in a folder with this ending, sorted by name: path and text.
    pub fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts
            .iter()
            .filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    fn add(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<()> {
        if depth > DEEPEST {
            return Err(of_rules(
                folder,
                "is too many folders deep: does a link lead back to a folder above it? Remove the link",
            ));
        }
        let unreadable = |path: &Path| Failure {
            exit: Exit::Usage,
            message: format!("rules file `{}` cannot be read as text", path.display()),
        };
        for entry in std::fs::read_dir(folder).with_context(|| unreadable(folder))? {
            let path = entry.with_context(|| unreadable(folder))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let inside = format!("{prefix}{name}");
            // Waivers are not rules: they do not change the hash of the rulebook.
            if inside == "waivers.toml" {
                continue;
            }
            if path.is_dir() {
                self.add(&path, &format!("{inside}/"), depth + 1)?;
            } else if [".toml", ".csv", ".sql", ".md"]
                .iter()
                .any(|ending| name.ends_with(ending))
            {
                let about = std::fs::metadata(&path).with_context(|| unreadable(&path))?;
                if !about.is_file() {
                    return Err(of_rules(
                        &path,
                        "is a device or a pipe, not a file: remove it from the rules folder",
                    ));
                }
                if about.len() > LARGEST {
                    return Err(of_rules(
                        &path,
                        "is larger than 64 MB, too large for a rules file: remove it from the rules folder",
                    ));
                }
                let text = std::fs::read_to_string(&path).with_context(|| unreadable(&path))?;
                self.texts.insert(inside, text.replace("\r\n", "\n"));
            } else if !name.starts_with('.') && !name.starts_with('~') {
                self.other.push(inside);
            }
        }
        Ok(())
    }
}

/// The deepest nesting of rules folders; a link that leads back would never end.
const DEEPEST: usize = 8;

/// The most bytes of a rules file.
const LARGEST: u64 = 64 << 20;

/// An error about a file or folder of rules.
fn of_rules(path: &Path, what: &str) -> anyhow::Error {
    crate::terminal::failure::usage(format!(
        "`{}` {what}",
        crate::table::plain(&path.display().to_string())
    ))
}
