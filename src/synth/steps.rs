//! The steps that make a record. Each sets one value, from the values so far and from random numbers.

use anyhow::{Result, anyhow};

use super::calendar::{Calendar, weekday};
use super::choice::{Bands, Choice, Weighted};
use super::condition::When;
use super::patients::Patients;
use super::random::Random;
use super::values::{Day, Row, Slot, Value, Word};

pub struct Step {
    pub name: String,
    pub set: Slot,
    pub when: When,
    pub how: How,
}

pub enum How {
    Value(Value),
    Copy(Slot),
    Pick(Choice<Weighted<Value>>),
    Number {
        of: Choice<Bands>,
        at_most: Option<Slot>,
    },
    Wait {
        shape: usize,
        within: Choice<WithinShare>,
    },
    Date(DateRule),
    Days {
        from: Slot,
        to: Slot,
        less: Vec<Slot>,
    },
    Happened(Slot),
    Latest(Vec<Slot>),
    /// Of a date; the words of Monday to Sunday.
    Weekday(Slot, [Value; 7]),
    Id {
        of: Slot,
        prefix: Word,
        digits: u8,
    },
    NhsNumber(Slot),
    NewPatient,
    KnownPatient,
}

/// The share of a wait within its limit.
#[derive(Debug, Clone, Copy)]
pub enum WithinShare {
    /// Follows the trend of its shape.
    Usual(f64),
    /// At the first and at the last month.
    Own(f64, f64),
}

pub struct DateRule {
    pub from: Slot,
    pub days: Option<Slot>,
    /// Backwards from `from`.
    pub back: bool,
    pub working_day: bool,
    pub not_before: Vec<Slot>,
    pub not_after: Vec<Slot>,
    /// 0 for Monday: the last thing that moves it, forwards.
    pub on: Option<usize>,
}

/// How the days of a wait are distributed.
pub struct Shape {
    pub within: Bands,
    pub after: Bands,
    pub trend: (f64, f64),
    pub shocks: Vec<Shock>,
}

pub struct Shock {
    pub from: Day,
    pub to: Day,
    pub change: f64,
    pub when: When,
}

/// What steps use in addition to the record.
pub struct Surroundings<'a> {
    pub calendar: &'a Calendar,
    pub shapes: &'a [Shape],
    /// The slots of the pathway's first day, and of the mark that a patient was here before.
    pub start: Slot,
    pub returning: Slot,
    pub random: Random,
    pub patients: Patients,
}

pub fn run(steps: &[Step], row: &mut Row, around: &mut Surroundings) -> Result<()> {
    for step in steps {
        if step.when.holds(row) {
            row[step.set] = step.value(row, around)?;
        }
    }
    Ok(())
}

impl Step {
    fn value(&self, row: &mut Row, around: &mut Surroundings) -> Result<Value> {
        Ok(match &self.how {
            How::Value(value) => *value,
            How::Copy(slot) => row[*slot],
            How::Pick(choice) => self
                .table(choice, row)?
                .draw(&mut around.random)
                .unwrap_or_default(),
            How::Number { of, at_most } => {
                let number = self.table(of, row)?.number(&mut around.random);
                let limit = at_most.and_then(|slot| row[slot].number()).unwrap_or(i64::MAX);
                number.map_or(Value::Blank, |number| Value::Number(number.min(limit)))
            }
            How::Wait { shape, within } => around.wait(*shape, *self.table(within, row)?, row),
            How::Date(rule) => rule.date(row, around.calendar, &mut around.random),
            How::Days { from, to, less } => days_between(row, *from, *to, less),
            How::Happened(slot) => row[*slot]
                .day()
                .filter(|day| *day <= around.calendar.today)
                .map_or(Value::Blank, Value::Day),
            How::Latest(slots) => slots
                .iter()
                .filter_map(|slot| row[*slot].day())
                .max()
                .map_or(Value::Blank, Value::Day),
            How::Weekday(slot, words) => row[*slot].day().map_or(Value::Blank, |day| words[weekday(day)]),
            How::Id { of, prefix, digits } => row[*of].number().map_or(Value::Blank, |number| Value::Id {
                prefix: *prefix,
                digits: *digits,
                number: number as u32,
            }),
            How::NhsNumber(slot) => row[*slot].number().map_or(Value::Blank, |patient| {
                Value::Number(around.patients.nhs_number(patient))
            }),
            How::NewPatient => Value::Number(around.patients.next()),
            How::KnownPatient => around.known_patient(row, self.set),
        })
    }

