//! Restatements: a month whose figures changed since the last run is on a page of the pack, and a run that is
//! repeated says the same again.

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::kit::{Folder, Run};

fn run(folder: &Folder, exports: &str, month: &str, day: &str) -> Run {
    let run = folder.run(&[
        "run",
        exports,
        "--month",
        month,
        "--as-at",
        day,
        "--provider",
        "RZZ",
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// The rows of the page, each as text.
fn page(folder: &Folder, month: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(folder.path(&format!("out/pack-{month}.xlsx"))).unwrap();
    let range = book.worksheet_range("Restatements").unwrap();
    let text = |row: &[Data]| row.iter().map(Data::to_string).collect();
    range.rows().map(text).collect()
}

fn says(rows: &[Vec<String>], words: &str) -> bool {
    rows.iter().any(|row| row[0].contains(words))
}

#[test]
fn a_month_that_changed_since_the_last_run_is_restated_and_a_repeated_run_says_the_same() {
    let folder = Folder::new();
    let made = folder.run(&[
        "synth", "--source", "sample", "--rows", "1500", "--seed", "1", "-o", "one",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    for name in [
        "demographics.csv",
        "patients.csv",
        "referrals.csv",
        "treatments.csv",
    ] {
        let text = std::fs::read_to_string(folder.path("one").join(name)).unwrap();
        // The second export has fewer treatments, of every month.
        let is_kept = |index: usize| name != "treatments.csv" || index == 0 || !index.is_multiple_of(4);
        let lines = text.lines().enumerate().filter(|(index, _)| is_kept(*index));
        let kept: Vec<&str> = lines.map(|(_, line)| line).collect();
        folder.file(&format!("two/{name}"), kept.join("\n") + "\n");
    }

    run(&folder, "one", "2026-09", "2026-10-28");
    assert!(says(
        &page(&folder, "2026-09"),
        "None can be shown: there is no earlier run"
    ));

    run(&folder, "one", "2026-10", "2026-11-10");
    let words = "figures by standard and month are as in the run of September 2026 as at 28 October 2026";
    assert!(
        says(&page(&folder, "2026-10"), words),
        "{:?}",
        page(&folder, "2026-10")
    );

    run(&folder, "two", "2026-10", "2026-11-24");
    let rows = page(&folder, "2026-10");
    assert!(says(
        &rows,
        "differ from the run of October 2026 as at 10 November 2026"
    ));
    let restated: Vec<&Vec<String>> = rows.iter().filter(|row| row[0].starts_with("62-day")).collect();
    assert!(!restated.is_empty());
    for row in &restated {
        let [then, now] = [&row[3], &row[6]].map(|total| total.parse::<f64>().unwrap());
        assert!(now < then, "{row:?}");
    }

    let first = std::fs::read(folder.path("out/pack-2026-10.xlsx")).unwrap();
    run(&folder, "two", "2026-10", "2026-11-24");
    let again = std::fs::read(folder.path("out/pack-2026-10.xlsx")).unwrap();
    assert!(first == again, "a repeated run gives the same pack");
}
