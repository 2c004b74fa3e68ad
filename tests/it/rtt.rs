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
    assert_eq!(of, ["RTT-Q16 6", "RTT-Q02 10", "RTT-Q16 10"]);
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
