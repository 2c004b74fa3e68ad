//! The organisation of a report, and the files that the report was made from.

use anyhow::Result;

use super::{InputFile, Organisation, SetAside};
use crate::records::Records;
use crate::rulebook::Rulebook;
use crate::source::Reading;
use crate::table::sha256_as_read;

/// A trust with its name, or with its code if the name is not known.
pub fn organisation(rulebook: &Rulebook, code: &str) -> Organisation {
    let name = rulebook
        .organisation(code)
        .map_or(code, |organisation| &organisation.name);
    Organisation {
        code: code.to_string(),
        name: name.to_string(),
    }
}

/// The files that were read, with the SHA-256 of each. An error if a file has changed since it was read.
pub fn about_inputs(records: &Records) -> Result<Vec<InputFile>> {
    let file = |reading: &Reading| {
        Ok(InputFile {
            name: reading.file.clone(),
            source: reading.source.clone(),
            table: reading.table.clone(),
            sha256: sha256_as_read(&reading.path, reading.stamp.as_ref())?,
            rows_read: reading.rows_read,
            rows_mapped: reading.rows_mapped,
            rows_set_aside: reading.set_aside.len(),
        })
    };
    records.readings.iter().map(file).collect()
}

/// The rows that are in no record, each with its reason.
pub fn set_aside(records: &Records) -> Vec<SetAside> {
    let of_file = |reading: &Reading| {
        let file = reading.file.clone();
        reading.set_aside.clone().into_iter().map(move |row| SetAside {
            file: file.clone(),
            row: row.row,
            reason: row.reason,
        })
    };
    records.readings.iter().flat_map(of_file).collect()
}
