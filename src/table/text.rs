//! Turns the bytes of a text file into UTF-8 that can be cut into cells. Other encodings are decoded. Marks
//! and escapes that would silently end up in a cell are removed, each with a note that gives the line.

use std::path::Path;

use anyhow::Result;
use memchr::memmem;

use super::form;
use super::shown;
use crate::terminal::failure::input;

/// Text, and messages about it.
pub struct Text {
    pub bytes: Vec<u8>,
    pub notes: Vec<String>,
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Decodes a file's bytes as UTF-8. `Err`: the file is not a table of text, and the message says what it is.
pub fn of(path: &Path, name: &str, bytes: Vec<u8>) -> Result<Text> {
    let refuse = |what: &str, remedy: &str| Err(input(format!("`{}` is {what}: {remedy}", shown(path))));
    let mut notes = Vec::new();
    let mut bytes = match decoded(&bytes, name, &mut notes) {
        Some(text) => text.into_bytes(),
        None => bytes,
    };
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let inner = bytes.strip_prefix(MARK).unwrap_or(&bytes);
    if inner.iter().all(blank) {
        return match (bytes.is_empty(), inner.len() == bytes.len()) {
            (true, _) => refuse("empty", "export it again"),
            (_, true) if bytes.contains(&0) => {
                refuse("full of zero bytes and holds no text", "copy or export it again")
            }
            (_, true) => refuse("empty: it holds nothing but blank lines", "export it again"),
            (_, false) => refuse(
                "empty: it holds a byte order mark and nothing else",
                "export it again",
            ),
        };
    }
    if let Some((what, remedy)) = form::language(inner) {
        return refuse(what, remedy);
    }
    if is_binary(&bytes) {
        return refuse(
            "neither text nor an Excel workbook",
            "export it as CSV or as an Excel workbook (.xlsx)",
        );
    }
    without_zeros(&mut bytes, name, &mut notes);
    without_inner_marks(&mut bytes, name, &mut notes);
    with_one_line_end(&mut bytes, name, &mut notes);
    with_doubled_quotes(&mut bytes, name, &mut notes);
    Ok(Text { bytes, notes })
}

/// Decodes UTF-16 and UTF-32, with or without a byte order mark; `None` for encodings that are read byte by
/// byte.
pub fn decoded(bytes: &[u8], name: &str, notes: &mut Vec<String>) -> Option<String> {
    let (encoding, text, is_whole) = if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || is_wide(bytes, 4, 0) {
        utf32(bytes, u32::from_le_bytes)
    } else if bytes.starts_with(&[0, 0, 0xFE, 0xFF]) || is_wide(bytes, 4, 3) {
        utf32(bytes, u32::from_be_bytes)
    } else if bytes.starts_with(&[0xFF, 0xFE]) || is_wide(bytes, 2, 0) {
        utf16(bytes, encoding_rs::UTF_16LE)
    } else if bytes.starts_with(&[0xFE, 0xFF]) || is_wide(bytes, 2, 1) {
        utf16(bytes, encoding_rs::UTF_16BE)
    } else {
        return None;
    };
    if !is_whole {
        let line = 1 + text
            .split('\u{fffd}')
            .next()
            .unwrap_or_default()
            .matches('\n')
            .count();
        notes.push(format!(
            "`{name}` is {encoding} text that breaks in line {line}: characters there cannot be read and \
             show as `\u{fffd}`. Was it cut short? Export it again"
        ));
    }
    Some(text)
}

/// Whether in every `width` bytes, all except the one at `filled` are mostly zero, as in Western text in wide
/// encodings.
fn is_wide(bytes: &[u8], width: usize, filled: usize) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let units = head.len() / width;
    let zeros = |place: usize| {
        head.iter()
            .skip(place)
            .step_by(width)
            .filter(|byte| **byte == 0)
            .count()
    };
    units >= 4
        && (0..width).all(|place| (place == filled) == (zeros(place) * 10 < units * 3))
        && (0..width)
            .filter(|place| *place != filled)
            .all(|place| zeros(place) * 10 > units * 7)
}

