//! The messages about figures that disagree, are suppressed, or are in a row that cannot be read as a line.

use calamine::Data;

use crate::published::invented::*;

#[test]
fn figures_that_disagree_are_reported_with_sheet_and_row() {
    let mut grids = grids();
    set(&mut grids, "28-DAY FDS (ALL ROUTES)", 7, 4, Data::Float(11.0));
    assert_eq!(
        problems(&grids),
        [
            "28-DAY FDS (ALL ROUTES) row 7: `Within` and `After` sum to 10, but `Total` is 11",
            "28-DAY FDS (ALL ROUTES) row 7: the bands sum to 10, but `Total` is 11",
            "28-DAY FDS (ALL ROUTES) row 7: the percentage is 0.8, but `Within` over `Total` is \
             0.7272727272727273",
            "28-DAY FDS (ALL ROUTES) row 7: the routes and suspected types sum to 10 in `Total`, not 11",
            "28-DAY FDS (ALL ROUTES) row 10: the providers sum to 12 in `Total`, not 11",
        ]
    );
}

#[test]
fn half_a_patient_in_a_wrong_band_is_reported_for_every_whole_that_it_belongs_to() {
    let mut grids = grids();
    // Half a patient moves from one band in time to the next: only the sums of each band can show it.
    set(&mut grids, "62-DAY (BY CANCER)", 16, 13, Data::Float(0.5));
    set(&mut grids, "62-DAY (BY CANCER)", 16, 12, Data::Float(0.5));
    assert_eq!(
        problems(&grids),
        [
            "62-DAY (ALL CANCER) row 16: the cancer types sum to 0.5 in `In_39_to_48_days`, not 0, 0.5 in \
             `In_49_to_62_days`, not 1",
            "62-DAY (BY CANCER) row 7: the routes or stages sum to 0.5 in `In_39_to_48_days`, not 0, 0.5 in \
             `In_49_to_62_days`, not 1",
            "62-DAY (BY CANCER) row 19: the providers sum to 0.5 in `In_39_to_48_days`, not 0, 0.5 in \
             `In_49_to_62_days`, not 1",
        ]
    );
}

#[test]
fn a_line_that_is_repeated_or_missing_is_reported() {
    let mut grids = grids();
    let rows = sheet_of(&mut grids, "USC referral to FOA");
    let line = rows[4].clone();
    rows.insert(5, line);
    sheet_of(&mut grids, "31-DAY (BY TREATMENT MODALITY)").truncate(22);
    assert_eq!(
        problems(&grids),
        [
            "31-DAY (ALL CANCER) row 25: no treatment modalities divide this line",
            "31-DAY (ALL CANCER) row 27: no treatment modalities divide this line",
            "31-DAY (BY TREATMENT MODALITY) row 7: the routes or stages sum to 6 in `Total`, not 10, 5 in \
             `Within`, not 9, 5 in `Within_31_days`, not 9",
            "31-DAY (BY TREATMENT MODALITY) row 10: the routes or stages sum to 9 in `Total`, not 13, 8 in \
             `Within`, not 12, 8 in `Within_31_days`, not 12",
            "USC referral to FOA row 6: the same line as `USC referral to FOA` row 5",
            "USC referral to FOA row 8: the providers sum to 10 in `Total`, not 5, 8 in `Within_14_days`, \
             not 4, 2 in `In_15_to_16_days`, not 1",
        ]
    );
}

#[test]
fn a_suppressed_figure_is_not_assessed_and_is_no_problem() {
    let mut grids = grids();
    for column in [5, 6, 9] {
        set(&mut grids, "28-DAY FDS (ALL ROUTES)", 8, column, text("*"));
    }
    let published = read_grids(FILE, &grids).unwrap();
    let line = &published.lines[1];
    assert_eq!(
        (line.total, line.within, line.after, line.bands.len()),
        (1.0, None, None, 4)
    );
    assert_eq!(published.problems, []);
    // The line: within and after, bands in time, percentage, bands. Then three figures in the sum of
    // providers, and three in the sum of routes.
    assert_eq!(published.not_assessed, 4 + 3 + 3);
}

#[test]
fn a_suppressed_total_is_the_sum_of_its_parts_and_a_line_without_either_is_reported() {
    let mut grids = grids();
    set(&mut grids, "28-DAY FDS (ALL ROUTES)", 7, 4, text("*"));
    assert_eq!(read_grids(FILE, &grids).unwrap().lines[0].total, 10.0);
    assert_eq!(
        notes(&grids),
        [
            "28-DAY FDS (ALL ROUTES) row 7: the total of `NORTH TRUST` is suppressed: 10 is the sum of its \
             parts"
        ]
    );

    for column in [5, 9] {
        set(&mut grids, "28-DAY FDS (ALL ROUTES)", 7, column, Data::Empty);
    }
    assert_eq!(
        problems(&grids)[0],
        "28-DAY FDS (ALL ROUTES) row 7: `NORTH TRUST` has no total: the row is left out"
    );
}

#[test]
fn rows_that_are_not_lines_are_skipped_or_reported() {
    let mut grids = grids();
    let rows = sheet_of(&mut grids, "28-DAY FDS (ALL ROUTES)");
    rows.extend(cells(
        "Source: NHS England\n|(1) the code\n|RZ3|EMPTY TRUST|ALL ROUTES\n||||7",
    ));
    assert_eq!(
        notes(&grids),
        ["28-DAY FDS (ALL ROUTES) row 13: `EMPTY TRUST` has no figures: the row is left out"]
    );
    assert_eq!(
        problems(&grids),
        ["28-DAY FDS (ALL ROUTES) row 14: figures without a provider: the row is left out"]
    );
}

#[test]
fn a_sheet_for_another_month_is_reported() {
    let mut grids = grids();
    set(&mut grids, "62-DAY (ALL CANCER)", 2, 0, text("Jul-25"));
    assert_eq!(
        problems(&grids),
        ["62-DAY (ALL CANCER) row 2: this sheet is for 2025-07, the workbook for 2025-08"]
    );
}
