//! Writes the workbooks of a small report to a temporary folder and reads them back.

use std::path::Path;

use anyhow::Result;
use calamine::{Data, Reader, Xlsx, open_workbook};
use chrono::NaiveDate;

use super::{pack, submission, worklist};
use crate::report::chosen::{Page, Pages};
use crate::report::house::{Colours, House, Logo};
use crate::report::*;
use crate::runs::worklist::form::STATUS;
use crate::runs::worklist::state::Entry;

type Write = fn(&Path, &Report) -> Result<()>;
const WORKBOOKS: [Write; 3] = [submission::write, worklist::write, pack::write];

/// The rows of each sheet, in order, with its name.
fn read_back(write: Write, report: &Report) -> Vec<(String, Vec<Vec<Data>>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workbook.xlsx");
    write(&path, report).unwrap();
    let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
    workbook
        .worksheets()
        .into_iter()
        .map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect()))
        .collect()
}

fn sheet(write: Write, report: &Report, name: &str) -> Vec<Vec<Data>> {
    read_back(write, report)
        .into_iter()
        .find(|(sheet, _)| sheet == name)
        .map(|(_, rows)| rows)
        .unwrap()
}

fn column(rows: &[Vec<Data>], heading: &str) -> Vec<Data> {
    let is_heading = |cell: &Data| cell == &Data::String(heading.into());
    let header = rows.iter().position(|row| row.iter().any(is_heading)).unwrap();
    let index = rows[header].iter().position(is_heading).unwrap();
    rows[header + 1..].iter().map(|row| row[index].clone()).collect()
}

