//! Text whose lines all have the same ending, so that rows can be numbered as Excel shows them.

use std::io::Read;

/// Passes text through and ends every line, including the last, with one line feed, so that lines can be
/// counted. Also records whether the quotation marks come in pairs.
pub struct PlainLines<R> {
    inner: R,
    /// Lines end with a carriage return alone, as old Macs wrote them.
    only_returns: bool,
    last: u8,
    pub odd_quotes: bool,
}

impl<R> PlainLines<R> {
    pub fn new(inner: R, only_returns: bool) -> PlainLines<R> {
        PlainLines {
            inner,
            only_returns,
            last: b'\n',
            odd_quotes: false,
        }
    }
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
                    buffer[..read]
                        .iter_mut()
                        .filter(|byte| **byte == b'\r')
                        .for_each(|byte| *byte = b'\n');
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

/// Removes the carriage returns from the text; returns its new length.
fn without_returns(text: &mut [u8]) -> usize {
    let Some(first) = text.iter().position(|byte| *byte == b'\r') else {
        return text.len();
    };
    let (mut kept, mut from) = (first, first + 1);
    while from < text.len() {
        let to = text[from..]
            .iter()
            .position(|byte| *byte == b'\r')
            .map_or(text.len(), |at| from + at);
        text.copy_within(from..to, kept);
        kept += to - from;
        from = to + 1;
    }
    kept
}

/// How often a byte occurs in a text.
pub fn count(bytes: &[u8], wanted: u8) -> u64 {
    memchr::memchr_iter(wanted, bytes).count() as u64
}
