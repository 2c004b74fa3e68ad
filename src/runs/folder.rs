//! Writes the files of a run so that all of them appear together. They are first written into a hidden folder
//! of this run, inside the target folder. The hidden folder is then renamed to [`READY`]; from that moment
//! the run counts. Then the files move to their names, `run.json` last. A run that is stopped before the
//! renaming changes nothing. If it is stopped later, the next `run` or `verify` of the folder finishes it.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

use super::lock::Lock;
use super::record::{self, OutputEntry, RECORD};
use crate::terminal::failure::output;
use crate::terminal::say;
use crate::write::{Part, can_be_replaced, cannot, guarded, is_special, link_target, sha256};

/// The folder of a run whose files are complete and only have to move to their names.
const READY: &str = ".clockstop-ready";
/// The prefix of the hidden folder of an unfinished run.
const UNFINISHED: &str = ".clockstop-run-";

/// A folder that one run writes into.
pub struct RunFolder {
    folder: PathBuf,
    unfinished: TempDir,
    written: Vec<OutputEntry>,
    // Dropped last: the folder is unlocked once nothing of this run is left.
    _lock: Lock,
}

impl RunFolder {
    /// Creates the folder if it is missing, locks it, and clears up after a run that was stopped.
    pub fn open(folder: &Path) -> Result<RunFolder> {
        std::fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
        let lock = Lock::take(folder)?;
        clear_up(folder)?;
        let unfinished = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempdir_in(folder)
            .map_err(|error| cannot(folder, &error))?;
        Ok(RunFolder {
            folder: folder.to_path_buf(),
            unfinished,
            written: Vec::new(),
            _lock: lock,
        })
    }

    /// Writes a file of the run. Errors give the file's final name.
    pub fn add(&mut self, name: &str, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let (path, named) = (self.unfinished.path().join(name), self.folder.join(name));
        guarded(&named, || write(&path))?;
        self.written.push(OutputEntry {
            file: name.to_string(),
            sha256: sha256(&path).map_err(|error| unread(&named, &error))?,
        });
        Ok(())
    }

    /// Writes a file that the program remembers between runs. It is not an output, so `run.json` has no hash
    /// of it.
    pub fn keep(&mut self, name: &str, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        guarded(&self.folder.join(name), || {
            write(&self.unfinished.path().join(name))
        })?;
        can_be_replaced(&self.folder.join(name))
    }

    /// The files so far, each with the SHA-256 of its bytes, in the order of writing.
    pub fn written(&self) -> &[OutputEntry] {
        &self.written
    }

    /// Writes `run.json` and moves every file to its name. If an error comes before the move, the folder is
    /// unchanged.
    pub fn finish(mut self, record: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        self.add(RECORD, record)?;
        for name in self.written.iter().map(|output| &output.file) {
            can_be_replaced(&self.folder.join(name))?;
        }
        for name in self.written.iter().map(|output| &output.file) {
            into_special(&self.unfinished.path().join(name), &self.folder.join(name))?;
        }
        let ready = self.folder.join(READY);
        std::fs::rename(self.unfinished.path(), &ready).map_err(|error| cannot(&self.folder, &error))?;
        move_files(&self.folder)
    }
}

/// Writes into a pipe or a device; a rename would replace it.
fn into_special(from: &Path, to: &Path) -> Result<()> {
    if is_special(&link_target(to)) {
        std::fs::copy(from, link_target(to))
            .and_then(|_| std::fs::remove_file(from))
            .map_err(|error| cannot(to, &error))
    } else {
        Ok(())
    }
}

/// Finishes the move of a run that was stopped during it, and removes the remains of runs that were stopped
/// earlier. The caller has the lock.
pub fn clear_up(folder: &Path) -> Result<()> {
    if folder.join(READY).is_dir() {
        move_files(folder)?;
        say!(
            "note: a run into `{}` was stopped while its files were moved to their names: the move is now \
             finished",
            folder.display()
        );
    }
    for name in names(folder)? {
        if name.starts_with(UNFINISHED) {
            let path = folder.join(name);
            std::fs::remove_dir_all(&path).map_err(|error| cannot(&path, &error))?;
        }
    }
    Ok(())
}

/// Whether a stopped run left anything for [`clear_up`].
pub fn needs_clearing(folder: &Path) -> bool {
    names(folder).is_ok_and(|names| {
        names
            .iter()
            .any(|name| name == READY || name.starts_with(UNFINISHED))
    })
}

/// Moves the files of a complete run to their names, `run.json` last. Files that were moved earlier are no
/// longer in the folder.
fn move_files(folder: &Path) -> Result<()> {
    let ready = folder.join(READY);
    let mut names = names(&ready)?;
    names.sort_by_key(|name| (name == RECORD, name.clone()));
    for name in names.iter().filter(|name| *name != RECORD) {
        move_file(&ready.join(name), &folder.join(name)).map_err(|error| not_moved(folder, &error))?;
    }
    if names.iter().any(|name| name == RECORD) {
        remove_older_uploads(folder, &ready)?;
        move_file(&ready.join(RECORD), &folder.join(RECORD)).map_err(|error| not_moved(folder, &error))?;
    }
    std::fs::remove_dir_all(&ready).map_err(|error| cannot(&ready, &error))
}

fn move_file(from: &Path, to: &Path) -> Result<()> {
    match std::fs::rename(from, link_target(to)) {
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            let part = Part::new(to)?;
            std::fs::copy(from, part.path())
                .and_then(|_| std::fs::remove_file(from))
                .map_err(|error| cannot(to, &error))?;
            part.rename()
        }
        other => other.map_err(|error| cannot(to, &error)),
    }
}

fn not_moved(folder: &Path, error: &anyhow::Error) -> anyhow::Error {
    output(format!(
        "{error:#}. The run is whole, but not all of its files have their names yet: free the file, then \
         `clockstop verify {}` finishes",
        folder.display()
    ))
}

/// Removes further upload files of an earlier run of the month that had more records: they would be uploaded
/// by mistake.
fn remove_older_uploads(folder: &Path, ready: &Path) -> Result<()> {
    let record = record::read(&ready.join(RECORD))?;
    let further = format!("upload-{}-", record.head.month);
    let is_older = |name: &str| {
        let number = name
            .strip_prefix(&further)
            .and_then(|rest| rest.strip_suffix(".csv"));
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
            && record.head.outputs.iter().all(|output| output.file != name)
    };
    for name in names(folder)?.iter().filter(|name| is_older(name)) {
        let path = folder.join(name);
        std::fs::remove_file(&path).map_err(|error| cannot(&path, &error))?;
    }
    Ok(())
}

/// The names in a folder that are valid text, sorted.
pub fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).map_err(|error| cannot(folder, &error))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

fn unread(path: &Path, error: &anyhow::Error) -> anyhow::Error {
    output(format!(
        "`{}` was written but cannot be read again ({error}): run again when no other program uses it",
        path.display()
    ))
}
