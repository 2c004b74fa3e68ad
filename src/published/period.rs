//! Finds the month of a workbook, and whether its figures are final: from the rows above the tables, from the
//! front page and, if they do not say, from the file's name.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use chrono::{Datelike, Days, NaiveDate};

use crate::published::Problem;
use crate::published::book::{Book, Cell, Row};
use crate::published::fold;
use crate::published::layout::Tables;
use crate::published::rules::Rules;
use crate::published::words::Headings;
use crate::terminal::failure::input;

/// Whether figures may still change (NHS England's revisions policy: provisional by month, final by
/// half-year).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Final,
    Provisional,
    /// Neither the front page nor the file's name says.
    NotStated,
}

impl Status {
    pub fn words(self) -> &'static str {
        match self {
            Status::Final => "final",
            Status::Provisional => "provisional",
            Status::NotStated => "not stated",
        }
    }
}

const MONTHS: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// The month of the workbook, as `2025-08`, and a problem for each sheet that says another month.
///
/// Every sheet with a table has one vote; so has the front page, which decides a tie. Other sheets may
/// mention any month, so they have no vote. The file's name is used last.
pub fn of(rules: &Rules, book: &Book, tables: &Tables) -> (Option<String>, Vec<Problem>) {
    let mut said = Vec::new();
    let mut votes: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    for sheet in &book.sheets {
        let (above, has_table) = (tables.above(sheet), tables.has_one(sheet));
        if !has_table && !above.iter().any(|row| status_line(row).is_some()) {
            continue;
        }
        let Some((month, row)) = month_above(rules, above) else {
            continue;
        };
        let vote = votes.entry(month.clone()).or_default();
        *vote = (vote.0 + 1, vote.1 || !has_table);
        said.push((sheet, month, row));
    }
    let elected = votes
        .into_iter()
        .max_by_key(|(_, votes)| *votes)
        .map(|(month, _)| month);
    let Some(month) = elected.or_else(|| in_file_name(&book.file)) else {
        return (None, Vec::new());
    };
    let others = said
        .into_iter()
        .filter(|(_, other, _)| *other != month)
        .map(|(sheet, other, row)| {
            let message = format!("this sheet is for {other}, the workbook for {month}");
            Problem {
                sheet: sheet.name.clone(),
                row,
                message,
            }
        });
    let mut problems: Vec<Problem> = others.collect();
    if let Some(named) = in_file_name(&book.file).filter(|named| *named != month)
        && let Some(first) = tables_first(book, tables)
    {
        problems.push(Problem {
            sheet: first.to_string(),
            row: 0,
            message: format!(
                "the file's name says {named}, its sheets {month}: is it the file that is meant?"
            ),
        });
    }
    (Some(month), problems)
}

/// The name of the first sheet with a table.
fn tables_first<'a>(book: &'a Book, tables: &Tables) -> Option<&'a str> {
    let mut with_table = book.sheets.iter().filter(|sheet| tables.has_one(sheet));
    with_table.next().map(|sheet| sheet.name.as_str())
}

/// Refuses a workbook of a quarter, a half-year or another period of several months: its counts belong to no
/// single month.
pub fn refuse_several(rules: &Rules, book: &Book, tables: &Tables) -> Result<()> {
    let refused = |reason: String| {
        Err(input(format!(
            "`{}` is for more than one month ({reason}): give the workbook of each month",
            book.file
        )))
    };
    let mut has_month = false;
    for sheet in book.sheets.iter().filter(|sheet| tables.has_one(sheet)) {
        let above = tables.above(sheet);
        has_month |= month_above(rules, above).is_some();
        if let Some(row) = above
            .iter()
            .find(|row| row.texts().any(|text| is_several(rules, text)))
        {
            return refused(format!("sheet `{}`, row {}", sheet.name, row.number));
        }
    }
    if !has_month && names_several(rules, &book.file) {
        refused("by its file name".to_string())
    } else {
        Ok(())
    }
}

