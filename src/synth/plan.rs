//! The whole profile, ready to run.

use anyhow::{Context, Result, ensure};

use super::calendar::Calendar;
use super::compile::Compiler;
use super::condition::When;
use super::faults::Fault;
use super::patients::Patients;
use super::profile::Profile;
use super::random::Random;
use super::steps::{Shape, Step, Surroundings};
use super::values::{Slot, Value};

/// The names that the program sets itself, in the order of the slots of [`Plan`].
const GIVEN: [&str; 6] = [
    "start",
    "pathway_number",
    "record_number",
    "returning",
    "later",
    "today",
];

pub struct Plan {
    pub calendar: Calendar,
    pub shapes: Vec<Shape>,
    pub pathway: Vec<Step>,
    pub treatment: Vec<Step>,
    pub later: Vec<Step>,
    pub closing: Vec<Step>,
    pub beside: Vec<Step>,
    pub later_count: Slot,
    pub later_clears: Vec<Slot>,
    pub later_ends_when: When,
    pub leave_out: Vec<When>,
    pub activity: Vec<Slot>,
    pub remember: Vec<Slot>,
    pub remember_when: When,
    pub faults: Vec<Fault>,
    /// The value that means yes.
    pub yes: Value,
}

impl Plan {
    /// The day on which a pathway starts.
    pub const START: Slot = 0;
    pub const PATHWAY_NUMBER: Slot = 1;
    /// Set once it is certain that the record is written.
    pub const RECORD_NUMBER: Slot = 2;
    /// `yes` on a pathway of a returning patient.
    pub const RETURNING: Slot = 3;
    /// `yes` on the record of a treatment after the first.
    pub const LATER: Slot = 4;
    /// The last day of the months.
    pub const TODAY: Slot = 5;

    /// Every name in `fields` must be set by some step. The compiler is returned for the exports.
    pub fn new(profile: &Profile, fields: &[&str]) -> Result<(Plan, Compiler)> {
        let mut compiler = Compiler::new(&GIVEN);
        let names = &mut compiler;
        let yes = names.words.value("yes");
        let mut shapes = names.shapes(&profile.shape).context("the shapes of waits")?;
        let pathway = names.steps(&profile.pathway)?;
        let treatment = names.steps(&profile.treatment)?;
        let later = names.steps(&profile.later.steps)?;
        let closing = names.steps(&profile.closing)?;
        let beside = names.steps(&profile.beside)?;
        for field in fields {
            names.slot(field).context("a field of the data set")?;
        }
        names.shocks(&profile.shock, &mut shapes)?;
        let plan = Plan {
            calendar: Calendar::new(
                &profile.first_month,
                profile.months,
                &profile.volume.bank_holidays,
            )?,
            shapes,
            pathway,
            treatment,
            later,
            closing,
            beside,
            later_count: names.slot(&profile.later.count)?,
            later_clears: names.slots(&profile.later.clears)?,
            later_ends_when: names.when(&profile.later.ends_when)?,
            leave_out: profile
                .leave_out
                .iter()
                .map(|conditions| names.when(conditions))
                .collect::<Result<_>>()?,
            activity: names.slots(&profile.activity)?,
            remember: names.slots(&profile.patients.remember)?,
            remember_when: names.when(&profile.patients.remember_when)?,
            faults: profile
                .fault
                .iter()
                .map(|fault| Fault::new(fault, names).with_context(|| format!("the fault `{}`", fault.name)))
                .collect::<Result<_>>()?,
            yes,
        };
        ensure!(
            plan.calendar.today > plan.calendar.first,
            "`months` must be at least 1"
        );
        Ok((plan, compiler))
    }

    /// What the steps draw on, with its own random numbers and people.
    pub fn surroundings(&self, random: Random, patients: Patients) -> Surroundings<'_> {
        Surroundings {
            calendar: &self.calendar,
            shapes: &self.shapes,
            start: Plan::START,
            returning: Plan::RETURNING,
            random,
            patients,
        }
    }
}
