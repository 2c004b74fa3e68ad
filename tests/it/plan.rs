//! The trust's own plan: beside the targets in the pack, judged unrounded, and told where it is wrong.

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::kit::{Folder, TOLD, with};

const PLAN: &str = r#"
[[plan]]
provider = "RZZ"
standard = "FDS"
status = "confirmed"
source = "Operational plan 2026/27"

[plan.months]
2026-09 = "0.60"
2026-10 = "0.6667"
"#;

/// Two of three told in time.
fn october(plan: &str) -> Folder {
    let folder = Folder::new();
    let second = with(TOLD, &[("ppi", "A2")]);
    let late = with(TOLD, &[("ppi", "A3"), ("fdp_end_date", "2026-10-31")]);
    folder.upload("upload.csv", &[TOLD, &second, &late]);
    folder.file("ours/plan.toml", plan);
    folder
}

/// The rows of the sheet of targets for the trust's own plan, and the sentence of the 28-day standard.
fn told(plan: &str) -> (Vec<String>, String) {
    let folder = october(plan);
    let run = folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--rules",
        "ours",
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut book: Xlsx<_> = open_workbook(folder.path("out/pack-2026-10.xlsx")).unwrap();
    let mut rows = |sheet| {
        book.worksheet_range(sheet)
            .unwrap()
            .rows()
            .map(<[Data]>::to_vec)
            .collect::<Vec<_>>()
    };
    let text = |row: &Vec<Data>| row.iter().map(Data::to_string).collect::<Vec<_>>().join("|");
    let targets = rows("Targets")
        .iter()
        .filter(|row| row[1] == Data::String("Trust's own plan".into()))
        .map(text)
        .collect();
    // A long sentence goes on in the next row.
    let summary: Vec<String> = rows("Trend FDS").iter().map(|row| row[0].to_string()).collect();
    let from = summary.iter().position(|row| row.contains("2 of 3")).unwrap();
    let to = from + summary[from..].iter().position(|row| row.ends_with('.')).unwrap();
    (targets, summary[from..=to].join(" "))
}

#[test]
fn a_plan_is_judged_on_unrounded_sums_in_its_month() {
    // 2 of 3 is 66.666…%: it shows as 66.7%, and does not meet 66.67%.
    let (targets, sentence) = told(PLAN);
    assert_eq!(
        sentence,
        "In October 2026, 2 of 3 people (66.7%) were within the 28-day Faster Diagnosis Standard; the standard of 80% was not met, by \
         13.3 points: 1 more within would have met it; the trust's own plan of 66.7% was not met."
    );
    assert_eq!(targets.len(), 1);
    assert!(targets[0].starts_with(
        "28-day Faster Diagnosis Standard|Trust's own plan|0.6667|in force now|0.6666666666666666|Not \
            met (small numbers)|"
    ));
    let (_, sentence) = told(&PLAN.replace("0.6667", "0.6666"));
    assert!(
        sentence.ends_with("the trust's own plan of 66.7% was met."),
        "{sentence}"
    );
}

#[test]
fn nobody_is_judged_by_an_unconfirmed_plan_or_by_that_of_another_trust_or_month() {
    let (targets, sentence) = told(&PLAN.replace("confirmed", "unconfirmed"));
    assert!(
        targets[0].contains("|Not judged|not judged|not judged|Unconfirmed|"),
        "{targets:?}"
    );
    assert!(!sentence.contains("plan"), "{sentence}");
    assert!(told(&PLAN.replace("RZZ", "RYY")).0.is_empty());
    assert!(told(&PLAN.replace("2026-10", "2026-11")).0.is_empty());
}

#[test]
fn a_plan_that_cannot_be_read_is_told_with_its_line() {
    for (right, wrong, line, message) in [
        (
            "0.6667",
            "66.67",
            10,
            "`66.67` is not a share between 0 and 1 of at most four decimals",
        ),
        (
            "0.6667",
            "0.66667",
            10,
            "`0.66667` is not a share between 0 and 1 of at most four decimals",
        ),
        ("2026-10", "2026-13", 10, "`2026-13` is not a month"),
        ("\"FDS\"", "\"FSD\"", 4, "`FSD` is not a standard"),
        (
            "\"confirmed\"",
            "\"sure\"",
            5,
            "unknown word `sure`, expected one of `confirmed`, `secondary`, `unconfirmed`",
        ),
        ("source =", "sauce =", 6, "unknown field `sauce`"),
    ] {
        let run = october(&PLAN.replace(right, wrong)).run(&["rules", "lint", "--rules", "ours"]);
        assert_eq!(run.code, 2, "{wrong}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("rules/plan.toml:{line}:")) && run.stderr.contains(message),
            "{wrong}: {}",
            run.stderr
        );
    }
    let twice = october(&format!("{PLAN}{PLAN}")).run(&["rules", "lint", "--rules", "ours"]);
    assert!(
        twice
            .stderr
            .contains("`RZZ` already has a plan for FDS in 2026-09"),
        "{}",
        twice.stderr
    );
}

#[test]
fn a_plan_is_left_to_the_data_set_of_its_standard() {
    let folder = october(PLAN);
    for data_set in ["rtt", "cosd"] {
        let run = folder.run(&["rules", "list", "--rules", "ours", "--data-set", data_set]);
        assert_eq!(run.code, 0, "{data_set}: {}", run.stderr);
    }
}

#[test]
fn a_plan_without_a_source_or_with_a_month_missing_is_doubtful() {
    let doubtful = PLAN
        .replace("Operational plan 2026/27", "")
        .replace("2026-09", "2026-07");
    let run = october(&doubtful).run(&["rules", "lint", "--rules", "ours"]);
    assert_eq!(run.code, 2);
    for told in [
        "has no source",
        "for FDS leaves out 2026-08",
        "for FDS leaves out 2026-09",
    ] {
        assert!(run.stdout.contains(told), "{}", run.stdout);
    }
}

#[test]
fn the_schema_of_a_plan_knows_the_standards() {
    let run = Folder::new().run(&["rules", "schema", "--for", "plan"]);
    let schema: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let plan = &schema["properties"]["plan"]["items"];
    assert_eq!(
        plan["properties"]["standard"]["enum"],
        serde_json::json!(["FDS", "31D", "62D"])
    );
    assert_eq!(
        plan["required"],
        serde_json::json!(["provider", "standard", "status", "source", "months"])
    );
}
