//! CSV and similar text files: comma, semicolon, tab or bar; UTF-8, Windows-1252 or UTF-16.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context, Result};
use polars::prelude::DataFrame;

use super::cells::Cells;
use super::layout::{Fields, delimiter, has_quotes, whole_lines};
use super::plain_lines::{PlainLines, count};
use super::text::{self, Text};
use super::{Misfit, Table, fixed, shown, unreadable};
use crate::terminal::failure::input;

/// A smaller file is read by one thread.
const WORTH_SPLITTING: usize = 8 << 20;

/// More columns than Excel allows: such a file is not a table of records.
const MOST_COLUMNS: usize = 16_384;

/// The first row must end within this many bytes.
const LONGEST_HEADINGS: usize = 1 << 20;

/// Reads the text of a delimited file; `width` is the number of fields in a row, if it is known beforehand.
/// A text of fixed width is recognised by a line of dashes, or by the marks of a layout.
pub fn read(
    path: &Path,
    name: &str,
    bytes: Vec<u8>,
    width: Option<usize>,
    layouts: &[fixed::Positions],
) -> Result<Table> {
    let Text { bytes, notes } = text::of(path, name, bytes)?;
    if let Some(layout) = fixed::layout_of(layouts, unmarked(&bytes)) {
        let mut table = fixed::read_at(path, name, unmarked(&bytes), layout)?;
        table.notes.extend(notes);
        return Ok(table);
    }
    if let Some(columns) = fixed::columns(unmarked(&bytes)).filter(|_| width.is_none()) {
        let mut table = fixed::read(path, name, unmarked(&bytes), columns)?;
        table.notes.extend(notes);
        return Ok(table);
    }
    let layout = Layout::of(path, &bytes, width)?;
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
    let mut table = join(path, name, layout.fields.width, parsed)?;
    table.notes = notes;
    if !matches!(bytes.last(), Some(b'\n' | b'\r')) {
        say_if_cut_short(&mut table);
    }
    if layout.fields.blank_at_end > 0 {
        table.notes.push(format!(
            "`{name}`: rows end with one delimiter too many: the empty column after it is not read"
        ));
    }
    Ok(table)
}

/// Says that the end of a file without a last line end may be missing, if its last row is shorter than the
/// others or its last cell shorter than every other cell of its column.
fn say_if_cut_short(table: &mut Table) {
    const WORDS: &str = "the file ends there without a line end: was it cut short?";
    let last = table.rows.last().copied().unwrap_or_default();
    if let Some(misfit) = table.misfits.last_mut().filter(|misfit| misfit.row > last) {
        if misfit.is_ragged {
            misfit.reason += "; ";
            misfit.reason += WORDS;
        }
        return;
    }
    let Some(Ok(cells)) = table.cells.columns().last().map(|column| column.str()) else {
        return;
    };
    let end = cells.len().saturating_sub(1);
    let others: Vec<usize> = cells.iter().take(end).skip(1).flatten().map(str::len).collect();
    let is_shorter = |cell: &str| others.iter().all(|length| *length > cell.len());
    if others.len() > 2 && cells.get(end).is_some_and(is_shorter) {
        table.notes.push(format!(
            "`{}`, row {last}: the last cell is shorter than every other of its column, and {WORDS} Export \
             it again",
            table.name
        ));
    }
}

/// The text without a byte order mark at its beginning.
fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The layout of a file.
struct Layout {
    delimiter: u8,
    has_quotes: bool,
    fields: Fields,
    /// Whether lines end with a carriage return only.
    only_returns: bool,
}

/// The content of one part of a file; its rows are counted from the part's own beginning.
struct Part {
    cells: DataFrame,
    rows: Vec<u32>,
    misfits: Vec<Misfit>,
    /// The number of rows as Excel shows them, including blank ones.
    height: u32,
    /// The row in which a quotation mark was opened and never closed.
    unclosed: Option<u32>,
}

