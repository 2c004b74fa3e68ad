//! Referral to treatment: status events of a pathway become waits, figures and suggestions.

use crate::kit::Folder;

/// A pathway that is treated after 126 days, one that is monitored and treated later, one that still waits.
const EVENTS: &str = "\
pathway_identifier,referral_received_date,event_date,event_type,rtt_status,provider,treatment_function
A,2026-01-05,2026-02-10,outpatient,10,RZZ,101
A,2026-01-05,2026-05-11,admission,30,RZZ,101
B,2026-04-01,2026-05-13,outpatient,32,RZZ,101
B,2026-04-01,2026-07-04,outpatient,91,RZZ,101
B,2026-04-01,2026-08-13,outpatient,11,RZZ,101
B,2026-04-01,2026-12-20,admission,30,RZZ,101
C,2025-10-27,2025-11-12,outpatient,10,RZZ,104
C,2025-10-27,2026-03-02,diagnostic,30,RZZ,104
C,2025-10-27,2026-03-09,outpatient,20,RZZ,104
";

fn column(line: &str, index: usize) -> &str {
    line.split(',').nth(index).unwrap_or_default()
}

#[test]
fn each_period_of_a_pathway_is_one_wait_and_what_is_to_come_has_not_happened() {
    let folder = Folder::new();
    folder.file("events.csv", EVENTS);
    let run = folder.run(&["waits", "events.csv", "--data-set", "rtt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let counted: Vec<String> = run
        .stdout
        .lines()
        .filter(|line| column(line, 4) == "yes")
        .map(|line| [1, 3, 6, 7, 9, 10].map(|index| column(line, index)).join(" "))
        .collect();
    assert_eq!(
        counted,
        [
            "3 RTT-1A 2026-01-05 2026-05-11 126 yes",
            "4 RTT-1B 2026-04-01 2026-05-13 42 yes",
            "6 RTT-2 2026-08-13  103 yes",
            "9 RTT-1B 2025-10-27 2026-03-02 126 yes",
        ]
    );
}

#[test]
fn a_continuation_after_a_stop_is_suggested_and_nothing_is_rewritten() {
    let folder = Folder::new();
    folder.file("events.csv", EVENTS);
    let run = folder.run(&["check", "events.csv", "--data-set", "rtt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let found: Vec<&str> = run.stdout.lines().skip(1).collect();
    let of: Vec<String> = found
        .iter()
        .map(|line| format!("{} {}", column(line, 0), column(line, 3)))
        .collect();
    assert_eq!(of, ["RTT-Q16 6", "RTT-Q09 9", "RTT-Q02 10", "RTT-Q16 10"]);
}

#[test]
fn the_published_parts_count_by_treatment_function() {
    let folder = Folder::new();
    folder.file("events.csv", EVENTS);
    let run = folder.run(&[
        "performance",
        "events.csv",
        "--data-set",
        "rtt",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).unwrap();
    let of_104 = lines
        .iter()
        .find(|line| {
            line["Standard_or_Item"] == "RTT completed, non-admitted" && line["Cancer_Type"] == "104"
        })
        .unwrap();
    assert_eq!(of_104["Total"], 1);
    assert_eq!(of_104["Within"], 1);
}

/// Clocks that run on 24 November 2026 for 364, 365, 546, 547 and 729 days; the second of them is on a waiting list.
const LONG_WAITS: &str = "\
pathway_identifier,referral_received_date,event_date,event_type,rtt_status,provider,treatment_function,waiting_list_date
A,2025-11-25,2025-12-12,outpatient,10,RZZ,101,
B,2025-11-24,2025-12-12,outpatient,10,RZZ,101,2026-01-02
C,2025-05-27,2025-12-12,outpatient,10,RZZ,104,
D,2025-05-26,2025-12-12,outpatient,10,RZZ,104,
E,2024-11-25,2025-12-12,outpatient,10,RZZ,104,
F,2026-01-05,2026-05-11,admission,30,RZZ,101,
";

#[test]
fn weeks_begin_a_day_after_the_published_band_ends_and_the_waiting_list_is_a_part_of_the_incomplete() {
    let folder = Folder::new();
    folder.file("events.csv", LONG_WAITS);
    let run = folder.run(&["list", "weeks", "events.csv", "--data-set", "rtt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows: Vec<String> = run
        .rows()
        .iter()
        .map(|row| {
            [
                "part",
                "treatment_function",
                "pathways",
                "within_18",
                "over_52",
                "over_65",
                "over_78",
                "over_104",
            ]
            .map(|name| row[name].as_str())
            .join(" ")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Part_2 101 2 0 1 0 0 0",
            "Part_2 104 3 0 3 3 2 1",
            "Part_2 C_999 5 0 4 3 2 1",
            "Part_2A 101 1 0 1 0 0 0",
            "Part_2A C_999 1 0 1 0 0 0",
            "Part_1A 101 1 1 0 0 0 0",
            "Part_1A C_999 1 1 0 0 0 0",
        ]
    );
}

#[test]
fn the_longest_waits_are_held_against_the_targets_of_the_day_only() {
    let folder = Folder::new();
    folder.file("events.csv", LONG_WAITS);
    let targets = |day: &str| -> Vec<String> {
        let run = folder.run(&[
            "list",
            "weeks",
            "events.csv",
            "--data-set",
            "rtt",
            "--table",
            "over_targets",
            "--as-at",
            day,
        ]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.rows()
            .iter()
            .map(|row| {
                ["weeks", "over_it", "pathways", "met"]
                    .map(|name| row[name].as_str())
                    .join(" ")
            })
            .collect()
    };
    assert_eq!(targets("2026-11-24"), ["65 3 5 no", "78 2 5 no", "104 1 5 no"]);
    assert_eq!(
        targets("2025-12-31"),
        ["52 1 5 no", "65 0 5 yes", "78 0 5 yes", "104 0 5 yes"]
    );
}

#[test]
fn made_up_events_hold_every_part_and_are_wrong_only_where_faults_were_planted() {
    let folder = Folder::new();
    let made = |name: &str, faults: &[&str]| {
        let synth = [
            "synth",
            "--data-set",
            "rtt",
            "--source",
            "rtt_events",
            "--rows",
            "2000",
            "-o",
            name,
        ];
        let run = folder.run(&[&synth[..], faults].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let run = folder.run(&[
            "check",
            name,
            "--data-set",
            "rtt",
            "--as-at",
            "2026-10-31",
            "--summary",
        ]);
        run.rows()
            .iter()
            .filter(|row| row["failed"] != "0")
            .map(|row| row["check"].clone())
            .collect::<Vec<_>>()
    };
    // Some of those who wait have nothing booked: that is believable, and no fault.
    assert_eq!(made("clean", &[]), ["RTT-Q16"]);
    assert!(made("faults", &["--faults"]).len() > 3);
    let run = folder.run(&[
        "list",
        "weeks",
        "clean",
        "--data-set",
        "rtt",
        "--as-at",
        "2026-10-31",
        "--month",
        "2026-10",
    ]);
    let parts: std::collections::BTreeSet<String> =
        run.rows().iter().map(|row| row["part"].clone()).collect();
    assert_eq!(
        parts.into_iter().collect::<Vec<_>>(),
        ["Part_1A", "Part_1B", "Part_2", "Part_2A"]
    );
}

/// What a trust's team asks of the order of events: each pathway is wrong in one way, P and Q together.
const WRONG: &str = "\
pathway_identifier,nhs_number,referral_received_date,event_date,event_type,attended,rtt_status,period_start_date,death_date,treatment_function,next_booked_date
A,,,2026-10-01,outpatient,5,10,,,100,2026-11-30
B,,2026-01-05,2026-02-02,decision,,31,2026-01-05,,100,
B,,2026-01-05,2026-10-20,outpatient,5,11,2026-01-05,,100,2026-11-30
C,,2026-09-01,2026-10-01,outpatient,5,20,2026-09-01,,100,2026-11-30
C,,2026-09-01,2026-10-10,outpatient,5,20,2026-09-10,,100,2026-11-30
D,,2026-09-01,2026-10-01,outpatient,5,20,,2026-10-15,100,2026-11-30
E,,2026-09-01,2026-10-01,outpatient,5,,,,100,2026-11-30
F,,2026-10-01,2026-10-01,transfer,,20,,,100,2026-11-30
G,,1999-01-01,2026-10-01,outpatient,5,20,,,100,2026-11-30
H,,2026-01-05,2026-02-02,decision,,32,,,100,
H,,2026-01-05,2026-03-02,outpatient,5,20,,,100,
H,,2026-01-05,2026-10-20,outpatient,5,11,,,100,2026-11-30
P,9990000018,2026-09-01,2026-10-01,outpatient,5,20,,,110,2026-11-30
Q,9990000018,2026-09-02,2026-10-01,outpatient,5,20,,,110,2026-11-30
";

#[test]
fn each_suggestion_of_the_list_is_found_where_it_was_planted() {
    let folder = Folder::new();
    folder.file("events.csv", WRONG);
    let run = folder.run(&[
        "check",
        "events.csv",
        "--data-set",
        "rtt",
        "--as-at",
        "2026-11-24",
    ]);
    let mut of: Vec<String> = run
        .stdout
        .lines()
        .skip(1)
        .map(|line| format!("{} {}", column(line, 4), column(line, 0)))
        .filter(|found| !found.ends_with("-Q01"))
        .collect();
    of.sort();
    assert_eq!(
        of,
        [
            "A RTT-Q06",
            "B RTT-Q07",
            "C RTT-Q06B",
            "C RTT-Q06B",
            "D RTT-Q12B",
            "E RTT-Q18",
            "F RTT-Q19",
            "G RTT-Q20B",
            "H RTT-Q02",
            "P RTT-Q17",
            "Q RTT-Q17",
        ]
    );
}
