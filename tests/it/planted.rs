//! Every check fires on the fault that `synth --break` plants for it, on exactly those rows; records without
//! a fault are left in peace.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use clockstop::check;
use clockstop::commands::synth::planted;
use clockstop::records::Records;
use clockstop::rulebook::{Check, Rulebook};
use clockstop::source;
use clockstop::sql::RunContext;
use clockstop::synth::{Break, Request, write};
use clockstop::table;

use crate::kit::Folder;

const ROWS: usize = 600;

/// Room for the deep plans of an unoptimised build, as the program has it.
const ROOM: usize = 64 << 20;

fn context(rulebook: &Rulebook) -> RunContext<'_> {
    RunContext {
        rulebook,
        as_at: NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
        provider: Some("RZZ".to_string()),
    }
}

fn make(rulebook: &Rulebook, out: &Path, breaks: &[Break]) {
    let fields: Vec<&str> = rulebook
        .upload_fields()
        .map(|field| field.name.as_str())
        .collect();
    let profile = rulebook.files.get("cwt/synth.toml").unwrap();
    write(&Request {
        profile,
        fields: &fields,
        titles: &[],
        source: "records",
        xml: None,
        rows: ROWS,
        seed: 5,
        out,
        breaks,
        faults: false,
    })
    .unwrap();
}

/// Rows that fail the wanted checks, with the check.
fn failing(rulebook: &Rulebook, path: &Path, wanted: impl Fn(&Check) -> bool) -> BTreeSet<(String, u32)> {
    let context = context(rulebook);
    let tables = table::read_all(
        &[path.to_path_buf()],
        None,
        &table::Layouts::default(),
        table::Limits::default(),
    )
    .unwrap();
    let mapped = source::apply(rulebook, tables, None, &context).unwrap();
    let records = Records::derive(rulebook, mapped, None, &context).unwrap();
    let found = check::run(rulebook, &records, &context, wanted).unwrap();
    let rows = records.frame.column("_row").unwrap().u32().unwrap().clone();
    found
        .rows
        .iter()
        .map(|finding| {
            (
                found.check(finding).id.clone(),
                rows.get(finding.record as usize).unwrap(),
            )
        })
        .collect()
}

#[test]
fn every_check_fires_on_the_rows_where_its_fault_is_planted_and_on_no_other() {
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let is_of_records = |check: &&Check| {
        !check.is_of_file() && check.extra_table().is_none() && !UNPLANTED.contains(&check.id.as_str())
    };
    let checks: Vec<&Check> = rulebook.checks.iter().filter(is_of_records).collect();
    // Faults of a few checks are planted into one file, since a run costs more than its rows. A check that does not
    // fail there on exactly its rows, because one fault disturbs another, has a file of its own.
    let try_some = |checks: &[&Check]| {
        let disturbed = wrong(&rulebook, folder.path(), checks).into_iter();
        let alone = disturbed.flat_map(|(check, _)| wrong(&rulebook, folder.path(), &[check]));
        alone.map(|(_, message)| message).collect::<Vec<String>>()
    };
    let try_all = &|checks: &[&Check]| {
        checks
            .chunks(TOGETHER)
            .flat_map(try_some)
            .collect::<Vec<String>>()
    };
    // Two at a time.
    let (first, second) = checks.split_at(checks.len() / 2);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let run = |part: &'static str, checks| {
            std::thread::Builder::new()
                .name(part.into())
                .stack_size(ROOM)
                .spawn_scoped(scope, move || try_all(checks))
                .unwrap()
        };
        let (first, second) = (run("first half", first), run("second half", second));
        [first.join().unwrap(), second.join().unwrap()].concat()
    });
    let others = ELSEWHERE.len() + UNPLANTED.len();
    assert_eq!(
        checks.len() + others,
        rulebook.checks.len(),
        "every id is planted here, or in `ELSEWHERE`, or named in `UNPLANTED`"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many checks have their faults planted into one file.
const TOGETHER: usize = 4;

/// Plants the faults of some checks into one file. A message for each check that misses a planted row, or fails
/// on a row where nothing was planted.
fn wrong<'c>(rulebook: &Rulebook, folder: &Path, checks: &[&'c Check]) -> Vec<(&'c Check, String)> {
    let name = format!("{}-{}", checks[0].id, checks.len());
    let out = folder.join(format!("{name}.csv"));
    let breaks: Vec<Break> = checks
        .iter()
        .map(|check| planted(rulebook, &check.id).unwrap())
        .collect();
    make(rulebook, &out, &breaks);
    let listed = std::fs::read_to_string(folder.join(format!("{name}.csv.broken.csv"))).unwrap();
    let listed: BTreeSet<(String, u32)> = csv::Reader::from_reader(listed.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect();
    let is_one_of = |other: &Check| checks.iter().any(|check| check.id == other.id);
    let failed = failing(rulebook, &out, is_one_of);
    let of_check = |check: &&'c Check| {
        let of = |rows: &BTreeSet<(String, u32)>| -> BTreeSet<u32> {
            let own = rows.iter().filter(|(id, _)| *id == check.id);
            own.map(|(_, row)| *row).collect()
        };
        let (own, failed) = (of(&listed), of(&failed));
        let missed: Vec<_> = own.difference(&failed).collect();
        let other_rows: Vec<_> = failed.difference(&own).collect();
        let is_right = !own.is_empty() && missed.is_empty() && other_rows.is_empty();
        (!is_right).then(|| {
            let message = format!(
                "{}: planted {}, missed rows {missed:?}, also failed {other_rows:?}",
                check.id,
                own.len()
            );
            (*check, message)
        })
    };
    checks.iter().filter_map(of_check).collect()
}

