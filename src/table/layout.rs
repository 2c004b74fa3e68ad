//! How a delimited file is laid out, guessed from its first lines.

/// The beginning of a text, at least so long, up to the end of a line.
pub fn whole_lines(bytes: &[u8], least: usize) -> &[u8] {
    let rest = bytes.get(least..).unwrap_or_default();
    let end = rest
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |at| least + at + 1);
    &bytes[..end]
}

/// The delimiter that the first line has most of.
pub fn delimiter(head: &[u8]) -> u8 {
    let first_line = head
        .split(|byte| *byte == b'\n')
        .find(|line| !line.iter().all(u8::is_ascii_whitespace))
        .unwrap_or(head);
    let count = |delimiter: u8| first_line.iter().filter(|byte| **byte == delimiter).count();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}

/// The number of fields that most of the first records have; the earliest of equals.
pub fn usual_width(head: &[u8], delimiter: u8) -> usize {
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(head);
    let mut widths: Vec<(usize, usize)> = Vec::new();
    let mut all: Vec<usize> = records
        .byte_records()
        .map_while(|record| record.ok())
        .map(|record| record.len())
        .take(200)
        .collect();
    // The head may end inside a cell of several lines.
    if all.len() > 1 && head.len() >= 64 * 1024 {
        all.pop();
    }
    for width in all {
        match widths.iter_mut().find(|(known, _)| *known == width) {
            Some((_, count)) => *count += 1,
            None => widths.push((width, 1)),
        }
    }
    widths
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(1, |(width, _)| *width)
}
