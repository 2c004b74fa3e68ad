//! A reporting month, always written as `2026-10`.

use anyhow::Result;
use chrono::{Datelike, Months, NaiveDate};

use crate::terminal::failure::usage;

/// A calendar month, stored as its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// Reads `YYYY-MM`; anything else is a usage error that says how to write a month.
    pub fn parse(text: &str) -> Result<Month> {
        let is_form = text.len() == 7
            && text.bytes().enumerate().all(|(at, byte)| {
                if at == 4 {
                    byte == b'-'
                } else {
                    byte.is_ascii_digit()
                }
            });
        NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
            .ok()
            .filter(|_| is_form)
            .map(Month)
            .ok_or_else(|| {
                usage(format!(
                    "`{text}` is not a month: write the year and the month, such as `2026-10`"
                ))
            })
    }

    pub fn of(date: NaiveDate) -> Month {
        Month(date.with_day(1).unwrap_or(date))
    }

    pub fn first_day(self) -> NaiveDate {
        self.0
    }

    pub fn last_day(self) -> NaiveDate {
        self.next().0.pred_opt().unwrap_or(self.0)
    }

    pub fn next(self) -> Month {
        self.plus(1)
    }

    pub fn previous(self) -> Month {
        self.minus(1)
    }

    pub fn plus(self, months: u32) -> Month {
        Month(self.0.checked_add_months(Months::new(months)).unwrap_or(self.0))
    }

    pub fn minus(self, months: u32) -> Month {
        Month(self.0.checked_sub_months(Months::new(months)).unwrap_or(self.0))
    }

    /// `October 2026`
    pub fn title(self) -> String {
        self.0.format("%B %Y").to_string()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_year_and_a_month_and_nothing_else() {
        assert_eq!(Month::parse("2026-10").unwrap().to_string(), "2026-10");
        for wrong in [
            "2026-13",
            "2026-00",
            "2026-1",
            "10-2026",
            "2026-10-01",
            "october",
            "",
            "2026/10",
            "+026-10",
        ] {
            assert!(Month::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn months_step_over_the_year_end() {
        let december = Month::parse("2026-12").unwrap();
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.last_day().to_string(), "2026-12-31");
        assert_eq!(december.plus(2).previous().to_string(), "2027-01");
    }
}
