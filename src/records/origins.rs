//! The origin of each record: its file, its row, and the name of its pathway in outputs.

use anyhow::Result;
use polars::prelude::*;

use crate::records::Records;
use crate::rulebook::columns::{FILE, PATHWAY, ROW};

/// File, row and pathway for each row of one table, by row number of the table.
pub struct Origins<'a> {
    names: &'a [String],
    files: &'a UInt32Chunked,
    rows: &'a UInt32Chunked,
    pathways: &'a StringChunked,
}

impl<'a> Origins<'a> {
    /// `table` is the records, or an extra table that was read with them.
    pub fn new(records: &'a Records, table: &'a DataFrame) -> Result<Origins<'a>> {
        Ok(Origins {
            names: &records.files,
            files: table.column(FILE)?.u32()?,
            rows: table.column(ROW)?.u32()?,
            pathways: table.column(PATHWAY)?.str()?,
        })
    }

    /// Name of the file.
    pub fn file(&self, record: usize) -> &'a str {
        let number = self.files.get(record).unwrap_or_default() as usize;
        self.names.get(number).map_or("", String::as_str)
    }

    /// Row number in the file, as in Excel.
    pub fn row(&self, record: usize) -> u32 {
        self.rows.get(record).unwrap_or_default()
    }

    /// `file:row`
    pub fn file_and_row(&self, record: usize) -> String {
        format!("{}:{}", self.file(record), self.row(record))
    }

    /// The pathway's key in the form that may be shown.
    pub fn pathway(&self, record: usize) -> Option<&'a str> {
        self.pathways.get(record)
    }

    /// The numbers of the records whose pathway has this key.
    pub fn records_of(&self, pathway: &str) -> Vec<usize> {
        let numbered = self.pathways.iter().enumerate();
        numbered
            .filter(|(_, key)| *key == Some(pathway))
            .map(|(record, _)| record)
            .collect()
    }

    /// The keys of all pathways, once for each record.
    pub fn pathways(&self) -> impl Iterator<Item = &'a str> {
        self.pathways.iter().flatten()
    }
}
