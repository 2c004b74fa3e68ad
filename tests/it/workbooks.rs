//! Every workbook of a run, opened again as the zip that it is: the rules for spreadsheets that everybody can
//! read, no identifier of a patient where none belongs, and no figure in a chart or a page that is kept back.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::kit::Folder;

const NARRATIVE: &str = r#"
[[words]]
month = "2026-09"
standard = "62D"
text = "Biopsy lists were short of staff."

[[action]]
since = "2026-09"
standard = "62D"
action = "Two more lists a week"
owner = "General Manager"
due = 2026-12-15
"#;

/// The sample's October, once as it is and once with small numbers hidden.
fn runs() -> &'static Folder {
    static RUNS: OnceLock<Folder> = OnceLock::new();
    RUNS.get_or_init(|| {
        let folder = Folder::new();
        folder.file("narrative.toml", NARRATIVE);
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
        for preset in ["internal", "lt5"] {
            let run = folder.run(&[
                "run",
                sample.to_str().unwrap(),
                "--month",
                "2026-10",
                "--provider",
                "RZZ",
                "--fail-on",
                "never",
                "--narrative",
                "narrative.toml",
                "--small-numbers",
                preset,
                "--out",
                preset,
            ]);
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
        folder
    })
}

/// The parts of a workbook: name and text.
fn parts(path: &Path) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut parts = Vec::new();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if let Ok(text) = String::from_utf8(bytes) {
            parts.push((part.name().unwrap().to_string(), text));
        }
    }
    parts
}

fn workbooks() -> Vec<PathBuf> {
    let folder = runs();
    let names = ["submission", "worklist", "pack"].map(|name| format!("{name}-2026-10.xlsx"));
    let of = |preset: &'static str| names.clone().map(|name| folder.path(preset).join(name));
    of("internal").into_iter().chain(of("lt5")).collect()
}

/// What stands in an attribute, everywhere that it stands in a tag.
fn attributes<'a>(text: &'a str, tag: &str, name: &str) -> Vec<Option<&'a str>> {
    let opening = format!("<{tag} ");
    let tags = text.split(opening.as_str()).skip(1);
    tags.map(|rest| {
        let inside = rest.split('>').next().unwrap_or_default();
        let from = inside.split(&format!("{name}=\"")).nth(1)?;
        from.split('"').next()
    })
    .collect()
}

#[test]
fn every_part_of_every_workbook_is_well_formed_and_nothing_lies_outside_the_file() {
    for path in workbooks() {
        for (name, text) in parts(&path) {
            if name.ends_with(".xml") || name.ends_with(".rels") {
                let mut reader = quick_xml::Reader::from_str(&text);
                loop {
                    match reader.read_event() {
                        Ok(quick_xml::events::Event::Eof) => break,
                        Ok(_) => {}
                        Err(error) => panic!("{}: {name}: {error}", path.display()),
                    }
                }
            }
            assert!(
                !name.contains("externalLink") && !text.contains("TargetMode=\"External\""),
                "{}: {name} leads out of the file",
                path.display()
            );
        }
    }
}

#[test]
fn sheets_have_titles_and_landscape_pages_and_hide_and_merge_nothing() {
    for path in workbooks() {
        let shown = path.display();
        for (name, text) in parts(&path)
            .iter()
            .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"))
        {
            let first = text
                .split("<c r=\"A1\"")
                .nth(1)
                .unwrap_or_else(|| panic!("{shown}: {name} has no title in A1"));
            let cell = first.split('>').next().unwrap();
            assert!(
                cell.contains("t=\"s\"") || cell.contains("t=\"inlineStr\""),
                "{shown}: {name}: A1 is no text"
            );
            assert!(!text.contains("<mergeCell"), "{shown}: {name} merges cells");
            assert!(
                !text.contains(" hidden=\"1\""),
                "{shown}: {name} hides rows or columns"
            );
            assert!(
                text.contains("orientation=\"landscape\""),
                "{shown}: {name} does not say how it prints"
            );
            assert!(!text.contains("<f>"), "{shown}: {name} has a formula");
        }
        let parts = parts(&path);
        let book = &parts
            .iter()
            .find(|(name, _)| name == "xl/workbook.xml")
            .unwrap()
            .1;
        let names: Vec<&str> = attributes(book, "sheet", "name").into_iter().flatten().collect();
        let different: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(different.len(), names.len(), "{shown}: {names:?}");
        assert!(
            names.iter().all(|name| name.chars().count() <= 31),
            "{shown}: {names:?}"
        );
        assert!(!book.contains("state=\""), "{shown} hides a sheet");
        let core = &parts
            .iter()
            .find(|(name, _)| name == "docProps/core.xml")
            .unwrap()
            .1;
        for needed in ["<dc:title>", "<dc:creator>", "<dcterms:created"] {
            assert!(core.contains(needed), "{shown}: no {needed}");
        }
    }
}

