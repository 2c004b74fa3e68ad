//! Clinic letters: the days of the contract by date, what is late and who moves it on, attended appointments
//! without a letter, turnaround, and supplies of oral anticancer medicine.

use crate::kit::{Folder, Run};

const JOBS: &str = "\
job_id,local_patient_id,clinic_date,clinic_code,specialty,letter_kind,letter_priority,author,typist,letter_status,dictated_date,typed_date,approved_date,sent_date,provider
J1,H1,2026-11-02,K1,Urology,clinic,routine,C1,S1,sent,2026-11-02,2026-11-04,2026-11-06,2026-11-09,RZZ
J2,H2,2026-11-02,K1,Urology,clinic,routine,C1,S1,sent,2026-11-02,2026-11-04,2026-11-06,2026-11-10,RZZ
J3,H3,2026-11-09,K2,Urology,clinic,routine,C2,S1,returned,2026-11-09,2026-11-12,,,RZZ
J4,H4,2026-11-17,K2,Dermatology,clinic,routine,C3,S2,not_dictated,,,,,RZZ
J5,H5,2026-11-16,K2,Dermatology,clinic,routine,C3,S2,sent,2026-11-16,2026-11-17,2026-11-18,,RZZ
J6,H6,2026-11-21,,Urology,discharge,routine,C1,,dictated,2026-11-21,,,,RZZ
J7,H7,2026-11-20,K1,Urology,clinic,two_week_wait,C1,S1,typed,2026-11-20,2026-11-21,,,RZZ
J8,H8,2026-11-30,K1,Urology,clinic,routine,C1,S1,not_dictated,,,,,RZZ
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("in/jobs.csv", JOBS);
    folder
}

