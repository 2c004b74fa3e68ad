//! `clockstop sql`: what it prints and what it refuses, without an engine. The ignored tests put the scripts
//! through DuckDB and Spark: `cargo test --test it engines -- --ignored`, with the Python of
//! `CLOCKSTOP_ENGINES` (by default `target/engines/bin/python`; `.ci/run` makes it).

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Folder;

const TRAPS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engines/rules");

fn script<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["sql", "--dialect", "spark", "--as-at", "2026-03-31"];
    arguments.extend(more);
    arguments
}

const OF_TABLE: [&str; 4] = ["--records", "upload", "--record-id", "id"];

#[test]
fn the_same_rules_give_the_same_bytes() {
    let folder = Folder::new();
    let first = folder.run(&script(&OF_TABLE));
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert_eq!(first.stdout, folder.run(&script(&OF_TABLE)).stdout);
    assert!(first.stdout.contains("cwt_performance"));
}

/// DuckDB writes a macro, and the operand of `CASE x WHEN …`, as often as it is used: a script took 38 of 44
/// seconds to plan one statement of it.
#[test]
fn duckdb_is_given_short_macros_and_looks_codes_up_in_lists() {
    let folder = Folder::new();
    let run = folder.run(
        &[
            &["sql", "--dialect", "duckdb", "--as-at", "2026-03-31"],
            &OF_TABLE[..],
        ]
        .concat(),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (_, upper) = run.stdout.split_once("MACRO cwt_upper").unwrap_or_default();
    let (upper, _) = upper.split_once("\n;\n").unwrap_or_default();
    assert!(upper.contains("FOR letter IN STRING_SPLIT(x, '')"), "{upper}");
    assert!(!upper.contains("REPLACE"), "{upper}");
    assert!(run.stdout.contains("LIST_EXTRACT(LIST_VALUE("));
    let again = run.stdout.lines().find(|line| line.contains("CASE cwt_upper("));
    assert_eq!(again, None);
}

#[test]
fn a_record_id_is_asked_for_and_never_made_up() {
    let run = Folder::new().run(&script(&["--records", "upload"]));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--record-id"), "{}", run.stderr);
}

#[test]
fn the_checks_of_a_trust_come_along() {
    let folder = Folder::new();
    folder.file("rules/ours.toml", own_check("REGEXP_LIKE(ppi, '^P[0-9]+$')"));
    let run = folder.run(&script(&[
        "--records",
        "upload",
        "--record-id",
        "id",
        "--rules",
        "rules",
    ]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("'OURS-001'"));
    assert!(run.stdout.contains(r"REGEXP_LIKE(ppi, '^P[0-9]+\\z')"));
}

#[test]
fn a_function_without_the_same_meaning_everywhere_is_refused_with_file_and_line() {
    for (condition, what) in [
        ("SOUNDEX(ppi) = 'A'", "there is no function `soundex`"),
        (r"REGEXP_LIKE(ppi, '\\d')", "means other letters on other engines"),
        ("LEFT(ppi, wta_first_seen_days) = 'A'", "LEFT"),
        (
            "ROW_NUMBER() OVER (PARTITION BY ppi ORDER BY nhs_number NULLS LAST) = 1",
            "NULL comes first in the order of a window",
        ),
    ] {
        let folder = Folder::new();
        folder.file("rules/ours.toml", own_check(condition));
        let run = folder.run(&script(&[
            "--records",
            "upload",
            "--record-id",
            "id",
            "--rules",
            "rules",
        ]));
        assert_eq!(run.code, 2, "{condition}: {}", run.stdout);
        assert!(run.stderr.contains("ours.toml:9"), "{condition}: {}", run.stderr);
        assert!(run.stderr.contains(what), "{condition}: {}", run.stderr);
    }
}

fn own_check(condition: &str) -> String {
    format!(
        r#"[[check]]
id = "OURS-001"
name = "ours"
title = "Ours"
severity = "warning"
basis = "local"
source = "made up for a test"
fields = ["ppi"]
assert = "{condition}"
why = "It is ours."
fix = "None."
owner = "information"
pass = [{{ ppi = "P1" }}]
fail = [{{ ppi = "1" }}]
"#
    )
}

#[test]
fn a_data_set_of_nested_tables_is_refused_by_name() {
    let run = Folder::new().run(&["sql", "--dialect", "spark", "--self-test", "--data-set", "cosd"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("has nested tables"), "{}", run.stderr);
}

/// The laptop gives every condition that engines read otherwise the meaning that the examples say.
#[test]
fn conditions_that_engines_read_otherwise_mean_here_what_their_examples_say() {
    let run = Folder::new().run(&["rules", "test", "--rules", TRAPS, "--data-set", "traps"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(!(run.stdout + &run.stderr).contains("wrong  "));
}

#[test]
#[ignore = "needs DuckDB in a Python: see above"]
fn engines_traps_of_duckdb_are_all_rewritten() {
    on_engine("duckdb", "traps.py");
}

#[test]
#[ignore = "needs Spark in a Python, and Java: see above"]
fn engines_traps_of_spark_are_all_rewritten() {
    on_engine("spark", "traps.py");
}

#[test]
#[ignore = "needs DuckDB in a Python, and minutes: see above"]
fn engines_answers_of_duckdb_are_those_of_the_laptop() {
    on_engine("duckdb", "compare.py");
}

#[test]
#[ignore = "needs Spark in a Python, Java, and minutes: see above"]
fn engines_answers_of_spark_are_those_of_the_laptop() {
    on_engine("spark", "compare.py");
}

fn on_engine(engine: &str, program: &str) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("CLOCKSTOP_ENGINES")
        .map_or_else(|| here.join("target/engines/bin/python"), PathBuf::from);
    assert!(
        python.exists(),
        "`{}` is missing: make it as `.ci/run` does",
        python.display()
    );
    let folder = Folder::new();
    let status = Command::new(&python)
        .arg(here.join("tests/engines").join(program))
        .arg(engine)
        .arg(assert_cmd::cargo::cargo_bin("clockstop"))
        .arg(folder.path("work"))
        .status()
        .unwrap();
    assert!(status.success(), "{program} found differences on {engine}");
}
