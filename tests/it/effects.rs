//! What findings do to the figures, and how far these could move.

use calamine::{Data, Reader, open_workbook_auto};

use crate::kit::{Folder, TOLD, with};

/// Two counted referrals, one of them a breach; one left out without an end reason, one without a site of the
/// end.
fn folder() -> Folder {
    let folder = Folder::new();
    let records = [
        TOLD.to_vec(),
        with(
            TOLD,
            &[
                ("ppi", "A2"),
                ("nhs_number", "9990000026"),
                ("fdp_end_date", "2026-10-31"),
                ("priority_type", "9"),
            ],
        ),
        with(
            TOLD,
            &[
                ("ppi", "A3"),
                ("nhs_number", "9990000034"),
                ("fdp_end_reason", ""),
            ],
        ),
        with(
            TOLD,
            &[
                ("ppi", "A4"),
                ("nhs_number", "9990000042"),
                ("fdp_end_date", "2026-10-31"),
            ],
        ),
        with(
            TOLD,
            &[
                ("ppi", "A5"),
                ("nhs_number", "9990000050"),
                ("fdp_end_reason", "03"),
                ("fdp_exclusion_reason", "03"),
            ],
        ),
    ];
    folder.upload(
        "october.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    folder
}

fn run(folder: &Folder, more: &[&str]) -> serde_json::Value {
    folder.run(
        &[
            &["run", "october.csv", "--month", "2026-10", "--out", "out"][..],
            more,
        ]
        .concat(),
    );
    serde_json::from_slice(&std::fs::read(folder.path("out/run.json")).unwrap()).unwrap()
}

fn cells(folder: &Folder, book: &str, sheet: &str) -> Vec<String> {
    let mut workbook = open_workbook_auto(folder.path(&format!("out/{book}-2026-10.xlsx"))).unwrap();
    workbook
        .worksheet_range(sheet)
        .unwrap()
        .rows()
        .flatten()
        .map(Data::to_string)
        .collect()
}

#[test]
fn a_finding_says_how_its_record_is_counted_or_why_it_is_not() {
    let record = run(&folder(), &[]);
    let effects: Vec<(String, String)> = record["worklist"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["effect"] != "")
        .map(|line| {
            (
                line["pathway"].as_str().unwrap().to_string(),
                line["effect"].as_str().unwrap().to_string(),
            )
        })
        .collect();
    let of = |pathway: &str| {
        effects
            .iter()
            .filter(|(of, _)| of == pathway)
            .map(|(_, effect)| effect.as_str())
            .collect::<Vec<_>>()
    };
    assert!(
        of("RZZ/A2").contains(
            &"left out of 28-day: no route is known: the priority of the referral is missing or no code of its list, and there is no upgrade date; held back from the upload"
        ),
        "{effects:?}"
    );
    assert!(
        of("RZZ/A3").iter().all(|effect| effect.starts_with(
            "left out of 28-day: a field that the standard needs is missing or outside its list"
        )),
        "{effects:?}"
    );
    assert!(!of("RZZ/A3").is_empty());
    assert!(
        of("RZZ/A4")
            .iter()
            .any(|effect| effect.starts_with("counted in 28-day (breach)")),
        "{effects:?}"
    );
}

#[test]
fn a_figure_is_given_with_what_it_would_be_if_all_that_is_left_out_for_its_data_were_within_and_if_it_were_breaches()
 {
    let folder = folder();
    let record = run(&folder, &[]);
    let line = &record["standards"][0];
    assert_eq!(
        (&line["within"], &line["total"], &line["not_counted"]),
        (&1.0.into(), &2.0.into(), &3.into()),
        "{line}"
    );
    assert_eq!(
        (
            &line["left_out_for_data"],
            &line["if_all_breaches"],
            &line["if_all_within"]
        ),
        (&2.into(), &0.25.into(), &1.0.into()),
        "{line}"
    );
    let sentence = "28-day Faster Diagnosis Standard: 50.0% as recorded, 100.0% as submitted (1 record held \
        back from the upload); with 2 records left out for their data, 25.0% (all breaches) to 100.0% (all \
        within).";
    for (book, sheet) in [("worklist", "Summary"), ("pack", "Left out")] {
        // A long sentence goes on in the cells below.
        let filled = cells(&folder, book, sheet)
            .into_iter()
            .filter(|cell| !cell.is_empty());
        let text = filled.collect::<Vec<_>>().join(" ");
        assert!(text.contains(sentence), "{book}: {text}");
    }
}

#[test]
fn small_numbers_left_out_for_their_data_are_hidden_with_the_range_that_would_tell_them() {
    let folder = folder();
    let record = run(&folder, &["--small-numbers", "lt5"]);
    let line = &record["standards"][0];
    assert!(
        line["left_out_for_data"].is_null()
            && line["if_all_breaches"].is_null()
            && line["if_all_within"].is_null(),
        "{line}"
    );
    assert!(
        cells(&folder, "pack", "Left out")
            .iter()
            .any(|cell| cell.contains("too few to show how many are left out"))
    );
}

/// A pathway in two records, its referral and its treatment, with nothing wrong.
fn treated<'a>(ppi: &'a str, number: &'a str) -> [Vec<(&'a str, &'a str)>; 2] {
    let own = [("ppi", ppi), ("nhs_number", number)];
    let treatment = [
        ("nhs_number_status", "01"),
        ("org_ppi_issuer", "RZZ"),
        ("primary_diagnosis_icd", "C341"),
        ("tumour_laterality", "R"),
        ("site_decision_to_treat", "RZZ01"),
        ("ctp_start_date", "2026-10-28"),
        ("treatment_start_date", "2026-10-30"),
        ("site_treatment_start", "RZZ01"),
        ("treatment_event_type", "01"),
        ("treatment_modality", "02"),
        ("clinical_trial", "02"),
        ("care_setting", "02"),
        ("patient_status", "08"),
    ];
    [with(TOLD, &own), own.into_iter().chain(treatment).collect()]
}

