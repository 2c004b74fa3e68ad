//! A small invented workbook with two providers, written as plain grids, for tests.

use std::collections::BTreeMap;

use anyhow::Result;
use calamine::Data;

use crate::published::book::{Book, tests::grid};
use crate::published::rules::tests::rules;
use crate::published::{BASIS, Published, PublishedLine, interpret};

/// A line over all routes, cancers and treatments in August 2025.
pub fn line(org_code: &str, standard: &str, total: f64, within: Option<f64>) -> PublishedLine {
    PublishedLine {
        period: "2025-08".to_string(),
        basis: BASIS,
        org_code: org_code.to_string(),
        org_name: format!("{org_code} INVENTED NHS TRUST"),
        standard_or_item: standard.to_string(),
        cancer_type: "ALL CANCERS".to_string(),
        route_or_stage: if standard == "31D" {
            "ALL STAGES"
        } else {
            "ALL ROUTES"
        }
        .to_string(),
        modality: "ALL MODALITIES".to_string(),
        total,
        within,
        after: within.map(|within| total - within),
        performance: None,
        bands: BTreeMap::new(),
        sheet: String::new(),
        row: 0,
    }
}

/// The sheets of a workbook: name, and rows of cells.
pub type Grids = Vec<(String, Vec<Vec<Data>>)>;

pub const FILE: &str = "AUGUST-2025-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx";

/// The workbook for August 2025: every provider treats lung cancer by surgery, so that the three sheets of a
/// treatment standard differ by one column.
pub fn grids() -> Grids {
    let by_cancer = |sheet: &str| {
        sheet
            .replace("CANCER TYPE", "CANCER TYPE (3)")
            .replace("ALL CANCERS", "Lung")
    };
    let by_modality = |sheet: &str| {
        sheet
            .replace("CANCER TYPE", "TREATMENT MODALITY (4)")
            .replace("ALL CANCERS", "Surgery")
    };
    let sheets = [
        ("Frontpage", FRONT.to_string()),
        ("28-DAY FDS (ALL ROUTES)", FDS_ALL.to_string()),
        ("28-DAY FDS (BY ROUTE)", FDS_BY_ROUTE.to_string()),
        ("31-DAY (ALL CANCER)", DAY_31.to_string()),
        ("31-DAY (BY CANCER)", by_cancer(DAY_31)),
        ("31-DAY (BY TREATMENT MODALITY)", by_modality(DAY_31)),
        ("62-DAY (ALL CANCER)", DAY_62.to_string()),
        ("62-DAY (BY CANCER)", by_cancer(DAY_62)),
        ("62-DAY (BY TREATMENT MODALITY)", by_modality(DAY_62)),
        ("USC referral to FOA", USC.to_string()),
        ("UBS referral to FHA", UBS.to_string()),
    ];
    sheets
        .into_iter()
        .map(|(name, text)| (name.to_string(), cells(&text)))
        .collect()
}

/// Cells separated by bars; a cell that reads as a number is a number.
pub fn cells(text: &str) -> Vec<Vec<Data>> {
    let cell = |text: &str| match text.trim() {
        "" => Data::Empty,
        text => text
            .parse()
            .map_or_else(|_| Data::String(text.to_string()), Data::Float),
    };
    text.lines()
        .map(|row| row.split('|').map(cell).collect())
        .collect()
}

/// The rows of the sheet with this name.
pub fn sheet_of<'a>(grids: &'a mut Grids, name: &str) -> &'a mut Vec<Vec<Data>> {
    &mut grids.iter_mut().find(|(sheet, _)| sheet == name).unwrap().1
}

/// Reads grids as a workbook with this file name.
pub fn read_grids(file: &str, grids: &Grids) -> Result<Published> {
    let sheets = grids.iter().map(|(name, rows)| grid(name, rows)).collect();
    interpret(
        &rules(),
        &Book {
            file: file.to_string(),
            sheets,
            broken: Vec::new(),
        },
    )
}

