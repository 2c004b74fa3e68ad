//! The trust of a site: from a list, from the code where the code has it, or not known, which is said before
//! any figure.

use crate::kit::{Folder, Run, TOLD, with};

/// Told and treated at one site, by the trust that saw the patient first.
fn treated(site: &'static str) -> Vec<(&'static str, &'static str)> {
    with(
        TOLD,
        &[
            ("fdp_end_reason", "01"),
            ("fdp_primary_cancer_site", "07"),
            ("site_fdp_end", site),
            ("ctp_start_date", "2026-10-09"),
            ("site_decision_to_treat", site),
            ("treatment_start_date", "2026-10-30"),
            ("site_treatment_start", site),
            ("treatment_event_type", "01"),
            ("treatment_modality", "23"),
            ("primary_diagnosis_icd", "C18.7"),
            ("care_setting", "01"),
        ],
    )
}

/// A referral that waits, seen at one site.
fn waiting(site: &'static str) -> Vec<(&'static str, &'static str)> {
    with(
        TOLD,
        &[
            ("ppi", "B1"),
            ("site_first_seen", site),
            ("fdp_end_reason", ""),
            ("fdp_end_date", ""),
            ("site_fdp_end", ""),
            ("patient_status", "14"),
        ],
    )
}

/// Waits as `standard reason trust share`.
fn waits(run: &Run) -> Vec<String> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows = run.rows();
    let shown = rows.iter().map(|row| {
        ["standard", "reason", "org_code", "share"]
            .map(|name| row[name].clone())
            .join(" ")
    });
    shown.collect()
}

#[test]
fn a_site_whose_trust_is_not_known_is_on_the_first_page_with_its_figures() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[&treated("G7H8J"), &waiting("G7H8J")]);
    let run = folder.run(&[
        "run",
        "upload.csv",
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--out",
        "out",
    ]);
    assert!(
        run.stderr.contains(
            "note: The trust of a site or organisation is not known (G7H8J): 2 records, left out of 31D \
            (1), 62D (1), FDS (1). CWT-X201 says what to do."
        ),
        "{}",
        run.stderr
    );
    let page = std::fs::read_to_string(folder.path("out/report-2026-10.html")).unwrap();
    assert!(page.contains("The trust of a site or organisation is not known (G7H8J): 2 records"));
    let run = folder.run(&["waits", "upload.csv"]);
    assert!(
        run.stderr
            .contains("note: 2 records with a site whose trust is not known"),
        "{}",
        run.stderr
    );
    assert_eq!(
        waits(&run),
        [
            "FDS unknown-trust  ",
            "31D unknown-trust  ",
            "62D unknown-trust  ",
            "FDS no-end-date  "
        ]
    );
}

#[test]
fn who_waits_at_a_site_without_a_trust_is_on_the_list_and_who_waits_at_another_trust_is_not() {
    let folder = Folder::new();
    let elsewhere = with(&waiting("RZY01"), &[("ppi", "B2")]);
    let both = with(
        &waiting("RZY01"),
        &[
            ("ppi", "B3"),
            ("consultant_upgrade_date", "2026-10-10"),
            ("site_consultant_upgrade", "G7H8J"),
        ],
    );
    folder.upload("upload.csv", &[&waiting("G7H8J"), &elsewhere, &both]);
    let run = folder.run(&["ptl", "upload.csv", "--as-at", "2026-10-25", "--provider", "RZZ"]);
    let pathways: Vec<String> = run.rows().iter().map(|row| row["pathway"].clone()).collect();
    assert_eq!(pathways, ["RZZ/B1", "RZZ/B3"], "{}", run.stderr);
}

#[test]
fn the_list_of_trusts_knows_new_sites_merged_trusts_and_codes_of_five_characters() {
    let folder = Folder::new();
    folder
        .upload("upload.csv", &[&treated("G7H8J")])
        .upload("merged.csv", &[&treated("RXX07")])
        .file(
            "rules/cwt/lookups/trusts.csv",
            "code,trust,note\nG7H8J,H8G6T,\nH8G6T,H8G6T,\nRXX,RZZ,merged in April\n",
        );
    let counted = |file: &str, provider: &str| {
        waits(&folder.run(&["waits", file, "--rules", "rules", "--provider", provider]))
    };
    assert_eq!(
        counted("upload.csv", "H8G6T"),
        ["FDS  H8G6T 1", "31D  H8G6T 1", "62D  H8G6T 0.5"]
    );
    assert_eq!(
        counted("merged.csv", "RZZ"),
        ["FDS  RZZ 1", "31D  RZZ 1", "62D  RZZ 1"]
    );
    let run = folder.run(&[
        "run",
        "upload.csv",
        "--rules",
        "rules",
        "--month",
        "2026-10",
        "--provider",
        "h8g6t",
        "--out",
        "out",
    ]);
    assert!(run.stderr.contains("62D 100.0% (0.5/0.5)"), "{}", run.stderr);
    let run = folder.run(&["waits", "upload.csv", "--provider", "H8G6"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("three characters, such as `RZZ`, or five, such as `H8G6T`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_slip_in_the_list_of_trusts_is_refused_with_its_line() {
    for (rows, said) in [
        (
            "g7h8j,RZZ,",
            "trusts.csv:2:1: `g7h8j` is no code for `code`: capitals and digits",
        ),
        ("G7H8J,,", "trusts.csv:2:1: `trust` is blank"),
        ("G7H8J,RZZ,\nG7H8J,RZY,", "trusts.csv:3:1: `G7H8J` is given twice"),
        (
            "RXX,RZZ,\nRZZ,RYY,",
            "trusts.csv:2:1: `RZZ` leads on to `RYY` in line 3: write `RYY` here",
        ),
    ] {
        let folder = Folder::new();
        folder.upload("upload.csv", &[&treated("G7H8J")]).file(
            "rules/cwt/lookups/trusts.csv",
            format!("code,trust,note\n{rows}\n"),
        );
        let run = folder.run(&["waits", "upload.csv", "--rules", "rules"]);
        assert_eq!(run.code, 2, "{rows}");
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn an_organisation_that_is_not_known_gives_no_half_of_a_patient_away() {
    let folder = Folder::new();
    let sent = with(
        &treated("RZZ01"),
        &[
            ("ipt_org_referring", "H8G6T"),
            ("ipt_org_receiving", "RZZ"),
            ("ipt_requested_date", "2026-10-05"),
            ("ipt_received_date", "2026-10-06"),
        ],
    );
    folder.upload("upload.csv", &[&sent]);
    assert_eq!(
        waits(&folder.run(&["waits", "upload.csv"])),
        ["FDS  RZZ 1", "31D  RZZ 1", "62D unknown-trust RZZ "]
    );
}
