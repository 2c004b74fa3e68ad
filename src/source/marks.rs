//! Takes marks that nobody sees out of the cells of an export: a zero-width space after a key keeps it from
//! matching its row in another table, and a person finds no difference. Letters and digits of double width
//! become plain ones, and quotation marks that the reading of CSV does not know are taken off. Sources that
//! are read as written keep what they have: their checks name it.

use std::borrow::Cow;

use polars::prelude::*;

use crate::rulebook::CellWords;
use crate::table::Table;
use crate::terminal::counted;

/// What a mark becomes; `None` is any other character.
enum Mark {
    Nothing,
    Plain(char),
}

/// Marks without a width, control characters other than line ends and tabs, spaces that do not break lines
/// and letters of double width (Unicode: categories Cf, Cc and Zs, and the block of fullwidth forms).
fn mark(character: char) -> Option<Mark> {
    match character {
        '\u{1}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' => Some(Mark::Nothing),
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => Some(Mark::Nothing),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(Mark::Plain(' ')),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xff01 + 0x21).map(Mark::Plain),
        _ => None,
    }
}

/// A text without its marks.
pub fn unmarked(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    if is_plain || !text.chars().any(|character| mark(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let clean: String = text
        .chars()
        .filter_map(|character| match mark(character) {
            None => Some(character),
            Some(Mark::Plain(plain)) => Some(plain),
            Some(Mark::Nothing) => None,
        })
        .collect();
    Cow::Owned(clean.trim().to_string())
}

/// Marks that programs put around every cell.
const AROUND: [(char, char); 6] = [
    ('"', '"'),
    ('\'', '\''),
    ('\u{2018}', '\u{2019}'),
    ('\u{201c}', '\u{201d}'),
    ('`', '`'),
    ('[', ']'),
];

fn inside((open, close): (char, char), cell: &str) -> Option<&str> {
    cell.strip_prefix(open)?.strip_suffix(close)
}

/// The marks around every heading that is not blank. The first may lack them: after a comma and a space, CSV
/// takes quotation marks for a part of the text.
fn around(headings: impl Iterator<Item = Option<String>>) -> Option<(char, char)> {
    let filled: Vec<String> = headings.flatten().collect();
    let rest = filled.get(1..).filter(|rest| !rest.is_empty())?;
    AROUND
        .into_iter()
        .find(|marks| rest.iter().all(|heading| inside(*marks, heading).is_some()))
}

/// The text that a spreadsheet was told to keep: `="01"`, or a number or date after an apostrophe.
fn kept_as_text(cell: &str) -> Option<&str> {
    if let Some(text) = cell.strip_prefix("=\"") {
        return text
            .strip_suffix('"')
            .filter(|text| !text.contains('"'))
            .map(str::trim);
    }
    let number = cell.strip_prefix('\'')?;
    (number.starts_with(|first: char| first.is_ascii_digit()) && !number.contains('\'')).then_some(number)
}

/// Whether a cell is a word that a database writes for no value.
fn is_blank(words: &CellWords, cell: &str) -> bool {
    const LONGEST: usize = 10;
    let is_it = |word: &String| word.eq_ignore_ascii_case(cell);
    cell.len() <= LONGEST && words.cells.blanks.iter().any(is_it)
}

/// A cell without the marks around it, and without those of a text that a spreadsheet keeps.
fn undressed(marks: Option<(char, char)>, cell: &str) -> &str {
    let inner = marks
        .and_then(|marks| inside(marks, cell))
        .map_or(cell, str::trim);
    kept_as_text(inner).unwrap_or(inner)
}

/// The table without marks around its cells, without those of a text that a spreadsheet keeps, and with blank
/// cells where a database wrote a word for no value. Its first row holds the headings. Messages say what was
/// taken off all cells, and how many cells held such a word.
pub fn unwrapped(words: &CellWords, mut table: Table) -> PolarsResult<Table> {
    let first = |column: &Column| Some(column.str().ok()?.get(0)?.to_string());
    let marks = around(table.cells.columns().iter().map(first));
    let mut blanks = 0;
    let mut columns = Vec::with_capacity(table.cells.width());
    for column in table.cells.columns() {
        let cells = column.str()?;
        let changes = |cell: &str| {
            let text = undressed(marks, cell);
            text.len() != cell.len() || is_blank(words, text)
        };
        if !cells.iter().flatten().any(changes) {
            columns.push(column.clone());
            continue;
        }
        let clean = cells.iter().enumerate().map(|(row, cell)| {
            let text = undressed(marks, cell?);
            let is_word = is_blank(words, text);
            blanks += usize::from(is_word && row > 0);
            (!is_word && !text.is_empty()).then_some(text)
        });
        let clean: StringChunked = clean.collect();
        columns.push(clean.with_name(column.name().clone()).into_column());
    }
    table.cells = DataFrame::new(table.rows.len(), columns)?;
    if blanks > 0 {
        table.notes.push(format!(
            "`{}`: {} with a word for no value, such as NULL or - (`blanks` in `rules/cells.toml`): read as blank",
            table.name,
            counted(blanks, "cell")
        ));
    }
    if let Some((open, close)) = marks {
        table.notes.push(format!(
            "`{}`: every cell stands between {open} and {close}, which are not the quotation marks of CSV: \
             they are taken off. Where a cell holds a delimiter, its row has too many fields",
            table.name
        ));
    }
    Ok(table)
}

/// The table without marks in its cells from row `first` on, with a message that says where they stood;
/// `headings` are those of its columns.
pub fn taken_out(mut table: Table, headings: &[String], first: usize) -> PolarsResult<Table> {
    let (mut mended, mut earliest) = (0, None);
    let mut columns = Vec::with_capacity(table.cells.width());
    for (column, heading) in table.cells.columns().iter().zip(headings) {
        let cells = column.str()?;
        let is_marked = |(row, cell): (usize, Option<&str>)| {
            row >= first && cell.is_some_and(|cell| matches!(unmarked(cell), Cow::Owned(_)))
        };
        let Some(place) = cells.iter().enumerate().position(is_marked) else {
            columns.push(column.clone());
            continue;
        };
        if earliest.as_ref().is_none_or(|(row, _)| place < *row) {
            earliest = Some((place, heading));
        }
        let clean = cells.iter().enumerate().map(|(row, cell)| {
            let cell = cell?;
            match unmarked(cell) {
                Cow::Owned(clean) if row >= first => {
                    mended += 1;
                    (!clean.is_empty()).then_some(Cow::Owned(clean))
                }
                _ => Some(Cow::Borrowed(cell)),
            }
        });
        columns.push(
            clean
                .collect::<StringChunked>()
                .with_name(column.name().clone())
                .into_column(),
        );
    }
    if let Some((row, heading)) = earliest {
        table.notes.push(format!(
            "`{}`: {} with marks that nobody sees (spaces without a width, control characters, letters of \
             double width), first in row {}, `{heading}`: read without them",
            table.name,
            counted(mended, "cell"),
            table.rows[row]
        ));
        table.cells = DataFrame::new(table.rows.len(), columns)?;
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_what_a_person_sees() {
        for (cell, seen) in [
            ("1000001\u{200b}", "1000001"),
            ("\u{200f}10\u{ad}00001\u{7}", "1000001"),
            ("Ｃ５０４", "C504"),
            ("no\u{a0}theatre", "no theatre"),
            ("Café\ntwo lines", "Café\ntwo lines"),
            ("\u{2060}", ""),
        ] {
            assert_eq!(unmarked(cell), seen, "{cell:?}");
        }
    }

    #[test]
    fn the_marks_around_every_cell_are_taken_off_before_those_of_a_spreadsheet() {
        let marks = Some(('\'', '\''));
        for (marks, cell, text) in [
            (marks, "'1000001'", "1000001"),
            (marks, "' 1000001 '", "1000001"),
            (marks, "1000001", "1000001"),
            (marks, "''", ""),
            (None, "=\"01\"", "01"),
            (None, "'tis", "'tis"),
        ] {
            assert_eq!(undressed(marks, cell), text, "{cell}");
        }
    }

    #[test]
    fn a_text_that_a_spreadsheet_was_told_to_keep_is_that_text() {
        for (cell, text) in [
            ("=\"2026-10-31\"", Some("2026-10-31")),
            ("'2026-10-31", Some("2026-10-31")),
            ("'tis the season", None),
            ("=\"a\"&\"b\"", None),
            ("2026-10-31", None),
        ] {
            assert_eq!(kept_as_text(cell), text, "{cell}");
        }
    }
}
