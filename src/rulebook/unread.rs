//! Rules files that nothing reads, because their path or ending means nothing. Without this report, whoever
//! put them into the overlaid folder would never learn that they have no effect.

use super::{Rulebook, nearest};

/// Single files in the folder of a data set.
const SINGLE: [&str; 15] = [
    "data_set.toml",
    "fields.csv",
    "functions.toml",
    "scenarios.csv",
    "derived.sql",
    "pathways.sql",
    "link.sql",
    "link_status.sql",
    "upload.sql",
    "same_record.sql",
    "why.sql",
    "synth.toml",
    "standards.toml",
    "spc.toml",
    "xml.csv",
];
const OUTSIDE: [&str; 5] = [
    "cells.toml",
    "spc.toml",
    "organisations.csv",
    "published.toml",
    "plan.toml",
];
/// Folders of a data set, with the ending of their files.
const FOLDERS: [(&str, &str); 7] = [
    ("examples", ".csv"),
    ("examples", ".toml"),
    ("checks", ".toml"),
    ("codes", ".csv"),
    ("lookups", ".csv"),
    ("measures", ".sql"),
    ("tables", ".sql"),
];

/// A file that nothing reads, and what was probably meant.
pub struct Unread {
    /// Path inside `rules/`.
    pub path: String,
    pub help: String,
}

impl Rulebook {
    /// The files that nothing reads, by path.
    pub fn unread(&self) -> Vec<Unread> {
        let paths = self
            .files
            .iter()
            .filter(|(path, text)| !self.is_read(path, text))
            .map(|(path, _)| path.to_string());
        let unread = paths.map(|path| Unread {
            help: self.meant(&path),
            path,
        });
        let other = self.files.other.iter().map(|path| Unread {
            path: path.clone(),
            help: "rules are written in `.toml`, `.csv` and `.sql` files".to_string(),
        });
        unread.chain(other).collect()
    }

    fn is_read(&self, path: &str, text: &str) -> bool {
        let Some((folder, rest)) = path.split_once('/') else {
            return path.ends_with(".md")
                || OUTSIDE.contains(&path)
                || (path.ends_with(".toml") && text.contains("[[check]]"));
        };
        // Another data set is read by its own runs.
        let is_other_data_set =
            folder != self.data_set.folder && self.files.get(&format!("{folder}/data_set.toml")).is_some();
        match (folder == self.data_set.folder, folder) {
            _ if path.ends_with(".md") || is_other_data_set => true,
            (true, _) => self.is_read_in_data_set(rest),
            (false, "sources") => (rest.ends_with(".toml") || self.is_code_map(rest)) && !rest.contains('/'),
            _ => false,
        }
    }

    /// A code map is read if a source has its name.
    fn is_code_map(&self, name: &str) -> bool {
        let stem = name.strip_suffix(super::CODE_MAP);
        stem.is_some_and(|stem| self.sources.iter().any(|source| source.name == stem))
    }

    fn is_read_in_data_set(&self, path: &str) -> bool {
        let Some((folder, name)) = path.split_once('/') else {
            return SINGLE.contains(&path) || self.is_named_by_listing(path);
        };
        let stem = name.split('.').next().unwrap_or_default();
        let is_named = match folder {
            "measures" => self
                .data_set
                .measures
                .iter()
                .chain(&self.data_set.activities)
                .any(|measure| measure == stem),
            "tables" => self.data_set.extra_table(stem).is_some(),
            _ => true,
        };
        let mut endings = FOLDERS.iter().filter(|(known, _)| *known == folder).peekable();
        if endings.peek().is_some() {
            return is_named && endings.any(|(_, ending)| name.ends_with(ending)) && !name.contains('/');
        }
        let listing = format!("{}/{folder}/listing.toml", self.data_set.folder);
        self.files.get(&listing).is_some()
    }

    /// Whether a listing names this file of conditions among its queries.
    fn is_named_by_listing(&self, path: &str) -> bool {
        let folder = &self.data_set.folder;
        let names = |listing: &str| {
            let name = listing
                .strip_suffix("/listing.toml")?
                .strip_prefix(&format!("{folder}/"))?;
            self.listing(name).ok()
        };
        let mut listings = self.files.iter().filter_map(|(listing, _)| names(listing));
        listings.any(|listing| listing.queries.iter().any(|query| query == path))
    }

    fn meant(&self, path: &str) -> String {
        let name = path.rsplit('/').next().unwrap_or(path);
        let text = self.files.get(path).unwrap_or_default();
        if path.ends_with(".toml") && text.contains("[[check]]") {
            return format!("your own checks belong directly in the rules folder: move it to `{name}`");
        }
        if !path.contains('/') && path.ends_with(".toml") {
            return "it holds no `[[check]]`, and rules/README.md does not list it".to_string();
        }
        let known = self
            .files
            .iter()
            .map(|(known, _)| known)
            .filter(|known| *known != path);
        match nearest(path, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "rules/README.md lists the files that are read, and their folders".to_string(),
        }
    }
}
