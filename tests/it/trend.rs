//! The trend of a standard in the pack: limits, what each month shows, the icons in words, and why there are
//! none.

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::kit::{Folder, Run, TOLD, upload_line, with};

/// October 2025 to October 2026.
const MONTHS: [&str; 13] = [
    "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06",
    "2026-07", "2026-08", "2026-09", "2026-10",
];

/// People told in the last months to October 2026: so many in time of so many, month by month.
fn told(figures: &[(usize, usize)]) -> Folder {
    let months = MONTHS[MONTHS.len() - figures.len()..].iter();
    told_in(months.map(ToString::to_string).zip(figures.iter().copied()))
}

/// People told in months: so many in time of so many.
fn told_in(months: impl Iterator<Item = (String, (usize, usize))>) -> Folder {
    let dates = [
        ("decision_to_refer_date", "START"),
        ("crtp_start_date", "START"),
        ("date_first_seen", "FIRST"),
        ("fdp_end_date", "END"),
    ];
    let form = upload_line(&with(TOLD, &[&dates[..], &[("ppi", "PPI")]].concat()));
    let mut lines = String::new();
    for (month, (within, total)) in months {
        let first = format!("{month}-01");
        for number in 0..total {
            let start = if number < within { &first } else { "2018-01-01" };
            let line = form
                .replace("START", start)
                .replace("FIRST", &first)
                .replace("END", &format!("{month}-28"));
            lines += &(line.replace("PPI", &format!("{month}/{number}")) + "\n");
        }
    }
    let folder = Folder::new();
    folder.file("upload.csv", lines);
    folder
}

fn run(folder: &Folder, more: &[&str]) -> Run {
    let run = [
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--fail-on",
        "never",
        "--out",
        "out",
    ];
    folder.run(&[&run[..], more].concat())
}

/// The rows of a sheet of the pack, their cells with a bar between.
fn rows(folder: &Folder, sheet: &str) -> Vec<String> {
    rows_of(folder, "out/pack-2026-10.xlsx", sheet)
}

fn rows_of(folder: &Folder, book: &str, sheet: &str) -> Vec<String> {
    let mut book: Xlsx<_> = open_workbook(folder.path(book)).unwrap();
    let cell = |cell: &Data| match cell {
        Data::Float(number) => format!("{number:.4}"),
        Data::DateTime(date) => date.as_datetime().unwrap().format("%Y-%m").to_string(),
        other => other.to_string(),
    };
    let range = book.worksheet_range(sheet).unwrap();
    range
        .rows()
        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|"))
        .collect()
}

/// What the page of the first standard says, without its title.
fn said(folder: &Folder) -> String {
    let text: Vec<String> = rows(folder, "Trend FDS")
        .iter()
        .map(|row| row.trim_matches('|').to_string())
        .collect();
    let from = text.iter().position(|row| row.starts_with("In October")).unwrap();
    let written = text[from..].iter().filter(|row| !row.is_empty());
    written.cloned().collect::<Vec<_>>().join("\n")
}

/// Thirteen months of 12 or 14 in time of 20, the last of them of 20.
fn thirteen() -> Vec<(usize, usize)> {
    (0..13)
        .map(|month| (if month == 12 { 20 } else { 12 + 2 * (month % 2) }, 20))
        .collect()
}

