//! The columns of waits with their types, read line by line.

use anyhow::Result;
use chrono::NaiveDate;
use polars::prelude::*;

use crate::calendar::date::from_days;
use crate::measure::Waits;
use crate::rulebook::columns::RECORD;

/// One line for each record, standard and share. [`Waits`] explains each column.
pub struct WaitColumns<'a> {
    frame: &'a DataFrame,
    pub record: &'a UInt32Chunked,
    pub standard: &'a StringChunked,
    pub counted: &'a BooleanChunked,
    pub reason: &'a StringChunked,
    start: &'a DateChunked,
    stop: &'a DateChunked,
    pub adjustment: &'a Int32Chunked,
    pub days: &'a Int32Chunked,
    pub within: &'a BooleanChunked,
    pub month: &'a StringChunked,
    pub org_code: &'a StringChunked,
    pub share: &'a Float64Chunked,
    pub share_within: &'a Float64Chunked,
}

impl<'a> WaitColumns<'a> {
    pub fn new(waits: &'a Waits) -> Result<WaitColumns<'a>> {
        WaitColumns::of_lines(&waits.frame)
    }

    /// `frame` holds some lines of waits.
    pub fn of_lines(frame: &'a DataFrame) -> Result<WaitColumns<'a>> {
        Ok(WaitColumns {
            frame,
            record: frame.column(RECORD)?.u32()?,
            standard: frame.column("standard")?.str()?,
            counted: frame.column("counted")?.bool()?,
            reason: frame.column("reason")?.str()?,
            start: frame.column("start")?.date()?,
            stop: frame.column("stop")?.date()?,
            adjustment: frame.column("adjustment")?.i32()?,
            days: frame.column("days")?.i32()?,
            within: frame.column("within")?.bool()?,
            month: frame.column("month")?.str()?,
            org_code: frame.column("org_code")?.str()?,
            share: frame.column("share")?.f64()?,
            share_within: frame.column("share_within")?.f64()?,
        })
    }

    pub fn lines(&self) -> usize {
        self.frame.height()
    }

    /// The number of the line's record.
    pub fn record(&self, line: usize) -> usize {
        self.record.get(line).unwrap_or_default() as usize
    }

    pub fn start(&self, line: usize) -> Option<NaiveDate> {
        self.start.physical().get(line).map(from_days)
    }

    pub fn stop(&self, line: usize) -> Option<NaiveDate> {
        self.stop.physical().get(line).map(from_days)
    }

    /// A text column with this name: one of the columns that published lines are divided by.
    pub fn text(&self, name: &str) -> Result<&'a StringChunked> {
        Ok(self.frame.column(name)?.str()?)
    }
}
