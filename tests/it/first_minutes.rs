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
        (
            "inputs = 3\n",
            "`clockstop.toml`, line 1: `inputs` needs texts in quotation marks",
        ),
        (
            "# ours\n[look]\nmain_colour = \"#FFCC00\"\nlogo = 3\n",
            "`clockstop.toml`, line 4: `logo` needs a text",
        ),
        (
            "[look]\nprovider = \"RZZ\"\n",
            "`clockstop.toml`, line 2: `provider` belongs above the first table",
        ),
        (
            "\n[pack]\nlogo = \"a.png\"\n",
            "`clockstop.toml`, line 3: `logo` belongs under `[look]`",
        ),
        (
            "[peeple]\nbooking = \"A. Person\"\n",
            "`clockstop.toml`, line 1: `[peeple]` is not a table: did you mean `people`?",
        ),
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

/// The settings of a trust, with one line that a test changes.
fn settings(folder: &Folder, tables: &str) {
    folder.file(
        "clockstop.toml",
        format!("provider = \"RZZ\"\ninputs = [\"exports\"]\n{tables}"),
    );
}

#[test]
fn a_mistake_in_the_tables_is_named_with_its_line_by_the_run_and_by_doctor() {
    let folder = Folder::new();
    folder.upload("exports/upload.csv", &[TOLD]);
    folder.file("logo.gif", "GIF89a");
    for (tables, said) in [
        (
            "[look]\nmain_colour = \"#FFCC00\"\n",
            "line 4: `main_colour` = `#FFCC00` has a contrast of 1.",
        ),
        (
            "[look]\n\nlink_colour = \"blue\"\n",
            "line 5: `link_colour` = `blue` is not a colour",
        ),
        (
            "[look]\nlogo = \"logo.png\"\n",
            "line 4: the logo `logo.png` cannot be read",
        ),
        (
            "[look]\nlogo = \"logo.gif\"\n",
            "line 4: the logo `logo.gif` is not a PNG",
        ),
        (
            "[pack]\npages = [\"matrix\", \"month\"]\n",
            "line 4: `month` is not a page of the pack: did you mean `months`?",
        ),
    ] {
        settings(&folder, tables);
        let run = folder.run(&["run", "--month", "2026-10", "--fail-on", "never"]);
        assert_eq!(run.code, 2, "{tables}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("`clockstop.toml`, {said}")),
            "{}",
            run.stderr
        );
        assert!(!folder.path("out").exists());
        let doctor = folder.run(&["doctor"]);
        assert!(
            doctor.stdout.contains("doubtful  look") && doctor.stdout.contains(said),
            "{}",
            doctor.stdout
        );
    }
}

#[test]
fn what_the_rules_do_not_know_is_said_and_has_no_effect() {
    let folder = Folder::new();
    folder.upload("exports/upload.csv", &[TOLD]);
    settings(
        &folder,
        "[pack]\nsites = [\"Brest\"]\n[people]\npathwya = \"A. Person\"\n",
    );
    let run = folder.run(&["run", "--month", "2026-10", "--fail-on", "never"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for said in [
        "line 4: no list of the rules has the site `Brest`, so it has no effect: did you mean `Breast`?",
        "line 6: no check has the owner `pathwya`, so it has no effect: did you mean `pathway`?",
    ] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn the_tables_that_init_writes_are_taken_when_their_marks_are_removed() {
    let folder = Folder::new();
    folder.run(&["init", "--provider", "RZZ", "--inputs", "exports"]);
    let text = std::fs::read_to_string(folder.path("clockstop.toml")).unwrap();
    let is_setting = |line: &&str| {
        let bare = line.trim_start_matches("# ").trim_start_matches('#');
        bare.starts_with('[') || bare.contains(" = ") || bare.trim_start().starts_with('"')
    };
    let bare: Vec<&str> = text
        .lines()
        .filter(is_setting)
        .map(|line| line.trim_start_matches("# ").trim_start_matches('#'))
        .collect();
    let logo = include_bytes!("../../src/output/icons/met.png");
    std::fs::write(folder.path("logo.png"), logo).unwrap();
    folder.file("clockstop.key", "a secret of sixteen characters");
    folder.file("rules/notes.txt", "nothing yet");
    folder.file("waivers.toml", "");
    folder.file("clockstop.toml", bare.join("\n"));
    let shown = folder.run(&["config", "show"]);
    assert_eq!(shown.code, 0, "{}\n{}", shown.stderr, bare.join("\n"));
    let rows = shown.rows();
    let of = |key: &str| {
        rows.iter()
            .find(|row| row["key"] == key)
            .unwrap_or_else(|| panic!("{key}: {}", shown.stdout))
    };
    assert_eq!(of("look.logo")["value"], "logo.png");
    assert!(of("people.booking")["origin"].starts_with("clockstop.toml, line "));
    assert!(
        of("pack.pages")["value"].contains("site-charts; waits"),
        "{}",
        shown.stdout
    );
    let doctor = folder.run(&["doctor"]);
    assert!(doctor.stdout.contains("ok        look"), "{}", doctor.stdout);
}

#[test]
fn a_watched_folder_makes_the_month_again_when_a_file_lands_and_a_failing_run_does_not_end_it() {
    let folder = Folder::new();
    folder.upload("exports/upload.csv", &[TOLD]);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("clockstop"))
        .current_dir(folder.path("."))
        .args([
            "run",
            "--month",
            "2026-10",
            "--provider",
            "RZZ",
            "--as-at",
            "2026-11-10",
            "--watch",
            "exports",
        ])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let mut next = || said.next().unwrap().unwrap();
    assert!(next().starts_with("watching  exports: "));
    let first = next();
    assert!(
        first.starts_with("run 1     `upload.csv`; 2026-10 of RZZ: 1 record, "),
        "{first}"
    );
    folder.file("exports/upload.csv", "not,an,upload\n1,2,3\n");
    let second = next();
    assert!(
        second.starts_with("run 2     `upload.csv`; failed, ") && second.contains("error: "),
        "{second}"
    );
    folder.upload("exports/upload.csv", &[TOLD, &with(TOLD, &[("ppi", "A2")])]);
    let third = next();
    assert!(third.contains("2026-10 of RZZ: 2 records, "), "{third}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(folder.run(&["verify", "out"]).code, 0);
    let run = folder.run(&["run", "--month", "2026-10", "--watch", "nowhere"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let run = folder.run(&["run", "--month", "2026-10", "--watch", "out", "--out", "out"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(
        folder.run(&["run", "--month", "2026-10"]).code,
        2,
        "without an input"
    );
}
