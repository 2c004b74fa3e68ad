//! The lock of a run's folder: only one run at a time writes there. A second run reports who has the lock.

use std::fs::{File, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::terminal::failure::output;
use crate::terminal::say;
use crate::write::cannot;

const NAME: &str = ".clockstop.lock";
/// How often to try: the previous holder may remove its file between our opening it and our locking it.
const TRIES: usize = 50;

/// Locked until it is dropped. The operating system unlocks it when the process ends, in whatever way. So a
/// file left by a stopped run is not a lock: the next run writes its own name into it.
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Locks a folder. If another run has the lock, the error (exit code 4) says which.
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
                        "note: files on the drive of `{}` cannot be locked: make sure that no second run \
                         writes there",
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

/// Whether the file that we locked still has that name. On Windows nobody else can read or replace a locked
/// file.
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

/// The text of the holder, which the holder writes a moment after locking.
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
    let who = if holder.starts_with("process ") {
        format!("another clockstop ({holder}{})", since(path))
    } else {
        "another clockstop".to_string()
    };
    output(format!(
        "`{}` cannot be written: {who} is writing there. Wait until it has finished, or choose another \
         folder",
        folder.display()
    ))
}

/// `, since 14:05 on 26 November 2026`: the holder writes the lock file when it begins.
fn since(path: &Path) -> String {
    let written = path.metadata().and_then(|found| found.modified());
    written.map_or(String::new(), |written| {
        let written = chrono::DateTime::<chrono::Local>::from(written);
        format!(", since {}", written.format("%H:%M on %-d %B %Y"))
    })
}
