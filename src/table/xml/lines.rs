//! Counts the lines of the file that have been read.

use std::io::{BufRead, Read, Result};

/// A reader that counts the line ends in the bytes taken from it.
pub struct Lines<R> {
    inner: R,
    ends: u32,
}

impl<R: BufRead> Lines<R> {
    pub fn new(inner: R) -> Lines<R> {
        Lines { inner, ends: 0 }
    }

    /// The line number, from 1.
    pub fn line(&self) -> u32 {
        self.ends.saturating_add(1)
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = {
            let filled = self.fill_buf()?;
            let length = filled.len().min(buffer.len());
            buffer[..length].copy_from_slice(&filled[..length]);
            length
        };
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // The consumed bytes are still in the buffer, so this returns the same bytes again.
        if let Ok(filled) = self.inner.fill_buf() {
            let taken = &filled[..amount.min(filled.len())];
            self.ends = self
                .ends
                .saturating_add(taken.iter().filter(|byte| **byte == b'\n').count() as u32);
        }
        self.inner.consume(amount);
    }
}
