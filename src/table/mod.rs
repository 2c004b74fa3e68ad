//! Files become tables of text: every cell as it was typed, trimmed, blank as NULL, with the row
//! number that a person sees in Excel. Nothing here knows what a column means.
//!
//! In: paths of CSV or Excel files, or folders of them. Out: one [`Table`] a file or sheet, and the
//! rows that could not be laid out in columns, each with its reason.

mod cells;
mod delimited;
mod fixed;
mod form;
mod grid;
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

use form::Form;
pub use grid::{Grid, grids};
use inputs::Inputs;
pub use inputs::{expand, once_each};
pub use limits::Limits;
pub use shown::{listed, plain};
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
    /// Columns at its end may be missing, as they are in a sheet where they hold nothing.
    pub ends_open: bool,
    /// What else there is to say of the file, each a sentence that names it.
    pub notes: Vec<String>,
    /// Of an XML file: where its records stand, and what is not as its layout says.
    pub elements: Option<std::sync::Arc<xml::Elements>>,
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
    /// A row of another number of fields, which spans `line_ends` lines of the file more than its first.
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

    /// A row of which one cell reads as so many rows.
    fn swallowing(row: u32, line_ends: u64) -> Misfit {
        let plural = if line_ends == 1 { "" } else { "s" };
        Misfit {
            row,
            reason: format!(
                "a quotation mark that is not closed joins it with later rows ({line_ends} line end{plural} in one cell): double or delete the mark in the export"
            ),
            is_ragged: true,
        }
    }

    /// A row that is laid out like the others and is no record.
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

/// Reads every input, in the order given; a folder stands for the files in it, by name. `width` is the number of
/// fields in a row, where it is known beforehand; otherwise it is what most rows have. An XML file is read by the layout of
/// its root element.
pub fn read_all(
    inputs: &[PathBuf],
    width: Option<usize>,
    xml: &[xml::Layout],
    limits: Limits,
) -> Result<Vec<Table>> {
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
            xml,
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

/// Where bytes come from: a file, or a file inside an archive, and how it is read.
struct Origin<'a> {
    path: &'a Path,
    name: String,
    width: Option<usize>,
    xml: &'a [xml::Layout],
    limits: Limits,
}

impl Origin<'_> {
    /// The tables of a file; its form is told from its bytes, not from its name.
    fn tables(&self, bytes: Vec<u8>) -> Result<Vec<Table>> {
        let most = self.limits.unpacked_bytes();
        if let Some(layout) = xml::starts_like(self.xml, &bytes) {
            return xml::read(self.path, &self.name, bytes.as_slice(), layout);
        }
        match form::of(&bytes).map_err(|error| packed::damaged(self.path, &error))? {
            Form::Text => Ok(vec![delimited::read(self.path, &self.name, bytes, self.width)?]),
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

    /// The tables of the files in an archive; what else is in it is named.
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
                "it may not be read: is it open elsewhere, or yours to read?".to_string()
            }
            _ => error.to_string(),
        };
        input(format!("`{}` cannot be opened: {why}", shown(path)))
    })
}

/// The whole of a file within its limit.
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

/// A path as it is shown in messages.
pub fn shown(path: &Path) -> String {
    shown::plain(&path.display().to_string())
}

/// A file's name without its folder: what findings carry.
pub fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| shown(path), |name| shown::plain(&name.to_string_lossy()))
}
