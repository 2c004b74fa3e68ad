//! Inputs are not taken for something else, nor written over, nor counted twice; and what is in them is not
//! told.

use crate::kit::{Folder, TOLD, with};

#[test]
fn an_output_does_not_take_the_place_of_an_input() {
    let folder = Folder::new();
    folder
        .upload("upload.csv", &[TOLD])
        .upload("in/upload.csv", &[TOLD]);
    let before = std::fs::read(folder.path("upload.csv")).unwrap();
    for command in [
        "waits",
        "performance",
        "quality",
        "phases",
        "records",
        "check",
        "ptl",
    ] {
        let run = folder.run(&[command, "upload.csv", "-o", "upload.csv"]);
        assert_eq!(run.code, 2, "{command}");
        assert!(
            run.stderr
                .contains("`upload.csv` is an input: the output would overwrite it"),
            "{command}: {}",
            run.stderr
        );
        assert_eq!(
            std::fs::read(folder.path("upload.csv")).unwrap(),
            before,
            "{command}"
        );
    }
    let run = folder.run(&[
        "run",
        "in",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--out",
        "in",
    ]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`in` is the input folder"), "{}", run.stderr);
    assert_eq!(folder.names("in"), ["upload.csv"]);
}

#[test]
fn a_copy_of_a_file_is_not_counted_again() {
    let folder = Folder::new();
    folder.upload("in/a.csv", &[TOLD]).upload("in/b.csv", &[TOLD]);
    let run = folder.run(&["waits", "in"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("`in/b.csv` is a copy of `in/a.csv`: its records would be counted twice"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_heading_that_is_read_stands_once() {
    let folder = Folder::new();
    folder.file(
        "records.csv",
        "nhs_number,crtp_start_date,Crtp Start Date\n9990000018,2026-10-01,2026-10-02\n",
    );
    let run = folder.run(&["check", "records.csv", "--source", "records"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr
            .contains("has the heading `CRTP_START_DATE` twice, over columns 2 and 3"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_file_of_patients_in_the_place_of_another_is_refused_without_its_cells() {
    let folder = Folder::new();
    folder
        .upload("upload.csv", &[TOLD])
        .upload("rules/upload.csv", &[TOLD]);
    let number = std::fs::read_to_string(folder.path("upload.csv"))
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_string();
    assert!(number.starts_with("999"));
    for arguments in [
        &["diff", "upload.csv", "upload.csv"][..],
        &["explain", "CWT-O008", "--run", "upload.csv"],
        &[
            "check",
            "upload.csv",
            "--waivers",
            "upload.csv",
            "--key-file",
            "upload.csv",
        ],
        &["rules", "lint", "--rules", "rules"],
    ] {
        let run = folder.run(arguments);
        assert_ne!(run.code, 0, "{arguments:?}");
        assert!(
            !run.stderr.contains(&number) && !run.stdout.contains(&number),
            "{arguments:?}: {}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn a_list_that_shows_nhs_numbers_under_another_name_is_refused() {
    let folder = Folder::new();
    let waiting = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/rules/cwt/ptl/not_waiting.sql"
    ))
    .unwrap();
    let open = &[
        ("nhs_number", "9990000018"),
        ("ppi", "P1"),
        ("org_ppi_issuer", "RZZ"),
        ("crtp_start_date", "2026-10-01"),
    ][..];
    folder
        .upload("upload.csv", &[open])
        .file("rules/cwt/ptl/not_waiting.sql", &waiting);
    let list = [
        "ptl",
        "upload.csv",
        "--as-at",
        "2026-11-01",
        "--rules",
        "rules",
        "--table",
        "not_waiting",
    ];
    assert_eq!(folder.run(&list).code, 0);
    for shown in ["'patient ' || nhs_number", "CAST(nhs_number AS BIGINT)"] {
        folder.file(
            "rules/cwt/ptl/not_waiting.sql",
            format!("SELECT {shown} AS pathway FROM records\n"),
        );
        let run = folder.run(&list);
        assert_eq!(run.code, 5, "{shown}");
        assert!(
            run.stderr.contains("shows NHS numbers in `pathway`"),
            "{}",
            run.stderr
        );
        assert!(
            !run.stderr.contains("9990000018") && run.stdout.is_empty(),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn a_month_that_nothing_is_of_is_told() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    for command in ["waits", "performance", "phases"] {
        let run = folder.run(&[command, "upload.csv", "--month", "2019-10"]);
        assert_eq!(run.code, 0, "{command}");
        assert!(
            run.stderr
                .contains("note: no record that was read belongs to October 2019"),
            "{command}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_cell_that_excel_would_run_is_written_as_text() {
    let folder = Folder::new();
    let record = with(TOLD, &[("site_first_seen", "=1+1"), ("site_fdp_end", "-RZ1")]);
    folder.upload("upload.csv", &[&record]);
    let row = folder.run(&["records", "upload.csv"]).rows().remove(0);
    assert_eq!(
        (row["site_first_seen"].as_str(), row["site_fdp_end"].as_str()),
        ("'=1+1", "'-RZ1")
    );
    let json = folder.run(&["records", "upload.csv", "--format", "json"]).stdout;
    assert!(json.contains("\"=1+1\""), "{json}");
}

#[test]
fn text_is_not_written_into_a_file_that_is_named_as_a_workbook() {
    let folder = Folder::new();
    let run = folder
        .upload("upload.csv", &[TOLD])
        .run(&["waits", "upload.csv", "-o", "waits.xlsx"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("`waits.xlsx` is named like a workbook, but the output is text"),
        "{}",
        run.stderr
    );
    assert!(!folder.path("waits.xlsx").exists());
}

#[test]
fn what_the_figures_may_lack_or_have_twice_is_told() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]).file(
        "records.csv",
        "nhs_number,crtp_start_date\n9990000018,2026-10-01\n",
    );
    let run = folder.run(&["waits", "upload.csv", "records.csv"]);
    assert!(
        run.stderr
            .contains("note: records come from several sources, `ncwtmds`, `records`"),
        "{}",
        run.stderr
    );
    let referrals =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/referrals.csv")).unwrap();
    folder.file(
        "referrals.csv",
        referrals.lines().take(5).collect::<Vec<_>>().join("\n"),
    );
    let run = folder.run(&["waits", "referrals.csv"]);
    assert!(
        run.stderr.contains("note: no file with Definitive treatments"),
        "{}",
        run.stderr
    );
}
