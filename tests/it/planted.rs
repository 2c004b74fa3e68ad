//! Every check fires on the fault that `synth --break` plants for it, on exactly those rows; records without a fault
//! are left in peace.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use clockstop::commands::synth::planted;
use clockstop::records::Records;
use clockstop::rulebook::{Check, Rulebook};
use clockstop::sql::Dictionary;
use clockstop::synth::{Break, Request, write};
use clockstop::{check, source, table};

const ROWS: usize = 600;

/// Room for the deep plans of an unoptimised build, as the program has it.
const ROOM: usize = 64 << 20;

fn dictionary(rulebook: &Rulebook) -> Dictionary<'_> {
    Dictionary { rulebook, as_at: NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(), provider: Some("RZZ".to_string()) }
}

fn make(rulebook: &Rulebook, out: &Path, breaks: &[Break]) {
    let fields: Vec<&str> = rulebook.upload_fields().map(|field| field.name.as_str()).collect();
    let profile = rulebook.files.get("cwt/synth.toml").unwrap();
    write(&Request { profile, fields: &fields, source: "records", rows: ROWS, seed: 5, out, breaks, faults: false }).unwrap();
}

/// Rows that fail the wanted checks, with the check.
fn failing(rulebook: &Rulebook, path: &Path, wanted: impl Fn(&Check) -> bool) -> BTreeSet<(String, u32)> {
    let dictionary = dictionary(rulebook);
    let tables = table::read(path).unwrap();
    let mapped = source::apply(rulebook, tables, None, &dictionary).unwrap();
    let records = Records::derive(rulebook, mapped, None, &dictionary).unwrap();
    let found = check::run(rulebook, &records, &dictionary, wanted).unwrap();
    let rows = records.frame.column("_row").unwrap().u32().unwrap().clone();
    found.rows.iter().map(|finding| (found.check(finding).id.clone(), rows.get(finding.record as usize).unwrap())).collect()
}

#[test]
fn every_check_fires_on_the_rows_where_its_fault_is_planted_and_on_no_other() {
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    let folder = tempfile::tempdir().unwrap();
    // F006 takes every synthetic number for a test number, as it should.
    let checks: Vec<&Check> = rulebook.checks.iter().filter(|check| !check.is_of_file() && check.id != "CWT-F006").collect();
    let try_one = &|check: &&Check| {
        let out = folder.path().join(format!("{}.csv", check.id));
        make(&rulebook, &out, &[planted(&rulebook, &check.id).unwrap()]);
        let listed = std::fs::read_to_string(folder.path().join(format!("{}.csv.broken.csv", check.id))).unwrap();
        let listed: BTreeSet<(String, u32)> = csv::Reader::from_reader(listed.as_bytes()).deserialize().map(Result::unwrap).collect();
        let failed = failing(&rulebook, &out, |other| other.id == check.id);
        let missed: Vec<_> = listed.difference(&failed).map(|(_, row)| row).collect();
        let beside: Vec<_> = failed.difference(&listed).map(|(_, row)| row).collect();
        let is_right = !listed.is_empty() && missed.is_empty() && beside.is_empty();
        (!is_right).then(|| format!("{}: planted {}, missed rows {missed:?}, fired beside {beside:?}", check.id, listed.len()))
    };
    // Two at a time.
    let (first, second) = checks.split_at(checks.len() / 2);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let run = |part: &'static str, checks| {
            let try_all = move |checks: &[&Check]| checks.iter().filter_map(try_one).collect::<Vec<String>>();
            std::thread::Builder::new().name(part.into()).stack_size(ROOM).spawn_scoped(scope, move || try_all(checks)).unwrap()
        };
        let (first, second) = (run("first half", first), run("second half", second));
        [first.join().unwrap(), second.join().unwrap()].concat()
    });
    assert!(checks.len() >= 90, "only {} checks were tried", checks.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn records_without_a_fault_have_no_finding() {
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("clean.csv");
    make(&rulebook, &out, &[]);
    let failed = std::thread::scope(|scope| {
        let look = || failing(&rulebook, &out, |check| check.enabled);
        std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, look).unwrap().join().unwrap()
    });
    assert_eq!(failed, BTreeSet::new());
}
