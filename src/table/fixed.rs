//! Tables of fixed width. Those that SQL Server saves to a `.rpt` file have headings, a line of dashes that
//! marks the columns, and rows that are cut at the same positions as the dashes. Those of other systems have
//! rows alone: a source says where each column stands (`[table.fixed]`).

use std::path::Path;

use anyhow::Result;

use super::cells::Cells;
use super::{Misfit, Table};

/// The characters of a column in every line.
pub type Span = (usize, usize);

/// The columns of a text whose second or third line marks them with dashes, and the number of that line.
pub fn columns(text: &[u8]) -> Option<(usize, Vec<Span>)> {
    let lines = text.split(|byte| *byte == b'\n').take(3);
    lines.enumerate().skip(1).find_map(|(number, line)| {
        let spans = dashes(line.trim_ascii_end());
        (spans.len() > 1).then_some((number, spans))
    })
}

/// The runs of dashes between single spaces; `None` if the line contains anything else.
fn dashes(line: &[u8]) -> Vec<Span> {
    let drawn = line.iter().all(|byte| matches!(byte, b'-' | b' '));
    if !drawn || !line.starts_with(b"-") {
        return Vec::new();
    }
    let mut spans = Vec::new();
    let mut from = 0;
    for run in line.split(|byte| *byte == b' ') {
        if !run.is_empty() {
            spans.push((from, from + run.len()));
        }
        from += run.len() + 1;
    }
    spans
}

/// Cuts every line except the line of dashes into cells.
pub fn read(path: &Path, name: &str, text: &[u8], (ruler, spans): (usize, Vec<Span>)) -> Result<Table> {
    let mut cells = Cells::new(spans.len(), text.len() / 64);
    let mut misfits = Vec::new();
    for (row, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let decoded = super::delimited::decode(line.strip_suffix(b"\r").unwrap_or(line));
        if row as usize == ruler + 1 {
            misfits.push(Misfit::aside(row, "a line of dashes under the headings"));
        } else if decoded.trim().is_empty() {
            misfits.push(Misfit::blank(row));
        } else if is_count(&decoded) {
            misfits.push(Misfit::aside(row, "the count of rows that SQL Server writes"));
        } else {
            let letters: Vec<char> = decoded.chars().collect();
            match gap_is_filled(&letters, &spans) {
                true => misfits.push(Misfit::aside(
                    row,
                    "its text crosses the columns that the dashes mark",
                )),
                false => {
                    let cut: Vec<String> = spans
                        .iter()
                        .enumerate()
                        .map(|(place, span)| {
                            let to = if place + 1 == spans.len() {
                                letters.len()
                            } else {
                                span.1
                            };
                            letters.iter().take(to).skip(span.0).collect()
                        })
                        .collect();
                    cells.push(row, cut.iter().map(String::as_str));
                }
            }
        }
    }
    // The text ends with a line end, and no row follows it.
    if text.ends_with(b"\n") {
        misfits.pop();
    }
    let note = format!(
        "`{name}` is read as a table of fixed width, because a line of dashes marks its columns. Texts longer \
         than their column were cut when it was saved"
    );
    of_fixed_width(path, name, cells, misfits, note)
}

/// Where the columns of a table stand in rows of fixed width; characters are counted from 0.
#[derive(Clone, Debug)]
pub struct Positions {
    /// The first character of a mark, and its text: every row of the table has all of them.
    pub marks: Vec<(usize, String)>,
    /// The heading of each column, its first character and the one after its last.
    pub columns: Vec<(String, Span)>,
}

impl Positions {
    fn is_row(&self, letters: &[char]) -> bool {
        let stands = |(at, text): &(usize, String)| {
            let found = letters.iter().skip(*at).take(text.chars().count());
            found.copied().eq(text.chars())
        };
        self.marks.iter().all(stands)
    }
}

/// The layout whose marks the first filled line has.
pub fn layout_of<'a>(layouts: &'a [Positions], text: &[u8]) -> Option<&'a Positions> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = lines.find(|line| !line.trim_ascii().is_empty())?;
    let letters: Vec<char> = super::delimited::decode(first).chars().collect();
    layouts.iter().find(|layout| layout.is_row(&letters))
}

