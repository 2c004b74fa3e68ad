//! `clockstop link`: how each record was found among the patients of a PAS.

use crate::kit::Folder;

/// Eight pathways, two of them of one patient. The hospital number `0h12` is written `H12` in the PAS.
const REFERRALS: &str = "CARE_ID,PATIENT_ID,N2_6_RECEIPT_DATE\n\
    1,10,2026-10-01\n2,10,2026-10-02\n3,11,2026-10-01\n4,12,2026-10-01\n5,13,2026-10-01\n6,14,2026-10-01\n7,15,2026-10-01\n8,16,2026-10-01\n";
const DEMOGRAPHICS: &str = "PATIENT_ID,N1_1_NHS_NUMBER,N1_2_HOSPITAL_NUMBER,N1_10_DATE_BIRTH\n\
    10,9990000018,H10,1950-06-01\n11,9990000026,,1951-06-01\n12,,0h12,1952-06-01\n13,9990000042,H12,\n\
    14,,H14,1954-06-01\n15,9990000050,H15,\n16,,H16,\n";
const PATIENTS: &str = "hospital_number,nhs_number,date_of_birth,date_of_death\n\
    H10,9990000018,1950-06-01,\nH11,9990000026,1951-06-01,\nH12,,1952-06-01,\nH42,9990000042,1953-06-01,\n\
    H14,,1960-06-01,\nH14,,1961-06-01,\nH16,,1970-06-01,\n";

#[test]
fn each_record_has_one_of_six_statuses_and_none_is_merged_or_doubled() {
    let folder = Folder::new();
    folder
        .file("referrals.csv", REFERRALS)
        .file("demographics.csv", DEMOGRAPHICS)
        .file("patients.csv", PATIENTS);
    let ran = folder.run(&["link", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found: Vec<(String, String)> = ran
        .rows()
        .iter()
        .map(|row| (row["pathway"].clone(), row["status"].clone()))
        .collect();
    let expected = [
        // Two primaries of a patient stay two.
        ("1", "MATCHED_BOTH"),
        ("2", "MATCHED_BOTH"),
        ("3", "MATCHED_NHS"),
        ("4", "MATCHED_MRN"),
        // The hospital number is that of a patient without an NHS number: nothing says that they are two
        // people.
        ("5", "MATCHED_NHS"),
        ("6", "AMBIGUOUS"),
        ("7", "UNMATCHED"),
        // A hospital number alone, without a date of birth to confirm it.
        ("8", "UNMATCHED"),
    ];
    let expected: Vec<(String, String)> = expected
        .iter()
        .map(|(pathway, status)| (pathway.to_string(), status.to_string()))
        .collect();
    assert_eq!(found, expected);
    assert!(
        ran.stderr
            .contains("linked    8 records before and after, compared with 7 patients of the PAS"),
        "{}",
        ran.stderr
    );
    for number in ["9990000018", "H10", "1950-06-01"] {
        assert!(!ran.stdout.contains(number), "{number}");
    }
}

#[test]
fn numbers_that_lead_to_two_people_are_a_conflict_and_the_summary_counts() {
    let folder = Folder::new();
    folder
        .file("referrals.csv", "CARE_ID,PATIENT_ID,N2_6_RECEIPT_DATE\n1,10,2026-10-01\n2,11,2026-10-01\n3,12,2026-10-01\n")
        .file(
            "demographics.csv",
            "PATIENT_ID,N1_1_NHS_NUMBER,N1_2_HOSPITAL_NUMBER,N1_10_DATE_BIRTH\n\
             10,9990000018,H11,\n11,9990000026,H11,1951-06-02\n12,,H11,1950-01-01\n",
        )
        .file(
            "patients.csv",
            "hospital_number,nhs_number,date_of_birth,date_of_death\nH10,9990000018,1950-06-01,\nH11,9990000026,1951-06-01,\n",
        );
    let ran = folder.run(&["link", ".", "--summary"]);
    assert_eq!(
        ran.stdout,
        "\
status,why,records
CONFLICT,\"the NHS number agrees, and the dates of birth differ\",1
CONFLICT,\"the NHS number is of one patient of the PAS, and the hospital number of another\",1
CONFLICT,\"the hospital number agrees, and the dates of birth differ\",1
",
        "{}",
        ran.stderr
    );
}

#[test]
fn a_register_alone_cannot_be_linked() {
    let folder = Folder::new();
    folder.file("referrals.csv", REFERRALS);
    let ran = folder.run(&["link", "referrals.csv"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.contains("no file gives the patients of a PAS"),
        "{}",
        ran.stderr
    );
}
