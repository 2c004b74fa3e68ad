//! The list for a meeting of a multidisciplinary team: who, what is there, what is missing, and what was
//! decided.

use std::collections::BTreeMap;

use crate::kit::Folder;

const DAY: &str = "2026-11-24";

/// Four urgent referrals of one start, and the events of a meeting on Thursday 26 November.
fn folder() -> Folder {
    let folder = Folder::new();
    let mut referrals = String::from(
        "CARE_ID,PATIENT_ID,N2_16_OP_REFERRAL,N2_4_PRIORITY_TYPE,N2_6_RECEIPT_DATE,N2_12_CANCER_TYPE,N2_9_FIRST_SEEN_DATE,\
         L_PT_INFORMED_DATE,FasterDiagnosisPathwayEndReason,N1_3_ORG_CODE_SEEN\n",
    );
    for (id, kind, told, reason) in [
        ("1", "07", "", ""),
        ("2", "07", "2026-11-20", "01"),
        ("3", "03", "", ""),
        ("4", "07", "", ""),
    ] {
        referrals += &format!("{id},{id},03,03,2026-10-27,{kind},2026-11-02,{told},{reason},RZZ01\n");
    }
    folder.file("referrals.csv", referrals);
    let mut events = String::from(
        "event_key,care_id,event_type,event_name,event_status,requested_date,booked_date,done_date,reported_date\n",
    );
    for (number, event) in [
        "1,mdt,Bowel,booked,,2026-11-26,,",
        "2,mdt,Bowel,booked,,2026-11-26,,",
        "3,mdt,Lung,booked,,2026-11-26,,",
        "9,mdt,Bowel,booked,,2026-11-26,,", // no referral has this id
        "2,mdt,Bowel,done,,2026-11-12,2026-11-12,",
        "4,mdt,Bowel,done,,2026-11-12,2026-11-12,",
        "4,mdt,Bowel,cancelled,,2026-11-26,,",
        "1,pathology,Biopsy,reported,,,2026-11-10,2026-11-17",
        "1,imaging,CT,done,2026-11-12,,2026-11-19,", // not reported
        "1,imaging,MRI,reported,2026-11-01,,2026-11-05,2026-11-25", // not so far
        "2,pathology,Biopsy,reported,,,2026-11-10,2026-11-17",
        "2,imaging,CT,cancelled,2026-11-12,,,",
        "2,letter,Clinic letter,done,,,2026-11-21,",
    ]
    .iter()
    .enumerate()
    {
        events += &format!("K{number},{event}\n");
    }
    folder.file("events.csv", events);
    folder
}

