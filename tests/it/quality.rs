//! `quality`: how complete and how valid each field is.

use calamine::{Data, Reader, open_workbook_auto};

use crate::kit::{Folder, TOLD, with};

/// Of four referrals one has no date first seen, one an unreadable one, one a code outside its list, one a
/// retired one.
fn folder() -> Folder {
    let folder = Folder::new();
    let records = [
        with(
            TOLD,
            &[
                ("date_first_seen", ""),
                ("fdp_end_reason", "01"),
                ("fdp_primary_cancer_site", ""),
            ],
        ),
        with(
            TOLD,
            &[
                ("ppi", "A2"),
                ("nhs_number", "9990000019"),
                ("date_first_seen", "31/02/2026"),
            ],
        ),
        with(
            TOLD,
            &[
                ("ppi", "A3"),
                ("nhs_number", ""),
                ("priority_type", "9"),
                ("site_first_seen", "89999"),
            ],
        ),
        with(
            TOLD,
            &[
                ("ppi", "A4"),
                ("cancer_referral_type", "15"),
                ("fdp_end_date", "2026-09-30"),
            ],
        ),
    ];
    folder.upload(
        "october.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    folder
}

/// The columns of some fields, without their titles.
fn lines(stdout: &str, fields: &[&str]) -> String {
    let mut reader = csv::Reader::from_reader(stdout.as_bytes());
    let rows = reader
        .records()
        .map(Result::unwrap)
        .filter(|row| fields.contains(&&row[0]));
    rows.map(|row| {
        row.iter()
            .enumerate()
            .filter(|(place, _)| *place != 1)
            .map(|(_, cell)| cell)
            .collect::<Vec<_>>()
            .join(",")
            + "\n"
    })
    .collect()
}

#[test]
fn missing_invalid_retired_and_default_are_told_apart() {
    let run = folder().run(&["quality", "october.csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let heading = run.stdout.lines().next().unwrap();
    assert_eq!(
        heading,
        "field,title,records,applies,complete,missing,given,valid,invalid,default,coverage,completeness,validity,default_rate,retired"
    );
    let fields = [
        "nhs_number",
        "priority_type",
        "cancer_referral_type",
        "date_first_seen",
        "site_first_seen",
        "fdp_primary_cancer_site",
        "delay_reason_fdp",
    ];
    insta::assert_snapshot!(lines(&run.stdout, &fields), @r"
    nhs_number,4,4,3,1,3,2,1,0,1,0.75,0.6666666666666666,0,0
    priority_type,4,4,4,0,4,3,1,0,1,1,0.75,0,0
    cancer_referral_type,4,4,4,0,4,3,1,0,1,1,0.75,0,1
    date_first_seen,4,4,3,1,3,2,1,0,1,0.75,0.6666666666666666,0,0
    site_first_seen,4,4,4,0,4,3,0,1,1,1,1,0.25,0
    fdp_primary_cancer_site,4,1,0,1,0,0,0,0,0.25,0,,,0
    delay_reason_fdp,4,0,0,0,0,0,0,0,0,,,,0
    ");
    for row in run.rows() {
        let number = |column: &str| row[column].parse::<usize>().unwrap();
        assert_eq!(
            number("applies"),
            number("complete") + number("missing"),
            "{row:?}"
        );
        assert_eq!(
            number("given"),
            number("valid") + number("invalid") + number("default"),
            "{row:?}"
        );
    }
}

#[test]
fn a_month_is_asked_of_the_records_of_its_return_and_is_a_sheet_of_the_submission() {
    let folder = folder();
    let run = folder.run(&["quality", "october.csv", "--month", "2026-10"]);
    assert!(
        run.rows()
            .iter()
            .all(|row| row["records"] == "4" || row["records"] == "3"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("of RZZ in October 2026"), "{}", run.stderr);
    folder.run(&["run", "october.csv", "--month", "2026-10", "--out", "out"]);
    let mut workbook = open_workbook_auto(folder.path("out/submission-2026-10.xlsx")).unwrap();
    let range = workbook.worksheet_range("Fields").unwrap();
    let row = range
        .rows()
        .find(|row| row[0] == Data::String("priority_type".into()))
        .unwrap();
    let of_sheet: Vec<String> = row.iter().skip(2).take(3).map(Data::to_string).collect();
    let of_command: Vec<String> = run
        .rows()
        .iter()
        .filter(|row| row["field"] == "priority_type")
        .flat_map(|row| ["applies", "complete", "missing"].map(|column| row[column].clone()))
        .collect();
    assert_eq!(of_sheet, of_command);
}

#[test]
fn a_condition_on_what_is_not_a_field_is_a_mistake_with_its_line() {
    let folder = folder();
    let text = clockstop::rulebook::Files::embedded()
        .get("cwt/data_set.toml")
        .unwrap()
        .to_string();
    let line = text
        .lines()
        .position(|line| line.starts_with("fdp_primary_cancer_site ="))
        .unwrap()
        + 1;
    for (to, words) in [
        ("fdp_primary_site = \"TRUE\"", "which is not a field"),
        ("fdp_primary_cancer_site = \"no_field = '1'\"", "no_field"),
    ] {
        folder.file(
            "ours/cwt/data_set.toml",
            text.replace("fdp_primary_cancer_site = \"fdp_end_reason = '01'\"", to),
        );
        let run = folder.run(&["quality", "october.csv", "--rules", "ours"]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("rules/cwt/data_set.toml:{line}:")) && run.stderr.contains(words),
            "{}",
            run.stderr
        );
    }
}
