//! Made-up records for tests.

use crate::rulebook::Rulebook;
use crate::source::Mapped;
use crate::sql::RunContext;

/// Records of waiting times with faults of every kind, some of which share their pathway or patient.
pub fn with_faults(rulebook: &Rulebook, context: &RunContext, rows: usize) -> Mapped {
    let folder = tempfile::tempdir().unwrap();
    let fields: Vec<&str> = rulebook
        .upload_fields()
        .map(|field| field.name.as_str())
        .collect();
    let out = folder.path().join("upload.csv");
    crate::synth::write(&crate::synth::Request {
        profile: rulebook.files.get("cwt/synth.toml").unwrap(),
        fields: &fields,
        titles: &[],
        source: "ncwtmds",
        xml: None,
        rows,
        seed: 11,
        out: &out,
        breaks: &[],
        faults: true,
    })
    .unwrap();
    let tables = crate::table::read_all(
        &[out],
        None,
        &crate::table::Layouts::default(),
        crate::table::Limits::default(),
    )
    .unwrap();
    crate::source::apply(rulebook, tables, None, context).unwrap()
}
