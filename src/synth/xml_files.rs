//! Writes the tables of a source as XML files. Rows are kept until all are made; then each month and group of
//! records becomes a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use polars::prelude::*;

use super::compile::Compiler;
use super::layout;
use super::values::{Day, Row, Slot};
use crate::calendar::{self, Month};
use crate::rulebook::columns::PARENT;
use crate::rulebook::{XmlFile, XmlSource};
use crate::table::xml::{Layout, Source};
use crate::write::{cannot, whole_file};

pub struct XmlFiles {
    source: XmlSource,
    layout: Layout,
    folder: PathBuf,
    provider: String,
    as_at: NaiveDate,
    month: Slot,
    /// The day that shows the month of each record.
    days: Vec<Day>,
}

/// The rows of one table, by column.
#[derive(Default)]
pub struct Kept {
    headings: Vec<String>,
    cells: Vec<Vec<Option<String>>>,
    /// The number of each row's record.
    parents: Vec<u32>,
    /// The column of the next cell.
    next: usize,
}

impl XmlFiles {
    pub fn new(
        name: &str,
        source: &XmlSource,
        files: &layout::XmlFiles,
        folder: &Path,
        compiler: &Compiler,
    ) -> Result<XmlFiles> {
        ensure!(
            source.file_name.is_some(),
            "`{name}` has no `file_name` in its `[xml]`"
        );
        let as_at = calendar::date::iso(&files.as_at);
        Ok(XmlFiles {
            source: source.clone(),
            layout: source.layout(name),
            folder: folder.to_path_buf(),
            provider: files.provider.clone(),
            as_at: as_at.with_context(|| format!("`{}` is not a date", files.as_at))?,
            month: compiler.slot(&files.month)?,
            days: Vec::new(),
        })
    }

    /// Notes the month of a record, which has this many rows more than were noted before.
    pub fn note(&mut self, row: &Row, records: usize) {
        let last = self.days.last().copied().unwrap_or_default();
        self.days.resize(records, row[self.month].day().unwrap_or(last));
    }

    /// Writes the files and returns their paths.
    pub fn write(&self, mut tables: Vec<(String, Kept)>) -> Result<Vec<PathBuf>> {
        ensure!(!tables.is_empty(), "the source has no table of records");
        let (_, kept) = tables.remove(0);
        let records = kept.frame()?;
        let nested = tables
            .into_iter()
            .map(|(name, kept)| Ok((name, kept.frame()?)))
            .collect::<Result<Vec<_>>>()?;
        let source = Source::new(&self.layout, &records, &nested, PARENT)?;
        let mut written = Vec::new();
        for ((month, group), rows) in self.groups(&source)? {
            let file = XmlFile {
                provider: &self.provider,
                month,
                group: &group,
                as_at: self.as_at,
                keys: rows.iter().map(u32::to_string).collect(),
            };
            let path = self.folder.join(self.source.named(&file));
            let header = self.source.values(&file);
            whole_file(&path, |out| {
                let mut text = Vec::new();
                source.write(&mut text, &header, &rows)?;
                out.write_all(&text).map_err(|error| cannot(&path, &error))
            })?;
            written.push(path);
        }
        Ok(written)
    }

    /// The records of each month and group.
    fn groups(&self, source: &Source) -> Result<BTreeMap<(Month, String), Vec<u32>>> {
        let mut groups: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        for (record, day) in (0..).zip(&self.days) {
            let kind = source.kind(record)?.unwrap_or_default();
            let month = Month::of(calendar::date::from_days(*day));
            let group = self.source.group(&kind).to_string();
            groups.entry((month, group)).or_default().push(record);
        }
        Ok(groups)
    }
}

impl Kept {
    pub fn new<'c>(headings: impl Iterator<Item = &'c String>) -> Kept {
        let headings: Vec<String> = headings.cloned().collect();
        Kept {
            cells: vec![Vec::new(); headings.len()],
            headings,
            ..Kept::default()
        }
    }

    pub fn cell(&mut self, cell: &[u8]) {
        let text = (!cell.is_empty()).then(|| String::from_utf8_lossy(cell).into_owned());
        self.cells[self.next].push(text);
        self.next += 1;
    }

    pub fn end_row(&mut self, parent: u32) {
        self.next = 0;
        self.parents.push(parent);
    }

    fn frame(self) -> Result<DataFrame> {
        let rows = self.parents.len();
        let columns = self.headings.into_iter().zip(self.cells);
        let mut columns: Vec<Column> = columns
            .map(|(name, cells)| Column::new(name.into(), cells))
            .collect();
        columns.push(Column::new(PARENT.into(), self.parents));
        Ok(DataFrame::new(rows, columns)?)
    }
}
