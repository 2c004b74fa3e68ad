//! `reconcile`: one patient planted on either side is named, against the published figures and against the
//! file that was submitted.

use crate::kit::{Folder, Run, TOLD, upload_line, with};
use crate::national::publish;

type Record = Vec<(&'static str, &'static str)>;

/// Told on day 27 and treated for lung cancer on day 60, nine days after the decision.
fn treated(ppi: &'static str, nhs_number: &'static str) -> Record {
    let treatment = [
        ("ppi", ppi),
        ("nhs_number", nhs_number),
        ("decision_to_refer_date", "2026-08-19"),
        ("crtp_start_date", "2026-08-20"),
        ("date_first_seen", "2026-08-28"),
        ("fdp_end_reason", "01"),
        ("fdp_end_date", "2026-09-16"),
        ("fdp_primary_cancer_site", "03"),
        ("fdp_care_professional_type", "060"),
        ("fdp_communication_method", "01"),
        ("patient_status", "08"),
        ("care_setting", "01"),
        ("clinical_trial", "02"),
        ("ctp_start_date", "2026-10-10"),
        ("site_decision_to_treat", "RZZ01"),
        ("treatment_start_date", "2026-10-19"),
        ("treatment_event_type", "01"),
        ("treatment_modality", "23"),
        ("site_treatment_start", "RZZ01"),
        ("primary_diagnosis_icd", "C34.1"),
        ("tumour_laterality", "L"),
        ("cancer_referral_type", "03"),
    ];
    with(TOLD, &treatment)
}

/// Referrals told in October, and treatments of October, none like another in all that is published.
fn records() -> Vec<Record> {
    let told = |ppi, nhs_number, changes: &[(&'static str, &'static str)]| {
        with(&with(TOLD, &[("ppi", ppi), ("nhs_number", nhs_number)]), changes)
    };
    let treated =
        |ppi, nhs_number, changes: &[(&'static str, &'static str)]| with(&treated(ppi, nhs_number), changes);
    vec![
        told("A1", "9990000018", &[]),
        told(
            "A2",
            "9990000026",
            &[("cancer_referral_type", "08"), ("fdp_end_date", "2026-10-12")],
        ),
        told("A3", "9990000034", &[("cancer_referral_type", "03")]),
        treated("B1", "9990000042", &[]),
        treated(
            "B2",
            "9990000050",
            &[
                ("primary_diagnosis_icd", "C50.1"),
                ("treatment_modality", "02"),
                ("cancer_referral_type", "01"),
            ],
        ),
        treated(
            "B3",
            "9990000069",
            &[
                ("decision_to_refer_date", "2026-07-19"),
                ("crtp_start_date", "2026-07-20"),
                ("treatment_modality", "05"),
                ("ctp_start_date", "2026-09-10"),
            ],
        ),
    ]
}

/// The published workbook of the records, and an upload in which one record is otherwise.
fn planted(row: usize, changes: &[(&'static str, &'static str)]) -> Run {
    let folder = Folder::new();
    let mut records = records();
    folder.upload(
        "right.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    publish(
        &folder.path("published.xlsx"),
        &folder
            .run(&["performance", "right.csv", "--month", "2026-10"])
            .rows(),
    );
    records[row - 1] = with(&records[row - 1], changes);
    folder.upload("ours.csv", &records.iter().map(Vec::as_slice).collect::<Vec<_>>());
    folder.run(&[
        "reconcile",
        "ours.csv",
        "--published",
        "published.xlsx",
        "--provider",
        "RZZ",
    ])
}

/// Every line of a standard that differs names the row first.
fn names_first(run: &Run, standard: &str, row: usize, lines: usize) {
    let found: Vec<_> = run
        .rows()
        .into_iter()
        .filter(|line| line["standard"] == standard)
        .collect();
    assert_eq!(
        (run.code, found.len()),
        (1, lines),
        "{}{}",
        run.stdout,
        run.stderr
    );
    for line in found {
        let named = line["candidate_rows"].split(' ').next().unwrap_or_default();
        assert_eq!(named, format!("ours.csv:{row}"), "{}", run.stdout);
    }
}

