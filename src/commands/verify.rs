//! `clockstop verify`: whether the files of a run belong together.

use anyhow::Result;

use crate::cli::Verify;
use crate::runs::verify::{Standing, verify};
use crate::terminal::failure::Exit;
use crate::terminal::{counted, say};
use crate::write::{self, Value};

const HEADINGS: [&str; 2] = ["file", "standing"];

pub fn run(options: &Verify) -> Result<Exit> {
    let (record, standings) = verify(&options.folder)?;
    let row = |(file, standing): &(String, Standing)| {
        vec![Value::Owned(file.clone()), Value::Text(standing.word())]
    };
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        standings.iter().map(row),
    )?;
    let faults: Vec<_> = standings
        .iter()
        .filter(|(_, standing)| standing.is_fault())
        .collect();
    for (file, standing) in &faults {
        say!("problem   {file}: {}", in_words(*standing));
    }
    let of = format!(
        "{} of {}, as at {}",
        record.head.month, record.head.provider, record.head.as_at
    );
    if faults.is_empty() {
        let files = counted(record.head.outputs.len(), "file");
        say!("verified  {of}: {files}, all as the run wrote them");
        return Ok(Exit::Clean);
    }
    say!("problem   {of}: do not hand these files on together; `clockstop run` makes the month again");
    Ok(Exit::Findings)
}

fn in_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Same => "as the run wrote it",
        Standing::Changed => "changed since the run wrote it, or written by another run",
        Standing::Missing => "the run wrote it, and it is not there",
        Standing::Foreign => "named as a file of this month, and this run did not write it",
        Standing::Other => "no file of this run",
    }
}
