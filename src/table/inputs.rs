//! Finds the files that the inputs of a command mean, with a message about files of a folder that are
//! skipped.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use glob::Pattern;

use super::{file_name, listed, shown, unreadable};
use crate::terminal::failure::{input, usage};

/// Files to read, and messages about those that are skipped.
#[derive(Default)]
pub struct Inputs {
    pub files: Vec<PathBuf>,
    pub notes: Vec<String>,
}

/// Endings of files that may contain tables; a name without an ending is also possible.
const ENDINGS: [&str; 16] = [
    "csv", "txt", "tsv", "tab", "psv", "dat", "rpt", "hl7", "xlsx", "xlsm", "xlsb", "xls", "ods", "xml",
    "gz", "zip",
];

/// Endings of files that are common in such folders and contain no export.
const NOT_NAMED: [&str; 3] = ["md", "ini", "lnk"];

/// Whether a file of a folder or archive is read.
pub fn may_be_a_table(name: &str) -> bool {
    ending(name).is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// The part of a name after the last dot, in lower case.
fn ending(name: &str) -> Option<String> {
    let (before, after) = name.rsplit_once('.')?;
    (!before.is_empty()).then(|| after.to_lowercase())
}

impl Inputs {
    /// A folder gives the tables in it, sorted by name. `*` and `?` in a file name are expanded here, because
    /// Windows shells do not.
    pub fn of(inputs: &[PathBuf]) -> Result<Inputs> {
        let mut all = Inputs::default();
        for path in inputs {
            if path.is_dir() {
                all.add_folder(path)?;
            } else if let Some(pattern) = wildcards(path) {
                let folder = path
                    .parent()
                    .filter(|parent| !parent.as_os_str().is_empty())
                    .unwrap_or(Path::new("."));
                let mut found = listing(folder)?;
                found.retain(|path| {
                    let name = path.file_name().and_then(|name| name.to_str());
                    path.is_file() && name.is_some_and(|name| pattern.matches(name))
                });
                if found.is_empty() {
                    return Err(input(format!("no file is called `{}`", shown(path))));
                }
                all.files.extend(found);
            } else {
                all.files.push(path.clone());
            }
        }
        Ok(all)
    }

    fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let (mut found, mut passed) = (Vec::new(), Vec::new());
        for path in listing(folder)? {
            let name = path.file_name().and_then(|name| name.to_str());
            match name {
                Some(name) if name.starts_with("._") => {}
                Some(name) if name.starts_with('.') => {
                    if path.is_file() && may_be_a_table(name) {
                        passed.push(file_name(&path));
                    }
                }
                Some(name) if path.is_file() && may_be_a_table(name) => found.push(path),
                Some(name) if path.is_file() && ending(name).is_none() && begins_as_a_table(&path) => {
                    found.push(path)
                }
                Some(name) if ending(name).is_some_and(|ending| NOT_NAMED.contains(&ending.as_str())) => {}
                _ if path.is_dir() => passed.push(format!("{}/", file_name(&path))),
                _ => passed.push(file_name(&path)),
            }
        }
        let passed = match passed.is_empty() {
            true => String::new(),
            false => format!("in folder `{}`, not read: {}", shown(folder), listed(&passed)),
        };
        if found.is_empty() {
            let also = if passed.is_empty() {
                passed
            } else {
                format!(" ({passed})")
            };
            return Err(input(format!(
                "`{}` holds no CSV or Excel file{also}: name the folder of the exports, or the files",
                shown(folder)
            )));
        }
        if !passed.is_empty() {
            self.notes.push(format!("{passed}. Name a file to read it"));
        }
        self.files.extend(found);
        Ok(())
    }
}

/// A file without an ending is an export if it is a workbook or begins with a line of several cells.
fn begins_as_a_table(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64 * 1024).read_to_end(&mut head));
    if read.is_err() {
        return false;
    }
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiters = first
        .iter()
        .filter(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'))
        .count();
    super::form::is_packed(&head) || delimiters > 1
}

/// The files that the inputs mean.
pub fn expand(inputs: &[PathBuf]) -> Result<Vec<PathBuf>> {
    Inputs::of(inputs).map(|inputs| inputs.files)
}

/// Refuses a file that is given twice, itself or as a copy: it would be counted twice.
pub fn once_each(paths: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let mut seen = HashSet::new();
    if let Some(path) = paths
        .iter()
        .find(|path| !seen.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())))
    {
        return Err(usage(format!(
            "`{}` is given twice: its records would be counted twice",
            shown(path)
        )));
    }
    let mut of_size: HashMap<u64, Vec<&PathBuf>> = HashMap::new();
    for path in &paths {
        let size = std::fs::metadata(path).map_or(0, |about| if about.is_file() { about.len() } else { 0 });
        let others = of_size.entry(size).or_default();
        if let Some(other) = others
            .iter()
            .find(|other| size > 0 && have_same_bytes(path, other))
        {
            return Err(usage(format!(
                "`{}` is a copy of `{}`: its records would be counted twice",
                shown(path),
                shown(other)
            )));
        }
        others.push(path);
    }
    Ok(paths)
}

/// Whether two files can be read completely and have equal bytes.
fn have_same_bytes(left: &Path, right: &Path) -> bool {
    let (Ok(left), Ok(right)) = (File::open(left), File::open(right)) else {
        return false;
    };
    let bytes = |file: File| BufReader::with_capacity(1 << 16, file).bytes();
    bytes(left)
        .zip(bytes(right))
        .all(|(left, right)| matches!((left, right), (Ok(left), Ok(right)) if left == right))
}

/// The pattern in a file name with `*` or `?`. Brackets mean themselves, as on Windows: `export[1]*.csv`.
fn wildcards(path: &Path) -> Option<Pattern> {
    let name = path.file_name()?.to_str()?;
    if path.exists() || !name.contains(['*', '?']) {
        return None;
    }
    Pattern::new(&name.replace('[', "[[]")).ok()
}

/// The content of a folder, sorted by name. Excel keeps `~$name` next to an open workbook, and hidden files
/// are never exports.
fn listing(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| unreadable(folder))? {
        let path = entry.with_context(|| unreadable(folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| !name.starts_with("~$")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
