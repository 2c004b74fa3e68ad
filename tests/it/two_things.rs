//! One key that stands for two things, two keys that stand for one, and values that cannot be.

use crate::kit::{Folder, Run, TOLD, with};

const REFERRALS: &str = "CARE_ID,PATIENT_ID,N2_16_OP_REFERRAL,N2_4_PRIORITY_TYPE,N2_6_RECEIPT_DATE,N2_12_CANCER_TYPE,N2_9_FIRST_SEEN_DATE,N1_3_ORG_CODE_SEEN,L_PT_INFORMED_DATE,FasterDiagnosisOrganisation,N4_2_DIAGNOSIS_CODE\n";
const PATIENTS: &str = "PATIENT_ID,N1_1_NHS_NUMBER,NHS_NUMBER_STATUS,N1_2_HOSPITAL_NUMBER,N1_10_DATE_BIRTH\n";
const TREATMENTS: &str =
    "TREATMENT_ID,CARE_ID,TREAT_NO,DECISION_DATE,START_DATE,ORG_CODE,TREATMENT,TREATMENT_EVENT\n";

fn referral(care_id: &str, patient: &str, received: &str, icd: &str) -> String {
    format!("{care_id},{patient},03,03,{received},07,2026-10-09,RZZ01,2026-10-20,RZZ01,{icd}\n")
}

fn one_register(folder: &Folder, name: &str, number: &str, received: &str, icd: &str) {
    folder
        .file(
            &format!("{name}referrals.csv"),
            format!("{REFERRALS}{}", referral("1", "1", received, icd)),
        )
        .file(
            &format!("{name}demographics.csv"),
            format!("{PATIENTS}1,{number},01,H1,1950-06-01\n"),
        )
        .file(
            &format!("{name}treatments.csv"),
            format!("{TREATMENTS}1,1,1,{received},2026-10-25,RZZ01,23,01\n"),
        );
}

/// Lines as `pathway standard days`.
fn waits(run: &Run) -> Vec<String> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows = run.rows();
    let of_62 = rows.iter().filter(|row| row["standard"] == "62D");
    of_62
        .map(|row| {
            ["pathway", "cancer_type", "days", "reason"]
                .map(|name| row[name].clone())
                .join(" ")
        })
        .collect()
}

