//! Guesses the layout of a delimited file from its first lines.

/// The beginning of a text, at least this long and up to the end of a line; `None` if that line does not end
/// within `most`.
pub fn whole_lines(bytes: &[u8], least: usize, most: usize) -> Option<&[u8]> {
    if bytes.len() <= least {
        return Some(bytes);
    }
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    match bytes[least..].iter().take(most).position(is_end) {
        Some(at) => Some(&bytes[..least + at + 1]),
        None if bytes.len() <= least + most || bytes[..least].iter().any(is_end) => {
            Some(&bytes[..bytes.len().min(least + most)])
        }
        None => None,
    }
}

/// The delimiter that divides most of the first lines equally; if two are equal, the one that is most
/// frequent in the first line.
pub fn delimiter(head: &[u8]) -> u8 {
    let first_line = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| !line.iter().all(u8::is_ascii_whitespace))
        .unwrap_or(head);
    let in_first_line = |delimiter: u8| first_line.iter().filter(|byte| **byte == delimiter).count();
    let alike = |delimiter: u8| {
        let widths = widths(head, delimiter);
        let usual = usual(&widths);
        match usual > 1 {
            true => widths.iter().filter(|width| **width == usual).count(),
            false => 0,
        }
    };
    [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| (alike(*delimiter), in_first_line(*delimiter)))
        .unwrap_or(b',')
}

/// The number of fields in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    pub width: usize,
    /// How many additional blank fields a row may have: every row ends with delimiters that the first row
    /// lacks, or only the first row has them.
    pub blank_at_end: usize,
}

impl Fields {
    pub fn exactly(width: usize) -> Fields {
        Fields {
            width,
            blank_at_end: 0,
        }
    }

    /// The number of fields of most of the first records. If only the first record differs, and only by blank
    /// fields at its end or at theirs, these fields are not counted.
    pub fn of(head: &[u8], delimiter: u8) -> Fields {
        let records = records(head, delimiter);
        let usual = usual(&records.iter().map(csv::ByteRecord::len).collect::<Vec<_>>());
        let first = records.first().map_or(usual, csv::ByteRecord::len);
        let (width, widest) = (usual.min(first), usual.max(first));
        let ends_blank = |record: &csv::ByteRecord| record.iter().skip(width).all(<[u8]>::is_empty);
        let is_odd = |record: &&csv::ByteRecord| record.len() == widest;
        match width > 1 && widest > width && records.iter().filter(is_odd).all(ends_blank) {
            true => Fields {
                width,
                blank_at_end: widest - width,
            },
            false => Fields::exactly(usual),
        }
    }
}

/// The most frequent number of fields; of equals, the earliest.
fn usual(widths: &[usize]) -> usize {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for width in widths {
        match counts.iter_mut().find(|(known, _)| known == width) {
            Some((_, count)) => *count += 1,
            None => counts.push((*width, 1)),
        }
    }
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(1, |(width, _)| *width)
}

fn widths(head: &[u8], delimiter: u8) -> Vec<usize> {
    records(head, delimiter)
        .iter()
        .map(csv::ByteRecord::len)
        .collect()
}

/// Whether quotation marks hold cells together. In a file of bars whose first heading begins with `#` (an
/// extract of Millennium) they are text like any other.
pub fn has_quotes(head: &[u8], delimiter: u8) -> bool {
    delimiter != b'|' || head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).first() != Some(&b'#')
}

/// Up to 200 records of the first lines.
fn records(head: &[u8], delimiter: u8) -> Vec<csv::ByteRecord> {
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(has_quotes(head, delimiter))
        .from_reader(head);
    let mut all: Vec<csv::ByteRecord> = records.byte_records().map_while(Result::ok).take(200).collect();
    // The first lines may end inside a cell with several lines.
    if all.len() > 1 && head.len() >= 64 * 1024 {
        all.pop();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_divides_rows_alike() {
        for (text, delimiter) in [
            ("a;b\n\"x, y, z\";2\nu, v;3\n", b';'),
            ("Cancer, October\na;b;c\n1;2;3\n4;5;6\n", b';'),
            ("a\tb\n1\t2\n", b'\t'),
            ("#a|b|c\n1|2, 3|4\n", b'|'),
            ("a\n1\n", b','),
        ] {
            assert_eq!(delimiter_of(text), delimiter, "{text}");
        }
    }

    fn delimiter_of(text: &str) -> u8 {
        delimiter(text.as_bytes())
    }

    #[test]
    fn blank_fields_after_the_last_one_are_no_fields() {
        let fields = |text: &str| Fields::of(text.as_bytes(), b',');
        let one_more = Fields {
            width: 2,
            blank_at_end: 1,
        };
        assert_eq!(fields("a,b\n1,2,\n3,4,\n"), one_more);
        assert_eq!(fields("a,b,\n1,2\n3,4\n"), one_more);
        assert_eq!(fields("a,b\n1,2,x\n3,4,\n5,6,\n"), Fields::exactly(3));
        assert_eq!(fields("Report\na,b\n1,2\n"), Fields::exactly(2));
    }
}