    fn table<'t, T>(&self, choice: &'t Choice<T>, row: &Row) -> Result<&'t T> {
        choice.of(row).ok_or_else(|| {
            anyhow!(
                "the step that sets `{}` has no table for some records: add a key, a `*`, or a condition",
                self.name
            )
        })
    }
}

impl Surroundings<'_> {
    /// A number of days drawn from the shape of a wait.
    fn wait(&mut self, shape: usize, share: WithinShare, row: &Row) -> Value {
        let shape = &self.shapes[shape];
        let start = row[self.start].day().unwrap_or(self.calendar.first);
        let between = |(first, last): (f64, f64)| first + (last - first) * self.calendar.progress(start);
        let share = match share {
            WithinShare::Usual(share) => share + between(shape.trend),
            WithinShare::Own(first, last) => between((first, last)),
        };
        let change: f64 = shape
            .shocks
            .iter()
            .filter(|shock| (shock.from..shock.to).contains(&start) && shock.when.holds(row))
            .map(|shock| shock.change)
            .sum();
        let bands = if self.random.chance(share + change) {
            &shape.within
        } else {
            &shape.after
        };
        bands.number(&mut self.random).map_or(Value::Blank, Value::Number)
    }

    /// Sometimes selects a patient of an earlier pathway and takes over the remembered values; mostly the
    /// record stays unchanged.
    fn known_patient(&mut self, row: &mut Row, set: Slot) -> Value {
        let start = row[self.start].day().unwrap_or(self.calendar.first);
        if let Some((mark, remembered)) = self.patients.come_back(start, &mut self.random) {
            row[self.returning] = mark;
            for (slot, value) in remembered {
                row[slot] = value;
            }
        }
        row[set]
    }
}

impl DateRule {
    fn date(&self, row: &Row, calendar: &Calendar, random: &mut Random) -> Value {
        let Some(from) = row[self.from].day() else {
            return Value::Blank;
        };
        let days = self.days.and_then(|slot| row[slot].number()).unwrap_or(0) as Day;
        let day = if self.back { from - days } else { from + days };
        let day = if self.working_day && !calendar.is_working_day(day) {
            // Spread over the week, so that not all of it falls on a Friday.
            calendar.working_day(day, from, random.below(5))
        } else {
            day
        };
        let earliest = self
            .not_before
            .iter()
            .filter_map(|slot| row[*slot].day())
            .max()
            .unwrap_or(Day::MIN);
        let latest = self
            .not_after
            .iter()
            .filter_map(|slot| row[*slot].day())
            .min()
            .unwrap_or(Day::MAX);
        let day = day.max(earliest).min(latest);
        let to_weekday = self.on.map_or(0, |on| (on + 7 - weekday(day)) % 7);
        Value::Day(day + to_weekday as Day)
    }
}

/// Days between two dates, less adjustments; blank if a date is blank.
fn days_between(row: &Row, from: Slot, to: Slot, less: &[Slot]) -> Value {
    match (row[from].day(), row[to].day()) {
        (Some(from), Some(to)) => {
            let taken_off: i64 = less.iter().filter_map(|slot| row[*slot].number()).sum();
            Value::Number(i64::from(to - from) - taken_off)
        }
        _ => Value::Blank,
    }
}
