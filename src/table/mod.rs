//! Reads files as tables of text: every cell as typed, trimmed, blank as NULL, with the row number that a
//! person sees in Excel. Nothing here knows the meaning of a column.
//!
//! In: paths of CSV or Excel files, or folders of them. Out: one [`Table`] for each file or sheet, and the
//! rows that do not fit its columns, each with the reason.

mod cells;
mod delimited;
mod fixed;
mod form;
mod grid;
mod hl7;
mod inputs;
mod layout;
mod limits;
mod number_format;
mod packed;
mod plain_lines;
mod shown;
pub mod sparse;
mod stamp;
mod text;
mod workbook;
pub mod xml;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use polars::prelude::DataFrame;

use crate::terminal::failure::{Exit, Failure, input};

pub use fixed::Positions;
use form::Form;
pub use grid::{Grid, grids};
use inputs::Inputs;
pub use inputs::{expand, once_each};
pub use limits::Limits;
pub use shown::{listed, plain};
pub use stamp::{Stamp, sha256_as_read};

/// One file, or one sheet of a workbook, as text. The first row is an ordinary row here: only the source
/// knows whether it contains headings.
pub struct Table {
    /// File name without its folder; `name.xlsx[Sheet1]` for a sheet.
    pub name: String,
    pub path: PathBuf,
    /// The state of the file when it was read; `None` for rows that come from no file.
    pub stamp: Option<Stamp>,
    /// Text columns named `0`, `1`, …; one row for each record.
    pub cells: DataFrame,
    /// For each row of `cells`, the row number that Excel shows.
    pub rows: Vec<u32>,
    /// Rows that do not fit the columns.
    pub misfits: Vec<Misfit>,
    /// Whether columns at the end may be missing, as in a sheet where they are empty.
    pub ends_open: bool,
    /// Other messages about the file; each names it.
    pub notes: Vec<String>,
    /// For an XML file: the positions of its records, and the deviations from its layout.
    pub elements: Option<std::sync::Arc<xml::Elements>>,
}

/// A row that does not fit the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub row: u32,
    pub reason: String,
    /// It has another number of fields than the other rows.
    pub is_ragged: bool,
}

impl Misfit {
    /// A row with a wrong number of fields, which spans `line_ends` more lines of the file than its first.
    fn ragged(row: u32, fields: usize, expected: usize, line_ends: u64) -> Misfit {
        let plural = if fields == 1 { "" } else { "s" };
        let spans = match line_ends {
            0 => "",
            _ => "; quotation marks in it join several lines of the file",
        };
        Misfit {
            row,
            reason: format!("{fields} field{plural} where {expected} are expected{spans}"),
            is_ragged: true,
        }
    }

    /// A row in which one cell contains this many rows.
    fn swallowing(row: u32, line_ends: u64) -> Misfit {
        let plural = if line_ends == 1 { "" } else { "s" };
        Misfit {
            row,
            reason: format!(
                "a quotation mark that is not closed joins it with later rows ({line_ends} line end{plural} \
                 in one cell): double or delete the mark in the export"
            ),
            is_ragged: true,
        }
    }

    /// A row with the layout of the others that is not a record.
    pub fn aside(row: u32, reason: &str) -> Misfit {
        Misfit {
            row,
            reason: reason.to_string(),
            is_ragged: false,
        }
    }

    fn blank(row: u32) -> Misfit {
        Misfit::aside(row, "every cell is blank")
    }
}

/// The layouts of files whose cells no heading and no delimiter tells.
#[derive(Default)]
pub struct Layouts {
    pub xml: Vec<xml::Layout>,
    pub fixed: Vec<Positions>,
}

impl Layouts {
    pub fn without_xml(self) -> Layouts {
        Layouts {
            xml: Vec::new(),
            ..self
        }
    }
}

/// Reads every input, in the order given; a folder means the files in it, sorted by name. `width` is the
/// number of fields in a row, if it is known beforehand; otherwise it is the number that most rows have. An
/// XML file is read with the layout of its root element, a file of fixed width with the one whose marks it has.
pub fn read_all(
    inputs: &[PathBuf],
    width: Option<usize>,
    layouts: &Layouts,
    limits: Limits,
) -> Result<Vec<Table>> {
    let xml = &layouts.xml;
    let mut tables = Vec::new();
    let Inputs { files, mut notes } = Inputs::of(inputs)?;
    for path in once_each(files)? {
        let stamp = Stamp::of(&path)?;
        let (mut file, length) = limits.open(&path)?;
        let mut head = Vec::new();
        if !xml.is_empty() {
            std::io::Read::by_ref(&mut file)
                .take(8192)
                .read_to_end(&mut head)
                .with_context(|| unreadable(&path))?;
        }
        if let Some(layout) = xml::starts_like(xml, &head) {
            let whole = std::io::BufReader::new(std::io::Cursor::new(head).chain(file));
            let read = xml::read(&path, &file_name(&path), whole, layout)?;
            tables.extend(read.into_iter().map(|table| Table {
                stamp: Some(stamp.clone()),
                ..table
            }));
            continue;
        }
        let mut bytes = Vec::with_capacity(length as usize);
        bytes.append(&mut head);
        file.read_to_end(&mut bytes).with_context(|| unreadable(&path))?;
        let source = Origin {
            path: &path,
            name: file_name(&path),
            width,
            layouts,
            limits,
        };
        tables.extend(source.tables(bytes)?.into_iter().map(|table| Table {
            stamp: Some(stamp.clone()),
            ..table
        }));
    }
    if let Some(first) = tables.first_mut() {
        notes.append(&mut first.notes);
        first.notes = notes;
    }
    Ok(tables)
}

