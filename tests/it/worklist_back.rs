//! The worklist comes back: what people write into it is read from copies in any order and form, and goes on
//! to the next run.

use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::kit::{Folder, Run, TOLD, with};

const BOOK: &str = "out/worklist-2026-10.xlsx";

/// Two records that were told before they were received.
fn folder() -> Folder {
    let folder = Folder::new();
    export(&folder, &["A1", "A2"]);
    make(&folder, "2026-11-10");
    folder
}

fn export(folder: &Folder, faulty: &[&'static str]) {
    let record = |ppi: &'static str| {
        let date = if faulty.contains(&ppi) {
            "2026-09-01"
        } else {
            "2026-10-28"
        };
        with(TOLD, &[("ppi", ppi), ("fdp_end_date", date)])
    };
    let records: Vec<_> = ["A1", "A2"].map(record).into_iter().collect();
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
}

fn make(folder: &Folder, as_at: &str) -> Run {
    let run = folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--out",
        "out",
        "--as-at",
        as_at,
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// The rows of the sheet from its headings on.
fn rows(path: &Path, sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let text = |cell: &Data| match cell {
        Data::Float(number) => number.to_string(),
        other => other.to_string(),
    };
    range
        .rows()
        .map(|row| row.iter().map(text).collect::<Vec<String>>())
        .skip_while(|row| row[0] != "Id")
        .collect()
}

fn column(rows: &[Vec<String>], heading: &str) -> usize {
    rows[0]
        .iter()
        .position(|cell| cell == heading)
        .unwrap_or_else(|| panic!("no {heading}"))
}

/// The cells of a column by the pathway and check of their rows.
fn cells(path: &Path, heading: &str) -> Vec<(String, String)> {
    let rows = rows(path, "Worklist");
    let (pathway, check, wanted) = (
        column(&rows, "Pathway"),
        column(&rows, "Check"),
        column(&rows, heading),
    );
    let mut cells: Vec<(String, String)> = rows[1..]
        .iter()
        .map(|row| (format!("{} {}", row[pathway], row[check]), row[wanted].clone()))
        .collect();
    cells.sort();
    cells
}

/// What somebody types: pathway, heading, text.
type Typed<'a> = (&'a str, &'a str, &'a str);

/// A copy of the worklist with cells typed in, the rows turned round, as CSV.
fn edited(folder: &Folder, name: &str, typed: &[Typed]) {
    let mut rows = rows(&folder.path(BOOK), "Worklist");
    type_in(&mut rows, typed);
    rows[1..].reverse();
    let mut writer = csv::Writer::from_path(folder.path(name)).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
}

fn type_in(rows: &mut [Vec<String>], typed: &[Typed]) {
    let pathway = column(rows, "Pathway");
    for (of, heading, text) in typed {
        let column = column(rows, heading);
        for row in rows[1..].iter_mut().filter(|row| row[pathway] == *of) {
            row[column] = text.to_string();
        }
    }
}

fn has(path: &Path, heading: &str, pathway: &str, text: &str) {
    let cells = cells(path, heading);
    let of_pathway: Vec<_> = cells.iter().filter(|(row, _)| row.starts_with(pathway)).collect();
    assert!(!of_pathway.is_empty());
    assert!(
        of_pathway.iter().all(|(_, cell)| cell == text),
        "{heading} {pathway}: {cells:?}"
    );
}