#[test]
fn two_registers_are_told_apart_by_folder_or_refused() {
    let folder = Folder::new();
    one_register(&folder, "a/", "9990000018", "2026-10-02", "C187");
    one_register(&folder, "b/", "9990000026", "2026-08-01", "C509");
    let run = folder.run(&["waits", "a", "b"]);
    assert_eq!(waits(&run), ["1/1 Lower Gastrointestinal 23 ", "2/1 Breast 85 "]);
    assert!(
        run.stderr
            .contains("`a/demographics.csv` and `b/demographics.csv` both number PATIENT_ID from the start"),
        "{}",
        run.stderr
    );
    one_register(&folder, "both/a_", "9990000018", "2026-10-02", "C187");
    one_register(&folder, "both/b_", "9990000026", "2026-08-01", "C509");
    let run = folder.run(&["waits", "both"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("put all files of each system into a folder of its own"),
        "{}",
        run.stderr
    );
}

#[test]
fn exports_of_one_register_that_overlap_are_not_two() {
    let folder = Folder::new();
    let rows = |from: u32, last: &str| -> String {
        (from..from + 3)
            .map(|id| referral(&id.to_string(), &id.to_string(), "2026-10-02", "C187"))
            .collect::<String>()
            + last
    };
    folder
        .file("september.csv", format!("{REFERRALS}{}", rows(1, "")))
        .file(
            "october.csv",
            format!(
                "{REFERRALS}{}",
                rows(2, &referral("1", "9", "2026-10-02", "C187"))
            ),
        );
    let run = folder.run(&["waits", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.rows().len(), 4);
    assert!(
        run.stderr
            .contains("1 number of CARE_ID with another PATIENT_ID in each: the earlier row is used"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_treatment_number_that_restarts_in_each_table_sets_no_treatment_aside() {
    let folder = Folder::new();
    one_register(&folder, "", "9990000018", "2026-10-02", "C187");
    folder.file(
        "drugs.csv",
        format!("{TREATMENTS}1,1,2,2026-10-28,2026-11-05,RZZ01,02,02\n"),
    );
    let run = folder.run(&["waits", "."]);
    let rows = run.rows();
    let counted = rows
        .iter()
        .filter(|row| row["standard"] == "31D" && row["counted"] == "yes");
    assert_eq!(counted.count(), 2, "{}", run.stdout);
    assert!(
        run.stderr
            .contains("stand on an earlier row with another TREATMENT: both are used"),
        "{}",
        run.stderr
    );
}

#[test]
fn hospital_numbers_are_linked_without_regard_to_case_spaces_and_leading_zeros() {
    let folder = Folder::new();
    let numbers = ["h0001234", "1234567", "RZZ 7654321", "0055"];
    let rows: String = (1..=4)
        .map(|id| referral(&id.to_string(), &id.to_string(), "2026-10-02", "C187"))
        .collect();
    let patients: String = numbers
        .iter()
        .zip(1..)
        .map(|(number, id)| format!("{id},,07,{number},\n"))
        .collect();
    folder
        .file("referrals.csv", format!("{REFERRALS}{rows}"))
        .file("demographics.csv", format!("{PATIENTS}{patients}"))
        .file(
            "pas.csv",
            "PATNT_REFNO,PASID,NHS_IDENTIFIER,DATE_OF_BIRTH\n1,H0001234,,1950-06-01\n2,001234567,,1951-06-01\n3,RZZ7654321,,1952-06-01\n4,55,,1953-06-01\n5,00055,,1954-06-01\n",
        );
    let run = folder.run(&["records", ".", "--unsafe-identifiers"]);
    let run = if run.code == 0 {
        run
    } else {
        folder.run(&["check", ".", "--summary"])
    };
    assert!(
        run.stderr.contains(
            "1 record not linked to a patient of the PAS, so it gives it no date (1: the \
            number stands on patients with different dates of birth)"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn a_category_that_icd10_does_not_have_is_no_cancer_that_is_counted() {
    let folder = Folder::new();
    for (icd, waits_of) in [
        ("C35", "1 Other (a) 23 incomplete"),
        ("C421", "1 Other (a) 23 incomplete"),
        ("C187", "1 Lower Gastrointestinal 23 "),
    ] {
        one_register(&folder, "", "9990000018", "2026-10-02", icd);
        assert_eq!(waits(&folder.run(&["waits", "."])), [waits_of], "{icd}");
    }
}

#[test]
fn the_upload_has_no_filler_in_a_divided_category_and_no_line_end_in_a_cell() {
    let folder = Folder::new();
    let told = |number: &'static str, icd: &'static str, comment: &'static str| {
        with(
            TOLD,
            &[
                ("nhs_number", number),
                ("ppi", number),
                ("fdp_end_reason", "01"),
                ("fdp_primary_cancer_site", "01"),
                ("primary_diagnosis_icd", icd),
                ("delay_comment_fdp", comment),
            ],
        )
    };
    let first = told("9990000018", "C50", "\"first line\nsecond\"");
    folder.upload("upload.csv", &[&first, &told("9990000026", "C61", "one")]);
    let run = folder.run(&[
        "check",
        "upload.csv",
        "--select",
        "CWT-X208",
        "--select",
        "CWT-X210",
    ]);
    let found: Vec<String> = run
        .rows()
        .iter()
        .map(|row| format!("{} {}", row["check"], row["fields"]))
        .collect();
    assert_eq!(
        found,
        ["CWT-X208 primary_diagnosis_icd", "CWT-X210 delay_comment_fdp"]
    );
    folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--out",
        "out",
    ]);
    let upload = std::fs::read_to_string(folder.path("out/upload-2026-10.csv")).unwrap();
    assert!(
        upload.contains("first line second") && upload.contains(",C61X,") && !upload.contains("C50X"),
        "{upload}"
    );
}

#[test]
fn a_month_that_has_not_begun_has_no_performance() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    let run = folder.run(&["performance", "upload.csv", "--month", "2026-12"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("December 2026 has not begun by 2026-11-24"),
        "{}",
        run.stderr
    );
}
