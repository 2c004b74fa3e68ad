//! Writes the workbooks of a small report to a temporary folder and reads them back.

use std::path::Path;

use anyhow::Result;
use calamine::{Data, Reader, Xlsx, open_workbook};
use chrono::NaiveDate;

use super::{pack, submission, worklist};
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
