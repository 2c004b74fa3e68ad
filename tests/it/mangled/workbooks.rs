//! Workbooks: what a person sees in them is what is read, what cannot be seen is named, and none takes the
//! machine down.

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::text::zip;
use super::{REFERRALS, TREATMENTS, clean, waits};
use crate::kit::{Folder, TOLD, upload_line, with};

/// A sheet of the referrals, as text.
fn fill(sheet: &mut Worksheet) {
    for (row, line) in (0..).zip(REFERRALS.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
}

fn workbook(change: impl FnOnce(&mut Workbook)) -> Folder {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    change(&mut workbook);
    let folder = Folder::new();
    folder
        .file("referrals.xlsx", workbook.save_to_buffer().unwrap())
        .file("treatments.csv", TREATMENTS);
    folder
}

fn first(workbook: &mut Workbook) -> &mut Worksheet {
    workbook.worksheet_from_index(0).unwrap()
}

const BOTH: [&str; 2] = ["referrals.xlsx", "treatments.csv"];

#[test]
fn numbers_are_read_as_a_person_sees_them() {
    let folder = workbook(|workbook| {
        let two = Format::new().set_num_format("00");
        let sheet = first(workbook);
        for row in 1..4 {
            sheet.write_number_with_format(row, 3, 3.0, &two).unwrap();
            sheet.write_number_with_format(row, 4, 3.0, &two).unwrap();
        }
        sheet.write_number(3, 0, 1_003.000_000_000_000_9).unwrap();
    });
    let (lines, run) = waits(&folder, &BOTH);
    assert_eq!(lines, clean(), "{}", run.stderr);
}

#[test]
fn what_cannot_be_seen_in_a_workbook_is_named() {
    let folder = workbook(|workbook| {
        first(workbook)
            .write_formula(1, 8, Formula::new("=TODAY()").set_result(""))
            .unwrap();
        let old = workbook.add_worksheet().set_name("Old copy").unwrap();
        fill(old);
        old.set_hidden(true);
    });
    let (lines, run) = waits(&folder, &BOTH);
    assert_eq!(lines.len(), 5, "{}", run.stderr);
    assert!(
        run.stderr.contains("hidden sheets are not read: `Old copy`"),
        "{}",
        run.stderr
    );
}

/// A workbook of one sheet, from its XML.
fn raw(rows: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    zip(&[&parts[..], more].concat())
}

/// The referrals as XML rows, one cell of the first record replaced.
fn rows(replaced: &str) -> String {
    let mut xml = String::new();
    for (row, line) in (1..).zip(REFERRALS.lines()) {
        xml += "<row>";
        for (column, cell) in line.split(',').enumerate() {
            let letter = char::from(b'A' + column as u8);
            xml += &match (row, column) {
                (2, 8) => format!("<c r=\"{letter}{row}\" {replaced}</c>"),
                _ => format!("<c r=\"{letter}{row}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            };
        }
        xml += "</row>";
    }
    xml
}

#[test]
fn a_formula_without_its_value_and_a_stored_error_are_named_by_cell() {
    for (cell, words) in [
        (
            "><f>TODAY()</f>",
            "1 formula without a saved value, read as blank (I2)",
        ),
        (
            "t=\"e\"><f>NA()</f><v>#N/A</v>",
            "1 cell with an Excel error such as `#N/A`, read as blank (I2)",
        ),
    ] {
        let folder = Folder::new();
        folder
            .file("referrals.xlsx", raw(&rows(cell), &[]))
            .file("treatments.csv", TREATMENTS);
        let (_, run) = waits(&folder, &BOTH);
        assert!(run.code <= 1 && run.stderr.contains(words), "{}", run.stderr);
    }
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
    let bomb = "<row><c><v>1</v></c></row>".repeat(100_000);
    let strings = format!(
        "<?xml version=\"1.0\"?><sst xmlns=\"x\" uniqueCount=\"{}\"></sst>",
        u64::MAX / 16
    );
    for (bytes, words) in [
        (raw(&bomb, &[]), "unpacks to more than 1 MB"),
        (
            raw("", &[("xl/styles.xml", " ".repeat(2 << 20).as_bytes())]),
            "unpacks to more than 1 MB",
        ),
        (
            raw("", &[("xl/sharedStrings.xml", strings.as_bytes())]),
            "more shared strings than can be read",
        ),
        (
            raw("<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>", &[]),
            "outside the 1,048,576 rows and 16,384 columns",
        ),
    ] {
        let folder = Folder::new();
        folder.file("bomb.xlsx", bytes);
        let (_, run) = waits(&folder, &["bomb.xlsx", "--max-size", "1"]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
}

#[test]
fn an_upload_saved_as_a_workbook_keeps_the_columns_that_nobody_filled() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, cell) in (0..).zip(upload_line(TOLD).split(',')) {
        sheet.write_string(0, column, cell).unwrap();
    }
    let folder = Folder::new();
    folder
        .file("upload.xlsx", workbook.save_to_buffer().unwrap())
        .upload("upload.csv", &[TOLD]);
    let (lines, run) = waits(&folder, &["upload.xlsx"]);
    assert_eq!(lines, waits(&folder, &["upload.csv"]).0, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("of the 54 columns of source `ncwtmds` are empty"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_upload_that_excel_saved_again_is_said_to_be_one() {
    let folder = Folder::new();
    let turned = with(
        TOLD,
        &[("crtp_start_date", "01/10/2026"), ("fdp_end_date", "28/10/2026")],
    );
    folder
        .upload("ours.csv", &[TOLD])
        .upload("submitted.csv", &[&turned]);
    let run = folder.run(&[
        "reconcile",
        "ours.csv",
        "--submitted",
        "submitted.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
    ]);
    assert!(
        run.stderr
            .contains("`submitted.csv` has dates such as 31/10/2026 instead of 2026-10-31"),
        "{}",
        run.stderr
    );
}
