//! Timed pathways: which step is due by which day, and how far steps are reached on time.

use crate::kit::Folder;

/// Referrals of a register, urgent and suspected lower gastrointestinal unless said:
/// `CARE_ID,start,type,first seen,told,reason`.
fn register(folder: &Folder, referrals: &[[&str; 5]]) {
    let mut text = String::from(
        "CARE_ID,PATIENT_ID,N2_16_OP_REFERRAL,N2_4_PRIORITY_TYPE,N2_6_RECEIPT_DATE,N2_12_CANCER_TYPE,N2_9_FIRST_SEEN_DATE,\
         L_PT_INFORMED_DATE,FasterDiagnosisPathwayEndReason,N1_3_ORG_CODE_SEEN\n",
    );
    for [id, start, kind, seen, told] in referrals {
        let reason = if told.is_empty() { "" } else { "01" };
        text += &format!("{id},{id},03,03,{start},{kind},{seen},{told},{reason},RZZ01\n");
    }
    folder.file("referrals.csv", text);
}

/// Events of files that begin long before the pathways: `CARE_ID,type,name,booked,done,reported`.
fn events(folder: &Folder, events: &[[&str; 6]]) {
    let begin =
        ["mdt", "endoscopy", "imaging", "pathology"].map(|kind| ["0", kind, "", "", "2026-01-05", ""]);
    events_alone(folder, &[&begin[..], events].concat());
}

fn events_alone(folder: &Folder, events: &[[&str; 6]]) {
    let mut text = String::from(
        "event_key,care_id,event_type,event_name,requested_date,booked_date,done_date,reported_date\n",
    );
    for (number, [id, kind, name, booked, done, reported]) in events.iter().enumerate() {
        text += &format!("K{number},{id},{kind},{name},,{booked},{done},{reported}\n");
    }
    folder.file("events.csv", text);
}

