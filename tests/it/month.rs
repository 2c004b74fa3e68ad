//! `run`: what a month leaves in its folder.

use std::collections::BTreeMap;

use calamine::{Data, Reader, open_workbook_auto};

use crate::kit::{Folder, TOLD, with};

fn october() -> Folder {
    let folder = Folder::new();
    let records: Vec<Vec<(&str, &str)>> = vec![
        TOLD.to_vec(),
        with(
            TOLD,
            &[
                ("ppi", "A2"),
                ("nhs_number", "9990000026"),
                ("fdp_end_date", "2026-10-31"),
                ("delay_reason_fdp", "97"),
                ("delay_comment_fdp", "=1+1"),
            ],
        ),
        with(TOLD, &[("ppi", "A3"), ("nhs_number", "9990000027")]), // check digit is wrong
        with(
            TOLD,
            &[
                ("ppi", "A4"),
                ("nhs_number", "9990000034"),
                ("crtp_start_date", "2026-08-01"),
                ("decision_to_refer_date", "2026-08-01"),
                ("date_first_seen", "2026-08-05"),
                ("fdp_end_date", "2026-08-09"),
            ],
        ),
    ];
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    folder
}

#[test]
fn the_month_is_seven_files_and_its_upload_holds_the_54_fields_of_the_rows_that_may_go() {
    let folder = october();
    let run = folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "out"]);
    assert_eq!(run.code, 1, "a record is held back: {}", run.stderr);
    assert_eq!(
        folder.names("out"),
        [
            "pack-2026-10.xlsx",
            "report-2026-10.html",
            "run.json",
            "submission-2026-10.xlsx",
            "upload-2026-10.csv",
            "worklist-2026-10.xlsx",
            "worklist.json"
        ]
    );
    let upload = std::fs::read(folder.path("out/upload-2026-10.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(upload.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(
        rows.iter()
            .map(|row| (row.len(), row[2].to_string()))
            .collect::<Vec<_>>(),
        [(54, "A1".to_string()), (54, "A2".to_string())]
    );
    assert_eq!(
        (&rows[0][0], &rows[0][4], &rows[0][28]),
        ("9990000018", "03", "2026-10-28")
    );
    assert!(
        run.stderr.contains("3 records, 2 ready to upload, 1 held back"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = october();
    for out in ["first", "second"] {
        folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", out]);
    }
    for name in folder.names("first") {
        let read = |out: &str| std::fs::read(folder.path(out).join(&name)).unwrap();
        assert!(read("first") == read("second"), "{name} differs");
    }
}

#[test]
fn a_month_without_data_gives_outputs_that_are_valid_and_empty() {
    let folder = october();
    let run = folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2025-01",
        "--out",
        "out",
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("no record of RZZ belongs to this month"),
        "{}",
        run.stderr
    );
    assert_eq!(std::fs::read(folder.path("out/upload-2025-01.csv")).unwrap(), b"");
    for book in ["submission", "worklist", "pack"] {
        let workbook = open_workbook_auto(folder.path(&format!("out/{book}-2025-01.xlsx"))).unwrap();
        assert!(workbook.sheet_names().len() > 2);
    }
}

#[test]
fn a_further_upload_file_of_an_earlier_run_does_not_stay() {
    let folder = october();
    folder
        .file("out/upload-2026-10-2.csv", "old")
        .file("out/upload-2026-09-2.csv", "another month")
        .file("out/upload-2026-10-final.csv", "somebody's");
    folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "out"]);
    let uploads: Vec<String> = folder
        .names("out")
        .into_iter()
        .filter(|name| name.starts_with("upload"))
        .collect();
    assert_eq!(
        uploads,
        [
            "upload-2026-09-2.csv",
            "upload-2026-10-final.csv",
            "upload-2026-10.csv"
        ]
    );
}

#[test]
fn an_upload_of_more_than_8500_records_is_split() {
    let folder = Folder::new();
    let line = crate::kit::upload_line(TOLD);
    let lines: Vec<String> = (0..8501)
        .map(|number| {
            line.replace(",A1,", &format!(",N{number},"))
                .replace("2026-09-30", "2026-10-01")
        })
        .collect();
    folder.file("upload.csv", lines.join("\n"));
    folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--out",
        "out",
        "--rules",
        ".",
    ]);
    let count = |name: &str| {
        std::fs::read_to_string(folder.path("out").join(name))
            .unwrap()
            .lines()
            .count()
    };
    let held: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path("out/run.json")).unwrap()).unwrap();
    let ready = held["records"]["ready"].as_u64().unwrap() as usize;
    let names: Vec<String> = folder
        .names("out")
        .into_iter()
        .filter(|name| name.starts_with("upload"))
        .collect();
    assert_eq!(names.iter().map(|name| count(name)).sum::<usize>(), ready);
    assert!(names.iter().all(|name| count(name) <= 8500), "{names:?}");
}

#[test]
fn text_from_the_data_is_never_a_formula_and_codes_keep_their_zeros() {
    let folder = october();
    folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "out"]);
    let mut workbook = open_workbook_auto(folder.path("out/submission-2026-10.xlsx")).unwrap();
    let range = workbook.worksheet_range("Upload rows").unwrap();
    let cells: Vec<&Data> = range.rows().flatten().collect();
    assert!(cells.contains(&&Data::String("=1+1".to_string())));
    assert!(cells.contains(&&Data::String("03".to_string())));
    assert!(
        cells.iter().any(|cell| matches!(cell, Data::DateTime(_))),
        "dates are dates"
    );
    for sheet in workbook.sheet_names() {
        let formulas = workbook.worksheet_formula(&sheet).unwrap();
        assert!(
            formulas.rows().flatten().all(|formula| formula.is_empty()),
            "{sheet}"
        );
    }
}

#[test]
fn the_record_of_a_run_accounts_for_every_row() {
    let folder = october();
    folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "out"]);
    let record: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path("out/run.json")).unwrap()).unwrap();
    let input = &record["inputs"][0];
    assert_eq!(input["rows_read"].as_u64(), Some(4));
    assert_eq!(
        input["rows_read"].as_u64().unwrap(),
        input["rows_mapped"].as_u64().unwrap() + input["rows_set_aside"].as_u64().unwrap()
    );
    let records = &record["records"];
    let sum: u64 = ["ready", "held_back", "other_months", "other_trusts"]
        .iter()
        .map(|part| records[part].as_u64().unwrap())
        .sum();
    assert_eq!(sum, 4);
    let figures: BTreeMap<&str, (f64, f64)> = record["standards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["standard"].as_str().unwrap(),
                (line["within"].as_f64().unwrap(), line["total"].as_f64().unwrap()),
            )
        })
        .collect();
    assert_eq!(figures["FDS"], (2.0, 3.0));
}
