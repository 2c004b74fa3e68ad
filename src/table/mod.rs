//! Files become tables of text: every cell as it was typed, trimmed, blank as NULL, with the row
//! number that a person sees in Excel. Nothing here knows what a column means.
//!
//! In: paths of CSV or Excel files, or folders of them. Out: one [`Table`] a file or sheet, and the
//! rows that could not be laid out in columns, each with its reason.

mod cells;
mod delimited;
mod layout;
mod plain_lines;
pub mod sparse;
mod stamp;
mod workbook;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use polars::prelude::DataFrame;

use crate::failure::{Exit, Failure, input, usage};

pub use stamp::{Stamp, sha256_as_read};

/// One file, or one sheet of a workbook, as text. The first row is still a row: only the source
/// knows whether it holds headings.
pub struct Table {
    /// File name without its folder; `name.xlsx[Sheet1]` for a sheet.
    pub name: String,
    pub path: PathBuf,
    /// Of the file when it was read; none for rows that are in no file.
    pub stamp: Option<Stamp>,
    /// Text columns named `0`, `1`, …; one row a record.
    pub cells: DataFrame,
    /// For each row of `cells`, its row number as Excel shows it.
    pub rows: Vec<u32>,
    /// Rows that do not fit the columns.
    pub misfits: Vec<Misfit>,
}

/// A row that could not be laid out in columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub row: u32,
    pub reason: String,
    /// It has another number of fields than its neighbours.
    pub is_ragged: bool,
}

impl Misfit {
    fn ragged(row: u32, fields: usize, expected: usize) -> Misfit {
        let plural = if fields == 1 { "" } else { "s" };
        Misfit {
            row,
            reason: format!("{fields} field{plural} where {expected} are expected"),
            is_ragged: true,
        }
    }

    /// A row above the headings.
    pub fn title(row: u32) -> Misfit {
        Misfit {
            row,
            reason: "it stands above the headings".to_string(),
            is_ragged: false,
        }
    }

    fn blank(row: u32) -> Misfit {
        Misfit {
            row,
            reason: "every cell is blank".to_string(),
            is_ragged: false,
        }
    }
}

/// Endings that are read when a folder is given.
const ENDINGS: [&str; 5] = ["csv", "txt", "tsv", "xlsx", "xls"];

/// Reads every input, in the order given; a folder stands for the files in it, by name. `width` is the number of
/// fields in a row, where it is known beforehand; otherwise it is what most rows have.
pub fn read_all(inputs: &[PathBuf], width: Option<usize>) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for path in once_each(expand(inputs)?)? {
        let stamp = Stamp::of(&path)?;
        tables.extend(read(&path, width)?.into_iter().map(|table| Table {
            stamp: Some(stamp.clone()),
            ..table
        }));
    }
    Ok(tables)
}

/// A file that is given twice, itself or as a copy, would be counted twice.
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

/// Two files that can both be read to their ends, with nothing different.
fn have_same_bytes(left: &Path, right: &Path) -> bool {
    let (Ok(left), Ok(right)) = (File::open(left), File::open(right)) else {
        return false;
    };
    let bytes = |file: File| BufReader::with_capacity(1 << 16, file).bytes();
    bytes(left)
        .zip(bytes(right))
        .all(|(left, right)| matches!((left, right), (Ok(left), Ok(right)) if left == right))
}

/// Reads one file; the form is told from its first bytes, not from its name.
fn read(path: &Path, width: Option<usize>) -> Result<Vec<Table>> {
    let mut head = vec![0; 64 * 1024];
    let mut file = open(path)?;
    let mut length = 0;
    while length < head.len() {
        match file.read(&mut head[length..]).with_context(|| unreadable(path))? {
            0 => break,
            read => length += read,
        }
    }
    head.truncate(length);
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(input(format!("`{}` is empty: export it again", shown(path))));
    }
    match sparse::is_workbook(&head) {
        true => workbook::read(path),
        false => Ok(vec![delimited::read(path, &head, width)?]),
    }
}

/// The files that the inputs stand for: a folder gives the tables in it, by name; a `*` in a file name is
/// matched here, since Windows shells leave it alone.
pub fn expand(inputs: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in inputs {
        if path.is_dir() {
            let found = listing(path, |name| {
                ENDINGS
                    .iter()
                    .any(|ending| name.to_lowercase().ends_with(&format!(".{ending}")))
            })?;
            if found.is_empty() {
                return Err(input(format!("`{}` holds no CSV or Excel file", shown(path))));
            }
            files.extend(found);
        } else if let Some(pattern) = wildcard(path) {
            let (before, after) = pattern;
            let folder = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            let found = listing(folder, |name| {
                name.len() >= before.len() + after.len()
                    && name.starts_with(&before)
                    && name.ends_with(&after)
            })?;
            if found.is_empty() {
                return Err(input(format!("no file is called `{}`", shown(path))));
            }
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// What stands before and after the one `*` of a file name.
fn wildcard(path: &Path) -> Option<(String, String)> {
    let name = path.file_name()?.to_str()?;
    if path.exists() || name.matches('*').count() != 1 {
        return None;
    }
    name.split_once('*')
        .map(|(before, after)| (before.to_string(), after.to_string()))
}

fn listing(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| unreadable(folder))? {
        let path = entry.with_context(|| unreadable(folder))?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        // Excel keeps `~$name` beside a workbook that is open.
        if path.is_file() && !name.starts_with("~$") && !name.starts_with('.') && wanted(name) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_string(),
            std::io::ErrorKind::PermissionDenied => {
                "it may not be read: is it open elsewhere, or yours to read?".to_string()
            }
            _ => error.to_string(),
        };
        input(format!("`{}` cannot be opened: {why}", shown(path)))
    })
}

/// The whole of a file.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?
        .read_to_end(&mut bytes)
        .with_context(|| unreadable(path))?;
    Ok(bytes)
}

fn unreadable(path: &Path) -> Failure {
    Failure {
        exit: Exit::Input,
        message: format!("`{}` cannot be read", shown(path)),
    }
}

/// A path as it is shown in messages.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A file's name without its folder: what findings carry.
pub fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| shown(path), |name| name.to_string_lossy().into_owned())
}