fn utf16(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> (&'static str, String, bool) {
    let (text, has_errors) = encoding.decode_with_bom_removal(bytes);
    ("UTF-16", text.into_owned(), !has_errors)
}

fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> (&'static str, String, bool) {
    let mut is_whole = bytes.len().is_multiple_of(4);
    let (units, _) = bytes.as_chunks::<4>();
    let text = units
        .iter()
        .map(|unit| {
            char::from_u32(number(*unit)).unwrap_or_else(|| {
                is_whole = false;
                '\u{fffd}'
            })
        })
        .collect::<String>();
    (
        "UTF-32",
        text.trim_start_matches('\u{feff}').to_string(),
        is_whole,
    )
}

/// Control characters that never occur in the beginning of a text in any number.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let odd = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    let count = head.iter().filter(|byte| odd(byte)).count();
    count * 8 > head.len() || (head.len() < 64 && count > 0 && !head.contains(&b'\n'))
}

/// Removes zero bytes from a text: they come from a damaged copy, and never belong to a cell.
fn without_zeros(bytes: &mut Vec<u8>, name: &str, notes: &mut Vec<String>) {
    let Some(first) = memchr::memchr(0, bytes) else {
        return;
    };
    let count = memchr::memchr_iter(0, bytes).count();
    notes.push(format!(
        "`{name}` holds {count} zero byte{} which text never has, first in {}: {} removed. Compare that row \
         with the system, and export the file again",
        if count == 1 { "" } else { "s" },
        place(bytes, first),
        if count == 1 { "it is" } else { "they are" },
    ));
    bytes.retain(|byte| *byte != 0);
}

/// Removes byte order marks inside a file, which occur if exports were joined.
fn without_inner_marks(bytes: &mut Vec<u8>, name: &str, notes: &mut Vec<String>) {
    let Some(first) = memmem::find(bytes.get(1..).unwrap_or_default(), MARK).map(|at| at + 1) else {
        return;
    };
    notes.push(format!(
        "`{name}` has a byte order mark inside, in {}: it is removed. Were files joined? Repeated headings \
         there are set aside",
        place(bytes, first)
    ));
    let parts: Vec<&[u8]> = split(bytes, MARK);
    *bytes = parts.concat();
}

fn split<'a>(bytes: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut from = 0;
    for at in memmem::find_iter(bytes, by) {
        parts.push(&bytes[from..at]);
        from = at + by.len();
    }
    parts.push(&bytes[from..]);
    parts
}

/// Turns a carriage return that ends a line by itself into a line feed, in a file whose other lines end with
/// one: files of several systems were joined.
fn with_one_line_end(bytes: &mut [u8], name: &str, notes: &mut Vec<String>) {
    if !bytes.contains(&b'\n') {
        return;
    }
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
    let alone: Vec<usize> = memchr::memchr_iter(b'\r', bytes)
        .filter(|at| !is_end(bytes.get(at + 1)) && *at > 0 && !is_end(bytes.get(at - 1)))
        .collect();
    let Some(first) = alone.first() else {
        return;
    };
    notes.push(format!(
        "`{name}` has {} carriage return{} without a line feed, first in {}: read as line ends. Were files \
         joined?",
        alone.len(),
        if alone.len() == 1 { "" } else { "s" },
        place(bytes, *first)
    ));
    for at in alone {
        bytes[at] = b'\n';
    }
}

/// Doubles quotation marks that are escaped with a backslash, because CSV writes them double.
fn with_doubled_quotes(bytes: &mut Vec<u8>, name: &str, notes: &mut Vec<String>) {
    let inside = |at: &usize| {
        bytes
            .get(at + 2)
            .is_some_and(|next| !matches!(next, b',' | b';' | b'\t' | b'|' | b'\r' | b'\n' | b'"'))
    };
    let Some(first) = memmem::find_iter(bytes, b"\\\"").find(inside) else {
        return;
    };
    notes.push(format!(
        "`{name}` escapes quotation marks with a backslash, first in {}: they are read as quotation marks. \
         CSV doubles them: compare that row, and export with doubled quotation marks if you can",
        place(bytes, first)
    ));
    *bytes = split(bytes, b"\\\"").join(b"\"\"".as_slice());
}

