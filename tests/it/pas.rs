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

/// A row of fixed width: texts at their first characters, counted from 1.
fn fixed(texts: &[(usize, &str)]) -> String {
    let mut row = String::new();
    for (at, text) in texts {
        row.push_str(&" ".repeat(at - 1 - row.len()));
        row.push_str(text);
    }
    row + "\r\n"
}

#[test]
fn outpatients_and_admissions_of_fixed_width_are_what_the_same_files_with_headings_are() {
    let outpatient = [
        (1, "CDS062020"),
        (284, "H1"),
        (308, "9990000018"),
        (321, "19500612"),
    ];
    let seen = [
        (1661, "A1"),
        (1675, "31"),
        (1681, "20261013"),
        (4552, "3"),
        (4556, "20261001"),
    ];
    let admitted = [
        (1, "CDS062130"),
        (308, "9990000018"),
        (321, "19500612"),
        (1033, "S7"),
        (1052, "20261019"),
    ];
    let by_width = register();
    by_width.file("sus_op.txt", fixed(&[&outpatient[..], &seen[..]].concat()));
    by_width.file("sus_apc.txt", fixed(&admitted) + &fixed(&[(1, "CDS062140")]));
    let by_heading = register();
    by_heading.file(
        "sus_op.csv",
        "NHS NUMBER,Local Patient Identifier,Person Birth Date,Attendance Identifier,AttendedOrDidNotAttendCode,\
         FirstAttendanceCode,Appointment Date,PriorityTypeCode,Referral Request Received Date\n\
         9990000018,H1,19500612,A1,3,1,20261013,3,20261001\n",
    );
    by_heading.file(
        "sus_apc.csv",
        "NHS NUMBER,Person Birth Date,Hospital Provider Spell Number,Start Date (Hospital Provider Spell)\n\
         9990000018,19500612,S7,20261019\n",
    );
    let read = |folder: &Folder| folder.run(&["records", ".", "--identifiable", "--as-at", "2026-10-20"]);
    let (one, other) = (read(&by_width), read(&by_heading));
    assert_eq!(one.stdout, other.stdout, "{}\n{}", one.stderr, other.stderr);
    assert!(one.stdout.contains("1950-06-12"), "{}", one.stdout);
    let words = [
        "`sus_op.txt` is read as a table of fixed width",
        "1 set aside: it is a row of another kind than the first",
    ];
    for words in words {
        assert!(one.stderr.contains(words), "{}", one.stderr);
    }
    assert_eq!(found(&by_width).len(), found(&by_heading).len());
    assert!(!found(&by_width).is_empty());
}

#[test]
fn a_layout_of_fixed_width_that_lacks_a_column_is_refused() {
    let folder = register();
    let source = |fixed: &str| {
        format!(
            "name = 'short'\ntitle = 'Short'\ndata_set = 'cwt'\ngives = 'records'\ndate_forms = ['%Y']\nsource = 'ours'\n\
             basis = 'local'\nrecords = 'SELECT _id, A AS care_id FROM rows'\n[[table]]\nname = 'rows'\ntitle = 'Rows'\n\
             required = ['A']\n[table.fixed]\n{fixed}"
        )
    };
    for (fixed, words) in [
        (
            "marks = [{ at = 1, text = 'X' }]\ncolumns = {}\n",
            "does not say where `A` stands",
        ),
        ("marks = []\ncolumns = { A = [1, 2] }\n", "needs a mark"),
        (
            "marks = [{ at = 1, text = 'X' }]\ncolumns = { A = [0, 2] }\n",
            "counts characters from 1",
        ),
        (
            "marks = [{ at = 1, text = 'X' }]\ncolumns = { A = [1, 2], B = [3, 1] }\n",
            "names `B`",
        ),
    ] {
        folder.file("ours/sources/short.toml", source(fixed));
        let ran = folder.run(&["records", ".", "--rules", "ours"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn a_date_with_its_month_in_letters_and_a_time_is_a_date() {
    for written in [
        "13-JUN-1950 00:00",
        "13-Jun-1950 00:00:00",
        "13 Jun 1950 00:00",
        "Jun 13 1950 12:00AM",
        "1950-06-13 00:00",
    ] {
        let folder = register();
        folder.file(
            "patients.csv",
            format!(
                "patnt_refno,pasid,nhs_identifier,dttm_of_birth,pat_dod\n\
                 1,H1,999 000 0018,{written},01-JAN-1900 00:00\n"
            ),
        );
        let ran = folder.run(&["records", ".", "--identifiable"]);
        let rows = ran.rows();
        assert_eq!(
            (rows[0]["birth_date"].as_str(), rows[0]["death_date"].as_str()),
            ("1950-06-13", ""),
            "{written}: {}",
            ran.stderr
        );
    }
}
