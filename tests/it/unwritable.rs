//! Outputs that cannot be written end in exit code 4 and name what could not be; a pipe that is closed early
//! ends nothing. `/dev/full` is a disk without room: it is only ever opened for writing, or behind a link of
//! the test's own.
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

/// Runs the program where no file may grow beyond `kilobytes`, which is to it as a full disk is.
fn without_room(folder: &Folder, kilobytes: u32, arguments: &[&str]) -> (Option<i32>, String) {
    let limited = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"");
    let output = Command::new("bash")
        .current_dir(folder.path("."))
        .args(["-c", &limited, "bash"])
        .arg(assert_cmd::cargo::cargo_bin("clockstop"))
        .args(arguments)
        .env_remove("CLOCKSTOP_RULES")
        .env_remove("CLOCKSTOP_KEY_FILE")
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_file_that_has_no_room_is_named_in_one_line_and_nothing_is_left_of_it() {
    let day = ["--as-at", "2026-11-24"];
    let run = ["run", "upload.csv", "--month", "2026-10", "--out", "made"];
    let folder = exports("3000");
    for (arguments, kilobytes, named) in [
        (&run[..], 16, "`made/upload-2026-10.csv`"),
        (&run[..], 40, "`made/submission-2026-10.xlsx`"),
        (
            &["synth", "--source", "scr", "--rows", "2000", "-o", "made"][..],
            16,
            "`made/referrals.csv`",
        ),
        (
            &["ptl", "upload.csv", "--out", "made"],
            8,
            "`made/ptl-2026-11-24.xlsx`",
        ),
        (
            &["waits", "upload.csv", "-o", "made/waits.csv"],
            16,
            "`made/waits.csv`",
        ),
        (
            &["check", "upload.csv", "--summary", "-o", "made/found.csv"],
            1,
            "`made/found.csv`",
        ),
        (
            &["records", "upload.csv", "-o", "made/records.csv"],
            16,
            "`made/records.csv`",
        ),
        (
            &["performance", "upload.csv", "-o", "made/lines.csv"],
            16,
            "`made/lines.csv`",
        ),
        (
            &["rules", "list", "-o", "made/checks.csv"],
            1,
            "`made/checks.csv`",
        ),
        (
            &["rules", "list", "--format", "xlsx", "-o", "made/checks.xlsx"],
            1,
            "`made/checks.xlsx`",
        ),
    ] {
        std::fs::create_dir_all(folder.path("made")).unwrap();
        let with_day = if ["synth", "rules"].contains(&arguments[0]) {
            &day[..0]
        } else {
            &day[..]
        };
        let (code, said) = without_room(&folder, kilobytes, &[arguments, with_day].concat());
        assert_eq!(code, Some(4), "{arguments:?}: {said}");
        let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("error:")).collect();
        assert_eq!(errors.len(), 1, "{arguments:?}: {said}");
        assert!(
            errors[0].starts_with(&format!("error: {named} cannot be written: "))
                && !said.contains("panicked"),
            "{arguments:?}: {said}"
        );
        assert_eq!(folder.names("made"), [""; 0], "{arguments:?}");
    }
}

#[test]
fn a_run_record_that_is_a_device_without_room_leaves_the_folder_as_it_was() {
    let folder = exports("100");
    std::fs::create_dir_all(folder.path("out")).unwrap();
    symlink(FULL, folder.path("out/run.json")).unwrap();
    let run = folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "out"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(
        run.stderr.contains(&format!("error: `out/run.json` {NO_ROOM}")),
        "{}",
        run.stderr
    );
    assert_eq!(folder.names("out"), ["run.json"]);
    use std::os::unix::fs::FileTypeExt;
    assert!(std::fs::metadata(FULL).unwrap().file_type().is_char_device());
}

#[test]
fn a_number_of_threads_that_is_none_and_few_file_handles_end_in_one_line() {
    let folder = exports("100");
    for threads in ["0", "-1", "many", ""] {
        let output = program(&folder, &["waits", "upload.csv"])
            .env("POLARS_MAX_THREADS", threads)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{threads}: {said}");
        assert!(
            said.starts_with("error: the environment variable `POLARS_MAX_THREADS`"),
            "{said}"
        );
    }
    for handles in [4, 6, 9, 12, 16, 24, 36] {
        let output = Command::new("bash")
            .current_dir(folder.path("."))
            .args(["-c", &format!("ulimit -n {handles}; exec \"$@\""), "bash"])
            .arg(assert_cmd::cargo::cargo_bin("clockstop"))
            .args([
                "run",
                "upload.csv",
                "--month",
                "2026-10",
                "--as-at",
                "2026-11-24",
                "--out",
                "few",
            ])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        // The loader itself needs some: below that the program does not begin.
        if said.contains("error while loading shared libraries") {
            continue;
        }
        let code = output.status.code().unwrap_or(-1);
        assert!(
            (0..=5).contains(&code) && !said.contains("panicked"),
            "{handles}: {code} {said}"
        );
    }
}

#[test]
fn little_memory_ends_in_one_line_before_anything_is_read() {
    let folder = exports("100");
    for kilobytes in [400_000, 800_000, 1_100_000] {
        let output = Command::new("bash")
            .current_dir(folder.path("."))
            .args(["-c", &format!("ulimit -v {kilobytes}; exec \"$@\""), "bash"])
            .arg(assert_cmd::cargo::cargo_bin("clockstop"))
            .args(["waits", "upload.csv"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("error while loading shared libraries") {
            continue;
        }
        assert_eq!(output.status.code(), Some(2), "{kilobytes}: {said}");
        assert!(said.contains("MB of memory, but 1200 MB are needed"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
