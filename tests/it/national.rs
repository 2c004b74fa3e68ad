//! A provider workbook in the national layout, made from lines of `clockstop performance`: what NHS England
//! would publish if our figures were right.

use std::collections::BTreeMap;
use std::path::Path;

use rust_xlsxwriter::{Workbook, Worksheet};

type Row = BTreeMap<String, String>;

/// One sheet: its name, the standard, which lines it holds, headings and columns of its labels, headings of
/// the counts.
struct Sheet {
    name: &'static str,
    item: &'static str,
    holds: fn(&Row) -> bool,
    labels: &'static [(&'static str, &'static str)],
    counts: &'static [&'static str],
    bands: &'static [(&'static str, &'static str)],
}

const ROUTE: (&str, &str) = ("REFERRAL ROUTE", "Referral_Route_or_Stage");
const STAGE: (&str, &str) = ("TREATMENT STAGE", "Referral_Route_or_Stage");
const TYPE: (&str, &str) = ("CANCER TYPE (3)", "Cancer_Type");
const MODALITY: (&str, &str) = ("TREATMENT MODALITY (4)", "Treatment_Modality");
const FDS: &[&str] = &["WITHIN 28 DAYS", "AFTER 28 DAYS", "TOLD WITHIN 28 DAYS"];
const FDS_BANDS: &[(&str, &str)] = &[
    ("WITHIN 14 DAYS", "Within_14_days"),
    ("IN 15 TO 28 DAYS", "In_15_to_28_days"),
    ("IN 29 TO 42 DAYS", "In_29_to_42_days"),
    ("IN 43 TO 62 DAYS", "In_43_to_62_days"),
    ("AFTER 62 DAYS", "After_62_days"),
];
const DAY_31: &[&str] = &["WITHIN 31 DAYS", "AFTER 31 DAYS", "TREATED WITHIN 31 DAYS"];
const DAY_31_BANDS: &[(&str, &str)] = &[
    ("WITHIN 31 DAYS", "Within_31_days"),
    ("IN 32 TO 38 DAYS", "In_32_to_38_days"),
    ("IN 39 TO 48 DAYS", "In_39_to_48_days"),
    ("IN 49 TO 62 DAYS", "In_49_to_62_days"),
    ("AFTER 62 DAYS", "After_62_days"),
];
const DAY_62: &[&str] = &["WITHIN 62 DAYS", "AFTER 62 DAYS", "TREATED WITHIN 62 DAYS"];
const DAY_62_BANDS: &[(&str, &str)] = &[
    ("WITHIN 31 DAYS", "Within_31_days"),
    ("IN 32 TO 38 DAYS", "In_32_to_38_days"),
    ("IN 39 TO 48 DAYS", "In_39_to_48_days"),
    ("IN 49 TO 62 DAYS", "In_49_to_62_days"),
    ("IN 63 TO 76 DAYS", "In_63_to_76_days"),
    ("IN 77 TO 90 DAYS", "In_77_to_90_days"),
    ("IN 91 TO 104 DAYS", "In_91_to_104_days"),
    ("AFTER 104 DAYS", "After_104_days"),
];
const SEEN_BANDS: &[(&str, &str)] = &[
    ("WITHIN 14 DAYS", "Within_14_days"),
    ("IN 15 TO 16 DAYS", "In_15_to_16_days"),
    ("IN 17 TO 21 DAYS", "In_17_to_21_days"),
    ("IN 22 TO 28 DAYS", "In_22_to_28_days"),
    ("AFTER 28 DAYS", "After_28_days"),
];

const fn sheet(
    name: &'static str,
    item: &'static str,
    holds: fn(&Row) -> bool,
    labels: &'static [(&'static str, &'static str)],
    (counts, bands): (&'static [&'static str], &'static [(&'static str, &'static str)]),
) -> Sheet {
    Sheet {
        name,
        item,
        holds,
        labels,
        counts,
        bands,
    }
}