impl Layout {
    fn of(path: &Path, bytes: &[u8], width: Option<usize>) -> Result<Layout> {
        let Some(head) = whole_lines(bytes, 64 * 1024, LONGEST_HEADINGS) else {
            return Err(input(format!(
                "`{}` has a first row of more than {} MB, too long for a table: is it another kind of file, \
                 or is a line end missing? Export it again as CSV",
                shown(path),
                LONGEST_HEADINGS >> 20
            )));
        };
        let delimiter = delimiter(head);
        let fields = width.map_or_else(|| Fields::of(head, delimiter), Fields::exactly);
        if fields.width > MOST_COLUMNS {
            return Err(input(format!(
                "`{}` has {} columns, and at most {MOST_COLUMNS} are read: is it another kind of file, or \
                 are its line ends missing? Export it again as CSV",
                shown(path),
                fields.width
            )));
        }
        Ok(Layout {
            delimiter,
            has_quotes: has_quotes(head, delimiter),
            fields,
            only_returns: head.contains(&b'\r') && !head.contains(&b'\n'),
        })
    }

    /// Whether a row with too many fields is blank in all the additional ones.
    fn ends_blank(&self, record: &csv::ByteRecord) -> bool {
        let more = record.len().saturating_sub(self.fields.width);
        (1..=self.fields.blank_at_end).contains(&more)
            && record
                .iter()
                .skip(self.fields.width)
                .all(|field| field.trim_ascii().is_empty())
    }