/// A text that is only a period of several months: `April 2025 to June 2025`, `Q1 2025-26`.
fn is_several(rules: &Rules, text: &str) -> bool {
    let known = |part: &String| {
        part.bytes().all(|byte| byte.is_ascii_digit())
            || month_named(part).is_some()
            || rules.period.words.holds(part)
            || rules.period.several.holds(part)
            || rules.period.joining.holds(part)
    };
    text.len() <= 60 && parts(text).iter().all(known) && names_several(rules, text)
}

/// Two months, or a word such as `quarter`.
fn names_several(rules: &Rules, text: &str) -> bool {
    let parts = parts(text);
    let months: BTreeSet<u32> = parts.iter().filter_map(|part| month_named(part)).collect();
    months.len() > 1 || parts.iter().any(|part| rules.period.several.holds(part))
}

/// The status after the word `Status` on the front page; otherwise the status in the file's name.
pub fn status(rules: &Rules, book: &Book, tables: &Tables) -> Status {
    let tell = |text: &str| {
        let folded = fold::heading(text);
        let has = |words: &Headings| {
            folded
                .split(|letter: char| !letter.is_alphanumeric())
                .any(|part| words.holds(part))
        };
        match (has(&rules.status.finals), has(&rules.status.provisional)) {
            (true, false) => Some(Status::Final),
            (false, true) => Some(Status::Provisional),
            _ => None,
        }
    };
    let mut above = book.sheets.iter().flat_map(|sheet| tables.above(sheet));
    let stated = above.find_map(|row| status_line(row).and_then(|line| tell(&line)));
    stated.or_else(|| tell(&book.file)).unwrap_or(Status::NotStated)
}

/// The text of a row that begins with `Status`.
fn status_line(row: &Row) -> Option<String> {
    let line = row.texts().collect::<Vec<_>>().join(" ");
    fold::heading(&line).starts_with("STATUS").then_some(line)
}

/// The first month that has a cell to itself, and its row. A date is used only if no text is a month.
fn month_above(rules: &Rules, rows: &[Row]) -> Option<(String, u32)> {
    let first = |of_cell: &dyn Fn(&Cell) -> Option<String>| {
        rows.iter().find_map(|row| {
            row.cells
                .iter()
                .find_map(|(_, cell)| of_cell(cell))
                .map(|month| (month, row.number))
        })
    };
    first(&|cell| cell.text().and_then(|text| month_of(rules, text))).or_else(|| first(&month_of_date))
}

/// The month of a date cell. A bare number counts as the date that Excel would show.
fn month_of_date(cell: &Cell) -> Option<String> {
    let date = match cell {
        Cell::Date(date) => *date,
        Cell::Number(serial) if (45_000.0..60_000.0).contains(serial) => {
            NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(*serial as u64))?
        }
        _ => return None,
    };
    month(date.year(), date.month())
}

/// A text that is only a month: `Aug-25`, `AUGUST 2025`, `2025-08`, `01/08/2025`, `Period: August 2025`.
pub fn month_of(rules: &Rules, text: &str) -> Option<String> {
    if text.len() > 60 {
        return None;
    }
    let mut names = Vec::new();
    let mut numbers = Vec::new();
    for part in parts(text) {
        match part.parse::<u32>() {
            Ok(number) => numbers.push((number, part.len())),
            Err(_) => match month_named(&part) {
                Some(month) => names.push(month),
                None if rules.period.words.holds(&part) => {}
                None => return None,
            },
        }
    }
    match (names.as_slice(), numbers.as_slice()) {
        ([name], [year]) => month(year_of(*year)?, *name),
        // With a day before or after the month.
        ([name], [(1..=31, 1 | 2), year]) => month(year_of(*year)?, *name),
        ([], [(year, 4), (number, _)]) | ([], [(number, _), (year, 4)]) => month(*year as i32, *number),
        ([], [(year, 4), (number, _), (1..=31, _)]) | ([], [(1..=31, _), (number, _), (year, 4)]) => {
            month(*year as i32, *number)
        }
        _ => None,
    }
}

