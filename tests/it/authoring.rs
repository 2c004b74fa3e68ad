//! What whoever writes a check is told: examples that fail, faults that no example notices.

use crate::kit::Folder;
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
    1 checks, 0 sources: 4 passed, 0 failed
    6 mutants, 0 unnoticed
    ");
    assert_eq!(run.code, 0);
}

#[test]
fn a_fault_that_no_example_notices_is_told_with_file_line_and_what_was_changed() {
    let beside_the_boundary = ("crtp_start_date = \"2026-10-04\"", "crtp_start_date = \"2026-10-03\"");
    let run = test(beside_the_boundary.0, beside_the_boundary.1, &["--suggest"]);
    insta::assert_snapshot!(run.stdout, @r#"
    1 checks, 0 sources: 4 passed, 0 failed
    unnoticed  RZZ-001 assert (rules/own.toml:11): `days(decision_to_refer_date, crtp_start_date) <= 3` became `days(decision_to_refer_date, crtp_start_date) < 3`
    unnoticed  RZZ-001 assert (rules/own.toml:11): `3` became `2`
    suggested  RZZ-001 pass { crtp_start_date = "2026-10-03", decision_to_refer_date = "2026-09-30", priority_type = "3" }  # `days(decision_to_refer_date, crtp_start_date) <= 3` became `days(decision_to_refer_date, crtp_start_date) < 3`; `3` became `2`
    6 mutants, 2 unnoticed
    "#);
    assert_eq!(run.code, 2);
    assert_eq!(test(beside_the_boundary.0, beside_the_boundary.1, &["--no-mutants"]).code, 0);
}

#[test]
fn an_example_that_fails_is_told_before_any_fault_is_planted() {
    let run = test("crtp_start_date = \"2026-10-04\"", "crtp_start_date = \"2026-10-05\"", &[]);
    insta::assert_snapshot!(run.stdout, @r"
    wrong  RZZ-001 pass 1: expected 1 pass, got 1 fail  (rules/own.toml)
    1 checks, 0 sources: 3 passed, 1 failed
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
    let run = folder.run(&["rules", "test", "--rules", "ours", "--select", "RZZ", "--no-mutants"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

/// The complaints about the trust's own folder, without their excerpts.
fn lint(folder: &Folder) -> (i32, Vec<String>) {
    let run = folder.run(&["rules", "lint", "--rules", "ours"]);
    let told = run.stdout.lines().filter(|line| line.starts_with("error: ") || line.starts_with("warning: "));
    (run.code, told.filter(|line| line.contains("own.toml") || line.starts_with("error")).map(String::from).collect())
}

#[test]
fn what_is_wrong_with_a_check_is_told_with_file_and_line() {
    for (right, wrong, code, told) in [
        ("", "", 0, ""),
        (
            "late-receipt",
            "Late receipt",
            0,
            "warning: rules/own.toml:4:1: the name `Late receipt` is not in kebab-case, such as `treatment-before-decision`",
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
            "warning: rules/own.toml:5:1: a title ends without a full stop: it is the message of every finding",
        ),
        (
            "\"local policy\"",
            "\"\"",
            2,
            "error: rules/own.toml:8:1: the source is empty: cite where the rule is written, or `none: inferred from …`",
        ),
        (
            "basis = \"local\"",
            "basis = \"mine\"",
            2,
            "error: rules/own.toml:7:1: the basis `mine` is none of official, derived, inferred, practice, local",
        ),
        (
            "affects = [\"FDS\"]",
            "affects = [\"28D\"]",
            0,
            "warning: rules/own.toml:15:1: `affects` has `28D`, which is no standard: known are `31D`, `62D`, `FDS`, `upload`",
        ),
        (
            "fields = [\"decision_to_refer_date\", \"crtp_start_date\"]",
            "fields = []",
            0,
            "warning: rules/own.toml:9:1: `fields` is empty: its findings will not say which field to look at",
        ),
        ("fields = [", "each = [\"*\"]\nfields = [", 2, "error: rules/own.toml:9:1: `each` names no field: the check looks at nothing"),
        (
            "unassessed = [{ crtp_start_date = \"2026-10-05\", priority_type = \"3\" }]",
            "",
            0,
            "warning: rules/own.toml:3:1: a row without `crtp_start_date` is not assessed, and no `unassessed` example of check `RZZ-001` shows it",
        ),
        ("RZZ-001", "CWT-X001", 2, "error: rules/own.toml:3:1: `CWT-X001` begins like a national check (`CWT-`), and is none"),
        ("days(decision", "dayz(decision", 2, "error: rules/own.toml:11:11: there is no function `dayz`, in `assert` of check `RZZ-001`"),
    ] {
        assert!(OWN.contains(right), "{right}");
        let folder = Folder::new();
        folder.file("ours/own.toml", OWN.replacen(right, wrong, 1));
        let expected: Vec<String> = Some(told.to_string()).into_iter().filter(|told| !told.is_empty()).collect();
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
        ("CWT-O001", "RZZ-O001", "error: rules/cwt/checks/order.toml:1:1: the national check `CWT-O001` is no longer there"),
    ] {
        let folder = national(right, wrong);
        assert_eq!(lint(&folder), (2, vec![told.to_string()]), "{wrong}");
        assert!(folder.run(&["rules", "lint", "--rules", "ours"]).stdout.contains("waive its findings instead"));
    }
    // Its words may be the trust's own.
    assert_eq!(lint(&national("fix = \"Compare both", "fix = \"In our PAS, compare both")), (0, Vec::new()));
}

#[test]
fn a_list_that_nothing_uses_is_told() {
    let folder = Folder::new();
    folder
        .file("ours/cwt/lookups/our_clinics.csv", "code,clinic\nA,Breast\n")
        .file("ours/cwt/codes/our_codes.csv", "code,meaning,valid_from,valid_to,kind,source\nA,Breast,,,local,\n");
    let run = folder.run(&["rules", "lint", "--rules", "ours"]);
    for told in [
        "warning: rules/cwt/lookups/our_clinics.csv:1:1: no SQL of the rules names this lookup: is it still needed?",
        "warning: rules/cwt/codes/our_codes.csv:1:1: no field of `fields.csv` has this code list: is it still needed?",
        "error: rules/cwt/codes/our_codes.csv:2:1: code `A` has no source",
    ] {
        assert!(run.stdout.contains(told), "{told}: {}", run.stdout);
    }
    assert_eq!(run.code, 2);
}
