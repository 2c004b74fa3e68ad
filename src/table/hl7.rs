//! HL7 version 2 messages (orders and results) as a table: a row for each request or report (`OBR`), a column
//! for each part of a segment, named as HL7 names it: `OBR-4`, `OBR-4.2`. The source says what each means.
//!
//! A field that repeats and names its type, such as the numbers of a patient, has one column for each type:
//! `PID-3 NH`. Results (`OBX`) and notes are about the patient and are not read, except the status of the
//! first result.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use super::cells::Cells;
use super::delimited::decode;
use super::{Misfit, Table};

/// Segments that a message has once, then segments that each of its requests has.
const OF_MESSAGE: [&str; 3] = ["MSH", "PID", "PV1"];
const OF_REQUEST: [&str; 4] = ["ORC", "OBR", "SPM", "OBX"];
/// The only field that is read of a segment with results.
const RESULT_STATUS: usize = 11;
/// A field whose repetitions name their type in the fifth part.
const IDENTIFIERS: &str = "PID-3";

/// Whether a text is a file of messages, with or without the frames and headers of a batch.
pub fn is_messages(bytes: &[u8]) -> bool {
    let begin = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let begin = begin.trim_ascii_start();
    let begin = begin.strip_prefix(b"\x0B").unwrap_or(begin);
    [b"MSH|".as_slice(), b"FHS|", b"BHS|"]
        .iter()
        .any(|mark| begin.starts_with(mark))
}

/// Parts of segments by their names.
type Parts = BTreeMap<String, String>;

/// What is being read of a message.
#[derive(Default)]
struct Message {
    row: u32,
    marks: Marks,
    parts: Parts,
    /// The parts of the request that is open, and its row; none before the first.
    request: Parts,
    request_row: Option<u32>,
    has_requests: bool,
}

/// The characters between fields, parts and repetitions, and the one that escapes them.
struct Marks {
    field: char,
    part: char,
    repeat: char,
    escape: char,
}

impl Default for Marks {
    fn default() -> Marks {
        Marks {
            field: '|',
            part: '^',
            repeat: '~',
            escape: '\\',
        }
    }
}

impl Marks {
    /// The characters that the header of a message names.
    fn of(header: &str) -> Marks {
        let mut letters = header.chars().skip(3);
        let known = Marks::default();
        Marks {
            field: letters.next().unwrap_or(known.field),
            part: letters.next().unwrap_or(known.part),
            repeat: letters.next().unwrap_or(known.repeat),
            escape: letters.next().unwrap_or(known.escape),
        }
    }

    /// A text without escapes: `\T\` is an ampersand.
    fn plain(&self, text: &str) -> String {
        let escaped = |letter: char| format!("{0}{letter}{0}", self.escape);
        let marks = [
            ('F', self.field),
            ('S', self.part),
            ('R', self.repeat),
            ('T', '&'),
            ('E', self.escape),
        ];
        let mut text = text.to_string();
        for (letter, mark) in marks {
            if text.contains(&escaped(letter)) {
                text = text.replace(&escaped(letter), &mark.to_string());
            }
        }
        text
    }
}

/// Reads the messages of a file.
pub fn read(path: &Path, name: &str, bytes: &[u8]) -> Result<Table> {
    let mut rows: Vec<(u32, Parts)> = Vec::new();
    let mut misfits = Vec::new();
    let mut message: Option<Message> = None;
    let text = decode(bytes).replace("\r\n", "\n").replace('\r', "\n");
    for (row, line) in (1..).zip(text.split('\n')) {
        let line = line.trim_matches(|letter: char| matches!(letter, '\u{feff}' | '\u{b}' | '\u{1c}' | ' '));
        let segment = line.get(..3).unwrap_or(line);
        match (segment, &mut message) {
            ("" | "FHS" | "BHS" | "BTS" | "FTS", _) => {}
            ("MSH", _) => {
                close(message.take(), &mut rows, &mut misfits);
                let mut opened = Message {
                    row,
                    marks: Marks::of(line),
                    ..Message::default()
                };
                opened.add("MSH", line);
                message = Some(opened);
            }
            (_, Some(message)) if is_segment(segment) => message.take(segment, line, row, &mut rows),
            _ => misfits.push(Misfit::aside(row, "it is no segment of an HL7 message")),
        }
    }
    close(message, &mut rows, &mut misfits);
    misfits.sort_by_key(|misfit| misfit.row);
    table(path, name, &rows, misfits)
}