const SHEETS: [Sheet; 10] = [
    sheet("28-DAY FDS (ALL ROUTES)", "FDS", all, &[ROUTE], (FDS, FDS_BANDS)),
    sheet(
        "28-DAY FDS (BY ROUTE)",
        "FDS",
        by_type,
        &[
            ROUTE,
            ("SUSPECTED CANCER OR BREAST SYMPTOMATIC (2)", "Cancer_Type"),
        ],
        (FDS, FDS_BANDS),
    ),
    sheet(
        "31-DAY (ALL CANCER)",
        "31D",
        all,
        &[STAGE, TYPE],
        (DAY_31, DAY_31_BANDS),
    ),
    sheet(
        "31-DAY (BY CANCER)",
        "31D",
        by_type,
        &[STAGE, TYPE],
        (DAY_31, DAY_31_BANDS),
    ),
    sheet(
        "31-DAY (BY TREATMENT MODALITY)",
        "31D",
        by_modality,
        &[STAGE, MODALITY],
        (DAY_31, DAY_31_BANDS),
    ),
    sheet(
        "62-DAY (ALL CANCER)",
        "62D",
        all,
        &[ROUTE, TYPE],
        (DAY_62, DAY_62_BANDS),
    ),
    sheet(
        "62-DAY (BY CANCER)",
        "62D",
        by_type,
        &[ROUTE, TYPE],
        (DAY_62, DAY_62_BANDS),
    ),
    sheet(
        "62-DAY (BY TREATMENT MODALITY)",
        "62D",
        by_modality,
        &[ROUTE, MODALITY],
        (DAY_62, DAY_62_BANDS),
    ),
    sheet(
        "USC referral to FOA",
        "Urgent Suspected Cancer referral",
        by_type,
        &[("SUSPECTED TYPE OF CANCER", "Cancer_Type")],
        (&[], SEEN_BANDS),
    ),
    sheet(
        "UBS referral to FHA",
        "Urgent Breast Symptomatic referral",
        by_type,
        &[("REFERRAL REASON", "Cancer_Type")],
        (&[], SEEN_BANDS),
    ),
];

fn all(row: &Row) -> bool {
    row["Cancer_Type"] == "ALL CANCERS" && row["Treatment_Modality"] == "ALL MODALITIES"
}

fn by_type(row: &Row) -> bool {
    row["Cancer_Type"] != "ALL CANCERS"
}

fn by_modality(row: &Row) -> bool {
    row["Treatment_Modality"] != "ALL MODALITIES"
}

/// Writes the workbook of October 2026 with the lines of one trust, which is all of England here.
pub fn publish(path: &Path, lines: &[Row]) {
    let mut book = Workbook::new();
    let front = book.add_worksheet().set_name("Frontpage").unwrap();
    for (row, text) in (0..).zip([
        "Cancer Waiting Times statistics: Provider Based",
        "October 2026",
        "Final official statistics",
    ]) {
        front.write_string(row, 1, text).unwrap();
    }
    for sheet in &SHEETS {
        let lines: Vec<&Row> = lines
            .iter()
            .filter(|row| row["Standard_or_Item"] == sheet.item && (sheet.holds)(row))
            .collect();
        write(book.add_worksheet().set_name(sheet.name).unwrap(), sheet, &lines);
    }
    book.save(path).unwrap();
}

fn write(to: &mut Worksheet, sheet: &Sheet, lines: &[&Row]) {
    to.write_string(0, 1, sheet.name)
        .unwrap()
        .write_string(1, 1, "Oct-26")
        .unwrap();
    let labels = sheet.labels.iter().map(|(heading, _)| *heading);
    let bands = sheet.bands.iter().map(|(heading, _)| *heading);
    let headings = ["ODS CODE (1)", "ACCOUNTABLE PROVIDER"]
        .into_iter()
        .chain(labels)
        .chain(["TOTAL"])
        .chain(sheet.counts.iter().copied());
    for (column, heading) in (1..).zip(headings.chain(bands)) {
        to.write_string(8, column, heading).unwrap();
    }
    let providers = [("RZZ", "SAMPLE VALLEY HOSPITALS"), ("", "ALL ENGLISH PROVIDERS")];
    let rows = providers
        .iter()
        .flat_map(|provider| lines.iter().map(move |line| (provider, line)));
    for (number, ((code, name), line)) in (9..).zip(rows) {
        // A blank row comes before England.
        let row = number + u32::from(code.is_empty());
        let labels = sheet
            .labels
            .iter()
            .map(|(_, column)| line[*column].replace("Subsequent", "Subsequent Treatment"));
        let mut column = 1;
        for text in [code.to_string(), name.to_string()].into_iter().chain(labels) {
            to.write_string(row, column, text).unwrap();
            column += 1;
        }
        let counts: &[&str] = if sheet.counts.is_empty() {
            &["Total"]
        } else {
            &["Total", "Within", "After", "Performance"]
        };
        for figure in counts
            .iter()
            .copied()
            .chain(sheet.bands.iter().map(|(_, column)| *column))
        {
            to.write_number(row, column, line[figure].parse::<f64>().unwrap())
                .unwrap();
            column += 1;
        }
    }
}
