//! Records of one pathway are read together: whole, split as the scenarios of the data set send it, in any
//! order of rows.

use crate::kit::Folder;

type Cells<'a> = Vec<(&'a str, &'a str)>;

/// What every record of the pathway carries.
const KEY: &[(&str, &str)] = &[
    ("nhs_number", "9990000018"),
    ("ppi", "P1"),
    ("org_ppi_issuer", "RZZ"),
];
const REFERRAL: &[(&str, &str)] = &[
    ("source_of_referral", "03"),
    ("priority_type", "3"),
    ("crtp_start_date", "2026-03-02"),
    ("cancer_referral_type", "03"),
    ("date_first_seen", "2026-03-09"),
    ("site_first_seen", "RZ801"),
    ("wta_first_seen_days", "5"),
];
const OUTCOME: &[(&str, &str)] = &[
    ("fdp_end_date", "2026-03-20"),
    ("fdp_end_reason", "01"),
    ("site_fdp_end", "RZ801"),
];
const TRANSFER: &[(&str, &str)] = &[
    ("ipt_org_referring", "RZ801"),
    ("ipt_org_receiving", "RZZ01"),
    ("ipt_received_date", "2026-04-20"),
];
const UPGRADE: &[(&str, &str)] = &[
    ("consultant_upgrade_date", "2026-03-05"),
    ("site_consultant_upgrade", "RZ801"),
];
const TREATMENT: &[(&str, &str)] = &[
    ("primary_diagnosis_icd", "C341"),
    ("ctp_start_date", "2026-04-22"),
    ("treatment_start_date", "2026-05-06"),
    ("site_treatment_start", "RZZ01"),
    ("treatment_event_type", "01"),
    ("treatment_modality", "23"),
];

fn record<'a>(parts: &[&[(&'a str, &'a str)]]) -> Cells<'a> {
    [KEY]
        .iter()
        .chain(parts)
        .flat_map(|part| part.iter().copied())
        .collect()
}

/// The counted lines without file and row, in order of their text.
fn counted(records: &[Cells], as_at: &str) -> Vec<String> {
    let folder = Folder::new();
    let records: Vec<&[(&str, &str)]> = records.iter().map(Vec::as_slice).collect();
    folder.upload("upload.csv", &records);
    let run = folder.run(&["waits", "upload.csv", "--as-at", as_at]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut lines: Vec<String> = run
        .rows()
        .into_iter()
        .filter(|line| line["counted"] == "yes")
        .map(|line| {
            let shown = [
                "standard",
                "start",
                "stop",
                "adjustment",
                "days",
                "route",
                "org_code",
                "share",
            ];
            shown.map(|column| line[column].clone()).join(" ")
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_pathway_as_one_record_as_split_records_and_in_any_order_gives_the_same_lines() {
    let whole = counted(&[record(&[REFERRAL, OUTCOME, TRANSFER, TREATMENT])], "2026-11-01");
    assert_eq!(
        whole,
        [
            "31D 2026-04-22 2026-05-06 0 14 Urgent Suspected Cancer RZZ 1",
            "62D 2026-03-02 2026-05-06 5 60 Urgent Suspected Cancer RZZ 1",
            "FDS 2026-03-02 2026-03-20 5 13 Urgent Suspected Cancer RZ8 1",
        ]
    );
    let splits: Vec<Vec<Cells>> = vec![
        vec![
            record(&[REFERRAL, OUTCOME]),
            record(&[TRANSFER]),
            record(&[TREATMENT]),
        ],
        vec![record(&[REFERRAL]), record(&[OUTCOME, TRANSFER, TREATMENT])],
        vec![
            record(&[REFERRAL, TRANSFER]),
            record(&[OUTCOME]),
            record(&[OUTCOME, TREATMENT]),
        ],
    ];
    for mut split in splits {
        assert_eq!(counted(&split, "2026-11-01"), whole);
        split.reverse();
        assert_eq!(counted(&split, "2026-11-01"), whole);
        split.rotate_left(1);
        assert_eq!(counted(&split, "2026-11-01"), whole);
    }
}

#[test]
fn an_upgrade_on_another_record_makes_the_route() {
    let whole = counted(&[record(&[REFERRAL, UPGRADE, TREATMENT])], "2026-11-01");
    let split = counted(
        &[record(&[REFERRAL, UPGRADE]), record(&[TREATMENT])],
        "2026-11-01",
    );
    assert!(
        whole
            .iter()
            .any(|line| line.contains("Consultant Upgrade RZ8 0.5")),
        "{whole:?}"
    );
    assert_eq!(split, whole);
}

#[test]
fn where_other_records_differ_on_an_item_the_wait_is_not_counted() {
    let folder = Folder::new();
    let (one, other, treated) = (
        record(&[REFERRAL]),
        record(&[&[("crtp_start_date", "2026-03-03"), ("priority_type", "3")]]),
        record(&[TREATMENT]),
    );
    folder.upload("upload.csv", &[&one, &other, &treated]);
    let rows = folder
        .run(&["waits", "upload.csv", "--as-at", "2026-11-01"])
        .rows();
    let line = rows
        .iter()
        .find(|line| line["row"] == "3" && line["standard"] == "62D")
        .unwrap();
    assert_eq!(
        (line["counted"].as_str(), line["reason"].as_str()),
        ("no", "records-differ")
    );
}

#[test]
fn what_lies_after_the_day_of_the_figures_is_planned() {
    let records = [record(&[REFERRAL, OUTCOME, TREATMENT])];
    assert_eq!(counted(&records, "2026-05-06").len(), 4);
    assert_eq!(counted(&records, "2026-05-05").len(), 1);
}
