//! `records`: every record as checks and measures see it.

use crate::kit::{Folder, TOLD, with};

#[test]
fn a_record_has_its_fields_and_what_was_derived_and_no_identifier() {
    let folder = Folder::new();
    let late = with(
        TOLD,
        &[
            ("ppi", "A2"),
            ("fdp_end_date", "2026-10-31"),
            ("delay_comment_fdp", "Mrs Example was away"),
        ],
    );
    folder.upload(
        "october.csv",
        &[TOLD, &late, &with(TOLD, &[("ppi", ""), ("org_ppi_issuer", "")])],
    );
    let run = folder.run(&["records", "october.csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .starts_with("file,row,pathway,nhs_number_status,org_ppi_issuer,source_of_referral,"),
        "{}",
        run.stdout
    );
    let rows = run.rows();
    let shown: Vec<[&str; 7]> = rows
        .iter()
        .map(|row| {
            [
                "row",
                "pathway",
                "crtp_start_date",
                "scenario",
                "route",
                "days_fds",
                "carries_fds",
            ]
            .map(|column| row[column].as_str())
        })
        .collect();
    assert_eq!(
        shown,
        [
            [
                "1",
                "RZZ/A1",
                "2026-10-01",
                "1b",
                "Urgent Suspected Cancer",
                "27",
                "yes"
            ],
            [
                "2",
                "RZZ/A2",
                "2026-10-01",
                "1b",
                "Urgent Suspected Cancer",
                "30",
                "yes"
            ],
            [
                "3",
                "october.csv:3",
                "2026-10-01",
                "1b",
                "Urgent Suspected Cancer",
                "27",
                "yes"
            ],
        ]
    );
    for hidden in [
        "9990000018",
        "Mrs Example",
        "pathway_key",
        "nhs_number,",
        "delay_comment",
        "__readable",
    ] {
        assert!(!run.stdout.contains(hidden), "{hidden}: {}", run.stdout);
    }
    assert!(run.stderr.contains("not anonymous"), "{}", run.stderr);
}

#[test]
fn identifiers_are_given_when_they_are_asked_for_and_it_is_said() {
    let folder = Folder::new();
    folder.upload("october.csv", &[TOLD]);
    let run = folder.run(&["records", "october.csv", "--identifiable", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&rows[0]["nhs_number"], &rows[0]["days_fds"]),
        (&"9990000018".into(), &27.into())
    );
    assert!(rows[0]["treatment_start_date"].is_null());
    assert!(
        run.stderr.contains("identifiable: they hold NHS numbers"),
        "{}",
        run.stderr
    );
}
