//! Exports of the register and the PAS, as files.

use rust_xlsxwriter::{Format, Workbook};

use crate::kit::Folder;

const DEMOGRAPHICS: &str = "PATIENT_ID,N1_1_NHS_NUMBER,NHS_NUMBER_STATUS,N1_10_DATE_BIRTH\n7,9990000018,01,1960-02-01\n";
const REFERRALS: &str = "CARE_ID,PATIENT_ID,N2_16_OP_REFERRAL,N2_4_PRIORITY_TYPE,N2_6_RECEIPT_DATE,N2_9_FIRST_SEEN_DATE,N1_3_ORG_CODE_SEEN,N2_12_CANCER_TYPE,N2_13_CANCER_STATUS,N4_2_DIAGNOSIS_CODE,EXTRA\n\
    100,7,03,03,01/08/2026,2026-08-10 00:00:00,RZZ01,07,08,C180,x\n\
    101,8,03,03,01/08/2026,,RZZ01,07,14,,x\n";
const TREATMENTS: &str = "TREATMENT_ID,CARE_ID,PATHWAY_ID,DECISION_DATE,ORG_CODE_DTT,START_DATE,TREATMENT,ORG_CODE,TREATMENT_EVENT,TREATMENT_SETTING,TREAT_NO\n\
    1,100,PP1,2026-09-10,RZZ01,2026-10-02,23,RZZ01,01,01,1\n\
    2,999,PP9,2026-09-10,RZZ01,2026-10-02,23,RZZ01,01,01,1\n";

#[test]
fn the_register_is_joined_from_its_tables_and_no_row_is_lost() {
    let folder = Folder::new();
    folder.file("demographics.csv", DEMOGRAPHICS).file("referrals.csv", REFERRALS).file("treatments.csv", TREATMENTS);
    let run = folder.run(&["waits", "demographics.csv", "referrals.csv", "treatments.csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for words in
        ["referrals.csv  2 rows = 2 mapped + 0 set aside", "treatments.csv  2 rows = 1 mapped + 1 set aside", "columns not used: EXTRA"]
    {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    let line = run.rows().into_iter().find(|line| line["standard"] == "62D").unwrap();
    assert_eq!(
        [&line["file"], &line["row"], &line["pathway"], &line["counted"], &line["days"]],
        ["treatments.csv", "2", "100", "yes", "62"]
    );
    // The folder of the three gives the same.
    assert_eq!(folder.run(&["waits", "."]).stdout, run.stdout);
}

#[test]
fn a_workbook_is_read_like_a_csv_with_dates_as_dates() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (name, table) in [("Demographics", DEMOGRAPHICS), ("Referrals", REFERRALS), ("Treatments", TREATMENTS)] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, line) in table.lines().enumerate() {
            for (column, cell) in line.trim().split(',').enumerate() {
                match chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d") {
                    Ok(day) => {
                        sheet.write_datetime_with_format(row as u32, column as u16, day.and_hms_opt(0, 0, 0).unwrap(), &date).unwrap()
                    }
                    Err(_) => sheet.write_string(row as u32, column as u16, cell).unwrap(),
                };
            }
        }
    }
    workbook.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "made by hand").unwrap();
    workbook.save(folder.path("register.xlsx")).unwrap();
    let run = folder.run(&["waits", "register.xlsx"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = run.rows().into_iter().find(|line| line["standard"] == "62D").unwrap();
    assert_eq!([&line["file"], &line["row"], &line["days"]], ["register.xlsx[Treatments]", "2", "62"]);
    assert!(run.stderr.contains("`register.xlsx[Notes]` is not an export that is known"), "{}", run.stderr);
}

#[test]
fn the_pas_completes_birth_dates_that_the_register_lacks() {
    let folder = Folder::new();
    folder
        .file("demographics.csv", "PATIENT_ID,N1_1_NHS_NUMBER,NHS_NUMBER_STATUS\n7,9990000018,01\n")
        .file("referrals.csv", REFERRALS)
        .file("treatments.csv", TREATMENTS)
        .file("patients.csv", "PATNT_REFNO,PASID,NHS_IDENTIFIER,DTTM_OF_BIRTH,PAT_DOD,ARCHV_FLAG\n1,H1,9990000018,2015-05-01 00:00:00,,N\n2,H2,9990000026,1950-05-01 00:00:00,,Y\n");
    let run = folder.run(&["waits", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = run.rows().into_iter().find(|line| line["standard"] == "62D").unwrap();
    assert_eq!(line["cancer_type"], "Other (a)", "a child counts under Other (a): {}", run.stderr);
    assert!(run.stderr.contains("patients.csv  2 rows = 1 mapped + 1 set aside"), "{}", run.stderr);
}

#[test]
fn an_export_without_a_needed_table_says_which() {
    let folder = Folder::new();
    folder.file("treatments.csv", TREATMENTS);
    let run = folder.run(&["waits", "treatments.csv"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("source `scr` also needs its `referrals` table"), "{}", run.stderr);
}