#[test]
fn a_month_far_above_the_others_is_special_cause_and_every_month_can_be_traced() {
    let folder = told(&thirteen());
    assert_eq!(run(&folder, &[]).code, 0);
    insta::assert_snapshot!(said(&folder), @r"
    In October 2026, 20 of 20 people (100.0%) were within the 28-day Faster Diagnosis Standard; the standard of 80% was met.
    Variation: Improvement (H). October 2026 is special cause of improving nature: above the upper process limit.
    Assurance: Hit and miss (?). As it is, the process may meet or miss the standard of 80% by chance, which lies between the process limits (36.7% and 98.7%). Some of its months are special cause, so this is less sure.
    XmR chart of 13 months, ruleset mdc (Making Data Count, November 2023). Limits are the mean and 2.66 mean moving ranges either way, from all of them; large moving ranges
    are kept.
    ");
    let data = rows(&folder, "Trend data");
    let of_standard: Vec<&String> = data.iter().filter(|row| row.starts_with("28-day")).collect();
    assert_eq!(of_standard.len(), 13);
    insta::assert_snapshot!(format!("{}\n{}", of_standard[11], of_standard[12]), @r"
    28-day Faster Diagnosis Standard|2026-09|14.0000|20.0000|0.7000|Common cause||0.6769|0.3666|0.9873|0.8000|0.8000
    28-day Faster Diagnosis Standard|2026-10|20.0000|20.0000|1.0000|Improvement (H)|above the upper limit|0.6769|0.3666|0.9873|0.8000|0.8000
    ");
    let (summary, figures) = (
        rows(&folder, "Summary").join("\n"),
        rows(&folder, "Figures").join("\n"),
    );
    assert!(
        summary.contains("Variation: Improvement (H)")
            && figures.contains("|Improvement (H)|Hit and miss (?)\n"),
        "{summary}"
    );
}

#[test]
fn twelve_months_have_no_limits_and_say_so() {
    let folder = told(&thirteen()[1..]);
    run(&folder, &[]);
    insta::assert_snapshot!(said(&folder), @r"
    In October 2026, 20 of 20 people (100.0%) were within the 28-day Faster Diagnosis Standard; the standard of 80% was met.
    Variation and assurance: Too few months. Too few months for limits (12 of 13).
    No limits are drawn. Ruleset mdc (Making Data Count, November 2023) judges by XmR charts.
    ");
    assert!(rows(&folder, "Trend data").iter().any(
        |row| row == "28-day Faster Diagnosis Standard|2026-10|20.0000|20.0000|1.0000||||||0.8000|0.8000"
    ));
}

#[test]
fn a_month_that_is_kept_back_is_missing_and_with_few_people_there_are_no_limits() {
    // 17 of 20 leaves three, which are hidden; one month less is too few.
    let mut figures = thirteen();
    figures[5] = (17, 20);
    let folder = told(&figures);
    run(&folder, &["--small-numbers", "lt5"]);
    let said_of = said(&folder);
    assert!(
        said_of.contains("Too few months for limits (12 of 13)."),
        "{said_of}"
    );
    assert!(
        said_of.contains("1 month has no figure that can be shown"),
        "{said_of}"
    );

    let few = told(&[(6, 10); 13]);
    run(&few, &[]);
    let said_of = said(&few);
    assert!(
        said_of.contains("Small numbers. Half of the months or more have fewer than 20 people"),
        "{said_of}"
    );
    assert!(
        rows(&few, "Figures")
            .iter()
            .any(|row| row.contains("|Not met (small numbers)|"))
    );
}

#[test]
fn limits_start_anew_where_the_trust_says_so_with_a_reason() {
    let rebase = r#"
[[rebase]]
provider = "RZZ"
standard = "FDS"
date = 2026-02-15
reason = "One-stop clinics"
approved_by = "Cancer Board"
"#;
    let folder = told(&thirteen());
    folder.file("ours/plan.toml", rebase);
    assert_eq!(run(&folder, &["--rules", "ours"]).code, 0);
    let said_of = said(&folder);
    assert!(
        said_of
            .contains("The limits start anew with March 2026: One-stop clinics (approved by Cancer Board)."),
        "{said_of}"
    );
    assert!(
        said_of.contains("Too few months for limits since they start anew (8 of 13)."),
        "{said_of}"
    );

    for (right, wrong, line, message) in [
        ("\"FDS\"", "\"FSD\"", 4, "`FSD` is not a standard"),
        (
            "\"Cancer Board\"",
            "\" \"",
            7,
            "a new start of limits needs a `approved_by`",
        ),
        (
            "provider = \"RZZ\"\n",
            "",
            3,
            "needs the `provider` that it is for",
        ),
        ("2026-02-15", "10:00:00", 5, "a new start needs a date"),
    ] {
        folder.file("ours/plan.toml", rebase.replace(right, wrong));
        let run = run(&folder, &["--rules", "ours"]);
        assert_eq!(run.code, 2, "{wrong}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("rules/plan.toml:{line}:")) && run.stderr.contains(message),
            "{wrong}: {}",
            run.stderr
        );
    }
}

#[test]
fn the_ruleset_is_a_choice_and_an_unknown_one_is_told() {
    let rules = clockstop::rulebook::Files::embedded()
        .get("spc.toml")
        .unwrap()
        .to_string();
    let folder = told(&thirteen());
    folder.file(
        "ours/spc.toml",
        rules.replace("chosen_ruleset = \"mdc\"", "chosen_ruleset = \"nhsr\""),
    );
    assert_eq!(run(&folder, &["--rules", "ours"]).code, 0);
    assert!(
        said(&folder).contains("ruleset nhsr (NHS-R plot the dots, 0.2.2)"),
        "{}",
        said(&folder)
    );
    folder.file(
        "ours/spc.toml",
        rules.replace("chosen_ruleset = \"mdc\"", "chosen_ruleset = \"mcd\""),
    );
    let run = run(&folder, &["--rules", "ours"]);
    assert!(
        run.code == 2 && run.stderr.contains("there is no ruleset `mcd`"),
        "{}",
        run.stderr
    );
}

/// The mean that the data of the trend give in the last month, of a run of a month.
fn last_mean(folder: &Folder, month: &str) -> String {
    let run = [
        "run",
        "upload.csv",
        "--month",
        month,
        "--provider",
        "RZZ",
        "--fail-on",
        "never",
        "--out",
        "out",
        "--rules",
        "ours",
    ];
    let run = folder.run(&run);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let data = rows_of(folder, &format!("out/pack-{month}.xlsx"), "Trend data");
    let of_month = |row: &&String| row.starts_with(&format!("28-day Faster Diagnosis Standard|{month}|"));
    let last = data.iter().find(of_month).unwrap();
    last.split('|').nth(7).unwrap().to_string()
}

#[test]
fn fixed_limits_come_from_months_of_the_calendar_in_every_later_run() {
    // August 2024 to October 2026, 8 to 17 of 20 in time, and long before it one person with a year typed
    // wrong.
    let months = (7..34).map(|month| format!("{}-{:02}", 2024 + month / 12, month % 12 + 1));
    let figures = |month: usize| (8 + month * 7 % 10, 20);
    let series = months.enumerate().map(|(number, month)| (month, figures(number)));
    let folder = told_in([("2019-03".to_string(), (1, 1))].into_iter().chain(series));
    let spc = clockstop::rulebook::Files::embedded()
        .get("spc.toml")
        .unwrap()
        .to_string();
    let means = || ["2026-08", "2026-09", "2026-10"].map(|month| last_mean(&folder, month));
    let mean_from = |start: usize| {
        let within: usize = (start..start + 12).map(|month| figures(month).0).sum();
        format!("{:.4}", within as f64 / 240.0)
    };

    folder.file("ours/spc.toml", &spc);
    let moving = means();
    assert!(moving[0] != moving[1] && moving[1] != moving[2], "{moving:?}");

    folder.file("ours/spc.toml", spc.replace("# fix_after = 12", "fix_after = 12"));
    assert_eq!(means(), [0, 0, 0].map(mean_from));

    // A new start before the months shown, which the last run has left behind.
    let rebase = "[[rebase]]\nprovider = \"RZZ\"\nstandard = \"FDS\"\ndate = 2024-10-01\nreason = \"Clinics\"\napproved_by = \"Board\"\n";
    folder.file("ours/plan.toml", rebase);
    assert_eq!(means(), [2, 2, 2].map(mean_from));
}
