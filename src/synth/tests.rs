//! What the module promises: the same bytes, no real patients, and no faults that were not requested.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::*;

const PROFILE: &str = include_str!("../../rules/cwt/synth.toml");
const FIELDS: &str = include_str!("../../rules/cwt/fields.csv");

/// A data set of three columns, to show a whole output.
const SMALL: &str = r#"
first_month = "2026-03"
months = 1
run_in_months = 0
activity = ["referred"]
pathway = [
  { set = "patient", patient = "new" },
  { set = "later_treatments", value = "" },
  { set = "referred", copy = "start" },
  { set = "site", pick = { lung = 1 } },
  { set = "wait", by = "site", number = { lung = [[3, 3, 1]] } },
  { set = "seen", date = { from = "start", plus = "wait", working_day = true } },
  { set = "id", id = { of = "patient", prefix = "A", digits = 3 } },
]
treatment = []
closing = []
[volume]
growth_a_year = 0.0
noise = 0.0
seasons = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
weekdays = [1, 1, 1, 1, 1, 0, 0]
bank_holidays = []
[patients]
returning = 0.0
after_days = 30
remember = []
remember_when = {}
[later]
count = "later_treatments"
clears = []
steps = []
ends_when = {}
[source.plain]
table = [{ name = "plain", row_for = "record", headings = true, dates = "british", all_fields = true, columns = [{ to = "SEEN", from = "seen", dates = "timestamp" }] }]
"#;

fn fields() -> Vec<&'static str> {
    FIELDS
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .filter(|(seq, _)| !seq.is_empty())
        .filter_map(|(_, rest)| rest.split(',').next())
        .collect()
}

fn write_small(profile: &str, rows: usize, out: &Path) -> Result<Vec<PathBuf>> {
    write_small_as("plain", profile, rows, out)
}

fn write_small_as(source: &str, profile: &str, rows: usize, out: &Path) -> Result<Vec<PathBuf>> {
    write(&Request {
        profile,
        fields: &["id", "referred"],
        titles: &[],
        source,
        xml: None,
        rows,
        seed: 1,
        out,
        breaks: &[],
        faults: false,
    })
}

fn write_real(
    source: &str,
    rows: usize,
    seed: u64,
    out: &Path,
    breaks: &[Break],
    faults: bool,
) -> Vec<PathBuf> {
    write(&Request {
        profile: PROFILE,
        fields: &fields(),
        titles: &[],
        source,
        xml: None,
        rows,
        seed,
        out,
        breaks,
        faults,
    })
    .unwrap()
}

/// The rows of a file, below its headings.
fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(path)
        .unwrap()
        .deserialize()
        .map(|row| row.unwrap())
        .collect()
}

#[test]
fn a_small_profile_gives_this_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("small.csv");
    write_small(SMALL, 5, &out).unwrap();
    // Three days after a Thursday is a Sunday: back towards the Thursday.
    let expected = "id,referred,SEEN
A001,02/03/2026,2026-03-05 00:00:00
A002,06/03/2026,2026-03-09 00:00:00
A003,12/03/2026,2026-03-12 00:00:00
A004,19/03/2026,2026-03-20 00:00:00
A005,25/03/2026,2026-03-26 00:00:00
";
    assert_eq!(std::fs::read_to_string(&out).unwrap(), expected);
}

#[test]
fn the_same_request_gives_the_same_bytes_and_another_seed_does_not() {
    let folder = tempfile::tempdir().unwrap();
    for source in ["ncwtmds", "records", "lorenzo"] {
        let read = |seed| {
            let out = folder.path().join("out.csv");
            write_real(source, 400, seed, &out, &[], true);
            std::fs::read_to_string(out).unwrap()
        };
        assert_eq!(read(5), read(5), "{source}");
        assert_ne!(read(5), read(6), "{source}");
    }
    let read = |name: &str| {
        let out = folder.path().join(name);
        let files = write_real("sample", 400, 5, &out, &[], true);
        files
            .iter()
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(read("one"), read("two"));
}

#[test]
fn there_are_as_many_records_as_asked_for_and_54_fields_in_each() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    for count in [1, 2, 777] {
        write_real("ncwtmds", count, 3, &out, &[], false);
        let text = std::fs::read_to_string(&out).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        assert!(reader.records().all(|record| record.unwrap().len() == 54));
        assert_eq!(text.lines().count(), count);
    }
}

#[test]
fn a_patient_has_one_nhs_number_and_it_is_of_the_test_range() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    write_real("records", 4000, 3, &out, &[], false);
    let mut numbers = HashMap::new();
    for row in rows(&out) {
        let number = &row["nhs_number"];
        let sum: u32 = number
            .bytes()
            .zip((1..=10).rev())
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        assert!(
            number.len() == 10 && number.starts_with("999") && sum.is_multiple_of(11),
            "{number}"
        );
        assert_eq!(
            numbers
                .entry(number.clone())
                .or_insert(row["local_patient_id"].clone()),
            &row["local_patient_id"]
        );
    }
    let patients: HashSet<_> = numbers.values().collect();
    assert_eq!(patients.len(), numbers.len());
}

#[test]
fn a_pathway_has_one_first_treatment_and_its_dates_are_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    write_real("records", 4000, 9, &out, &[], false);
    let mut first_treatments = HashSet::new();
    let order = [
        "crtp_start_date",
        "date_first_seen",
        "fdp_end_date",
        "ctp_start_date",
        "treatment_start_date",
    ];
    for row in rows(&out) {
        let dates: Vec<&String> = order
            .iter()
            .map(|name| &row[*name])
            .filter(|date| !date.is_empty())
            .collect();
        assert!(
            dates.is_sorted() && dates.iter().all(|date| date.as_str() <= "2026-10-31"),
            "{row:?}"
        );
        if ["01", "07", "12"].contains(&row["treatment_event_type"].as_str()) {
            assert!(first_treatments.insert(row["care_id"].clone()), "{row:?}");
        }
    }
    assert!(first_treatments.len() > 300);
}

