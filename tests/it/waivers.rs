//! Waivers: accepted findings are counted and marked, never hidden, and lapse when the record changes.

use calamine::{Data, Reader, open_workbook_auto};

use crate::kit::{Folder, Run, TOLD, with};

const KEY: [&str; 2] = ["--key-file", "key"];

/// One referral told before it was received (a reject), and one that nothing is wrong with.
fn folder() -> Folder {
    let folder = Folder::new();
    let early = with(
        TOLD,
        &[
            ("ppi", "A2"),
            ("nhs_number", "9990000026"),
            ("fdp_end_date", "2026-10-02"),
            ("date_first_seen", "2026-10-09"),
        ],
    );
    folder
        .upload("october.csv", &[TOLD, &early])
        .file("key", "a secret of the trust");
    folder
}

fn new(folder: &Folder, check: &str) -> Run {
    let arguments = [
        "waivers",
        "new",
        "--check",
        check,
        "--pathway",
        "RZZ/A2",
        "october.csv",
        "--as-at",
        "2026-11-24",
    ];
    folder.run(&[&arguments[..], &KEY].concat())
}

/// The first check with a finding of a severity on the second record.
fn finding(folder: &Folder, severity: &str) -> String {
    let rows = folder.run(&["check", "october.csv"]).rows();
    rows.iter()
        .find(|row| row["severity"] == severity && row["pathway"] == "RZZ/A2")
        .unwrap()["check"]
        .clone()
}

fn filled_in(block: &str) -> String {
    block
        .replace("reason = \"\"", "reason = \"seen in the letter\"")
        .replace("approved_by = \"\"", "approved_by = \"Lead\"")
}

fn october(folder: &Folder, waivers: &str) -> Run {
    let arguments = [
        "run",
        "october.csv",
        "--month",
        "2026-10",
        "--out",
        "out",
        "--waivers",
        waivers,
    ];
    folder.run(&[&arguments[..], &KEY].concat())
}

fn record(folder: &Folder) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.path("out/run.json")).unwrap()).unwrap()
}

/// A check of the trust's own that fails on every pathway.
fn own_check(severity: &str, basis: &str) -> String {
    format!(
        r#"[[check]]
id = "RZZ-001"
name = "told"
title = "Told at our site"
severity = "{severity}"
basis = "{basis}"
source = "our own"
fields = ["site_fdp_end", "fdp_end_date"]
assert = "site_fdp_end <> 'RZZ01'"
why = "w"
fix = "f"
owner = "pathway"
"#
    )
}

