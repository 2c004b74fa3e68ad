//! Exports as they arrive: mangled, hostile, faulty. Each kind is read as it was meant, or named with what to
//! do; nothing changes a value without a word.

mod cells;
mod other_sets;
mod rules_folder;
mod text;
mod workbooks;

use crate::kit::{Folder, Run};

/// Two referrals of the register, one told on day 28 and one not yet, with a treatment of the first.
pub const REFERRALS: &str = "\
CARE_ID,PATIENT_ID,N2_6_RECEIPT_DATE,N2_4_PRIORITY_TYPE,N2_16_OP_REFERRAL,N2_12_CANCER_TYPE,N2_9_FIRST_SEEN_DATE,N1_3_ORG_CODE_SEEN,L_PT_INFORMED_DATE,FASTERDIAGNOSISORGANISATION,N2_13_CANCER_STATUS,N4_2_DIAGNOSIS_CODE
1001,51,2026-10-01,03,03,07,2026-10-09,RZZ01,2026-10-29,RZZ01,03,
1002,52,2026-10-13,03,03,08,2026-10-20,RZZ01,,,14,
1003,53,2026-08-14,03,03,08,2026-08-20,RZZ01,2026-08-30,RZZ01,21,C18.0
";

pub const TREATMENTS: &str = "\
CARE_ID,TREATMENT_ID,TREAT_NO,DECISION_DATE,ORG_CODE_DTT,START_DATE,ORG_CODE,TREATMENT,TREATMENT_EVENT
1003,1,1,2026-09-20,RZZ01,2026-10-14,RZZ01,23,01
";

/// The lines of `waits` over files of a folder, sorted, and what was said.
pub fn waits(folder: &Folder, arguments: &[&str]) -> (Vec<String>, Run) {
    let run = folder.run(&[&["waits"], arguments].concat());
    let columns = [
        "standard", "pathway", "counted", "start", "stop", "days", "within",
    ];
    let mut lines: Vec<String> = match run.code {
        0 | 1 => run
            .rows()
            .iter()
            .map(|row| columns.map(|column| row[column].as_str()).join(" "))
            .collect(),
        _ => Vec::new(),
    };
    lines.sort();
    (lines, run)
}

/// What `waits` gives of the clean export.
pub fn clean() -> Vec<String> {
    let folder = Folder::new();
    folder
        .file("referrals.csv", REFERRALS)
        .file("treatments.csv", TREATMENTS);
    let (lines, run) = waits(&folder, &["referrals.csv", "treatments.csv"]);
    assert_eq!(lines.len(), 5, "{}", run.stderr);
    lines
}