#[test]
fn entries_come_back_from_a_sorted_csv_and_the_next_run_has_them_with_the_age_of_the_finding() {
    let folder = folder();
    edited(
        &folder,
        "copy.csv",
        &[
            ("RZZ/A1", "Status*", "In progress"),
            ("RZZ/A1", "Comment*", "asked the clinic; -1+1, \"quoted\""),
            ("RZZ/A1", "Assigned to*", "Anna"),
        ],
    );
    let run = folder.run(&["worklist", "read", "copy.csv", "--run", "out"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.rows().iter().all(|row| row["outcome"] == "taken"),
        "{}",
        run.stdout
    );
    make(&folder, "2027-01-09");
    let book = folder.path(BOOK);
    has(&book, "Status*", "RZZ/A1", "In progress");
    has(&book, "Comment*", "RZZ/A1", "asked the clinic; -1+1, \"quoted\"");
    has(&book, "Assigned to*", "RZZ/A1", "Anna");
    has(&book, "Status*", "RZZ/A2", "To do");
    has(&book, "Months open", "RZZ/A1", "1");
    assert_eq!(folder.run(&["verify", "out"]).code, 0);
}

#[test]
fn what_was_marked_as_corrected_and_still_fails_is_reopened_and_what_is_gone_and_comes_back_too() {
    let folder = folder();
    edited(
        &folder,
        "copy.csv",
        &[
            ("RZZ/A1", "Status*", "Corrected at source"),
            ("RZZ/A2", "Comment*", "typing error"),
        ],
    );
    folder.run(&["worklist", "read", "copy.csv", "--run", "out"]);
    let run = make(&folder, "2026-11-17");
    assert!(
        run.stderr.contains("reopened: marked as corrected"),
        "{}",
        run.stderr
    );
    has(&folder.path(BOOK), "Status*", "RZZ/A1", "Reopened");
    let with_fault = cells(&folder.path(BOOK), "Status*");
    export(&folder, &["A1"]);
    make(&folder, "2026-11-18");
    let without = cells(&folder.path(BOOK), "Status*");
    let gone: Vec<&String> = with_fault
        .iter()
        .map(|(row, _)| row)
        .filter(|row| without.iter().all(|(other, _)| other != *row))
        .collect();
    assert!(
        !gone.is_empty() && gone.iter().all(|row| row.starts_with("RZZ/A2")),
        "{gone:?}"
    );
    export(&folder, &["A1", "A2"]);
    make(&folder, "2026-11-19");
    for (heading, text) in [("Status*", "Reopened"), ("Comment*", "typing error")] {
        let back = cells(&folder.path(BOOK), heading);
        assert!(
            back.iter()
                .filter(|(row, _)| gone.contains(&row))
                .all(|(_, cell)| cell == text),
            "{back:?}"
        );
    }
}

#[test]
fn two_copies_that_say_different_things_are_a_conflict_and_both_are_kept() {
    let folder = folder();
    edited(
        &folder,
        "anna.csv",
        &[
            ("RZZ/A1", "Comment*", "seen by Anna"),
            ("RZZ/A2", "Status*", "Not a fault"),
        ],
    );
    edited(
        &folder,
        "ben.csv",
        &[
            ("RZZ/A1", "Comment*", "seen by Ben"),
            ("RZZ/A2", "Status*", "In progress"),
        ],
    );
    let run = folder.run(&["worklist", "read", "anna.csv", "ben.csv", "--run", "out"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.rows()
            .iter()
            .any(|row| row["outcome"] == "conflict" && row["file"] == "ben.csv"),
        "{}",
        run.stdout
    );
    make(&folder, "2026-11-17");
    has(
        &folder.path(BOOK),
        "Comment*",
        "RZZ/A1",
        "seen by Anna | seen by Ben",
    );
    has(&folder.path(BOOK), "Status*", "RZZ/A2", "Not a fault");
    has(&folder.path(BOOK), "Comment*", "RZZ/A2", "[Status: In progress]");
    // The same copies again say nothing new; one of an edition before takes nothing back.
    let again = folder.run(&["worklist", "read", "anna.csv", "ben.csv", "--run", "out"]);
    let taken: Vec<_> = again
        .rows()
        .into_iter()
        .filter(|row| row["outcome"] == "taken")
        .collect();
    assert!(taken.is_empty(), "{}", again.stdout);
}

#[test]
fn a_worklist_that_was_typed_into_and_not_read_back_is_read_by_the_run_that_replaces_it() {
    let folder = folder();
    let mut rows = rows(&folder.path(BOOK), "Worklist");
    type_in(&mut rows, &[("RZZ/A2", "Comment*", "typed and saved")]);
    workbook(&folder.path(BOOK), &rows);
    let run = make(&folder, "2026-11-17");
    assert!(
        run.stderr.contains("taken from `out/worklist-2026-10.xlsx`"),
        "{}",
        run.stderr
    );
    has(&folder.path(BOOK), "Comment*", "RZZ/A2", "typed and saved");
    // One that cannot be read stops the run, and stays.
    folder.file(BOOK, "not a workbook");
    let run = folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--out",
        "out",
    ]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(std::fs::read(folder.path(BOOK)).unwrap(), b"not a workbook");
}

#[test]
fn rows_that_cannot_be_matched_and_words_off_the_list_are_reported_and_kept() {
    let folder = folder();
    let mut rows = rows(&folder.path(BOOK), "Worklist");
    let (id, status, check) = (
        column(&rows, "Id"),
        column(&rows, "Status*"),
        column(&rows, "Check"),
    );
    rows[1][status] = "done".to_string();
    let mut strange = rows[1].clone();
    strange[id] = "F-ABCDEFGH".to_string();
    strange[status] = "Not a fault".to_string();
    let mut without = strange.clone();
    without[id] = String::new();
    let mut moved = rows[2].clone();
    moved[check] = "CWT-S001".to_string();
    moved[status] = "Not a fault".to_string();
    rows[2] = moved;
    rows.extend([strange, without]);
    workbook(&folder.path("copy.xlsx"), &rows);
    let run = folder.run(&["worklist", "read", "copy.xlsx", "--run", "out"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for outcome in ["not on the list", "unknown id", "without id", "mismatch"] {
        assert!(
            run.rows().iter().any(|row| row["outcome"] == outcome),
            "{outcome}: {}",
            run.stdout
        );
    }
    let state = std::fs::read_to_string(folder.path("out/worklist.json")).unwrap();
    assert!(
        state.contains("[Status: done]") && state.contains("F-ABCDEFGH"),
        "{state}"
    );
    let run = folder.run(&["worklist", "read", "upload.csv", "--run", "out"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(
        run.stderr.contains("`upload.csv` is not a worklist"),
        "{}",
        run.stderr
    );
}

/// A workbook of these rows, as another program would save it.
fn workbook(path: &Path, rows: &[Vec<String>]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Worklist").unwrap();
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32 + 2, column as u16, cell).unwrap();
        }
    }
    book.save(path).unwrap();
}

#[test]
fn the_worklist_survives_libreoffice_as_a_workbook_and_as_csv() {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!(
            "SKIPPED: LibreOffice (soffice) is not installed, so that the worklist was not saved by another \
            program"
        );
        return;
    }
    let folder = folder();
    for (form, saved) in [
        ("ods", "worklist-2026-10.ods"),
        ("xlsx", "lo/worklist-2026-10.xlsx"),
    ] {
        let mut rows = rows(&folder.path(BOOK), "Worklist");
        type_in(&mut rows, &[("RZZ/A1", "Comment*", &format!("saved as {form}"))]);
        rows[1..].reverse();
        workbook(&folder.path("worklist-2026-10.xlsx"), &rows);
        let to = if form == "ods" { "." } else { "lo" };
        convert(&folder, "worklist-2026-10.xlsx", form, to);
        let run = folder.run(&["worklist", "read", saved, "--run", "out"]);
        assert!(
            run.rows().iter().any(|row| row["outcome"] == "taken"),
            "{form}: {}{}",
            run.stdout,
            run.stderr
        );
        make(&folder, "2026-11-17");
        has(
            &folder.path(BOOK),
            "Comment*",
            "RZZ/A1",
            &format!("saved as {form}"),
        );
    }
    // The program's own workbook, saved by LibreOffice untouched, brings nothing.
    convert(&folder, BOOK, "xlsx", "lo");
    let run = folder.run(&["worklist", "read", "lo/worklist-2026-10.xlsx", "--run", "out"]);
    assert_eq!(
        (run.code, run.rows().len()),
        (0, 0),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

fn convert(folder: &Folder, file: &str, form: &str, to: &str) {
    let profile = format!(
        "-env:UserInstallation=file://{}",
        folder.path("profile").display()
    );
    let done = Command::new("soffice")
        .current_dir(folder.path("."))
        .args([&profile, "--headless", "--convert-to", form, "--outdir", to, file])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
