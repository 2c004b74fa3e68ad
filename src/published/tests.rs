//! What is read from a small invented workbook, and the changes between months that must not change what is
//! read.

use calamine::Data;

use crate::published::Status;
use crate::published::invented::*;

#[test]
fn a_workbook_becomes_lines_of_the_combined_csv() {
    let published = read_grids(FILE, &grids()).unwrap();
    assert_eq!(
        (published.period.as_str(), published.status),
        ("2025-08", Status::Final)
    );
    assert_eq!(
        (published.problems, published.notes, published.not_assessed),
        (vec![], vec![], 0)
    );

    let lines = texts_of(&published.lines);
    assert_eq!(lines.len(), 3 + 6 + 3 * 8 + 3 * 8 + 2 + 2);
    for expected in [
        "2025-08|RZ1|NORTH TRUST|FDS|ALL CANCERS|ALL ROUTES|ALL MODALITIES|10|8|2|After_62_days=0 \
         In_15_to_28_days=2 In_29_to_42_days=1 In_43_to_62_days=1 Within_14_days=6",
        "2025-08|RZ1|NORTH TRUST|FDS|Suspected breast cancer|NATIONAL SCREENING PROGRAMME|ALL \
         MODALITIES|2|1|1|After_62_days=0 In_15_to_28_days=0 In_29_to_42_days=0 In_43_to_62_days=1 \
         Within_14_days=1",
        "2025-08|Total|ALL ENGLISH PROVIDERS|31D|ALL CANCERS|ALL STAGES|ALL \
         MODALITIES|13|12|1|After_62_days=0 In_32_to_38_days=1 In_39_to_48_days=0 In_49_to_62_days=0 \
         Within_31_days=12",
        "2025-08|RZ1|NORTH TRUST|31D|Lung|Subsequent|ALL MODALITIES|4|4|0|After_62_days=0 \
         In_32_to_38_days=0 In_39_to_48_days=0 In_49_to_62_days=0 Within_31_days=4",
        "2025-08|RZ2|SOUTH TRUST|62D|ALL CANCERS|Urgent Suspected Cancer|Surgery|0.5|0.5|0|After_104_days=0 \
         In_32_to_38_days=0 In_39_to_48_days=0 In_49_to_62_days=0 In_63_to_76_days=0 In_77_to_90_days=0 \
         In_91_to_104_days=0 Within_31_days=0.5",
        "2025-08|RZ1|NORTH TRUST|Urgent Suspected Cancer referral|Suspected breast cancer|ALL ROUTES|ALL \
         MODALITIES|5|||After_28_days=0 In_15_to_16_days=1 In_17_to_21_days=0 In_22_to_28_days=0 \
         Within_14_days=4",
    ] {
        assert!(
            lines.iter().any(|line| line == expected),
            "{expected}\nin\n{}",
            lines.join("\n")
        );
    }
    let first = &published.lines[0];
    assert_eq!(
        (first.sheet.as_str(), first.row, first.performance),
        ("28-DAY FDS (ALL ROUTES)", 7, Some(0.8))
    );
}

#[test]
fn what_changes_from_month_to_month_does_not_change_what_is_read() {
    let expected = texts_of(&read_grids(FILE, &grids()).unwrap().lines);
    type Change = fn(&mut Grids);
    let changes: [(&str, Change); 15] = [
        ("a column more at the left", |grids| {
            each_row(grids, |row| row.insert(0, Data::Empty))
        }),
        ("no blank column at the left", |grids| {
            each_row(grids, |row| {
                if row.len() > 1 {
                    drop(row.remove(0))
                }
            });
        }),
        ("no blank column before the bands", |grids| {
            for (_, rows) in grids {
                let blank = rows.iter().find_map(|row| {
                    row.iter()
                        .skip(1)
                        .position(|cell| *cell == Data::Empty && row.len() > 12)
                });
                rows.iter_mut()
                    .filter(|row| row.len() > 12)
                    .for_each(|row| drop(row.remove(1 + blank.unwrap())));
            }
        }),
        ("rows more everywhere", |grids| {
            for (_, rows) in grids {
                *rows = rows
                    .iter()
                    .flat_map(|row| [row.clone(), vec![], vec![text(" ")]])
                    .collect();
            }
        }),
        ("no blank rows", |grids| {
            grids
                .iter_mut()
                .for_each(|(_, rows)| rows.retain(|row| row.iter().any(|cell| *cell != Data::Empty)));
        }),
        ("other footnote numbers", |grids| {
            each_text(grids, |cell| {
                text(
                    &cell
                        .replace("(1)", "(7)")
                        .replace("(2)", "(1, 3)")
                        .replace("(3)", ""),
                )
            })
        }),
        ("headings in small letters", |grids| {
            each_text(grids, |cell| {
                if cell.contains("DAYS") || cell.contains("TYPE") {
                    text(&cell.to_lowercase())
                } else {
                    text(cell)
                }
            })
        }),
        ("labels in capitals and no-break spaces", |grids| {
            let labels = [
                "First Treatment",
                "Subsequent Treatment",
                "Urgent Suspected Cancer",
                "Consultant Upgrade",
            ];
            each_text(grids, |cell| {
                if labels.contains(&cell) {
                    text(&cell.to_uppercase().replace(' ', "\u{a0}"))
                } else {
                    text(cell)
                }
            })
        }),
        ("numbers stored as text", |grids| {
            each_row(grids, |row| {
                for cell in row {
                    if let Data::Float(number) = cell {
                        *cell = text(&format!(" {number} "));
                    }
                }
            })
        }),
        ("a dash for nobody", |grids| {
            each_row(grids, |row| {
                row.iter_mut()
                    .filter(|cell| **cell == Data::Float(0.0))
                    .for_each(|cell| *cell = text("-"))
            })
        }),
        ("the month in words", |grids| {
            each_text(grids, |cell| {
                text(if cell == "Aug-25" { "AUGUST 2025" } else { cell })
            })
        }),
        ("the month as a date", |grids| {
            let date = calamine::ExcelDateTime::new(45870.0, calamine::ExcelDateTimeType::DateTime, false);
            each_text(grids, |cell| {
                if cell == "Aug-25" {
                    Data::DateTime(date)
                } else {
                    text(cell)
                }
            })
        }),
        ("the month in another row", |grids| {
            for (_, rows) in grids.iter_mut().skip(1) {
                let month = rows.remove(1);
                rows.insert(0, month);
                rows.insert(0, vec![]);
            }
        }),
        ("other sheet names", |grids| {
            grids.iter_mut().for_each(|(name, _)| {
                *name = name
                    .replace("-DAY", " day")
                    .replace("BY TREATMENT MODALITY", "by treatment  modality")
            });
        }),
        ("sheets more", |grids| {
            grids.insert(
                0,
                (
                    "Notes".into(),
                    vec![
                        vec![text("Two Week Wait is no longer published")],
                        vec![Data::Float(45000.0)],
                    ],
                ),
            );
            grids.push((
                "Lookup".into(),
                vec![
                    vec![text("ODS CODE"), text("PROVIDER")],
                    vec![text("RZ1"), text("NORTH TRUST")],
                ],
            ));
        }),
    ];
    for (what, change) in changes {
        let mut grids = grids();
        change(&mut grids);
        let published = read_grids(FILE, &grids).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(texts_of(&published.lines), expected, "{what}");
        assert_eq!((published.problems, published.notes), (vec![], vec![]), "{what}");
    }
}

