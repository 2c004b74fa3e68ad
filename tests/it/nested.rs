//! Data sets whose records have rows of their own in other tables: the miniature data set of
//! `tests/data_sets/plots`.

use std::path::Path;

use crate::kit::Folder;

const PLOTS: &str = "plot_id,keeper,let_date\nP1,Ann,2026-03-02\nP2,Bob,2026-03-02\nP3,Cy,2026-03-02\n";
const PLANTINGS: &str =
    "plot_id,crop,planted_date\nP1,01,2026-03-05\nP1,02,2026-03-01\nP2,07,2026-03-09\nP9,01,2026-03-05\n";

fn folder() -> (Folder, String) {
    let folder = Folder::new();
    folder
        .file("in/plots.csv", PLOTS)
        .file("in/plantings.csv", PLANTINGS);
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data_sets/plots");
    (folder, rules.to_str().unwrap().to_string())
}

#[test]
fn checks_of_a_nested_data_set_look_at_each_table_and_across() {
    let (folder, rules) = folder();
    let run = folder.run(&["check", "in", "--rules", &rules, "--data-set", "plots"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    check,severity,file,row,pathway,fields,message
    PLOTS-1,warning,plots.csv,4,plots.csv:4,plot_id,Nothing is planted on the plot
    PLOTS-2,error,plantings.csv,3,plots.csv:2,planted_date,The crop was planted before the plot was let
    PLOTS-3,reject,plantings.csv,4,plots.csv:3,crop,The crop is not one of the list
    ");
    assert!(
        run.stderr
            .contains("Plantings: 1 row without a record of the same key"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_examples_of_a_nested_data_set_stand_for_linked_rows() {
    let (folder, rules) = folder();
    for command in ["test", "lint"] {
        let run = folder.run(&["rules", command, "--rules", &rules, "--data-set", "plots"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn every_command_takes_a_data_set_without_measures_months_pathways_and_trusts() {
    let (folder, rules) = folder();
    for arguments in [
        vec!["records", "in"],
        vec!["waits", "in"],
        vec!["performance", "in"],
        vec!["quality", "in"],
        vec!["check", "in", "--summary"],
        vec!["run", "in", "--month", "2026-10", "--fail-on", "never"],
        vec!["rules", "list"],
        vec!["rules", "schema"],
        vec!["explain", "PLOTS-1"],
    ] {
        let all = [arguments.as_slice(), &["--rules", &rules, "--data-set", "plots"]].concat();
        let run = folder.run(&all);
        assert!(
            run.code <= 1 && !run.stderr.contains("error:"),
            "{arguments:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_rejected_nested_row_keeps_its_record_back() {
    let (folder, rules) = folder();
    let run = folder.run(&[
        "run",
        "in",
        "--month",
        "2026-10",
        "--rules",
        &rules,
        "--data-set",
        "plots",
    ]);
    assert!(
        run.stderr.contains("3 records, 2 ready to upload, 1 held back"),
        "{}",
        run.stderr
    );
}

#[test]
fn quality_counts_the_fields_of_nested_tables_too() {
    let (folder, rules) = folder();
    let run = folder.run(&["quality", "in", "--rules", &rules, "--data-set", "plots"]);
    let crop = run.rows().into_iter().find(|row| row["field"] == "crop").unwrap();
    assert_eq!(
        [&crop["records"], &crop["given"], &crop["invalid"]],
        ["4", "4", "1"],
        "{crop:?}"
    );
}