fn list(folder: &Folder, name: &str, table: &str) -> Run {
    let run = folder.run(&["list", name, "in", "--data-set", "letters", "--table", table]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

#[test]
fn what_is_late_says_by_how_many_days_and_who_moves_it_on() {
    let late = list(&folder(), "late", "late").rows();
    let told: Vec<[&str; 6]> = late
        .iter()
        .map(|row| {
            ["letter", "days_late", "next_step", "who", "stage", "status_says"].map(|name| row[name].as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            // Returned after 15 days, of 7.
            ["J3", "8", "correct", "secretary", "Returned for correction", ""],
            // A discharge summary: the day after is in time.
            ["J6", "2", "type", "secretary", "Waiting to be typed", ""],
            // Suspected cancer: the trust's own two days come before the contract's seven.
            ["J7", "2", "send for approval", "secretary", "Typed", ""],
            // Sent, says the status, and no date does.
            ["J5", "1", "send", "secretary", "Approved, not sent", "Sent"],
        ]
    );
}

#[test]
fn the_last_day_in_time_is_due_today_and_not_late() {
    let soon = list(&folder(), "late", "due_soon").rows();
    assert_eq!(soon.len(), 1, "{soon:?}");
    assert_eq!(
        (
            soon[0]["letter"].as_str(),
            soon[0]["due_date"].as_str(),
            soon[0]["who"].as_str()
        ),
        ("J4", "2026-11-24", "clinician")
    );
}

#[test]
fn letters_of_clinics_to_come_are_in_no_backlog_and_all_others_are_in_it_once() {
    let backlog = list(&folder(), "late", "backlog").rows();
    for breakdown in ["all", "specialty", "clinician", "secretary"] {
        let letters: u32 = backlog
            .iter()
            .filter(|row| row["breakdown"] == breakdown)
            .map(|row| row["letters"].parse::<u32>().unwrap())
            .sum();
        // J3 to J7.
        assert_eq!(letters, 5, "{breakdown}");
    }
}

#[test]
fn turnaround_counts_what_is_not_sent_as_late_and_has_nearest_rank_percentiles() {
    let months = list(&folder(), "turnaround", "months").rows();
    let of = |standard: &str, name: &str| {
        let row = months
            .iter()
            .find(|row| row["standard"] == standard && row["name"] == name && row["month"] == "2026-11")
            .unwrap_or_else(|| panic!("{standard} {name}: {months:?}"));
        [
            "letters",
            "in_time",
            "not_sent",
            "median_days",
            "days_90",
            "share_in_time",
        ]
        .map(|column| row[column].clone())
    };
    // J1 day 7, J2 day 8; J3 and J5 late and not sent. J4 and J7 are not due by the contract, J8 is to come.
    assert_eq!(of("OP", "ALL"), ["4", "1", "2", "7", "8", "0.25"]);
    assert_eq!(of("OP", "C1"), ["2", "1", "0", "7", "8", "0.5"]);
    assert_eq!(of("URGENT", "ALL"), ["1", "0", "1", "", "", "0"]);
    assert_eq!(of("DS", "ALL"), ["1", "0", "1", "", "", "0"]);
}

#[test]
fn an_attended_appointment_without_a_letter_is_listed_and_one_with_a_letter_is_not() {
    let folder = folder();
    folder.file(
        "in/clinics.csv",
        "appointment_id,local_patient_id,appointment_date,clinic_code,specialty,clinician,attended,first_attendance\n\
         A1,H1,2026-11-02,K1,Urology,C1,5,1\n\
         A2,H1,2026-11-03,K1,Urology,C1,5,2\n\
         A3,H2,2026-11-02,K9,Urology,C1,6,1\n\
         A4,H9,2026-11-02,K1,Urology,C1,3,1\n\
         A5,H9,2026-11-02,K1,Urology,C1,5,5\n\
         A6,,2026-11-23,K1,Urology,C1,5,1\n",
    );
    let missing = list(&folder, "late", "no_letter").rows();
    let told: Vec<(&str, &str)> = missing
        .iter()
        .map(|row| (row["appointment"].as_str(), row["what"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            // The letter of the same day is of another clinic.
            ("A3", "no letter, late"),
            ("A2", "no letter, late"),
            ("A6", "patient not given"),
        ]
    );
}

#[test]
fn without_a_list_of_appointments_or_supplies_their_tables_are_empty() {
    let folder = folder();
    for (name, table) in [("late", "no_letter"), ("oral", "prompts")] {
        assert_eq!(list(&folder, name, table).rows().len(), 0, "{name}");
    }
}

#[test]
fn a_supply_without_review_or_check_is_a_prompt_and_a_whole_one_is_not() {
    let folder = folder();
    folder.file(
        "in/oral.csv",
        "supply_id,local_patient_id,regimen,cycle,review_date,bloods_taken_date,bloods_reported_date,released_date,verified_date,dispensed_date\n\
         S1,H1,CAPE,2,2026-11-02,2026-11-01,2026-11-02,2026-11-02,2026-11-02,2026-11-03\n\
         S2,H1,CAPE,3,,2026-11-01,2026-11-02,2026-11-02,2026-11-02,2026-11-04\n\
         S3,H1,CAPE,4,2026-11-02,2026-11-01,2026-11-02,2026-11-01,2026-11-02,2026-11-05\n\
         S4,H2,CAPE,5,2026-11-02,2026-11-01,2026-11-02,2026-11-02,,2026-11-06\n",
    );
    let prompts = list(&folder, "oral", "prompts").rows();
    let told: Vec<(&str, &str)> = prompts
        .iter()
        .map(|row| (row["supply"].as_str(), row["question"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("S4", "dispensed before the check by the pharmacist"),
            ("S3", "released before the bloods were reported"),
            ("S2", "dispensed without an attended review"),
        ]
    );
}

#[test]
fn the_made_up_letters_are_found_wrong_only_where_faults_were_planted() {
    let folder = Folder::new();
    let synth = [
        "synth",
        "--data-set",
        "letters",
        "--source",
        "letters",
        "--rows",
        "300",
        "-o",
        "made",
    ];
    assert_eq!(folder.run(&synth).code, 0);
    let check = [
        "check",
        "made",
        "--data-set",
        "letters",
        "--as-at",
        "2026-10-31",
        "--summary",
    ];
    let run = folder.run(&check);
    let failed: Vec<(String, u32)> = run
        .rows()
        .iter()
        .map(|row| (row["check"].clone(), row["failed"].parse::<u32>().unwrap()))
        .filter(|(_, failed)| *failed > 0)
        .collect();
    let checks: Vec<&str> = failed.iter().map(|(check, _)| check.as_str()).collect();
    // Letters of nobody seen, and visits that nobody dictated, are part of a plain week.
    assert_eq!(checks, ["LET-012", "LET-015"], "{failed:?}");
}
