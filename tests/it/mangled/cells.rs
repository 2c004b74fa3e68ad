//! Cells and rows: dates in doubt, numbers in every dress, rows that are no record, numbers that several
//! patients share.

use super::{REFERRALS, TREATMENTS, clean, waits};
use crate::kit::Folder;

const BOTH: [&str; 2] = ["referrals.csv", "treatments.csv"];

fn export(referrals: &str, treatments: &str) -> Folder {
    let folder = Folder::new();
    folder
        .file("referrals.csv", referrals)
        .file("treatments.csv", treatments);
    folder
}

/// The same text with every `2026-MM-DD` written in another form.
fn redated(text: &str, form: impl Fn(&str, &str) -> String) -> String {
    let mut parts = text.split("2026-");
    let mut written = parts.next().unwrap_or_default().to_string();
    for part in parts {
        written += &form(&part[..2], &part[3..5]);
        written += &part[5..];
    }
    written
}

#[test]
fn dates_are_read_in_the_order_that_is_certain_and_never_by_a_guess() {
    let clean = clean();
    let day_first = |month: &str, day: &str| format!("{day}/{month}/2026");
    let month_first = |month: &str, day: &str| format!("{month}/{day}/2026 00:00");
    for (name, form) in [
        ("day", &day_first as &dyn Fn(&str, &str) -> String),
        ("month", &month_first),
    ] {
        let folder = export(&redated(REFERRALS, form), &redated(TREATMENTS, form));
        let (lines, run) = waits(&folder, &BOTH);
        assert_eq!(lines, clean, "{name} first: {}", run.stderr);
        let said = run
            .stderr
            .contains("column N2_6_RECEIPT_DATE: 3 cells (rows 2, 3, 4) read with the month first");
        assert_eq!(said, name == "month", "{}", run.stderr);
    }
    // 1 October beside dates with hyphens: 10 January as well.
    let mixed = REFERRALS.replacen("51,2026-10-01", "51,01/10/2026", 1);
    let folder = export(&mixed, TREATMENTS);
    let (_, run) = waits(&folder, &BOTH);
    assert!(
        run.stderr.contains(
            "column N2_6_RECEIPT_DATE: 1 cell (row 2) hold a date that is not read, because \
            day or month may come first"
        ),
        "{}",
        run.stderr
    );
    let found = folder.run(&["check", BOTH[0], BOTH[1], "--select", "CWT-S012"]);
    assert_eq!(found.rows()[0]["fields"], "crtp_start_date", "{}", found.stdout);
}

