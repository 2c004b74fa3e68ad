//! CSV and its relatives: comma, semicolon, tab or bar; UTF-8, Windows-1252 or UTF-16.

use std::borrow::Cow;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use anyhow::{Context, Result};

use super::cells::Cells;
use super::{Misfit, Table, file_name, open, shown, unreadable};
use crate::failure::input;

/// Reads a delimited text file whose first bytes are `head`.
pub fn read(path: &Path, head: &[u8]) -> Result<Table> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(head).filter(|(encoding, _)| *encoding != encoding_rs::UTF_8) {
        let mut bytes = Vec::new();
        open(path)?.read_to_end(&mut bytes).with_context(|| unreadable(path))?;
        let text = encoding.decode(&bytes).0.into_owned().into_bytes();
        let head = text[..text.len().min(64 * 1024)].to_vec();
        return parse(path, &head, Cursor::new(text));
    }
    if head.contains(&0) {
        return Err(input(format!("`{}` is neither text nor an Excel workbook: export it as CSV or XLSX", shown(path))));
    }
    parse(path, head, BufReader::with_capacity(1 << 20, open(path)?))
}

fn parse(path: &Path, head: &[u8], reader: impl Read) -> Result<Table> {
    let delimiter = delimiter(head);
    let width = usual_width(head, delimiter);
    let mut plain =
        PlainLines { inner: reader, only_returns: head.contains(&b'\r') && !head.contains(&b'\n'), last: b'\n', odd_quotes: false };
    let mut records =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(1 << 18).from_reader(&mut plain);

    let mut cells = Cells::new(width);
    let mut misfits = Vec::new();
    let mut record = csv::ByteRecord::new();
    // A cell may hold line ends, so that lines of the file run ahead of the rows that Excel shows.
    let mut lines_inside_cells = 0;
    let mut last = (0, 0);
    while records.read_byte_record(&mut record).with_context(|| unreadable(path))? {
        let lines_so_far = records.position().line() - 1;
        let inside = count(record.as_slice(), b'\n');
        lines_inside_cells += inside;
        let row = u32::try_from(lines_so_far.saturating_sub(lines_inside_cells)).unwrap_or(u32::MAX);
        last = (row, inside);
        if record.len() != width {
            misfits.push(Misfit::ragged(row, record.len(), width));
            continue;
        }
        if record.as_slice().iter().all(u8::is_ascii_whitespace) {
            misfits.push(Misfit::blank(row));
            continue;
        }
        match std::str::from_utf8(record.as_slice()) {
            Ok(_) => cells.push(row, record.iter().map(|cell| std::str::from_utf8(cell).unwrap_or_default())),
            Err(_) => {
                let decoded: Vec<Cow<str>> = record.iter().map(|cell| decode(cell)).collect();
                cells.push(row, decoded.iter().map(AsRef::as_ref));
            }
        }
    }
    if plain.odd_quotes && last.1 > 0 {
        return Err(input(format!(
            "`{}` row {}: a quotation mark opens and is never closed, so that the rest of the file reads as one cell. Close it, or export again",
            shown(path),
            // The row that opens it never came to its own line end.
            last.0 + 1
        )));
    }
    let (cells, rows) = cells.finish()?;
    Ok(Table { name: file_name(path), path: path.to_path_buf(), cells, rows, misfits })
}

/// Cells that are not UTF-8 come from Windows programs; a mark of byte order is not part of a cell.
fn decode(cell: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(cell).map_or_else(|_| encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0, Cow::Borrowed)
}

/// The delimiter that the first line has most of.
fn delimiter(head: &[u8]) -> u8 {
    let first_line = head.split(|byte| *byte == b'\n').find(|line| !line.iter().all(u8::is_ascii_whitespace)).unwrap_or(head);
    let count = |delimiter: u8| first_line.iter().filter(|byte| **byte == delimiter).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The number of fields that most of the first records have; the earliest of equals.
fn usual_width(head: &[u8], delimiter: u8) -> usize {
    let mut records = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(head);
    let mut widths: Vec<(usize, usize)> = Vec::new();
    let mut all: Vec<usize> = records.byte_records().map_while(|record| record.ok()).map(|record| record.len()).take(200).collect();
    // The head may end in the middle of a record.
    if head.len() == 64 * 1024 && all.len() > 1 {
        all.pop();
    }
    for width in all {
        match widths.iter_mut().find(|(known, _)| *known == width) {
            Some((_, count)) => *count += 1,
            None => widths.push((width, 1)),
        }
    }
    widths.iter().rev().max_by_key(|(_, count)| *count).map_or(1, |(width, _)| *width)
}

fn count(bytes: &[u8], wanted: u8) -> u64 {
    bytes.iter().filter(|byte| **byte == wanted).count() as u64
}

/// Passes text through with every line ended by one line feed, the last one too, so that lines can be
/// counted; and remembers whether the quotation marks came in pairs.
struct PlainLines<R> {
    inner: R,
    /// Lines end with a carriage return alone, as old Macs wrote them.
    only_returns: bool,
    last: u8,
    odd_quotes: bool,
}

impl<R: Read> Read for PlainLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            if read == 0 {
                let unfinished = self.last != b'\n' && !buffer.is_empty();
                if unfinished {
                    buffer[0] = b'\n';
                    self.last = b'\n';
                }
                return Ok(usize::from(unfinished));
            }
            self.odd_quotes ^= count(&buffer[..read], b'"') % 2 == 1;
            let kept = match self.only_returns {
                true => {
                    buffer[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
                    read
                }
                false => without_returns(&mut buffer[..read]),
            };
            if kept > 0 {
                self.last = buffer[kept - 1];
                return Ok(kept);
            }
        }
    }
}

/// Closes up the text over its carriage returns; its new length.
fn without_returns(text: &mut [u8]) -> usize {
    let Some(first) = text.iter().position(|byte| *byte == b'\r') else { return text.len() };
    let (mut kept, mut from) = (first, first + 1);
    while from < text.len() {
        let to = text[from..].iter().position(|byte| *byte == b'\r').map_or(text.len(), |at| from + at);
        text.copy_within(from..to, kept);
        kept += to - from;
        from = to + 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn table(bytes: &[u8]) -> Result<Table> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        read(file.path(), &bytes[..bytes.len().min(64 * 1024)])
    }

    #[test]
    fn rows_are_numbered_as_excel_shows_them() {
        let table = table(b"a,b\r\n1,\"two\r\nlines\"\r\n\r\n3,4\r\n").unwrap();
        assert_eq!(table.rows, [1, 2, 4]);
    }

    #[test]
    fn line_ends_of_every_kind_are_counted_alike() {
        for text in ["a,b\n1,2\n\n3,4", "a,b\r\n1,2\r\n\r\n3,4\r\n", "a,b\r1,2\r\r3,4\r", "a,b\n1,2\r\n\n3,4\r\n"] {
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
                Misfit { row: 3, reason: "1 field where 2 are expected".into(), is_ragged: true },
                Misfit { row: 4, reason: "3 fields where 2 are expected".into(), is_ragged: true },
            ]
        );
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
            [0xFF, 0xFE].into_iter().chain("a|b\nCafé|2\n".encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        ] {
            let table = table(&bytes).unwrap();
            let first = table.cells.column("0").unwrap().str().unwrap();
            assert_eq!((first.get(0), first.get(1)), (Some("a"), Some("Café")));
        }
    }
}
