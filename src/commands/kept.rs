//! What a listing remembers in the folder of its workbooks: which rows were listed, and what people wrote.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::List;
use crate::report::listing::Listed;
use crate::report::remembered;
use crate::rulebook::Listing;
use crate::runs::lock::Lock;
use crate::runs::worklist::copy;
use crate::runs::worklist::merge::take;
use crate::runs::worklist::state::{self, OF_LISTING, State};
use crate::sql::RunContext;
use crate::terminal::failure::usage;
use crate::terminal::{counted, say};
use crate::write::{cannot, sha256};

/// The memory of a listing while a command makes its next list.
pub struct Kept {
    /// The folder to which the new list belongs, locked; `None`: the memory is only read.
    out: Option<(PathBuf, Lock)>,
    file: String,
    state: State,
}

impl Kept {
    /// Opens the memory of the list called `name` in `--since`, otherwise in `--out`; `None` if the listing
    /// has none, or neither is named. Workbooks that people wrote into, and that nobody has read back, are
    /// read now.
    pub fn open(listing: &Listing, options: &List, name: &str) -> Result<Option<Kept>> {
        let Some(from) = options.since.as_ref().or(options.shown.out.as_ref()) else {
            return Ok(None);
        };
        // A list narrowed to some rows has a memory of its own: in the memory of the whole list, the other
        // rows would seem to be gone.
        let file = format!("{name}{OF_LISTING}");
        if options.since.is_some() {
            can_be_compared(listing, options, from, &file)?;
        }
        if listing.form.is_empty() {
            return Ok(None);
        }
        let out = options.shown.out.as_deref().map(locked).transpose()?;
        let mut state = state::read(from, &file)?;
        read_back(&mut state, from)?;
        if options.shown.out.as_ref().is_some_and(|out| out != from) {
            state.books.clear();
        }
        Ok(Some(Kept { out, file, state }))
    }

    /// Adds the memory to the tables, and says what is new.
    pub fn add(
        &mut self,
        listing: &Listing,
        listed: &mut [Listed],
        context: &RunContext,
        key: Option<&[u8]>,
    ) -> Result<()> {
        remembered::add(listing, listed, Some(&mut self.state), context.as_at, key)?;
        for form in &listing.form {
            for table in listed.iter().filter(|table| table.name == form.table) {
                say!("{:<9} {}", "listed", remembered::summary(form, table));
            }
        }
        Ok(())
    }

    /// Stores the memory next to the new workbook.
    pub fn write(mut self, workbook: &str) -> Result<()> {
        let Some((out, _lock)) = &self.out else {
            return Ok(());
        };
        let hash = sha256(&out.join(workbook))?;
        self.state.books.insert(workbook.to_string(), hash);
        state::write(&out.join(&self.file), &self.state)
    }
}

/// An error if `--since` names nothing that can be compared with.
fn can_be_compared(listing: &Listing, options: &List, from: &Path, file: &str) -> Result<()> {
    if listing.form.is_empty() {
        return Err(usage(format!(
            "`{}` remembers no rows: leave `--since` away",
            options.name
        )));
    }
    if !from.join(file).is_file() {
        return Err(usage(format!(
            "`{}` has no `{file}`: `--since` takes the folder into which an earlier `--out` wrote",
            from.display()
        )));
    }
    match &options.shown.out {
        Some(out) if out != from && out.join(file).is_file() => Err(usage(format!(
            "`{}` has a `{file}` of its own: leave `--since` away, or name another folder for `--out`",
            out.display()
        ))),
        _ => Ok(()),
    }
}

fn locked(out: &Path) -> Result<(PathBuf, Lock)> {
    std::fs::create_dir_all(out).map_err(|error| cannot(out, &error))?;
    Ok((out.to_path_buf(), Lock::take(out)?))
}

/// Reads the workbooks of a folder that changed since they were written.
fn read_back(state: &mut State, folder: &Path) -> Result<()> {
    let forms = state.forms.clone();
    for (name, hash) in state.books.clone() {
        let path = folder.join(&name);
        if !path.is_file() {
            continue;
        }
        let now = sha256(&path)?;
        if now == hash {
            continue;
        }
        let rows = copy::read(&path, &forms).with_context(|| {
            "a list here cannot be read, and people may have written into it: move it to another folder first"
        })?;
        let merged: Vec<_> = forms
            .iter()
            .zip(&rows)
            .flat_map(|(form, rows)| take(state, form, rows))
            .collect();
        let doubtful = merged.iter().filter(|line| line.outcome.is_doubtful()).count();
        say!(
            "taken     {} from `{}`{}",
            counted(merged.len() - doubtful, "entry"),
            path.display(),
            match doubtful {
                0 => String::new(),
                _ => format!(", {doubtful} in doubt: see the comments"),
            }
        );
        state.books.insert(name, now);
    }
    Ok(())
}