#[test]
fn lines_that_agree_are_equal_first_seen_activity_too() {
    let run = planted(1, &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("31 equal, 0 different"), "{}", run.stderr);
    let told = "not compared: Urgent Suspected Cancer referral, all types together: the published file has \
        only lines by type";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn a_row_that_was_moved_to_another_month_is_named() {
    names_first(&planted(1, &[("fdp_end_date", "2026-11-02")]), "FDS", 1, 2);
    let moved = planted(4, &[("treatment_start_date", "2026-11-02")]);
    names_first(&moved, "31D", 4, 6);
    names_first(&moved, "62D", 4, 6);
    // The stop is not there at all.
    names_first(
        &planted(1, &[("fdp_end_date", ""), ("fdp_end_reason", "")]),
        "FDS",
        1,
        2,
    );
}

#[test]
fn a_row_whose_within_differs_is_named() {
    names_first(&planted(2, &[("crtp_start_date", "2026-09-02")]), "FDS", 2, 2);
    names_first(&planted(4, &[("crtp_start_date", "2026-08-17")]), "62D", 4, 6);
    names_first(&planted(4, &[("ctp_start_date", "2026-09-10")]), "31D", 4, 6);
}

#[test]
fn a_row_with_another_cancer_type_is_named_in_the_line_that_has_it_and_in_the_line_that_lacks_it() {
    names_first(&planted(3, &[("cancer_referral_type", "08")]), "FDS", 3, 2);
    let run = planted(5, &[("primary_diagnosis_icd", "C18.7")]);
    names_first(&run, "31D", 5, 4); // two types, over all stages and over the first
    names_first(&run, "62D", 5, 4);
    // With another treatment besides, it is like record 4 in all that is published: either may be the one.
    let run = planted(
        5,
        &[("primary_diagnosis_icd", "C34.1"), ("treatment_modality", "23")],
    );
    let rows = run.rows();
    assert_eq!(rows.iter().filter(|line| line["standard"] == "31D").count(), 8);
    assert!(
        rows.iter()
            .all(|line| line["candidate_rows"] == "ours.csv:4 ours.csv:5"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_row_that_was_first_seen_in_another_band_is_named() {
    let run = planted(1, &[("date_first_seen", "2026-10-16")]);
    names_first(&run, "Urgent Suspected Cancer referral", 1, 1);
    let line = &run.rows()[0];
    assert_eq!(
        (line["difference"].as_str(), line["bands"].as_str()),
        ("0", "In_15_to_16_days +1; Within_14_days -1")
    );
}

/// The records as they were submitted, and ours with changes.
fn submitted(ours: &[Record], earlier: &[Record], options: &[&str]) -> Run {
    let folder = Folder::new();
    folder.upload("ours.csv", &ours.iter().map(Vec::as_slice).collect::<Vec<_>>());
    folder.upload(
        "submitted.csv",
        &earlier.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    let command = [
        "reconcile",
        "ours.csv",
        "--submitted",
        "submitted.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
    ];
    folder.run(&[&command, options].concat())
}

#[test]
fn what_became_of_each_submitted_record_is_told_by_field_and_row_and_never_by_value() {
    let earlier = records();
    let mut ours = records();
    ours[0] = with(
        &ours[0],
        &[("cancer_referral_type", "08"), ("fdp_communication_method", "01")],
    );
    ours[3] = with(&ours[3], &[("treatment_start_date", "2026-11-03")]); // now of another month
    ours.remove(1);
    ours.push(treated("C1", "9990000077"));
    let run = submitted(&ours, &earlier, &[]);
    insta::assert_snapshot!(run.stdout, @r"
    status,pathway,ours,submitted,fields,held_back
    changed,RZZ/A1,ours.csv:1,submitted.csv:1,cancer_referral_type;fdp_communication_method,no
    removed,RZZ/A2,,submitted.csv:2,,
    changed,RZZ/B1,ours.csv:3,submitted.csv:4,treatment_start_date,yes
    added,RZZ/C1,ours.csv:6,,,no
    ");
    assert_eq!(run.code, 1);
    assert!(
        run.stderr
            .contains("submitted RZZ in October 2026: 3 equal, 2 changed, 1 added, 1 removed"),
        "{}",
        run.stderr
    );
    for value in ["2026-1", "99900000"] {
        assert!(
            !run.stdout.contains(value) && !run.stderr.contains(&format!("{value}0-")),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn the_same_records_in_another_order_are_equal() {
    let mut ours = records();
    ours.reverse();
    let run = submitted(&ours, &records(), &[]);
    assert_eq!(
        (run.code, run.rows().len()),
        (0, 0),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(submitted(&ours, &records(), &["--all"]).rows().len(), 6);
}

#[test]
fn two_treatments_of_a_pathway_are_told_apart_by_their_event() {
    let first = treated("B1", "9990000042");
    let later = |date, modality| {
        with(
            &treated("B1", "9990000042"),
            &[
                ("treatment_event_type", "03"),
                ("treatment_start_date", date),
                ("treatment_modality", modality),
            ],
        )
    };
    let earlier = [
        first.clone(),
        later("2026-10-25", "05"),
        later("2026-10-28", "02"),
    ];
    // The one of the 28th has another modality now, and the first is gone.
    let run = submitted(
        &[later("2026-10-28", "14"), later("2026-10-25", "05")],
        &earlier,
        &[],
    );
    let told: Vec<String> = run
        .rows()
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {}",
                row["status"], row["ours"], row["submitted"], row["fields"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "removed  submitted.csv:1 ",
            "changed ours.csv:1 submitted.csv:3 treatment_modality"
        ]
    );
}

#[test]
fn a_record_that_is_held_back_and_was_not_submitted_is_no_difference() {
    let mut ours = records();
    let held_back = with(&treated("C1", "9990000077"), &[("ctp_start_date", "2026-10-25")]);
    ours.push(held_back);
    let run = submitted(&ours, &records(), &[]);
    assert_eq!(
        (run.code, run.rows().len()),
        (0, 0),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert!(
        run.stderr
            .contains("1 record of ours held back by a reject and not submitted"),
        "{}",
        run.stderr
    );
}

#[test]
fn several_submitted_files_are_one_submission() {
    let folder = Folder::new();
    let records = records();
    folder.upload("ours.csv", &records.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let lines: Vec<String> = records.iter().map(|record| upload_line(record) + "\n").collect();
    folder
        .file("one.csv", lines[1..].concat())
        .file("two.csv", &lines[0]);
    let both = [
        "--submitted",
        "one.csv",
        "--submitted",
        "two.csv",
        "--month",
        "2026-10",
    ];
    assert_eq!(
        folder.run(&[&["reconcile", "ours.csv"], &both[..]].concat()).code,
        0
    );
    let one = folder.run(&[
        "reconcile",
        "ours.csv",
        "--submitted",
        "one.csv",
        "--month",
        "2026-10",
    ]);
    assert_eq!(
        one.rows()
            .iter()
            .map(|row| row["status"].as_str())
            .collect::<Vec<_>>(),
        ["added"]
    );
}

#[test]
fn both_comparisons_stand_under_one_row_of_headings() {
    let folder = Folder::new();
    let records = records();
    folder.upload("ours.csv", &records.iter().map(Vec::as_slice).collect::<Vec<_>>());
    folder.upload(
        "submitted.csv",
        &records[1..].iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    publish(
        &folder.path("published.xlsx"),
        &folder
            .run(&["performance", "submitted.csv", "--month", "2026-10"])
            .rows(),
    );
    let run = folder.run(&[
        "reconcile",
        "ours.csv",
        "--submitted",
        "submitted.csv",
        "--published",
        "published.xlsx",
    ]);
    let rows = run.rows();
    let told: Vec<[&str; 4]> = rows
        .iter()
        .map(|row| ["status", "standard", "candidate_rows", "ours"].map(|name| row[name].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ["different", "FDS", "ours.csv:1", ""],
            ["only-ours", "FDS", "ours.csv:1", ""],
            ["only-ours", "Urgent Suspected Cancer referral", "ours.csv:1", ""],
            ["added", "", "", "ours.csv:1"],
        ]
    );
}

#[test]
fn what_to_compare_with_and_the_month_of_an_upload_must_be_said() {
    let folder = Folder::new();
    folder.upload("ours.csv", &[TOLD]);
    let nothing = folder.run(&["reconcile", "ours.csv"]);
    assert!(
        nothing.code == 2 && nothing.stderr.contains("--published <FILE>|--submitted <FILE>"),
        "{}",
        nothing.stderr
    );
    let no_month = folder.run(&["reconcile", "ours.csv", "--submitted", "ours.csv"]);
    assert!(
        no_month.code == 2 && no_month.stderr.contains("add `--month`"),
        "{}",
        no_month.stderr
    );
    assert_eq!(
        folder
            .run(&[
                "reconcile",
                "ours.csv",
                "--submitted",
                "not-there.csv",
                "--month",
                "2026-10"
            ])
            .code,
        3
    );
}
