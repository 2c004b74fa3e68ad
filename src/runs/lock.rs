//! The lock of a run's folder: one run at a time writes there, and whoever comes second reads who the first is.

use std::fs::{File, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::terminal::failure::output;
use crate::terminal::say;
use crate::write::cannot;

const NAME: &str = ".clockstop.lock";
/// The holder before may remove its file between our opening and our locking it.
const TRIES: usize = 50;

/// Held until it is dropped. The operating system lets go of it when the process ends, however it ends, so a file that a
/// stopped run left is no lock: the next run writes its own name into it.
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Locks a folder, or says who works there: exit code 4.
    pub fn take(folder: &Path) -> Result<Lock> {
        let path = folder.join(NAME);
        for _ in 0..TRIES {
            let mut file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(|error| cannot(folder, &error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(in_use(folder, &path)),
                Err(TryLockError::Error(_)) => {
                    say!(
                        "note: files on the drive of `{}` cannot be locked: let no second run write there",
                        folder.display()
                    );
                    return Ok(Lock { path, _file: file });
                }
            }
            let holder = holder();
            file.set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| file.write_all(holder.as_bytes()))
                .map_err(|error| remove_after(&path, folder, &error))?;
            if is_ours(&path, &holder) {
                return Ok(Lock { path, _file: file });
            }
        }
        Err(in_use(folder, &path))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Process and machine, for whoever has to wait.
fn holder() -> String {
    format!(
        "process {} on {}",
        std::process::id(),
        gethostname::gethostname().to_string_lossy()
    )
}

/// The file that we locked is still the one of that name. Windows lets nobody read a locked file, and nobody replace it.
fn is_ours(path: &Path, holder: &str) -> bool {
    match std::fs::read_to_string(path) {
        Ok(text) => text == holder,
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

fn remove_after(path: &Path, folder: &Path, error: &std::io::Error) -> anyhow::Error {
    let _ = std::fs::remove_file(path);
    cannot(folder, error)
}

/// The words of the holder, who writes them a moment after taking the lock.
fn words_of_holder(path: &Path) -> String {
    for _ in 0..TRIES {
        match std::fs::read_to_string(path) {
            Ok(text) if text.is_empty() => std::thread::sleep(Duration::from_millis(2)),
            other => return other.unwrap_or_default(),
        }
    }
    String::new()
}

fn in_use(folder: &Path, path: &Path) -> anyhow::Error {
    let holder = words_of_holder(path);
    let who = match holder.starts_with("process ") {
        true => format!("another clockstop ({holder}{})", since(path)),
        false => "another clockstop".to_string(),
    };
    output(format!(
        "`{}` cannot be written: {who} writes there. Wait until it has finished, or choose another folder",
        folder.display()
    ))
}

/// `, since 14:05 on 26 November 2026`: the lock was written when its holder began.
fn since(path: &Path) -> String {
    let written = path.metadata().and_then(|found| found.modified());
    written.map_or(String::new(), |written| {
        let written = chrono::DateTime::<chrono::Local>::from(written);
        format!(", since {}", written.format("%H:%M on %-d %B %Y"))
    })
}
