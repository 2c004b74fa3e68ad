//! Every workbook that the program writes, opened again as the zip that it is: the rules for spreadsheets
//! that everybody can read, no identifier of a patient where none belongs, and no figure in a chart or a page
//! that is kept back.

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

/// Every workbook that the program can write: those of a run, of each listing and of each catalogue.
fn workbooks() -> Vec<PathBuf> {
    let folder = runs();
    let names = ["submission", "worklist", "pack"].map(|name| format!("{name}-2026-10.xlsx"));
    let of = |preset: &'static str| names.clone().map(|name| folder.path(preset).join(name));
    let of_runs = of("internal").into_iter().chain(of("lt5"));
    of_runs.chain(others().iter().cloned()).collect()
}

/// The workbooks of listings and catalogues, by the folders of `rules/`: a new one is found by itself.
fn others() -> &'static [PathBuf] {
    static MADE: OnceLock<(Folder, Vec<PathBuf>)> = OnceLock::new();
    let (_, paths) = MADE.get_or_init(|| {
        let folder = Folder::new();
        let mut paths = Vec::new();
        for data_set in folders_with(&rules(), "data_set.toml") {
            let name = data_set.file_name().unwrap().to_str().unwrap();
            let catalogue = format!("{name}.xlsx");
            let run = folder.run(&[
                "rules",
                "list",
                "--data-set",
                name,
                "--format",
                "xlsx",
                "-o",
                &catalogue,
            ]);
            assert_eq!(run.code, 0, "{name}: {}", run.stderr);
            paths.push(folder.path(&catalogue));
            let listings = folders_with(&data_set, "listing.toml");
            if !listings.is_empty() {
                exports(&folder, name);
            }
            for listing in listings {
                let text = std::fs::read_to_string(listing.join("listing.toml")).unwrap();
                let has_sheets = text.contains("[[sheet]]");
                let listing = listing.file_name().unwrap().to_str().unwrap();
                let out = format!("out/{name}/{listing}");
                let run = folder.run(&["list", listing, name, "--data-set", name, "--out", &out]);
                let expected = if has_sheets { 0 } else { 2 };
                assert_eq!(run.code, expected, "{name}, {listing}: {}", run.stderr);
                if !has_sheets {
                    continue;
                }
                paths.push(folder.path(&out).join(format!("{listing}-2026-11-24.xlsx")));
            }
        }
        (folder, paths)
    });
    paths
}

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// The folders directly below this one that have a file of this name.
fn folders_with(folder: &Path, file: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.join(file).is_file());
    folders.sort();
    folders
}

const ATTENDANCE: &str = "\
meeting_id,mdt_type,meeting_date,meeting_status,member,role,attendance,cover_for,core
M1,lung,2026-11-05,held,C1,coordinator,full,,yes
M1,lung,2026-11-05,held,C2,radiologist,none,,yes
";

const LETTERS: &str = "\
job_id,local_patient_id,clinic_date,clinic_code,specialty,letter_kind,letter_priority,author,typist,\
letter_status,dictated_date,typed_date,approved_date,sent_date,provider
J1,H1,2026-11-02,K1,Urology,clinic,routine,C1,S1,sent,2026-11-02,2026-11-04,2026-11-06,2026-11-09,RZZ
J3,H3,2026-11-09,K2,Urology,clinic,routine,C2,S1,returned,2026-11-09,2026-11-12,,,RZZ
";

