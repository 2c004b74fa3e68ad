//! Text files: encodings, marks, quotation marks, layouts, disguises, folders, and files without end.

use std::io::Write;

use super::{REFERRALS, TREATMENTS, clean, waits};
use crate::kit::{Folder, TOLD, upload_line};

fn with_treatments(name: &str, bytes: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.file(name, bytes).file("treatments.csv", TREATMENTS);
    folder
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// As SQL Server Management Studio saves results to a file.
fn fixed_width(text: &str) -> String {
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap().max(4);
    let line = |cells: Vec<String>| cells.join(" ") + "\r\n";
    let laid = |row: &Vec<&str>| {
        let cell = |(column, cell): (usize, &&str)| {
            let cell = if cell.is_empty() { "NULL" } else { cell };
            format!("{cell:<width$}", width = width(column))
        };
        line(row.iter().enumerate().map(cell).collect())
    };
    let ruler = line(
        (0..rows[0].len())
            .map(|column| "-".repeat(width(column)))
            .collect(),
    );
    let body: String = rows[1..].iter().map(laid).collect();
    format!(
        "\u{feff}{}{ruler}{body}\r\n({} rows affected)\r\n\r\n",
        laid(&rows[0]),
        rows.len() - 1
    )
}

#[test]
fn the_same_table_in_every_text_form_gives_the_same_waits() {
    let clean = clean();
    let wide = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let wider = |text: &str| {
        text.chars()
            .flat_map(|letter| (letter as u32).to_be_bytes())
            .collect::<Vec<u8>>()
    };
    let marked = format!("\u{feff}{REFERRALS}");
    for (name, bytes) in [
        ("mark.csv", marked.clone().into_bytes()),
        ("utf16.csv", wide(&marked)),
        ("utf16-no-mark.csv", wide(REFERRALS)),
        ("utf32.csv", wider(&marked)),
        ("utf32-no-mark.csv", wider(REFERRALS)),
        ("tabs.dat", REFERRALS.replace(',', "\t").into_bytes()),
        (
            "bars.csv",
            format!("#{}", REFERRALS.replace(',', "|")).into_bytes(),
        ),
        (
            "semicolons.csv",
            format!("sep=;\r\n{}", REFERRALS.replace(',', ";").replace('\n', "\r\n")).into_bytes(),
        ),
        (
            "title.csv",
            format!("Referrals, all sites, October 2026, draft\n\n{REFERRALS}").into_bytes(),
        ),
        ("trailing.csv", REFERRALS.replace('\n', ",\n").into_bytes()),
        (
            "trailing-rows.csv",
            REFERRALS
                .replace('\n', ",\n")
                .replacen(",\n", "\n", 1)
                .into_bytes(),
        ),
        (
            "trailing-heading.csv",
            REFERRALS.replacen('\n', ",\n", 1).into_bytes(),
        ),
        (
            "zero.csv",
            REFERRALS
                .replacen("RZZ01", "RZZ\0 01", 1)
                .replace("\0 ", "\0")
                .into_bytes(),
        ),
        (
            "twice.csv",
            format!("{REFERRALS}\u{feff}{REFERRALS}").into_bytes(),
        ),
        ("results.rpt", fixed_width(REFERRALS).into_bytes()),
        ("packed.csv.gz", gzip(REFERRALS)),
        (
            "packed.zip",
            zip(&[
                ("october/referrals.csv", REFERRALS.as_bytes()),
                ("notes.pdf", b"%PDF-1.7"),
            ]),
        ),
    ] {
        let folder = with_treatments(name, bytes);
        let (lines, run) = waits(&folder, &["."]);
        assert_eq!(lines, clean, "{name}: {}", run.stderr);
    }
}

#[test]
fn what_is_repaired_is_said() {
    for (name, bytes, words) in [
        (
            "zero.csv",
            REFERRALS.replacen("RZZ01", "RZZ\x0001", 1),
            "1 zero byte which text never has, first in line 2, field 8",
        ),
        (
            "trailing.csv",
            REFERRALS.replace('\n', ",\n").replacen(",\n", "\n", 1),
            "rows end with one delimiter too many",
        ),
        (
            "twice.csv",
            format!("{REFERRALS}\u{feff}x\n"),
            "byte order mark inside, in line 5",
        ),
        (
            "escaped.csv",
            REFERRALS.replacen("RZZ01,,,14", "RZZ01,,\"a \\\"b\\\" c\",14", 1),
            "with a backslash, first in line 3",
        ),
        (
            "results.rpt",
            fixed_width(REFERRALS),
            "is read as a table of fixed width",
        ),
    ] {
        let folder = with_treatments(name, bytes);
        let (_, run) = waits(&folder, &[name, "treatments.csv"]);
        assert!(run.stderr.contains(words), "{name}: {}", run.stderr);
    }
}

#[test]
fn quotation_marks_that_pair_by_accident_are_said_by_row() {
    let text = REFERRALS.replacen("RZZ01,,,14", "\"RZZ01,,,14", 1).replacen(
        "RZZ01,2026-08-30",
        "\"RZZ01,2026-08-30",
        1,
    );
    let folder = with_treatments("referrals.csv", text);
    let (_, run) = waits(&folder, &["referrals.csv", "treatments.csv"]);
    assert!(
        run.stderr.contains(
            "1 set aside: a quotation mark that is not closed joins it with later rows (1 line \
                end in one cell)"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_no_table_is_refused_by_what_it_is_and_what_to_do() {
    let upload = upload_line(TOLD);
    for (name, bytes, words) in [
        (
            "a.csv",
            "<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>".to_string(),
            "is a web page (HTML), whatever its name says: open it in Excel",
        ),
        (
            "a.xls",
            "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table>".to_string(),
            "is a web page (HTML)",
        ),
        (
            "b.csv",
            "%PDF-1.7 and so on".to_string(),
            "is a PDF document: export it again",
        ),
        (
            "c.csv",
            "[{\"CARE_ID\": 1}]".to_string(),
            "is a JSON file: export it again",
        ),
        (
            "d.xls",
            "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>".to_string(),
            "is an XML spreadsheet (Excel 2003): open it in Excel",
        ),
        (
            "e.csv",
            "<?xml version=\"1.0\"?><records/>".to_string(),
            "is an XML file of a layout that is not known",
        ),
        (
            "f.csv",
            "\u{feff}".to_string(),
            "a byte order mark and nothing else",
        ),
        (
            "g.csv",
            "CARE_ID~PATIENT_ID\n1~2\n".to_string(),
            "it has a single column",
        ),
        (
            "h.csv",
            format!("{upload},\n{upload},\n"),
            "every line ends with one delimiter too many",
        ),
        (
            "i.csv",
            "CARE_ID,PATIENT_ID\n1,2,2026-10-01,x\n2,3,2026-10-01,y\n".to_string(),
            "row 1 has 2 fields where 4 are expected (are these the headings?",
        ),
        (
            "j.csv",
            "1001,51,2026-10-01\n1002,52,2026-10-02\n".to_string(),
            "its first row holds values and no headings",
        ),
        (
            "n.xml",
            "<Envelope><Body><Row>1</Row></Body></Envelope>".to_string(),
            "is an XML file of a layout that is not known",
        ),
        ("k.csv", "x".repeat(2 << 20), "a first row of more than 1 MB"),
        ("l.csv", ",".repeat(100_000), "has 100001 columns"),
    ] {
        let folder = Folder::new();
        folder.file(name, bytes);
        let (_, run) = waits(&folder, &[name]);
        assert_eq!(run.code, 3, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{name}: {}", run.stderr);
        assert!(
            run.stderr.len() < 2000 && run.stderr.lines().count() == 1,
            "{name}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_folder_says_what_it_passes_over() {
    let folder = with_treatments("in/referrals.csv", REFERRALS);
    folder
        .file("in/macro.docm", "PK")
        .file("in/without ending", "CARE_ID")
        .file("in/old.bak", "x")
        .file("in/sub/more.csv", REFERRALS)
        .file("in/README.md", "what this is");
    let (lines, run) = waits(&folder, &["in"]);
    assert_eq!(lines.len(), 3);
    assert!(
        run.stderr.contains(
            "note: in folder `in`, not read: `macro.docm`, `old.bak`, `sub/`, `without ending`. Name a file"
        ),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_names_that_forge_lines_do_no_harm() {
    let folder = Folder::new();
    folder.file("in\nerror: all is lost\u{1b}[2J.csv", "a,b\n1,2\n");
    for (argument, words) in [
        ("/dev/zero", "is a device or a pipe, not a file"),
        ("in*", "is not a known export"),
    ] {
        let run = folder.run(&["check", argument]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert!(
            run.stderr.lines().count() == 1 && !run.stderr.contains('\u{1b}'),
            "{:?}",
            run.stderr
        );
    }
}

#[test]
fn a_file_above_the_limit_is_refused_and_the_flag_raises_it() {
    let folder = Folder::new();
    folder.file(
        "referrals.csv.gz",
        gzip(&format!("{REFERRALS}{}", "\n".repeat(2 << 20))),
    );
    let (_, run) = waits(&folder, &["referrals.csv.gz", "--max-size", "1"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("unpacks to more than 1 MB"), "{}", run.stderr);
    let (lines, run) = waits(&folder, &["referrals.csv.gz", "--max-size", "4"]);
    assert_eq!(lines.len(), 3, "{}", run.stderr);
}

#[test]
fn what_nobody_sees_keeps_no_row_from_its_pathway() {
    let cells = |around: fn(&str) -> String| -> String {
        let row = |line: &str| line.split(',').map(around).collect::<Vec<_>>().join(",");
        REFERRALS.lines().map(|line| row(line) + "\n").collect()
    };
    for (name, text, words) in [
        (
            "marks.csv",
            REFERRALS
                .lines()
                .map(|line| line.replacen(',', "\u{200b},", 1) + "\n")
                .collect(),
            "cells with marks that nobody sees",
        ),
        (
            "quotes.csv",
            cells(|cell| format!("'{cell}'")),
            "every cell stands between ' and '",
        ),
        (
            "spaced.csv",
            cells(|cell| format!(" \"{cell}\"")),
            "every cell stands between \" and \"",
        ),
        ("formulas.csv", cells(|cell| format!("=\"{cell}\"")), ""),
        (
            "nulls.csv",
            cells(|cell| {
                if cell.is_empty() {
                    "(null)".into()
                } else {
                    cell.into()
                }
            }),
            "with a word for no value",
        ),
        (
            "joined.csv",
            REFERRALS.replacen("\n1002", "\r1002", 1),
            "1 carriage return without a line feed, first in line 2",
        ),
    ] {
        let folder = with_treatments(name, text);
        let (waits, run) = waits(&folder, &[name, "treatments.csv"]);
        assert_eq!(waits, clean(), "{name}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{name}: {}", run.stderr);
    }
}

#[test]
fn a_misspelled_heading_is_said_with_the_column_that_is_missing() {
    let text = REFERRALS.replacen("N2_9_FIRST_SEEN_DATE", "N2_9_FIRST_SEEN_DTE", 1);
    let (_, run) = waits(&with_treatments("r.csv", text), &["r.csv", "treatments.csv"]);
    assert!(
        run.stderr.contains(
            "note: `r.csv`: column `N2_9_FIRST_SEEN_DTE` is not read; the file has no `N2_9_FIRST_SEEN_DATE`"
        ),
        "{}",
        run.stderr
    );
    let divided = REFERRALS.replacen("N2_9_FIRST_SEEN_DATE", "N29 First Seen Date", 1);
    let (waits, _) = waits(&with_treatments("r.csv", divided), &["r.csv", "treatments.csv"]);
    assert_eq!(waits, clean());
}

#[test]
fn an_old_export_beside_the_new_one_and_an_empty_one_are_said() {
    let folder = with_treatments("b.csv", REFERRALS);
    folder.file("a.csv", REFERRALS.replacen("RZZ01", "RZZ02", 1));
    let (_, run) = waits(&folder, &["a.csv", "b.csv", "treatments.csv"]);
    assert!(
        run.stderr.contains("1 of them differs (in `N1_3_ORG_CODE_SEEN`)"),
        "{}",
        run.stderr
    );
    let headings = TREATMENTS.lines().next().unwrap();
    let folder = with_treatments("r.csv", REFERRALS);
    folder.file("empty.csv", format!("{headings}\n"));
    let (_, run) = waits(&folder, &["r.csv", "empty.csv", "treatments.csv"]);
    assert!(
        run.stderr.contains("`empty.csv` holds its headings and no row"),
        "{}",
        run.stderr
    );
}

/// Events of the same pathways in two files differ in every row: they are two events each, and no old copy.
#[test]
fn events_of_the_same_pathways_in_two_files_are_no_old_export() {
    let events = |name: &str, date: &str, status: &str| {
        let row = |pathway: u32, date: &str| {
            format!("P{pathway},RZZ,999000001{pathway},2026-07-0{pathway},{date},{status}\n")
        };
        let rows: String = (1..5)
            .map(|pathway| row(pathway, &format!("{date}{pathway}")))
            .collect();
        let headings =
            "pathway_identifier,pathway_issuer,nhs_number,referral_received_date,event_date,rtt_status";
        (name.to_string(), format!("{headings}\n{rows}"))
    };
    let said = |files: [(String, String); 2]| {
        let folder = with_treatments("r.csv", REFERRALS);
        for (name, text) in files {
            folder.file(&name, text);
        }
        let (_, run) = waits(&folder, &["."]);
        run.stderr
    };
    let first = events("first.csv", "2026-08-0", "10");
    let stderr = said([first.clone(), events("ends.csv", "2026-09-0", "30")]);
    assert!(stderr.contains("ends.csv  4 rows"), "{stderr}");
    assert!(!stderr.contains("old export"), "{stderr}");
    let stderr = said([
        first.clone(),
        (
            "old.csv".to_string(),
            first.1.replacen("2026-08-01", "2026-08-11", 1),
        ),
    ]);
    assert!(stderr.contains("1 of them differs (in `EVENT_DATE`)"), "{stderr}");
}
