//! `performance --by` and `--by-site`: sums of months, and lines of sites that add up to their trust.

use crate::kit::{Folder, Run, TOLD, with};

/// Three referrals told in time in August, one late in October; one of them at a second site, one where only
/// the trust is known.
fn folder() -> Folder {
    let folder = Folder::new();
    let late = [
        ("crtp_start_date", "2026-09-01"),
        ("date_first_seen", "2026-09-09"),
        ("fdp_end_date", "2026-10-28"),
    ];
    let august = [
        ("crtp_start_date", "2026-08-01"),
        ("date_first_seen", "2026-08-09"),
        ("fdp_end_date", "2026-08-20"),
    ];
    let records = [
        with(&with(TOLD, &august), &[("ppi", "A1")]),
        with(&with(TOLD, &august), &[("ppi", "A2"), ("site_fdp_end", "rzz02")]),
        with(&with(TOLD, &august), &[("ppi", "A3"), ("site_fdp_end", "RZZ")]),
        with(&with(TOLD, &late), &[("ppi", "A4")]),
    ];
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    folder
}

/// Period, code, trust and name, and the figures of the 28-day standard over all routes and types.
fn fds(run: &Run) -> Vec<String> {
    let columns = [
        "Period",
        "Org_Code",
        "Parent_Org",
        "Org_Name",
        "Total",
        "Within",
        "Performance",
        "Within_14_days",
    ];
    let is_whole = |row: &std::collections::BTreeMap<String, String>| {
        row["Standard_or_Item"] == "FDS" && row["Cancer_Type"] == "ALL CANCERS"
    };
    let rows = run.rows();
    rows.iter()
        .filter(|row| is_whole(row))
        .map(|row| columns.map(|column| row[column].as_str()).join(","))
        .collect()
}

#[test]
fn a_longer_period_sums_people_and_takes_no_mean_of_percentages() {
    let folder = folder();
    let by = |by: &str| folder.run(&["performance", "upload.csv", "--by", by, "--month", "2026-10"]);
    let year = by("year-to-date");
    // August 3 of 3 and October 0 of 1: a mean of months would be a half.
    assert_eq!(
        fds(&year),
        ["2026-27 Apr-Oct,RZZ,,Sample Valley Hospitals,4,3,0.75,0"]
    );
    assert!(
        year.stderr.contains(
            "incomplete 2026-27 Apr-Oct: April 2026 to July 2026: no waits; September 2026: no waits\n"
        ),
        "{}",
        year.stderr
    );
    assert_eq!(
        fds(&by("rolling-12")),
        ["2025-11 to 2026-10,RZZ,,Sample Valley Hospitals,4,3,0.75,0"]
    );
    let quarter = by("quarter");
    assert_eq!(fds(&quarter), ["2026-27 Q3,RZZ,,Sample Valley Hospitals,1,0,0,0"]);
    let gaps = "incomplete 2026-27 Q3: November 2026: no waits; December 2026: not begun on 2026-11-24\n";
    assert!(quarter.stderr.contains(gaps), "{}", quarter.stderr);
}

#[test]
fn without_a_month_every_period_that_has_waits_is_given_in_order() {
    let run = folder().run(&["performance", "upload.csv", "--by", "quarter"]);
    let periods: Vec<String> = fds(&run)
        .iter()
        .map(|line| line.split(',').next().unwrap_or_default().to_string())
        .collect();
    assert_eq!(periods, ["2026-27 Q2", "2026-27 Q3"]);
    let run = folder().run(&["performance", "upload.csv"]);
    assert_eq!(fds(&run).len(), 2);
    assert!(!run.stderr.contains("incomplete"), "{}", run.stderr);
}

#[test]
fn the_lines_of_sites_add_up_to_their_trust_and_none_is_lost() {
    let run = folder().run(&["performance", "upload.csv", "--month", "2026-08", "--by-site"]);
    assert_eq!(
        fds(&run),
        [
            "2026-08,RZZ01,RZZ,,1,1,1,0",
            "2026-08,RZZ02,RZZ,,1,1,1,0",
            "2026-08,RZZ,RZZ,site not given,1,1,1,0"
        ]
    );
}

#[test]
fn half_a_shared_patient_is_counted_at_the_site_of_each_trust() {
    let folder = Folder::new();
    let treated = [
        ("date_first_seen", "2026-07-09"),
        ("crtp_start_date", "2026-07-01"),
        ("fdp_end_date", "2026-07-28"),
        ("ctp_start_date", "2026-10-01"),
        ("treatment_start_date", "2026-10-10"),
        ("treatment_event_type", "01"),
        ("treatment_modality", "01"),
        ("primary_diagnosis_icd", "C34.1"),
        ("site_treatment_start", "RYY05"),
    ];
    let first = with(TOLD, &treated);
    let named = with(&first, &[("ppi", "A2"), ("ipt_org_referring", "RZZ")]);
    folder.upload("upload.csv", &[&first, &named]);
    let run = folder.run(&["performance", "upload.csv", "--month", "2026-10", "--by-site"]);
    let shares: Vec<String> = run
        .rows()
        .iter()
        .filter(|row| {
            row["Standard_or_Item"] == "62D"
                && row["Cancer_Type"] == "Lung"
                && row["Referral_Route_or_Stage"] == "ALL ROUTES"
        })
        .map(|row| format!("{} {} {}", row["Org_Code"], row["Org_Name"], row["Total"]))
        .collect();
    // Where the transfer names only the trust, the site of its half is not known.
    assert_eq!(shares, ["RYY05  1", "RZZ01  0.5", "RZZ site not given 0.5"]);
}
