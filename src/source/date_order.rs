//! Decides whether the day or the month comes first. A date in digits shows this only if one of the two is
//! above 12. The cells of a column and of its file decide together. If both orders stay possible, the cell is
//! left unreadable, so that a check reports it: a wait is never changed by a guess.

/// How many cells of a column show each order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// `23/04/2026`: the day is first.
    pub day_first: usize,
    /// `04/23/2026`: the month is first.
    pub month_first: usize,
    /// `07/04/2026`: both are possible.
    pub either: usize,
    /// `2026-04-23`, and how many of them have a day above 12.
    pub iso: usize,
    pub iso_past_12: usize,
    /// `2026-23-04`: the day is in the position of the month.
    pub iso_swapped: usize,
}

/// How to read the cells of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    pub slashes: Slashes,
    /// Cells with hyphens that fit either order are left unreadable.
    pub hyphens_in_doubt: bool,
}

/// How to read dates with slashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Slashes {
    /// The day is first, as usual in England.
    #[default]
    DayFirst,
    /// Only the month can be first.
    MonthFirst,
    /// Cells that fit either order are left unreadable.
    InDoubt,
}

/// The parts of a date in digits, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The first and second number before the year, and the position where the year ends.
    Slashes(u8, u8, usize),
    /// The second and third number after the year.
    Hyphens(u8, u8),
}

/// Reads a cell that begins with a date in digits with a year of four digits.
pub fn written(cell: &str) -> Option<Written> {
    let bytes = cell.as_bytes();
    let digit = |at: usize| {
        bytes
            .get(at)
            .filter(|byte| byte.is_ascii_digit())
            .map(|byte| byte - b'0')
    };
    let ends = |at: usize| bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'T'));
    let two = |at: usize| Some(digit(at)? * 10 + digit(at + 1)?);
    if bytes.get(4) == Some(&b'-') {
        let is_date = two(0).is_some() && two(2).is_some() && bytes.get(7) == Some(&b'-') && ends(10);
        return is_date.then_some(Written::Hyphens(two(5)?, two(8)?));
    }
    let number = |at: usize| match digit(at + 1) {
        Some(_) => Some((two(at)?, at + 2)),
        None => Some((digit(at)?, at + 1)),
    };
    let slash = |at: usize| bytes.get(at) == Some(&b'/');
    let (first, after_first) = number(0)?;
    if !slash(after_first) {
        return None;
    }
    let (second, after_second) = number(after_first + 1)?;
    let year = after_second + 1;
    let has_year = slash(after_second) && two(year).is_some() && two(year + 2).is_some() && ends(year + 4);
    has_year.then_some(Written::Slashes(first, second, year + 4))
}

impl Seen {
    pub fn add(&mut self, cell: &str) {
        match written(cell) {
            Some(Written::Slashes(first, second, _)) => match (first > 12, second > 12) {
                (true, false) => self.day_first += 1,
                (false, true) => self.month_first += 1,
                (false, false) => self.either += 1,
                (true, true) => {}
            },
            Some(Written::Hyphens(month, day)) => {
                self.iso += 1;
                self.iso_past_12 += usize::from(day > 12 && month <= 12);
                self.iso_swapped += usize::from(month > 12 && day <= 12);
            }
            None => {}
        }
    }

    /// How to read the column, given the other columns of its file. If most dates can only be year, month and
    /// day, a few that exchange month and day are separate mistakes and throw no doubt on the others.
    pub fn order(&self, file: &[Seen]) -> Order {
        Order {
            slashes: self.slashes_of(file),
            hyphens_in_doubt: self.iso_swapped > self.iso_past_12 || self.is_half_turned(),
        }
    }

    fn slashes_of(&self, file: &[Seen]) -> Slashes {
        let in_file = |count: fn(&Seen) -> usize| file.iter().any(|seen| count(seen) > 0);
        match (self.day_first > 0, self.month_first > 0) {
            (true, false) => Slashes::DayFirst,
            (false, true) => Slashes::MonthFirst,
            (true, true) => Slashes::InDoubt,
            (false, false) if self.either == 0 => Slashes::DayFirst,
            // Formats are mixed, and nothing in the column shows the order of dates with slashes.
            (false, false) if self.iso > 0 => Slashes::InDoubt,
            (false, false) => match (in_file(|seen| seen.day_first), in_file(|seen| seen.month_first)) {
                (false, true) => Slashes::MonthFirst,
                (true, true) => Slashes::InDoubt,
                _ => Slashes::DayFirst,
            },
        }
    }