#[test]
fn a_new_waiver_is_a_block_to_fill_in_with_a_hash_of_values_and_no_value() {
    let folder = folder();
    let check = finding(&folder, "warning");
    let run = new(&folder, &check);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "[[waiver]]");
    for line in [
        format!("check = \"{check}\"").as_str(),
        "pathway = \"RZZ/A2\"",
        "reason = \"\"",
        "approved_by = \"\"",
        "expires = 2027-02-24",
    ] {
        assert!(lines.contains(&line), "{line}: {}", run.stdout);
    }
    assert!(
        lines.last().unwrap().starts_with("values = \"V-"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("2026-10"), "{}", run.stdout);
    // As it stands it is a mistake, told with its line.
    folder.file("waivers.toml", &run.stdout);
    let run = october(&folder, "waivers.toml");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("waivers.toml:") && run.stderr.contains("`reason` is empty"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_waived_finding_is_marked_and_counted_and_does_not_fail_the_run() {
    let folder = folder();
    folder.file("ours/own.toml", own_check("warning", "local"));
    let arguments = [
        "waivers",
        "new",
        "--check",
        "RZZ-001",
        "--pathway",
        "RZZ/A1",
        "october.csv",
        "--rules",
        "ours",
    ];
    let block = folder.run(&[&arguments[..], &KEY].concat()).stdout;
    // Beside the trust's own rules it is found without being named.
    folder.file("ours/waivers.toml", filled_in(&block));
    let check = folder.run(
        &[
            &["check", "october.csv", "--rules", "ours", "--select", "RZZ"][..],
            &KEY,
        ]
        .concat(),
    );
    assert_eq!(check.rows().len(), 2, "still listed: {}", check.stdout);
    assert!(
        check
            .stderr
            .contains("waived    1 of 2 findings, by waivers.toml"),
        "{}",
        check.stderr
    );
    let arguments = [
        "run",
        "october.csv",
        "--month",
        "2026-10",
        "--out",
        "out",
        "--rules",
        "ours",
    ];
    folder.run(&[&arguments[..], &KEY].concat());
    let record = record(&folder);
    assert_eq!(
        (&record["waivers"]["waived"], &record["waivers"]["stale"]),
        (&1.into(), &serde_json::json!([]))
    );
    let own: Vec<&serde_json::Value> = record["worklist"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["check"] == "RZZ-001")
        .collect();
    assert_eq!(
        own.iter().map(|line| line["waived"] == true).collect::<Vec<_>>(),
        [true, false]
    );
    let mut workbook = open_workbook_auto(folder.path("out/worklist-2026-10.xlsx")).unwrap();
    let cells: Vec<String> = workbook
        .worksheet_range("Worklist")
        .unwrap()
        .rows()
        .flatten()
        .map(Data::to_string)
        .collect();
    assert!(
        cells
            .iter()
            .any(|cell| cell.starts_with("Lead until ") && cell.ends_with(": seen in the letter")),
        "{cells:?}"
    );
    assert!(cells.contains(&"Accepted as it is".to_string()));
    // The hash of the rules is not that of the waivers.
    folder.file("ours/waivers.toml", "");
    let rulebook = record["rulebook"].clone();
    folder.run(&[&arguments[..], &KEY].concat());
    assert_eq!(self::record(&folder)["rulebook"], rulebook);
}

#[test]
fn a_waiver_lapses_when_a_value_of_the_check_changes_and_when_its_day_is_past() {
    let folder = folder();
    folder.file("ours/own.toml", own_check("warning", "local"));
    let arguments = [
        "waivers",
        "new",
        "--check",
        "RZZ-001",
        "--pathway",
        "RZZ/A1",
        "october.csv",
        "--rules",
        "ours",
    ];
    let block = filled_in(
        &folder
            .run(&[&arguments[..], &["--expires", "2026-12-01"], &KEY].concat())
            .stdout,
    );
    folder
        .file("waivers.toml", &block)
        .file("past.toml", block.replace("2026-12-01", "2026-11-23"));
    folder.file("other.toml", block.replace("RZZ/A1", "RZZ/A9"));
    folder.upload("changed.csv", &[&with(TOLD, &[("fdp_end_date", "2026-10-27")])]);
    folder.upload("comment.csv", &[&with(TOLD, &[("patient_status", "07")])]);
    for (input, waivers, waived, words) in [
        ("october.csv", "waivers.toml", 1, ""),
        ("comment.csv", "waivers.toml", 1, ""),
        (
            "changed.csv",
            "waivers.toml",
            0,
            "it has lapsed: the values have changed since",
        ),
        ("october.csv", "past.toml", 0, "it expired on 2026-11-23"),
        ("october.csv", "other.toml", 0, "the finding is gone"),
    ] {
        let arguments = [
            "check",
            input,
            "--rules",
            "ours",
            "--select",
            "RZZ",
            "--waivers",
            waivers,
        ];
        let run = folder.run(&[&arguments[..], &KEY].concat());
        assert!(
            run.stderr.contains(&format!("waived    {waived} of ")),
            "{input} {waivers}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(words), "{input} {waivers}: {}", run.stderr);
        assert_eq!(
            run.stderr.contains("waives nothing"),
            waived == 0,
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_waived_reject_is_held_back_all_the_same_unless_the_rule_is_not_the_national_systems() {
    for (basis, ready, held_back, code) in [
        ("official", 0, 2, 1),
        ("derived", 0, 2, 1),
        ("inferred", 1, 1, 1),
        ("local", 1, 1, 1),
    ] {
        let folder = folder();
        folder.upload(
            "october.csv",
            &[TOLD, &with(TOLD, &[("ppi", "A2"), ("nhs_number", "9990000026")])],
        );
        folder.file("ours/own.toml", own_check("reject", basis));
        let arguments = [
            "waivers",
            "new",
            "--check",
            "RZZ-001",
            "--pathway",
            "RZZ/A1",
            "october.csv",
            "--rules",
            "ours",
        ];
        folder.file(
            "ours/waivers.toml",
            filled_in(&folder.run(&[&arguments[..], &KEY].concat()).stdout),
        );
        let arguments = [
            "run",
            "october.csv",
            "--month",
            "2026-10",
            "--out",
            "out",
            "--rules",
            "ours",
        ];
        let run = folder.run(&[&arguments[..], &KEY].concat());
        let records = &record(&folder)["records"];
        assert_eq!(
            (&records["ready"], &records["held_back"]),
            (&ready.into(), &held_back.into()),
            "{basis}: {}",
            run.stderr
        );
        assert_eq!(run.code, code);
        assert_eq!(
            run.stderr.contains("including 1 reject still held back"),
            ready == 0,
            "{basis}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_mistake_in_a_waivers_file_is_told_with_its_line() {
    let folder = folder();
    let good = r#"[[waiver]]
check = "CWT-S012"
pathway = "RZZ/A1"
fields = ["fdp_end_date"]
reason = "r"
approved_by = "a"
expires = 2027-01-31
values = "V-ABCDEFGHJKLM"
"#;
    for (from, to, line, words) in [
        ("CWT-S012", "CWT-S912", 2, "there is no check `CWT-S912`"),
        ("CWT-S012", "CWT-F001", 2, "cannot be waived"),
        (
            "fdp_end_date",
            "fdp_end_dat",
            4,
            "is not a field of check `CWT-S012`",
        ),
        ("\"r\"", "\" \"", 5, "`reason` is empty"),
        ("approved_by = \"a\"", "approved = \"a\"", 6, "unknown field"),
        ("2027-01-31", "2027-01-31T10:00:00", 7, "`expires` is not a date"),
        ("2027-01-31", "\"soon\"", 7, ""),
        ("V-ABCDEFGHJKLM", "2026-10-01", 8, "is not a code of values"),
    ] {
        folder.file("waivers.toml", good.replace(from, to));
        let run = october(&folder, "waivers.toml");
        assert_eq!(run.code, 2, "{to}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("waivers.toml:{line}:")),
            "{to}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(words), "{to}: {}", run.stderr);
    }
    folder.file("waivers.toml", format!("{good}\n{good}"));
    let run = october(&folder, "waivers.toml");
    assert!(
        run.stderr.contains("waivers.toml:10:") && run.stderr.contains("is already on line 1"),
        "{}",
        run.stderr
    );
    folder.file("waivers.toml", good);
    let run = folder.run(&["check", "october.csv", "--waivers", "waivers.toml"]);
    assert_eq!(run.code, 2, "a waiver needs its key: {}", run.stderr);
    assert!(run.stderr.contains("--key-file"), "{}", run.stderr);
    assert_eq!(
        folder
            .run(&["check", "october.csv", "--waivers", "nowhere.toml"])
            .code,
        2
    );
    let run = new(&folder, "CWT-S012");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("finds nothing on this pathway"),
        "{}",
        run.stderr
    );
}
