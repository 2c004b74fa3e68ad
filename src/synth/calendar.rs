//! Days, months and working days. No appointment or treatment is on a weekend or a bank holiday.

use std::collections::HashSet;

use anyhow::{Context, Result};
use chrono::{Datelike, Months, NaiveDate};

use super::values::Day;

const UNIX_EPOCH: i32 = 719_163; // days from the year 1 to 1970

/// The words for weekdays in a profile.
pub const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

pub struct Calendar {
    bank_holidays: HashSet<Day>,
    /// The first day of the months that the records cover.
    pub first: Day,
    /// The last of those days: anything later has not happened yet.
    pub today: Day,
}

impl Calendar {
    pub fn new(first_month: &str, months: u32, bank_holidays: &[String]) -> Result<Calendar> {
        let first = date(&format!("{first_month}-01"))?;
        let end = first
            .checked_add_months(Months::new(months))
            .context("`months` reaches beyond the calendar")?;
        let bank_holidays = bank_holidays
            .iter()
            .map(|text| Ok(day_of(date(text)?)))
            .collect::<Result<_>>()?;
        Ok(Calendar {
            bank_holidays,
            first: day_of(first),
            today: day_of(end) - 1,
        })
    }

    pub fn is_working_day(&self, day: Day) -> bool {
        weekday(day) < 5 && !self.bank_holidays.contains(&day)
    }

    pub fn is_bank_holiday(&self, day: Day) -> bool {
        self.bank_holidays.contains(&day)
    }

    /// The working day for a date that falls on a day off. It is on the same side of `home`: at most `steps`
    /// working days beyond the nearest one, and never past `home`. If that side has no working day, it is the
    /// next one on the other side.
    pub fn working_day(&self, day: Day, home: Day, steps: u64) -> Day {
        let way = if day >= home { -1 } else { 1 };
        let towards_home = std::iter::successors(Some(day), |day| (*day != home).then_some(day + way))
            .filter(|day| self.is_working_day(*day));
        match towards_home.take(steps as usize + 1).last() {
            Some(found) => found,
            None => self.next_working_day(day, -way),
        }
    }

    fn next_working_day(&self, mut day: Day, way: Day) -> Day {
        while !self.is_working_day(day) {
            day += way;
        }
        day
    }

    /// How far a day is into the months: a fraction from 0 to 1.
    pub fn progress(&self, day: Day) -> f64 {
        (f64::from(day - self.first) / f64::from(self.today - self.first)).clamp(0.0, 1.0)
    }
}

/// The day of the week; 0 is Monday.
pub fn weekday(day: Day) -> usize {
    (day + 3).rem_euclid(7) as usize
}

/// Year, month and day of the month.
pub fn civil(day: Day) -> (i32, u32, u32) {
    let date = date_of(day);
    (date.year(), date.month(), date.day())
}

pub fn day(text: &str) -> Result<Day> {
    Ok(day_of(date(text)?))
}

pub fn months_before(day: Day, months: u32) -> Day {
    let date = date_of(day);
    day_of(date.checked_sub_months(Months::new(months)).unwrap_or(date))
}

/// The first day of the month after that of a day.
pub fn next_month(day: Day) -> Day {
    let (_, _, day_of_month) = civil(day);
    let first = date_of(day - day_of_month as Day + 1);
    day_of(first.checked_add_months(Months::new(1)).unwrap_or(first))
}

fn date(text: &str) -> Result<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .with_context(|| format!("`{text}` is not a date such as `2026-10-31`"))
}

fn date_of(day: Day) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day + UNIX_EPOCH).unwrap_or_default()
}

fn day_of(date: NaiveDate) -> Day {
    date.num_days_from_ce() - UNIX_EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_moves_to_the_working_day_before_it_unless_that_lies_before_its_cause() {
        let calendar = Calendar::new("2026-04", 1, &["2026-04-03".into(), "2026-04-06".into()]).unwrap();
        let [thursday, saturday, tuesday] =
            ["2026-04-02", "2026-04-04", "2026-04-07"].map(|text| day(text).unwrap());
        assert_eq!(calendar.working_day(saturday, thursday, 0), thursday);
        assert_eq!(calendar.working_day(saturday, saturday, 0), tuesday);
        assert_eq!(calendar.working_day(saturday, tuesday, 0), tuesday);
        assert_eq!(calendar.working_day(saturday, thursday - 2, 1), thursday - 1);
        assert_eq!(calendar.working_day(saturday, thursday, 4), thursday);
        assert_eq!(civil(calendar.today), (2026, 4, 30));
        assert_eq!(weekday(saturday), 5);
    }
}
