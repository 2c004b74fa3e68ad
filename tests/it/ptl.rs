//! The patient tracking list: what is open at the end of a day, and who breaches next.

use std::collections::BTreeMap;

use calamine::{Data, Reader, open_workbook_auto};

use crate::kit::{Folder, TOLD, with};

/// The end of this day is the snapshot.
const DAY: &str = "2026-10-25";

/// An urgent referral that nobody has been told about yet.
fn open(id: &'static str, changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let waiting = [
        ("ppi", id),
        ("fdp_end_reason", ""),
        ("fdp_end_date", ""),
        ("site_fdp_end", ""),
        ("patient_status", "14"),
    ];
    let waiting = with(TOLD, &waiting);
    with(&waiting, changes)
}

/// A first treatment on a date.
const TREATED: [(&str, &str); 5] = [
    ("site_treatment_start", "RZZ01"),
    ("treatment_event_type", "01"),
    ("treatment_modality", "23"),
    ("primary_diagnosis_icd", "C18.7"),
    ("care_setting", "01"),
];

fn ptl(records: &[Vec<(&str, &str)>], arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    let run = folder.run(&[&["ptl", "upload.csv", "--as-at", DAY], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.rows()
}

/// The cells of some columns, a row a line.
fn cells(rows: &[BTreeMap<String, String>], columns: &[&str]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            columns
                .iter()
                .map(|column| row[*column].as_str())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[test]
fn the_list_says_who_waits_how_long_and_who_breaches_next() {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[
            &open("A1", &[]),
            &open(
                "A2",
                &[("crtp_start_date", "2026-09-30"), ("decision_to_refer_date", "")],
            ),
        ],
    );
    let run = folder.run(&["ptl", "upload.csv", "--as-at", DAY]);
    insta::assert_snapshot!(run.stdout, @r"
    pathway,file,row,site,route,start,next_breach,next_breach_clock,days_28,adjustment_28,target_28,breach_28,days_62,adjustment_62,target_62,breach_62,band,first_seen,decision_to_treat,decision_date,next_event,next_date,treatment_planned,breaches_62,start_31,days_31,target_31,breach_31,breaches_31,next_step,step_due,step_late_days,step_booked,step_certainty,escalations,rtt_start,rtt_weeks,rtt_clock,clocks_differ,listed_on,tci,tci_after_62,tci_after_31
    RZZ/A2,upload.csv,2,Lower Gastrointestinal,Urgent Suspected Cancer,2026-09-30,2026-10-29,28-day,25,0,2026-10-28,2026-10-29,25,0,2026-12-01,2026-12-02,0-28,2026-10-09,no,,,,,,,,,,,Told whether it is cancer,2026-10-28,-3,,official,ESC-25; ESC-NEXT,,,,,,,,
    RZZ/A1,upload.csv,1,Lower Gastrointestinal,Urgent Suspected Cancer,2026-10-01,2026-10-30,28-day,24,0,2026-10-29,2026-10-30,24,0,2026-12-02,2026-12-03,0-28,2026-10-09,no,,,,,,,,,,,Told whether it is cancer,2026-10-29,-4,,official,ESC-NEXT,,,,,,,,
    ");
}

#[test]
fn a_band_begins_on_the_day_after_the_last_of_the_one_before() {
    let starts = [
        "2026-10-25",
        "2026-09-27",
        "2026-09-26",
        "2026-08-24",
        "2026-08-23",
        "2026-07-13",
        "2026-07-12",
    ];
    let records = starts.map(|start| {
        open(
            start,
            &[
                ("crtp_start_date", start),
                ("decision_to_refer_date", ""),
                ("date_first_seen", ""),
            ],
        )
    });
    let mut rows = ptl(&records, &[]);
    rows.sort_by_key(|row| std::cmp::Reverse(row["start"].clone()));
    assert_eq!(
        cells(&rows, &["start", "days_62", "band", "target_62", "breach_62"]),
        [
            "2026-10-25 0 0-28 2026-12-26 2026-12-27",
            "2026-09-27 28 0-28 2026-11-28 2026-11-29",
            "2026-09-26 29 29-62 2026-11-27 2026-11-28",
            "2026-08-24 62 29-62 2026-10-25 2026-10-26",
            "2026-08-23 63 63-104 2026-10-24 2026-10-25",
            "2026-07-13 104 63-104 2026-09-13 2026-09-14",
            "2026-07-12 105 >104 2026-09-12 2026-09-13",
        ]
    );
}

#[test]
fn the_next_breach_is_the_nearest_still_to_come_and_those_past_every_limit_come_last() {
    let started = |id, start| open(id, &[("crtp_start_date", start), ("decision_to_refer_date", "")]);
    let rows = ptl(
        &[
            started("past-all", "2026-08-20"),
            started("on-day-28", "2026-09-27"),
            started("past-28", "2026-09-26"),
            started("on-day-62", "2026-08-24"),
        ],
        &[],
    );
    assert_eq!(
        cells(&rows, &["pathway", "next_breach", "next_breach_clock"]),
        [
            "RZZ/on-day-62 2026-10-26 62-day",
            "RZZ/on-day-28 2026-10-26 28-day",
            "RZZ/past-28 2026-11-28 62-day",
            "RZZ/past-all  "
        ]
    );
}

#[test]
fn only_the_first_seen_adjustment_makes_an_open_wait_shorter() {
    let adjusted = [
        ("wta_first_seen_days", "7"),
        ("wta_first_seen_reason", "3"),
        ("wta_treatment_days", "10"),
    ];
    let rows = ptl(&[open("A1", &adjusted)], &[]);
    let columns = ["days_28", "target_28", "days_62", "adjustment_62", "target_62"];
    assert_eq!(cells(&rows, &columns), ["17 2026-11-05 17 7 2026-12-09"]);
}

#[test]
fn an_upgrade_starts_its_own_62_day_clock_and_no_28_day_clock() {
    let upgrade = [
        ("priority_type", "1"),
        ("consultant_upgrade_date", "2026-10-05"),
        ("site_consultant_upgrade", "RZZ01"),
    ];
    let adjusted = [("wta_first_seen_days", "7"), ("wta_first_seen_reason", "3")];
    let rows = ptl(
        &[
            open("A1", &upgrade),
            open("A2", &[&upgrade[..], &adjusted].concat()), // first seen after the upgrade
            open(
                "A3",
                &[&upgrade[..], &adjusted, &[("date_first_seen", "2026-10-04")]].concat(),
            ), // and before it
            // The upgrade is still to come: until then it is a routine referral, on no clock.
            open(
                "A4",
                &with(&upgrade, &[("consultant_upgrade_date", "2026-10-26")]),
            ),
            // An urgent referral waits as one until it is upgraded.
            open("A5", &[("consultant_upgrade_date", "2026-10-26")]),
        ],
        &[],
    );
    assert_eq!(
        cells(&rows, &["pathway", "route", "start", "days_28", "days_62"]),
        [
            "RZZ/A5 Urgent Suspected Cancer 2026-10-01 24 24",
            "RZZ/A1 Consultant Upgrade 2026-10-05  20",
            "RZZ/A3 Consultant Upgrade 2026-10-05  20",
            "RZZ/A2 Consultant Upgrade 2026-10-05  13",
        ]
    );
}

#[test]
fn a_treatment_booked_after_the_day_has_stopped_nothing_and_is_shown() {
    let booked = |date| {
        [
            &TREATED[..],
            &[
                ("treatment_start_date", date),
                ("ctp_start_date", "2026-10-20"),
                ("patient_status", "08"),
            ],
        ]
        .concat()
    };
    let rows = ptl(
        &[
            open("in-time", &booked("2026-12-02")),
            open("too-late", &booked("2026-12-03")),
            open("done", &booked("2026-10-25")),
            open("first-seen-next", &[("date_first_seen", "2026-11-02")]),
        ],
        &[],
    );
    assert_eq!(
        cells(
            &rows,
            &[
                "pathway",
                "days_28",
                "decision_to_treat",
                "next_event",
                "next_date",
                "treatment_planned",
                "breaches_62",
                "first_seen"
            ]
        ),
        [
            "RZZ/first-seen-next 24 no first seen 2026-11-02   ",
            "RZZ/in-time  yes treatment 2026-12-02 2026-12-02 no 2026-10-09",
            "RZZ/too-late  yes treatment 2026-12-03 2026-12-03 yes 2026-10-09",
        ]
    );
}

#[test]
fn each_clock_is_closed_by_what_closes_it() {
    let told = |reason, exclusion| {
        vec![
            ("fdp_end_date", "2026-10-20"),
            ("fdp_end_reason", reason),
            ("fdp_exclusion_reason", exclusion),
        ]
    };
    let treated = |more: &[(&'static str, &'static str)]| {
        with(
            &[
                &TREATED[..],
                &[
                    ("treatment_start_date", "2026-10-22"),
                    ("ctp_start_date", "2026-10-20"),
                ],
            ]
            .concat(),
            more,
        )
    };
    let cases = [
        ("nothing-yet", vec![], "28 62"),
        ("told-of-a-cancer", told("01", ""), "62"),
        ("told-that-it-is-none", told("02", ""), ""),
        ("excluded", told("03", "02"), ""),
        ("interval-scanning", told("04", ""), "62"),
        ("reason-without-date", vec![("fdp_end_reason", "02")], "28 62"),
        (
            "told-tomorrow",
            vec![
                ("fdp_end_reason", "02"),
                ("fdp_end_date", "2026-10-26"),
                ("patient_status", "03"),
            ],
            "28 62",
        ),
        ("decision-to-treat", vec![("ctp_start_date", "2026-10-20")], "62"),
        (
            "decision-too-early",
            vec![("ctp_start_date", "2026-09-20")],
            "28 62",
        ), // before the referral: a mistake
        ("first-treatment", treated(&[]), ""),
        ("declined", treated(&[("treatment_modality", "98")]), ""),
        ("subsequent", treated(&[("treatment_event_type", "02")]), ""),
        ("no-new-cancer", vec![("patient_status", "03")], "28"),
        ("no-treatment-plan", vec![("patient_status", "07")], "28"),
        ("status-treated", vec![("patient_status", "08")], ""),
        ("status-planned", vec![("patient_status", "11")], "28 62"),
    ];
    let records: Vec<_> = cases
        .iter()
        .map(|(what, changes, _)| open(what, changes))
        .collect();
    let rows = ptl(&records, &[]);
    for (what, _, clocks) in cases {
        let row = rows.iter().find(|row| row["pathway"] == format!("RZZ/{what}"));
        let is_open = |days: &str| row.is_some_and(|row| !row[days].is_empty());
        let open: Vec<&str> = [("28", "days_28"), ("62", "days_62")]
            .iter()
            .filter(|(_, days)| is_open(days))
            .map(|(clock, _)| *clock)
            .collect();
        assert_eq!(open.join(" "), clocks, "{what}");
    }
}

#[test]
fn records_of_one_pathway_are_one_row_and_an_event_of_any_of_them_counts() {
    let treatment = with(
        &open("A1", &TREATED),
        &[
            ("treatment_start_date", "2026-10-22"),
            ("ctp_start_date", "2026-10-20"),
            ("crtp_start_date", ""),
            ("priority_type", ""),
        ],
    );
    assert_eq!(ptl(&[open("A1", &[]), open("A1", &[])], &[]).len(), 1);
    assert_eq!(ptl(&[open("A1", &[]), treatment], &[]).len(), 0);
}

#[test]
fn the_tumour_site_is_that_of_the_diagnosis_else_of_the_suspected_type() {
    let records = [
        open("A1", &[]),
        open("A2", &[("primary_diagnosis_icd", "C61")]),
        open("A3", &[("primary_diagnosis_icd", "D12.6")]), // not a cancer in scope
        open("A4", &[("cancer_referral_type", "11")]),
        open("A5", &[("cancer_referral_type", "")]),
    ];
    assert_eq!(
        cells(&ptl(&records, &[]), &["site"]),
        [
            "Lower Gastrointestinal",
            "Urological - Prostate",
            "Lower Gastrointestinal",
            "Suspected urological malignancies (excluding testicular)",
            "Not recorded"
        ]
    );
}

#[test]
fn the_sections_of_the_weekly_return_count_by_site_and_route() {
    let decided = [("ctp_start_date", "2026-10-20")];
    let started = |id, start, more: &[(&'static str, &'static str)]| {
        open(
            id,
            &[
                &[("crtp_start_date", start), ("decision_to_refer_date", "")],
                more,
            ]
            .concat(),
        )
    };
    let treated = [
        &TREATED[..],
        &[
            ("treatment_start_date", "2026-10-22"),
            ("ctp_start_date", "2026-10-20"),
        ],
    ]
    .concat();
    let records = [
        started("B1", "2026-10-19", &[("date_first_seen", "2026-10-25")]), // new in the week, seen in it
        started(
            "B2",
            "2026-10-18",
            &[("priority_type", "2"), ("source_of_referral", "17")],
        ), // new the week before
        started("B3", "2026-09-20", &[]),                                  // day 35: passed 28 in the week
        started("B4", "2026-09-19", &[]),                                  // day 36: the week before
        started("B5", "2026-08-23", &decided),                             // day 63
        started("B6", "2026-07-12", &decided),                             // day 105
        started("B7", "2026-08-21", &treated),                             // treated on day 62
        started("B8", "2026-08-20", &treated),                             // treated on day 63
    ];
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    let run = folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--table", "sections"]);
    insta::assert_snapshot!(run.stdout, @r#"
    section,line,site,route,pathways
    1,0-28 days,ALL SITES,ALL ROUTES,2
    1,0-28 days,Lower Gastrointestinal,ALL ROUTES,2
    1,0-28 days,Lower Gastrointestinal,Screening,1
    1,0-28 days,Lower Gastrointestinal,Urgent Suspected Cancer,1
    1,29-62 days,ALL SITES,ALL ROUTES,2
    1,29-62 days,Lower Gastrointestinal,ALL ROUTES,2
    1,29-62 days,Lower Gastrointestinal,Urgent Suspected Cancer,2
    1,passed 28 days in the last 7 days,ALL SITES,ALL ROUTES,1
    1,passed 28 days in the last 7 days,Lower Gastrointestinal,ALL ROUTES,1
    1,passed 28 days in the last 7 days,Lower Gastrointestinal,Urgent Suspected Cancer,1
    2,63-104 days,ALL SITES,ALL ROUTES,1
    2,63-104 days,Lower Gastrointestinal,ALL ROUTES,1
    2,63-104 days,Lower Gastrointestinal,Urgent Suspected Cancer,1
    2,>104 days,ALL SITES,ALL ROUTES,1
    2,>104 days,Lower Gastrointestinal,ALL ROUTES,1
    2,>104 days,Lower Gastrointestinal,Urgent Suspected Cancer,1
    2,passed 62 days in the last 7 days,ALL SITES,ALL ROUTES,1
    2,passed 62 days in the last 7 days,Lower Gastrointestinal,ALL ROUTES,1
    2,passed 62 days in the last 7 days,Lower Gastrointestinal,Urgent Suspected Cancer,1
    2,passed 104 days in the last 7 days,ALL SITES,ALL ROUTES,1
    2,passed 104 days in the last 7 days,Lower Gastrointestinal,ALL ROUTES,1
    2,passed 104 days in the last 7 days,Lower Gastrointestinal,Urgent Suspected Cancer,1
    3,treated within 62 days,ALL SITES,ALL ROUTES,1
    3,treated within 62 days,Lower Gastrointestinal,ALL ROUTES,1
    3,treated within 62 days,Lower Gastrointestinal,Urgent Suspected Cancer,1
    3,"treated, 63-104 days",ALL SITES,ALL ROUTES,1
    3,"treated, 63-104 days",Lower Gastrointestinal,ALL ROUTES,1
    3,"treated, 63-104 days",Lower Gastrointestinal,Urgent Suspected Cancer,1
    4,new: Urgent Suspected Cancer,ALL SITES,ALL ROUTES,1
    4,new: Urgent Suspected Cancer,Lower Gastrointestinal,ALL ROUTES,1
    4,new: Urgent Suspected Cancer,Lower Gastrointestinal,Urgent Suspected Cancer,1
    5,first seen,ALL SITES,ALL ROUTES,1
    5,first seen,Lower Gastrointestinal,ALL ROUTES,1
    5,first seen,Lower Gastrointestinal,Urgent Suspected Cancer,1
    "#);
    insta::assert_snapshot!(folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--table", "not_waiting"]).stdout, @r"
    clock,reason,pathways
    28-day,decision to treat,4
    28-day,waiting,4
    31-day,no decision to treat,4
    31-day,treated or declined,2
    31-day,waiting,2
    62-day,waiting,6
    62-day,treated or declined,2
    ");
    insta::assert_snapshot!(folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--table", "tip_ins"]).stdout, @r"
    clock,week_ending,site,tipping_in,with_decision,planned_in_time
    62-day,2026-11-22,ALL SITES,2,0,0
    62-day,2026-11-22,Lower Gastrointestinal,2,0,0
    62-day,2026-12-20,ALL SITES,1,0,0
    62-day,2026-12-20,Lower Gastrointestinal,1,0,0
    62-day,2026-12-27,ALL SITES,1,0,0
    62-day,2026-12-27,Lower Gastrointestinal,1,0,0
    31-day,2026-11-22,ALL SITES,2,2,0
    31-day,2026-11-22,Lower Gastrointestinal,2,2,0
    28-day,2026-11-22,ALL SITES,2,0,
    28-day,2026-11-22,Lower Gastrointestinal,2,0,
    ");
    insta::assert_snapshot!(folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--table", "over_104"]).stdout, @r"
    pathway,file,row,site,route,start,days_62,days_over,first_seen,decision_date,treatment_planned
    RZZ/B6,upload.csv,6,Lower Gastrointestinal,Urgent Suspected Cancer,2026-07-12,105,1,2026-10-09,2026-10-20,
    ");
}

#[test]
fn a_trust_sees_its_own_pathways_and_those_that_name_no_trust() {
    let records = [
        open("ours", &[]),
        open("theirs", &[("site_first_seen", "RXX01")]),
        open("nobodys", &[("site_first_seen", ""), ("date_first_seen", "")]),
    ];
    let rows = ptl(&records, &["--provider", "RZZ"]);
    assert_eq!(cells(&rows, &["pathway"]), ["RZZ/ours", "RZZ/nobodys"]);
}

#[test]
fn the_workbook_of_the_trackers_names_no_patient() {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[
            &open("A1", &[]),
            &open(
                "A2",
                &[("crtp_start_date", "2026-07-12"), ("decision_to_refer_date", "")],
            ),
        ],
    );
    for out in ["one", "other"] {
        let run = folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--out", out]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        assert_eq!(folder.names(out), ["ptl-2026-10-25.xlsx", "ptl-entries.json"]);
    }
    let bytes = |out: &str| std::fs::read(folder.path(out).join("ptl-2026-10-25.xlsx")).unwrap();
    assert!(
        bytes("one") == bytes("other"),
        "the same input gives the same bytes"
    );
    let mut workbook = open_workbook_auto(folder.path("one/ptl-2026-10-25.xlsx")).unwrap();
    assert_eq!(
        workbook.sheet_names(),
        [
            "Cover",
            "Breaching next",
            "Two clocks",
            "To come in",
            "Escalations",
            "Conditions",
            "Next steps",
            "Return sections",
            "Tip-ins by week",
            "Over 104",
            "Not waiting",
            "Notes"
        ]
    );
    for name in workbook.sheet_names() {
        let sheet = workbook.worksheet_range(&name).unwrap();
        assert!(
            !sheet
                .rows()
                .flatten()
                .any(|cell| cell.to_string().contains("9990000018")),
            "{name}"
        );
        if name == "Over 104" {
            assert!(sheet.rows().any(|row| row[1] == Data::String("RZZ/A2".into())));
        }
    }
}

#[test]
fn rules_that_would_show_an_identifier_are_refused() {
    let folder = Folder::new();
    let query = "SELECT pathway, nhs_number FROM records\n";
    folder
        .upload("upload.csv", &[TOLD])
        .file("ours/cwt/ptl/not_waiting.sql", query);
    let run = folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--rules", "ours"]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("rules/cwt/ptl/not_waiting.sql shows `nhs_number`"),
        "{}",
        run.stderr
    );
    let unknown = folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--table", "tip_in"]);
    assert!(
        unknown.code == 2 && unknown.stderr.contains("did you mean `tip_ins`?"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_decision_without_its_treatment_is_on_the_31_day_clock_with_a_route_or_without() {
    let decided = |id, more: &[(&'static str, &'static str)]| {
        let decision = [
            ("ctp_start_date", "2026-10-10"),
            ("primary_diagnosis_icd", "C18.7"),
            ("treatment_event_type", "01"),
            ("treatment_modality", "23"),
        ];
        with(&open(id, &decision), more)
    };
    let rows = ptl(
        &[
            decided("open", &[]),
            decided("no-route", &[("priority_type", "1")]),
            decided("booked", &[("treatment_start_date", "2026-11-11")]),
            decided("treated", &[("treatment_start_date", "2026-10-25")]),
            decided("no-cancer", &[("primary_diagnosis_icd", "N40")]),
            decided("still-to-come", &[("ctp_start_date", "2026-10-26")]),
            // A later treatment is decided on after the first was given.
            decided("later", &[("treatment_start_date", "2026-10-12")]),
            decided(
                "later",
                &[("ctp_start_date", "2026-10-12"), ("treatment_event_type", "02")],
            ),
        ],
        &[],
    );
    let on_the_clock: Vec<_> = rows
        .iter()
        .filter(|row| !row["days_31"].is_empty())
        .cloned()
        .collect();
    assert_eq!(
        cells(
            &on_the_clock,
            &[
                "pathway",
                "start_31",
                "days_31",
                "target_31",
                "breach_31",
                "next_breach_clock",
                "breaches_31"
            ]
        ),
        [
            "RZZ/open 2026-10-10 15 2026-11-10 2026-11-11 31-day ",
            "RZZ/booked 2026-10-10 15 2026-11-10 2026-11-11 31-day yes",
            "RZZ/no-route 2026-10-10 15 2026-11-10 2026-11-11 31-day ",
            "RZZ/later 2026-10-12 13 2026-11-12 2026-11-13 31-day ",
        ]
    );
}

/// RTT status events of pathways that [`open`] made: one that runs from the same day, one that began earlier,
/// one that stopped, one in its first week.
const RTT: &str = "\
pathway_identifier,pathway_issuer,referral_received_date,event_date,rtt_status
A1,RZZ,2026-10-01,2026-10-09,10
A2,RZZ,2026-09-27,2026-10-09,10
A3,RZZ,2026-10-01,2026-10-09,10
A3,RZZ,2026-10-01,2026-10-20,34
A4,RZZ,2026-10-24,2026-10-24,10
B9,RZZ,2026-10-01,2026-10-20,10
";

#[test]
fn the_rtt_clock_stands_beside_the_cancer_clock_and_what_does_not_fit_comes_first() {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[
            &open("A1", &[]),
            &open("A2", &[]),
            &open("A3", &[]),
            &open("A4", &[]),
        ],
    );
    folder.file("rtt.csv", RTT);
    let run = folder.run(&[
        "ptl",
        "upload.csv",
        "rtt.csv",
        "--as-at",
        DAY,
        "--table",
        "two_clocks",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout, @r#"
    pathway,site,route,start,days_62,rtt_start,rtt_weeks,rtt_status,rtt_clock,rtt_stopped_on,clocks_differ,file,row
    RZZ/A3,Lower Gastrointestinal,Urgent Suspected Cancer,2026-10-01,24,2026-10-01,2,34,stopped,2026-10-20,"the RTT clock has stopped (34), and the patient waits on a cancer clock",upload.csv,3
    RZZ/A2,Lower Gastrointestinal,Urgent Suspected Cancer,2026-10-01,24,2026-09-27,4,10,running,,the clocks start 4 days apart,upload.csv,2
    RZZ/A4,Lower Gastrointestinal,Urgent Suspected Cancer,2026-10-01,24,2026-10-24,0,10,running,,the clocks start 23 days apart,upload.csv,4
    RZZ/A1,Lower Gastrointestinal,Urgent Suspected Cancer,2026-10-01,24,2026-10-01,3,10,running,,,upload.csv,1
    "#);
}

/// The waiting list of a PAS: for each patient the day of listing, the date to come in and what came of the offer.
const WAITING_LIST: &str = "waiting_list_id,nhs_number,date_on_list,tci_date,offer_outcome
W1,9990000018,01/10/2026,02/12/2026,
W2,9990000026,30/09/2026,30/11/2026,
W3,9990000034,20/10/2026,02/12/2026,
W4,9990000042,18/10/2026,,
W5,9990000050,19/10/2026,,
W6,9990000069,05/10/2026,20/10/2026,
W7,9990000077,05/10/2026,20/10/2026,4
W8,9990000085,26/10/2026,02/11/2026,
W9,9990000093,20/10/2026,03/12/2026,
";

#[test]
fn the_date_to_come_in_is_that_of_an_entry_since_the_pathway_began_and_is_compared_with_its_targets() {
    let folder = Folder::new();
    let numbers = [
        "9990000018",
        "9990000026",
        "9990000034",
        "9990000042",
        "9990000050",
        "9990000069",
        "9990000077",
        "9990000085",
        "9990000093",
    ];
    let names = ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"];
    let records: Vec<_> = std::iter::zip(names, numbers)
        .map(|(name, number)| open(name, &[("nhs_number", number)]))
        .collect();
    let records: Vec<_> = records.iter().map(Vec::as_slice).collect();
    folder.upload("upload.csv", &records);
    folder.file("list.csv", WAITING_LIST);
    let list = |table| {
        let run = folder.run(&["ptl", "upload.csv", "list.csv", "--as-at", DAY, "--table", table]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.rows()
    };
    // The 62-day target is 2 December. Entries from before the referral or after the day, and missed offers, are not on it.
    let columns = [
        "pathway",
        "listed_on",
        "days_listed",
        "tci",
        "target_62",
        "tci_note",
    ];
    assert_eq!(
        cells(&list("to_come_in"), &columns),
        [
            "RZZ/A6 2026-10-05 20  2026-12-02 the TCI has passed; nothing says what came of it",
            "RZZ/A4 2026-10-18 7  2026-12-02 no TCI",
            "RZZ/A5 2026-10-19 6  2026-12-02 no TCI",
            "RZZ/A9 2026-10-20 5 2026-12-03 2026-12-02 after the 62-day target",
            "RZZ/A1 2026-10-01 24 2026-12-02 2026-12-02 ",
            "RZZ/A3 2026-10-20 5 2026-12-02 2026-12-02 ",
        ]
    );
    let mut met: Vec<String> = cells(&list("escalations"), &["condition", "pathway"]);
    met.retain(|line| line.contains("TCI"));
    met.sort();
    assert_eq!(
        met,
        ["ESC-NOTCI RZZ/A4", "ESC-TCI62 RZZ/A9", "ESC-TCIPAST RZZ/A6"]
    );
}
