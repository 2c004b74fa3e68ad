//! The waits: every worked example of the guidance notes, and what the columns hold.

use std::collections::BTreeMap;

use crate::kit::{Folder, TOLD, with};

const EXAMPLES: &str = include_str!("../../rules/cwt/examples/waits.csv");

#[test]
fn every_worked_example_gives_its_line_reason_days_month_and_shares() {
    let folder = Folder::new();
    folder.file("examples.csv", EXAMPLES);
    let run = folder.run(&["waits", "examples.csv", "--source", "records"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = run.rows();
    let mut reader = csv::Reader::from_reader(EXAMPLES.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let mut wrong = Vec::new();
    let mut examples = 0;
    for (number, row) in reader.records().enumerate() {
        let example: BTreeMap<&str, String> = headings
            .iter()
            .zip(row.unwrap().iter().map(String::from))
            .collect();
        let of_example: Vec<_> = lines
            .iter()
            .filter(|line| line["row"] == (number + 2).to_string() && line["standard"] == example["standard"])
            .collect();
        examples += 1;
        let mut shares: Vec<String> = Vec::new();
        for line in &of_example {
            for column in ["counted", "reason"] {
                if line[column] != example[column] {
                    wrong.push(format!(
                        "{}: {column} is `{}`, not `{}`",
                        example["id"], line[column], example[column]
                    ));
                }
            }
            if line["counted"] == "yes" {
                for column in ["days", "within", "month"] {
                    if line[column] != example[column] {
                        wrong.push(format!(
                            "{}: {column} is `{}`, not `{}`",
                            example["id"], line[column], example[column]
                        ));
                    }
                }
                shares.push(format!(
                    "{}:{}:{}",
                    line["org_code"], line["share"], line["share_within"]
                ));
            }
        }
        let mut expected: Vec<String> = example["lines"]
            .split(';')
            .filter(|line| !line.is_empty())
            .map(String::from)
            .collect();
        shares.sort();
        expected.sort();
        if of_example.is_empty() || shares != expected {
            wrong.push(format!(
                "{}: shares are {shares:?}, not {expected:?}",
                example["id"]
            ));
        }
    }
    assert!(examples >= 58, "only {examples} examples were read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wait_has_the_columns_of_the_contract_in_order() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    let run = folder.run(&["waits", "upload.csv"]);
    insta::assert_snapshot!(run.stdout, @r"
    file,row,pathway,standard,counted,reason,start,stop,adjustment,days,within,month,route,stage,cancer_type,modality_group,org_code,share,share_within
    upload.csv,1,RZZ/A1,FDS,yes,,2026-10-01,2026-10-28,0,27,yes,2026-10,Urgent Suspected Cancer,,Suspected lower gastrointestinal cancer,,RZZ,1,1
    ");
}

#[test]
fn a_wait_of_28_days_meets_the_28_day_standard_and_29_does_not() {
    let folder = Folder::new();
    let records: Vec<Vec<(&str, &str)>> = vec![
        with(TOLD, &[("ppi", "B1"), ("fdp_end_date", "2026-10-29")]),
        with(TOLD, &[("ppi", "B2"), ("fdp_end_date", "2026-10-30")]),
        with(
            TOLD,
            &[
                ("ppi", "B3"),
                ("fdp_end_date", "2026-10-30"),
                ("wta_first_seen_days", "1"),
            ],
        ),
    ];
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    let got: Vec<(String, String)> = folder
        .run(&["waits", "upload.csv"])
        .rows()
        .iter()
        .map(|line| (line["days"].clone(), line["within"].clone()))
        .collect();
    let expected = [("28", "yes"), ("29", "no"), ("28", "yes")]
        .map(|(days, within)| (days.to_string(), within.to_string()));
    assert_eq!(got, expected);
}

#[test]
fn json_holds_the_same_rows_with_nothing_for_a_blank() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    let rows: serde_json::Value =
        serde_json::from_str(&folder.run(&["waits", "upload.csv", "--format", "json"]).stdout).unwrap();
    assert_eq!(rows[0]["days"], 27);
    assert_eq!(rows[0]["share"], 1);
    assert!(rows[0]["reason"].is_null());
}

#[test]
fn an_nhs_number_never_stands_in_an_output() {
    let folder = Folder::new();
    let without_id = with(TOLD, &[("ppi", ""), ("org_ppi_issuer", "")]);
    folder
        .upload("upload.csv", &[&without_id])
        .file("key", "a secret of the trust");
    for (arguments, shown) in [
        (vec!["waits", "upload.csv"], "upload.csv:1"),
        (vec!["waits", "upload.csv", "--key-file", "key"], "P-"),
    ] {
        let run = folder.run(&arguments);
        assert!(run.rows()[0]["pathway"].starts_with(shown), "{}", run.stdout);
        assert!(!run.stdout.contains("9990000018"), "{}", run.stdout);
    }
    for command in ["check", "run"] {
        let mut arguments = vec![command, "upload.csv"];
        if command == "run" {
            arguments.extend(["--month", "2026-10"]);
        }
        let run = folder.run(&arguments);
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("9990000018"));
    }
}
