//! Escalation: who needs somebody today, what is new since the list before, what people answered, and the
//! review of harm.

use std::collections::BTreeMap;

use crate::kit::Folder;

/// The end of this day is the list.
const DAY: &str = "2026-11-24";
const RULES: &str = "rules/cwt/escalation.toml";

/// Urgent referrals of a register: `CARE_ID,start,first seen,told,reason`; told with reason 01 is cancer, 02
/// none.
fn register(folder: &Folder, referrals: &[[&str; 5]]) {
    let mut text = String::from(
        "CARE_ID,PATIENT_ID,N2_16_OP_REFERRAL,N2_4_PRIORITY_TYPE,N2_6_RECEIPT_DATE,N2_12_CANCER_TYPE,N2_9_FIRST_SEEN_DATE,\
         L_PT_INFORMED_DATE,FasterDiagnosisPathwayEndReason,N1_3_ORG_CODE_SEEN\n",
    );
    for [id, start, seen, told, reason] in referrals {
        text += &format!("{id},{id},03,03,{start},07,{seen},{told},{reason},RZZ01\n");
    }
    folder.file("referrals.csv", text);
}

/// Events of other systems: `CARE_ID,kind,stage,requested,booked,done,reported`.
fn events(folder: &Folder, events: &[[&str; 7]]) {
    let mut text = String::from(
        "event_key,care_id,event_type,event_status,requested_date,booked_date,done_date,reported_date\n",
    );
    for (number, event) in events.iter().enumerate() {
        text += &format!("K{number},{}\n", event.join(","));
    }
    folder.file("events.csv", text);
}

