//! Reads NHS England's Monthly Combined CSV: one row for each line, of one month or several, of providers and
//! of commissioners. In: the file. Out: the same as from a workbook, for each month and basis.
//!
//! A single month's file has no `Period` column: its name says the month. Source of the columns: the headings
//! of the published files (NHS England, Cancer Waiting Times statistics).

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use polars::prelude::{AnyValue, Column};

use super::book::{Book, Cell, Row, Sheet};
use super::headings::TableColumns;
use super::layout::{Table, Tables};
use super::rules::{Item, Rules};
use super::{BASIS, COMMISSIONER, Problem, Published, PublishedLine, fold, lines, period, sums};
use crate::measure::performance::{BAND_COLUMNS, HEADINGS};
use crate::table;
use crate::terminal::failure::input;

/// A single month's file has no such column.
const PERIOD: &str = "Period";

/// The headings that a file may lack; the organisation above another is not used.
const NOT_NEEDED: [&str; 2] = [PERIOD, "Parent_Org"];

/// Whether a file begins with the headings of a Combined CSV.
pub fn is_one(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).to_uppercase();
    !head.starts_with("PK") && head.contains("STANDARD_OR_ITEM")
}

/// The rows of one month, basis and standard, as places in the file.
type Groups<'a> = BTreeMap<(String, &'static str), Vec<(&'a Item, Vec<usize>)>>;

/// Reads every month and basis of a file.
pub fn read(path: &Path, rules: &Rules) -> Result<Vec<Published>> {
    let mut files = table::read_all(
        &[path.to_path_buf()],
        None,
        &table::Layouts::default(),
        table::Limits::default(),
    )?;
    let (Some(file), true) = (files.pop(), files.is_empty()) else {
        return Err(input(format!("`{}` is not one table", table::shown(path))));
    };
    let columns = Columns::of(&file)?;
    let mut problems: Vec<Problem> = file
        .misfits
        .iter()
        .map(|misfit| columns.problem(misfit.row, format!("{}: the row is left out", misfit.reason)))
        .collect();
    let groups = columns.groups(rules, &mut problems)?;
    let mut books = Vec::new();
    for ((period, basis), items) in groups {
        let mut book = columns.published(rules, &period, basis, items);
        // A row without its month or basis belongs to no one book: the first reports it.
        book.problems.append(&mut problems);
        book.problems.sort_by_key(|problem| problem.row);
        books.push(book);
    }
    if books.is_empty() {
        let first = problems.first();
        let why = first.map_or_else(String::new, |problem| {
            format!(" (row {}: {})", problem.row, problem.message)
        });
        return Err(input(format!(
            "`{}` has the headings of the Combined CSV and no line that can be read{why}: download it again",
            file.name
        )));
    }
    Ok(books)
}

/// A file's columns by the headings of the Combined CSV.
struct Columns<'a> {
    file: &'a table::Table,
    /// The number of each column, by its heading.
    places: BTreeMap<&'static str, usize>,
}