#[test]
fn a_planted_fault_is_in_the_listed_row_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let [clean, broken] = ["clean.csv", "broken.csv"].map(|name| folder.path().join(name));
    let example = |cells: &[(&str, &str)]| {
        cells
            .iter()
            .map(|(name, text)| (name.to_string(), text.to_string()))
            .collect::<BTreeMap<_, _>>()
    };
    let breaks = [
        Break {
            id: "ONE".into(),
            plants: Plants::Rows(vec![example(&[("patient_status", "99"), ("ppi", "")])]),
            needs: Vec::new(),
        },
        Break {
            id: "TWO".into(),
            plants: Plants::Rows(vec![example(&[("care_id", "7")]), example(&[("care_id", "8")])]),
            needs: Vec::new(),
        },
    ];
    write_real("records", 500, 2, &clean, &[], false);
    let files = write_real("records", 500, 2, &broken, &breaks, false);
    let (before, after, list) = (rows(&clean), rows(&broken), rows(&files[1]));
    let mut ones = 0;
    for line in &list {
        let row = line["row"].parse::<usize>().unwrap() - 2;
        match line["check"].as_str() {
            "ONE" => {
                ones += 1;
                let changed: BTreeMap<_, _> = after[row]
                    .iter()
                    .filter(|(name, text)| before[row][*name] != **text)
                    .map(|(name, text)| (name.as_str(), text.as_str()))
                    .collect();
                assert_eq!(changed, BTreeMap::from([("patient_status", "99"), ("ppi", "")]));
            }
            _ => assert!(["7", "8"].contains(&after[row]["care_id"].as_str())),
        }
    }
    assert_eq!(ones, 10);
    let listed: HashSet<usize> = list
        .iter()
        .map(|line| line["row"].parse::<usize>().unwrap() - 2)
        .collect();
    assert!(
        (0..500)
            .filter(|row| !listed.contains(row))
            .all(|row| before[row] == after[row])
    );
}

#[test]
fn what_other_systems_know_leaves_the_register_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let beside = r#"beside = [
  { set = "asked", pick = { yes = 1, no = 1 } },
  { set = "weekday", weekday = "seen" },
  { set = "meeting", date = { from = "seen", on = "wednesday" } },
]
treatment = []"#;
    let sources = r#"
[source.other]
table = [{ name = "other", row_for = "record", headings = true, dates = "iso", columns = [["asked", "asked"], ["seen", "seen"], ["weekday", "weekday"], ["meeting", "meeting"], ["today", "today"]] }]
[source.both]
folder = true
with = ["plain", "other"]
"#;
    // The record draws random numbers too: one that the new steps take from it would show.
    let small = SMALL.replace("[[3, 3, 1]]", "[[1, 9, 1]]");
    let more = small.replace("treatment = []", beside) + sources;
    let (alone, both) = (folder.path().join("alone.csv"), folder.path().join("both"));
    write_small(&small, 5, &alone).unwrap();
    write_small_as("both", &more, 5, &both).unwrap();
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert_eq!(text(&alone), text(&both.join("plain.csv")));
    let expected = "asked,seen,weekday,meeting,today
no,2026-03-03,tuesday,2026-03-04,2026-03-31
no,2026-03-09,monday,2026-03-11,2026-03-31
yes,2026-03-19,thursday,2026-03-25,2026-03-31
no,2026-03-20,friday,2026-03-25,2026-03-31
yes,2026-03-26,thursday,2026-04-01,2026-03-31
";
    assert_eq!(text(&both.join("other.csv")), expected);
}

#[test]
fn a_mistake_in_the_profile_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let message = |profile: &str| {
        format!(
            "{:#}",
            write_small(profile, 5, &folder.path().join("out.csv")).unwrap_err()
        )
    };
    for (wrong, right, expected) in [
        (
            "from = \"start\"",
            "from = \"begin\"",
            "`synth.toml`: the step that sets `seen`: `begin` is used, but no step has set it",
        ),
        (
            "{ lung = [[3, 3, 1]] }",
            "{ kidney = [[3, 3, 1]] }",
            "the step that sets `wait` has no table for some records: add a key, a `*`, or a condition",
        ),
        (
            "{ set = \"site\",",
            "{ set = \"site\", value = \"x\",",
            "`synth.toml`: the step that sets `site`: more than one key says how the value is made",
        ),
        (
            "by = \"site\",",
            "",
            "`synth.toml`: the step that sets `wait`: tables by key need `by` or `by_start`",
        ),
        (
            "all_fields = true",
            "all_fields = true, dots = 1",
            "`synth.toml` cannot be read",
        ),
    ] {
        let found = message(&SMALL.replace(wrong, right));
        assert!(found.starts_with(expected), "{found}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is left behind"
    );
}

#[test]
fn a_source_that_is_not_described_is_named_with_those_that_are() {
    let request = Request {
        profile: SMALL,
        fields: &["id"],
        titles: &[],
        source: "infoflex",
        xml: None,
        rows: 1,
        seed: 1,
        out: Path::new("x"),
        breaks: &[],
        faults: false,
    };
    assert_eq!(
        format!("{}", write(&request).unwrap_err().root_cause()),
        "`infoflex` is not a source of synthetic exports: choose one of `plain`"
    );
}