#[test]
fn tables_have_names_and_headings_of_their_own_and_pictures_have_words() {
    for path in workbooks() {
        let shown = path.display();
        let (mut tables, mut drawn) = (BTreeSet::new(), 0);
        for (name, text) in parts(&path) {
            if name.starts_with("xl/tables/") {
                let table = attributes(&text, "table", "displayName")[0]
                    .unwrap()
                    .to_lowercase();
                assert!(
                    tables.insert(table.clone()),
                    "{shown}: two tables are called {table}"
                );
                let headings: Vec<&str> = attributes(&text, "tableColumn", "name")
                    .into_iter()
                    .flatten()
                    .collect();
                let different: BTreeSet<String> =
                    headings.iter().map(|heading| heading.to_lowercase()).collect();
                assert_eq!(different.len(), headings.len(), "{shown}: {table}: {headings:?}");
                assert!(
                    headings.iter().all(|heading| !heading.trim().is_empty()),
                    "{shown}: {table}"
                );
            }
            if name.starts_with("xl/drawings/drawing") {
                for words in attributes(&text, "xdr:cNvPr", "descr") {
                    drawn += 1;
                    assert!(
                        words.is_some_and(|words| words.len() > 2),
                        "{shown}: {name}: a picture without words"
                    );
                }
            }
        }
        let is_pack = path.file_name().unwrap().to_string_lossy().starts_with("pack");
        assert!(!is_pack || drawn > 20, "{shown}: {drawn} pictures");
    }
}

/// Words of letters and digits, as a text has them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| word.len() > 4)
}

#[test]
fn no_identifier_of_a_patient_is_in_a_pack_a_report_or_a_worklist() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let mut identifiers: BTreeSet<String> = BTreeSet::new();
    for (file, columns) in [
        ("demographics.csv", &["1_NHS_NUMBER", "HOSPITAL_NUMBER"]),
        ("patients.csv", &["PASID", "NHS_IDENTIFIER"]),
    ] {
        let mut reader = csv::Reader::from_path(sample.join(file)).unwrap();
        let headings = reader.headers().unwrap().clone();
        let places: Vec<usize> = (0..headings.len())
            .filter(|at| columns.iter().any(|column| headings[*at].contains(column)))
            .collect();
        assert!(!places.is_empty(), "{file}: {headings:?}");
        for row in reader.records() {
            let row = row.unwrap();
            identifiers.extend(
                places
                    .iter()
                    .map(|at| row[*at].replace(' ', ""))
                    .filter(|value| value.len() > 5),
            );
        }
    }
    assert!(identifiers.len() > 20_000);
    let folder = runs();
    let mut texts: Vec<(String, String)> = Vec::new();
    for preset in ["internal", "lt5"] {
        for name in ["report-2026-10.html", "run.json"] {
            texts.push((
                name.into(),
                std::fs::read_to_string(folder.path(preset).join(name)).unwrap(),
            ));
        }
        for name in ["pack-2026-10.xlsx", "worklist-2026-10.xlsx"] {
            texts.extend(parts(&folder.path(preset).join(name)));
        }
    }
    for (name, text) in texts {
        let found = tokens(&text).find(|word| identifiers.contains(*word));
        assert!(found.is_none(), "{name} holds an identifier");
    }
}

/// Numbers with a fraction in the cells of a workbook.
fn shares(path: &Path) -> BTreeSet<String> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let cells = book
        .worksheets()
        .into_iter()
        .flat_map(|(_, range)| range.rows().flatten().cloned().collect::<Vec<Data>>());
    let number = |cell: Data| match cell {
        Data::Float(number) if number.fract() != 0.0 => Some(number.to_string()),
        _ => None,
    };
    cells.filter_map(number).collect()
}

#[test]
fn what_is_kept_back_is_in_no_cell_no_chart_and_no_page() {
    let folder = runs();
    let [internal, hidden] = ["internal", "lt5"].map(|preset| folder.path(preset).join("pack-2026-10.xlsx"));
    let shown = shares(&hidden);
    let secret: BTreeSet<String> = shares(&internal)
        .difference(&shown)
        .filter(|number| number.len() > 8)
        .cloned()
        .collect();
    assert!(secret.len() > 100, "{} figures are kept back", secret.len());
    let mut texts = parts(&hidden);
    let report = std::fs::read_to_string(folder.path("lt5/report-2026-10.html")).unwrap();
    texts.push(("report".into(), report));
    for (name, text) in &texts {
        for number in text.split(|letter: char| !(letter.is_ascii_digit() || letter == '.')) {
            assert!(
                !secret.contains(number),
                "{name} holds {number}, which is kept back"
            );
        }
    }
    // Whatever a chart draws is a cell of some sheet: there is nothing that only a cache knows.
    for (name, text) in texts.iter().filter(|(name, _)| name.starts_with("xl/charts/")) {
        for value in text
            .split("<c:v>")
            .skip(1)
            .filter_map(|rest| rest.split('<').next())
        {
            let is_share = value.parse::<f64>().is_ok_and(|number| number.fract() != 0.0);
            assert!(
                !is_share || shown.contains(value),
                "{name} draws {value}, which no cell has"
            );
        }
    }
    // Rows of few people say so in both forms.
    assert!(texts.last().unwrap().1.contains("[c]"));
}
