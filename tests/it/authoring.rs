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
