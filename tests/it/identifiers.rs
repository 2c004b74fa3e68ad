//! No output of any command shows the NHS number of a patient, whatever an export dresses it up as; the
//! upload, the submission workbook and `records --identifiable` are made of them and are not searched.

use crate::kit::{Folder, TOLD, upload_line, with};

const NUMBER: &str = "9990000018";
/// As pathway identifiers of one patient: what exports have been seen to make of an NHS number.
const DRESSES: [&str; 12] = [
    "9990000018",
    "999 000 0018",
    "999-000-0018",
    "999.000.0018",
    "NHS9990000018",
    "9990000018A",
    "0009990000018",
    "9990000018.0",
    "9.990000018E9",
    "999_000_0018",
    "A-9990000018-1",
    "99900000181",
];

/// Digits alone, so that no dress hides a number from the search.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn exports() -> Folder {
    let folder = Folder::new();
    let records: Vec<_> = DRESSES
        .iter()
        .map(|ppi| {
            with(
                TOLD,
                &[
                    ("ppi", *ppi),
                    ("fdp_end_date", "2026-09-01"),
                    ("delay_comment_fdp", "see 999 000 0018"),
                ],
            )
        })
        .collect();
    let lines: Vec<String> = records.iter().map(|record| upload_line(record)).collect();
    folder
        .file("upload.csv", lines.join("\n") + "\n")
        .file("key", "a secret of the trust");
    folder
}

/// All text of a file; the parts of a workbook unpacked.
fn text_of(path: &std::path::Path) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap();
    if path.extension().is_none_or(|ending| ending != "xlsx") {
        return vec![String::from_utf8(bytes).unwrap()];
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let parts = archive.len();
    let mut text_of_part = |part| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_index(part).unwrap(), &mut bytes).unwrap();
        // Pictures hold no text.
        String::from_utf8(bytes).unwrap_or_default()
    };
    (0..parts).map(&mut text_of_part).collect()
}

fn shows_none(what: &str, text: &str) {
    for line in text.lines() {
        for cell in line.split(['<', '>', '"', ',']) {
            assert!(!digits(cell).contains(NUMBER), "{what}: {cell}");
        }
    }
}

#[test]
fn no_command_shows_an_nhs_number_in_any_dress() {
    let folder = exports();
    for key in [None, Some(["--key-file", "key"])] {
        let with_key = |arguments: &[&str]| {
            let key = key.iter().flatten().copied();
            folder.run(&arguments.iter().copied().chain(key).collect::<Vec<_>>())
        };
        let commands: [&[&str]; 16] = [
            &["check", "upload.csv"],
            &["check", "upload.csv", "--format", "json"],
            &["check", "upload.csv", "--format", "text"],
            &["check", "upload.csv", "--format", "sarif"],
            &["check", "upload.csv", "--format", "junit"],
            &["check", "upload.csv", "--format", "jsonl"],
            &["waits", "upload.csv"],
            &["waits", "upload.csv", "--format", "json"],
            &["performance", "upload.csv"],
            &["records", "upload.csv"],
            &["records", "upload.csv", "--format", "jsonl"],
            &["ptl", "upload.csv", "--table", "not_waiting"],
            &["phases", "upload.csv"],
            &["quality", "upload.csv"],
            &["why", "RZZ/9990000018A", "upload.csv"],
            &[
                "reconcile",
                "upload.csv",
                "--submitted",
                "upload.csv",
                "--month",
                "2026-10",
                "--all",
            ],
        ];
        for arguments in commands {
            let run = with_key(arguments);
            // What was typed may be said again.
            let typed = arguments[0] == "why";
            shows_none(&format!("{arguments:?}"), &run.stdout);
            if !typed {
                shows_none(&format!("{arguments:?}"), &run.stderr);
            }
        }
        let run = with_key(&[
            "run",
            "upload.csv",
            "--month",
            "2026-10",
            "--provider",
            "RZZ",
            "--out",
            "out",
        ]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        shows_none("run", &run.stderr);
        with_key(&["ptl", "upload.csv", "--out", "out"]);
        let searched: Vec<String> = folder
            .names("out")
            .into_iter()
            .filter(|name| !name.starts_with("upload") && !name.starts_with("submission"))
            .collect();
        assert!(searched.len() >= 4, "{searched:?}");
        for name in searched {
            for text in text_of(&folder.path("out").join(&name)) {
                shows_none(&name, &text);
            }
        }
    }
}

#[test]
fn a_pathway_that_is_named_by_an_nhs_number_is_shown_by_its_row_or_by_a_pseudonym_and_pathways_stay_apart() {
    let folder = exports();
    let pathways = |run: crate::kit::Run| {
        let rows = run.rows();
        let shown: std::collections::BTreeSet<String> =
            rows.iter().map(|row| row["pathway"].clone()).collect();
        shown
    };
    let by_row = pathways(folder.run(&["waits", "upload.csv"]));
    assert_eq!(by_row.len(), DRESSES.len(), "{by_row:?}");
    assert!(
        by_row.iter().all(|pathway| pathway.starts_with("upload.csv:")),
        "{by_row:?}"
    );
    let by_key = pathways(folder.run(&["waits", "upload.csv", "--key-file", "key"]));
    assert_eq!(by_key.len(), DRESSES.len(), "{by_key:?}");
    assert!(
        by_key.iter().all(|pathway| pathway.starts_with("P-")),
        "{by_key:?}"
    );
}

#[test]
fn a_check_that_shows_an_identifier_under_another_name_shows_none() {
    let folder = exports();
    folder.file("rules/cwt/derived.sql", {
        let derived = include_str!("../../rules/cwt/derived.sql");
        derived.replacen(
            "    pathway_id,\n",
            "    CONCAT('patient ', nhs_number) AS pathway_id,\n",
            1,
        )
    });
    for command in ["waits", "check", "records"] {
        let run = folder.run(&[command, "upload.csv", "--rules", "rules"]);
        shows_none(command, &run.stdout);
    }
}

#[test]
fn records_that_are_asked_to_say_who_it_is_say_so() {
    let folder = exports();
    let run = folder.run(&["records", "upload.csv", "--identifiable"]);
    assert!(run.stdout.contains(NUMBER), "{}", run.stdout);
}
