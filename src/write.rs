//! Rows to CSV or JSON, and text, on stdout or in a file that appears whole or not at all.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::failure::{Exit, Failure};

/// How a table command writes its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Csv,
    /// One array of objects
    Json,
    /// An object a line
    Jsonl,
}

/// A cell of an output row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Blank,
    Text(&'a str),
    Owned(String),
    Whole(i64),
    /// Written as short as it can be: 1, 0.5, 0.7595712.
    Number(f64),
    YesNo(bool),
}

impl<'a> Value<'a> {
    pub fn text(text: Option<&'a str>) -> Value<'a> {
        text.map_or(Value::Blank, Value::Text)
    }

    fn csv(&self) -> String {
        match self {
            Value::Blank => String::new(),
            Value::Text(text) => text.to_string(),
            Value::Owned(text) => text.clone(),
            Value::Whole(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::YesNo(value) => if *value { "yes" } else { "no" }.to_string(),
        }
    }

    fn json(&self) -> serde_json::Value {
        match self {
            Value::Blank => serde_json::Value::Null,
            Value::Whole(number) => (*number).into(),
            Value::Number(number) if number.fract() == 0.0 => (*number as i64).into(),
            Value::Number(number) => (*number).into(),
            other => other.csv().into(),
        }
    }
}

/// Writes rows under headings, to a file or to stdout.
pub fn table<'a>(format: Format, to: Option<&Path>, headings: &[&str], rows: impl Iterator<Item = Vec<Value<'a>>>) -> Result<()> {
    stream(to, |out| rows_to(format, out, headings, rows))
}

/// Writes text, to a file or to stdout.
pub fn text(to: Option<&Path>, text: &str) -> Result<()> {
    stream(to, |out| out.write_all(text.as_bytes()))
}

/// Writes as it goes, to a file or to stdout.
pub fn stream(to: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let Some(path) = to else {
        let mut stdout = BufWriter::new(std::io::stdout().lock());
        return match write(&mut stdout).and_then(|()| stdout.flush()) {
            // The reader of a pipe has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other.context("the output cannot be written")?),
        };
    };
    whole_file(path, |file| write(file).map_err(|error| cannot(path, &error)))
}

fn rows_to<'a>(format: Format, out: &mut dyn Write, headings: &[&str], rows: impl Iterator<Item = Vec<Value<'a>>>) -> std::io::Result<()> {
    match format {
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new().from_writer(&mut *out);
            writer.write_record(headings).map_err(io_error)?;
            for row in rows {
                writer.write_record(row.iter().map(Value::csv)).map_err(io_error)?;
            }
            writer.flush()?;
        }
        Format::Json => {
            write!(out, "[")?;
            for (number, row) in rows.enumerate() {
                write!(out, "{}\n  {}", if number == 0 { "" } else { "," }, object(headings, &row))?;
            }
            writeln!(out, "\n]")?;
        }
        Format::Jsonl => {
            for row in rows {
                writeln!(out, "{}", object(headings, &row))?;
            }
        }
    }
    out.flush()
}

/// The error beneath the CSV writer's own, so that a closed pipe is known as one.
fn io_error(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

fn object(headings: &[&str], row: &[Value]) -> serde_json::Value {
    headings.iter().map(|name| name.to_string()).zip(row.iter().map(Value::json)).collect::<serde_json::Map<_, _>>().into()
}

/// Writes a file beside its place, then renames it there: a failed run leaves no half-written file.
///
/// What is no file (a pipe, a device) is written straight to: renaming would put a file in its place.
pub fn whole_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let to = behind(path);
    if is_special(&to) {
        return write_and_close(&to, path, write);
    }
    let beside = beside(&to);
    let attempt = write_and_close(&beside, path, write).and_then(|()| place(&beside, path));
    if attempt.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    attempt
}

fn write_and_close(to: &Path, named: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut file = BufWriter::new(File::create(to).map_err(|error| cannot(named, &error))?);
    write(&mut file)?;
    file.flush().map_err(|error| cannot(named, &error))
}

/// The name a file has until it is whole: in the folder where it will lie, also when `path` is a link to it.
pub fn beside(path: &Path) -> PathBuf {
    let to = behind(path);
    let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    to.with_file_name(format!(".{name}.part"))
}

/// Moves a finished file to its place, or its bytes into what is no file.
pub fn place(beside: &Path, path: &Path) -> Result<()> {
    let to = behind(path);
    if !is_special(&to) {
        return std::fs::rename(beside, &to).map_err(|error| cannot(path, &error));
    }
    std::fs::copy(beside, &to).and_then(|_| std::fs::remove_file(beside)).map_err(|error| cannot(path, &error))
}

/// Fails where a file that is there may not be written, as one that is open in Excel: before any is moved.
pub fn may_be_placed(path: &Path) -> Result<()> {
    match path.exists() {
        true => File::options().append(true).open(path).map(drop).map_err(|error| cannot(path, &error)),
        false => Ok(()),
    }
}

/// The file that a link leads to; a path that is not there yet, as it stands.
fn behind(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// There already, and neither a file nor a folder.
fn is_special(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// SHA-256 of a file, in hexadecimal.
pub fn sha256(path: &Path) -> Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match std::io::Read::read(&mut file, &mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What stops a file from being written, in words.
pub fn cannot(path: &Path, error: &std::io::Error) -> anyhow::Error {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "its folder is not there".to_string(),
        std::io::ErrorKind::PermissionDenied => "it may not be written: is it open in Excel, or the folder read-only?".to_string(),
        _ => error.to_string(),
    };
    Failure { exit: Exit::Output, message: format!("`{}` cannot be written: {why}", path.display()) }.into()
}