/// `AUGUST-2025-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx`: the first month name with a year after it.
pub fn in_file_name(file: &str) -> Option<String> {
    let parts = parts(file);
    parts.windows(2).find_map(|pair| {
        let year = pair[1]
            .parse()
            .ok()
            .and_then(|year| year_of((year, pair[1].len())))?;
        month(year, month_named(&pair[0])?)
    })
}

/// Runs of letters and runs of digits, in capitals.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in text.chars().flat_map(char::to_uppercase) {
        let joins = (letter.is_alphabetic() && last.is_alphabetic())
            || (letter.is_ascii_digit() && last.is_ascii_digit());
        match parts.last_mut() {
            Some(part) if joins => part.push(letter),
            _ if letter.is_alphanumeric() => parts.push(letter.to_string()),
            _ => {}
        }
        last = letter;
    }
    parts
}

/// A month by its name, or by its first three or more letters.
fn month_named(part: &str) -> Option<u32> {
    let index = MONTHS
        .iter()
        .position(|name| part.len() >= 3 && name.starts_with(part))?;
    Some(index as u32 + 1)
}

fn year_of((number, digits): (u32, usize)) -> Option<i32> {
    match digits {
        4 => Some(number as i32),
        2 => Some(2000 + number as i32),
        _ => None,
    }
}

fn month(year: i32, month: u32) -> Option<String> {
    ((2000..2100).contains(&year) && (1..=12).contains(&month)).then(|| format!("{year}-{month:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::rules::tests::rules;

    #[test]
    fn a_month_is_read_in_every_form_that_it_is_printed_in() {
        let rules = rules();
        for text in [
            "Aug-25",
            "AUG 25",
            "Aug25",
            "August 2025",
            "AUGUST 2025",
            "August-2025 (Provisional)",
            "Period: August 2025",
            "Reporting month: Aug-25",
            "1 August 2025",
            "01-Aug-25",
            "2025-08",
            "2025-08-01",
            "08/2025",
            "01/08/2025",
        ] {
            assert_eq!(month_of(&rules, text).as_deref(), Some("2025-08"), "{text}");
        }
        assert_eq!(month_of(&rules, "Sept-25").as_deref(), Some("2025-09"));
    }

    #[test]
    fn a_sentence_or_a_range_of_months_is_not_a_month() {
        let rules = rules();
        for text in [
            "annex B of the Oct 2023 official statistics",
            "April 2025 to September 2025",
            "DEFINITIONS:  DCB0147 Amd 16/2019",
            "WITHIN 31 DAYS",
            "2025",
            "May",
            "13/2025",
            "",
        ] {
            assert_eq!(month_of(&rules, text), None, "{text}");
        }
    }

    #[test]
    fn a_period_of_several_months_is_known() {
        let rules = rules();
        for (text, several) in [
            ("April 2025 to June 2025", true),
            ("Apr-25 - Jun-25", true),
            ("Q1 2025-26", true),
            ("Quarter 2, 2025/26", true),
            ("Half year to September 2025", true),
            ("August 2025", false),
            ("annex B of the Oct 2023 to Dec 2023 official statistics", false),
            ("Period: August 2025 (Final)", false),
        ] {
            assert_eq!(is_several(&rules, text), several, "{text}");
        }
        assert!(names_several(
            &rules,
            "Q1-2025-26-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx"
        ));
        assert!(!names_several(
            &rules,
            "AUGUST-2025-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx"
        ));
    }

    #[test]
    fn a_date_and_its_serial_number_stand_for_their_month() {
        assert_eq!(month_of_date(&Cell::Number(45870.0)).as_deref(), Some("2025-08"));
        assert_eq!(
            month_of_date(&Cell::Date(NaiveDate::from_ymd_opt(2025, 8, 31).unwrap())).as_deref(),
            Some("2025-08")
        );
        assert_eq!(month_of_date(&Cell::Number(653.0)), None);
    }

    #[test]
    fn the_file_name_is_used_last() {
        assert_eq!(
            in_file_name("MARCH-2024-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx").as_deref(),
            Some("2024-03")
        );
        assert_eq!(in_file_name("CWT-CRS-PROVIDER-WORKBOOK.xlsx"), None);
    }
}