#[test]
fn figures_are_given_as_recorded_and_as_submitted_and_the_range_holds_both() {
    let folder = Folder::new();
    let mut records = [treated("A1", "9990000018"), treated("A2", "9990000026")].concat();
    // The referral of the second pathway is held back, so that its treatment goes up without a route.
    records[2].push(("wta_first_seen_days", "3"));
    let records: Vec<&[(&str, &str)]> = records.iter().map(Vec::as_slice).collect();
    folder.upload("october.csv", &records);
    let run = folder.run(&[
        "run",
        "october.csv",
        "--month",
        "2026-10",
        "--out",
        "out",
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "figures   FDS 100.0% (2/2)   31D 100.0% (2/2)   62D 100.0% (2/2)   as recorded\n          \
             FDS 100.0% (1/1)   31D 100.0% (2/2)   62D 100.0% (1/1)   as submitted"
        ),
        "{}",
        run.stderr
    );
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path("out/run.json")).unwrap()).unwrap();
    let upload = folder.run(&["performance", "out/upload-2026-10.csv"]).rows();
    for line in record["standards"].as_array().unwrap() {
        let published = upload
            .iter()
            .find(|row| {
                row["Standard_or_Item"] == line["standard"].as_str().unwrap()
                    && row["Cancer_Type"] == "ALL CANCERS"
                    && row["Referral_Route_or_Stage"].starts_with("ALL")
            })
            .unwrap();
        let people = |name: &str| published[name].parse::<f64>().unwrap();
        let submitted = &line["submitted"];
        assert_eq!(
            (people("Within"), people("Total")),
            (
                submitted["within"].as_f64().unwrap(),
                submitted["total"].as_f64().unwrap()
            ),
            "{line}"
        );
        let (low, high) = (line["if_all_breaches"].as_f64(), line["if_all_within"].as_f64());
        for figure in [submitted["performance"].as_f64(), line["performance"].as_f64()] {
            assert!(low <= figure && figure <= high, "{line}");
        }
    }
}
