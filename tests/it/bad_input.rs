//! Bad input gets a clear error and its exit code, never a panic, never a half-written file.

use crate::kit::{Folder, TOLD, fields, upload_line, with};

#[test]
fn what_cannot_be_read_or_recognised_exits_with_3_and_says_what_to_do() {
    let folder = Folder::new();
    folder
        .file("empty.csv", "")
        .file("blank.csv", "\n\n  \n")
        .file("notes.csv", "name,colour\nx,y\n")
        .file("picture.csv", [0x89, b'P', b'N', b'G', 0, 1, 2, 3])
        .file("not-a-workbook.xlsx", "this is text\n")
        .file("broken.xlsx", b"PK\x03\x04 and then nothing of use")
        .file("scr.csv", "CARE_ID,PATIENT_ID,NHS No\n1,2,3\n")
        .file("quote.csv", format!("{}\na,\"b\nc,d\n", vec!["x"; 54].join(",")))
        .file("none/readme.md", "");
    for (file, words) in [
        ("missing.csv", "there is no such file"),
        ("empty.csv", "is empty"),
        ("blank.csv", "is empty"),
        ("notes.csv", "is not a known export"),
        ("picture.csv", "is a picture (PNG)"),
        ("not-a-workbook.xlsx", "is not a known export"),
        ("broken.xlsx", "cannot be unpacked ("),
        ("scr.csv", "does not match source `scr`"),
        ("quote.csv", "row 2: a quotation mark is opened and never closed"),
        ("none", "holds no CSV or Excel file"),
    ] {
        for command in ["waits", "check", "performance"] {
            let run = folder.run(&[command, file]);
            assert_eq!(run.code, 3, "{file}: {}", run.stderr);
            assert!(run.stderr.contains(words), "{file}: {}", run.stderr);
            assert!(run.stderr.starts_with("error: "), "{file}: {}", run.stderr);
            assert!(run.stdout.is_empty(), "{file}: {}", run.stdout);
        }
    }
}

