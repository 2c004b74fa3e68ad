//! The largest size of a file. A file is refused by its size before it is read, so that a slip (a device, a
//! compressed file that unpacks without end) costs a message, not the machine's memory.

use std::fs::File;
use std::path::Path;

use anyhow::Result;

use super::{open, shown, unreadable};
use crate::terminal::failure::input;

/// The most megabytes of a text file, and of the unpacked content of a compressed file or workbook.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub text_mb: u64,
    pub unpacked_mb: u64,
}

impl Default for Limits {
    /// Text: ten million records with room to spare. Unpacked: about five times the fullest sheet of 100,000
    /// rows.
    fn default() -> Limits {
        Limits {
            text_mb: 8192,
            unpacked_mb: 768,
        }
    }
}

impl Limits {
    /// Both limits from `--max-size`, if it is given.
    pub fn of(megabytes: Option<u64>) -> Limits {
        megabytes.map_or(Limits::default(), |most| Limits {
            text_mb: most,
            unpacked_mb: most,
        })
    }

    pub fn unpacked_bytes(self) -> u64 {
        self.unpacked_mb.saturating_mul(1 << 20)
    }

    /// Opens a file that may be read completely: a regular file within the limit.
    pub fn open(self, path: &Path) -> Result<(File, u64)> {
        let about = std::fs::metadata(path).ok();
        if let Some(about) = about.filter(|about| !about.is_file()) {
            let what = if about.is_dir() {
                "a folder"
            } else {
                "a device or a pipe"
            };
            return Err(input(format!(
                "`{}` is {what}, not a file: save the export as a file, and name that",
                shown(path)
            )));
        }
        let file = open(path)?;
        let length = file.metadata().map_err(|_| unreadable(path))?.len();
        if length > self.text_mb.saturating_mul(1 << 20) {
            return Err(input(format!(
                "`{}` has {} MB, more than the {} MB that are read: export a shorter period, or raise the \
                 limit with `--max-size MB`",
                shown(path),
                length >> 20,
                self.text_mb
            )));
        }
        Ok((file, length))
    }
}
