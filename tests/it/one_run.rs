//! A folder holds the files of one run, whatever stops a run and whoever else writes there.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::kit::Folder;

/// Two months of an upload file, so that two runs differ.
fn exports() -> Folder {
    let folder = Folder::new();
    for (seed, file) in [("1", "first.csv"), ("2", "second.csv")] {
        let made = folder.run(&[
            "synth", "--source", "ncwtmds", "--rows", "60", "--seed", seed, "-o", file,
        ]);
        assert_eq!(made.code, 0, "{}", made.stderr);
    }
    folder
}

fn arguments(file: &str) -> [&str; 11] {
    [
        "run",
        file,
        "--month",
        "2026-10",
        "--as-at",
        "2026-11-24",
        "--out",
        "out",
        "--fail-on",
        "never",
        "--provider=RZZ",
    ]
}

fn start(folder: &Folder, file: &str) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin("clockstop"))
        .current_dir(folder.path("."))
        .args(arguments(file))
        .env_remove("CLOCKSTOP_RULES")
        .env_remove("CLOCKSTOP_KEY_FILE")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn whole(folder: &Folder, file: &str) {
    let run = folder.run(&arguments(file));
    assert_eq!(run.code, 0, "{}", run.stderr);
}

/// The folder verifies, and holds nothing but its seven files.
fn is_one_run(folder: &Folder, when: &str) {
    let verified = folder.run(&["verify", "out"]);
    assert_eq!(verified.code, 0, "{when}: {}{}", verified.stdout, verified.stderr);
    assert_eq!(folder.names("out").len(), 7, "{when}: {:?}", folder.names("out"));
}

#[test]
fn verify_names_what_is_changed_missing_or_of_another_run() {
    let folder = exports();
    whole(&folder, "first.csv");
    is_one_run(&folder, "after a run");
    let worklist = std::fs::read(folder.path("out/worklist-2026-10.xlsx")).unwrap();
    folder
        .file("out/worklist-2026-10.xlsx", [&worklist[..], b"x"].concat())
        .file("out/upload-2026-10-2.csv", "")
        .file("out/pack-2026-09.xlsx", "")
        .file("out/notes.txt", "");
    std::fs::remove_file(folder.path("out/pack-2026-10.xlsx")).unwrap();
    let run = folder.run(&["verify", "out"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let rows: Vec<String> = run
        .rows()
        .iter()
        .map(|row| format!("{} {}", row["file"], row["standing"]))
        .collect();
    assert_eq!(
        rows,
        [
            "upload-2026-10.csv same",
            "submission-2026-10.xlsx same",
            "worklist-2026-10.xlsx changed",
            "pack-2026-10.xlsx missing",
            "report-2026-10.html same",
            "notes.txt other",
            "pack-2026-09.xlsx other",
            "upload-2026-10-2.csv foreign",
        ]
    );
    let run = folder.run(&["verify", "."]);
    assert_eq!(run.code, 3, "{}", run.stderr);
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_the_old_run_or_the_new_one() {
    let folder = exports();
    let began = Instant::now();
    whole(&folder, "first.csv");
    let long = began.elapsed();
    for kill in 0..12u32 {
        let file = if kill % 2 == 0 { "second.csv" } else { "first.csv" };
        let mut child = start(&folder, file);
        std::thread::sleep(long.mul_f64(0.5 + 0.05 * f64::from(kill)));
        child.kill().unwrap();
        child.wait().unwrap();
        // A run that is killed may leave the file of its lock. Nobody holds it then.
        if let Ok(lock) = std::fs::File::open(folder.path("out/.clockstop.lock")) {
            lock.try_lock().unwrap();
            std::fs::remove_file(folder.path("out/.clockstop.lock")).unwrap();
        }
        is_one_run(&folder, &format!("after kill {kill}"));
    }
}

#[test]
fn a_run_that_was_stopped_while_its_files_moved_is_finished_by_verify_and_by_the_next_run() {
    for next in ["verify", "run"] {
        let folder = exports();
        whole(&folder, "first.csv");
        std::fs::rename(folder.path("out"), folder.path("old")).unwrap();
        whole(&folder, "second.csv");
        // What the kill leaves: half of the new files at their names, the others and the record ready.
        let ready = folder.path("old/.clockstop-ready");
        std::fs::create_dir_all(&ready).unwrap();
        for name in folder.names("out") {
            let early = name.starts_with("pack") || name.starts_with("submission");
            let to = if early { folder.path("old") } else { ready.clone() };
            std::fs::rename(folder.path("out").join(&name), to.join(&name)).unwrap();
        }
        std::fs::remove_dir(folder.path("out")).unwrap();
        std::fs::rename(folder.path("old"), folder.path("out")).unwrap();
        if next == "verify" {
            let run = folder.run(&["verify", "out"]);
            assert!(
                run.stderr.contains("was stopped while its files were moved"),
                "{}",
                run.stderr
            );
        } else {
            whole(&folder, "first.csv");
        }
        is_one_run(&folder, next);
    }
}

#[test]
fn a_folder_in_the_place_of_a_file_of_the_run_changes_nothing() {
    let folder = exports();
    whole(&folder, "first.csv");
    let before = std::fs::read(folder.path("out/worklist-2026-10.xlsx")).unwrap();
    std::fs::remove_file(folder.path("out/run.json")).unwrap();
    std::fs::create_dir(folder.path("out/run.json")).unwrap();
    let run = folder.run(&arguments("second.csv"));
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("`out/run.json` cannot be written: a folder has that name"),
        "{}",
        run.stderr
    );
    assert_eq!(
        std::fs::read(folder.path("out/worklist-2026-10.xlsx")).unwrap(),
        before
    );
    assert_eq!(folder.names("out").len(), 7);
}

#[test]
fn of_two_runs_at_once_one_writes_and_the_other_reads_who_does() {
    let folder = exports();
    for attempt in 0..5 {
        let runs = [start(&folder, "first.csv"), start(&folder, "second.csv")];
        let ends: Vec<_> = runs
            .into_iter()
            .map(|run| run.wait_with_output().unwrap())
            .collect();
        let mut codes: Vec<_> = ends.iter().map(|end| end.status.code()).collect();
        codes.sort();
        assert!(
            [vec![Some(0), Some(0)], vec![Some(0), Some(4)]].contains(&codes),
            "{attempt}: {codes:?}"
        );
        for refused in ends.iter().filter(|end| end.status.code() == Some(4)) {
            let said = String::from_utf8_lossy(&refused.stderr);
            assert!(
                said.contains("another clockstop (process ") && said.contains(", since "),
                "{said}"
            );
        }
        is_one_run(&folder, &format!("attempt {attempt}"));
    }
}

#[test]
fn a_lock_that_a_stopped_run_left_does_not_stop_the_next() {
    let folder = exports();
    folder.file("out/.clockstop.lock", "process 1 on elsewhere");
    folder.file("out/.clockstop-run-abc/pack-2026-10.xlsx", "half");
    let began = Instant::now();
    whole(&folder, "first.csv");
    assert!(began.elapsed() < Duration::from_secs(60));
    is_one_run(&folder, "after the run");
}