fn list(folder: &Folder, as_at: &str, more: &[&str]) -> Vec<BTreeMap<String, String>> {
    let fixed = ["ptl", "referrals.csv", "--as-at", as_at, "--table", "escalations"];
    let ran = folder.run(&[&fixed, more].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.rows()
}

/// The pathways that meet a condition.
fn meet(rows: &[BTreeMap<String, String>], condition: &str) -> Vec<String> {
    let of_condition = rows.iter().filter(|row| row["condition"] == condition);
    let mut pathways: Vec<String> = of_condition.map(|row| row["pathway"].clone()).collect();
    pathways.sort();
    pathways
}

#[test]
fn a_condition_is_met_on_its_day_and_not_the_day_before() {
    let folder = Folder::new();
    register(
        &folder,
        &[
            ["1", "2026-10-27", "2026-11-02", "", ""],             // day 28
            ["2", "2026-10-28", "2026-11-02", "", ""],             // day 27
            ["3", "2026-10-27", "2026-11-02", "2026-11-24", "02"], // told on day 28
            ["4", "2026-08-12", "2026-08-20", "2026-09-01", "01"], // day 104
            ["5", "2026-08-11", "2026-08-20", "2026-09-01", "01"], // day 105
            ["6", "2026-10-15", "2026-10-20", "2026-11-01", "01"], // day 40, nothing planned
            ["7", "2026-10-16", "2026-10-20", "2026-11-01", "01"], // day 39
            ["8", "2026-11-10", "", "", ""],                       // day 14, never seen
            ["9", "2026-11-11", "", "", ""],                       // day 13, nothing booked
        ],
    );
    let rows = list(&folder, DAY, &[]);
    assert_eq!(meet(&rows, "ESC-28"), ["1"]);
    assert_eq!(meet(&rows, "ESC-25"), ["2"]);
    assert_eq!(meet(&rows, "ESC-104"), ["5"]);
    assert_eq!(meet(&rows, "ESC-90"), ["4"]);
    assert_eq!(meet(&rows, "ESC-40"), ["6"]);
    assert_eq!(meet(&rows, "ESC-31"), ["7"]);
    assert_eq!(meet(&rows, "ESC-14"), ["8"]);
    assert_eq!(meet(&rows, "ESC-07"), ["9"]);
    let first = &rows[0];
    assert_eq!(
        ["condition", "what", "tell", "basis"].map(|column| first[column].as_str()),
        [
            "ESC-104",
            "Waiting over 104 days",
            "Medical director or lead clinician",
            "inferred"
        ]
    );
}

#[test]
fn reports_requests_and_missed_appointments_are_escalated_where_files_tell_of_them() {
    let folder = Folder::new();
    let ids = ["1", "2", "3", "4", "5", "6", "7"];
    register(&folder, &ids.map(|id| [id, "2026-11-09", "2026-11-12", "", ""]));
    events(
        &folder,
        &[
            ["1", "imaging", "done", "2026-11-10", "", "2026-11-20", ""], // 4 days without a report
            ["2", "imaging", "done", "2026-11-10", "", "2026-11-21", ""], // 3 days
            [
                "3",
                "imaging",
                "reported",
                "2026-11-10",
                "",
                "2026-11-12",
                "2026-11-20",
            ],
            ["4", "pathology", "done", "", "", "2026-11-13", ""], // 11 days
            ["5", "imaging", "requested", "2026-11-18", "", "", ""], // 6 days without a booking
            ["6", "imaging", "booked", "2026-11-10", "2026-11-30", "", ""],
            ["7", "appointment", "missed", "", "2026-11-16", "", ""],
            ["7", "appointment", "missed", "", "2026-11-20", "", ""],
        ],
    );
    let rows = list(&folder, DAY, &["events.csv"]);
    assert_eq!(meet(&rows, "ESC-IMG"), ["1"]);
    assert_eq!(meet(&rows, "ESC-PATH"), ["4"]);
    assert_eq!(meet(&rows, "ESC-UNDATED"), ["5"]);
    assert_eq!(meet(&rows, "ESC-DNA2"), ["7"]);
    assert_eq!(meet(&rows, "ESC-DNA"), Vec::<String>::new());
    assert_eq!(
        meet(&rows, "ESC-NEXT"),
        ["1", "2", "3", "4", "5", "7"],
        "the sixth has a date"
    );
    assert_eq!(
        meet(&rows, "ESC-QUIET"),
        Vec::<String>::new(),
        "no file tells of notes"
    );
}

#[test]
fn the_transfer_and_the_planned_treatment_are_compared_with_their_days() {
    let folder = Folder::new();
    let open = |id: &'static str, changes: &[(&'static str, &'static str)]| {
        let waiting = [
            ("ppi", id),
            ("crtp_start_date", "2026-10-17"), // day 38 on 24 November
            ("decision_to_refer_date", ""),
            ("date_first_seen", "2026-10-20"),
            ("fdp_end_reason", "01"),
            ("patient_status", "14"),
        ];
        let record = crate::kit::with(crate::kit::TOLD, &waiting);
        crate::kit::with(&record, changes)
    };
    let treated_on = |date| {
        [
            ("treatment_start_date", date),
            ("site_treatment_start", "RZZ01"),
            ("treatment_event_type", "01"),
            ("treatment_modality", "23"),
        ]
    };
    let records = [
        open(
            "sent",
            &[("ipt_org_receiving", "RYY"), ("ipt_received_date", "2026-11-20")],
        ),
        open(
            "stuck",
            &[("ipt_org_receiving", "RYY"), ("ipt_requested_date", "2026-11-20")],
        ),
        open(
            "day37",
            &[("ipt_org_receiving", "RYY"), ("crtp_start_date", "2026-10-18")],
        ),
        open("stays", &[]),
        open("in_time", &treated_on("2026-12-18")), // day 62
        open("late", &treated_on("2026-12-19")),
    ];
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    let ran = folder.run(&["ptl", "upload.csv", "--as-at", DAY, "--table", "escalations"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = ran.rows();
    assert_eq!(meet(&rows, "ESC-38"), ["RZZ/stuck"]);
    assert_eq!(meet(&rows, "ESC-TCI62"), ["RZZ/late"]);
}

const OWN: &str = r#"over = "tracked"

[[condition]]
id = "RZZ-20"
title = "Day {days}, not told"
when = "open_28_day >= {days}"
days = 20
tell = "Pathway coordinator"
action = "Ring the clinic."
source = "RZZ access policy, section 4"
basis = "local"
"#;

#[test]
fn a_trust_replaces_the_conditions_by_its_own_file() {
    let folder = Folder::new();
    register(
        &folder,
        &[
            ["1", "2026-11-04", "2026-11-10", "", ""], // day 20
            ["2", "2026-11-05", "2026-11-10", "", ""],
        ],
    );
    folder.file(RULES, OWN);
    let rows = list(&folder, DAY, &["--rules", "rules"]);
    let cells = ["condition", "pathway", "what", "tell", "basis"];
    let shown: Vec<_> = rows
        .iter()
        .map(|row| cells.map(|cell| row[cell].as_str()).join(" | "))
        .collect();
    assert_eq!(
        shown,
        ["RZZ-20 | 1 | Day 20, not told | Pathway coordinator | local"]
    );
    folder.file(RULES, "over = \"tracked\"\n");
    assert_eq!(
        list(&folder, DAY, &["--rules", "rules"]).len(),
        0,
        "a file without conditions"
    );
}

/// A later day takes the place of an earlier one, whatever numbers a trust sets; other conditions are apart.
#[test]
fn of_a_group_the_first_condition_that_is_met_counts_and_no_day_is_left_without() {
    let folder = Folder::new();
    register(
        &folder,
        &[
            ["1", "2026-11-04", "2026-11-10", "", ""], // day 20
            ["2", "2026-11-03", "2026-11-10", "", ""], // day 21
        ],
    );
    let condition = |id: &str, days: u32, group: &str| {
        OWN.trim_start_matches("over = \"tracked\"\n")
            .replace("RZZ-20", id)
            .replace("days = 20", &format!("days = {days}\n{group}"))
    };
    for (late, expected) in [
        (21, ["EARLY 1", "LATE 2", "OTHER 1", "OTHER 2"]),
        (22, ["EARLY 1", "EARLY 2", "OTHER 1", "OTHER 2"]),
    ] {
        let own = [
            "over = \"tracked\"\n".to_string(),
            condition("LATE", late, "group = \"outcome\""),
            condition("EARLY", 20, "group = \"outcome\""),
            condition("OTHER", 10, ""),
        ];
        folder.file(RULES, own.concat());
        let rows = list(&folder, DAY, &["--rules", "rules"]);
        let mut shown: Vec<String> = rows
            .iter()
            .map(|row| format!("{} {}", row["condition"], row["pathway"]))
            .collect();
        shown.sort();
        assert_eq!(shown, expected, "late on day {late}");
    }
}

#[test]
fn a_mistake_in_the_conditions_is_shown_with_its_line() {
    let folder = Folder::new();
    register(&folder, &[["1", "2026-11-04", "2026-11-10", "", ""]]);
    let mistakes = [
        (
            "open_28_day >=",
            "open_28_days >=",
            "escalation.toml:6:9: there is no column `open_28_days`, in `when` of condition `RZZ-20`",
        ),
        (
            "open_28_day >= {days}",
            "open_28_day",
            "escalation.toml:6:9: a condition is expected, but this gives a number",
        ),
        ("days = 20\n", "", "needs `days = …` for its `{days}`"),
        (
            "\"tracked\"",
            "\"trackd\"",
            "escalation.toml:1:8: no query before this file makes a table `trackd`",
        ),
        (
            "Ring the clinic.",
            "",
            "escalation.toml:9:10: condition `RZZ-20` needs a `action`",
        ),
        ("\"local\"", "\"certain\"", "escalation.toml:11:9: "),
        ("basis =", "bases =", "escalation.toml:11:1: "),
    ];
    for (good, bad, message) in mistakes {
        folder.file(RULES, OWN.replacen(good, bad, 1));
        let ran = folder.run(&["ptl", "referrals.csv", "--as-at", DAY, "--rules", "rules"]);
        assert_eq!(ran.code, 2, "{bad}: {}", ran.stderr);
        assert!(ran.stderr.contains(message), "{bad}: {}", ran.stderr);
    }
    folder.file(
        RULES,
        format!("{OWN}{}", OWN.replacen("over = \"tracked\"\n", "", 1)),
    );
    let ran = folder.run(&["ptl", "referrals.csv", "--as-at", DAY, "--rules", "rules"]);
    assert!(
        ran.stderr.contains("there are two conditions `RZZ-20`"),
        "{}",
        ran.stderr
    );
}

/// The standing, first day and entries of each pathway on day 28 or later.
fn standing(rows: &[BTreeMap<String, String>]) -> Vec<String> {
    let of_condition = rows.iter().filter(|row| row["condition"] == "ESC-28");
    let cells = ["pathway", "standing", "first_listed", "status", "answer"];
    let mut shown: Vec<_> = of_condition
        .map(|row| cells.map(|cell| row[cell].as_str()).join(" | "))
        .collect();
    shown.sort();
    shown
}

fn make(folder: &Folder, as_at: &str) {
    let ran = folder.run(&["ptl", "referrals.csv", "--as-at", as_at, "--out", "out"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_day_is_compared_with_the_list_before_and_answers_stay_with_their_row() {
    let folder = Folder::new();
    let one = ["1", "2026-10-26", "2026-11-02", "", ""];
    let other = ["2", "2026-10-27", "2026-11-02", "", ""];
    register(&folder, &[one, other]);
    make(&folder, "2026-11-23"); // day 28 of the first only
    let since = ["--since", "out"];
    assert_eq!(
        standing(&list(&folder, "2026-11-23", &since)),
        ["1 | first list | 2026-11-23 |  | "],
        "the same day again says the same"
    );

    // Somebody fills in the table as CSV, in the columns of the list.
    let filled = folder.run(&[
        "ptl",
        "referrals.csv",
        "--as-at",
        "2026-11-23",
        "--since",
        "out",
        "--table",
        "escalations",
    ]);
    let mut rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(filled.stdout.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_string).collect())
        .collect();
    let at = |name: &str| rows[0].iter().position(|heading| heading == name).unwrap();
    let (condition, status, answer) = (at("condition"), at("status"), at("answer"));
    for row in rows.iter_mut().filter(|row| row[condition] == "ESC-28") {
        row[status] = "In hand".to_string();
        row[answer] = "clinic on Thursday".to_string();
    }
    let mut writer = csv::Writer::from_path(folder.path("anna.csv")).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
    let read = folder.run(&["worklist", "read", "anna.csv", "--run", "out"]);
    assert_eq!(read.code, 0, "{}", read.stderr);
    assert!(
        read.stderr.contains("taken     2 entries into"),
        "{}",
        read.stderr
    );

    let next = list(&folder, "2026-11-24", &since);
    let both = [
        "1 | as before | 2026-11-23 | In hand | clinic on Thursday",
        "2 | new | 2026-11-24 |  | ",
    ];
    assert_eq!(standing(&next), both);
    make(&folder, "2026-11-24");

    // The first is told and leaves the list; its date turns out to be a mistake, and it comes back with its
    // answer.
    register(
        &folder,
        &[["1", "2026-10-26", "2026-11-02", "2026-11-24", "02"], other],
    );
    make(&folder, "2026-11-25");
    register(&folder, &[one, other]);
    let back = [
        "1 | again | 2026-11-23 | In hand | clinic on Thursday",
        "2 | as before | 2026-11-24 |  | ",
    ];
    assert_eq!(standing(&list(&folder, "2026-11-26", &since)), back);
}

#[test]
fn a_word_off_the_list_is_kept_in_the_comment_and_since_needs_an_earlier_list() {
    let folder = Folder::new();
    register(&folder, &[["1", "2026-10-26", "2026-11-02", "", ""]]);
    make(&folder, DAY);
    let rows = list(&folder, DAY, &["--since", "out"]);
    let row = rows.iter().find(|row| row["condition"] == "ESC-28").unwrap();
    let text = format!(
        "Id,Condition,Pathway,Status*,By*\n{},ESC-28,1,perhaps,AB\n",
        row["id"]
    );
    folder.file("ben.csv", text);
    let read = folder.run(&["worklist", "read", "ben.csv", "--run", "out"]);
    assert_eq!(read.code, 1, "{}", read.stderr);
    let said = "the column `By*` is none of the list, and its entry is not read";
    assert!(read.stderr.contains(said), "{}", read.stderr);
    let rows = list(&folder, DAY, &["--since", "out"]);
    let row = rows.iter().find(|row| row["condition"] == "ESC-28").unwrap();
    assert_eq!(
        (row["status"].as_str(), row["comment"].as_str()),
        ("", "[Status: perhaps]")
    );
    // The id of another row: nothing is taken.
    folder.file(
        "carl.csv",
        format!("Id,Condition,Pathway,Status*\n{},ESC-28,2,Done\n", row["id"]),
    );
    let read = folder.run(&["worklist", "read", "carl.csv", "--run", "out"]);
    assert!(read.stdout.contains("mismatch"), "{}", read.stdout);
    let ran = folder.run(&["ptl", "referrals.csv", "--as-at", DAY, "--since", "nowhere"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("`nowhere` has no `ptl-entries.json`"),
        "{}",
        ran.stderr
    );
    let ran = folder.run(&["milestones", "referrals.csv", "--out", "out"]);
    assert_eq!(
        ran.code, 0,
        "a listing without a form keeps no memory: {}",
        ran.stderr
    );
}

#[test]
fn a_list_of_the_same_day_takes_what_was_typed_into_the_workbook_that_it_replaces() {
    let folder = Folder::new();
    register(&folder, &[["1", "2026-10-26", "2026-11-02", "", ""]]);
    make(&folder, DAY);
    let rows = list(&folder, DAY, &["--since", "out"]);
    let row = rows.iter().find(|row| row["condition"] == "ESC-28").unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Escalations").unwrap();
    let cells = [
        ["Id", "Condition", "Pathway", "Answer*", "Status*"],
        [&row["id"], "ESC-28", "1", "told by telephone", "Done"],
    ];
    for (number, row) in (0..).zip(cells) {
        sheet.write_row(number, 0, row).unwrap();
    }
    book.save(folder.path("out/ptl-2026-11-24.xlsx")).unwrap();
    make(&folder, DAY);
    assert_eq!(
        standing(&list(&folder, DAY, &["--since", "out"])),
        ["1 | first list | 2026-11-24 | Done | told by telephone"]
    );
}

#[test]
fn the_review_of_harm_lists_who_passed_day_104_open_or_ended() {
    let folder = Folder::new();
    register(
        &folder,
        &[
            ["1", "2026-08-11", "2026-08-20", "2026-09-01", "01"], // day 105, open
            ["2", "2026-08-12", "2026-08-20", "2026-09-01", "01"], // day 104
            ["3", "2026-06-01", "2026-06-10", "2026-09-14", "02"], // ruled out on day 105
            ["4", "2026-06-02", "2026-06-10", "2026-09-14", "02"], // on day 104
            ["5", "2025-06-01", "2025-06-10", "2025-11-23", "02"], // longer ago than a year
        ],
    );
    let ran = folder.run(&["ptl", "referrals.csv", "--as-at", DAY, "--table", "harm_reviews"]);
    let cells = [
        "pathway",
        "stands",
        "days",
        "days_over",
        "ended_on",
        "review_due",
        "is_past_due",
        "seen_by",
    ];
    let rows = ran.rows();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| cells.map(|cell| row[cell].as_str()).join(" | "))
        .collect();
    assert_eq!(
        shown,
        [
            "1 | waiting | 105 | 1 |  |  | no | RZZ",
            "3 | cancer ruled out | 105 | 1 | 2026-09-14 | 2026-10-26 | yes | RZZ",
        ]
    );
}
