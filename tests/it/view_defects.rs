//! The known defects of the register's reporting views: each is handled, or the user is told.

use crate::kit::{Folder, Run};

const REFERRALS: &str = "CARE_ID,PATIENT_ID,N2_6_RECEIPT_DATE\n1,1,2026-07-01\n2,2,2026-07-02\n";
const HEADINGS: &str = "CARE_ID,Full Name,Consultant,Date Decision to Treat,Date Start of Treatment,Organisation (Treatment) Site Code,Treatment Event Type,Clinical Trial,Prescribed Dose (Gy)";

/// The records of two pathways with this file beside them.
fn records(name: &str, text: &str) -> (Run, Vec<std::collections::BTreeMap<String, String>>) {
    let folder = Folder::new();
    folder.file("referrals.csv", REFERRALS).file(name, text);
    let ran = folder.run(&["records", "referrals.csv", name]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = ran.rows();
    (ran, rows)
}

fn teletherapy(rows: &str) -> (Run, Vec<std::collections::BTreeMap<String, String>>) {
    records("BIvwTreatmentTeletherapy.csv", &format!("{HEADINGS}\n{rows}"))
}

#[test]
fn defect_1_a_branch_of_the_view_is_there_twice_and_each_row_counts_once() {
    let row = "1,A,B,2026-08-01,2026-08-20,RZZ01,01,Yes,60\n";
    let (ran, rows) = teletherapy(&[row, row].concat());
    assert_eq!(rows.len(), 2);
    assert!(ran.stderr.contains("1 mapped + 1 set aside"), "{}", ran.stderr);
}

#[test]
fn defect_2_a_name_that_one_missing_part_blanked_loses_no_row() {
    let (_, rows) = teletherapy("1,,,2026-08-01,2026-08-20,RZZ01,01,Yes,60\n");
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row["treatment_start_date"] == "2026-08-20"));
}

#[test]
fn defect_3_letters_without_a_stage_are_blank() {
    let folder = Folder::new();
    folder.file("referrals.csv", REFERRALS).file(
        "pathology.csv",
        "CARE_ID,Date of Reporting,Report No,Investigation Type\n1,2026-07-20,R1,pT:  pN:  pM: \n",
    );
    folder.file(
        "rules/cwt/seen/listing.toml",
        "title = \"Events\"\nqueries = [\"all\"]\ntables = [\"all\"]\n",
    );
    folder.file(
        "rules/cwt/seen/all.sql",
        "SELECT event_key, event_name FROM events",
    );
    let ran = folder.run(&[
        "list",
        "seen",
        "referrals.csv",
        "pathology.csv",
        "--rules",
        "rules",
    ]);
    assert_eq!(ran.stdout, "event_key,event_name\nR1,\n", "{}", ran.stderr);
}

#[test]
fn defect_4_a_cell_of_thirty_spaces_is_blank() {
    let spaces = " ".repeat(30);
    let (_, rows) = teletherapy(&format!("1,A,B,{spaces},2026-08-20,{spaces},01,Yes,60\n"));
    let row = rows
        .iter()
        .find(|row| row["treatment_start_date"] == "2026-08-20")
        .unwrap();
    assert_eq!(
        (
            row["ctp_start_date"].as_str(),
            row["site_treatment_start"].as_str()
        ),
        ("", "")
    );
}

#[test]
fn defect_5_a_no_that_may_never_have_been_recorded_is_named() {
    let (ran, rows) = teletherapy("1,A,B,2026-08-01,2026-08-20,RZZ01,01,No,60\n");
    assert!(rows.iter().any(|row| row["clinical_trial"] == "02"));
    assert!(ran.stderr.contains("No may mean not known"), "{}", ran.stderr);
}

#[test]
fn defects_6_and_10_rows_and_texts_that_the_metastases_view_leaves_out_are_named() {
    let (ran, rows) = records(
        "BIvwMetastases.csv",
        "CareID,Location,Certainty,Type\n1,Liver,,\n",
    );
    assert_eq!(rows.len(), 2);
    for told in [
        "leaves out rows without a referral",
        "one certainty is missing",
        "0 mapped + 1 set aside",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
}

#[test]
fn defect_7_one_column_for_two_stages_is_named() {
    let (ran, _) = records(
        "BIvwStaging.csv",
        "CARE_ID,Pre-Treatment Staging Date,Dukes,Ann Arbor Stage\n1,2026-07-20,B,\n",
    );
    assert!(ran.stderr.contains("Dukes and Ann Arbor"), "{}", ran.stderr);
}

#[test]
fn defect_8_consultants_and_sites_that_are_there_twice_multiply_no_treatment() {
    let (ran, rows) = teletherapy(
        "1,A,Live,2026-08-01,2026-08-20,RZZ01,01,Yes,60\n1,A,Deleted,2026-08-01,2026-08-20,RZZ09,01,Yes,60\n",
    );
    assert_eq!(rows.len(), 2);
    assert!(ran.stderr.contains("1 mapped + 1 set aside"), "{}", ran.stderr);
}

#[test]
fn defect_9_views_of_one_export_may_write_dates_differently() {
    let (_, rows) = records(
        "BIvwTreatmentBrachytherapy.csv",
        "CARE_ID,Date Decision to Treat,Date Start of Treatment,Treatment Event Type\n1,13/08/2026,20/08/2026,01\n",
    );
    let row = rows.iter().find(|row| row["treatment_modality"] == "06").unwrap();
    assert_eq!(row["treatment_start_date"], "2026-08-20");
}

#[test]
fn defect_11_a_meeting_with_a_row_for_each_attendance_is_one_meeting() {
    let (ran, rows) = records(
        "BIvwCarePlanMDT.csv",
        "CARE_ID,MDT Meeting Date,Was patient discussed at MDT,MDT Meeting Site\n\
         1,2026-07-20,Yes,RZZ01\n1,2026-07-20,Yes,RZZ01\n",
    );
    assert_eq!(rows.len(), 2);
    assert!(ran.stderr.contains("1 mapped + 1 set aside"), "{}", ran.stderr);
}
