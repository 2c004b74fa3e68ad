//! Exports of the register and the PAS, as files.

use rust_xlsxwriter::{Format, Workbook};

use crate::kit::{Folder, TOLD};

const DEMOGRAPHICS: &str =
    "PATIENT_ID,N1_1_NHS_NUMBER,NHS_NUMBER_STATUS,N1_10_DATE_BIRTH\n7,9990000018,01,1960-02-01\n";
const REFERRALS: &str = "CARE_ID,PATIENT_ID,N2_16_OP_REFERRAL,N2_4_PRIORITY_TYPE,N2_6_RECEIPT_DATE,N2_9_FIRST_SEEN_DATE,N1_3_ORG_CODE_SEEN,N2_12_CANCER_TYPE,N2_13_CANCER_STATUS,N4_2_DIAGNOSIS_CODE,EXTRA\n\
    100,7,03,03,01/08/2026,2026-08-10 00:00:00,RZZ01,07,08,C180,x\n\
    101,8,03,03,01/08/2026,,RZZ01,07,14,,x\n";
const TREATMENTS: &str = "TREATMENT_ID,CARE_ID,PATHWAY_ID,DECISION_DATE,ORG_CODE_DTT,START_DATE,TREATMENT,ORG_CODE,TREATMENT_EVENT,TREATMENT_SETTING,TREAT_NO\n\
    1,100,PP1,2026-09-10,RZZ01,2026-10-02,23,RZZ01,01,01,1\n\
    2,999,PP9,2026-09-10,RZZ01,2026-10-02,23,RZZ01,01,01,1\n";

