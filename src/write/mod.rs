//! Writes rows as CSV or JSON, and text, to stdout or to a file that appears complete or not at all.

mod excel;
mod hash;
pub mod privacy;
mod value;
mod whole;

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;
use rayon::prelude::*;

use crate::terminal::failure::{Exit, Failure, output, usage};
use crate::write::privacy::Guarded;

pub use excel::is_formula;
pub use hash::{hex, sha256, sha256_of_bytes};
pub use value::Value;
pub use whole::{Part, can_be_replaced, guarded, is_special, link_target, whole_file, workbook_file};

/// The format in which a table command writes its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Csv,
    /// One array of objects
    Json,
    /// One object on each line
    Jsonl,
}

/// Writes rows with headings, to a file or to stdout.
pub fn table<'a>(
    format: Format,
    to: Option<&Path>,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<Value<'a>>>,
) -> Result<()> {
    cells(to, |out| {
        begin(format, headings, out)?;
        put_rows(format, headings, 0, rows, out)?;
        end(format, out)
    })
}

/// The number of rows that one thread turns into text at a time.
const ROWS_AT_A_TIME: usize = 1 << 14;

/// The same for very many rows, each made from its number; all processors share the work.
pub fn long_table<'a>(
    format: Format,
    to: Option<&Path>,
    headings: &[&str],
    rows: usize,
    values: impl Fn(usize) -> Vec<Value<'a>> + Sync,
) -> Result<()> {
    let stretches: Vec<usize> = (0..rows).step_by(ROWS_AT_A_TIME).collect();
    let text = |first: usize| -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        let of_stretch = (first..rows.min(first + ROWS_AT_A_TIME)).map(&values);
        put_rows(format, headings, first, of_stretch, &mut text)?;
        Ok(text)
    };
    cells(to, |out| {
        begin(format, headings, out)?;
        for at_once in stretches.chunks(4 * rayon::current_num_threads()) {
            for text in at_once.par_iter().map(|first| text(*first)).collect::<Vec<_>>() {
                out.write_all(&text?)?;
            }
        }
        end(format, out)
    })
}

/// Writes text, to a file or to stdout.
pub fn text(to: Option<&Path>, text: &str) -> Result<()> {
    stream(to, |out| out.write_all(text.as_bytes()))
}

/// Writes text piece by piece, to a file or to stdout, with NHS numbers hidden.
pub fn stream(to: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    cells(to, |out| {
        let mut guarded = Guarded::new(out);
        write(&mut guarded)?;
        guarded.finish()
    })
}

/// Writes cells whose NHS numbers are already hidden.
fn cells(to: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let Some(path) = to else {
        let mut stdout = BufWriter::new(std::io::stdout().lock());
        return match write(&mut stdout).and_then(|()| stdout.flush()) {
            // The reader of a pipe has closed it: that is not an error.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|error| output(format!("the standard output cannot be written: {error}"))),
        };
    };
    no_workbook(path)?;
    whole_file(path, |file| write(file).map_err(|error| cannot(path, &error)))
}

/// Refuses a workbook's ending for text, because Excel would not open the file.
fn no_workbook(path: &Path) -> Result<()> {
    let is_workbook = path.extension().is_some_and(|ending| {
        ["xlsx", "xls", "xlsm"]
            .iter()
            .any(|book| ending.eq_ignore_ascii_case(book))
    });
    if is_workbook {
        Err(usage(format!(
            "`{}` is named like a workbook, but the output is text: use a name that ends in .csv, .json or \
             .txt",
            path.display()
        )))
    } else {
        Ok(())
    }
}

fn begin(format: Format, headings: &[&str], out: &mut dyn Write) -> std::io::Result<()> {
    match format {
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(headings).map_err(io_error)?;
            writer.flush()
        }
        Format::Json => write!(out, "["),
        Format::Jsonl => Ok(()),
    }
}

/// Writes rows; `first` is the number of the first one.
fn put_rows<'a>(
    format: Format,
    headings: &[&str],
    first: usize,
    rows: impl Iterator<Item = Vec<Value<'a>>>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    match format {
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
            let mut cell = String::new();
            for row in rows {
                for value in &row {
                    cell.clear();
                    if value.as_text().is_some_and(is_formula) {
                        cell.push('\'');
                    }
                    value.put_shown(&mut cell);
                    writer.write_field(&cell).map_err(io_error)?;
                }
                writer.write_record(None::<&[u8]>).map_err(io_error)?;
            }
            writer.flush()?;
        }
        Format::Json => {
            for (number, row) in rows.enumerate() {
                write!(
                    out,
                    "{}\n  {}",
                    if first + number == 0 { "" } else { "," },
                    object(headings, &row)
                )?;
            }
        }
        Format::Jsonl => {
            for row in rows {
                writeln!(out, "{}", object(headings, &row))?;
            }
        }
    }
    Ok(())
}

fn end(format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    if format == Format::Json {
        writeln!(out, "\n]")?;
    }
    out.flush()
}

/// The input/output error inside the CSV writer's error, so that a closed pipe is recognised.
pub fn io_error(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

fn object(headings: &[&str], row: &[Value]) -> serde_json::Value {
    headings
        .iter()
        .map(|name| name.to_string())
        .zip(row.iter().map(Value::json))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Why a file cannot be written, in words.
pub fn cannot(path: &Path, error: &std::io::Error) -> anyhow::Error {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "its folder does not exist".to_string(),
        std::io::ErrorKind::PermissionDenied => {
            "writing is not allowed: is it open in Excel, or is the folder read-only?".to_string()
        }
        _ => error.to_string(),
    };
    Failure {
        exit: Exit::Output,
        message: format!("`{}` cannot be written: {why}", path.display()),
    }
    .into()
}