/// The content of each line, without its sheet and row.
pub fn texts_of(lines: &[PublishedLine]) -> Vec<String> {
    let line = |line: &PublishedLine| {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        let bands: Vec<String> = line
            .bands
            .iter()
            .map(|(column, people)| format!("{column}={people}"))
            .collect();
        let key = [
            &line.period,
            &line.org_code,
            &line.org_name,
            &line.standard_or_item,
            &line.cancer_type,
            &line.route_or_stage,
            &line.modality,
        ];
        let key = key.map(String::as_str).join("|");
        format!(
            "{key}|{}|{}|{}|{}",
            line.total,
            number(line.within),
            number(line.after),
            bands.join(" ")
        )
    };
    lines.iter().map(line).collect()
}

pub fn problems(grids: &Grids) -> Vec<String> {
    let published = read_grids(FILE, grids).unwrap();
    published
        .problems
        .iter()
        .map(|problem| format!("{} row {}: {}", problem.sheet, problem.row, problem.message))
        .collect()
}

pub fn notes(grids: &Grids) -> Vec<String> {
    let published = read_grids(FILE, grids).unwrap();
    published
        .notes
        .iter()
        .map(|note| format!("{} row {}: {}", note.sheet, note.row, note.message))
        .collect()
}

pub fn refusal(file: &str, grids: &Grids) -> String {
    read_grids(file, grids).unwrap_err().to_string()
}

pub fn text(text: &str) -> Data {
    Data::String(text.to_string())
}

/// Changes every text cell in every sheet.
pub fn each_text(grids: &mut Grids, change: impl Fn(&str) -> Data) {
    for cell in grids.iter_mut().flat_map(|(_, rows)| rows).flatten() {
        if let Data::String(text) = cell {
            *cell = change(text);
        }
    }
}

pub fn each_row(grids: &mut Grids, change: impl Fn(&mut Vec<Data>)) {
    grids.iter_mut().flat_map(|(_, rows)| rows).for_each(change);
}

/// Sets a cell, by the row number that Excel shows and the column number from 0.
pub fn set(grids: &mut Grids, sheet: &str, row: usize, column: usize, cell: Data) {
    sheet_of(grids, sheet)[row - 1][column] = cell;
}

pub fn row_text(row: &[Data]) -> String {
    row.iter().map(Data::to_string).collect::<Vec<_>>().join("|")
}

const FRONT: &str = "\
NHS England
Status: Final Official Statistics
Cancer Waiting Times statistics: Provider Based
August 2025
Updates are described in annex B of the Oct 2023 official statistics provisional data statistical release.";

const FDS_ALL: &str = "\
FOUR WEEK (28 DAYS) WAIT: ALL ROUTES
Aug-25
BASIS: PROVIDER BASED INCLUDING WELSH CROSS-BORDER PATIENTS AND 'UNKNOWNS'

||||NUMBER OF PEOPLE|||PERCENTAGE||NUMBER OF PEOPLE
|ODS CODE (1)|ACCOUNTABLE PROVIDER|REFERRAL ROUTE|TOTAL|WITHIN 28 DAYS|AFTER 28 DAYS|TOLD WITHIN 28 DAYS||WITHIN 14 DAYS|IN 15 TO 28 DAYS|IN 29 TO 42 DAYS|IN 43 TO 62 DAYS|AFTER 62 DAYS
|RZ1|NORTH TRUST|ALL ROUTES|10|8|2|0.8||6|2|1|1|0
|RZ2|SOUTH TRUST|ALL ROUTES|1|1|0|1||1|0|0|0|0

||ALL ENGLISH PROVIDERS|ALL ROUTES|11|9|2|0.818181818181818||7|2|1|1|0";

const FDS_BY_ROUTE: &str = "\
FOUR WEEK (28 DAYS) WAIT: BY ROUTE
Aug-25