#[test]
fn the_register_is_joined_from_its_tables_and_no_row_is_lost() {
    let folder = Folder::new();
    folder
        .file("demographics.csv", DEMOGRAPHICS)
        .file("referrals.csv", REFERRALS)
        .file("treatments.csv", TREATMENTS);
    let run = folder.run(&["waits", "demographics.csv", "referrals.csv", "treatments.csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for words in [
        "referrals.csv  2 rows = 2 mapped + 0 set aside",
        "treatments.csv  2 rows = 1 mapped + 1 set aside",
        "columns not used: EXTRA",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    let line = run
        .rows()
        .into_iter()
        .find(|line| line["standard"] == "62D")
        .unwrap();
    assert_eq!(
        [
            &line["file"],
            &line["row"],
            &line["pathway"],
            &line["counted"],
            &line["days"]
        ],
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
    for (name, table) in [
        ("Demographics", DEMOGRAPHICS),
        ("Referrals", REFERRALS),
        ("Treatments", TREATMENTS),
    ] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, line) in table.lines().enumerate() {
            for (column, cell) in line.trim().split(',').enumerate() {
                match chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d") {
                    Ok(day) => sheet
                        .write_datetime_with_format(
                            row as u32,
                            column as u16,
                            day.and_hms_opt(0, 0, 0).unwrap(),
                            &date,
                        )
                        .unwrap(),
                    Err(_) => sheet.write_string(row as u32, column as u16, cell).unwrap(),
                };
            }
        }
    }
    workbook
        .add_worksheet()
        .set_name("Notes")
        .unwrap()
        .write_string(0, 0, "made by hand")
        .unwrap();
    workbook.save(folder.path("register.xlsx")).unwrap();
    let run = folder.run(&["waits", "register.xlsx"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = run
        .rows()
        .into_iter()
        .find(|line| line["standard"] == "62D")
        .unwrap();
    assert_eq!(
        [&line["file"], &line["row"], &line["days"]],
        ["register.xlsx[Treatments]", "2", "62"]
    );
    assert!(
        run.stderr
            .contains("`register.xlsx[Notes]` is not a known export"),
        "{}",
        run.stderr
    );
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
    let line = run
        .rows()
        .into_iter()
        .find(|line| line["standard"] == "62D")
        .unwrap();
    assert_eq!(
        line["cancer_type"], "Other (a)",
        "a child counts under Other (a): {}",
        run.stderr
    );
    assert!(
        run.stderr
            .contains("patients.csv  2 rows = 1 mapped + 1 set aside"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_export_without_a_needed_table_says_which() {
    let folder = Folder::new();
    folder.file("treatments.csv", TREATMENTS);
    let run = folder.run(&["waits", "treatments.csv"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr
            .contains("source `scr` also needs its `referrals` table"),
        "{}",
        run.stderr
    );
}

/// `check,file,row,pathway` of the findings of some checks.
fn findings(folder: &Folder, select: &[&str]) -> Vec<String> {
    let select = select.iter().flat_map(|id| ["--select", id]);
    let run = folder.run(&["check", "."].into_iter().chain(select).collect::<Vec<_>>());
    assert!(run.code <= 1, "{}", run.stderr);
    run.rows()
        .iter()
        .map(|row| {
            ["check", "file", "row", "pathway"]
                .map(|name| row[name].as_str())
                .join(",")
        })
        .collect()
}

#[test]
fn what_the_pas_knows_of_birth_and_death_is_held_against_the_register() {
    let folder = Folder::new();
    let patients = |birth: &str, death: &str| {
        format!(
            "PATNT_REFNO,PASID,NHS_IDENTIFIER,DTTM_OF_BIRTH,PAT_DOD\n1,H1,9990000018,{birth} 00:00:00,{death}\n"
        )
    };
    folder
        .file(
            "demographics.csv",
            "PATIENT_ID,N1_1_NHS_NUMBER,NHS_NUMBER_STATUS\n7,9990000018,01\n",
        )
        .file("referrals.csv", REFERRALS.replace("RZZ01,07,08", "RZZ01,02,08"))
        .file("treatments.csv", TREATMENTS);
    let checks = ["CWT-S014", "CWT-C015"];
    // Under 16 on the day of the referral, and alive on the day of the treatment.
    for (birth, death, expected) in [
        ("2010-08-02", "", vec![]),
        ("2010-08-02", "2026-10-02 00:00:00", vec![]),
        ("2010-08-01", "", vec!["CWT-C015,treatments.csv,2,100"]),
        (
            "2010-08-02",
            "2026-10-01 00:00:00",
            vec!["CWT-S014,treatments.csv,2,100"],
        ),
    ] {
        folder.file("patients.csv", patients(birth, death));
        assert_eq!(findings(&folder, &checks), expected, "{birth} {death}");
    }
    std::fs::remove_file(folder.path("patients.csv")).unwrap();
    assert!(
        findings(&folder, &checks).is_empty(),
        "without the PAS nothing is known"
    );
}

const PAS_REFERRALS: &str = "REFRL_REFNO,PATNT_REFNO,RECVD_DTTM,PRITYP,NHS_IDENTIFIER,CANCD_DTTM\n\
    501,1,2026-07-31 10:00:00,USC,9990000018,\n\
    502,2,2026-07-30 10:00:00,Suspected cancer,999 000 0026,\n\
    503,3,2026-07-30 10:00:00,ROUTINE,9990000034,\n\
    504,4,2026-07-30 10:00:00,USC,9990000042,2026-08-05\n\
    505,5,2026-09-21 10:00:00,USC,9990000050,\n";

#[test]
fn a_cancer_referral_of_the_pas_that_the_register_lacks_is_found_in_the_file_of_the_pas() {
    let folder = Folder::new();
    folder
        .file("demographics.csv", DEMOGRAPHICS)
        .file("referrals.csv", REFERRALS)
        .file("treatments.csv", TREATMENTS);
    folder.file("pas-referrals.csv", PAS_REFERRALS);
    assert_eq!(
        findings(&folder, &["CWT-X005"]),
        ["CWT-X005,pas-referrals.csv,3,PAS 502"]
    );
    let run = folder.run(&["check", ".", "--select", "CWT-X005", "--summary"]);
    // The patient of 501 is there; nothing is known of the week of 505.
    insta::assert_snapshot!(run.stdout, @r"
    check,severity,passed,failed,not_assessed,not_applicable
    CWT-X005,warning,1,1,1,1
    ");
    assert!(
        run.stderr
            .contains("pas-referrals.csv  5 rows = 4 mapped + 1 set aside  (lorenzo, referrals)"),
        "{}",
        run.stderr
    );
    // Like any other it is on the worklist and in the run record.
    folder.run(&["run", ".", "--month", "2026-10", "--out", "out"]);
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path("out/run.json")).unwrap()).unwrap();
    let line = record["worklist"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["check"] == "CWT-X005")
        .unwrap();
    assert_eq!((&line["pathway"], &line["row"]), (&"PAS 502".into(), &3.into()));
}

#[test]
fn without_a_register_or_without_referrals_of_the_pas_nothing_is_missed() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    let summary = |folder: &Folder| {
        folder
            .run(&["check", ".", "--select", "CWT-X005", "--summary"])
            .stdout
    };
    assert_eq!(
        summary(&folder),
        "check,severity,passed,failed,not_assessed,not_applicable\n",
        "it did not run"
    );
    folder.file("pas-referrals.csv", PAS_REFERRALS);
    assert_eq!(
        summary(&folder).lines().last(),
        Some("CWT-X005,warning,0,0,3,1"),
        "an upload file is no register"
    );
}

#[test]
fn a_title_above_the_headings_is_set_aside_with_its_reason() {
    let folder = Folder::new();
    folder.file(
        "records.csv",
        "Records for the return,,\nRun on,24/11/2026,\nnhs_number,crtp_start_date,priority_type\n9990000018,2026-10-01,3\n",
    );
    let run = folder.run(&["check", "records.csv", "--select", "CWT-S003", "--summary"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("3 rows = 1 mapped + 2 set aside"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("2 set aside: it is above the headings"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("CWT-S003,reject,1,0,0,0"), "{}", run.stdout);
    folder.file(
        "no.csv",
        "Records for the return,,\nRun on,24/11/2026,\nnhs,start,priority\n9990000018,2026-10-01,3\n",
    );
    assert_eq!(folder.run(&["check", "no.csv"]).code, 3);
}