fn list(folder: &Folder, more: &[&str]) -> Vec<BTreeMap<String, String>> {
    let fixed = ["mdt", "list", "referrals.csv", "events.csv", "--as-at", DAY];
    let ran = folder.run(&[&fixed, more].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.rows()
}

fn cells(rows: &[BTreeMap<String, String>], columns: &[&str]) -> Vec<String> {
    let line = |row: &BTreeMap<String, String>| {
        let cells: Vec<&str> = columns.iter().map(|column| row[*column].as_str()).collect();
        cells.join(" | ")
    };
    rows.iter().map(line).collect()
}

const MEETING: [&str; 2] = ["--meeting", "2026-11-26"];

#[test]
fn the_list_says_what_is_there_and_what_is_missing_and_leaves_nobody_out() {
    let rows = list(&folder(), &MEETING);
    let reports = [
        "pathway",
        "meeting_name",
        "ready",
        "pathology_reported",
        "pathology_missing",
        "imaging_reported",
        "imaging_missing",
        "letters_sent",
    ];
    let mut shown = cells(&rows, &reports);
    shown.sort();
    assert_eq!(
        shown,
        [
            "1 | Bowel | no | 1 | 0 | 0 | 2 | 0",
            "2 | Bowel | yes | 1 | 0 | 0 | 0 | 1",
            "3 | Lung | no reports |  |  |  |  | ",
            "EVENTS K3 | Bowel | no reports |  |  |  |  | ",
        ]
    );
    let clocks = [
        "pathway",
        "listed_as",
        "listed_before",
        "days_28",
        "days_62",
        "next_breach",
        "next_breach_clock",
    ];
    let mut shown = cells(&rows, &clocks);
    shown.sort();
    assert_eq!(
        shown[..3],
        [
            "1 | first discussion |  | 28 | 28 | 2026-11-25 | 28-day",
            "2 | discussed or listed once before | 2026-11-12 |  | 28 | 2026-12-29 | 62-day",
            "3 | first discussion |  | 28 | 28 | 2026-11-25 | 28-day",
        ]
    );
    let unknown = rows.iter().find(|row| row["pathway"] == "EVENTS K3").unwrap();
    assert_eq!(
        unknown["note"],
        "no pathway of the register was found for this patient"
    );
}

#[test]
fn a_site_narrows_the_list_and_a_day_without_a_meeting_says_which_days_have_one() {
    let folder = folder();
    let rows = list(&folder, &[&MEETING[..], &["--site", "Lung"]].concat());
    assert_eq!(cells(&rows, &["pathway"]), ["3"]);
    let other = [
        "mdt",
        "list",
        "referrals.csv",
        "events.csv",
        "--as-at",
        DAY,
        "--meeting",
        "2026-11-25",
    ];
    let ran = folder.run(&other);
    assert_eq!((ran.code, ran.rows().len()), (0, 0), "{}", ran.stderr);
    let said = "no row has `meeting` 2026-11-25; there are 2026-11-12, 2026-11-26";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    let meetings = list(&folder, &[&MEETING[..], &["--table", "meetings"]].concat());
    let columns = [
        "meeting_date",
        "meeting_name",
        "patients",
        "discussed",
        "first_discussions",
        "with_missing_reports",
    ];
    assert_eq!(
        cells(&meetings, &columns),
        [
            "2026-11-26 | Bowel | 3 | 0 | 2 | 1",
            "2026-11-26 | Lung | 1 | 0 | 1 | 0",
            "2026-11-12 | Bowel | 2 | 2 | 2 | 0",
        ]
    );
}

#[test]
fn decisions_are_read_back_and_stand_in_the_next_list_of_the_meeting() {
    let folder = folder();
    list(&folder, &[&MEETING[..], &["--out", "mdt"]].concat());
    assert_eq!(
        folder.names("mdt"),
        ["mdt-2026-11-26-entries.json", "mdt-2026-11-26.xlsx"]
    );
    let rows = list(&folder, &[&MEETING[..], &["--table", "patients"]].concat());
    let id = &rows.iter().find(|row| row["pathway"] == "2").unwrap()["id"];
    folder.file(
        "mdt/anna.csv",
        format!("Id,Pathway,Outcome*,Decision*,Next step*\n{id},2,Discussed,right hemicolectomy,clinic on Monday\n"),
    );
    let read = folder.run(&["mdt", "read", "mdt/anna.csv"]);
    assert_eq!(read.code, 0, "{}", read.stderr);
    let rows = list(
        &folder,
        &[&MEETING[..], &["--out", "mdt", "--table", "patients"]].concat(),
    );
    let mut shown = cells(
        &rows,
        &["pathway", "standing", "outcome", "decision", "next_step"],
    );
    shown.sort();
    assert_eq!(
        shown[1],
        "2 | first list | Discussed | right hemicolectomy | clinic on Monday"
    );
    let other = list(
        &folder,
        &["--meeting", "2026-11-12", "--out", "mdt", "--table", "patients"],
    );
    assert_eq!(
        cells(&other, &["outcome"]),
        ["", ""],
        "another meeting has a memory of its own"
    );
}

#[test]
fn made_up_attendance_is_one_file_as_an_export_would_be() {
    let folder = Folder::new();
    let made = folder.run(&[
        "synth",
        "--data-set",
        "mdt",
        "--source",
        "mdt_attendance",
        "--rows",
        "20",
        "--seed",
        "1",
        "-o",
        "made",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert_eq!(folder.names("made"), ["attendance.csv"]);
    let text = std::fs::read_to_string(folder.path("made/attendance.csv")).unwrap();
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("meeting_id,"))
            .count(),
        1
    );
    for role in ["surgeon", "radiologist", "cns", "coordinator"] {
        assert!(text.contains(role), "{role}:\n{text}");
    }
    let told = folder.run(&["mdt", "attendance", "made", "--as-at", DAY]);
    assert!(!told.stderr.contains("old export"), "{}", told.stderr);
}

/// Meetings of the lung team: `meeting,date,status`, and for each the rows `member,role,attendance,covers`.
fn attendance(folder: &Folder, meetings: &[(&str, &[&str])]) {
    let mut text = String::from(
        "meeting_id,mdt_type,meeting_date,meeting_status,member,role,attendance,cover_for,core\n",
    );
    for (meeting, rows) in meetings {
        let (id, when) = meeting.split_once(',').unwrap();
        for row in *rows {
            let core = if row.ends_with(',') { "Y" } else { "N" };
            text += &format!("{id},0801,{when},{row},{core}\n");
        }
    }
    folder.file("attendance.csv", text);
}

/// Everybody whom the lung team needs, but the radiologist and the oncologist.
const OTHERS: [&str; 6] = [
    "P1,physician,full,",
    "S1,surgeon,remote,",
    "H1,histopathologist,full,",
    "N1,cns,full,",
    "L1,palliative_care,part,",
    "C1,coordinator,full,",
];

fn attended(folder: &Folder, table: &str) -> Vec<BTreeMap<String, String>> {
    let ran = folder.run(&[
        "mdt",
        "attendance",
        "attendance.csv",
        "--as-at",
        DAY,
        "--table",
        table,
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.rows()
}

#[test]
fn a_meeting_is_quorate_when_every_role_is_there_in_person_by_video_or_by_cover() {
    let folder = Folder::new();
    let with = |more: &[&'static str]| [&OTHERS[..], more].concat();
    let covered = with(&[
        "R1,radiologist,apology,",
        "R2,radiologist,full,R1",
        "O1,medical_oncologist,full,",
    ]);
    let nobody = with(&["R1,radiologist,absent,", "O1,clinical_oncologist,full,"]);
    let alone = ["R1,radiologist,full,"];
    attendance(
        &folder,
        &[
            ("M1,2026-11-05,held", &covered),
            ("M2,2026-11-12,held", &nobody),
            ("M3,2026-11-19,cancelled", &alone),
            ("M4,2025-11-25,held", &covered), // the first day of the year
            ("M5,2025-11-24,held", &alone),   // the day before it
            ("M6,2026-11-26,held", &alone),   // still to come
        ],
    );
    let meetings = attended(&folder, "meetings");
    assert_eq!(
        cells(
            &meetings,
            &[
                "meeting_id",
                "is_quorate",
                "roles_there",
                "roles_needed",
                "as_cover"
            ]
        ),
        [
            "M2 | no | 7 | 8 | 0",
            "M1 | yes | 8 | 8 | 1",
            "M4 | yes | 8 | 8 | 1"
        ]
    );
    let missing = attended(&folder, "missing");
    assert_eq!(
        cells(&missing, &["meeting_id", "needed_role", "needed", "there"]),
        ["M2 | radiologist | 1 | 0"]
    );
    let teams = attended(&folder, "teams");
    assert_eq!(
        cells(&teams, &["team", "meetings", "quorate", "target", "meets_target"]),
        ["Lung | 3 | 2 | 0.95 | no"]
    );
    let members = attended(&folder, "members");
    let radiologist: Vec<_> = members
        .into_iter()
        .filter(|row| row["role"] == "radiologist")
        .collect();
    let columns = [
        "member",
        "meetings",
        "attended",
        "covered",
        "share_with_cover",
        "meets_target",
    ];
    assert_eq!(
        cells(&radiologist, &columns),
        ["R1 | 3 | 0 | 2 | 0.6666666666666666 | yes"],
        "two thirds meet 66 per cent"
    );
}

#[test]
fn the_rules_of_quorum_are_the_teams_own_where_it_gives_them() {
    let folder = Folder::new();
    attendance(&folder, &[("M1,2026-11-05,held", &["C1,coordinator,full,"])]);
    folder.file(
        "rules/mdt/lookups/mdt_quorum.csv",
        "team_code,needed_role,needed,certainty,source\nALL,coordinator,1,local,operational policy 2026\n",
    );
    let ran = folder.run(&[
        "mdt",
        "attendance",
        "attendance.csv",
        "--as-at",
        DAY,
        "--table",
        "meetings",
        "--rules",
        "rules",
    ]);
    assert_eq!(
        cells(&ran.rows(), &["is_quorate", "rule"]),
        ["yes | ALL"],
        "{}",
        ran.stderr
    );
}

#[test]
fn a_first_treatment_counts_as_discussed_only_if_a_meeting_was_held_by_its_day() {
    let folder = Folder::new();
    let headings = "CARE_ID,NHS_NUMBER,CRTP_START_DATE,PRIMARY_DIAGNOSIS_ICD,TREATMENT_START_DATE,TREATMENT_EVENT_TYPE,\
                    TREATMENT_MODALITY";
    // 1 on the day, 2 the day after, 3 listed and not held, 4 never, 5 no first treatment, 6 all treatment declined.
    let rows = [
        "1,9990000018,2026-09-01,C187,2026-10-10,01,23",
        "2,9990000026,2026-09-01,C187,2026-10-10,01,23",
        "3,9990000034,2026-09-01,C187,2026-10-10,01,23",
        "4,9990000042,2026-09-01,C341,2026-10-10,01,23",
        "5,9990000050,2026-09-01,C341,2026-10-10,02,23",
        "6,9990000069,2026-09-01,C341,2026-10-10,01,98",
    ];
    folder.file("records.csv", format!("{headings}\n{}\n", rows.join("\n")));
    folder.file(
        "events.csv",
        "event_key,event_type,event_status,care_id,booked_date,done_date\n\
         1,mdt,done,1,,2026-10-10\n2,mdt,done,2,,2026-10-11\n3,mdt,booked,3,2026-10-01,\n4,mdt,cancelled,4,2026-10-01,\n",
    );
    let table = |name: &str| {
        let run = folder.run(&["list", "before_mdt", "records.csv", "events.csv", "--table", name]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.rows()
    };
    let columns = [
        "site",
        "treatments",
        "discussed_before",
        "discussed_after",
        "listed_only",
        "not_discussed",
    ];
    let by_month: Vec<String> = table("by_month")
        .iter()
        .map(|row| columns.map(|name| row[name].as_str()).join(" "))
        .collect();
    assert_eq!(
        by_month,
        [
            "ALL SITES 4 1 1 1 1",
            "Lower Gastrointestinal 3 1 1 1 0",
            "Lung 1 0 0 0 1"
        ]
    );
    let rows: Vec<String> = table("not_before")
        .iter()
        .map(|row| format!("{} {}", row["pathway"], row["discussion"]))
        .collect();
    assert_eq!(
        rows,
        [
            "2 discussed after the treatment",
            "3 listed before, no discussion recorded",
            "4 no meeting before the treatment",
        ]
    );
}

/// Meetings of a team that needs a surgeon, an oncologist, a radiologist, a histopathologist, a nurse and a coordinator (0401).
const ATTENDANCE: &str = "\
meeting_id,mdt_type,meeting_date,meeting_status,member,role,core,attendance,cover_for
M1,0401,2026-09-03,,S1,surgeon,Y,full,
M1,0401,2026-09-03,,O1,medical_oncologist,Y,remote,
M1,0401,2026-09-03,,R1,radiologist,Y,part,
M1,0401,2026-09-03,,H1,histopathologist,Y,full,
M1,0401,2026-09-03,,N1,cns,Y,absent,
M1,0401,2026-09-03,,N2,cns,N,remote,N1
M1,0401,2026-09-03,,K1,coordinator,Y,full,
M2,0401,2026-09-10,,S1,surgeon,Y,full,
M2,0401,2026-09-10,,S1,radiologist,N,full,
M2,0401,2026-09-10,,O1,medical_oncologist,Y,full,
M2,0401,2026-09-10,,H1,histopathologist,Y,full,
M2,0401,2026-09-10,,N1,cns,Y,full,
M2,0401,2026-09-10,,K1,coordinator,Y,full,
M3,0401,2026-09-17,cancelled,S1,surgeon,Y,absent,
M4,0401,2026-09-24,,S1,surgeon,Y,full,
M4,0401,2026-09-24,,O1,medical_oncologist,Y,apology,
M4,0401,2026-09-24,,O2,clinical_oncologist,N,full,O1
M4,0401,2026-09-24,,R1,radiologist,Y,full,
M4,0401,2026-09-24,,H1,histopathologist,Y,full,
M4,0401,2026-09-24,,N1,cns,Y,full,
M4,0401,2026-09-24,,N1,cns,Y,absent,
M4,0401,2026-09-24,,K1,coordinator,Y,apology,
M4,0401,2026-09-24,,S1,other,N,full,K1
M5,0401,2026-10-01,,,,,,
";

#[test]
fn a_meeting_is_quorate_with_cover_and_by_video_and_two_roles_count_as_the_setting_says() {
    let folder = Folder::new();
    let backwards: Vec<&str> = ATTENDANCE.lines().skip(1).collect();
    let head = ATTENDANCE.lines().next().unwrap();
    let columns = [
        "meeting_id",
        "is_quorate",
        "roles_there",
        "first_missing",
        "as_cover",
        "in_two_roles",
    ];
    for rows in [backwards.clone(), backwards.into_iter().rev().collect()] {
        folder.file("attendance.csv", format!("{head}\n{}\n", rows.join("\n")));
        let meetings = attended(&folder, "meetings");
        assert_eq!(
            cells(&meetings, &columns),
            [
                "M4 | no | 5 | coordinator | 2 | 1",
                "M2 | yes | 6 |  | 0 | 1",
                "M1 | yes | 6 |  | 1 | 0",
            ]
        );
        let members = attended(&folder, "members");
        let shown = cells(&members, &["member", "meetings", "attended", "covered"]);
        for member in [
            "N1 | 3 | 2 | 1",
            "O1 | 3 | 2 | 1",
            "K1 | 3 | 2 | 0",
            "S1 | 3 | 3 | 0",
        ] {
            assert!(shown.contains(&member.to_string()), "{member} in {shown:?}");
        }
    }
    let settings = std::fs::read_to_string("rules/mdt/lookups/mdt_settings.csv").unwrap();
    folder.file(
        "ours/mdt/lookups/mdt_settings.csv",
        settings.replace("two_roles,yes", "two_roles,no"),
    );
    let run = folder.run(&[
        "mdt",
        "attendance",
        "attendance.csv",
        "--as-at",
        DAY,
        "--table",
        "meetings",
        "--rules",
        "ours",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        cells(&run.rows(), &columns[..4])[1],
        "M2 | no | 5 | surgeon",
        "the surgeon counts as the radiologist, who is nobody else"
    );
}