|ODS CODE (1)|ACCOUNTABLE PROVIDER|REFERRAL ROUTE|SUSPECTED CANCER OR BREAST SYMPTOMATIC (2)|TOTAL|WITHIN 28 DAYS|AFTER 28 DAYS|TOLD WITHIN 28 DAYS||WITHIN 14 DAYS|IN 15 TO 28 DAYS|IN 29 TO 42 DAYS|IN 43 TO 62 DAYS|AFTER 62 DAYS
|RZ1|NORTH TRUST|NATIONAL SCREENING PROGRAMME|Suspected breast cancer|2|1|1|0.5||1|0|0|1|0
|RZ1|NORTH TRUST|URGENT SUSPECTED CANCER|Suspected breast cancer|8|7|1|0.875||5|2|1|0|0
|RZ2|SOUTH TRUST|BREAST SYMPTOMATIC, CANCER NOT SUSPECTED|Exhibited (non-cancer) breast symptoms|1|1|0|1||1|0|0|0|0

||ALL ENGLISH PROVIDERS|BREAST SYMPTOMATIC, CANCER NOT SUSPECTED|Exhibited (non-cancer) breast symptoms|1|1|0|1||1|0|0|0|0
||ALL ENGLISH PROVIDERS|NATIONAL SCREENING PROGRAMME|Suspected breast cancer|2|1|1|0.5||1|0|0|1|0
||ALL ENGLISH PROVIDERS|URGENT SUSPECTED CANCER|Suspected breast cancer|8|7|1|0.875||5|2|1|0|0";

const DAY_31: &str = "\
ONE MONTH (31-DAY) WAIT
Aug-25

PART A: ALL STAGES

|ODS CODE (1)|ACCOUNTABLE PROVIDER|TREATMENT STAGE|CANCER TYPE|TOTAL|WITHIN 31 DAYS|AFTER 31 DAYS|TREATED WITHIN 31 DAYS||WITHIN 31 DAYS |IN 32 TO 38 DAYS|IN 39 TO 48 DAYS|IN 49 TO 62 DAYS|AFTER 62 DAYS
|RZ1|NORTH TRUST|ALL STAGES|ALL CANCERS|10|9|1|0.9||9|1|0|0|0
|RZ2|SOUTH TRUST|ALL STAGES|ALL CANCERS|3|3|0|1||3|0|0|0|0

||ALL ENGLISH PROVIDERS|ALL STAGES|ALL CANCERS|13|12|1|0.923076923076923||12|1|0|0|0


PART B: FIRST TREATMENTS

|ODS CODE (1)|ACCOUNTABLE PROVIDER|TREATMENT STAGE|CANCER TYPE|TOTAL|WITHIN 31 DAYS|AFTER 31 DAYS|TREATED WITHIN 31 DAYS||WITHIN 31 DAYS |IN 32 TO 38 DAYS|IN 39 TO 48 DAYS|IN 49 TO 62 DAYS|AFTER 62 DAYS
|RZ1|NORTH TRUST|First Treatment|ALL CANCERS|6|5|1|0.833333333333333||5|1|0|0|0
|RZ2|SOUTH TRUST|First Treatment|ALL CANCERS|3|3|0|1||3|0|0|0|0

||ALL ENGLISH PROVIDERS|First Treatment|ALL CANCERS|9|8|1|0.888888888888889||8|1|0|0|0


PART C: SUBSEQUENT TREATMENTS

|ODS CODE (1)|ACCOUNTABLE PROVIDER|TREATMENT STAGE|CANCER TYPE|TOTAL|WITHIN 31 DAYS|AFTER 31 DAYS|TREATED WITHIN 31 DAYS||WITHIN 31 DAYS |IN 32 TO 38 DAYS|IN 39 TO 48 DAYS|IN 49 TO 62 DAYS|AFTER 62 DAYS
|RZ1|NORTH TRUST|Subsequent Treatment|ALL CANCERS|4|4|0|1||4|0|0|0|0

||ALL ENGLISH PROVIDERS|Subsequent Treatment|ALL CANCERS|4|4|0|1||4|0|0|0|0";

const DAY_62: &str = "\
TWO MONTH (62-DAY) WAIT
Aug-25

PART A: ALL ROUTES