/// The lines of one step for a site: month, target, judged, on time, share, median.
fn step(folder: &Folder, files: &[&str], site: &str, key: &str) -> Vec<String> {
    let ran = folder.run(&[&["milestones", "--as-at", "2026-11-24"], files].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = ran.rows();
    let of_step = rows
        .iter()
        .filter(|row| row["site"] == site && row["step_key"] == key);
    let columns = [
        "month",
        "target_day",
        "judged",
        "on_time",
        "late",
        "overdue",
        "share_on_time",
        "median_day",
    ];
    of_step
        .map(|row| columns.map(|column| row[column].as_str()).join(" "))
        .collect()
}

const BOWEL: &str = "Lower Gastrointestinal";

#[test]
fn a_step_is_on_time_on_its_day_and_late_on_the_next() {
    let folder = Folder::new();
    register(
        &folder,
        &[
            ["1", "2026-10-01", "07", "", ""],
            ["2", "2026-10-01", "07", "", ""],
            ["3", "2026-10-01", "07", "", ""],
        ],
    );
    events(
        &folder,
        &[
            ["1", "endoscopy", "Colonoscopy", "", "2026-10-15", ""], // day 14
            ["2", "endoscopy", "Colonoscopy", "", "2026-10-16", ""], // day 15
            ["1", "mdt", "Colorectal", "", "2026-10-22", ""],        // day 21; nobody else
        ],
    );
    let files = ["referrals.csv", "events.csv"];
    assert_eq!(
        step(&folder, &files, BOWEL, "first_test"),
        ["2026-10 14 3 1 1 1 0.3333333333333333 14"]
    );
    assert_eq!(
        step(&folder, &files, BOWEL, "mdt"),
        ["2026-10 21 3 1 0 2 0.3333333333333333 21"]
    );
}

#[test]
fn a_step_whose_kind_no_file_reports_is_not_asked_of_anybody() {
    let folder = Folder::new();
    register(&folder, &[["1", "2026-10-01", "07", "2026-10-09", ""]]);
    assert_eq!(
        step(&folder, &["referrals.csv"], BOWEL, "mdt"),
        Vec::<String>::new()
    );
    let targets = folder.run(&["milestones", "referrals.csv", "--table", "targets"]);
    let mdt = |row: &&std::collections::BTreeMap<String, String>| {
        row["timed_pathway"] == "Colorectal" && row["step_key"] == "mdt"
    };
    let rows = targets.rows();
    let row = rows
        .iter()
        .find(mdt)
        .map(|row| (row["target_day"].as_str(), row["files_report_it"].as_str()));
    assert_eq!(row, Some(("21", "no")));
}

#[test]
fn a_step_is_not_known_where_the_files_that_show_it_begin_after_the_pathway_did() {
    let folder = Folder::new();
    register(
        &folder,
        &[
            ["1", "2026-09-30", "07", "2026-10-05", "2026-10-20"],
            ["2", "2026-09-30", "07", "2026-10-05", ""],
            ["3", "2026-10-01", "07", "2026-10-05", ""],
        ],
    );
    events_alone(
        &folder,
        &[
            ["9", "mdt", "Colorectal", "", "2026-10-01", ""], // the export begins
            ["1", "mdt", "Colorectal", "", "2026-10-15", ""], // perhaps not the first discussion
        ],
    );
    let files = ["referrals.csv", "events.csv"];
    let ran = folder.run(&[&["milestones", "--as-at", "2026-11-24"], &files[..]].concat());
    let shown: Vec<String> = ran
        .rows()
        .iter()
        .filter(|row| row["site"] == BOWEL && row["step_key"] == "mdt")
        .map(|row| {
            ["month", "judged", "on_time", "overdue", "not_known"]
                .map(|name| row[name].clone())
                .join(" ")
        })
        .collect();
    assert_eq!(shown, ["2026-09 0 0 0 2", "2026-10 1 0 1 0"], "{}", ran.stderr);
    // The register shows who was told, however far the other files reach.
    assert_eq!(
        step(&folder, &files, BOWEL, "told"),
        ["2026-09 28 2 1 0 1 0.5 20", "2026-10 28 1 0 0 1 0 "]
    );
}

#[test]
fn an_interval_counts_from_its_own_beginning_and_only_what_comes_after_it() {
    let folder = Folder::new();
    // Suspected upper gastrointestinal: CT by the day after the gastroscopy.
    let referrals = ["1", "2", "3"].map(|id| [id, "2026-10-01", "06", "", ""]);
    register(&folder, &referrals);
    events_alone(
        &folder,
        &[
            ["1", "endoscopy", "OGD", "", "2026-10-08", ""],
            ["1", "imaging", "CT chest abdomen pelvis", "", "2026-10-09", ""],
            ["2", "endoscopy", "OGD", "", "2026-10-08", ""],
            ["2", "imaging", "CT chest abdomen pelvis", "", "2026-10-10", ""],
            ["2", "imaging", "CT head", "", "2026-10-02", ""], // before the gastroscopy: another question
            ["3", "imaging", "CT chest", "", "2026-10-02", ""], // no gastroscopy so far: not begun
        ],
    );
    let lines = step(
        &folder,
        &["referrals.csv", "events.csv"],
        "Suspected upper gastrointestinal cancer",
        "staging",
    );
    assert_eq!(lines, ["2026-10 1 2 1 1 0 0.5 1"]);
}

#[test]
fn a_cancelled_test_and_one_of_a_later_day_have_reached_nothing() {
    let folder = Folder::new();
    register(&folder, &[["1", "2026-10-01", "07", "", ""]]);
    folder.file(
        "events.csv",
        "event_key,care_id,event_type,event_name,event_status,booked_date,done_date\n\
         O,0,endoscopy,Colonoscopy,,,2026-01-05\n\
         A,1,endoscopy,Colonoscopy,cancelled,2026-10-09,2026-10-09\n\
         B,1,endoscopy,Colonoscopy,,,2026-11-25\n",
    );
    let lines = step(&folder, &["referrals.csv", "events.csv"], BOWEL, "first_test");
    assert_eq!(lines, ["2026-10 14 1 0 0 1 0 "]);
}

#[test]
fn the_tracking_list_shows_the_next_step_its_day_how_late_it_is_and_what_is_booked() {
    let folder = Folder::new();
    register(
        &folder,
        &[
            ["1", "2026-11-10", "07", "", ""], // day 14 is the 24th: not late today
            ["2", "2026-11-09", "07", "", ""], // a day late, and booked
            ["3", "2026-11-01", "07", "", ""], // tested: the MDT is next
            ["4", "2026-11-01", "07", "", "2026-11-20"], // told of a cancer without an MDT: it is still asked for
        ],
    );
    events_alone(
        &folder,
        &[
            ["2", "endoscopy", "Colonoscopy", "2026-11-26", "", ""],
            ["3", "endoscopy", "Colonoscopy", "", "2026-11-12", ""],
            ["4", "endoscopy", "Colonoscopy", "", "2026-11-12", ""],
            ["3", "mdt", "Colorectal", "2026-11-27", "", ""],
        ],
    );
    let ran = folder.run(&["ptl", "referrals.csv", "events.csv", "--as-at", "2026-11-24"]);
    let mut rows = ran.rows();
    rows.sort_by_key(|row| row["pathway"].clone());
    let columns = [
        "pathway",
        "next_step",
        "step_due",
        "step_late_days",
        "step_booked",
        "step_certainty",
    ];
    let lines: Vec<String> = rows
        .iter()
        .map(|row| columns.map(|column| row[column].as_str()).join(" | "))
        .collect();
    assert_eq!(
        lines,
        [
            "1 | Colonoscopy or CT colonography | 2026-11-24 | 0 |  | secondary",
            "2 | Colonoscopy or CT colonography | 2026-11-23 | 1 | 2026-11-26 | secondary",
            "3 | MDT discussion | 2026-11-22 | 2 | 2026-11-27 | secondary",
            "4 | MDT discussion | 2026-11-22 | 2 |  | secondary",
        ]
    );
}

#[test]
fn a_trust_sets_its_own_days_and_takes_steps_out_of_use() {
    let folder = Folder::new();
    register(&folder, &[["1", "2026-10-01", "07", "2026-10-09", ""]]);
    folder.file(
        "rules/cwt/lookups/milestones.csv",
        "timed_pathway,step_no,step_key,step,evidence,target_day,measured_from,overtaken_by,routes,in_use,certainty,source,note\n\
         GENERIC,1,first_test,Seen,seen,7,start,decision,referral,yes,local,Access policy,\n\
         GENERIC,2,told,Told,told,28,start,decision,referral,no,official,,\n",
    );
    let ran = folder.run(&[
        "milestones",
        "referrals.csv",
        "--rules",
        "rules",
        "--as-at",
        "2026-11-24",
    ]);
    let lines: Vec<String> = ran.stdout.lines().skip(1).map(String::from).collect();
    assert_eq!(
        lines,
        [
            "2026-10,ALL SITES,GENERIC,first_test,Seen,,start,,1,0,0,8,1,0,1,0,0,0",
            "2026-10,Lower Gastrointestinal,Colorectal,first_test,Seen,7,start,local,1,0,0,8,1,0,1,0,0,0",
        ]
    );
}

#[test]
fn a_site_without_a_timed_pathway_of_its_own_has_the_generic_steps_and_counts_under_all_sites() {
    let folder = Folder::new();
    // A leukaemia has none; a colorectal pathway has.
    register(
        &folder,
        &[
            ["1", "2026-10-01", "05", "2026-10-15", ""],
            ["2", "2026-10-01", "07", "2026-10-16", ""],
        ],
    );
    let of = |site: &str, key: &str| step(&folder, &["referrals.csv"], site, key).len();
    assert_eq!(of("Haematological - Other (a)", "first_test"), 1);
    assert_eq!(of("Haematological - Other (a)", "told"), 1);
    let told = step(&folder, &["referrals.csv"], "ALL SITES", "told");
    assert!(told.len() == 1 && told[0].starts_with("2026-10  2 0"), "{told:?}");
}

#[test]
fn a_test_with_which_a_pathway_begins_counts_and_one_of_an_earlier_illness_does_not() {
    let folder = Folder::new();
    // Suspected lung cancer: CT by day 3, and an X-ray reported a day after it was taken.
    let referrals = ["1", "2", "3", "4"].map(|id| [id, "2026-10-01", "03", "", ""]);
    register(&folder, &referrals);
    events(
        &folder,
        &[
            ["1", "imaging", "CT chest", "", "2026-09-28", ""], // three days before the referral
            ["2", "imaging", "CT chest", "", "2026-09-02", ""], // 29 days before
            ["2", "mdt", "Lung", "", "2025-03-06", ""],         // of an earlier illness: overtakes nothing
            ["3", "imaging", "CT chest", "", "2026-10-01", ""], // day 0
            ["4", "imaging", "Chest X-ray", "", "2026-01-10", "2026-01-11"],
            ["4", "imaging", "Chest X-ray", "", "2026-09-30", "2026-10-02"],
        ],
    );
    let files = ["referrals.csv", "events.csv"];
    let line = |key: &str| step(&folder, &files, "Lung", key);
    // 1 and 3 on time, 2 and 4 overdue; the nearest rank of -3 and 0 is the first.
    assert_eq!(line("first_test"), ["2026-10 3 4 2 0 2 0.5 -3"]);
    assert_eq!(line("chest_xray"), ["2026-10 1 1 0 1 0 0 2"]);
}