impl<'a> Columns<'a> {
    fn of(file: &'a table::Table) -> Result<Columns<'a>> {
        let cells = file.cells.columns();
        let headings: Vec<String> = cells.iter().map(|column| text(column, 0)).collect();
        let known = HEADINGS.into_iter().chain(BAND_COLUMNS);
        let place = |known: &str| {
            headings
                .iter()
                .position(|heading| heading.eq_ignore_ascii_case(known))
        };
        let places: BTreeMap<&str, usize> = known
            .clone()
            .filter_map(|name| Some((name, place(name)?)))
            .collect();
        let missing: Vec<&str> = known
            .filter(|name| !NOT_NEEDED.contains(name) && !places.contains_key(name))
            .collect();
        match missing.is_empty() {
            true => Ok(Columns { file, places }),
            false => Err(input(format!(
                "`{}` has the headings of the Combined CSV, but not {}: download it again, or give the \
                 provider workbooks",
                file.name,
                missing
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ))),
        }
    }

    fn text(&self, heading: &str, row: usize) -> String {
        let place = self.places.get(heading);
        place.map_or_else(String::new, |place| text(&self.file.cells.columns()[*place], row))
    }

    fn problem(&self, row: u32, message: String) -> Problem {
        Problem {
            sheet: self.file.name.clone(),
            row,
            message,
        }
    }

    /// The rows by month, basis and standard; a row that has none of them is a problem.
    fn groups<'r>(&self, rules: &'r Rules, problems: &mut Vec<Problem>) -> Result<Groups<'r>> {
        let of_name = match self.places.contains_key(PERIOD) {
            true => None,
            false => Some(period::in_file_name(&self.file.name).ok_or_else(|| {
                input(format!(
                    "`{}` has no column `{PERIOD}`, and its name does not say its month: name it as it was \
                     published, such as `August-2025-Monthly-Combined-CSV-Provisional.csv`",
                    self.file.name
                ))
            })?),
        };
        let mut groups: Groups = BTreeMap::new();
        for row in 1..self.file.rows.len() {
            let (said, basis, item) = (
                self.text(PERIOD, row),
                self.text("Basis", row),
                self.text("Standard_or_Item", row),
            );
            let month = of_name.clone().or_else(|| period::month_of(rules, &said));
            let known_basis = [BASIS, COMMISSIONER]
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(&basis));
            let known_item = rules
                .items
                .iter()
                .find(|known| known.name.eq_ignore_ascii_case(&item));
            let why = match (&month, known_basis, known_item) {
                (Some(month), Some(basis), Some(item)) => {
                    let items = groups.entry((month.clone(), basis)).or_default();
                    match items.iter_mut().find(|(known, _)| std::ptr::eq(*known, item)) {
                        Some((_, rows)) => rows.push(row),
                        None => items.push((item, vec![row])),
                    }
                    continue;
                }
                (None, ..) => format!("`{said}` is not a month"),
                (_, None, _) => format!("`{basis}` is neither `{BASIS}` nor `{COMMISSIONER}`"),
                (_, _, None) => format!("`{item}` is not a standard or activity that the rules know"),
            };
            problems.push(self.problem(self.file.rows[row], format!("{why}: the row is left out")));
        }
        Ok(groups)
    }

    /// The lines of one month and basis, read as the rows of tables with these columns.
    fn published(
        &self,
        rules: &Rules,
        period: &str,
        basis: &'static str,
        items: Vec<(&Item, Vec<usize>)>,
    ) -> Published {
        let (mut all, mut problems, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (item, rows) in items {
            let rows: Vec<Row> = rows.into_iter().map(|row| self.row(row)).collect();
            let sheet = Sheet {
                name: self.file.name.clone(),
                ..Sheet::default()
            };
            let table = Table {
                item,
                sheet: &sheet,
                columns: self.of_item(item),
                headings_row: 1,
                rows: &rows,
                part: None,
            };
            let read = lines::read(rules, &table, period);
            all.extend(read.lines.into_iter().map(|line| PublishedLine { basis, ..line }));
            problems.extend(read.problems);
            notes.extend(read.notes);
        }
        let sums = sums::check(rules, &all);
        problems.extend(sums.problems);
        let book = Book {
            file: self.file.name.clone(),
            ..Book::default()
        };
        Published {
            file: self.file.name.clone(),
            period: period.to_string(),
            basis,
            status: period::status(rules, &book, &Tables::default()),
            lines: all,
            problems,
            notes,
            compared: sums.compared,
            not_assessed: sums.not_assessed,
        }
    }

    fn of_item<'r>(&self, item: &'r Item) -> TableColumns<'r> {
        let place = |heading: &str| self.places.get(heading).map(|place| *place as u32);
        TableColumns {
            org_code: place("Org_Code"),
            org_name: place("Org_Name"),
            route_or_stage: place("Referral_Route_or_Stage"),
            cancer_type: place("Cancer_Type"),
            modality: place("Treatment_Modality"),
            total: place("Total"),
            within: place("Within"),
            after: place("After"),
            performance: place("Performance"),
            bands: item
                .bands
                .iter()
                .filter_map(|band| Some((band, place(&band.column)?)))
                .collect(),
            unknown: Vec::new(),
        }
    }

    fn row(&self, row: usize) -> Row {
        let cells = (0..).zip(self.file.cells.columns());
        let cells = cells.filter_map(|(number, column)| {
            let text = text(column, row);
            (!text.is_empty()).then_some((number, Cell::Text(text)))
        });
        Row {
            number: self.file.rows[row],
            cells: cells.collect(),
        }
    }
}

