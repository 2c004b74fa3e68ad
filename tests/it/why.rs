//! `why`: one pathway, told so that a breach can be explained.

use crate::kit::{Folder, TOLD, with};

/// Told late of a cancer, treated elsewhere on day 91, and again later.
fn shared() -> Folder {
    let told = [
        ("crtp_start_date", "2026-07-01"),
        ("decision_to_refer_date", ""),
        ("patient_status", "08"),
        ("fdp_end_reason", "01"),
    ];
    let first = [
        ("primary_diagnosis_icd", "C18.7"),
        ("date_first_seen", "2026-07-10"),
        ("wta_first_seen_days", "2"),
        ("wta_first_seen_reason", "3"),
        ("fdp_end_date", "2026-07-31"),
        ("ctp_start_date", "2026-09-21"),
        ("site_decision_to_treat", "RXX01"),
        ("ipt_received_date", "2026-09-07"),
        ("ipt_requested_date", "2026-09-07"),
        ("ipt_org_referring", "RZZ"),
        ("ipt_org_receiving", "RXX"),
        ("treatment_start_date", "2026-09-30"),
        ("site_treatment_start", "RXX01"),
        ("treatment_event_type", "01"),
        ("treatment_modality", "23"),
        ("delay_reason_rtt", "97"),
    ];
    let second = [
        ("primary_diagnosis_icd", "C18.7"),
        ("ctp_start_date", "2026-10-20"),
        ("treatment_start_date", "2026-12-01"),
        ("site_treatment_start", "RXX01"),
        ("treatment_event_type", "02"),
        ("treatment_modality", "02"),
    ];
    let identity = &TOLD[..4];
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[
            &with(TOLD, &[&told[..], &first].concat()),
            &with(identity, &second),
            &with(TOLD, &[("ppi", "A2")]),
        ],
    );
    folder
}

#[test]
fn a_pathway_is_told_with_its_dates_its_clocks_and_its_checks() {
    let run = shared().run(&["why", "RZZ/A1", "upload.csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (story, checks) = run.stdout.split_once("\nchecks\n").unwrap();
    insta::assert_snapshot!(story, @r"
    pathway RZZ/A1
      [1]  upload.csv row 1
      [2]  upload.csv row 2

    events
      2026-07-01  day 0     Referral received date  [1]
      2026-07-10  day 9     Date first seen  [1]
      2026-07-31  day 30    Faster Diagnosis end date  [1]
      2026-09-07  day 68    Transfer received date  [1]
      2026-09-07  day 68    Transfer requested date  [1]
      2026-09-21  day 82    Decision to treat date  [1]
      2026-09-30  day 91    Treatment start date  [1]
      2026-10-20  day 111   Decision to treat date  [2]
      2026-12-01  day 153   Treatment start date (planned)  [2]
      longest stretch without an event: 42 days, from 2026-10-20 to 2026-12-01

    FDS  28-day Faster Diagnosis Standard  [1]
      outcome      within the standard: 28 days, and up to 28 are in time
      start        2026-07-01
      stop         2026-07-31
      days         28 = 30 from start to stop, less 2 adjusted
      route        Urgent Suspected Cancer
      cancer type  Suspected lower gastrointestinal cancer
      month        2026-07
      counted at   RZZ, the whole patient, within

    31D  31-day combined standard  [1]
      outcome      within the standard: 9 days, and up to 31 are in time
      start        2026-09-21
      stop         2026-09-30
      days         9 = 9 from start to stop, less 0 adjusted
      route        Urgent Suspected Cancer
      cancer type  Lower Gastrointestinal
      month        2026-09
      counted at   RXX, the whole patient, within

    62D  62-day combined standard  [1]
      outcome      BREACH: 89 days, 27 more than the 62 that are in time
      start        2026-07-01
      stop         2026-09-30
      days         89 = 91 from start to stop, less 2 adjusted
      route        Urgent Suspected Cancer
      cancer type  Lower Gastrointestinal
      month        2026-09
      counted at   RZZ, the whole patient, a breach
      shared       RZZ had it for 66 days to the transfer (38 are in time), RXX for 23 days from it (24
                   are in time): scenario 5, shares 1 and 0
      delay reason 97 Other reason (not listed)

    FDS  28-day Faster Diagnosis Standard  [2]
      outcome      not counted, no-end-date: no Faster Diagnosis end date: the patient has not been told
                   yet, or the date was not recorded
      start        2026-07-01
      route        Urgent Suspected Cancer
      cancer type  Suspected lower gastrointestinal cancer

    31D  31-day combined standard  [2]
      outcome      not counted, planned: the stop lies after the day that the figures are of (`--as-at`)
      start        2026-10-20
      stop         2026-12-01
      days         42 = 42 from start to stop, less 0 adjusted
      route        Urgent Suspected Cancer
      cancer type  Lower Gastrointestinal
      month        2026-12

    62D  62-day combined standard  [2]
      outcome      not counted, planned: the stop lies after the day that the figures are of (`--as-at`)
      start        2026-07-01
      stop         2026-12-01
      days         151 = 153 from start to stop, less 2 adjusted
      route        Urgent Suspected Cancer
      cancer type  Lower Gastrointestinal
      month        2026-12
    ");
    for words in [
        "CWT-D008  warning  The delay reason is Other",
        "  [1]\n    fields     Delay comment",
        "    fix        ",
    ] {
        assert!(checks.contains(words), "{words}: {checks}");
    }
}

#[test]
fn no_identifier_is_told_and_a_pathway_that_is_not_there_is_a_usage_error() {
    let folder = shared();
    let run = folder.run(&["why", "RZZ/A1", "upload.csv"]);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("9990000018"));
    let unknown = folder.run(&["why", "RZZ/B1", "upload.csv"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown
            .stderr
            .contains("no record belongs to pathway `RZZ/B1`: did you mean `RZZ/A1`?"),
        "{}",
        unknown.stderr
    );
    let empty = folder.run(&["why", "9990000018", "upload.csv"]);
    assert_eq!(
        empty.code, 2,
        "a pathway is not asked for by the number of a patient"
    );
}

#[test]
fn the_rtt_clock_of_the_patient_is_told_beside_and_so_is_what_is_wrong_with_it() {
    let folder = shared();
    folder.file(
        "rtt.csv",
        "pathway_identifier,referral_received_date,event_date,rtt_status\n\
         A1,2026-07-01,2026-07-10,10\n\
         A1,2026-07-01,2026-09-30,20\n\
         A2,2026-07-01,2026-07-10,30\n",
    );
    let run = folder.run(&["why", "RZZ/A1", "upload.csv", "rtt.csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (_, beside) = run.stdout.split_once("\nbeside the clocks\n").unwrap();
    let (clock, checks) = beside.split_once("\nchecks\n").unwrap();
    assert_eq!(
        clock.split_whitespace().collect::<Vec<_>>().join(" "),
        "RTT clock from 2026-07-01, still running on 2026-11-24 after 146 days; last status 20. The cancer treatment of \
         2026-09-30 stopped no RTT clock"
    );
    let found: Vec<&str> = checks.lines().filter(|line| line.contains("CWT-X01")).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("CWT-X015") && found[0].ends_with("(rtt.csv row 3)"),
        "{found:?}"
    );
}
