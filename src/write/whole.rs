//! Files that appear whole or not at all: what is written goes into a temporary file in the folder of the target, which is
//! renamed when it is complete. A command that fails leaves no part of a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::{Builder, NamedTempFile};

use super::cannot;
use crate::terminal::failure::{Failure, output};

/// A file that is being written, under a name of its own. It is removed when the value is dropped before [`Part::place`].
pub struct Part {
    /// As the person at the screen named it.
    target: PathBuf,
    part: NamedTempFile,
}

impl Part {
    /// Starts a file for `target`, in the folder where the finished file will lie, also when `target` is a link to it.
    pub fn new(target: &Path) -> Result<Part> {
        let to = behind(target);
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

    /// Where it lies until it is whole.
    pub fn path(&self) -> &Path {
        self.part.path()
    }

    /// A second handle on the file, to write through.
    pub fn file(&self) -> Result<File> {
        self.part.reopen().map_err(|error| cannot(&self.target, &error))
    }

    /// Moves the finished file to its target.
    pub fn place(self) -> Result<()> {
        let to = behind(&self.target);
        let attempt = match is_special(&to) {
            true => std::fs::copy(self.part.path(), &to).map(drop),
            false => self.part.persist(&to).map(drop).map_err(|error| error.error),
        };
        attempt.map_err(|error| cannot(&self.target, &error))
    }
}

/// A temporary file with the permissions of any new file: `tempfile` alone would keep it from colleagues.
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

/// Writes a file whole. What is there and is no file (a pipe, a device) is written straight to: a rename would replace it.
pub fn whole_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let to = behind(path);
    if is_special(&to) {
        let file = File::options().write(true).open(&to);
        return fill(path, file.map_err(|error| cannot(path, &error))?, write);
    }
    let part = Part::new(path)?;
    fill(path, part.file()?, write)?;
    part.place()
}

fn fill(named: &Path, file: File, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut file = BufWriter::new(file);
    write(&mut file).map_err(|error| as_output(named, error))?;
    file.flush().map_err(|error| cannot(named, &error))
}

/// Writes a workbook whole, by a function that takes the path to write to. See [`guarded`] for why it is wrapped.
pub fn workbook_file(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let part = Part::new(path)?;
    guarded(path, || write(part.path()))?;
    part.place()
}

/// What `rust_xlsxwriter` says, in a panic, when a disk is full.
const XML_WRITE_ERROR: &str = "Couldn't write to xml file";

/// Runs a writer of workbooks. `rust_xlsxwriter` panics where its temporary files meet a full disk: that becomes an error
/// of the output. Any other panic goes on.
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

/// The operating system's words in the debug text of an error: `No space left on device`.
fn io_words(message: &str) -> &str {
    let after = message.split_once("message: \"").map(|(_, words)| words);
    after
        .and_then(|words| words.split_once('"'))
        .map_or("the disk is full, or went away", |(words, _)| words)
}

/// What stops a file from being written names the file, unless it says already what is wrong.
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

/// Fails where a target cannot be replaced, as a workbook that is open in Excel or a folder: before any file is moved.
pub fn may_be_placed(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(output(format!(
            "`{}` cannot be written: a folder has that name. Rename the folder, or choose another folder for the output",
            path.display()
        )));
    }
    match path.exists() {
        true => File::options()
            .append(true)
            .open(path)
            .map(drop)
            .map_err(|error| cannot(path, &error)),
        false => Ok(()),
    }
}

/// The file that a link leads to; a path that is not there yet, unchanged.
pub fn behind(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// There already, and neither a file nor a folder.
pub fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| !found.is_file() && !found.is_dir())
}
