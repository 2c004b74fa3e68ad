//! The first five minutes, and the settings of a folder.

use crate::kit::{Folder, TOLD, with};

#[test]
fn the_demonstration_makes_the_month_and_names_the_next_command() {
    let folder = Folder::new();
    let run = folder.run(&["demo"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("no real patients") && run.stderr.contains("clockstop init"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.run(&["verify", "demo/out"]).code, 0);
    assert_eq!(folder.run(&["demo"]).code, 0, "again, in the same folder");
    folder.file("mine/notes.txt", "of somebody's own");
    let run = folder.run(&["demo", "--out", "mine"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert_eq!(folder.names("mine"), ["notes.txt"]);
}

#[test]
fn after_init_the_month_is_enough_also_from_a_folder_below_and_what_is_typed_goes_first() {
    let folder = Folder::new();
    let run = folder.run(&["init", "--provider", "rzz", "--inputs", "exports"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(folder.names("."), ["clockstop-month.cmd", "clockstop.toml"]);
    let other = with(
        TOLD,
        &[
            ("ppi", "A2"),
            ("org_ppi_issuer", "RYY"),
            ("site_first_seen", "RYY01"),
            ("site_fdp_end", "RYY01"),
        ],
    );
    folder.upload("exports/upload.csv", &[TOLD, &other, &other]);
    let run = folder.run(&["run", "--month", "2026-10", "--fail-on", "never"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(folder.path("out/run.json").is_file());
    let record = std::fs::read_to_string(folder.path("out/run.json")).unwrap();
    assert!(record.contains("\"provider\": \"RZZ\""), "{record}");
    let run = folder.run(&[
        "run",
        "--month",
        "2026-10",
        "--provider",
        "RYY",
        "--out",
        "theirs",
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let record = std::fs::read_to_string(folder.path("theirs/run.json")).unwrap();
    assert!(record.contains("\"provider\": \"RYY\""), "{record}");
    assert_eq!(
        folder.run(&["init", "--provider", "RZZ"]).code,
        2,
        "a second time it would write over the first"
    );
    let shown = folder.run(&["config", "show"]);
    let provider = shown
        .rows()
        .into_iter()
        .find(|row| row["key"] == "provider")
        .unwrap();
    assert_eq!(
        (provider["value"].as_str(), provider["origin"].as_str()),
        ("RZZ", "clockstop.toml, line 5")
    );
}

#[test]
fn a_mistake_in_the_settings_is_named_with_its_line_and_doctor_still_runs() {
    let folder = Folder::new();
    for (text, said) in [
        (
            "provider = \"RZZ\"\nprovidr = \"RZZ\"\n",
            "`clockstop.toml`, line 2: `providr` is not a key",
        ),
        ("inputs = 3\n", "`clockstop.toml`, line 1: `inputs` needs a text"),
        ("provider = RZZ\n", "`clockstop.toml`, line 1: not valid TOML"),
    ] {
        folder.file("clockstop.toml", text);
        let run = folder.run(&["rules", "list"]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        let doctor = folder.run(&["doctor"]);
        assert_eq!(doctor.code, 1);
        assert!(doctor.stdout.contains(said), "{}", doctor.stdout);
    }
}

#[test]
fn doctor_and_clockstop_alone_say_what_is_missing_and_what_is_next() {
    let folder = Folder::new();
    let alone = |folder: &Folder| {
        let output = std::process::Command::new(assert_cmd::cargo::cargo_bin("clockstop"))
            .current_dir(folder.path("."))
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(alone(&folder).contains("clockstop demo"));
    assert_eq!(folder.run(&["doctor"]).code, 1);
    folder.run(&["init", "--provider", "RZZ", "--inputs", "exports"]);
    assert!(alone(&folder).contains("put the exports there"));
    let doctor = folder.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor.stdout.contains("missing   exports") && doctor.stdout.contains("missing   key"),
        "{}",
        doctor.stdout
    );
    folder.upload("exports/upload.csv", &[TOLD]);
    assert!(alone(&folder).contains("clockstop run --month "));
    let doctor = folder.run(&["doctor", "--rows"]);
    assert!(
        doctor
            .rows()
            .iter()
            .any(|row| row["what"] == "exports" && row["state"] == "ok"),
        "{}",
        doctor.stdout
    );
}

#[test]
fn a_dry_run_says_what_it_would_write_and_writes_nothing() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    let run = folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--out",
        "out",
        "--dry-run",
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("would write out: upload-2026-10.csv, "),
        "{}",
        run.stderr
    );
    assert_eq!(folder.names("."), ["upload.csv"]);
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = Folder::new();
    for shell in ["powershell", "bash", "zsh", "fish"] {
        let run = folder.run(&["completions", shell]);
        assert!(
            run.code == 0 && run.stdout.contains("worklist") && run.stdout.contains("carry-from"),
            "{shell}"
        );
    }
    let run = folder.run(&["man", "--out", "man"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        folder.names("man").contains(&"clockstop-run.1".to_string()),
        "{:?}",
        folder.names("man")
    );
    assert!(folder.run(&["man"]).stdout.contains(".TH clockstop 1"));
}