fn is_segment(name: &str) -> bool {
    name.len() == 3
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// The last request of a message; a message without one is set aside.
fn close(message: Option<Message>, rows: &mut Vec<(u32, Parts)>, misfits: &mut Vec<Misfit>) {
    let Some(mut message) = message else { return };
    message.close_request(rows);
    if !message.has_requests {
        misfits.push(Misfit::aside(
            message.row,
            "a message without a request or a report (OBR)",
        ));
    }
}

impl Message {
    /// Takes a segment that is not the header.
    fn take(&mut self, segment: &str, line: &str, row: u32, rows: &mut Vec<(u32, Parts)>) {
        if segment == "ORC" && self.request_row.is_some() {
            self.close_request(rows);
            self.request.clear();
        }
        if segment == "OBR" {
            self.close_request(rows);
            // One order may hold several requests.
            self.request.retain(|name, _| name.starts_with("ORC"));
            self.request_row = Some(row);
        }
        if OF_MESSAGE.contains(&segment) || OF_REQUEST.contains(&segment) {
            self.add(segment, line);
        }
    }

    fn close_request(&mut self, rows: &mut Vec<(u32, Parts)>) {
        if let Some(row) = self.request_row.take() {
            let mut parts = self.parts.clone();
            parts.extend(self.request.clone());
            rows.push((row, parts));
            self.has_requests = true;
        }
    }

    /// The parts of a segment; of several segments of one kind, those of the first.
    fn add(&mut self, segment: &str, line: &str) {
        let mut found = Vec::new();
        // The mark between fields is the first field of the header.
        let first = usize::from(segment == "MSH");
        for (number, field) in line.split(self.marks.field).enumerate().skip(1) {
            let number = number + first;
            if field.is_empty() || (segment == "OBX" && number != RESULT_STATUS) {
                continue;
            }
            self.parts_of(&format!("{segment}-{number}"), field, &mut found);
        }
        let into = match OF_MESSAGE.contains(&segment) {
            true => &mut self.parts,
            false => &mut self.request,
        };
        for (name, value) in found {
            into.entry(name).or_insert(value);
        }
    }

    fn parts_of(&self, name: &str, field: &str, found: &mut Vec<(String, String)>) {
        for repetition in field.split(self.marks.repeat) {
            let parts: Vec<&str> = repetition.split(self.marks.part).collect();
            for (number, part) in (1..).zip(&parts).filter(|(_, part)| !part.is_empty()) {
                let name = match number {
                    1 => name.to_string(),
                    more => format!("{name}.{more}"),
                };
                found.push((name, self.marks.plain(part)));
            }
            if name == IDENTIFIERS
                && let Some(kind) = parts.get(4).filter(|kind| !kind.is_empty())
            {
                found.push((format!("{name} {kind}"), self.marks.plain(parts[0])));
            }
        }
    }
}

/// The rows under the names of all parts that any of them has.
fn table(path: &Path, name: &str, rows: &[(u32, Parts)], misfits: Vec<Misfit>) -> Result<Table> {
    let names: BTreeSet<&String> = rows.iter().flat_map(|(_, parts)| parts.keys()).collect();
    let mut cells = Cells::new(names.len(), rows.len());
    cells.push(0, names.iter().map(|name| name.as_str()));
    for (row, parts) in rows {
        let values = names.iter();
        cells.push(
            *row,
            values.map(|name| parts.get(*name).map_or("", String::as_str)),
        );
    }
    let (cells, rows) = cells.finish()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_request_and_a_column_a_part_of_a_segment() {
        let text = "MSH|^~\\&|LAB|RZZ|||20261009150000+0100||ORU^R01\r\
            PID|1||H1^^^RZZ^MR~9990000018^^^NHS^NH||A^B||19500613\r\
            ORC|RE|6529|L1\rOBR|1|6529|L1|HIST^Histology \\T\\ cytology|||20261002||||||||||||||||F\r\
            OBX|1|TX|||secret text||||||F\rOBR|2|6529|L2|IHC\rMSH|^~\\&|X|Y\rPID|1||H2\r";
        let read = read(Path::new("x"), "x", text.as_bytes()).unwrap();
        let column = |name: &str| -> Vec<String> {
            let columns = read.cells.columns().iter();
            let cells = |column: &polars::prelude::Column| -> Vec<String> {
                let cells = column.str().unwrap();
                cells.iter().map(|cell| cell.unwrap_or("").to_string()).collect()
            };
            columns.map(cells).find(|cells| cells[0] == name).unwrap()[1..].to_vec()
        };
        assert_eq!(column("OBR-4.2"), ["Histology & cytology", ""]);
        assert_eq!(column("OBR-3"), ["L1", "L2"]);
        assert_eq!(column("ORC-2"), ["6529", "6529"]);
        assert_eq!(column("PID-3 NH"), ["9990000018", "9990000018"]);
        assert_eq!(column("MSH-9"), ["ORU", "ORU"]);
        assert_eq!(column("OBX-11"), ["F", ""]);
        assert_eq!(read.rows, [0, 4, 6]);
        let aside: Vec<u32> = read.misfits.iter().map(|misfit| misfit.row).collect();
        assert_eq!(aside, [7]);
        let shown = format!("{:?}", read.cells);
        assert!(!shown.contains("secret"));
    }
}
