//! Recognises the kind of a file from its bytes, not from its name. The message about a file that is not a
//! table says what it is and what to do.

use anyhow::Result;

use super::packed;

/// What the reader can do with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Text,
    Workbook(Kind),
    /// An archive of files.
    Zip,
    Gzip,
    /// Something else: what it is, and what to do.
    Other(&'static str, &'static str),
}

/// The four forms of workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Xlsx,
    Xlsb,
    Ods,
    Xls,
}

const EXPORT_AGAIN: &str = "export it again as CSV or as an Excel workbook";
const SAVE_AS: &str = "open it in Excel, choose Save As, and save it as an Excel workbook (.xlsx)";
const UNPACK: &str = "unpack it, and name the files that were in it";

/// The first bytes of files of other kinds.
const MAGIC: [(&[u8], &str, &str); 15] = [
    (b"%PDF", "a PDF document", EXPORT_AGAIN),
    (b"{\\rtf", "a Word document (RTF)", EXPORT_AGAIN),
    (b"\x89PNG", "a picture (PNG)", EXPORT_AGAIN),
    (b"\xFF\xD8\xFF", "a picture (JPEG)", EXPORT_AGAIN),
    (b"GIF8", "a picture (GIF)", EXPORT_AGAIN),
    (b"PAR1", "a Parquet file", EXPORT_AGAIN),
    (b"ARROW1", "an Arrow file", EXPORT_AGAIN),
    (b"SQLite format 3", "a SQLite database", EXPORT_AGAIN),
    (b"\x00\x01\x00\x00Standard", "an Access database", EXPORT_AGAIN),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"BZh", "a file compressed with bzip2", UNPACK),
    (b"\xFD7zXZ", "a file compressed with xz", UNPACK),
    (b"\x28\xB5\x2F\xFD", "a file compressed with zstd", UNPACK),
    (b"\x7FELF", "a program", EXPORT_AGAIN),
];

/// The first bytes of a zip archive (workbooks are zip archives), and of the container of an .xls or a
/// protected workbook.
const ZIP: &[u8] = b"PK\x03\x04";
const EMPTY_ZIP: &[u8] = b"PK\x05\x06";
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// Whether a file with these first bytes is a workbook or an archive, whatever its name.
pub fn is_packed(head: &[u8]) -> bool {
    head.starts_with(ZIP) || head.starts_with(COMPOUND)
}

/// Recognises the form of a file from all its bytes. `Err`: an archive is damaged.
pub fn of(bytes: &[u8]) -> Result<Form, String> {
    if bytes.starts_with(ZIP) {
        return of_zip(bytes);
    }
    if bytes.starts_with(EMPTY_ZIP) {
        return Ok(Form::Other("an empty zip archive", EXPORT_AGAIN));
    }
    if bytes.starts_with(COMPOUND) {
        return Ok(Form::Workbook(Kind::Xls));
    }
    if bytes.starts_with(&[0x1F, 0x8B]) {
        return Ok(Form::Gzip);
    }
    let magic = MAGIC.iter().find(|(begin, ..)| bytes.starts_with(begin));
    Ok(magic.map_or(Form::Text, |(_, what, remedy)| Form::Other(what, remedy)))
}

fn of_zip(bytes: &[u8]) -> Result<Form, String> {
    let names = packed::names(bytes)?;
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let begins = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    Ok(if names.iter().any(|name| name.ends_with("workbook.bin")) {
        Form::Workbook(Kind::Xlsb)
    } else if has("[Content_Types].xml") && !begins("word/") && !begins("ppt/") {
        Form::Workbook(Kind::Xlsx)
    } else if begins("word/") {
        Form::Other("a Word document", EXPORT_AGAIN)
    } else if begins("ppt/") {
        Form::Other("a PowerPoint document", EXPORT_AGAIN)
    } else if has("mimetype") && has("content.xml") {
        Form::Workbook(Kind::Ods)
    } else {
        Form::Zip
    })
}

/// Text in another language than tables: what it is, and what to do.
pub fn language(text: &[u8]) -> Option<(&'static str, &'static str)> {
    let head = &text[..text.len().min(4096)];
    let shown = String::from_utf8_lossy(head).to_lowercase();
    let shown = shown.trim_start_matches('\u{feff}').trim_start();
    let has = |words: &str| shown.contains(words);
    if shown.starts_with("<?xml")
        && (has("urn:schemas-microsoft-com:office:spreadsheet") || has("mso-application"))
    {
        return Some(("an XML spreadsheet (Excel 2003)", SAVE_AS));
    }
    if shown.starts_with('<')
        && (has("<html") || has("<table") || has("<!doctype html") || shown.starts_with("<body"))
    {
        return Some(("a web page (HTML), whatever its name says", SAVE_AS));
    }
    if shown.starts_with("mime-version:") {
        return Some(("a web archive, whatever its name says", SAVE_AS));
    }
    if shown.starts_with("<?xml") || shown.starts_with("<!--") || is_element(shown) {
        return Some(("an XML file of a layout that is not known", EXPORT_AGAIN));
    }
    if is_json(shown) {
        return Some(("a JSON file", EXPORT_AGAIN));
    }
    None
}

fn is_element(shown: &str) -> bool {
    let name = shown.strip_prefix('<').unwrap_or_default();
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.contains('>')
}

/// `{"a": …`, `[{…`, `[[…`, `["…`: the heading of a table may begin with a bracket, but not in these ways.
fn is_json(shown: &str) -> bool {
    let after = |open: char| shown.strip_prefix(open).map(str::trim_start);
    after('{').is_some_and(|rest| rest.starts_with('"') && rest.contains(':'))
        || after('[').is_some_and(|rest| {
            rest.starts_with('{') && rest.contains(':') || rest.starts_with('[') || rest.starts_with('"')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_table_is_named_by_its_first_bytes() {
        for (text, what) in [
            ("%PDF-1.7", "a PDF document"),
            ("{\\rtf1", "a Word document (RTF)"),
        ] {
            assert!(
                matches!(of(text.as_bytes()), Ok(Form::Other(told, _)) if told == what),
                "{text}"
            );
        }
        for (text, what) in [
            (
                "\n<!DOCTYPE html><p>",
                Some("a web page (HTML), whatever its name says"),
            ),
            ("<table><tr>", Some("a web page (HTML), whatever its name says")),
            (
                "<?xml version=\"1.0\"?><x/>",
                Some("an XML file of a layout that is not known"),
            ),
            ("\u{feff}[\n {\"a\": 1}]", Some("a JSON file")),
            ("{\"a\": 1}", Some("a JSON file")),
            ("[CARE_ID],[PATIENT_ID]\n1,2", None),
            ("<1 week,2\n", None),
        ] {
            assert_eq!(language(text.as_bytes()).map(|(what, _)| what), what, "{text}");
        }
    }
}