|ODS CODE (1)|ACCOUNTABLE PROVIDER|REFERRAL ROUTE|CANCER TYPE|TOTAL|WITHIN 62 DAYS|AFTER 62 DAYS|TREATED WITHIN 62 DAYS||WITHIN 31 DAYS|IN 32 TO 38 DAYS|IN 39 TO 48 DAYS|IN 49 TO 62 DAYS|IN 63 TO 76 DAYS|IN 77 TO 90 DAYS|IN 91 TO 104 DAYS|AFTER 104 DAYS
|RZ1|NORTH TRUST|ALL ROUTES|ALL CANCERS|3.5|2.5|1|0.714285714285714||1.5|0|0|1|1|0|0|0
|RZ2|SOUTH TRUST|ALL ROUTES|ALL CANCERS|0.5|0.5|0|1||0.5|0|0|0|0|0|0|0

||ALL ENGLISH PROVIDERS|ALL ROUTES|ALL CANCERS|4|3|1|0.75||2|0|0|1|1|0|0|0


PART B: URGENT SUSPECTED CANCER

|ODS CODE (1)|ACCOUNTABLE PROVIDER|REFERRAL ROUTE|CANCER TYPE|TOTAL|WITHIN 62 DAYS|AFTER 62 DAYS|TREATED WITHIN 62 DAYS||WITHIN 31 DAYS|IN 32 TO 38 DAYS|IN 39 TO 48 DAYS|IN 49 TO 62 DAYS|IN 63 TO 76 DAYS|IN 77 TO 90 DAYS|IN 91 TO 104 DAYS|AFTER 104 DAYS
|RZ1|NORTH TRUST|Urgent Suspected Cancer|ALL CANCERS|2.5|1.5|1|0.6||0.5|0|0|1|1|0|0|0
|RZ2|SOUTH TRUST|Urgent Suspected Cancer|ALL CANCERS|0.5|0.5|0|1||0.5|0|0|0|0|0|0|0

||ALL ENGLISH PROVIDERS|Urgent Suspected Cancer|ALL CANCERS|3|2|1|0.666666666666667||1|0|0|1|1|0|0|0


PART C: CONSULTANT UPGRADE

|ODS CODE (1)|ACCOUNTABLE PROVIDER|REFERRAL ROUTE|CANCER TYPE|TOTAL|WITHIN 62 DAYS|AFTER 62 DAYS|TREATED WITHIN 62 DAYS||WITHIN 31 DAYS|IN 32 TO 38 DAYS|IN 39 TO 48 DAYS|IN 49 TO 62 DAYS|IN 63 TO 76 DAYS|IN 77 TO 90 DAYS|IN 91 TO 104 DAYS|AFTER 104 DAYS
|RZ1|NORTH TRUST|Consultant Upgrade|ALL CANCERS|1|1|0|1||1|0|0|0|0|0|0|0

||ALL ENGLISH PROVIDERS|Consultant Upgrade|ALL CANCERS|1|1|0|1||1|0|0|0|0|0|0|0";

const USC: &str = "\
WAIT FROM URGENT SUSPECTED CANCER REFERRAL TO BEING SEEN AT A FIRST OUTPATIENT ATTENDANCE
Aug-25

|ODS CODE (1)|ACCOUNTABLE PROVIDER|SUSPECTED TYPE OF CANCER|TOTAL|WITHIN 14 DAYS|IN 15 TO 16 DAYS|IN 17 TO 21 DAYS|IN 22 TO 28 DAYS|AFTER 28 DAYS
|RZ1|NORTH TRUST|Suspected breast cancer|5|4|1|0|0|0

||ALL ENGLISH PROVIDERS|Suspected breast cancer|5|4|1|0|0|0";

const UBS: &str = "\
WAIT FROM URGENT BREAST SYMPTOMATIC REFERRAL TO BEING SEEN AT A FIRST HOSPITAL ASSESSMENT
Aug-25

|ODS CODE (1)|ACCOUNTABLE PROVIDER|REFERRAL REASON|TOTAL|WITHIN 14 DAYS|IN 15 TO 16 DAYS|IN 17 TO 21 DAYS|IN 22 TO 28 DAYS|AFTER 28 DAYS
|RZ2|SOUTH TRUST|Exhibited (non-cancer) breast symptoms|1|1|0|0|0|0

||ALL ENGLISH PROVIDERS|Exhibited (non-cancer) breast symptoms|1|1|0|0|0|0";
