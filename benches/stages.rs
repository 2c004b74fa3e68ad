//! How long each stage takes on synthetic upload records: reading, mapping and typing, derived facts, checks,
//! waits.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clockstop::check;
use clockstop::measure;
use clockstop::measure::performance;
use clockstop::records::Records;
use clockstop::rulebook::Rulebook;
use clockstop::source;
use clockstop::sql::RunContext;
use clockstop::synth;
use clockstop::table;
use criterion::{Criterion, criterion_group, criterion_main};

const ROWS: usize = 100_000;

fn upload(rulebook: &Rulebook, folder: &Path) -> PathBuf {
    let out = folder.join("upload.csv");
    let fields: Vec<&str> = rulebook
        .upload_fields()
        .map(|field| field.name.as_str())
        .collect();
    let profile = rulebook
        .files
        .get("cwt/synth.toml")
        .expect("the data set can be made up");
    let request = synth::Request {
        profile,
        fields: &fields,
        titles: &[],
        source: "ncwtmds",
        xml: None,
        rows: ROWS,
        seed: 1,
        out: &out,
        breaks: &[],
        faults: true,
    };
    synth::write(&request).expect("records can be made up");
    out
}

fn stages(criterion: &mut Criterion) {
    let rulebook = Rulebook::load(None, "cwt").expect("the rulebook is sound");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = upload(&rulebook, folder.path());
    let as_at = NaiveDate::from_ymd_opt(2026, 11, 10).expect("a date");
    let context = RunContext {
        rulebook: &rulebook,
        as_at,
        provider: Some("RZZ".to_string()),
    };
    let read = || {
        table::read_all(
            std::slice::from_ref(&path),
            None,
            &table::Layouts::default(),
            table::Limits::default(),
        )
        .expect("the file can be read")
    };
    let map = |tables| source::apply(&rulebook, tables, None, &context).expect("the file is recognised");
    let derive = |mapped| Records::derive(&rulebook, mapped, None, &context).expect("facts can be derived");
    let records = derive(map(read()));
    let waits = measure::run(&rulebook, &records, &context).expect("waits can be measured");

    let mut group = criterion.benchmark_group("100,000 records");
    group.sample_size(10);
    group.bench_function("read as text", |bench| bench.iter(|| black_box(read())));
    group.bench_function("read, map and type", |bench| {
        bench.iter(|| black_box(map(read())))
    });
    group.bench_function("read to records with derived facts", |bench| {
        bench.iter(|| black_box(derive(map(read()))))
    });
    group.bench_function("all checks", |bench| {
        bench.iter(|| black_box(check::run(&rulebook, &records, &context, |check| check.enabled)))
    });
    group.bench_function("all waits", |bench| {
        bench.iter(|| black_box(measure::run(&rulebook, &records, &context)))
    });
    group.bench_function("performance from waits", |bench| {
        bench.iter(|| black_box(performance::count(&rulebook, &waits)))
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
