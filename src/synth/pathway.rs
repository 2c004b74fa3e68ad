//! Makes one pathway after the other: the profile's steps make its first record, and one more for each later
//! treatment.

use anyhow::Result;

use super::patients::Patients;
use super::plan::Plan;
use super::random::Random;
use super::steps::{self, Surroundings};
use super::values::{Day, Row, Value};

pub struct Maker<'a> {
    plan: &'a Plan,
    around: Surroundings<'a>,
    /// Random numbers of the steps for other systems.
    beside: Random,
    width: usize,
    made: i64,
}

impl<'a> Maker<'a> {
    /// `width` is the number of values in a record.
    pub fn new(
        plan: &'a Plan,
        width: usize,
        random: Random,
        beside: Random,
        patients: Patients,
    ) -> Maker<'a> {
        Maker {
            plan,
            around: plan.surroundings(random, patients),
            beside,
            width,
            made: 0,
        }
    }

    /// The records of a pathway that starts on a day; empty if it ended before the months began.
    pub fn pathway(&mut self, start: Day) -> Result<Vec<Row>> {
        let mut first = vec![Value::Blank; self.width];
        first[Plan::START] = Value::Day(start);
        first[Plan::TODAY] = Value::Day(self.plan.calendar.today);
        first[Plan::PATHWAY_NUMBER] = Value::Number(self.made + 1);
        steps::run(&self.plan.pathway, &mut first, &mut self.around)?;
        if self.plan.leave_out.iter().any(|when| when.holds(&first)) {
            return Ok(Vec::new());
        }
        steps::run(&self.plan.treatment, &mut first, &mut self.around)?;
        let mut rows = self.later_treatments(first)?;
        self.close(&mut rows)?;
        self.other_systems(&mut rows)?;
        rows.retain(|row| self.is_active(row));
        if let Some(row) = rows.first() {
            self.made += 1;
            self.remember(start, row);
        }
        Ok(rows)
    }

    /// The first record and the records of the later treatments.
    fn later_treatments(&mut self, first: Row) -> Result<Vec<Row>> {
        let count = first[self.plan.later_count].number().unwrap_or(0);
        let mut rows = vec![first];
        for _ in 0..count {
            let mut next = rows[rows.len() - 1].clone();
            next[Plan::LATER] = self.plan.yes;
            steps::run(&self.plan.later, &mut next, &mut self.around)?;
            self.plan
                .later_clears
                .iter()
                .for_each(|slot| next[*slot] = Value::Blank);
            steps::run(&self.plan.treatment, &mut next, &mut self.around)?;
            if self.plan.later_ends_when.holds(&next) {
                break;
            }
            rows.push(next);
        }
        Ok(rows)
    }

    /// Sets the values that are known only at the end, on every record of the pathway.
    fn close(&mut self, rows: &mut [Row]) -> Result<()> {
        let Some((last, earlier)) = rows.split_last_mut() else {
            return Ok(());
        };
        steps::run(&self.plan.closing, last, &mut self.around)?;
        for row in earlier {
            self.plan
                .closing
                .iter()
                .for_each(|step| row[step.set] = last[step.set]);
        }
        Ok(())
    }

    /// Sets what other systems know: from the first record, on every record of the pathway.
    fn other_systems(&mut self, rows: &mut [Row]) -> Result<()> {
        let Some((first, others)) = rows.split_first_mut() else {
            return Ok(());
        };
        std::mem::swap(&mut self.around.random, &mut self.beside);
        steps::run(&self.plan.beside, first, &mut self.around)?;
        std::mem::swap(&mut self.around.random, &mut self.beside);
        for row in others {
            self.plan
                .beside
                .iter()
                .for_each(|step| row[step.set] = first[step.set]);
        }
        Ok(())
    }

    fn is_active(&self, row: &Row) -> bool {
        self.plan
            .activity
            .iter()
            .filter_map(|slot| row[*slot].day())
            .any(|day| day >= self.plan.calendar.first)
    }

    fn remember(&mut self, start: Day, row: &Row) {
        if self.plan.remember_when.holds(row) {
            let values = self
                .plan
                .remember
                .iter()
                .map(|slot| (*slot, row[*slot]))
                .collect();
            self.around
                .patients
                .remember(start, values, &mut self.around.random);
        }
    }
}
