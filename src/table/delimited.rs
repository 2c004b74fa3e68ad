//! CSV and its relatives: comma, semicolon, tab or bar; UTF-8, Windows-1252 or UTF-16.

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use polars::prelude::DataFrame;

use super::cells::Cells;
use super::layout::{delimiter, usual_width, whole_lines};
use super::plain_lines::{PlainLines, count};
use super::{Misfit, Table, file_name, open, shown, unreadable};
use crate::failure::input;

/// A file smaller than this is read by one thread.
const WORTH_SPLITTING: usize = 8 << 20;

/// Reads a delimited text file whose first bytes are `head`; of `width` fields a row, where that is known beforehand.
pub fn read(path: &Path, head: &[u8], width: Option<usize>) -> Result<Table> {
    let mut bytes = Vec::new();
    open(path)?
        .read_to_end(&mut bytes)
        .with_context(|| unreadable(path))?;
    if let Some((encoding, _)) =
        encoding_rs::Encoding::for_bom(head).filter(|(encoding, _)| *encoding != encoding_rs::UTF_8)
    {
        bytes = encoding.decode(&bytes).0.into_owned().into_bytes();
    } else if head.contains(&0) {
        return Err(input(format!(
            "`{}` is neither text nor an Excel workbook: export it as CSV or XLSX",
            shown(path)
        )));
    }
    let head = whole_lines(&bytes, 64 * 1024);
    let layout = Layout {
        delimiter: delimiter(head),
        width: width.unwrap_or_else(|| usual_width(head, delimiter(head))),
        only_returns: head.contains(&b'\r') && !head.contains(&b'\n'),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let parts = match bytes.len() < WORTH_SPLITTING || layout.only_returns {
        true => vec![bytes.as_slice()],
        false => split(&bytes, threads, layout.delimiter),
    };
    let mut parsed = Vec::new();
    std::thread::scope(|scope| -> Result<()> {
        let running: Vec<_> = parts
            .iter()
            .map(|part| scope.spawn(|| layout.parse(path, part)))
            .collect();
        for thread in running {
            parsed.push(
                thread
                    .join()
                    .map_err(|_| input(format!("`{}` cannot be read", shown(path))))??,
            );
        }
        Ok(())
    })?;
    join(path, layout.width, parsed)
}

/// How a file is laid out.
struct Layout {
    delimiter: u8,
    width: usize,
    /// Lines end with a carriage return alone.
    only_returns: bool,
}

/// What one stretch of a file holds, its rows counted from its own beginning.
struct Part {
    cells: DataFrame,
    rows: Vec<u32>,
    misfits: Vec<Misfit>,
    /// Rows as Excel shows them, blank ones too.
    height: u32,
    /// A quotation mark opened in this row and was not closed by the end.
    unclosed: Option<u32>,
}

impl Layout {
    fn parse(&self, path: &Path, bytes: &[u8]) -> Result<Part> {
        let mut plain = PlainLines::new(bytes, self.only_returns);
        let mut records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(1 << 18)
            .from_reader(&mut plain);
        let mut cells = Cells::new(self.width, about_how_many_rows(bytes, self.width));
        let mut misfits = Vec::new();
        let mut record = csv::ByteRecord::new();
        // A cell may hold line ends, so that lines of the file run ahead of the rows that Excel shows.
        let mut lines_inside_cells = 0;
        let (mut row, mut inside) = (0, 0);
        while records
            .read_byte_record(&mut record)
            .with_context(|| unreadable(path))?
        {
            let lines_so_far = records.position().line() - 1;
            inside = count(record.as_slice(), b'\n');
            lines_inside_cells += inside;
            row = u32::try_from(lines_so_far.saturating_sub(lines_inside_cells)).unwrap_or(u32::MAX);
            if record.len() != self.width {
                misfits.push(Misfit::ragged(row, record.len(), self.width));
            } else if record.as_slice().iter().all(u8::is_ascii_whitespace) {
                misfits.push(Misfit::blank(row));
            } else {
                record = match csv::StringRecord::from_byte_record(record) {
                    Ok(texts) => {
                        cells.push(row, texts.iter());
                        texts.into_byte_record()
                    }
                    Err(not_utf8) => {
                        let record = not_utf8.into_byte_record();
                        let decoded: Vec<Cow<str>> = record.iter().map(decode).collect();
                        cells.push(row, decoded.iter().map(AsRef::as_ref));
                        record
                    }
                };
            }
        }
        let height = u32::try_from((records.position().line() - 1).saturating_sub(lines_inside_cells))
            .unwrap_or(u32::MAX);
        drop(records);
        let (cells, rows) = cells.finish()?;
        // The row that opens the mark never came to its own line end.
        let unclosed = (plain.odd_quotes && inside > 0).then_some(row + 1);
        Ok(Part {
            cells,
            rows,
            misfits,
            height,
            unclosed,
        })
    }
}

/// Puts the parts of a file together, rows counted on.
fn join(path: &Path, width: usize, parts: Vec<Part>) -> Result<Table> {
    let (mut cells, mut rows) = Cells::new(width, 0).finish()?;
    let mut misfits = Vec::new();
    let mut before = 0;
    for part in parts {
        if let Some(row) = part.unclosed {
            return Err(input(format!(
                "`{}` row {}: a quotation mark opens and is never closed, so that the rest of the file reads as one cell. Close it, or export again",
                shown(path),
                before + row
            )));
        }
        match rows.is_empty() {
            true => cells = part.cells,
            false => drop(cells.vstack_mut(&part.cells)?),
        }
        rows.extend(part.rows.iter().map(|row| before + row));
        misfits.extend(part.misfits.into_iter().map(|misfit| Misfit {
            row: before + misfit.row,
            ..misfit
        }));
        before += part.height;
    }
    Ok(Table {
        name: file_name(path),
        path: path.to_path_buf(),
        stamp: None,
        cells,
        rows,
        misfits,
    })
}

/// Cuts a file at line ends outside quoted cells; left whole where a stray mark makes that uncertain.
fn split(bytes: &[u8], parts: usize, delimiter: u8) -> Vec<&[u8]> {
    if !quotes_are_regular(bytes, delimiter) {
        return vec![bytes];
    }
    let mut cuts = vec![0];
    for part in 1..parts {
        let from = cuts[cuts.len() - 1].max(bytes.len() / parts * part);
        let mut is_quoted = count(&bytes[cuts[cuts.len() - 1]..from], b'"') % 2 == 1;
        let cut = bytes[from..].iter().position(|byte| {
            is_quoted ^= *byte == b'"';
            *byte == b'\n' && !is_quoted
        });
        cuts.extend(cut.map(|at| from + at + 1));
    }
    cuts.push(bytes.len());
    cuts.windows(2)
        .map(|pair| &bytes[pair[0]..pair[1]])
        .filter(|part| !part.is_empty())
        .collect()
}

/// Every quotation mark stands at the edge of a cell or beside another one.
fn quotes_are_regular(bytes: &[u8], delimiter: u8) -> bool {
    let is_edge = |byte: Option<&u8>| {
        byte.is_none_or(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r' | b'"'))
    };
    memchr::memchr_iter(b'"', bytes).all(|at| {
        is_edge(at.checked_sub(1).and_then(|before| bytes.get(before))) || is_edge(bytes.get(at + 1))
    })
}

/// Cells that are not UTF-8 come from Windows programs; a mark of byte order is not part of a cell.
fn decode(cell: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(cell).map_or_else(
        |_| encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0,
        Cow::Borrowed,
    )
}

/// Judged by the first lines; a row has a byte for each of its fields at least.
fn about_how_many_rows(bytes: &[u8], width: usize) -> usize {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let line = head.len() / (count(head, b'\n') as usize).max(1);
    bytes.len() / line.max(width).max(1) * 21 / 20 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn table(bytes: &[u8]) -> Result<Table> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        read(file.path(), &bytes[..bytes.len().min(64 * 1024)], None)
    }

    #[test]
    fn rows_are_numbered_as_excel_shows_them() {
        let table = table(b"a,b\r\n1,\"two\r\nlines\"\r\n\r\n3,4\r\n").unwrap();
        assert_eq!(table.rows, [1, 2, 4]);
    }

    #[test]
    fn line_ends_of_every_kind_are_counted_alike() {
        for text in [
            "a,b\n1,2\n\n3,4",
            "a,b\r\n1,2\r\n\r\n3,4\r\n",
            "a,b\r1,2\r\r3,4\r",
            "a,b\n1,2\r\n\n3,4\r\n",
        ] {
            assert_eq!(table(text.as_bytes()).unwrap().rows, [1, 2, 4], "{text:?}");
        }
    }

    #[test]
    fn a_row_of_another_width_is_set_aside_with_its_number_and_reason() {
        let table = table(b"a,b\n1,2\n3\n4,5,6\n7,8\n").unwrap();
        assert_eq!(table.rows, [1, 2, 5]);
        assert_eq!(
            table.misfits,
            [
                Misfit {
                    row: 3,
                    reason: "1 field where 2 are expected".into(),
                    is_ragged: true
                },
                Misfit {
                    row: 4,
                    reason: "3 fields where 2 are expected".into(),
                    is_ragged: true
                },
            ]
        );
    }

    #[test]
    fn a_first_row_longer_than_the_head_still_tells_the_width() {
        let text = format!("a,\"{}\",c\n1,2,3\n", "long ".repeat(20_000));
        assert_eq!(table(text.as_bytes()).unwrap().rows, [1, 2]);
    }

    #[test]
    fn a_width_that_is_known_beforehand_sets_aside_every_other_row() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"1,2\n3,4\n5,6,7\n").unwrap();
        let table = read(file.path(), b"1,2", Some(3)).unwrap();
        assert_eq!((table.rows, table.misfits.len()), (vec![3], 2));
    }

    #[test]
    fn a_file_read_in_parts_is_the_file_read_whole() {
        let mut text = String::from("a,b\n");
        for number in 0..2000 {
            text += match number % 5 {
                0 => "1,\"two\nlines, and a comma\"\n",
                1 => "\n",
                2 => "short\n",
                3 => "\"say \"\"no\"\"\",4\n",
                _ => "5,6\n",
            };
        }
        let layout = Layout {
            delimiter: b',',
            width: 2,
            only_returns: false,
        };
        let path = Path::new("file.csv");
        let whole = join(path, 2, vec![layout.parse(path, text.as_bytes()).unwrap()]).unwrap();
        for parts in 2..6 {
            let cut = split(text.as_bytes(), parts, b',');
            assert_eq!(cut.len(), parts);
            let joined = join(
                path,
                2,
                cut.into_iter()
                    .map(|part| layout.parse(path, part).unwrap())
                    .collect(),
            )
            .unwrap();
            assert_eq!((&joined.rows, &joined.misfits), (&whole.rows, &whole.misfits));
            assert!(joined.cells.equals_missing(&whole.cells));
        }
    }

    #[test]
    fn a_quotation_mark_inside_an_unquoted_cell_is_text() {
        let table = table(b"a,b\n5\" lump,2\n3,4\n").unwrap();
        assert_eq!(table.rows, [1, 2, 3]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_refused_by_row() {
        let error = table(b"a,b\n1,\"2\n3,4\n5,6\n").err().unwrap().to_string();
        assert!(error.contains("row 2: a quotation mark opens"), "{error}");
    }

    #[test]
    fn windows_and_utf16_text_and_other_delimiters_are_read() {
        for bytes in [
            b"a;b\nCaf\xE9;2\n".to_vec(),
            "\u{feff}a\tb\nCafé\t2\n".as_bytes().to_vec(),
            [0xFF, 0xFE]
                .into_iter()
                .chain("a|b\nCafé|2\n".encode_utf16().flat_map(u16::to_le_bytes))
                .collect(),
        ] {
            let table = table(&bytes).unwrap();
            let first = table.cells.column("0").unwrap().str().unwrap();
            assert_eq!((first.get(0), first.get(1)), (Some("a"), Some("Café")));
        }
    }
}
