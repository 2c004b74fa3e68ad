//! `diff`: what became of findings from run to run.

use crate::kit::{Folder, Run, TOLD, with};

type Record<'a> = Vec<(&'a str, &'a str)>;

/// A referral that was told before it was received.
fn told_too_early(ppi: &'static str) -> Record<'static> {
    with(
        TOLD,
        &[
            ("ppi", ppi),
            ("fdp_end_date", "2026-09-01"),
            ("fdp_end_reason", ""),
        ],
    )
}

fn told(ppi: &'static str) -> Record<'static> {
    with(TOLD, &[("ppi", ppi)])
}

fn month(folder: &Folder, file: &str, records: &[Record], out: &str) -> Run {
    folder.upload(file, &records.iter().map(Vec::as_slice).collect::<Vec<_>>());
    folder.run(&[
        "run",
        file,
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--out",
        out,
    ])
}

fn statuses(run: &Run, check: &str) -> Vec<String> {
    run.rows()
        .iter()
        .filter(|row| row["check"] == check)
        .map(|row| format!("{} {}", row["status"], row["pathway"]))
        .collect()
}

#[test]
fn the_same_faults_keep_their_ids_when_the_export_is_sorted_another_way_and_has_another_name() {
    let folder = Folder::new();
    // Two records of one pathway that fail alike, and one without a local id, under a key.
    let records = [
        told_too_early("A1"),
        with(&told_too_early("A1"), &[("fdp_end_date", "2026-09-02")]),
        with(&told_too_early(""), &[("org_ppi_issuer", "")]),
        told("A2"),
    ];
    let mut turned = records.clone();
    turned.reverse();
    folder.file("key", "a secret of the trust");
    for (file, records, out) in [
        ("october.csv", &records, "first"),
        ("october-2.csv", &turned, "second"),
    ] {
        folder.upload(file, &records.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let arguments = [
            "run",
            file,
            "--month",
            "2026-10",
            "--provider",
            "RZZ",
            "--key-file",
            "key",
            "--out",
            out,
        ];
        folder.run(&arguments);
    }
    let run = folder.run(&["diff", "first", "second"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.rows().len() >= 3, "{}", run.stdout);
    assert!(
        run.rows().iter().all(|row| row["status"] == "persisting"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("data      changed: 1 of 1 input files"),
        "{}",
        run.stderr
    );
    // Of the two alike, each id stays with its own record.
    let place = |row: &str| match row {
        "1" => "4",
        _ => "3",
    };
    let ids = |out: &str| -> Vec<(String, String)> {
        let record: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.path(out).join("run.json")).unwrap()).unwrap();
        let findings = record["worklist"].as_array().unwrap().iter();
        let alike =
            findings.filter(|finding| finding["pathway"] == "RZZ/A1" && finding["check"] == "CWT-O005");
        alike
            .map(|finding| (finding["finding"].to_string(), finding["row"].to_string()))
            .collect()
    };
    let (mut first, mut second) = (ids("first"), ids("second"));
    first
        .iter_mut()
        .for_each(|(_, row)| *row = place(row).to_string());
    first.sort();
    second.sort();
    assert_eq!((first.len(), first), (2, second));
}

#[test]
fn a_finding_is_new_fixed_persisting_gone_or_no_longer_assessable() {
    let folder = Folder::new();
    let blank = with(&told_too_early("A4"), &[("crtp_start_date", "")]);
    month(
        &folder,
        "october.csv",
        &[
            told("A1"),
            told_too_early("A2"),
            told_too_early("A3"),
            told_too_early("A4"),
            told_too_early("A5"),
        ],
        "first",
    );
    month(
        &folder,
        "october.csv",
        &[told_too_early("A1"), told("A2"), blank, told_too_early("A5")],
        "second",
    );
    let run = folder.run(&["diff", "first", "second/run.json"]);
    assert!(
        run.stdout
            .starts_with("status,check,severity,owner,pathway,finding,file,row,fields\n"),
        "{}",
        run.stdout
    );
    assert_eq!(
        statuses(&run, "CWT-O005"),
        [
            "new RZZ/A1",
            "persisting RZZ/A5",
            "fixed RZZ/A2",
            "gone RZZ/A3",
            "not_assessable RZZ/A4"
        ]
    );
    assert!(
        run.stderr
            .contains("CWT-O005  1 new, 1 persisting, 1 fixed, 1 gone, 1 not assessable"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("rulebook  the same"), "{}", run.stderr);
    assert!(
        run.rows()
            .iter()
            .all(|row| row["check"] != "CWT-O005" || row["fields"] == "crtp_start_date;fdp_end_date"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_finding_that_was_there_and_was_not_and_is_there_again_is_reopened() {
    let folder = Folder::new();
    month(
        &folder,
        "october.csv",
        &[told_too_early("A1"), told("A2")],
        "first",
    );
    month(&folder, "october.csv", &[told("A1"), told("A2")], "second");
    month(
        &folder,
        "october.csv",
        &[told_too_early("A1"), told_too_early("A2")],
        "third",
    );
    let run = folder.run(&["diff", "first", "second", "third"]);
    assert_eq!(statuses(&run, "CWT-O005"), ["new RZZ/A2", "reopened RZZ/A1"]);
    let run = folder.run(&["diff", "second", "third"]);
    assert_eq!(statuses(&run, "CWT-O005"), ["new RZZ/A1", "new RZZ/A2"]);
}

#[test]
fn a_check_that_did_not_run_leaves_its_findings_unassessed_and_the_change_of_rules_is_said() {
    let folder = Folder::new();
    folder.file(
        "ours/late.toml",
        r#"
[[check]]
id = "RZZ-001"
name = "late"
title = "Told late"
severity = "warning"
basis = "local"
source = "our own"
fields = ["fdp_end_date"]
assert = "fdp_end_date < DATE '2026-10-02'"
why = "w"
fix = "f"
owner = "pathway"
"#,
    );
    folder.upload("october.csv", &[TOLD]);
    let arguments = ["run", "october.csv", "--month", "2026-10", "--out"];
    folder.run(&[&arguments[..], &["first", "--rules", "ours"]].concat());
    folder.run(&[&arguments[..], &["second"]].concat());
    let run = folder.run(&["diff", "first", "second"]);
    assert_eq!(statuses(&run, "RZZ-001"), ["not_assessable RZZ/A1"]);
    assert!(run.stderr.contains("rulebook  changed from"), "{}", run.stderr);
    assert!(run.stderr.contains("data      the same files"), "{}", run.stderr);
}

#[test]
fn a_run_record_holds_pathways_and_ids_and_nobody() {
    let folder = Folder::new();
    month(
        &folder,
        "october.csv",
        &[
            told_too_early("A1"),
            with(TOLD, &[("ppi", ""), ("org_ppi_issuer", "")]),
        ],
        "out",
    );
    let text = std::fs::read_to_string(folder.path("out/run.json")).unwrap();
    assert!(
        !text.contains("9990000018") && !text.contains("2026-09-01"),
        "{text}"
    );
    let record: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        record["findings"].as_u64().unwrap() as usize,
        record["worklist"].as_array().unwrap().len()
    );
    assert_eq!(record["pathways"].as_object().unwrap().len(), 2);
    assert_eq!(record["fingerprints"]["unlasting_pathways"], 1);
    let run = folder.run(&["diff", "out", "out"]);
    assert!(
        run.stderr.contains("1 pathways have no local id"),
        "{}",
        run.stderr
    );
}

#[test]
fn runs_that_cannot_be_compared_say_why() {
    let folder = Folder::new();
    month(&folder, "october.csv", &[told_too_early("A1")], "out");
    folder
        .file("key", "a secret of the trust")
        .file("old/run.json", "{\"schema_version\": 1}")
        .file("text.json", "not json");
    folder.run(&[
        "run",
        "october.csv",
        "--month",
        "2026-10",
        "--key-file",
        "key",
        "--out",
        "keyed",
    ]);
    for (arguments, code, words) in [
        (vec!["diff", "out", "nowhere"], 3, "there is no run record"),
        (vec!["diff", "out", "old"], 3, "an older version made it"),
        (vec!["diff", "out", "text.json"], 3, "is not the record of a run"),
        (vec!["diff", "out", "keyed"], 2, "different key files"),
        (vec!["diff", "out"], 2, "2 values required"),
    ] {
        let run = folder.run(&arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
        assert!(run.stdout.is_empty());
    }
}

#[test]
fn over_three_runs_a_finding_goes_out_of_sight_and_comes_back() {
    let folder = Folder::new();
    let blank = with(&told_too_early("A1"), &[("crtp_start_date", "")]);
    month(
        &folder,
        "october.csv",
        &[told_too_early("A1"), told_too_early("A2")],
        "first",
    );
    month(&folder, "october.csv", &[blank, told("A2")], "second");
    month(
        &folder,
        "october.csv",
        &[told_too_early("A1"), told_too_early("A2")],
        "third",
    );
    let second = folder.run(&["diff", "first", "second"]);
    assert_eq!(
        statuses(&second, "CWT-O005"),
        ["fixed RZZ/A2", "not_assessable RZZ/A1"]
    );
    let third = folder.run(&["diff", "first", "second", "third"]);
    assert_eq!(
        statuses(&third, "CWT-O005"),
        ["reopened RZZ/A1", "reopened RZZ/A2"]
    );
    for line in ["by check", "CWT-O005", "by owner"] {
        assert!(third.stderr.contains(line), "{line}: {}", third.stderr);
    }
}

#[test]
fn a_referral_of_the_pas_is_not_fixed_by_leaving_the_file_of_the_pas_out() {
    let folder = Folder::new();
    let pas = "REFRL_REFNO,PATNT_REFNO,RECVD_DTTM,PRITYP,NHS_IDENTIFIER\n501,1,2026-10-01,USC,9990000026\n";
    let records = |more: &str| {
        format!("care_id,nhs_number,crtp_start_date,site_first_seen\n1,9990000018,2026-10-01,RZZ01\n{more}")
    };
    let run = |records: String, pas: Option<&str>, out: &str| {
        folder.file(&format!("{out}-in/records.csv"), records);
        if let Some(pas) = pas {
            folder.file(&format!("{out}-in/pas.csv"), pas);
        }
        folder.run(&[
            "run",
            &format!("{out}-in"),
            "--month",
            "2026-10",
            "--provider",
            "RZZ",
            "--out",
            out,
        ]);
    };
    run(records(""), Some(pas), "first");
    run(records(""), None, "second");
    run(records("2,9990000026,2026-10-01,RZZ01\n"), Some(pas), "third");
    assert_eq!(
        statuses(&folder.run(&["diff", "first", "second"]), "CWT-X005"),
        ["not_assessable PAS 501"]
    );
    assert_eq!(
        statuses(&folder.run(&["diff", "first", "third"]), "CWT-X005"),
        ["fixed PAS 501"]
    );
    assert_eq!(
        statuses(&folder.run(&["diff", "first", "second", "first"]), "CWT-X005"),
        ["reopened PAS 501"]
    );
    // A fault of a whole file is fixed once it is not found any more.
    folder
        .file("dat-in/upload.dat", crate::kit::upload_line(TOLD))
        .file("csv-in/upload.csv", crate::kit::upload_line(TOLD));
    for out in ["dat", "csv"] {
        let name = if out == "dat" {
            "dat-in/upload.dat"
        } else {
            "csv-in/upload.csv"
        };
        folder.run(&[
            "run",
            name,
            "--month",
            "2026-10",
            "--provider",
            "RZZ",
            "--out",
            out,
        ]);
    }
    assert_eq!(
        statuses(&folder.run(&["diff", "dat", "csv"]), "CWT-F003"),
        ["fixed "]
    );
}
