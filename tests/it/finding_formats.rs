//! Findings for a person at the screen, a code host and a build server.

use crate::kit::{Folder, Run, TOLD, with};

/// Three referrals: one told before it was received, two whose status is not known.
fn check(options: &[&str]) -> Run {
    let folder = Folder::new();
    let told_before = with(
        TOLD,
        &[
            ("ppi", "A2"),
            ("nhs_number", "9990000026"),
            ("fdp_end_date", "2026-09-01"),
        ],
    );
    let unknown = with(
        TOLD,
        &[
            ("ppi", "A3"),
            ("nhs_number", "9990000034"),
            ("patient_status", "69"),
        ],
    );
    let unknown_too = with(&unknown, &[("ppi", "A4"), ("nhs_number", "9990000042")]);
    folder.upload("our upload.csv", &[TOLD, &told_before, &unknown, &unknown_too]);
    folder.run(
        &[
            &[
                "check",
                "our upload.csv",
                "--select",
                "CWT-O",
                "--select",
                "CWT-S010",
            ],
            options,
        ]
        .concat(),
    )
}

#[test]
fn as_text_the_worst_and_commonest_checks_come_first_with_where_to_look() {
    let run = check(&["--format", "text"]);
    insta::assert_snapshot!(run.stdout, @r"
    CWT-S010  reject  The value is not one of the national codes for this item
        2 failed, 2 passed
        our upload.csv:3  our upload.csv:4: Patient status

    CWT-O005  reject  The Faster Diagnosis pathway ended before the referral was received
        1 failed, 3 passed
        our upload.csv:2: Referral received date, Faster Diagnosis end date

    CWT-O006  warning  The patient was told the outcome before being first seen
        1 failed, 3 passed
        our upload.csv:2: Date first seen, Faster Diagnosis end date

    All findings, one line each: --format csv -o findings.csv
    What a check means and how to fix it: clockstop explain CWT-S010
    ");
    assert_eq!(run.code, 1);
    let clean = check(&["--format", "text", "--ignore", "CWT"]);
    assert_eq!(
        (clean.stdout.as_str(), clean.code),
        ("No findings: 0 checks over 4 records.\n", 0)
    );
}

#[test]
fn a_long_text_says_how_much_more_there_is() {
    let folder = Folder::new();
    let wrong: Vec<Vec<(&str, &str)>> = (0..7).map(|_| with(TOLD, &[("patient_status", "69")])).collect();
    folder.upload("upload.csv", &wrong.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let run = folder.run(&["check", "upload.csv", "--select", "CWT-S010", "--format", "text"]);
    assert!(
        run.stdout
            .contains("upload.csv:5: Patient status\n    and 2 more\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn statistics_count_the_findings_of_each_check_the_most_first() {
    insta::assert_snapshot!(check(&["--statistics"]).stdout, @r"
    check,severity,findings,owner,message
    CWT-S010,reject,2,data_quality,The value is not one of the national codes for this item
    CWT-O005,reject,1,pathway,The Faster Diagnosis pathway ended before the referral was received
    CWT-O006,warning,1,pathway,The patient was told the outcome before being first seen
    ");
    let run = check(&["--statistics", "--format", "sarif"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}

#[test]
fn lines_of_json_are_those_of_the_csv() {
    let run = check(&["--format", "jsonl"]);
    let rows: Vec<serde_json::Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let csv = check(&[]).rows();
    assert_eq!(rows.len(), csv.len());
    for (row, line) in rows.iter().zip(&csv) {
        assert_eq!(
            (row["check"].as_str(), row["row"].to_string()),
            (line.get("check").map(String::as_str), line["row"].clone())
        );
    }
}

#[test]
fn sarif_names_rule_file_row_and_fields_and_no_value_and_no_pathway() {
    let run = check(&["--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (log["version"].as_str(), log["$schema"].as_str()),
        (
            Some("2.1.0"),
            Some("https://json.schemastore.org/sarif-2.1.0.json")
        )
    );
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(results.len(), check(&[]).rows().len());
    for result in results {
        assert_eq!(
            rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"],
            result["ruleId"]
        );
    }
    let told = results
        .iter()
        .find(|result| result["ruleId"] == "CWT-O005")
        .unwrap();
    insta::assert_snapshot!(told.to_string(), @r#"{"ruleId":"CWT-O005","ruleIndex":4,"level":"error","message":{"text":"The Faster Diagnosis pathway ended before the referral was received"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"our%20upload.csv"},"region":{"startLine":2}},"logicalLocations":[{"name":"crtp_start_date","kind":"member"},{"name":"fdp_end_date","kind":"member"}]}]}"#);
    for value in ["9990000026", "A2", "2026-09-01", "69"] {
        assert!(
            !results
                .iter()
                .any(|result| result.to_string().contains(&format!("\"{value}\""))),
            "{value}"
        );
    }
}

#[test]
fn junit_has_a_case_a_check_that_fails_as_the_run_does() {
    let few = [
        "--format", "junit", "--ignore", "CWT-O01", "--ignore", "CWT-O003", "--ignore", "CWT-O004",
        "--ignore", "CWT-O009",
    ];
    let few = [
        few.as_slice(),
        &[
            "--ignore", "CWT-O001", "--ignore", "CWT-O002", "--ignore", "CWT-O007",
        ],
    ]
    .concat();
    insta::assert_snapshot!(check(&few).stdout, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="clockstop" tests="4" failures="2" errors="0" skipped="1">
      <testsuite name="checks" tests="4" failures="2" errors="0" skipped="1">
        <testcase classname="reject" name="CWT-O005: The Faster Diagnosis pathway ended before the referral was received">
          <failure message="1 finding" type="reject">our upload.csv row 2: crtp_start_date, fdp_end_date</failure>
        </testcase>
        <testcase classname="warning" name="CWT-O006: The patient was told the outcome before being first seen">
          <system-out>our upload.csv row 2: date_first_seen, fdp_end_date</system-out>
        </testcase>
        <testcase classname="reject" name="CWT-O008: The treatment starts before the decision to treat">
          <skipped message="no record could be judged"/>
        </testcase>
        <testcase classname="reject" name="CWT-S010: The value is not one of the national codes for this item">
          <failure message="2 findings" type="reject">our upload.csv row 3: patient_status
    our upload.csv row 4: patient_status</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
    assert!(
        !check(&[few.as_slice(), &["--fail-on", "never"]].concat())
            .stdout
            .contains("<failure")
    );
}

/// Two findings of a trust's own check, the first of them waived.
fn waived(format: &str) -> Run {
    let folder = Folder::new();
    let other = with(TOLD, &[("ppi", "A2"), ("nhs_number", "9990000026")]);
    let own = crate::rulebook::OWN
        .replace("severity = \"warning\"", "severity = \"reject\"")
        .replace("<= 3", "<= 0");
    folder
        .upload("upload.csv", &[TOLD, &other])
        .file("ours/own.toml", own)
        .file("key", "a secret of the trust");
    let arguments = [
        "--rules",
        "ours",
        "--key-file",
        "key",
        "upload.csv",
        "--as-at",
        "2026-11-24",
    ];
    let new = [
        "waivers",
        "new",
        "--check",
        "RZZ-001",
        "--pathway",
        "RZZ/A1",
        "--reason",
        "seen Mrs Example",
        "--approved-by",
        "Lead",
    ];
    let block = folder.run(&[&new[..], &arguments].concat()).stdout;
    folder.file("ours/waivers.toml", &block);
    if format == "all" {
        let second = folder
            .run(
                &[
                    &new.map(|word| if word == "RZZ/A1" { "RZZ/A2" } else { word })[..],
                    &arguments,
                ]
                .concat(),
            )
            .stdout;
        folder.file("ours/waivers.toml", format!("{block}\n{second}"));
    }
    let format = if format == "all" { "junit" } else { format };
    folder.run(&[&["check", "--select", "RZZ", "--format", format][..], &arguments].concat())
}

#[test]
fn a_waived_finding_is_marked_in_text_junit_and_sarif_without_its_reason() {
    insta::assert_snapshot!(waived("text").stdout, @r#"
    RZZ-001  reject  Received long after the decision to refer
        2 failed (1 of these waived), 0 passed
        upload.csv:2  upload.csv:1 (accepted by Lead until 2027-02-24): Decision to refer date, Referral received date

    All findings, one line each: --format csv -o findings.csv
    What a check means and how to fix it: clockstop explain RZZ-001
    "#);
    insta::assert_snapshot!(waived("junit").stdout, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="clockstop" tests="1" failures="1" errors="0" skipped="0">
      <testsuite name="checks" tests="1" failures="1" errors="0" skipped="0">
        <testcase classname="reject" name="RZZ-001: Received long after the decision to refer">
          <failure message="2 findings, 1 of these waived" type="reject">upload.csv row 1: decision_to_refer_date, crtp_start_date (accepted by Lead until 2027-02-24)
    upload.csv row 2: decision_to_refer_date, crtp_start_date</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
    insta::assert_snapshot!(waived("all").stdout, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="clockstop" tests="1" failures="0" errors="0" skipped="1">
      <testsuite name="checks" tests="1" failures="0" errors="0" skipped="1">
        <testcase classname="reject" name="RZZ-001: Received long after the decision to refer">
          <skipped message="2 findings, waived"/>
          <system-out>upload.csv row 1: decision_to_refer_date, crtp_start_date (accepted by Lead until 2027-02-24)
    upload.csv row 2: decision_to_refer_date, crtp_start_date (accepted by Lead until 2027-02-24)</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
    let sarif: serde_json::Value = serde_json::from_str(&waived("sarif").stdout).unwrap();
    let suppressions: Vec<&serde_json::Value> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["suppressions"])
        .collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&suppressions).unwrap(), @r#"
    [
      [
        {
          "kind": "external",
          "status": "accepted",
          "justification": "accepted by Lead until 2027-02-24"
        }
      ],
      []
    ]
    "#);
    assert!(!waived("sarif").stdout.contains("Example"));
}