    fn parse(&self, path: &Path, bytes: &[u8]) -> Result<Part> {
        let mut plain = PlainLines::new(bytes, self.only_returns);
        let mut records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quoting(self.has_quotes)
            .buffer_capacity(1 << 18)
            .from_reader(&mut plain);
        let mut cells = Cells::new(self.fields.width, about_how_many_rows(bytes, self.fields.width));
        let mut misfits = Vec::new();
        let mut record = csv::ByteRecord::new();
        // A cell may contain line ends, so the file's lines are ahead of the rows that Excel shows.
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
            if record.len() != self.fields.width && !self.ends_blank(&record) {
                misfits.push(Misfit::ragged(row, record.len(), self.fields.width, inside));
            } else if inside > 0 && self.swallows_rows(&record) {
                misfits.push(Misfit::swallowing(row, inside));
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
        // The row with the opening mark has no line end of its own.
        let unclosed = (self.has_quotes && plain.odd_quotes && inside > 0).then_some(row + 1);
        Ok(Part {
            cells,
            rows,
            misfits,
            height,
            unclosed,
        })
    }
}

impl Layout {
    /// Whether two quotation marks pair by accident, so that a cell contains everything between them: it then
    /// has as many delimiters for each of its line ends as a row has.
    fn swallows_rows(&self, record: &csv::ByteRecord) -> bool {
        let in_a_row = self.fields.width as u64 - 1;
        in_a_row > 2
            && record.iter().any(|cell| {
                let lines = count(cell, b'\n');
                lines > 0 && count(cell, self.delimiter) == lines * in_a_row
            })
    }
}

/// Joins the parts of a file, with rows numbered continuously.
fn join(path: &Path, name: &str, width: usize, parts: Vec<Part>) -> Result<Table> {
    let (mut cells, mut rows) = Cells::new(width, 0).finish()?;
    let mut misfits = Vec::new();
    let mut before = 0;
    for part in parts {
        if let Some(row) = part.unclosed {
            return Err(input(format!(
                "`{}` row {}: a quotation mark is opened and never closed, so the rest of the file reads as \
                 one cell. Close it, or export again",
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
        name: name.to_string(),
        path: path.to_path_buf(),
        stamp: None,
        cells,
        rows,
        misfits,
        ends_open: false,
        notes: Vec::new(),
        elements: None,
    })
}

/// Cuts a file at line ends outside quoted cells. It stays whole if a stray quotation mark makes that
/// uncertain.
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

/// Whether every quotation mark is at the edge of a cell or next to another one.
fn quotes_are_regular(bytes: &[u8], delimiter: u8) -> bool {
    let is_edge = |byte: Option<&u8>| {
        byte.is_none_or(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r' | b'"'))
    };
    memchr::memchr_iter(b'"', bytes).all(|at| {
        is_edge(at.checked_sub(1).and_then(|before| bytes.get(before))) || is_edge(bytes.get(at + 1))
    })
}

/// Decodes a cell. Cells that are not UTF-8 come from Windows programs; a byte order mark is not part of a
/// cell.
pub fn decode(cell: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(cell).map_or_else(
        |_| encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0,
        Cow::Borrowed,
    )
}

/// Estimated from the first lines; a row has at least one byte for each of its fields.
fn about_how_many_rows(bytes: &[u8], width: usize) -> usize {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let line = head.len() / (count(head, b'\n') as usize).max(1);
    bytes.len() / line.max(width).max(1) * 21 / 20 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(bytes: &[u8]) -> Result<Table> {
        read(Path::new("x.csv"), "x.csv", bytes.to_vec(), None, &[])
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
    fn a_first_row_longer_than_the_head_still_gives_the_width() {
        let text = format!("a,\"{}\",c\n1,2,3\n", "long ".repeat(20_000));
        assert_eq!(table(text.as_bytes()).unwrap().rows, [1, 2]);
    }

    #[test]
    fn a_width_that_is_known_beforehand_sets_aside_every_other_row() {
        let table = read(
            Path::new("x.csv"),
            "x.csv",
            b"1,2\n3,4\n5,6,7\n".to_vec(),
            Some(3),
            &[],
        )
        .unwrap();
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
            has_quotes: true,
            fields: Fields::exactly(2),
            only_returns: false,
        };
        let path = Path::new("file.csv");
        let whole = join(
            path,
            "file.csv",
            2,
            vec![layout.parse(path, text.as_bytes()).unwrap()],
        )
        .unwrap();
        for parts in 2..6 {
            let cut = split(text.as_bytes(), parts, b',');
            assert_eq!(cut.len(), parts);
            let joined = join(
                path,
                "file.csv",
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
    fn quotation_marks_that_pair_by_accident_set_the_row_aside() {
        let text =
            b"a,b,c,d\n1,\"2,3,4\n5,6,7,8\n9,\"x,11,12\n13,\"a note\nof two lines, and a comma\",15,16\n";
        let table = table(text).unwrap();
        assert_eq!(table.rows, [1, 3]);
        assert!(
            table.misfits[0].reason.contains("2 line ends"),
            "{:?}",
            table.misfits
        );
    }

    #[test]
    fn too_many_columns_or_too_long_a_first_row_is_refused() {
        for (text, words) in [
            (",".repeat(20_000) + "\n1\n", "has 20001 columns"),
            ("x".repeat(3 << 20), "first row of more than 1 MB"),
        ] {
            let error = table(text.as_bytes()).err().unwrap().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_last_row_or_cell_that_was_cut_short_is_said() {
        let rows = "a,b\n1,2026-10-01\n2,2026-10-02\n3,2026-10-03\n";
        let cut = table(format!("{rows}4,2026-10").as_bytes()).unwrap();
        assert!(
            cut.notes[0].contains("row 5: the last cell is shorter"),
            "{:?}",
            cut.notes
        );
        let cut = table(format!("{rows}4").as_bytes()).unwrap();
        assert!(
            cut.misfits[0].reason.contains("was it cut short?"),
            "{:?}",
            cut.misfits
        );
        let whole = table(format!("{rows}4,2026-10-04").as_bytes()).unwrap();
        assert!(whole.notes.is_empty() && whole.misfits.is_empty());
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_refused_by_row() {
        let error = table(b"a,b\n1,\"2\n3,4\n5,6\n").err().unwrap().to_string();
        assert!(error.contains("row 2: a quotation mark is opened"), "{error}");
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
