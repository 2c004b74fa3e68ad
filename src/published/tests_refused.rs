//! Which workbooks are refused, by which name, and what is only noted.

use crate::published::invented::*;
use crate::published::rules::Rules;
use crate::published::{BASIS, Book, Published, book, interpret, of_providers, once_a_month, rules};

#[test]
fn a_renamed_heading_is_named_and_one_more_word_in_the_rules_reads_it() {
    let mut grids = grids();
    each_text(&mut grids, |cell| {
        text(&cell.replace("ACCOUNTABLE PROVIDER", "RESPONSIBLE TRUST (9)"))
    });
    assert_eq!(
        refusal(FILE, &grids),
        format!(
            "`{FILE}`, sheet `28-DAY FDS (ALL ROUTES)` row 6: no column is headed `ACCOUNTABLE PROVIDER`, \
             and the rules do not know `RESPONSIBLE TRUST (9)`: add the new heading to rules/published.toml"
        )
    );
    let corrected = rules::tests::TEXT.replace(
        "\"ACCOUNTABLE PROVIDER\",",
        "\"ACCOUNTABLE PROVIDER\", \"Responsible trust\",",
    );
    let sheets = grids
        .iter()
        .map(|(name, rows)| book::tests::grid(name, rows))
        .collect();
    let book = Book {
        file: FILE.to_string(),
        sheets,
        broken: Vec::new(),
    };
    assert_eq!(
        interpret(&Rules::parse(&corrected).unwrap(), &book)
            .unwrap()
            .problems,
        []
    );
}

#[test]
fn a_column_that_divides_the_lines_must_be_known_and_one_that_does_not_is_a_note() {
    let mut divided = grids();
    each_text(&mut divided, |cell| {
        text(&cell.replace("SUSPECTED CANCER OR BREAST SYMPTOMATIC", "SUSPICION"))
    });
    let rows = sheet_of(&mut divided, "28-DAY FDS (BY ROUTE)");
    rows.push(
        cells("|RZ1|NORTH TRUST|URGENT SUSPECTED CANCER|Suspected lung cancer|1|1|0|1||1|0|0|0|0").remove(0),
    );
    assert_eq!(
        refusal(FILE, &divided),
        format!(
            "`{FILE}`, sheet `28-DAY FDS (BY ROUTE)` row 4: the rules do not know `SUSPICION (2)`, and \
             without it lines repeat: add the heading to rules/published.toml"
        )
    );

    let mut more = grids();
    for row in sheet_of(&mut more, "31-DAY (ALL CANCER)")
        .iter_mut()
        .filter(|row| row.len() > 4)
    {
        let cell = if row[1] == text("ODS CODE (1)") {
            "ALLIANCE"
        } else {
            "North East"
        };
        row.insert(1, text(cell));
    }
    let note = "the rules do not know the heading `ALLIANCE`: its column is not read";
    assert_eq!(
        notes(&more),
        [6, 15, 24].map(|row| format!("31-DAY (ALL CANCER) row {row}: {note}"))
    );
    assert_eq!(problems(&more), Vec::<String>::new());
}

#[test]
fn a_standard_without_a_table_is_a_problem_and_an_activity_a_note() {
    let mut grids = grids();
    grids.retain(|(name, _)| !name.contains("62-DAY") && !name.contains("UBS"));
    assert_eq!(problems(&grids), ["62-DAY (ALL CANCER) row 0: no table of 62D"]);
    assert_eq!(
        notes(&grids),
        ["UBS referral to FHA row 0: no table of Urgent Breast Symptomatic referral"]
    );
}

#[test]
fn a_commissioner_workbook_is_read_as_such_and_compared_with_no_provider() {
    let mut commissioner = grids();
    each_text(&mut commissioner, |cell| {
        text(&cell.replace(
            "ACCOUNTABLE PROVIDER",
            "INTEGRATED CARE BOARD (ICB)/COMMISSIONING HUB",
        ))
    });
    let read = read_grids(FILE, &commissioner).unwrap();
    assert_eq!(read.basis, "Commissioner");
    assert!(!read.lines.is_empty() && read.lines.iter().all(|line| line.basis == "Commissioner"));
    let error = of_providers(vec![read.clone()]).unwrap_err().to_string();
    assert!(
        error.contains("has the figures of commissioners only, and providers are compared here"),
        "{error}"
    );
    // A Combined CSV has both.
    let providers = Published {
        basis: BASIS,
        ..read.clone()
    };
    assert_eq!(of_providers(vec![read, providers.clone()]).unwrap(), [providers]);
}

#[test]
fn the_provisional_and_the_final_file_of_a_month_are_not_given_together() {
    let read = |file: &str| read_grids(file, &grids()).unwrap();
    let both = [read(FILE), read("AUGUST-2025-PROVISIONAL.xlsx")];
    let error = once_a_month(&both).unwrap_err().to_string();
    assert!(
        error.contains("are both for 2025-08: every patient would count twice"),
        "{error}"
    );
    assert!(once_a_month(&both[..1]).is_ok());
}

#[test]
fn a_file_name_of_another_month_is_a_problem_and_a_quarter_is_refused() {
    let other = read_grids("JULY-2025-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx", &grids()).unwrap();
    assert!(
        other.problems[0]
            .message
            .contains("the file's name says 2025-07, its sheets 2025-08"),
        "{:?}",
        other.problems
    );
    let mut quarter = grids();
    each_text(&mut quarter, |cell| {
        text(&cell.replace("Aug-25", "July 2025 to September 2025"))
    });
    assert!(
        refusal("Q2-2025-26.xlsx", &quarter).contains("is for more than one month"),
        "{}",
        refusal("Q2.xlsx", &quarter)
    );
}

#[test]
fn other_workbooks_are_refused_by_name() {
    let old = |name: &str| {
        (
            name.to_string(),
            cells(
                "TITLE\nAug-23\n|ODS CODE (1)|ACCOUNTABLE PROVIDER (2)|TOTAL TREATED|TREATED WITHIN 62 DAYS",
            ),
        )
    };
    let older = [
        "TWO WEEK WAIT-ALL CANCER",
        "31-DAY FIRST TREAT (ALL CANCER)",
        "62-DAY (ALL CANCER)",
    ]
    .map(old)
    .to_vec();
    assert!(
        refusal("old.xlsx", &older).starts_with("`old.xlsx` is an older workbook, from before October 2023"),
        "{}",
        refusal("old.xlsx", &older)
    );

    let mut month_before = grids();
    each_text(&mut month_before, |cell| {
        text(
            &cell
                .replace("Aug-25", "Sep-23")
                .replace("August 2025", "September 2023"),
        )
    });
    assert!(
        refusal("september.xlsx", &month_before)
            .starts_with("`september.xlsx` is for 2023-09, an older workbook")
    );

    let other = vec![
        ("Sheet1".to_string(), cells("Staff|Grade\nA|7")),
        ("Sheet2".to_string(), vec![]),
    ];
    assert_eq!(
        refusal("rota.xlsx", &other),
        "`rota.xlsx` is not one of NHS England's monthly cancer provider workbooks since 2023-10: it holds \
         `Sheet1`, `Sheet2`"
    );
}

#[test]
fn a_workbook_that_does_not_say_its_month_is_refused() {
    let mut grids = grids();
    each_text(&mut grids, |cell| {
        text(&cell.replace("Aug-25", "").replace("August 2025", ""))
    });
    assert_eq!(
        refusal("x.xlsx", &grids),
        "`x.xlsx` does not say which month it is for, above its tables or in its file name"
    );
    assert_eq!(read_grids(FILE, &grids).unwrap().period, "2025-08");
}