#[test]
fn one_sheet_lists_all_the_others_in_their_order() {
    for write in WORKBOOKS {
        let sheets = read_back(write, &report());
        let has_contents = |(_, rows): &&(String, Vec<Vec<Data>>)| {
            rows.iter()
                .any(|row| row[0] == Data::String("In this workbook".into()))
        };
        let (name, rows) = sheets.iter().find(has_contents).unwrap();
        let cover: Vec<String> = rows.iter().map(|row| row[0].to_string()).collect();
        let listed = cover
            .iter()
            .skip_while(|text| *text != "In this workbook")
            .skip(1)
            .take_while(|text| !text.is_empty());
        let names = sheets.iter().map(|(name, _)| name).filter(|other| *other != name);
        assert!(listed.eq(names), "{cover:?}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for write in WORKBOOKS {
        let bytes = ["one.xlsx", "other.xlsx"].map(|name| {
            let path = folder.path().join(name);
            write(&path, &report()).unwrap();
            std::fs::read(path).unwrap()
        });
        assert!(bytes[0] == bytes[1]);
    }
}

#[test]
fn codes_keep_their_zeros_dates_are_dates_and_no_text_is_a_formula() {
    let rows = sheet(submission::write, &report(), "Upload rows");
    assert_eq!(column(&rows, "nhs_number"), [Data::String("0999000001".into())]);
    assert_eq!(column(&rows, "delay_comment_rtt"), [Data::String("=1+1".into())]);
    assert!(matches!(
        column(&rows, "treatment_start_date")[..],
        [Data::DateTime(_)]
    ));
}

#[test]
fn findings_come_worst_first() {
    let rows = sheet(worklist::write, &report(), "Worklist");
    assert_eq!(
        column(&rows, "Severity"),
        ["Reject", "Error", "Info"].map(|word| Data::String(word.into()))
    );
    assert_eq!(
        column(&rows, "Status*"),
        ["To do"; 3].map(|word| Data::String(word.into()))
    );
}

#[test]
fn a_suppressed_figure_is_in_no_cell() {
    let mut kept_back = report();
    kept_back.pack.sites[0].figure = Figure {
        total: Some(17.0),
        within: None,
    };
    let rows = sheet(pack::write, &kept_back, "Sites 62D");
    let row: Vec<String> = rows
        .iter()
        .find(|row| row[0] == Data::String("Lung".into()))
        .unwrap()
        .iter()
        .map(Data::to_string)
        .collect();
    assert_eq!(
        row,
        ["Lung", "17", "[c]", "[c]", "[c]", "[x]", "[x]", "[c]", "[z]"]
    );
}

#[test]
fn a_report_of_nothing_is_still_three_workbooks() {
    let mut nothing = report();
    nothing.inputs.clear();
    nothing.set_aside.clear();
    nothing.checks.clear();
    nothing.findings.clear();
    nothing.submission.rows.clear();
    nothing.submission.held_back.clear();
    nothing.pack = Pack::default();
    for write in WORKBOOKS {
        read_back(write, &nothing);
    }
    let rows = sheet(worklist::write, &nothing, "Worklist");
    assert_eq!(
        rows.last().unwrap()[0],
        Data::String("No findings: every check that could be assessed passed.".into())
    );
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn finding(severity: &str, check: &str) -> FindingLine {
    FindingLine {
        id: format!("F-{check}"),
        check: check.into(),
        severity: severity.into(),
        file: "scr.csv".into(),
        row: 2,
        pathway: "0041".into(),
        fields: "Treatment start date".into(),
        field_names: "treatment_start_date".into(),
        message: "=not a formula".into(),
        why: "It cannot be counted.".into(),
        fix: "Check it.".into(),
        owner: "pathway".into(),
        person: String::new(),
        affects: String::new(),
        effect: String::new(),
        waived: String::new(),
        first_seen: date(2026, 11, 10),
        months_open: 0,
        entry: entry(),
    }
}

pub(super) fn standard(figure: Figure) -> StandardSummary {
    StandardSummary {
        code: "62D".into(),
        title: "62-day referral to treatment".into(),
        limit_days: Some(62),
        reached: "within 62 days".into(),
        not_reached: "after 62 days".into(),
        latest: figure,
        submitted: figure,
        previous: None,
        targets: vec![],
        median: Some(50.0),
        percentile_85: Some(70.0),
        percentile_90: Some(80.0),
        longest: Some(120),
        days_from_standard: Some(8),
        not_counted: Some(3),
        range: Range {
            left_out: Some(0),
            held_back: Some(0),
            all_within: None,
            all_breaches: None,
        },
        reading: "12.5 of 17 people began treatment within 62 days.".into(),
        control: None,
    }
}

pub(super) fn report() -> Report {
    let figure = Figure {
        total: Some(17.0),
        within: Some(12.5),
    };
    let heading = |name: &str| Heading {
        name: name.into(),
        title: format!("title of {name}"),
    };
    Report {
        provider: Organisation {
            code: "RXX".into(),
            name: "Guy's & Example Trust".into(),
        },
        month: "2026-10".into(),
        month_title: "October 2026".into(),
        as_at: date(2026, 11, 12),
        status: "Provisional".into(),
        small_numbers: SmallNumbers {
            preset: "lt5".into(),
            statement: "Small numbers are kept back.".into(),
        },
        house: House::default(),
        pages: Pages::default(),
        in_word: true,
        tool_version: "0.1.0".into(),
        rulebook: "3f9c2a71".into(),
        inputs: vec![InputFile {
            name: "scr.csv".into(),
            source: "scr".into(),
            table: "records".into(),
            sha256: "9b74c9897bac770f".into(),
            rows_read: 3,
            rows_mapped: 2,
            rows_set_aside: 1,
        }],
        set_aside: vec![SetAside {
            file: "scr.csv".into(),
            row: 4,
            reason: "a total".into(),
        }],
        submission: Submission {
            headings: ["nhs_number", "treatment_start_date", "delay_comment_rtt"]
                .map(heading)
                .into(),
            rows: vec![SubmissionRow {
                record: 0,
                file: "scr.csv".into(),
                row: 2,
                pathway: "0041".into(),
                cells: vec![
                    Cell::Text("0999000001".into()),
                    Cell::Date(date(2026, 10, 5)),
                    Cell::Text("=1+1".into()),
                ],
            }],
            held_back: vec![HeldBack {
                file: "scr.csv".into(),
                row: 3,
                pathway: "0042".into(),
                checks: "CWT-S003".into(),
                reasons: "NHS number fails its check digit.".into(),
                owner: "registration".into(),
            }],
            other_months: 0,
            other_trusts: 0,
            upload_files: vec![("upload-2026-10.csv".into(), 1)],
        },
        checks: vec![],
        fields: vec![],
        findings: vec![
            finding("info", "CWT-D003"),
            finding("reject", "CWT-S003"),
            finding("error", "CWT-W005"),
        ],
        last_month: last_month::LastMonth::default(),
        restated: restated::Restated::default(),
        edition: 1,
        pack: Pack {
            standards: vec![standard(figure)],
            sites: vec![SiteLine {
                contribution: Some(1.5),
                standard: "62D".into(),
                cancer_type: "Lung".into(),
                figure,
                previous: None,
                above_tolerance: Some(-1.0),
            }],
            routes: vec![],
            delay_reasons: vec![DelayLine {
                standard: "62D".into(),
                reason: "not recorded".into(),
                breaches: Some(4.5),
            }],
            bands: vec![],
            trend: vec![TrendPoint {
                standard: "62D".into(),
                month: date(2026, 10, 1),
                figure,
                standard_value: Some(0.85),
                ambition: None,
                own_plan: None,
                control: ControlPoint::default(),
            }],
            left_out: vec![],
            notes: vec!["A note.".into()],
            minimum_people: 20,
            ..Pack::default()
        },
        trail: crate::findings::trail::Trail::default(),
        waivers: None,
    }
}

fn entry() -> Entry {
    let mut entry = Entry::default();
    entry.set(STATUS, "To do");
    entry
}

/// The months of an earlier run, in which the only month of the report's trend had these figures.
fn earlier(provider: &str, small_numbers: &str, within: f64, total: f64) -> restated::Months {
    restated::Months {
        provider: provider.into(),
        month: "2026-10".into(),
        as_at: "2026-11-05".into(),
        small_numbers: small_numbers.into(),
        figures: vec![restated::MonthFigure {
            standard: "62D".into(),
            month: "2026-10".into(),
            total: Some(total),
            within: Some(within),
        }],
    }
}

#[test]
fn another_trust_and_another_preset_for_small_numbers_are_not_compared() {
    for (provider, preset, said) in [
        (
            "RYY",
            "lt5",
            "None can be shown: the last run is another trust's.",
        ),
        (
            "RXX",
            "internal",
            "None can be shown: the last run had another setting for small numbers.",
        ),
    ] {
        let restated = restated::compare(&report(), Ok(earlier(provider, preset, 3.0, 90.0)));
        assert_eq!((restated.words.as_str(), restated.lines.len()), (said, 0));
        assert!(restated.earlier.is_none());
    }
}

#[test]
fn a_difference_of_fewer_than_five_people_is_suppressed_with_small_numbers_and_shown_without() {
    // The report has 12.5 of 17.
    for (within, total, is_shown) in [
        (2.5, 7.0, true),
        (12.5, 20.0, false),
        (12.5, 30.0, true),
        (9.5, 17.0, false),
    ] {
        let mut report = report();
        let then = restated::compare(&report, Ok(earlier("RXX", "lt5", within, total)));
        assert_eq!(then.lines.len(), 1, "{within} of {total}");
        let line = &then.lines[0];
        assert_eq!(line.then.total.is_some(), is_shown, "{within} of {total}");
        assert_eq!(line.then.within.is_some(), is_shown, "{within} of {total}");
        assert_eq!((line.now.within, line.now.total), (Some(12.5), Some(17.0)));
        assert_eq!(then.hides_any(), !is_shown);
        report.small_numbers.preset = "internal".into();
        let then = restated::compare(&report, Ok(earlier("RXX", "internal", within, total)));
        assert_eq!(then.lines[0].then.total, Some(total));
    }
}

#[test]
fn a_page_that_the_trust_did_not_choose_is_not_in_the_pack_and_not_in_the_report() {
    let mut report = report();
    let all: Vec<String> = read_back(pack::write, &report)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(all.iter().any(|name| name == "Matrix") && all.iter().any(|name| name == "Restatements"));
    report.pages = [Page::Charts, Page::Quality].into_iter().collect();
    let some: Vec<String> = read_back(pack::write, &report)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for gone in ["Matrix", "Sites 62D", "Breaches 62D", "Restatements"] {
        assert!(all.iter().any(|name| name == gone), "{gone} of {all:?}");
        assert!(!some.iter().any(|name| name == gone), "{some:?}");
    }
    for stays in [
        "Summary",
        "Trend 62D",
        "Data quality",
        "Notes",
        "Figures",
        "About",
    ] {
        assert!(some.iter().any(|name| name == stays), "{stays} of {some:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    super::html::write(&path, &report).unwrap();
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.contains("id=\"quality\"") && !page.contains("id=\"restatements\""));
    assert!(!page.contains("href=\"#matrix\"") && !page.contains("id=\"matrix\""));
}

/// A PNG of one blue pixel.
const PIXEL: &[u8] = include_bytes!("icons/met.png");

#[test]
fn the_logo_and_the_colours_of_the_trust_are_in_every_workbook_and_in_the_report() {
    let mut report = report();
    report.house = House {
        logo: Some(Logo::new(PIXEL.to_vec()).unwrap()),
        colours: Colours {
            main: 0x7C2855,
            link: 0x006747,
        },
    };
    let folder = tempfile::tempdir().unwrap();
    for (index, write) in WORKBOOKS.into_iter().enumerate() {
        let path = folder.path().join(format!("{index}.xlsx"));
        write(&path, &report).unwrap();
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
        let mut read = |name: &str| {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        };
        let styles = read("xl/styles.xml");
        assert!(
            styles.contains("FF7C2855") && styles.contains("FF006747"),
            "workbook {index}"
        );
        let drawing = read("xl/drawings/drawing1.xml");
        assert!(
            drawing.contains("Logo of Guy&apos;s &amp; Example Trust (RXX)")
                || drawing.contains("Logo of Guy's &amp; Example Trust (RXX)"),
            "{drawing}"
        );
    }
    let path = folder.path().join("report.html");
    super::html::write(&path, &report).unwrap();
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.contains("--brand:#7c2855") && page.contains("src=\"data:image/png;base64,"));
    // The policy names the style as it is.
    let style = page
        .split("<style>")
        .nth(1)
        .unwrap()
        .split("</style>")
        .next()
        .unwrap();
    let hash = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        <sha2::Sha256 as sha2::Digest>::digest(style.as_bytes()),
    );
    assert!(page.contains(&format!("sha256-{hash}")));
}

#[test]
fn the_document_for_word_has_the_figures_and_the_sentences_and_the_same_bytes_each_time() {
    let (folder, report) = (tempfile::tempdir().unwrap(), report());
    let paths = ["one.docx", "two.docx"].map(|name| folder.path().join(name));
    for path in &paths {
        super::word::write(path, &report).unwrap();
    }
    let bytes = paths.each_ref().map(|path| std::fs::read(path).unwrap());
    assert!(bytes[0] == bytes[1]);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&paths[0]).unwrap()).unwrap();
    let mut texts = String::new();
    for name in [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/styles.xml",
        "word/document.xml",
    ] {
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut xml).unwrap();
        let mut reader = quick_xml::Reader::from_str(&xml);
        loop {
            match reader
                .read_event()
                .unwrap_or_else(|error| panic!("{name}: {error}"))
            {
                quick_xml::events::Event::Eof => break,
                _ => continue,
            }
        }
        texts += &xml;
    }
    for said in [
        "62-day referral to treatment",
        ">12.5<",
        "Guy&apos;s &amp; Example Trust (RXX)",
        "Small numbers are kept back.",
    ] {
        assert!(texts.contains(said), "{said}");
    }
}

#[test]
fn a_person_behind_a_role_has_the_sheet_and_the_role_stays_in_the_pack() {
    let mut report = report();
    let people =
        crate::report::chosen::People([("registration".to_string(), "A. Person".to_string())].into());
    report.findings[0].owner = "registration".into();
    people.name(&mut report);
    let sheets: Vec<String> = read_back(worklist::write, &report)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(
        sheets.iter().any(|name| name == "For A. Person") && sheets.iter().any(|name| name == "For pathway"),
        "{sheets:?}"
    );
    assert_eq!(report.submission.held_back[0].owner, "A. Person (registration)");
    let named = sheet(worklist::write, &report, "Worklist");
    let shown = |row: &Vec<Data>| {
        row.iter()
            .any(|cell| *cell == Data::String("A. Person (registration)".into()))
    };
    assert_eq!(named.iter().filter(|row| shown(row)).count(), 1);
    let packed = read_back(pack::write, &report);
    let holds = |rows: &[Vec<Data>]| {
        rows.iter()
            .flatten()
            .any(|cell| cell.to_string().contains("A. Person"))
    };
    assert!(!packed.iter().any(|(_, rows)| holds(rows)));
}