/// Cuts every line by a layout. The headings are a row before the first line.
pub fn read_at(path: &Path, name: &str, text: &[u8], layout: &Positions) -> Result<Table> {
    let mut cells = Cells::new(layout.columns.len(), text.len() / 1024);
    cells.push(0, layout.columns.iter().map(|(heading, _)| heading.as_str()));
    let mut misfits = Vec::new();
    for (row, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let decoded = super::delimited::decode(line.strip_suffix(b"\r").unwrap_or(line));
        let letters: Vec<char> = decoded.chars().collect();
        if decoded.trim().is_empty() {
            misfits.push(Misfit::blank(row));
        } else if layout.is_row(&letters) {
            let cut = layout.columns.iter().map(|(_, (from, to))| {
                let cell = letters.iter().take(*to).skip(*from);
                cell.collect::<String>()
            });
            let cut: Vec<String> = cut.collect();
            cells.push(row, cut.iter().map(String::as_str));
        } else {
            misfits.push(Misfit::aside(row, "it is a row of another kind than the first"));
        }
    }
    // The text ends with a line end, and no row follows it.
    if text.ends_with(b"\n") {
        misfits.pop();
    }
    let note = format!("`{name}` is read as a table of fixed width, by what its rows begin with");
    of_fixed_width(path, name, cells, misfits, note)
}

fn of_fixed_width(
    path: &Path,
    name: &str,
    cells: Cells,
    misfits: Vec<Misfit>,
    note: String,
) -> Result<Table> {
    let (cells, rows) = cells.finish()?;
    Ok(Table {
        name: name.to_string(),
        path: path.to_path_buf(),
        stamp: None,
        cells,
        rows,
        misfits,
        ends_open: false,
        notes: vec![note],
        elements: None,
    })
}

/// `(52 rows affected)`
fn is_count(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('(')
        && (line.ends_with("rows affected)")
            || line.ends_with("row affected)")
            || line.ends_with("row(s) affected)"))
}

/// The single space between two columns is always blank.
fn gap_is_filled(letters: &[char], spans: &[Span]) -> bool {
    let gaps = spans.iter().rev().skip(1).map(|span| span.1);
    gaps.into_iter()
        .any(|gap| letters.get(gap).is_some_and(|letter| *letter != ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_drawn_by_dashes_is_cut_by_them() {
        let text = "CARE_ID    NOTE\n---------- ------\n1          Caf\u{e9}\n\n22         NULL\n\n(2 rows \
             affected)\n";
        let columns = columns(text.as_bytes()).unwrap();
        let table = read(Path::new("x.rpt"), "x.rpt", text.as_bytes(), columns).unwrap();
        assert_eq!(table.rows, [1, 3, 5]);
        assert_eq!(
            table.misfits.iter().map(|misfit| misfit.row).collect::<Vec<_>>(),
            [2, 4, 6, 7]
        );
        let second = table.cells.column("1").unwrap().str().unwrap();
        assert_eq!((second.get(0), second.get(1)), (Some("NOTE"), Some("Caf\u{e9}")));
        assert!(super::columns(b"a,b\n--,--\n").is_none());
    }

    #[test]
    fn rows_with_the_marks_of_a_layout_are_cut_by_it() {
        let layout = Positions {
            marks: vec![(0, "CDS".into()), (3, "020".into())],
            columns: vec![("NUMBER".into(), (6, 10)), ("NOTE".into(), (10, 14))],
        };
        let text = "CDS0201234Caf\u{e9}\r\nCDS1305678no\n\nCDS02099\n".as_bytes();
        assert!(layout_of(std::slice::from_ref(&layout), text).is_some());
        assert!(layout_of(std::slice::from_ref(&layout), b"CDS1301234").is_none());
        let table = read_at(Path::new("x.txt"), "x.txt", text, &layout).unwrap();
        assert_eq!(table.rows, [0, 1, 4]);
        let column = |name| table.cells.column(name).unwrap().str().unwrap().clone();
        let read = |name| {
            column(name)
                .iter()
                .map(|cell| cell.map(str::to_string))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read("0"),
            [Some("NUMBER".into()), Some("1234".into()), Some("99".into())]
        );
        assert_eq!(read("1"), [Some("NOTE".into()), Some("Caf\u{e9}".into()), None]);
        let aside: Vec<u32> = table.misfits.iter().map(|misfit| misfit.row).collect();
        assert_eq!(aside, [2, 3]);
    }
}
