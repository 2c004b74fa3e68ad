//! Plants mistakes that are common in cancer registers into some of the finished records.

use anyhow::Result;

use super::compile::Compiler;
use super::condition::When;
use super::profile;
use super::steps::{self, Step, Surroundings};
use super::values::Row;

pub struct Fault {
    one_in: f64,
    when: When,
    steps: Vec<Step>,
}

impl Fault {
    pub fn new(fault: &profile::Fault, compiler: &mut Compiler) -> Result<Fault> {
        Ok(Fault {
            one_in: fault.one_in,
            when: compiler.when(&fault.when)?,
            steps: compiler.steps(&fault.steps)?,
        })
    }
}

/// At most one fault in each record, so that each fault has its own trace.
pub fn plant(faults: &[Fault], row: &mut Row, around: &mut Surroundings) -> Result<()> {
    for fault in faults {
        if fault.when.holds(row) && around.random.chance(1.0 / fault.one_in) {
            return steps::run(&fault.steps, row, around);
        }
    }
    Ok(())
}
