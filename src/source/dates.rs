//! Reads dates as exports write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::calendar::date::{iso, number};

/// The formats of a source, ready to try.
pub struct DateForms {
    forms: Vec<Form>,
    blank: Vec<NaiveDate>,
}

enum Form {
    /// `2026-10-31`, ten characters
    Iso,
    /// `31/10/2026`
    DayMonthYear,
    /// Any other format, with or without a time of day.
    Other { form: String, has_time: bool },
}

/// The content of a cell that is not blank.
pub enum DateCell {
    Date(NaiveDate),
    /// A date that means blank.
    Blank,
    Unreadable,
}

impl DateForms {
    pub fn new(forms: &[String], blank: &[NaiveDate]) -> DateForms {
        let form = |form: &String| match form.as_str() {
            "%Y-%m-%d" => Form::Iso,
            "%d/%m/%Y" => Form::DayMonthYear,
            other => Form::Other {
                form: other.to_string(),
                has_time: other.contains("%H"),
            },
        };
        DateForms {
            forms: forms.iter().map(form).collect(),
            blank: blank.to_vec(),
        }
    }

    pub fn read(&self, cell: &str) -> DateCell {
        let date = self
            .forms
            .iter()
            .find_map(|form| form.read(cell))
            .filter(|date| (1800..=2999).contains(&date.year()));
        match date {
            Some(date) if self.blank.contains(&date) => DateCell::Blank,
            Some(date) => DateCell::Date(date),
            None => DateCell::Unreadable,
        }
    }
}

impl Form {
    fn read(&self, cell: &str) -> Option<NaiveDate> {
        match self {
            Form::Iso => iso(cell),
            Form::DayMonthYear => day_month_year(cell),
            Form::Other { form, has_time: true } => NaiveDateTime::parse_from_str(cell, form)
                .ok()
                .map(|moment| moment.date()),
            Form::Other {
                form,
                has_time: false,
            } => NaiveDate::parse_from_str(cell, form).ok(),
        }
    }
}

fn day_month_year(cell: &str) -> Option<NaiveDate> {
    let mut parts = cell.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    match parts.next().is_none() && year.len() == 4 && day.len() <= 2 && month.len() <= 2 {
        true => NaiveDate::from_ymd_opt(
            number(year.as_bytes())? as i32,
            number(month.as_bytes())?,
            number(day.as_bytes())?,
        ),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_the_forms_of_its_source_and_no_other() {
        let forms: Vec<String> = ["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d-%b-%Y"]
            .map(String::from)
            .to_vec();
        let forms = DateForms::new(&forms, &[NaiveDate::from_ymd_opt(1900, 1, 1).unwrap()]);
        let read = |cell: &str| match forms.read(cell) {
            DateCell::Date(date) => date.to_string(),
            DateCell::Blank => "blank".into(),
            DateCell::Unreadable => "unreadable".into(),
        };
        for (cell, expected) in [
            ("2026-10-31", "2026-10-31"),
            ("31/10/2026", "2026-10-31"),
            ("1/2/2026", "2026-02-01"),
            ("2026-10-31 00:00:00", "2026-10-31"),
            ("31-Oct-2026", "2026-10-31"),
            ("2024-02-29", "2024-02-29"),
            ("2026-02-29", "unreadable"),
            ("31/02/2026", "unreadable"),
            ("10/31/2026", "unreadable"),
            ("31/10/26", "unreadable"),
            ("45961", "unreadable"),
            ("2026-1-31", "unreadable"),
            ("0026-10-31", "unreadable"),
            ("1900-01-01", "blank"),
            ("2026-10-31x", "unreadable"),
            ("+026-10-31", "unreadable"),
        ] {
            assert_eq!(read(cell), expected, "{cell}");
        }
    }
}