/// The checks whose faults `synth` cannot plant. F006 takes every synthetic number for a test number, as it
/// should; for X007 every synthetic record carries its own referral, and for X008 on one pathway; X211 compares a
/// site's code with those of other records; the others look at columns of a register or a PAS that no synthetic file has.
const UNPLANTED: [&str; 12] = [
    "CWT-F006", "CWT-X007", "CWT-X008", "CWT-X010", "CWT-X011", "CWT-X012", "CWT-X013", "CWT-X014",
    "CWT-X015", "CWT-X016", "CWT-X017", "CWT-X211",
];

/// The checks whose faults are of files or of tables, with a source that can have them, what is written and
/// what is read.
const ELSEWHERE: [(&str, &str, &str, &str); 5] = [
    ("CWT-F001", "ncwtmds", "f001.csv", "f001.csv"),
    ("CWT-F002", "ncwtmds", "f002.csv", "f002.csv"),
    ("CWT-F003", "ncwtmds", "f003.csv", "f003.dat"),
    ("CWT-F005", "ncwtmds", "f005.csv", "f005.csv"),
    ("CWT-X005", "register_and_pas", "x005", "x005"),
];

#[test]
fn a_fault_of_a_file_or_between_two_systems_is_found_where_it_is_planted_and_not_in_clean_files() {
    let folder = Folder::new();
    for (id, source, out, read) in ELSEWHERE {
        let synth = |breaks: &[&str], out: &str| {
            let run =
                folder.run(&[&["synth", "--source", source, "--rows", "600", "-o", out], breaks].concat());
            assert_eq!(run.code, 0, "{}", run.stderr);
        };
        let found = |read: &str| -> BTreeSet<(String, String)> {
            let rows = folder.run(&["check", read, "--select", id]).rows();
            rows.into_iter()
                .map(|row| (row["check"].clone(), row["row"].clone()))
                .collect()
        };
        synth(&["--break", id], out);
        let listed = std::fs::read_to_string(folder.path(&format!("{read}.broken.csv"))).unwrap();
        let listed: BTreeSet<(String, String)> = csv::Reader::from_reader(listed.as_bytes())
            .deserialize()
            .map(Result::unwrap)
            .collect();
        assert!(!listed.is_empty(), "{id}");
        assert_eq!(found(read), listed, "{id}");
        synth(&[], &format!("clean-{out}"));
        assert_eq!(found(&format!("clean-{out}")), BTreeSet::new(), "{id}");
    }
}

#[test]
fn a_fault_is_planted_only_where_it_can_be() {
    let folder = Folder::new();
    for (id, source, words) in [
        (
            "CWT-F001",
            "records",
            "`CWT-F001` is about an upload file, and `records` is not one",
        ),
        (
            "CWT-X005",
            "ncwtmds",
            "`CWT-X005` needs a source with several systems: `--source register_and_pas`",
        ),
        ("CWT-O008", "register_and_pas", "its rows are not records"),
        (
            "CWT-C020",
            "ncwtmds",
            "`CWT-C020` cannot be planted in `ncwtmds`, which has no `death_date`: `--source records` has it",
        ),
    ] {
        let run = folder.run(&[
            "synth", "--source", source, "--rows", "60", "--break", id, "-o", "out",
        ]);
        assert_eq!(run.code, 2, "{id}");
        assert!(run.stderr.contains(words), "{id}: {}", run.stderr);
    }
}