/// Exports for the listings of a data set, in a folder of its name.
fn exports(folder: &Folder, data_set: &str) {
    let synth = |arguments: &[&str]| {
        let run = folder.run(&[&["synth", "--seed", "1", "-o", data_set], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
    };
    match data_set {
        "cwt" => {
            synth(&["--source", "sample", "--rows", "600"]);
            folder.file("cwt/events.csv", meetings(&folder.path("cwt/referrals.csv")));
        }
        "cosd" => synth(&["--data-set", "cosd", "--source", "cosd_xml", "--rows", "60"]),
        "rtt" => synth(&["--data-set", "rtt", "--source", "rtt_events", "--rows", "60"]),
        "sact" => {
            let treated = [
                ("nhs_number", "9990000018"),
                ("treatment_start_date", "2026-03-02"),
                ("treatment_event_type", "01"),
                ("treatment_modality", "02"),
            ];
            folder.upload("sact/upload.csv", &[&treated]);
            let doses = "synth --data-set sact --source sact_csv --rows 60 --seed 1 -o sact/doses.csv";
            let run = folder.run(&doses.split(' ').collect::<Vec<_>>());
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
        "letters" => {
            folder.file("letters/jobs.csv", LETTERS);
        }
        "mdt" => {
            folder.file("mdt/attendance.csv", ATTENDANCE);
        }
        _ => panic!("`{data_set}` has listings: give this test exports of it"),
    }
}

/// A meeting for each of the last referrals of an export, with a scan that is not reported.
fn meetings(referrals: &Path) -> String {
    let mut reader = csv::Reader::from_path(referrals).unwrap();
    let is_id = |heading: &str| heading == "CARE_ID";
    let id = reader.headers().unwrap().iter().position(is_id).unwrap();
    let ids: Vec<String> = reader.records().map(|row| row.unwrap()[id].to_string()).collect();
    let mut events = String::from(
        "event_key,care_id,event_type,event_name,event_status,requested_date,booked_date,done_date,reported_date\n",
    );
    for id in ids.iter().rev().take(40) {
        events += &format!("A{id},{id},mdt,Bowel,booked,,2026-11-26,,\n");
        events += &format!("B{id},{id},imaging,CT,done,2026-11-12,,2026-11-19,\n");
    }
    events
}

#[test]
fn no_other_file_of_the_program_starts_a_workbook() {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            if program.contains("Workbook::new(") || program.contains("Book::new(") {
                let from = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
                found.push(from.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "src/output/book.rs",
            "src/output/catalogue.rs",
            "src/output/listing.rs",
            "src/output/pack/mod.rs",
            "src/output/submission.rs",
            "src/output/worklist/mod.rs",
        ],
        "a new kind of workbook: add it to `workbooks` above, and here"
    );
}

#[test]
fn workbooks_open_at_the_top_link_within_themselves_and_repeat_the_headings_of_every_table() {
    for path in workbooks() {
        let shown = path.display();
        let parts = parts(&path);
        let part = |wanted: &str| &parts.iter().find(|(name, _)| name == wanted).unwrap().1;
        let book = part("xl/workbook.xml");
        assert!(
            !book.contains("activeTab"),
            "{shown} does not open on its first sheet"
        );
        let first = part("xl/worksheets/sheet1.xml");
        // Each pane of a frozen sheet has a cell of its own; only a sheet in one piece has a cursor to move.
        let panes = attributes(first, "selection", "pane");
        for (pane, cell) in panes
            .into_iter()
            .zip(attributes(first, "selection", "activeCell"))
        {
            let is_top = pane.is_some() || cell.is_none_or(|cell| cell == "A1");
            assert!(is_top, "{shown} opens at {cell:?}");
        }
        let names: Vec<&str> = attributes(book, "sheet", "name").into_iter().flatten().collect();
        let sheets = parts
            .iter()
            .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
        let mut with_tables = 0;
        for (name, text) in sheets {
            with_tables += usize::from(text.contains("<tablePart "));
            for to in attributes(text, "hyperlink", "location") {
                let to = to.unwrap_or_else(|| panic!("{shown}: {name} links out of the file"));
                let sheet = to.trim_start_matches('\'').split("'!").next().unwrap();
                assert!(names.contains(&sheet), "{shown}: {name} links to {to}");
            }
        }
        let repeated = book.matches("_xlnm.Print_Titles").count();
        assert!(
            repeated >= with_tables,
            "{shown}: {with_tables} sheets with a table, {repeated} repeat its headings"
        );
    }
}

#[test]
fn a_sheet_for_the_screen_prints_an_empty_cell_and_says_so() {
    let path = runs().path("internal/pack-2026-10.xlsx");
    let parts = parts(&path);
    let book = &parts
        .iter()
        .find(|(name, _)| name == "xl/workbook.xml")
        .unwrap()
        .1;
    let areas = book.split("_xlnm.Print_Area").skip(1);
    let areas: Vec<&str> = areas
        .map(|rest| rest.split("</definedName>").next().unwrap())
        .collect();
    for sheet in ["Trend data", "Chart lines", "Waterfall data", "Reasons data"] {
        let is_of = |area: &&&str| area.contains(sheet);
        let area = areas
            .iter()
            .find(is_of)
            .unwrap_or_else(|| panic!("{sheet} prints"));
        assert!(area.contains("$OK$1"), "{sheet} prints {area}");
    }
    let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
    let range = workbook.worksheet_range("Chart lines").unwrap();
    let says = |row: &[Data]| row[0].to_string().starts_with("For the screen");
    assert!(range.rows().take(8).any(says));
    assert!(range.end().unwrap().1 < 400, "the cell that prints is empty");
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
