//! A folder of rules that is hostile or has a slip: it is refused, and never keeps the machine busy without
//! end.

use super::{REFERRALS, waits};
use crate::kit::Folder;

fn refused(folder: &Folder, arguments: &[&str], words: &str) {
    folder.file("referrals.csv", REFERRALS);
    let (_, run) = waits(
        folder,
        &[&["referrals.csv", "--rules", "ours"], arguments].concat(),
    );
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_and_pipes_are_refused() {
    let folder = Folder::new();
    folder.file("ours/cwt/checks/README.md", "");
    std::os::unix::fs::symlink(folder.path("ours"), folder.path("ours/cwt/back")).unwrap();
    refused(&folder, &[], "does a link lead back to a folder above it?");
    std::fs::remove_file(folder.path("ours/cwt/back")).unwrap();
    let pipe = folder.path("ours/cwt/checks/pipe.toml");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    refused(&folder, &[], "is a device or a pipe, not a file");
}

#[test]
fn sql_without_end_or_with_endless_padding_is_stopped_with_a_message() {
    let fds = include_str!("../../../rules/cwt/measures/fds.sql");
    let folder = Folder::new();
    let endless = format!(
        "WITH endless AS (SELECT COUNT(*) AS many FROM tumour_groups AS a CROSS JOIN tumour_groups AS b CROSS JOIN tumour_groups AS c CROSS JOIN tumour_groups AS d CROSS JOIN tumour_groups AS e), {}",
        fds[fds.find("WITH").unwrap() + 4..].trim_start().replacen(
            "FROM records",
            "FROM records CROSS JOIN endless",
            1
        )
    );
    folder.file("ours/cwt/measures/fds.sql", endless);
    refused(
        &folder,
        &["--max-seconds", "1"],
        "`rules/cwt/measures/fds.sql` takes more than 1 s",
    );
    let padded = fds.replacen("SELECT", "SELECT lpad('x', 2000000000, 'y') AS long,", 1);
    folder.file("ours/cwt/measures/fds.sql", padded);
    refused(&folder, &[], "`lpad` pads to a number of at most 1000 letters");
}

#[test]
fn lint_finds_a_mapping_that_compares_a_column_without_saying_what_it_holds() {
    let folder = Folder::new();
    let source =
        include_str!("../../../rules/sources/scr.toml").replacen("FDPLANNEDINTERVAL = \"flag\"\n", "", 1);
    folder.file("ours/sources/scr.toml", source);
    let run = folder.run(&["rules", "lint", "--rules", "ours"]);
    assert!(
        run.stdout
            .contains("source `scr` compares `FDPLANNEDINTERVAL` with values and does not say what it holds"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}
