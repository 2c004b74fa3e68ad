//! Two limits of a standard: each judges the waits of its own months, wherever it is said.

use calamine::{Reader, open_workbook_auto};

use crate::kit::{Folder, TOLD, with};

/// A tighter limit from October 2026, before the one that is in force until then.
fn tightened() -> Folder {
    let limit = "[[limit]]\nstandard = \"FDS\"\ndays = 20\nfrom = 2026-10-01\nsource = \"a test\"\n\n";
    let folder = Folder::new();
    folder.file(
        "ours/cwt/standards.toml",
        limit.to_string() + include_str!("../../rules/cwt/standards.toml"),
    );
    // Who changes a limit changes the examples that it decides, or `run` writes nothing.
    folder.file("ours/cwt/examples/fds.toml", "");
    folder.file("ours/cwt/ptl/examples.toml", "");
    let september = [
        ("ppi", "A2"),
        ("crtp_start_date", "2026-08-31"),
        ("date_first_seen", "2026-09-08"),
        ("fdp_end_date", "2026-09-27"),
    ];
    folder.upload(
        "upload.csv",
        &[
            TOLD,
            &with(TOLD, &september),
            &with(TOLD, &[("ppi", "A3"), ("fdp_end_date", "")]),
        ],
    );
    folder
}

#[test]
fn a_wait_is_judged_by_the_limit_of_the_month_that_it_counts_in() {
    let folder = tightened();
    let waits = folder.run(&["waits", "upload.csv", "--rules", "ours"]);
    let told: Vec<String> = waits
        .rows()
        .iter()
        .filter(|row| row["standard"] == "FDS")
        .map(|row| {
            ["pathway", "reason", "days", "within", "month"]
                .map(|name| row[name].as_str())
                .join(",")
        })
        .collect();
    assert_eq!(
        told,
        [
            "RZZ/A1,,27,no,2026-10",
            "RZZ/A2,,27,yes,2026-09",
            "RZZ/A3,no-end-date,,,"
        ],
        "{}",
        waits.stderr
    );
    for (pathway, words) in [
        ("RZZ/A1", "BREACH: 27 days, 7 more than the 20 that are in time"),
        ("RZZ/A2", "27 days, and up to 28 are in time"),
    ] {
        let why = folder.run(&["why", pathway, "upload.csv", "--rules", "ours"]);
        assert!(
            why.stdout.contains(words),
            "{pathway}: {}{}",
            why.stdout,
            why.stderr
        );
    }
}

#[test]
fn the_pack_of_a_month_names_the_limit_of_that_month() {
    let folder = tightened();
    for (month, days) in [("2026-09", "Within 28 days"), ("2026-10", "Within 20 days")] {
        let run = folder.run(&[
            "run",
            "upload.csv",
            "--month",
            month,
            "--rules",
            "ours",
            "--out",
            month,
        ]);
        assert!(run.code <= 1, "{}", run.stderr);
        let mut pack = open_workbook_auto(folder.path(&format!("{month}/pack-{month}.xlsx"))).unwrap();
        let sites = pack.worksheet_range("Sites FDS").unwrap();
        assert!(sites.used_cells().any(|(.., cell)| *cell == *days), "{month}");
    }
}

#[test]
fn an_open_pathway_stands_once_on_the_list_by_the_limit_of_the_day() {
    let folder = tightened();
    let run = folder.run(&["ptl", "upload.csv", "--rules", "ours"]);
    let breaches: Vec<String> = run
        .rows()
        .iter()
        .filter(|row| row["pathway"] == "RZZ/A3")
        .map(|row| row["breach_28"].clone())
        .collect();
    assert_eq!(breaches, ["2026-10-22"], "{}", run.stderr);
}
