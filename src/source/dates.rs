//! Reads dates as exports write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};

use crate::calendar::date::{iso, number};
use crate::rulebook::Source;

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
    /// Any other, with a time of day or without.
    Other {
        form: String,
        has_time: bool,
        is_early: bool,
    },
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
                is_early: false,
            },
        };
        DateForms {
            forms: forms.iter().map(form).collect(),
            blank: blank.to_vec(),
        }
    }

    /// The forms of a source.
    pub fn of(source: &Source) -> DateForms {
        let mut forms = DateForms::new(&source.date_forms, &source.blank_dates);
        for (form, written) in forms.forms.iter_mut().zip(&source.date_forms) {
            if let Form::Other { is_early, .. } = form {
                *is_early = source.early_in_summer.contains(written);
            }
        }
        forms
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
            Form::Other {
                form,
                has_time: true,
                is_early,
            } => NaiveDateTime::parse_from_str(cell, form).ok().map(|moment| {
                match *is_early && is_summer_time(moment) {
                    true => (moment + TimeDelta::hours(1)).date(),
                    false => moment.date(),
                }
            }),
            Form::Other {
                form,
                has_time: false,
                ..
            } => NaiveDate::parse_from_str(cell, form).ok(),
        }
    }
}

/// Whether clocks in the United Kingdom are an hour ahead at a moment in UTC: from 01:00 on the last Sunday
/// of March to 01:00 on the last Sunday of October (Summer Time Order 2002).
fn is_summer_time(moment: NaiveDateTime) -> bool {
    let change = |month: u32| {
        let last = NaiveDate::from_ymd_opt(moment.year(), month, 31)?;
        let sunday = last - TimeDelta::days(i64::from(last.weekday().num_days_from_sunday()));
        sunday.and_hms_opt(1, 0, 0)
    };
    match (change(3), change(10)) {
        (Some(begin), Some(end)) => begin <= moment && moment < end,
        _ => false,
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
    fn clocks_are_an_hour_ahead_from_the_last_sunday_of_march_to_the_last_of_october() {
        for (moment, ahead) in [
            ("2026-03-29T00:59:59", false),
            ("2026-03-29T01:00:00", true),
            ("2026-10-25T00:59:59", true),
            ("2026-10-25T01:00:00", false),
            ("2027-10-31T00:30:00", true),
        ] {
            assert_eq!(is_summer_time(moment.parse().unwrap()), ahead, "{moment}");
        }
    }

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
