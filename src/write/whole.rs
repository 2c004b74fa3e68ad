//! Writes files that appear complete or not at all. The content goes into a temporary file in the target's
//! folder, which is renamed when it is complete. A command that fails leaves no partial file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::{Builder, NamedTempFile};

use super::cannot;
use crate::terminal::failure::{Failure, output};

/// A file that is being written under a temporary name. It is removed if the value is dropped before
/// [`Part::rename`].
pub struct Part {
    /// The path that the user typed.
    target: PathBuf,
    part: NamedTempFile,
}

impl Part {
    /// Starts a file for `target`, in the folder of the finished file, even if `target` is a link to another
    /// folder.
    pub fn new(target: &Path) -> Result<Part> {
        let to = link_target(target);
        let folder = to
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty() && !is_special(&to))
            .unwrap_or(Path::new("."));
        let part = temporary(folder).map_err(|error| cannot(target, &error))?;
        Ok(Part {
            target: target.to_path_buf(),
            part,
        })
    }

    /// The temporary path.
    pub fn path(&self) -> &Path {
        self.part.path()
    }

    /// A second handle on the file, for writing.
    pub fn file(&self) -> Result<File> {
        self.part.reopen().map_err(|error| cannot(&self.target, &error))
    }

    /// Renames the finished file to its target.
    pub fn rename(self) -> Result<()> {
        let to = link_target(&self.target);
        let attempt = if is_special(&to) {
            std::fs::copy(self.part.path(), &to).map(drop)
        } else {
            self.part.persist(&to).map(drop).map_err(|error| error.error)
        };
        attempt.map_err(|error| cannot(&self.target, &error))
    }
}

/// A temporary file with the permissions of any new file: `tempfile` alone would make it unreadable for
/// colleagues.
fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".clockstop-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Writes a file completely or not at all. A pipe or a device is written to directly, because a rename would
/// replace it.
pub fn whole_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let to = link_target(path);
    if is_special(&to) {
        let file = File::options().write(true).open(&to);
        return fill(path, file.map_err(|error| cannot(path, &error))?, write);
    }
    let part = Part::new(path)?;
    fill(path, part.file()?, write)?;
    part.rename()
}

fn fill(named: &Path, file: File, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut file = BufWriter::new(file);
    write(&mut file).map_err(|error| as_output(named, error))?;
    file.flush().map_err(|error| cannot(named, &error))
}

/// Writes a workbook completely or not at all, with a function that takes the path to write to. [`guarded`]
/// explains why it is wrapped.
pub fn workbook_file(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let part = Part::new(path)?;
    guarded(path, || write(part.path()))?;
    part.rename()
}

/// The text of `rust_xlsxwriter`'s panic when a disk is full.
const XML_WRITE_ERROR: &str = "Couldn't write to xml file";

/// Runs a writer of workbooks. `rust_xlsxwriter` panics if a disk is full while it writes temporary files:
/// that becomes an error. Any other panic continues.
pub fn guarded(named: &Path, write: impl FnOnce() -> Result<()>) -> Result<()> {
    let outcome = crate::terminal::without_panic_message(write);
    match outcome {
        Ok(written) => written.map_err(|error| as_output(named, error)),
        Err(panic) => match panic.downcast_ref::<String>() {
            Some(message) if message.contains(XML_WRITE_ERROR) => Err(output(format!(
                "`{}` cannot be written: {}",
                named.display(),
                io_words(message)
            ))),
            _ => std::panic::resume_unwind(panic),
        },
    }
}

/// The operating system's message in the debug text of an error: `No space left on device`.
fn io_words(message: &str) -> &str {
    let after = message.split_once("message: \"").map(|(_, words)| words);
    after
        .and_then(|words| words.split_once('"'))
        .map_or("the disk is full, or was removed", |(words, _)| words)
}

/// An error that names the file, unless it already says what is wrong.
fn as_output(named: &Path, error: anyhow::Error) -> anyhow::Error {
    if error.is::<Failure>() {
        return error;
    }
    let beneath = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<std::io::Error>());
    match beneath {
        Some(beneath) => cannot(named, beneath),
        None => output(format!("`{}` cannot be written: {error:#}", named.display())),
    }
}

/// An error if a target cannot be replaced, such as a folder or a workbook that is open in Excel. It is
/// called before any file is moved.
pub fn can_be_replaced(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(output(format!(
            "`{}` cannot be written: a folder has that name. Rename the folder, or choose another folder \
             for the output",
            path.display()
        )));
    }
    if path.exists() {
        File::options()
            .append(true)
            .open(path)
            .map(drop)
            .map_err(|error| cannot(path, &error))
    } else {
        Ok(())
    }
}

/// The file that a link points to; a path that does not exist is returned unchanged.
pub fn link_target(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Whether the path exists and is neither a file nor a folder.
pub fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| !found.is_file() && !found.is_dir())
}