    /// A spreadsheet with American settings reads every day up to 12 as a month, and leaves the other dates
    /// as text.
    fn is_half_turned(&self) -> bool {
        self.iso >= 3 && self.iso_past_12 == 0 && self.day_first >= 2 && self.either == 0
    }
}

/// Appended to a cell that fits either order, so that no format reads it.
const IN_DOUBT: &str = " (day or month first?)";

impl Order {
    /// The cell as it should be read; `None` to read it unchanged.
    pub fn rewritten(self, cell: &str) -> Option<String> {
        let differs = |first: u8, second: u8| first <= 12 && second <= 12 && first != second;
        match (self.slashes, written(cell)?) {
            (Slashes::MonthFirst, Written::Slashes(month, day, end)) => Some(format!(
                "{}-{month:02}-{day:02}{}",
                &cell[end - 4..end],
                time(&cell[end..])
            )),
            (Slashes::InDoubt, Written::Slashes(first, second, _)) if differs(first, second) => {
                Some(format!("{cell}{IN_DOUBT}"))
            }
            (_, Written::Hyphens(month, day)) if self.hyphens_in_doubt && differs(month, day) => {
                Some(format!("{cell}{IN_DOUBT}"))
            }
            _ => None,
        }
    }
}

/// A time of day in the format used with hyphens, which has seconds.
fn time(rest: &str) -> String {
    match rest.matches(':').count() {
        1 => format!("{rest}:00"),
        _ => rest.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(cells: &[&str]) -> Seen {
        let mut seen = Seen::default();
        cells.iter().for_each(|cell| seen.add(cell));
        seen
    }

    const IN_DOUBT_TOO: Order = Order {
        slashes: Slashes::DayFirst,
        hyphens_in_doubt: true,
    };

    fn plain(slashes: Slashes) -> Order {
        Order {
            slashes,
            hyphens_in_doubt: false,
        }
    }

    #[test]
    fn the_order_is_what_the_column_allows() {
        use Slashes::{DayFirst, InDoubt, MonthFirst};
        for (cells, order) in [
            (&["07/04/2026", "23/04/2026"][..], plain(DayFirst)),
            (&["07/04/2026", "04/23/2026"], plain(MonthFirst)),
            (&["04/23/2026", "23/04/2026", "07/04/2026"], plain(InDoubt)),
            (&["07/04/2026", "2026-07-04"], plain(InDoubt)),
            (&["07/04/2026"], plain(DayFirst)),
            (&["23/04/2026", "2026-07-24"], plain(DayFirst)),
            (
                &[
                    "23/04/2026",
                    "24/04/2026",
                    "2026-07-04",
                    "2026-08-04",
                    "2026-09-04",
                ],
                IN_DOUBT_TOO,
            ),
            (&["2026-23-04", "2026-07-04"], IN_DOUBT_TOO),
            (&["23/04/2026", "2026-23-04"], IN_DOUBT_TOO),
            (&["2026-07-04"], plain(DayFirst)),
        ] {
            let one = seen(cells);
            assert_eq!(one.order(&[one]), order, "{cells:?}");
        }
        let american = seen(&["04/23/2026"]);
        assert_eq!(seen(&["07/04/2026"]).order(&[american]), plain(MonthFirst));
    }

    #[test]
    fn what_either_order_fits_is_left_unreadable_and_the_rest_is_read() {
        use Slashes::{DayFirst, InDoubt, MonthFirst};
        for (order, cell, told) in [
            (plain(MonthFirst), "4/23/2026 09:30", Some("2026-04-23 09:30:00")),
            (plain(MonthFirst), "04/07/2026", Some("2026-04-07")),
            (
                plain(InDoubt),
                "07/04/2026",
                Some("07/04/2026 (day or month first?)"),
            ),
            (plain(InDoubt), "04/04/2026", None),
            (plain(InDoubt), "23/04/2026", None),
            (
                IN_DOUBT_TOO,
                "2026-07-04",
                Some("2026-07-04 (day or month first?)"),
            ),
            (plain(DayFirst), "07/04/2026", None),
            (plain(MonthFirst), "2026-04-07", None),
        ] {
            assert_eq!(order.rewritten(cell).as_deref(), told, "{cell}");
        }
    }
}