#[test]
fn keys_and_numbers_are_the_same_in_every_dress() {
    let clean = clean();
    for (name, referrals, treatments) in [
        (
            "float",
            REFERRALS.replacen("\n1003,", "\n1003.0,", 1),
            TREATMENTS.to_string(),
        ),
        (
            "apostrophe",
            REFERRALS.replacen("\n1003,", "\n'1003,", 1),
            TREATMENTS.to_string(),
        ),
        (
            "formula",
            REFERRALS.replacen("\n1003,", "\n\"=\"\"1003\"\"\",", 1),
            TREATMENTS.to_string(),
        ),
        (
            "scientific",
            REFERRALS.replacen("\n1003,", "\n1.003E+03,", 1),
            TREATMENTS.to_string(),
        ),
        (
            "number of treatment",
            REFERRALS.to_string(),
            TREATMENTS.replace(",1,1,", ",1,01,"),
        ),
    ] {
        let folder = export(&referrals, &treatments);
        let (lines, run) = waits(&folder, &BOTH);
        assert_eq!(lines, clean, "{name}: {}", run.stderr);
    }
    let lost = export(&REFERRALS.replacen(",51,", ",5.1E+09,", 1), TREATMENTS);
    let (_, run) = waits(&lost, &BOTH);
    assert!(
        run.stderr.contains(
            "column PATIENT_ID: 1 cell (row 2) hold a number in scientific notation whose \
            last digits are lost"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn a_flag_means_the_same_in_every_dress_and_an_unknown_word_is_said() {
    let with_flag = |flag: &str| {
        let headings = REFERRALS.replacen(
            "N4_2_DIAGNOSIS_CODE",
            "N4_2_DIAGNOSIS_CODE,FDPLANNEDINTERVAL,RAPIDDIAGNOSTIC",
            1,
        );
        export(
            &headings
                .replace("RZZ01,03,\n", &format!("RZZ01,03,,{flag},{flag}\n"))
                .replace(",14,\n", ",14,,,\n")
                .replace("C18.0\n", "C18.0,,\n"),
            TREATMENTS,
        )
    };
    let fields = |folder: &Folder| {
        let run = folder.run(&["records", BOTH[0], BOTH[1]]);
        let row = &run.rows()[0];
        (
            [row["fdp_end_reason"].clone(), row["rdc_compliant"].clone()],
            run.stderr,
        )
    };
    for flag in ["Y", "yes", "TRUE", "1", "1.0", "01", "-1", "x"] {
        assert_eq!(fields(&with_flag(flag)).0, ["04", "Y"], "{flag}");
    }
    for flag in ["N", "No", "false", "0", "0.0"] {
        assert_eq!(fields(&with_flag(flag)).0, ["02", "N"], "{flag}");
    }
    let (told, said) = fields(&with_flag("perhaps"));
    assert_eq!(told, ["", ""]);
    assert!(
        said.contains("column FDPLANNEDINTERVAL: 1 cell (row 2) hold a value that is not yes or no"),
        "{said}"
    );
}

#[test]
fn rows_that_are_no_record_are_set_aside_with_their_reason() {
    let clean = clean();
    let columns = REFERRALS.lines().next().unwrap().matches(',').count();
    let footer = |cell: &str| format!("{cell}{}\n", ",".repeat(columns));
    for (row, reason) in [
        (
            REFERRALS.lines().next().unwrap().to_string() + "\n",
            "it repeats the headings",
        ),
        (vec!["----"; columns + 1].join(",") + "\n", "a line of dashes"),
        (footer("Total"), "a total or a footer, not a record"),
        (footer("Total: 3 rows"), "a total or a footer, not a record"),
        (footer("(3 rows affected)"), "a total or a footer, not a record"),
        (footer("Grand total,3,3"), "fields where 12 are expected"),
        (
            footer(",,,Printed by the register"),
            "fields where 12 are expected",
        ),
        (
            ",,,,,,,,,,,made by the register\n".to_string(),
            "none of the columns that a record needs is filled",
        ),
    ] {
        let folder = export(&format!("{REFERRALS}{row}"), TREATMENTS);
        let (lines, run) = waits(&folder, &BOTH);
        assert_eq!(lines, clean, "{row}: {}", run.stderr);
        assert!(
            run.stderr.contains("4 rows = 3 mapped + 1 set aside") && run.stderr.contains(reason),
            "{row}: {}",
            run.stderr
        );
    }
}

/// Three patients of the register without dates of birth, by NHS and hospital number, and what the PAS holds.
fn linked(register: [(&str, &str); 3], pas: &[(&str, &str, &str)]) -> (Vec<String>, String) {
    let mut demographics = "PATIENT_ID,N1_1_NHS_NUMBER,N1_2_HOSPITAL_NUMBER\n".to_string();
    for (patient, (number, local)) in (51..).zip(register) {
        demographics += &format!("{patient},{number},{local}\n");
    }
    let mut patients = "PATNT_REFNO,NHS_IDENTIFIER,PASID,DATE_OF_BIRTH\n".to_string();
    for (place, (number, local, born)) in pas.iter().enumerate() {
        patients += &format!("{place},{number},{local},{born}\n");
    }
    let folder = export(REFERRALS, TREATMENTS);
    folder
        .file("demographics.csv", demographics)
        .file("patients.csv", patients);
    let key = "0123456789abcdef";
    folder.file("key", key);
    let run = folder.run(&[
        "records",
        "referrals.csv",
        "treatments.csv",
        "demographics.csv",
        "patients.csv",
        "--identifiable",
        "--key-file",
        "key",
    ]);
    let mut born: Vec<String> = run
        .rows()
        .iter()
        .map(|row| format!("{} {}", row["care_id"], row["birth_date"]))
        .collect();
    born.sort();
    (born, run.stderr)
}

#[test]
fn a_patient_of_the_pas_is_linked_by_a_number_in_every_dress() {
    let register = [("9990000018", "H1"), ("9990000026", "H2"), ("9990000034", "H3")];
    for number in [
        "9990000018",
        "999 000 0018",
        "9990000018.0",
        "'9990000018",
        "9.990000018E+09",
        "\"=\"\"9990000018\"\"\"",
    ] {
        let (born, said) = linked(register, &[(number, "", "1950-06-13")]);
        assert_eq!(born[0], "1001 1950-06-13", "{number}: {said}");
        assert!(
            said.contains("2 records not linked to a patient of the PAS")
                && said.contains("2: no patient in the PAS has its number"),
            "{said}"
        );
    }
    let (born, said) = linked(register, &[("9.99E+09", "H9", "1950-06-13")]);
    assert_eq!(born, ["1001 ", "1002 ", "1003 "]);
    assert!(
        said.contains("column NHS_IDENTIFIER: 1 cell (row 2) hold a number in scientific notation"),
        "{said}"
    );
}

#[test]
fn nobody_gets_the_date_of_birth_of_a_stranger() {
    for placeholder in ["0", "9999999999", "unknown", "0000000000"] {
        let register = [(placeholder, "H1"), (placeholder, "H2"), ("9990000034", "H3")];
        let (born, _) = linked(
            register,
            &[
                (placeholder, "H8", "1950-06-13"),
                ("9990000034", "H3", "1960-06-14"),
            ],
        );
        assert_eq!(born, ["1001 ", "1002 ", "1003 1960-06-14"], "{placeholder}");
        let register = [("", placeholder), ("", placeholder), ("9990000034", "H3")];
        let (born, said) = linked(register, &[("", placeholder, "1950-06-13")]);
        assert_eq!(born, ["1001 ", "1002 ", "1003 "], "{placeholder}");
        assert!(
            said.contains("2: neither a valid NHS number nor a hospital number that stands for one patient"),
            "{said}"
        );
    }
    let register = [("9990000018", "H1"), ("9990000026", "H2"), ("9990000034", "H3")];
    let (born, said) = linked(
        register,
        &[
            ("9990000018", "H1", "1950-06-13"),
            ("9990000018", "H7", "1960-06-14"),
        ],
    );
    assert_eq!(born, ["1001 ", "1002 ", "1003 "]);
    assert!(
        said.contains("1: the number stands on patients with different dates of birth"),
        "{said}"
    );
}

/// Two rows of one referral: one says when the patient was told, the other does not.
#[test]
fn which_of_two_rows_with_one_key_is_used_does_not_depend_on_their_order() {
    let headings = REFERRALS.lines().next().unwrap();
    let row = REFERRALS.lines().nth(1).unwrap();
    let untold = row.replacen("2026-10-29", "", 1);
    let told = |rows: [&str; 2]| {
        let folder = export(&format!("{headings}\n{}\n{}\n", rows[0], rows[1]), TREATMENTS);
        let (lines, run) = waits(&folder, &["."]);
        (lines, run.stderr)
    };
    let (first, said) = told([row, &untold]);
    let (second, _) = told([&untold, row]);
    assert_eq!(first, second);
    assert!(
        first.iter().any(|line| line.contains("2026-10-29 28 yes")),
        "{first:?}"
    );
    assert!(
        said.contains(
            "1 value of CARE_ID on several rows that differ (in `L_PT_INFORMED_DATE`), first in row 2"
        ),
        "{said}"
    );
    let (_, said) = told([row, row]);
    assert!(!said.contains("that differ"), "{said}");
}
