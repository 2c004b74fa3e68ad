//! Faults of a whole upload file on demand: headings, rows that lack a field, a wrong file ending, too many
//! records.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::breaks::SPACING;
use super::profile::Profile;
use super::{Plants, Request};
use crate::rulebook::Finds;
use crate::terminal::failure::usage;

/// An ending that no upload file has.
const OTHER_ENDING: &str = "dat";

/// The faults to plant in a file, each with its check.
pub struct FileFaults(Vec<(String, Finds, usize)>);

impl FileFaults {
    pub fn new(profile: &Profile, request: &Request) -> Result<FileFaults> {
        let wanted = request.breaks.iter().filter_map(|broken| match broken.plants {
            Plants::File(finds, limit) => Some((broken.id.clone(), finds, limit)),
            _ => None,
        });
        let faults: Vec<_> = wanted.collect();
        let (_, source) = profile.source(request.source)?;
        let is_upload = !source.folder && source.table.iter().all(|table| !table.headings);
        match faults.first() {
            Some((id, ..)) if !is_upload => Err(usage(format!(
                "`{id}` is about an upload file, and `{}` is not one: plant it in a source without \
                 headings, such as `--source ncwtmds`",
                request.source
            ))),
            _ => Ok(FileFaults(faults)),
        }
    }

    fn of(&self, wanted: Finds) -> Option<&(String, Finds, usize)> {
        self.0.iter().find(|(_, finds, _)| *finds == wanted)
    }

    /// The number of records to write.
    pub fn rows(&self, asked: usize) -> usize {
        self.of(Finds::TooManyRecords)
            .map_or(asked, |(_, _, limit)| asked.max(limit + 1))
    }

    /// The number of heading rows that should not be there.
    pub fn headings(&self) -> usize {
        usize::from(self.of(Finds::HeadingRow).is_some())
    }

    /// The path to write the file to.
    pub fn path(&self, asked: &Path) -> PathBuf {
        match self.of(Finds::FileType) {
            Some(_) => asked.with_extension(OTHER_ENDING),
            None => asked.to_path_buf(),
        }
    }

    /// Whether this row (from 0, below the headings) lacks its last field.
    pub fn is_short(&self, row: usize) -> bool {
        self.of(Finds::RaggedRow).is_some() && row % SPACING == SPACING / 2
    }

    /// The findings to expect: each check with its row, for a file with this many rows below the headings.
    pub fn planted(&self, rows: usize) -> Vec<(String, usize)> {
        let first = 1 + self.headings();
        let mut planted = Vec::new();
        for (id, finds, limit) in &self.0 {
            let indices: Vec<usize> = match finds {
                Finds::HeadingRow | Finds::FileType => vec![1],
                Finds::RaggedRow => (0..rows)
                    .filter(|row| self.is_short(*row))
                    .map(|row| row + first)
                    .collect(),
                Finds::TooManyRecords => vec![limit + first],
                // Faults of XML files, which `synth` does not write.
                Finds::UnknownElement
                | Finds::MissingElement
                | Finds::RepeatedElement
                | Finds::WrongChoice
                | Finds::WrongOrder => Vec::new(),
            };
            planted.extend(indices.into_iter().map(|index| (id.clone(), index)));
        }
        planted
    }
}
