//! The rulebook's own tests, and mistakes in it.

use crate::kit::{Folder, TOLD, with};

#[test]
fn every_example_of_every_check_and_source_holds() {
    let run = Folder::new().run(&["rules", "test"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains(" 0 failed"), "{}", run.stdout);
    assert!(run.stdout.contains(" mutants, "), "{}", run.stdout);
}

/// A check of the trust's own, to be spoilt.
pub const OWN: &str = r#"
[[check]]
id = "RZZ-001"
name = "late-receipt"
title = "Received long after the decision to refer"
severity = "warning"
basis = "local"
source = "local policy"
fields = ["decision_to_refer_date", "crtp_start_date"]
when = "priority_type = '3'"
assert = "days(decision_to_refer_date, crtp_start_date) <= 3"
why = "The clock starts late."
fix = "Ask the booking team."
owner = "booking"
affects = ["FDS"]
pass = [{ decision_to_refer_date = "2026-10-01", crtp_start_date = "2026-10-04", priority_type = "3" }]
fail = [{ decision_to_refer_date = "2026-10-01", crtp_start_date = "2026-10-05", priority_type = "3" }]
unassessed = [{ crtp_start_date = "2026-10-05", priority_type = "3" }]
not_applicable = [{ decision_to_refer_date = "2026-10-01", crtp_start_date = "2026-10-05", priority_type = "2" }]
"#;

#[test]
fn a_trust_adds_its_own_checks_in_a_folder() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]).file("ours/own.toml", OWN);
    assert_eq!(
        folder
            .run(&["rules", "test", "--rules", "ours", "--select", "RZZ"])
            .code,
        0
    );
    let summary = folder.run(&[
        "check",
        "upload.csv",
        "--rules",
        "ours",
        "--select",
        "RZZ",
        "--summary",
    ]);
    assert!(
        summary.stdout.contains("RZZ-001,warning,1,0,0,0"),
        "{}",
        summary.stdout
    );
}

