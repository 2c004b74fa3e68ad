//! Detects that a file has changed since it was read. The run record gives the hash of each input, but
//! hashing while reading would slow down every command for the sake of two.

use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use super::{open, shown, unreadable};
use crate::terminal::failure::input;
use crate::write::sha256;

/// A file's length in bytes, and the time of its last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub fn of(path: &Path) -> Result<Stamp> {
        let found = open(path)?.metadata().map_err(|_| unreadable(path))?;
        Ok(Stamp {
            length: found.len(),
            modified: found.modified().ok(),
        })
    }
}

/// The SHA-256 of a file that was read before, in hexadecimal; an error if the file has changed since then.
pub fn sha256_as_read(path: &Path, read: Option<&Stamp>) -> Result<String> {
    let hash = sha256(path).map_err(|_| changed(path))?;
    match read.is_none_or(|read| Stamp::of(path).is_ok_and(|now| now == *read)) {
        true => Ok(hash),
        false => Err(changed(path)),
    }
}

fn changed(path: &Path) -> anyhow::Error {
    input(format!(
        "`{}` changed while it was read: run again when its export is finished and nothing writes to it",
        shown(path)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::failure::{Exit, exit_of};

    #[test]
    fn a_file_that_changes_after_it_was_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("october.csv");
        std::fs::write(&path, "a,b\n").unwrap();
        let read = Stamp::of(&path).unwrap();
        let hash = sha256_as_read(&path, Some(&read)).unwrap();
        assert_eq!(hash, sha256(&path).unwrap());
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let error = sha256_as_read(&path, Some(&read)).unwrap_err();
        assert_eq!(exit_of(&error), Exit::Input);
        assert!(
            error
                .to_string()
                .contains("october.csv` changed while it was read"),
            "{error}"
        );
        std::fs::remove_file(&path).unwrap();
        assert_eq!(
            exit_of(&sha256_as_read(&path, Some(&read)).unwrap_err()),
            Exit::Input
        );
    }
}