#[test]
fn the_message_about_an_unknown_file_names_what_is_missing_and_what_is_unexpected() {
    let folder = Folder::new();
    folder.file(
        "march.csv",
        "CARE_ID,PATIENT_ID,N2_9_FIRST_SEEN_DATE,NHS No\n1,2,2026-03-01,\n",
    );
    let run = folder.run(&["check", "march.csv"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr
            .contains("`march.csv` does not match source `scr`, table `referrals`: missing"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("unexpected `NHS No`"), "{}", run.stderr);
}

#[test]
fn what_is_typed_wrong_exits_with_2() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    for (arguments, words) in [
        (vec!["run", "upload.csv", "--month", "2026-13"], "is not a month"),
        (vec!["run", "upload.csv", "--month", "october"], "is not a month"),
        (vec!["run", "upload.csv", "--month", "2027-01"], "has not begun"),
        (
            vec!["run", "upload.csv", "--month", "2026-10", "--provider", "QQQ"],
            "no record is of trust `QQQ`",
        ),
        (
            vec!["run", "upload.csv", "--month", "2026-10", "--provider", "R"],
            "is not a trust",
        ),
        (vec!["run", "upload.csv"], "--month"),
        (
            vec!["check", "upload.csv", "--source", "sc"],
            "there is no source `sc`",
        ),
        (
            vec!["check", "upload.csv", "--select", "CWT-Z"],
            "no check id begins with `CWT-Z`",
        ),
        (vec!["explain", "CWT-O80"], "there is no check `CWT-O80`"),
        (
            vec!["check", "upload.csv", "--rules", "nowhere"],
            "does not exist",
        ),
        (
            vec!["check", "upload.csv", "--data-set", "cosd9"],
            "there is no data set `cosd9`",
        ),
        (vec!["chek", "upload.csv"], "unrecognized subcommand"),
    ] {
        let run = folder.run(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn rows_of_another_width_are_set_aside_and_told_by_row() {
    let folder = Folder::new();
    let good = crate::kit::upload_line(TOLD);
    folder.file(
        "upload.csv",
        format!("{good}\n{good},extra\nonly,three,cells\n{good}\n"),
    );
    let run = folder.run(&["waits", "upload.csv"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("4 rows = 2 mapped + 2 set aside"),
        "{}",
        run.stderr
    );
    let findings = folder.run(&["check", "upload.csv", "--select", "CWT-F"]).rows();
    let places: Vec<(&str, &str)> = findings
        .iter()
        .map(|row| (row["check"].as_str(), row["row"].as_str()))
        .collect();
    assert_eq!(places, [("CWT-F002", "2"), ("CWT-F002", "3")]);
}

#[test]
fn an_upload_with_a_heading_row_is_read_and_told() {
    let folder = Folder::new();
    folder.file(
        "upload.csv",
        format!(
            "{}\n{}\n",
            crate::kit::fields().join(","),
            crate::kit::upload_line(TOLD)
        ),
    );
    let waits = folder.run(&["waits", "upload.csv", "--source", "ncwtmds"]).rows();
    assert_eq!((waits.len(), waits[0]["row"].as_str()), (1, "2"));
    let findings = folder
        .run(&["check", "upload.csv", "--source", "ncwtmds", "--select", "CWT-F"])
        .rows();
    assert_eq!(
        (findings[0]["check"].as_str(), findings[0]["row"].as_str()),
        ("CWT-F001", "1")
    );
    // Headings in the words of the Data Dictionary are headings too.
    let rulebook = clockstop::rulebook::Rulebook::load(None, "cwt").unwrap();
    let titles: Vec<String> = rulebook
        .upload_fields()
        .map(|field| field.title.replace(',', ""))
        .collect();
    folder.file(
        "upload.csv",
        format!("{}\n{}\n", titles.join(","), crate::kit::upload_line(TOLD)),
    );
    let findings = folder.run(&["check", "upload.csv", "--select", "CWT-F"]).rows();
    assert_eq!(
        (
            findings.len(),
            findings[0]["check"].as_str(),
            findings[0]["row"].as_str()
        ),
        (1, "CWT-F001", "1")
    );
}

#[test]
fn an_unreadable_cell_is_blank_and_a_finding_and_nothing_else() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[&with(TOLD, &[("fdp_end_date", "31/02/2026")])]);
    let run = folder.run(&["check", "upload.csv"]);
    let rejects: Vec<(String, String)> = run
        .rows()
        .iter()
        .filter(|row| row["severity"] == "reject")
        .map(|row| (row["check"].clone(), row["fields"].clone()))
        .collect();
    assert_eq!(
        rejects,
        [("CWT-S012".to_string(), "fdp_end_date".to_string())],
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("31/02"), "a value is shown: {}", run.stdout);
    assert_eq!(run.code, 1);
}

#[test]
fn an_output_that_cannot_be_written_exits_with_4_and_leaves_nothing() {
    let folder = Folder::new();
    folder
        .upload("upload.csv", &[TOLD])
        .file("taken", "a file where a folder should be");
    let run = folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "taken"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let run = folder.run(&["waits", "upload.csv", "-o", "no/such/folder/waits.csv"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    std::fs::create_dir_all(folder.path("out/pack-2026-10.xlsx")).unwrap();
    let run = folder.run(&["run", "upload.csv", "--month", "2026-10", "--out", "out"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(
        folder.names("out").iter().all(|name| !name.ends_with(".part")),
        "{:?}",
        folder.names("out")
    );
}

#[test]
fn a_file_given_twice_is_refused_since_it_would_be_counted_twice() {
    let folder = Folder::new();
    folder.upload("in/upload.csv", &[TOLD]);
    let run = folder.run(&["check", "in", "in/upload.csv"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr
            .contains("is given twice: its records would be counted twice"),
        "{}",
        run.stderr
    );
}

#[test]
fn headings_of_another_system_over_an_upload_are_told_as_headings() {
    let folder = Folder::new();
    let headings: Vec<String> = (0..54).map(|number| format!("Field {number}")).collect();
    folder.file(
        "upload.csv",
        format!("{}\n{}\n", headings.join(","), upload_line(TOLD)),
    );
    let run = folder.run(&["check", "upload.csv", "--select", "CWT-F"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout
            .ends_with("CWT-F001,reject_file,upload.csv,1,,,The upload file starts with a row of headings\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn an_upload_of_another_width_is_told_row_by_row_when_its_source_is_named() {
    let folder = Folder::new();
    let short: String = upload_line(TOLD).rsplit_once(',').unwrap().0.to_string();
    folder.file("upload.csv", format!("{short}\n{short}\n"));
    assert_eq!(folder.run(&["check", "upload.csv"]).code, 3);
    let run = folder.run(&["check", "upload.csv", "--source", "ncwtmds"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.rows()
            .iter()
            .map(|row| (row["check"].as_str(), row["row"].as_str()))
            .collect::<Vec<_>>(),
        [("CWT-F002", "1"), ("CWT-F002", "2")]
    );
}

/// A file renamed onto a device would take its place: `-o /dev/null` must not cost the machine its null
/// device.
#[cfg(unix)]
#[test]
fn a_pipe_or_a_link_is_written_to_and_stays_what_it_is() {
    let folder = Folder::new();
    folder.file("real.csv", "old");
    std::os::unix::fs::symlink(folder.path("real.csv"), folder.path("link.csv")).unwrap();
    assert_eq!(folder.run(&["rules", "list", "-o", "link.csv"]).code, 0);
    assert!(folder.path("link.csv").is_symlink());
    let written = std::fs::read_to_string(folder.path("real.csv")).unwrap();
    assert!(written.starts_with("check,name,severity"), "{written}");

    let pipe = folder.path("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for format in ["csv", "xlsx"] {
        let read = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read(pipe).unwrap()
        });
        assert_eq!(
            folder
                .run(&["rules", "list", "--format", format, "-o", "pipe"])
                .code,
            0
        );
        assert!(read.join().unwrap().len() > 10_000);
        assert!(!pipe.is_file(), "the pipe has become a file");
    }
    assert_eq!(folder.names("."), ["link.csv", "pipe", "real.csv"]);
}

/// A workbook of headings in row 2, a record in rows 3 and 5, and one more cell.
fn workbook_with(row: u32, column: u16, cell: &str) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (place, (field, value)) in (0..).zip(fields().iter().zip(upload_line(TOLD).split(','))) {
        sheet.write_string(1, place, field).unwrap();
        sheet.write_string(2, place, value).unwrap();
        sheet.write_string(4, place, value).unwrap();
    }
    sheet.write_string(row, column, cell).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_stray_cell_far_away_in_a_sheet_is_named_and_one_of_spaces_is_nothing() {
    let folder = Folder::new();
    folder
        .file("far.xlsx", workbook_with(1_048_575, 16_383, "x"))
        .file("down.xlsx", workbook_with(1_048_575, 200, "x"))
        .file("spaces.xlsx", workbook_with(1_048_575, 16_383, "  "));
    let said = |file| {
        let run = folder.run(&["waits", file]);
        (run.code, run.stderr)
    };
    let rest = "too far for a table of records: clear the stray cells there, and save the file\n";
    assert_eq!(
        said("far.xlsx"),
        (
            3,
            format!("error: `far.xlsx`, sheet `Sheet1`: its filled cells reach to `XFD1048576`, {rest}")
        )
    );
    assert_eq!(
        said("down.xlsx"),
        (
            3,
            format!("error: `down.xlsx`, sheet `Sheet1`: its filled cells reach to `GS1048576`, {rest}")
        )
    );
    let run = folder.run(&["waits", "spaces.xlsx"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("3 rows = 2 mapped + 1 set aside"),
        "{}",
        run.stderr
    );
    let rows: Vec<String> = run
        .rows()
        .iter()
        .filter(|row| row["standard"] == "FDS")
        .map(|row| row["row"].clone())
        .collect();
    assert_eq!(rows, ["3", "5"]);
}