/// The position of a byte, as `line 7, field 3`; fields are counted by commas, semicolons, tabs or bars.
fn place(bytes: &[u8], at: usize) -> String {
    let before = &bytes[..at];
    let line = 1 + memchr::memchr_iter(b'\n', before).count();
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let in_line = &before[start..];
    let fields = [b',', b';', b'\t', b'|']
        .into_iter()
        .map(|delimiter| memchr::memchr_iter(delimiter, in_line).count())
        .max();
    format!("line {line}, field {}", fields.unwrap_or_default() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Text> {
        of(Path::new("x.csv"), "x.csv", bytes.to_vec())
    }

    #[test]
    fn wide_text_is_decoded_with_a_mark_and_without() {
        let text = "CARE_ID,NOTE\n1,Café\n";
        let wide = |big: bool, mark: bool| -> Vec<u8> {
            let marked = if mark {
                format!("\u{feff}{text}")
            } else {
                text.to_string()
            };
            marked
                .encode_utf16()
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        let wider = |big: bool, mark: bool| -> Vec<u8> {
            let marked = if mark {
                format!("\u{feff}{text}")
            } else {
                text.to_string()
            };
            let bytes = |letter: char| {
                if big {
                    (letter as u32).to_be_bytes()
                } else {
                    (letter as u32).to_le_bytes()
                }
            };
            marked.chars().flat_map(bytes).collect()
        };
        for big in [false, true] {
            for mark in [false, true] {
                for bytes in [wide(big, mark), wider(big, mark)] {
                    let read = read(&bytes).unwrap();
                    assert_eq!(
                        String::from_utf8(read.bytes).unwrap(),
                        text,
                        "{big} {mark} {}",
                        bytes.len()
                    );
                    assert!(read.notes.is_empty());
                }
            }
        }
        let cut = read(&[&wide(false, true)[..], &[0x31]].concat()).unwrap();
        assert!(cut.notes[0].contains("breaks in line 3"), "{:?}", cut.notes);
    }

    #[test]
    fn what_would_hide_in_a_cell_is_taken_out_and_said_by_line() {
        for (bytes, text, words) in [
            (
                &b"a,b\n1,2\n\xEF\xBB\xBFa,b\n3,4\n"[..],
                "a,b\n1,2\na,b\n3,4\n",
                "inside, in line 3, field 1",
            ),
            (
                b"a,b\n1,2\0\n3,4\n",
                "a,b\n1,2\n3,4\n",
                "1 zero byte which text never has, first in line 2, field 2",
            ),
            (
                b"a,b\n\"say \\\"no\\\"\",2\n",
                "a,b\n\"say \"\"no\"\"\",2\n",
                "with a backslash, first in line 2, field 1",
            ),
            (
                b"a,b\r\n1,2\r3,4\r\n",
                "a,b\r\n1,2\n3,4\r\n",
                "1 carriage return without a line feed, first in line 2, field 2",
            ),
        ] {
            let read = read(bytes).unwrap();
            assert_eq!(String::from_utf8_lossy(&read.bytes), text);
            assert!(read.notes[0].contains(words), "{:?}", read.notes);
        }
        let path = read(b"a,b\n\"C:\\dir\\\",2\n").unwrap();
        assert!(
            path.notes.is_empty(),
            "a backslash at the end of a cell is a backslash"
        );
    }

    #[test]
    fn what_holds_no_text_is_refused_by_what_it_is() {
        for (bytes, words) in [
            (&b"\xEF\xBB\xBF"[..], "a byte order mark and nothing else"),
            (b"\n\n ", "nothing but blank lines"),
            (b"", "is empty"),
            (&[0; 100], "full of zero bytes"),
            (&[0x89, b'X', 0, 1, 2, 3], "neither text nor an Excel workbook"),
            (b"<html><body>", "a web page"),
        ] {
            let error = read(bytes).err().unwrap().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