#[test]
fn a_mistake_in_a_check_is_told_with_file_line_and_what_was_meant() {
    for (right, wrong, words) in [
        (
            "days(decision_to_refer_date",
            "days(decision_to_refer_dat",
            "rules/own.toml:11:",
        ),
        (
            "days(decision_to_refer_date",
            "days(decision_to_refer_dat",
            "did you mean `decision_to_refer_date`?",
        ),
        ("days(decision", "dayz(decision", "there is no function `dayz`"),
        ("<= 3\"", "<= \"", "rules/own.toml:11:"),
        (
            "assert = \"days(decision_to_refer_date, crtp_start_date) <= 3\"",
            "assert = \"days(decision_to_refer_date, crtp_start_date)\"",
            "a condition is expected",
        ),
        (
            "\"priority_type = '3'\"",
            "\"priority = '3'\"",
            "there is no column `priority`",
        ),
        (
            "severity = \"warning\"",
            "severity = \"severe\"",
            "rules/own.toml:6:",
        ),
        ("owner = ", "ownr = ", "ownr"),
        (
            "fields = [\"decision_to_refer_date\"",
            "fields = [\"decision_to_refer\"",
            "`decision_to_refer` in check `RZZ-001` is not a field",
        ),
        ("id = \"RZZ-001\"", "id = \"CWT-O008\"", "is used twice"),
        (
            "id = \"RZZ-001\"",
            "id = \"CWT-O008\"",
            "waive its findings instead",
        ),
        (
            "pass = [{ decision_to_refer_date",
            "pass = [{ decision_to_refer_day",
            "is not a field",
        ),
        (
            "fail = [{ decision_to_refer_date",
            "# decision_to_refer_day = 1\nfail = [{ decision_to_refer_day",
            "rules/own.toml:18:11: an example of check `RZZ-001` sets `decision_to_refer_day`, which is not \
            a field",
        ),
        ("name = \"late-receipt\"", "name = late", "rules/own.toml:4:"),
        ("assert = ", "asert = ", "asert"),
    ] {
        assert!(OWN.contains(right), "{right}");
        let folder = Folder::new();
        folder
            .upload("upload.csv", &[TOLD])
            .file("ours/own.toml", OWN.replacen(right, wrong, 1));
        let run = folder.run(&["check", "upload.csv", "--rules", "ours"]);
        assert_eq!(run.code, 2, "{wrong}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(words), "{wrong}: {}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{wrong}: {}", run.stderr);
    }
}

#[test]
fn a_value_may_be_sought_among_columns_and_dates() {
    for (assert, rows) in [
        (
            "site_fdp_end IN (site_first_seen, site_treatment_start)",
            vec!["2"],
        ),
        ("site_fdp_end NOT IN (site_first_seen, 'RZZ99')", vec!["1"]),
        ("date_first_seen IN (DATE '2026-10-09', crtp_start_date)", vec![]),
        ("date_first_seen NOT IN (DATE '2026-10-09')", vec!["1", "2"]),
    ] {
        let folder = Folder::new();
        let elsewhere = with(
            TOLD,
            &[
                ("ppi", "A2"),
                ("site_fdp_end", "RZX01"),
                ("site_treatment_start", "RZZ02"),
            ],
        );
        folder.upload("upload.csv", &[TOLD, &elsewhere]);
        folder.file(
            "ours/own.toml",
            OWN.replace("days(decision_to_refer_date, crtp_start_date) <= 3", assert),
        );
        let run = folder.run(&["check", "upload.csv", "--rules", "ours", "--select", "RZZ"]);
        assert_eq!(
            run.rows()
                .iter()
                .map(|row| row["row"].as_str())
                .collect::<Vec<_>>(),
            rows,
            "{assert}: {}",
            run.stderr
        );
    }
}

#[test]
fn sql_that_cannot_be_run_is_told_in_words() {
    for (assert, words) in [
        (
            "priority_type COLLATE x = '3'",
            "rules/own.toml:11:11: this SQL cannot be run: expression with `priority_type` is not currently \
            supported",
        ),
        (
            "X'AB' = priority_type",
            "this SQL cannot be run: value of this kind is not a supported literal type",
        ),
        ("priority_type = ANY (ppi)", "`ANY` is not for rules"),
    ] {
        let folder = Folder::new();
        folder.upload("upload.csv", &[TOLD]);
        folder.file(
            "ours/own.toml",
            OWN.replace("days(decision_to_refer_date, crtp_start_date) <= 3", assert),
        );
        let run = folder.run(&["check", "upload.csv", "--rules", "ours"]);
        assert!(
            run.code == 2 && run.stderr.contains(words),
            "{assert}: {}",
            run.stderr
        );
        assert!(!run.stderr.contains("Span"), "{}", run.stderr);
    }
}

#[test]
fn a_mistake_in_a_query_is_told_with_file_and_line() {
    let target = |value: &str| {
        format!(
            "[[target]]\nstandard = \"FDS\"\nkind = \"plan\"\n# value = \"1.5\"\nvalue = \"{value}\"\nfrom = 2026-04-01\nstatus = \"confirmed\"\nsource = \"b\"\n"
        )
    };
    let two_targets = target("0.8") + &target("1.5").replace("# value = \"1.5\"\n", "");
    let files = clockstop::rulebook::Files::embedded();
    let reason = files
        .get("cwt/data_set.toml")
        .unwrap()
        .replace("reasons = [\"no-start-date\"", "reasons = [\"no-treatment-yet\"");
    for (file, text, words) in [
        (
            "cwt/measures/fds.sql",
            "SELECT _record,\n  crtp_strt_date AS start\nFROM records\n",
            "rules/cwt/measures/fds.sql:2:3",
        ),
        (
            "cwt/measures/fds.sql",
            "SELECT _record FROM recrds\n",
            "there is no table `recrds`",
        ),
        (
            "cwt/measures/fds.sql",
            "SELEC _record FROM records\n",
            "rules/cwt/measures/fds.sql:1:1",
        ),
        (
            "cwt/measures/fds.sql",
            "WITH\nlimits AS (SELECT _record FROM records)\nSELECT _record FROM limits\n",
            "the step `limits` has the name of a table",
        ),
        (
            "cwt/derived.sql",
            "SELECT _record FROM records WHERE _record > 0\n",
            "rules/cwt/derived.sql",
        ),
        ("cwt/fields.csv", "seq,name\n1\n", "rules/cwt/fields.csv:2"),
        (
            "cwt/standards.toml",
            "[[limit]]\nstandard = 1\n",
            "rules/cwt/standards.toml:2",
        ),
        (
            "standards.toml",
            "[[limit]]\nstandard = \"FDS\"\ndays = 20\nfrom = 2026-10-01\nsource = \"a\"\n",
            "move it to `cwt/standards.toml`",
        ),
        (
            "cwt/data_set.toml",
            "[[table]]\nname = \"a\"\n\n[[performance]]\ntitle = \"b\"\n",
            "line 1, `[[table]]`: `title = ",
        ),
        (
            "cwt/data_set.toml",
            "[[table]]\nname = \"a\"\n\n[[performance]]\ntitle = \"b\"\n",
            "line 4, `[[performance]]`: `standard = \"62D\"`, `route_or_stage = ",
        ),
        (
            "cwt/standards.toml",
            &two_targets,
            "rules/cwt/standards.toml:12:9: `1.5` is not a share between 0 and 1",
        ),
        (
            "cwt/data_set.toml",
            &reason,
            "rules/cwt/data_set.toml:38:25: `no-treatment-yet` is not a reason",
        ),
    ] {
        let folder = Folder::new();
        folder
            .upload("upload.csv", &[TOLD])
            .file(&format!("ours/{file}"), text);
        let run = folder.run(&["waits", "upload.csv", "--rules", "ours"]);
        assert_eq!(run.code, 2, "{file}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(words), "{file}: {}", run.stderr);
    }
}

#[test]
fn a_value_that_the_sql_of_a_check_cannot_use_is_unknown_or_told_without_the_value() {
    let folder = Folder::new();
    let number = folder
        .upload("upload.csv", &[TOLD])
        .run(&["records", "upload.csv", "--identifiable"])
        .rows()[0]["nhs_number"]
        .clone();
    let assert = "days(decision_to_refer_date, crtp_start_date) <= 3";
    let run = |sql: &str| {
        folder.file("ours/own.toml", OWN.replace(assert, sql));
        folder.run(&[
            "check",
            "upload.csv",
            "--rules",
            "ours",
            "--select",
            "RZZ",
            "--summary",
        ])
    };
    let unknown = run("CAST(source_of_referral || nhs_number AS INT) > 3");
    assert!(
        unknown.stdout.contains("RZZ-001,warning,0,0,1,0"),
        "{}{}",
        unknown.stdout,
        unknown.stderr
    );
    let told = run("days(nhs_number || 'x', crtp_start_date) <= 3");
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("rules/own.toml:11:"), "{}", told.stderr);
    assert!(
        told.stderr.contains("`assert` of check `RZZ-001`"),
        "{}",
        told.stderr
    );
    assert!(!told.stderr.contains(&number), "{}", told.stderr);
}

#[test]
fn a_check_for_more_fields_than_a_finding_can_name_is_refused() {
    let folder = Folder::new();
    let fields: Vec<String> = (0..65).map(|_| "\"crtp_start_date\"".to_string()).collect();
    let each = OWN.replace("when = ", &format!("each = [{}]\nwhen = ", fields.join(", ")));
    folder.upload("upload.csv", &[TOLD]).file("ours/own.toml", each);
    let run = folder.run(&["check", "upload.csv", "--rules", "ours", "--select", "RZZ"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("check `RZZ-001` is made for 65 fields, but a check may have at most 64"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_measure_whose_columns_would_lose_something_is_refused_by_file_and_column() {
    let measure = include_str!("../../rules/cwt/measures/fds.sql");
    for (right, wrong, words) in [
        (
            "days_fds AS days",
            "CAST(days_fds AS VARCHAR) AS days",
            "the column `days` is to be a whole number, and this measure gives it another type",
        ),
        (
            "days_fds AS days",
            "days_fds + 0.7 AS days",
            "the column `days` is to be a whole number, and this measure gives a value that is not",
        ),
        (
            "1.0 AS share",
            "'all' AS share",
            "the column `share` is to be a number",
        ),
        (
            "days_fds <= limit_days AS within",
            "days_fds AS within",
            "the column `within` is to be true or false",
        ),
    ] {
        assert!(measure.contains(right), "{right}");
        let folder = Folder::new();
        folder
            .upload("upload.csv", &[TOLD])
            .file("ours/cwt/measures/fds.sql", measure.replacen(right, wrong, 1));
        let run = folder.run(&["waits", "upload.csv", "--rules", "ours"]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{wrong}: {}",
            run.stderr
        );
        assert!(
            run.stderr.contains(words) && run.stderr.contains("rules/cwt/measures/fds.sql:1:1"),
            "{wrong}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_mistake_in_a_listing_is_told_at_its_line() {
    let files = clockstop::rulebook::Files::embedded();
    let text = files.get("cwt/phases/listing.toml").unwrap();
    let wrong = text.replace(
        "tables = [\"phases\", \"shared\"",
        "tables = [\"phases\", \"phasez\"",
    );
    let folder = Folder::new();
    folder
        .upload("upload.csv", &[TOLD])
        .file("ours/cwt/phases/listing.toml", wrong);
    let run = folder.run(&["phases", "upload.csv", "--rules", "ours"]);
    assert_eq!(run.code, 2);
    let told = "error: rules/cwt/phases/listing.toml:5:21: `queries` does not list `phasez`";
    assert!(
        run.stderr.contains(told) && run.stderr.contains("did you mean `phases`?"),
        "{}",
        run.stderr
    );
}