/// The origin of bytes (a file, or a file inside an archive), and how to read them.
struct Origin<'a> {
    path: &'a Path,
    name: String,
    width: Option<usize>,
    layouts: &'a Layouts,
    limits: Limits,
}

impl Origin<'_> {
    /// The tables of a file. Its kind is recognised from its bytes, not from its name.
    fn tables(&self, bytes: Vec<u8>) -> Result<Vec<Table>> {
        let most = self.limits.unpacked_bytes();
        if let Some(layout) = xml::starts_like(&self.layouts.xml, &bytes) {
            return xml::read(self.path, &self.name, bytes.as_slice(), layout);
        }
        if let Some(tables) = self.wide_xml(&bytes) {
            return tables;
        }
        match form::of(&bytes).map_err(|error| packed::damaged(self.path, &error))? {
            Form::Text if hl7::is_messages(&bytes) => Ok(vec![hl7::read(self.path, &self.name, &bytes)?]),
            Form::Text => {
                let fixed = &self.layouts.fixed;
                Ok(vec![delimited::read(
                    self.path, &self.name, bytes, self.width, fixed,
                )?])
            }
            Form::Workbook(_) => workbook::read(self.path, &self.name, bytes, most),
            Form::Gzip => {
                let content = packed::gunzip(self.path, &bytes, most)?;
                match form::of(&content) {
                    Ok(Form::Text) => self.tables(content),
                    Ok(Form::Workbook(_)) => workbook::read(self.path, &self.name, content, most),
                    _ => Err(self.no_table("an archive of gzip that holds no table")),
                }
            }
            Form::Zip => self.in_archive(&bytes, most),
            Form::Other(what, remedy) => Err(input(format!("`{}` is {what}: {remedy}", self.name))),
        }
    }

    /// The tables of an XML file in UTF-16 or UTF-32, which is decoded whole; `None` for any other file. The
    /// declaration is left out: it names the encoding that the text no longer has.
    fn wide_xml(&self, bytes: &[u8]) -> Option<Result<Vec<Table>>> {
        let head = &bytes[..bytes.len().min(4 * 8192)];
        let begins = text::decoded(head, &self.name, &mut Vec::new())?;
        let layout = xml::starts_like(&self.layouts.xml, begins.as_bytes())?;
        let mut notes = Vec::new();
        let text = text::decoded(bytes, &self.name, &mut notes)?;
        let content = match text.trim_start_matches('\u{feff}').strip_prefix("<?xml") {
            Some(declared) => declared.split_once("?>").map_or(declared, |(_, rest)| rest),
            None => &text,
        };
        let read = xml::read(self.path, &self.name, content.as_bytes(), layout);
        Some(read.map(|mut tables| {
            if let Some(first) = tables.first_mut() {
                first.notes.append(&mut notes);
            }
            tables
        }))
    }

    /// The tables of the files in an archive, with a message about other files in it.
    fn in_archive(&self, bytes: &[u8], most: u64) -> Result<Vec<Table>> {
        packed::within(self.path, bytes, most)?;
        let (mut tables, mut left) = (Vec::new(), Vec::new());
        for (inner, content) in packed::files(self.path, bytes)? {
            let file = Origin {
                name: format!("{}/{}", self.name, shown::plain(&inner)),
                ..*self
            };
            match form::of(&content) {
                Ok(Form::Text | Form::Workbook(_)) if inputs::may_be_a_table(&inner) => {
                    tables.extend(file.tables(content)?)
                }
                _ => left.push(inner),
            }
        }
        let Some(first) = tables.first_mut() else {
            return Err(self.no_table("a zip archive that holds no CSV or Excel file"));
        };
        if !left.is_empty() {
            first.notes.push(format!(
                "`{}` also holds {}: not read",
                self.name,
                shown::listed(&left)
            ));
        }
        Ok(tables)
    }

    fn no_table(&self, what: &str) -> anyhow::Error {
        input(format!(
            "`{}` is {what}: unpack it, and name the files to read",
            self.name
        ))
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_string(),
            std::io::ErrorKind::PermissionDenied => {
                "reading is not allowed: is it open elsewhere, or do you lack permission?".to_string()
            }
            _ => error.to_string(),
        };
        input(format!("`{}` cannot be opened: {why}", shown(path)))
    })
}

/// All bytes of a file, within its limit.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let (mut file, _) = Limits::default().open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).with_context(|| unreadable(path))?;
    Ok(bytes)
}

fn unreadable(path: &Path) -> Failure {
    Failure {
        exit: Exit::Input,
        message: format!("`{}` cannot be read", shown(path)),
    }
}

/// A path as messages show it.
pub fn shown(path: &Path) -> String {
    shown::plain(&path.display().to_string())
}

/// A file's name without its folder, as findings show it.
pub fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| shown(path), |name| shown::plain(&name.to_string_lossy()))
}