#[test]
fn a_source_that_goes_with_itself_is_told_at_its_line() {
    let files = clockstop::rulebook::Files::embedded();
    let text = files.get("cwt/synth.toml").unwrap();
    let with = "with = [\"scr\", \"lorenzo\"]";
    let line = text[..text.find(with).unwrap()].lines().count() + 1;
    for (wrong, words) in [
        (
            "with = [\"scr\", \"sample\"]",
            "16: `sample` would go with itself, without end",
        ),
        (
            "with = [\"register_and_pas\"]\n#",
            ": `register_and_pas` would go with itself, without end",
        ),
        ("with = [\"scr\", \"lorenz\"]", "16: `lorenz` is not a source"),
    ] {
        let folder = Folder::new();
        let text = text.replacen(with, wrong, 1).replace(
            "with = [\"scr\", \"lorenzo\", ",
            "with = [\"sample\", \"lorenzo\", ",
        );
        folder.file("ours/cwt/synth.toml", text);
        let run = folder.run(&[
            "synth", "--source", "ncwtmds", "--rows", "60", "--rules", "ours", "-o", "out.csv",
        ]);
        assert_eq!(run.code, 2, "{wrong}: {}", run.stderr);
        assert!(
            run.stderr.contains(words) && run.stderr.contains("synth.toml:"),
            "{wrong}: {}",
            run.stderr
        );
        assert!(
            !words.starts_with("16") || run.stderr.contains(&format!("error: synth.toml:{line}:{words}")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn records_without_a_fault_have_no_finding() {
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("clean.csv");
    make(&rulebook, &out, &[]);
    let failed = std::thread::scope(|scope| {
        let look = || failing(&rulebook, &out, |check| check.enabled);
        std::thread::Builder::new()
            .stack_size(ROOM)
            .spawn_scoped(scope, look)
            .unwrap()
            .join()
            .unwrap()
    });
    assert_eq!(failed, BTreeSet::new());
}

/// Cells that no field of their kind can hold.
fn unreadable(kind: &str) -> &'static [&'static str] {
    match kind {
        "date" => &["31/02/2026", "2026-13-01", "not known", "45961"],
        "days" => &["-3", "1.5", "1000"],
        "text" => &[LONG],
        "org" | "org_site" => &["RZZ0123456789"],
        "code" => &["QQ"],
        "icd10" => &["breast"],
        "nhs_number" => &["99912345"],
        _ => &[],
    }
}

const LONG: &str = concat!(
    "................................................................................................................................",
    "................................................................................................................................"
);

#[test]
fn a_cell_that_cannot_be_read_is_one_finding_and_what_depends_on_it_is_not_assessed() {
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    let folder = Folder::new();
    let clean = folder.path("clean.csv");
    let fields: Vec<&str> = rulebook
        .upload_fields()
        .map(|field| field.name.as_str())
        .collect();
    let profile = rulebook.files.get("cwt/synth.toml").unwrap();
    let request = Request {
        profile,
        fields: &fields,
        titles: &[],
        source: "records",
        xml: None,
        rows: 12_000,
        seed: 9,
        out: &clean,
        breaks: &[],
        faults: false,
    };
    write(&request).unwrap();
    let mut reader = csv::Reader::from_path(&clean).unwrap();
    let headings = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let pathway = headings.iter().position(|heading| heading == "care_id").unwrap();
    let (mut used, mut planted, mut lines) =
        (BTreeSet::new(), Vec::new(), csv::Writer::from_writer(Vec::new()));
    lines.write_record(&headings).unwrap();
    for field in rulebook.upload_fields() {
        let place = headings.iter().position(|heading| heading == field.name).unwrap();
        // A comment alone is a fault of its own, so it goes where there is a reason.
        let needed = field.name.replace("delay_comment", "delay_reason");
        let filled = headings.iter().position(|heading| heading == needed).unwrap();
        for cell in unreadable(field.kind.word()) {
            let fits = |row: &&csv::StringRecord| !row[filled].is_empty() && !used.contains(&row[pathway]);
            let row = rows
                .iter()
                .find(fits)
                .or_else(|| rows.iter().find(|row| !used.contains(&row[pathway])))
                .unwrap();
            used.insert(row[pathway].to_string());
            lines
                .write_record(
                    row.iter()
                        .enumerate()
                        .map(|(number, old)| if number == place { cell } else { old }),
                )
                .unwrap();
            planted.push(field.name.as_str());
        }
    }
    folder.file("planted.csv", lines.into_inner().unwrap());
    let findings = folder.run(&["check", "planted.csv", "--provider", "RZZ"]).rows();
    assert!(planted.len() >= 60, "{} causes", planted.len());
    for (number, field) in planted.iter().enumerate() {
        let of_row: Vec<_> = findings
            .iter()
            .filter(|finding| finding["row"] == (number + 2).to_string())
            .collect();
        assert!(
            of_row.len() == 1 && of_row[0]["fields"].split(';').any(|name| name == *field),
            "{field}: {of_row:?}"
        );
    }
}
