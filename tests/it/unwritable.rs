//! Outputs that cannot be written end in exit code 4 and name what could not be; a pipe that is closed early ends
//! nothing. `/dev/full` is a disk without room: it is only ever opened for writing, or behind a link of the test's own.
#![cfg(target_os = "linux")]

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::kit::Folder;

const FULL: &str = "/dev/full";
const NO_ROOM: &str = "cannot be written: No space left on device";

/// Records as an upload file.
fn exports(records: &str) -> Folder {
    let folder = Folder::new();
    let made = folder.run(&[
        "synth",
        "--source",
        "ncwtmds",
        "--rows",
        records,
        "--seed",
        "1",
        "-o",
        "upload.csv",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    folder
}

/// The program in the folder, its streams to be set.
fn program(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("clockstop"));
    command
        .current_dir(folder.path("."))
        .args(arguments)
        .env_remove("CLOCKSTOP_RULES")
        .env_remove("CLOCKSTOP_KEY_FILE");
    command
}

const TO_STDOUT: [&[&str]; 9] = [
    &["waits", "upload.csv", "--as-at", "2026-11-24"],
    &[
        "check",
        "upload.csv",
        "--as-at",
        "2026-11-24",
        "--fail-on",
        "never",
    ],
    &[
        "check",
        "upload.csv",
        "--as-at",
        "2026-11-24",
        "--fail-on",
        "never",
        "--format",
        "sarif",
    ],
    &["performance", "upload.csv", "--as-at", "2026-11-24"],
    &["records", "upload.csv", "--as-at", "2026-11-24"],
    &["why", "RZZ/P000000001", "upload.csv", "--as-at", "2026-11-24"],
    &["rules", "list"],
    &["explain", "CWT-O008"],
    &["--help"],
];

#[test]
fn a_full_disk_under_the_standard_output_exits_with_4() {
    let folder = exports("100");
    for arguments in TO_STDOUT {
        let full = std::fs::OpenOptions::new().write(true).open(FULL).unwrap();
        let output = program(&folder, arguments).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {said}");
        assert!(
            said.contains(&format!("error: the standard output {NO_ROOM}")),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_closed_pipe_is_the_end_of_the_reading_and_no_error() {
    let folder = exports("100");
    for arguments in TO_STDOUT {
        let mut child = program(&folder, arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(
            !said.contains("error:") && !said.contains("panicked"),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_file_that_has_no_room_is_named_and_exits_with_4() {
    let run = ["run", "upload.csv", "--month", "2026-10", "--out", "out"];
    let synth = [
        "synth", "--source", "scr", "--rows", "2000", "--seed", "1", "-o", "made",
    ];
    for (arguments, link, named) in [
        (
            &run[..],
            "out/.upload-2026-10.csv.part",
            "`out/upload-2026-10.csv`",
        ),
        (&run[..], "out/run.json", "`out/run.json`"),
        (&synth[..], "made/.referrals.csv.part", "`made/referrals.csv`"),
        (
            &["waits", "upload.csv", "-o", "waits.csv"],
            ".waits.csv.part",
            "`waits.csv`",
        ),
    ] {
        // So many that what is written of a month is more than a buffer holds.
        let folder = exports("2000");
        let link = folder.path(link);
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(FULL, &link).unwrap();
        let run = folder.run(arguments);
        assert_eq!(run.code, 4, "{named}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("error: {named} {NO_ROOM}")),
            "{named}: {}",
            run.stderr
        );
    }
    use std::os::unix::fs::FileTypeExt;
    assert!(std::fs::metadata(FULL).unwrap().file_type().is_char_device());
}