/// A cell; blank is empty.
fn text(column: &Column, row: usize) -> String {
    match column.get(row) {
        Ok(AnyValue::String(text)) => fold::label(text),
        Ok(AnyValue::StringOwned(text)) => fold::label(&text),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::rules;
    use super::*;

    const HEAD: &str = "Basis,Org_Code,Parent_Org,Org_Name,Standard_or_Item,Cancer_Type,Referral_Route_or_Stage,\
        Treatment_Modality,Total,Within,After,Performance,Within_14_days,In_15_to_28_days,In_29_to_42_days,\
        In_43_to_62_days,After_62_days,Within_31_days,In_32_to_38_days,In_39_to_48_days,In_49_to_62_days,\
        In_63_to_76_days,In_77_to_90_days,In_91_to_104_days,After_104_days,In_15_to_16_days,In_17_to_21_days,\
        In_22_to_28_days,After_28_days";

    /// A line with its bands of the 31-day standard.
    fn line(basis: &str, org: &str, total: u32) -> String {
        let within = total - 1;
        format!(
            "{basis},{org},,Name of {org},31D,ALL CANCERS,Subsequent,Surgery,{total},{within},1,{},,,,,,{within},1,0,0,0,0,0,0,,,,",
            f64::from(within) / f64::from(total)
        )
    }

    fn read_text(name: &str, text: &str) -> Result<Vec<Published>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        assert!(is_one(text.as_bytes()));
        read(&path, &rules())
    }

    #[test]
    fn a_file_of_one_month_gives_providers_and_commissioners_apart() {
        let text = [
            HEAD.to_string(),
            line("Provider", "RZZ", 10),
            line("Provider", "Total", 10),
            line("Commissioner", "QZZ", 10),
        ];
        let books = read_text(
            "August-2025-Monthly-Combined-CSV-Provisional.csv",
            &text.join("\n"),
        )
        .unwrap();
        let seen: Vec<_> = books
            .iter()
            .map(|book| (book.period.as_str(), book.basis, book.lines.len(), book.status))
            .collect();
        let provisional = period::Status::Provisional;
        let expected = [
            ("2025-08", COMMISSIONER, 1, provisional),
            ("2025-08", BASIS, 2, provisional),
        ];
        assert_eq!(seen, expected);
        let line = &books[1].lines[0];
        assert_eq!(
            (line.total, line.within, line.after, line.row),
            (10.0, Some(9.0), Some(1.0), 2)
        );
        assert_eq!(
            (line.route_or_stage.as_str(), line.modality.as_str()),
            ("Subsequent", "Surgery")
        );
        assert_eq!(line.bands["Within_31_days"], 9.0);
        assert!(books.iter().all(|book| book.problems.is_empty()), "{books:?}");
    }

    #[test]
    fn each_month_of_a_cumulative_file_is_a_book_and_a_wrong_row_is_named() {
        let with_period = |period: &str, line: String| format!("{period},{line}");
        let text = [
            with_period("Period", HEAD.to_string()),
            with_period("2025-08", line("Provider", "RZZ", 10)),
            with_period("Sep-25", line("Provider", "RZZ", 12)),
            with_period("soon", line("Provider", "RZZ", 12)),
            with_period("2025-09", line("Both", "RZZ", 12)),
            with_period("2025-09", line("Provider", "RZZ", 12)).replace(",1,0.9", ",2,0.9"),
        ];
        let books = read_text(
            "2025-26-Apr-Sep-Cumulative-Monthly-Combined-CSV-Final.csv",
            &text.join("\n"),
        )
        .unwrap();
        let months: Vec<&str> = books.iter().map(|book| book.period.as_str()).collect();
        assert_eq!(months, ["2025-08", "2025-09"]);
        let all: Vec<&Problem> = books.iter().flat_map(|book| &book.problems).collect();
        let says = |row: u32, words: &str| {
            all.iter()
                .any(|problem| problem.row == row && problem.message.contains(words))
        };
        assert!(says(4, "`soon` is not a month"), "{all:?}");
        assert!(says(5, "`Both` is neither"), "{all:?}");
        assert!(says(6, "`Within` and `After`"), "{all:?}");
    }

    #[test]
    fn an_activity_keeps_what_the_file_says_of_it() {
        let text = format!(
            "{HEAD}\nProvider,RZZ,,Name,Urgent Suspected Cancer referral,ALL CANCERS,ALL ROUTES,ALL MODALITIES,\
             10,9,1,,9,,,,,,,,,,,,,1,0,0,0"
        );
        let books = read_text("August-2025-Monthly-Combined-CSV-Final.csv", &text).unwrap();
        let line = &books[0].lines[0];
        assert_eq!(
            (line.within, line.after, line.performance),
            (Some(9.0), Some(1.0), None)
        );
        assert_eq!(line.route_or_stage, "ALL ROUTES");
        assert!(
            books[0].notes.is_empty() && books[0].problems.is_empty(),
            "{books:?}"
        );
    }

    #[test]
    fn a_file_without_its_month_or_a_column_is_refused() {
        let text = [HEAD.to_string(), line("Provider", "RZZ", 10)].join("\n");
        let error = read_text("combined.csv", &text).unwrap_err().to_string();
        assert!(error.contains("its name does not say its month"), "{error}");
        let error = read_text("August-2025.csv", &text.replace("After_104_days", "Later")).unwrap_err();
        assert!(error.to_string().contains("but not `After_104_days`"), "{error}");
    }
}
