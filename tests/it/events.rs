//! Requests and reports of ICE and CRIS as the extra table `events`, tied to the pathways of the register.

use crate::kit::Folder;

const LISTING: &str = "title = \"Events\"\nqueries = [\"all\"]\ntables = [\"all\"]\n";
const ALL: &str = "
SELECT event_key, pathway_id, event_pathways, event_link, event_type, event_status, event_date, days_to_report, is_outstanding
FROM events
ORDER BY event_key
";

/// A register of three patients: one pathway, two pathways, and one known by hospital number alone.
fn register() -> Folder {
    let folder = Folder::new();
    folder.file("rules/cwt/events_seen/listing.toml", LISTING);
    folder.file("rules/cwt/events_seen/all.sql", ALL);
    folder.file(
        "referrals.csv",
        "CARE_ID,PATIENT_ID,N2_6_RECEIPT_DATE\n1,10,2026-10-01\n2,11,2026-10-01\n3,11,2026-10-05\n4,12,2026-10-02\n",
    );
    folder.file(
        "demographics.csv",
        "PATIENT_ID,N1_1_NHS_NUMBER,N1_2_HOSPITAL_NUMBER,N1_10_DATE_BIRTH\n\
         10,9990000018,H10,1950-06-01\n11,9990000026,H11,1951-06-01\n12,,H12,1952-06-01\n",
    );
    folder
}

fn events(folder: &Folder, files: &[&str]) -> String {
    let arguments = [&["list", "events_seen", "--rules", "rules"], files].concat();
    let ran = folder.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn an_event_belongs_to_the_one_pathway_of_its_patient_and_never_to_a_guessed_one() {
    let folder = register();
    folder.file(
        "ice.csv",
        "request_number,requested_at,test_name,nhs_number,hospital_number,date_of_birth,discipline,reported_at\n\
         A1,20261002090000,Histology,999 000 0018,,,HP,20261009100000\n\
         A2,20261002090000,Histology,9990000026,,,HP,\n\
         A3,20261002090000,FBC,,H12,1952-06-01,HM,\n\
         A4,20261002090000,FBC,,H12,1999-06-01,HM,\n\
         A5,20261002090000,FBC,9990000042,H10,,HM,\n\
         A6,20261002090000,FBC,,H99,,HM,\n",
    );
    folder.file(
        "cris.csv",
        "event_key,exam_code,requested_at,nhs_number,examined_at,verified_at\n\
         E-1,CCHAPC,2026-10-03,9990000018,2026-10-10,2026-10-12\n",
    );
    let files = ["referrals.csv", "demographics.csv", "ice.csv", "cris.csv"];
    assert_eq!(
        events(&folder, &files),
        "\
event_key,pathway_id,event_pathways,event_link,event_type,event_status,event_date,days_to_report,is_outstanding
A1,1,1,nhs_number,pathology,reported,2026-10-09,7,no
A2,ICE A2,2,nhs_number,pathology,requested,2026-10-02,,yes
A3,4,1,hospital_number,laboratory,requested,2026-10-02,,yes
A4,ICE A4,0,conflict,laboratory,requested,2026-10-02,,yes
A5,ICE A5,0,conflict,laboratory,requested,2026-10-02,,yes
A6,ICE A6,0,none,laboratory,requested,2026-10-02,,yes
E-1,1,1,nhs_number,imaging,reported,2026-10-12,9,no
"
    );
}

#[test]
fn without_a_file_of_events_the_table_is_there_and_empty() {
    let folder = register();
    let listed = events(&folder, &["referrals.csv", "demographics.csv"]);
    assert_eq!(listed.lines().count(), 1, "{listed}");
}

#[test]
fn events_alone_are_no_register() {
    let folder = register();
    folder.file(
        "ice.csv",
        "request_number,requested_at,test_name,nhs_number\nA1,2026-10-02,FBC,9990000018\n",
    );
    let ran = folder.run(&["check", "ice.csv"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.contains("give the register's export"),
        "{}",
        ran.stderr
    );
}

#[test]
fn messages_of_hl7_are_events_and_no_result_is_read() {
    let folder = register();
    let order = "MSH|^~\\&|ICE|RZZ|||202610021400||ORM^O01|1|P|2.3\rPID|1||H10^^^RZZ^MR~9990000018^^^NHS^NH||||19500601\r\
        ORC|NW|6529|||||||20261002\rOBR|1|6529||HIST^Histology|||||||||secret details\r";
    let report = "MSH|^~\\&|LAB|RZZ|||20261009||ORU^R01|2|P|2.5.1\rPID|1||H10^^^RZZ^MR~9990000018^^^NHS^NH||||19500601\r\
        ORC|RE|6529|L1\rOBR|1|6529|L1|HIST^Histology|||20261003|||||||||||||||20261009102417+0100||HP|F\r\
        OBX|1|TX|||secret result||||||F\r";
    let other = "MSH|^~\\&|PAS|RZZ|||20261009||ADT^A01|3|P|2.3\rPID|1||H10\r";
    folder.file("feed.hl7", [order, report, other].concat());
    let listed = events(&folder, &["referrals.csv", "demographics.csv", "feed.hl7"]);
    assert_eq!(
        listed,
        "\
event_key,pathway_id,event_pathways,event_link,event_type,event_status,event_date,days_to_report,is_outstanding
6529 HIST,1,1,nhs_number,pathology,reported,2026-10-09,7,no
"
    );
    let ran = folder.run(&[
        "check",
        "referrals.csv",
        "demographics.csv",
        "feed.hl7",
        "--summary",
    ]);
    assert!(
        ran.stderr
            .contains("feed.hl7  3 rows = 1 mapped + 2 set aside  (hl7, requests)"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("secret"));
    let of_a_folder = folder.run(&["check", ".", "--summary"]);
    assert!(of_a_folder.stderr.contains("feed.hl7"), "{}", of_a_folder.stderr);
}

#[test]
fn a_stage_that_no_list_knows_is_counted_and_a_preliminary_result_is_no_report() {
    let folder = register();
    folder.file(
        "ice.csv",
        "Request No,NHS No,Request Date,Test,Status,Reported\n\
         1,9990000018,02-OCT-2026 14:31,Biopsy,Final,09-OCT-2026 10:00\n\
         2,9990000018,02-OCT-2026 14:31,Biopsy,Preliminary,09-OCT-2026 10:00\n\
         3,9990000018,02-OCT-2026 14:31,Biopsy,With the registrar,0\n",
    );
    let listed = events(&folder, &["referrals.csv", "demographics.csv", "ice.csv"]);
    let stages: Vec<Vec<&str>> = listed
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .map(|cells: Vec<&str>| vec![cells[0], cells[5], cells[6]])
        .collect();
    assert_eq!(
        stages,
        [
            ["1", "reported", "2026-10-09"],
            ["2", "provisional", "2026-10-02"],
            ["3", "With the registrar", "2026-10-02"],
        ]
    );
    let ran = folder.run(&["milestones", "referrals.csv", "demographics.csv", "ice.csv"]);
    assert!(
        ran.stderr.contains("1 cell with a code that is in no list"),
        "{}",
        ran.stderr
    );
}