#[test]
fn parts_in_another_order_give_the_same_lines() {
    let mut expected = texts_of(&read_grids(FILE, &grids()).unwrap().lines);
    let mut grids = grids();
    for (_, rows) in grids.iter_mut().filter(|(name, _)| name.contains("62-DAY")) {
        let starts: Vec<usize> = (0..rows.len())
            .filter(|row| format!("{:?}", rows[*row]).contains("PART "))
            .collect();
        let last = rows.split_off(starts[2]);
        let middle = rows.split_off(starts[1]);
        let first = rows.split_off(starts[0]);
        rows.extend([last, first, middle].concat());
    }
    let published = read_grids(FILE, &grids).unwrap();
    let mut found = texts_of(&published.lines);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(published.problems, []);
}

#[test]
fn a_route_without_patients_has_no_part_and_a_new_provider_is_read() {
    let mut grids = grids();
    for (_, rows) in grids.iter_mut().filter(|(name, _)| name.contains("62-DAY")) {
        let upgrade = rows
            .iter()
            .position(|row| format!("{row:?}").contains("CONSULTANT UPGRADE"))
            .unwrap();
        rows.truncate(upgrade);
        // Nobody was upgraded, and a new provider treats those people instead.
        for row in rows
            .iter_mut()
            .filter(|row| format!("{row:?}").contains("RZ1") && format!("{row:?}").contains("ALL ROUTES"))
        {
            *row = cells(&row_text(row).replace("3.5|2.5|1|0.714285714285714||1.5", "2.5|1.5|1|0.6||0.5"))
                .remove(0);
        }
        let south_rows: Vec<usize> = (0..rows.len())
            .filter(|row| format!("{:?}", rows[*row]).contains("RZ2"))
            .collect();
        for row in south_rows.into_iter().rev() {
            let new = row_text(&rows[row])
                .replace("RZ2", "NEW1")
                .replace("SOUTH TRUST", "NEW CLINIC")
                .replace("0.5|0.5|0|1||0.5", "1|1|0|1||1");
            rows.insert(row, cells(&new).remove(0));
        }
        for row in rows
            .iter_mut()
            .filter(|row| format!("{row:?}").contains("ENGLISH") && format!("{row:?}").contains("Urgent"))
        {
            *row = cells(&row_text(row).replace("3|2|1|0.666666666666667||1", "4|3|1|0.75||2")).remove(0);
        }
    }
    let published = read_grids(FILE, &grids).unwrap();
    assert_eq!(published.problems, []);
    assert_eq!(
        published
            .lines
            .iter()
            .filter(|line| line.org_code == "NEW1")
            .count(),
        6
    );
}

#[test]
fn the_part_heading_says_the_route_where_rows_do_not() {
    let expected = texts_of(&read_grids(FILE, &grids()).unwrap().lines);
    let mut grids = grids();
    for (_, rows) in grids.iter_mut().filter(|(name, _)| name.contains("31-DAY")) {
        rows.iter_mut()
            .filter(|row| row.len() > 4)
            .for_each(|row| row[3] = Data::Empty);
    }
    assert_eq!(texts_of(&read_grids(FILE, &grids).unwrap().lines), expected);
}

#[test]
fn the_status_is_that_of_the_front_page_and_else_of_the_file_name() {
    let status = |file: &str, grids: &Grids| read_grids(file, grids).unwrap().status;
    let mut grids = grids();
    set(
        &mut grids,
        "Frontpage",
        2,
        0,
        text("Status: Provisional Official Statistics"),
    );
    assert_eq!(status(FILE, &grids), Status::Provisional);
    grids.remove(0);
    assert_eq!(status(FILE, &grids), Status::Final);
    assert_eq!(
        status("AUGUST-2025-CWT-CRS-PROVIDER-WORKBOOK-PROVISIONAL.xlsx", &grids),
        Status::Provisional
    );
    assert_eq!(status("august.xlsx", &grids), Status::NotStated);
}
