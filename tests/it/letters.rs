//! One wrong letter in a rules file is said before a figure is written, wherever it stands.

use crate::kit::{Folder, TOLD};

/// A file of the rules, a text of it, and what a slip makes of it.
const SLIPS: &[(&str, &str, &str)] = &[
    (
        "cwt/standards.toml",
        "standard = \"FDS\"\ndays = 28",
        "standard = \"FSD\"\ndays = 28",
    ),
    ("cwt/standards.toml", "days = 62", "days = 63"),
    (
        "cwt/data_set.toml",
        "about = \"is_treatment\"",
        "about = \"is_treatmnet\"",
    ),
    ("cwt/data_set.toml", "standard = \"62D\"", "standard = \"26D\""),
    (
        "cwt/measures/31d.sql",
        "WHERE is_treatment AND",
        "WHERE is_first_treatment AND",
    ),
    (
        "cwt/measures/31d.sql",
        "WHERE standard = '31D'",
        "WHERE standard <> '3'",
    ),
    ("cwt/measures/62d.sql", "'62D' AS standard", "'62d' AS standard"),
    ("cwt/measures/62d.sql", "<= 38 THEN", "<= 39 THEN"),
    (
        "cwt/measures/62d.sql",
        "treatment_modality = '98'",
        "treatment_modality = '89'",
    ),
    ("cwt/measures/fds.sql", "1.0 AS share", "0.5 AS share"),
    ("cwt/lookups/allocation.csv", "yes,no,no,4,0,1", "yes,no,no,4,1,0"),
    (
        "cwt/lookups/event_stages.csv",
        "01,First Treatment",
        "11,First Treatment",
    ),
];

#[test]
fn a_wrong_letter_in_the_rules_is_said_before_a_figure() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    let files = clockstop::rulebook::Files::embedded();
    let mut silent = Vec::new();
    for (number, (path, right, wrong)) in SLIPS.iter().enumerate() {
        let text = files.get(path).unwrap();
        if !text.contains(right) {
            silent.push(format!("{path} no longer holds `{right}`"));
            continue;
        }
        let rules = format!("rules-{number}");
        folder.file(&format!("{rules}/{path}"), text.replace(right, wrong));
        let ran = folder.run(&[
            "run",
            "upload.csv",
            "--month",
            "2026-10",
            "--rules",
            &rules,
            "--out",
            "out",
        ]);
        if ran.code != 2 || folder.path("out/run.json").exists() {
            silent.push(format!(
                "{path}: `{wrong}` gave exit {}: {}",
                ran.code, ran.stderr
            ));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
