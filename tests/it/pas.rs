//! Appointments, admissions and list entries of a PAS, beside the register.

use crate::kit::Folder;

const REFERRALS: &str = "CARE_ID,PATIENT_ID,N2_6_RECEIPT_DATE,N2_9_FIRST_SEEN_DATE,N2_4_PRIORITY_TYPE\n\
    1,10,2026-10-01,2026-10-13,03\n2,11,2026-10-01,,03\n";
const DEMOGRAPHICS: &str = "PATIENT_ID,N1_1_NHS_NUMBER\n10,9990000018\n11,9990000026\n";

fn register() -> Folder {
    let folder = Folder::new();
    folder
        .file("referrals.csv", REFERRALS)
        .file("demographics.csv", DEMOGRAPHICS);
    folder
}

fn found(folder: &Folder) -> Vec<(String, String, String)> {
    let ran = folder.run(&["check", ".", "--select", "CWT-X", "--as-at", "2026-10-20"]);
    let cell = |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].clone();
    ran.rows()
        .iter()
        .map(|row| (cell(row, "check"), cell(row, "file"), cell(row, "pathway")))
        .collect()
}

#[test]
fn appointments_in_bars_without_quotes_under_a_heading_with_a_hash_are_held_against_the_register() {
    let folder = register();
    folder.file(
        "PPATI_80130_RNJ_13102026_010000_1.TXT",
        "#PERSON_ID|ACTIVE_IND|NOTE|LOCAL_PATIENT_IDENT|NHS_NBR_IDENT|BIRTH_DT_TM|DECEASED_DT_TM\n\
         1|1|\"Bob|H1|9990000018|12/06/1950 23:00:00|31/12/2100 00:00:00\n\
         2|1|5\" scar|H2|9990000026|13/12/1950 00:00:00|01/01/1800 00:00:00\n\
         3|0||H3|9990000034|13/12/1950 00:00:00|\n",
    );
    folder.file(
        "OPATT_80130_RNJ_13102026_010000_1.TXT",
        "#CDS_BATCH_CONTENT_ID|ACTIVE_IND|SCHEDULE_ID|ENCNTR_ID|APPT_DT_TM|FIRST_ATT_NHS_CD_ALIAS|PERSON_ID|ATTENDED_DNA_NHS_CD_ALIAS\n\
         0|1|S1|E1|13/10/2026 09:00:00|1|1|3\n0|1|S2|E2|14/10/2026 09:00:00|1|2|5\n",
    );
    let ran = folder.run(&["records", ".", "--identifiable"]);
    let born: Vec<String> = ran.rows().iter().map(|row| row["birth_date"].clone()).collect();
    // 23:00 in summer is midnight of the next day.
    assert_eq!(born, ["1950-06-13", "1950-12-13"], "{}", ran.stderr);
    assert!(ran.rows().iter().all(|row| row["death_date"].is_empty()));
    assert!(
        ran.stderr.contains("1 set aside: deleted: ACTIVE_IND is 0"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        found(&folder),
        [(
            "CWT-X012".to_string(),
            "OPATT_80130_RNJ_13102026_010000_1.TXT".to_string(),
            "1".to_string()
        )]
    );
}

#[test]
fn appointments_alone_are_enough_and_say_what_the_register_lacks() {
    let folder = register();
    folder.file(
        "appointments.csv",
        "appointment_id,appointment_date,attendance,first_attendance,nhs_number,appointment_priority\n\
         7,2026-10-14,5,1,9990000026,2WW\n8,2026-10-13,5,1,9990000018,2WW\n",
    );
    let ran = folder.run(&["check", ".", "--select", "CWT-X01"]);
    assert!(!ran.stderr.contains("not linked to a patient"), "{}", ran.stderr);
    assert_eq!(
        found(&folder),
        [(
            "CWT-X013".to_string(),
            "appointments.csv".to_string(),
            "2".to_string()
        )]
    );
}
