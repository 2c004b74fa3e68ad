//! `phases`: where the days of a wait went.

use crate::kit::{Folder, TOLD, with};

/// Pathways treated at RXX on one day of September, after an investigation at RZZ.
fn september() -> Folder {
    let base = with(
        TOLD,
        &[
            ("crtp_start_date", "2026-07-01"),
            ("decision_to_refer_date", ""),
            ("fdp_end_reason", "01"),
            ("fdp_end_date", "2026-07-31"),
            ("date_first_seen", "2026-07-10"),
            ("primary_diagnosis_icd", "C18.7"),
            ("ctp_start_date", "2026-08-20"),
            ("treatment_start_date", "2026-09-01"),
            ("site_treatment_start", "RZZ01"),
            ("treatment_event_type", "01"),
            ("treatment_modality", "23"),
        ],
    );
    let moved = [
        ("site_treatment_start", "RXX01"),
        ("ipt_org_referring", "RZZ"),
        ("ipt_org_receiving", "RXX"),
    ];
    let records = [
        base.clone(),
        with(
            &base,
            &[
                ("ppi", "A2"),
                ("date_first_seen", "2026-07-04"),
                ("treatment_start_date", "2026-09-10"),
                ("delay_reason_rtt", "18"),
            ],
        ),
        // The decision lies before the patient was told: the step between them is not known.
        with(
            &base,
            &[
                ("ppi", "A3"),
                ("ctp_start_date", "2026-07-25"),
                ("treatment_start_date", "2026-09-10"),
                ("delay_reason_rtt", "18"),
            ],
        ),
        // Transferred on day 38, treated 24 days later; and on day 39.
        with(
            &base,
            &[&moved[..], &[("ppi", "A4"), ("ipt_received_date", "2026-08-08")]].concat(),
        ),
        with(
            &base,
            &[
                &moved[..],
                &[
                    ("ppi", "A5"),
                    ("ipt_received_date", "2026-08-09"),
                    ("treatment_start_date", "2026-09-03"),
                ],
            ]
            .concat(),
        ),
        with(&base, &[&moved[..], &[("ppi", "A6")]].concat()),
        // Another month.
        with(&base, &[("ppi", "A7"), ("treatment_start_date", "2026-10-01")]),
    ];
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    folder
}

fn phases(arguments: &[&str]) -> String {
    let run = september().run(&[&["phases", "upload.csv", "--month", "2026-09"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

#[test]
fn each_step_has_the_median_of_the_patients_whose_dates_are_known() {
    insta::assert_snapshot!(phases(&[]), @r"
    standard,month,site,step,patients,not_known,median_days,longest_days
    62D,2026-09,ALL SITES,referral to first seen,6,0,9,9
    62D,2026-09,ALL SITES,first seen to told,6,0,21,27
    62D,2026-09,ALL SITES,told to decision to treat,5,1,20,20
    62D,2026-09,ALL SITES,decision to treat to treatment,6,0,13,47
    62D,2026-09,ALL SITES,whole wait,6,0,63,71
    62D,2026-09,Lower Gastrointestinal,referral to first seen,6,0,9,9
    62D,2026-09,Lower Gastrointestinal,first seen to told,6,0,21,27
    62D,2026-09,Lower Gastrointestinal,told to decision to treat,5,1,20,20
    62D,2026-09,Lower Gastrointestinal,decision to treat to treatment,6,0,13,47
    62D,2026-09,Lower Gastrointestinal,whole wait,6,0,63,71
    ");
}

#[test]
fn the_two_phases_of_shared_pathways_are_held_to_38_and_24_days() {
    insta::assert_snapshot!(phases(&["--table", "shared"]), @r"
    month,phase,org_code,limit_days,placed,in_time,over,not_placed,median_days
    2026-09,investigation,RZZ,38,2,1,1,1,38.5
    2026-09,treatment,RXX,24,2,1,1,1,24.5
    ");
    insta::assert_snapshot!(phases(&["--table", "shared", "--provider", "RXX"]), @r"
    month,phase,org_code,limit_days,placed,in_time,over,not_placed,median_days
    2026-09,treatment,RXX,24,2,1,1,1,24.5
    ");
}

#[test]
fn delay_reasons_are_ranked_and_a_breach_without_one_is_a_row_of_its_own() {
    insta::assert_snapshot!(phases(&["--table", "delay_reasons"]), @r"
    standard,month,place,code,reason,breaches
    31D,2026-09,1,,not recorded,1
    62D,2026-09,1,18,Health Care Provider initiated delay to diagnostic test or treatment planning,2
    62D,2026-09,2,,not recorded,1
    ");
}
