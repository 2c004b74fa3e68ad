//! The same pathways of the register in three shapes: base tables with codes, views with display headings and texts, and
//! snake-cased copies of those. All give the same waits.

use std::collections::BTreeMap;
use std::path::Path;

use clockstop::rulebook::{Rulebook, Source, SourceTable};

use crate::kit::Folder;

/// A table of the register with other headings, and with texts in place of codes.
fn reshaped(rulebook: &Rulebook, table: &SourceTable, text: &str, heading: fn(&str) -> String) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let shown = |name: &String| {
        table
            .also_called
            .get(name)
            .map_or(name.clone(), |others| heading(others.last().unwrap()))
    };
    writer.write_record(names.iter().map(shown)).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let cells = names
            .iter()
            .zip(row.iter())
            .map(|(name, cell)| in_words(rulebook, table, name, cell));
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// The meaning of a code where the column may hold it, in capitals here and there, as views do.
fn in_words(rulebook: &Rulebook, table: &SourceTable, name: &str, cell: &str) -> String {
    let list = table.texts.get(name).and_then(|list| rulebook.code_list(list));
    let meaning = list.and_then(|list| list.meaning(cell));
    meaning.map_or(cell.to_string(), str::to_uppercase)
}

fn scr(rulebook: &Rulebook) -> &Source {
    rulebook
        .sources
        .iter()
        .find(|source| source.name == "scr")
        .unwrap()
}

fn waits(folder: &Folder, name: &str) -> Vec<BTreeMap<String, String>> {
    let ran = folder.run(&["waits", name]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.rows()
}

#[test]
fn the_same_pathways_in_three_shapes_give_the_same_waits() {
    let folder = Folder::new();
    let made = folder.run(&[
        "synth", "--source", "sample", "--rows", "400", "--seed", "5", "-o", "base",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    for (table, file) in [
        ("referrals", "referrals.csv"),
        ("demographics", "demographics.csv"),
        ("treatments", "treatments.csv"),
    ] {
        let table = scr(&rulebook)
            .table
            .iter()
            .find(|known| known.name == table)
            .unwrap();
        let text = std::fs::read_to_string(folder.path("base").join(file)).unwrap();
        let display = reshaped(&rulebook, table, &text, |heading| heading.to_string());
        assert_ne!(text.lines().next(), display.lines().next());
        folder.file(&format!("views/{file}"), display);
        let snake = |heading: &str| heading.replace(|letter: char| !letter.is_alphanumeric(), "_");
        folder.file(&format!("snake/{file}"), reshaped(&rulebook, table, &text, snake));
    }
    for shape in ["views", "snake"] {
        std::fs::copy(
            folder.path("base/patients.csv"),
            folder.path(shape).join("patients.csv"),
        )
        .unwrap();
    }
    let expected = waits(&folder, "base");
    assert!(expected.iter().filter(|line| line["counted"] == "yes").count() > 100);
    for shape in ["views", "snake"] {
        assert!(Path::new(&folder.path(shape)).is_dir());
        assert_eq!(waits(&folder, shape), expected, "{shape}");
    }
}

const REFERRALS: &str = "\
CARE_ID,PATIENT_ID,Deprecated_21_01_N2_6_RECEIPT_DATE,Patient Status,N2_12_CANCER_TYPE
1,2,05/01/2026,First NHS funded treatment commenced,07
2,3,06/01/2026,Treated elsewhere,07
";

#[test]
fn a_retired_column_is_read_and_a_text_that_no_list_knows_is_said_and_can_be_given_a_code() {
    let folder = Folder::new();
    folder.file("referrals.csv", REFERRALS);
    let records = folder.run(&["records", "referrals.csv"]);
    let rows = records.rows();
    assert_eq!(
        (
            rows[0]["crtp_start_date"].as_str(),
            rows[0]["patient_status"].as_str(),
            rows[1]["patient_status"].as_str()
        ),
        ("2026-01-05", "08", "Treated elsewhere")
    );
    assert!(
        records.stderr.contains("N2_13_CANCER_STATUS: 1 cell with a text"),
        "{}",
        records.stderr
    );
    let map = folder.run(&["sources", "map", "referrals.csv"]);
    assert_eq!(
        map.stdout,
        "column,value,code,rows,why\nN2_13_CANCER_STATUS,Treated elsewhere,,1,\n"
    );
    folder.file(
        "rules/sources/scr.codes.csv",
        map.stdout.replace("elsewhere,,", "elsewhere,21,"),
    );
    let rows = folder
        .run(&["records", "referrals.csv", "--rules", "rules"])
        .rows();
    assert_eq!(rows[1]["patient_status"], "21");
    folder.file(
        "rules/sources/scr.codes.csv",
        "column,value,code\nNO_COLUMN,x,21\n",
    );
    let refused = folder.run(&["records", "referrals.csv", "--rules", "rules"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("scr.codes.csv:2"), "{}", refused.stderr);
}
