//! `clockstop verify`: whether the files of a run belong together.

use anyhow::Result;

use crate::cli::Verify;
use crate::runs::verify::{FileStatus, verify};
use crate::terminal::failure::Exit;
use crate::terminal::{counted, say};
use crate::write::{self, Value};

const HEADINGS: [&str; 2] = ["file", "standing"];

pub fn run(options: &Verify) -> Result<Exit> {
    let (record, standings) = verify(&options.folder)?;
    let row =
        |(file, status): &(String, FileStatus)| vec![Value::from(file.clone()), Value::from(status.word())];
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        standings.iter().map(row),
    )?;
    let faults: Vec<_> = standings.iter().filter(|(_, status)| status.is_fault()).collect();
    for (file, status) in &faults {
        say!("problem   {file}: {}", in_words(*status));
    }
    let of = format!(
        "{} of {}, as at {}",
        record.head.month, record.head.provider, record.head.as_at
    );
    if faults.is_empty() {
        let files = counted(record.head.outputs.len(), "file");
        say!("verified  {of}: {files}, all unchanged since the run");
        return Ok(Exit::Clean);
    }
    say!("problem   {of}: do not hand these files on together; `clockstop run` makes the month again");
    Ok(Exit::Findings)
}

fn in_words(status: FileStatus) -> &'static str {
    match status {
        FileStatus::Same => "unchanged since the run",
        FileStatus::Changed => "changed since the run wrote it, or written by another run",
        FileStatus::Missing => "the run wrote it, but it is missing",
        FileStatus::Foreign => "named like a file of this month, but this run did not write it",
        FileStatus::Other => "not a file of this run",
    }
}
