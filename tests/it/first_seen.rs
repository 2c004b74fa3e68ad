//! First seen: published beside the standards as activity, and in no list of waits.

use crate::kit::{Folder, TOLD, with};

const BANDS: [&str; 5] = [
    "Within_14_days",
    "In_15_to_16_days",
    "In_17_to_21_days",
    "In_22_to_28_days",
    "After_28_days",
];

#[test]
fn people_first_seen_are_counted_in_the_bands_of_their_days() {
    let seen = |id, date| {
        with(
            TOLD,
            &[
                ("ppi", id),
                ("date_first_seen", date),
                ("fdp_end_reason", ""),
                ("fdp_end_date", ""),
                ("site_fdp_end", ""),
            ],
        )
    };
    let records = [
        seen("A1", "2026-10-15"), // day 14
        seen("A2", "2026-10-16"), // day 15
        seen("A3", "2026-10-17"),
        seen("A4", "2026-10-18"), // day 17
        seen("A5", "2026-10-22"),
        seen("A6", "2026-10-23"), // day 22
        seen("A7", "2026-10-29"),
        seen("A8", "2026-10-30"), // day 29
        with(&seen("A9", "2026-10-30"), &[("wta_first_seen_days", "1")]),
        seen("A9", "2026-10-30"), // the same pathway again
        seen("B1", "2026-09-30"), // before the referral: a mistake
        seen("B2", "2026-11-02"), // another month
        with(&seen("C1", "2026-10-10"), &[("priority_type", "1")]), // a routine referral
        with(&seen("D1", "2026-10-15"), &[("cancer_referral_type", "16")]),
    ];
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    );
    let rows = folder
        .run(&["performance", "upload.csv", "--month", "2026-10"])
        .rows();
    let columns = [
        "Standard_or_Item",
        "Cancer_Type",
        "Total",
        "Within",
        "After",
        "Performance",
    ];
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            columns
                .iter()
                .chain(&BANDS)
                .map(|column| row[*column].as_str())
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect();
    assert_eq!(
        lines,
        [
            "Urgent Suspected Cancer referral,ALL CANCERS,9,1,8,,1,2,2,3,1",
            "Urgent Suspected Cancer referral,Suspected lower gastrointestinal cancer,9,1,8,,1,2,2,3,1",
            "Urgent Breast Symptomatic referral,ALL CANCERS,1,1,0,,1,0,0,0,0",
            "Urgent Breast Symptomatic referral,Exhibited (non-cancer) breast symptoms - cancer not \
            initially suspected,1,1,0,,1,0,0,0,0",
        ]
    );
    let waits = folder.run(&["waits", "upload.csv"]).rows();
    assert!(
        waits
            .iter()
            .all(|wait| ["FDS", "31D", "62D"].contains(&wait["standard"].as_str()))
    );
}
