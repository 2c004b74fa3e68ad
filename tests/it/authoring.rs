//! What whoever writes a check is told: examples that fail, faults that no example notices.

use crate::kit::{Folder, TOLD, with};
use crate::rulebook::OWN;

/// The trust's own check with one thing changed, tested alone.
fn test(right: &str, wrong: &str, options: &[&str]) -> crate::kit::Run {
    assert!(OWN.contains(right), "{right}");
    let folder = Folder::new();
    folder.file("ours/own.toml", OWN.replacen(right, wrong, 1));
    folder.run(&[&["rules", "test", "--rules", "ours", "--select", "RZZ"], options].concat())
}

#[test]
fn examples_on_the_boundary_notice_every_fault() {
    let run = test("", "", &[]);
    insta::assert_snapshot!(run.stdout, @r"
    1 check, 0 sources: 4 passed, 0 failed
    6 mutants, 0 unnoticed
    ");
    assert_eq!(run.code, 0);
}

#[test]
fn a_fault_that_no_example_notices_is_told_with_file_line_and_what_was_changed() {
    let next_to_the_boundary = (
        "crtp_start_date = \"2026-10-04\"",
        "crtp_start_date = \"2026-10-03\"",
    );
    let run = test(next_to_the_boundary.0, next_to_the_boundary.1, &["--suggest"]);
    insta::assert_snapshot!(run.stdout, @r#"
    1 check, 0 sources: 4 passed, 0 failed
    unnoticed  RZZ-001 assert (rules/own.toml:11): `days(decision_to_refer_date, crtp_start_date) <= 3` became `days(decision_to_refer_date, crtp_start_date) < 3`
    unnoticed  RZZ-001 assert (rules/own.toml:11): `3` became `2`
    suggested  RZZ-001 pass { crtp_start_date = "2026-10-03", decision_to_refer_date = "2026-09-30", priority_type = "3" }  # `days(decision_to_refer_date, crtp_start_date) <= 3` became `days(decision_to_refer_date, crtp_start_date) < 3`; `3` became `2`
    6 mutants, 2 unnoticed
    "#);
    assert_eq!(run.code, 2);
    assert_eq!(
        test(next_to_the_boundary.0, next_to_the_boundary.1, &["--no-mutants"]).code,
        0
    );
}

#[test]
fn an_example_that_fails_is_told_before_any_fault_is_planted() {
    let run = test(
        "crtp_start_date = \"2026-10-04\"",
        "crtp_start_date = \"2026-10-05\"",
        &[],
    );
    insta::assert_snapshot!(run.stdout, @r"
    wrong  RZZ-001 pass 1: expected 1 pass, got 1 fail  (rules/own.toml)
    1 check, 0 sources: 3 passed, 1 failed
    ");
    assert_eq!(run.code, 2);
}

#[test]
fn an_example_is_a_file_of_its_own() {
    let duplicate = r#"
[[check]]
id = "RZZ-002"
name = "same-pathway-twice"
title = "The pathway is there twice"
severity = "warning"
basis = "local"
source = "local policy"
fields = ["care_id"]
assert = "COUNT(*) OVER (PARTITION BY care_id) = 1 AND COUNT(*) OVER (PARTITION BY pathway_key) = 1"
why = "It is counted twice."
fix = "Delete one."
owner = "data_quality"
pass = [{ care_id = "1" }, { care_id = "1" }, [{ care_id = "1" }, { care_id = "2" }]]
fail = [[{ care_id = "1" }, { care_id = "1" }]]
"#;
    let folder = Folder::new();
    folder.file("ours/own.toml", duplicate);
    let run = folder.run(&[
        "rules",
        "test",
        "--rules",
        "ours",
        "--select",
        "RZZ",
        "--no-mutants",
    ]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

/// The complaints about the trust's own folder, without their excerpts.
fn lint(folder: &Folder) -> (i32, Vec<String>) {
    let run = folder.run(&["rules", "lint", "--rules", "ours"]);
    let told = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("error: ") || line.starts_with("warning: "));
    (
        run.code,
        told.filter(|line| line.contains("own.toml") || line.starts_with("error"))
            .map(String::from)
            .collect(),
    )
}

#[test]
fn what_is_wrong_with_a_check_is_told_with_file_and_line() {
    for (right, wrong, code, told) in [
        ("", "", 0, ""),
        (
            "late-receipt",
            "Late receipt",
            0,
            "warning: rules/own.toml:4:1: the name `Late receipt` is not in kebab-case, such as \
            `treatment-before-decision`",
        ),
        (
            "late-receipt",
            "told-before-referral",
            2,
            "error: rules/own.toml:4:1: check `CWT-O005` already has the name `told-before-referral`",
        ),
        (
            "decision to refer\"",
            "decision to refer.\"",
            0,
            "warning: rules/own.toml:5:1: a title ends without a full stop: it is the message of every \
            finding",
        ),
        (
            "\"local policy\"",
            "\"\"",
            2,
            "error: rules/own.toml:8:1: the source is empty: cite where the rule is written, or `none: \
            inferred from …`",
        ),
        (
            "basis = \"local\"",
            "basis = \"mine\"",
            2,
            "error: rules/own.toml:7:1: the basis `mine` is none of official, derived, inferred, practice, \
            local",
        ),
        (
            "affects = [\"FDS\"]",
            "affects = [\"28D\"]",
            0,
            "warning: rules/own.toml:15:1: `affects` has `28D`, which is not a standard: known are `31D`, \
            `62D`, `FDS`, `upload`",
        ),
        (
            "fields = [\"decision_to_refer_date\", \"crtp_start_date\"]",
            "fields = []",
            0,
            "warning: rules/own.toml:9:1: `fields` is empty: its findings will not say which field to look \
            at",
        ),
        (
            "fields = [",
            "each = [\"*\"]\nfields = [",
            2,
            "error: rules/own.toml:9:1: `each` names no field: the check looks at nothing",
        ),
        (
            "unassessed = [{ crtp_start_date = \"2026-10-05\", priority_type = \"3\" }]",
            "",
            0,
            "warning: rules/own.toml:3:1: a row without `decision_to_refer_date` is not assessed, and no \
            `unassessed` example of check `RZZ-001` shows it",
        ),
        (
            "RZZ-001",
            "CWT-Z001",
            2,
            "error: rules/own.toml:3:1: `CWT-Z001` begins like a national check (`CWT-`), and is none",
        ),
        (
            "days(decision",
            "dayz(decision",
            2,
            "error: rules/own.toml:11:11: there is no function `dayz`, in `assert` of check `RZZ-001`",
        ),
    ] {
        assert!(OWN.contains(right), "{right}");
        let folder = Folder::new();
        folder.file("ours/own.toml", OWN.replacen(right, wrong, 1));
        let expected: Vec<String> = Some(told.to_string())
            .into_iter()
            .filter(|told| !told.is_empty())
            .collect();
        assert_eq!(lint(&folder), (code, expected), "{wrong}");
    }
}

/// A file of national checks as it comes with the program, with one thing changed.
fn national(right: &str, wrong: &str) -> Folder {
    let path = "cwt/checks/order.toml";
    let files = clockstop::rulebook::Files::embedded();
    let text = files.get(path).unwrap();
    assert!(text.contains(right), "{right}");
    let folder = Folder::new();
    folder.file(&format!("ours/{path}"), text.replacen(right, wrong, 1));
    folder
}

#[test]
fn a_trust_waives_a_national_check_and_does_not_change_it() {
    for (right, wrong, told) in [
        (
            "severity = \"reject\"",
            "severity = \"info\"",
            "error: rules/cwt/checks/order.toml:8:1: `severity` of the national check `CWT-O001` is changed",
        ),
        (
            "decision_to_refer_date <= crtp",
            "decision_to_refer_date < crtp",
            "error: rules/cwt/checks/order.toml:14:1: `assert` of the national check `CWT-O001` is changed",
        ),
        (
            "severity_basis",
            "enabled = false\nseverity_basis",
            "error: rules/cwt/checks/order.toml:9:1: `enabled` of the national check `CWT-O001` is changed",
        ),
        (
            "CWT-O001",
            "RZZ-O001",
            "error: rules/cwt/checks/order.toml:1:1: the national check `CWT-O001` is no longer there",
        ),
    ] {
        let folder = national(right, wrong);
        assert_eq!(lint(&folder), (2, vec![told.to_string()]), "{wrong}");
        assert!(
            folder
                .run(&["rules", "lint", "--rules", "ours"])
                .stdout
                .contains("waive its findings instead")
        );
    }
    // Its words may be the trust's own.
    assert_eq!(
        lint(&national(
            "fix = \"Compare both",
            "fix = \"In our PAS, compare both"
        )),
        (0, Vec::new())
    );
}

#[test]
fn a_list_that_nothing_uses_is_told() {
    let folder = Folder::new();
    folder
        .file("ours/cwt/lookups/our_clinics.csv", "code,clinic\nA,Breast\n")
        .file(
            "ours/cwt/codes/our_codes.csv",
            "code,meaning,valid_from,valid_to,kind,source\nA,Breast,,,local,\n",
        );
    let run = folder.run(&["rules", "lint", "--rules", "ours"]);
    for told in [
        "warning: rules/cwt/lookups/our_clinics.csv:1:1: no SQL of the rules names this lookup: is it still \
        needed?",
        "warning: rules/cwt/codes/our_codes.csv:1:1: no field of `fields.csv` has this code list: is it \
        still needed?",
        "error: rules/cwt/codes/our_codes.csv:2:1: code `A` has no source",
    ] {
        assert!(run.stdout.contains(told), "{told}: {}", run.stdout);
    }
    assert_eq!(run.code, 2);
}

#[test]
fn a_field_has_a_short_label_of_its_own() {
    let path = "cwt/fields.csv";
    let files = clockstop::rulebook::Files::embedded();
    let text = files.get(path).unwrap();
    for (label, told) in [
        (
            "Date on which the patient was first seen anywhere",
            "has a label of more than 40 characters",
        ),
        (
            "Decision to refer date",
            "has the label of `decision_to_refer_date`",
        ),
    ] {
        let folder = Folder::new();
        folder.file(
            &format!("ours/{path}"),
            text.replacen(
                "Date first seen,Date first seen,",
                &format!("Date first seen,{label},"),
                1,
            ),
        );
        assert_eq!(
            lint(&folder),
            (
                2,
                vec![format!(
                    "error: rules/cwt/fields.csv:13:1: field `date_first_seen` {told}"
                )]
            )
        );
    }
}

#[test]
fn a_new_check_is_sound_as_it_stands() {
    let folder = Folder::new();
    folder.file("ours/README.md", "");
    let new = folder.run(&[
        "rules",
        "new",
        "RZZ-001",
        "--name",
        "late-receipt",
        "-o",
        "ours/own.toml",
    ]);
    assert_eq!((new.code, new.stdout.as_str()), (0, ""), "{}", new.stderr);
    assert_eq!(lint(&folder), (0, Vec::new()));
    let test = folder.run(&["rules", "test", "--rules", "ours", "--select", "RZZ"]);
    insta::assert_snapshot!(test.stdout, @r"
    1 check, 0 sources: 4 passed, 0 failed
    3 mutants, 0 unnoticed
    ");
}

#[test]
fn a_new_check_takes_no_id_that_is_taken_or_national_and_no_file_that_is_there() {
    let folder = Folder::new();
    folder.file("own.toml", OWN).file("ours/own.toml", OWN);
    for (arguments, told) in [
        (
            ["CWT-X001", "a-name", "new.toml"],
            "ids that begin with `CWT-` are for national checks",
        ),
        (
            ["rzz-001", "a-name", "new.toml"],
            "check id `RZZ-001` is taken, in `rules/own.toml`",
        ),
        (
            ["RZZ-002", "A name", "new.toml"],
            "the name `A name` is not in kebab-case",
        ),
        (["RZZ-002", "a-name", "own.toml"], "`own.toml` already exists"),
    ] {
        let [id, name, output] = arguments;
        let run = folder.run(&[
            "rules", "new", id, "--name", name, "-o", output, "--rules", "ours",
        ]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
    assert_eq!(folder.names("."), ["ours", "own.toml"]);
}

#[test]
fn the_schema_names_the_fields_and_says_what_every_key_means() {
    let run = Folder::new().run(&["rules", "schema"]);
    let schema: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let check = &schema["$defs"]["check"];
    assert!(
        check["properties"]
            .as_object()
            .unwrap()
            .values()
            .all(|key| key["description"].is_string())
    );
    assert_eq!(
        check["properties"]["affects"]["items"]["enum"],
        serde_json::json!(["FDS", "31D", "62D", "upload"])
    );
    assert_eq!(
        schema["$defs"]["row"]["properties"]["crtp_start_date"]["description"],
        "Cancer referral to treatment period start date"
    );
    // Every check that comes with the program is as the schema says.
    let files = clockstop::rulebook::Files::embedded();
    let keys = check["properties"].as_object().unwrap();
    for (path, text) in files.under("cwt/checks/", ".toml") {
        let file: toml::Table = toml::from_str(text).unwrap();
        for block in file["check"].as_array().unwrap() {
            for (key, value) in block.as_table().unwrap() {
                let allowed = keys.get(key).and_then(|key| key["enum"].as_array());
                assert!(keys.contains_key(key), "{path}: {key}");
                assert!(
                    allowed.is_none_or(|words| words.iter().any(|word| word.as_str() == value.as_str())),
                    "{path}: {key} = {value}"
                );
            }
        }
    }
}

#[test]
fn the_catalogue_is_a_workbook_with_a_table_and_the_same_bytes_each_time() {
    let folder = Folder::new();
    for name in ["one.xlsx", "two.xlsx"] {
        assert_eq!(
            folder
                .run(&["rules", "list", "--format", "xlsx", "-o", name])
                .code,
            0
        );
    }
    assert_eq!(
        std::fs::read(folder.path("one.xlsx")).unwrap(),
        std::fs::read(folder.path("two.xlsx")).unwrap()
    );
    let mut workbook = calamine::open_workbook_auto(folder.path("one.xlsx")).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut workbook, "Checks").unwrap();
    let ids: Vec<String> = sheet
        .rows()
        .map(|row| row[0].to_string())
        .filter(|id| id.starts_with("CWT-"))
        .collect();
    assert_eq!(ids.len(), folder.run(&["rules", "list"]).rows().len());
    assert_eq!(folder.run(&["rules", "list", "--format", "xlsx"]).code, 2);
}

#[test]
fn explain_shows_what_the_last_run_found() {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[
            TOLD,
            &with(
                TOLD,
                &[
                    ("ppi", "A2"),
                    ("nhs_number", "9990000026"),
                    ("fdp_end_date", "2026-09-01"),
                ],
            ),
        ],
    );
    folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "out"]);
    let last_run = |id: &str| {
        let run = folder.run(&["explain", id, "--run", "out/run.json"]);
        run.stdout[run.stdout.find("last run").unwrap()..].to_string()
    };
    insta::assert_snapshot!(last_run("CWT-O005"), @r"
    last run       2026-10 of RZZ, as at 2026-11-24, every record read: 1 failed, 1 passed, 0 not
                   assessed, 0 not applicable
    ");
    insta::assert_snapshot!(last_run("CWT-D006"), @"last run       2026-10 of RZZ, as at 2026-11-24: the check did not run");
    let run = folder
        .file("other.json", "{}")
        .run(&["explain", "CWT-O005", "--run", "other.json"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("is not the record of a run"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_would_have_no_effect_or_another_one_than_meant_is_told_with_its_place() {
    let assert = "assert = \"days(decision_to_refer_date, crtp_start_date) <= 3\"";
    let no_pass: String = OWN
        .lines()
        .filter(|line| !line.starts_with("pass"))
        .map(|line| format!("{line}\n"))
        .collect();
    for (path, text, told, meant) in [
        (
            "checks/own.toml",
            OWN.to_string(),
            "rules/checks/own.toml:1:1: nothing reads this file",
            "move it to `own.toml`",
        ),
        (
            "cwt/code/priority_type.csv",
            "a\n1\n".to_string(),
            "nothing reads this file",
            "did you mean `cwt/codes/priority_type.csv`?",
        ),
        (
            "cwt/measures/62days.sql",
            "SELECT 1".to_string(),
            "nothing reads this file",
            "did you mean `cwt/measures/62d.sql`?",
        ),
        (
            "own.tml",
            OWN.to_string(),
            "nothing reads this file",
            "`.toml`, `.csv` and `.sql`",
        ),
        (
            "own.toml",
            no_pass,
            "rules/own.toml:3:1: there is no `pass` example of check `RZZ-001`",
            "",
        ),
        (
            "own.toml",
            OWN.replace("severity =", "finds = \"ragged-row\"\nseverity ="),
            "`finds` needs `kind = \"file\"`",
            "",
        ),
        (
            "own.toml",
            OWN.replace(
                assert,
                "assert = \"crtp_start_date - decision_to_refer_date = 3\"",
            ),
            "rules/own.toml:11:11: `crtp_start_date - decision_to_refer_date` is a span of time",
            "write `days(from, to)`",
        ),
        (
            "own.toml",
            OWN.replace(assert, "assert = \"crtp_start_date >= '2026-10-01'\""),
            "rules/own.toml:11:11: this SQL cannot be run",
            "write DATE '2026-10-31'",
        ),
        (
            "own.toml",
            OWN.replace("= \"warning\"", "= 3"),
            "rules/own.toml:6:12: a word in quotes is expected",
            "",
        ),
        (
            "own.toml",
            OWN.repeat(2),
            "check id `RZZ-001` is used twice",
            "an id is permanent and never reused",
        ),
    ] {
        let folder = Folder::new();
        folder.file(&format!("ours/{path}"), &text);
        let run = folder.run(&["rules", "lint", "--rules", "ours"]);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert_eq!(run.code, 2, "{path}: {said}");
        assert!(said.contains(told) && said.contains(meant), "{path}: {said}");
    }
}
