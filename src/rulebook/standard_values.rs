//! Checks the numbers and dates of `standards.toml`: days within reason, targets that end after they begin,
//! bands without gaps, with the days in their column's name. A slip here changes a published figure.

use super::Standards;
use super::spans::Step;
use super::standards::{Band, PtlBand, date};

/// Where something is wrong, and what.
type Wrong = (Vec<Step<'static>>, String);

/// The first number or date that is wrong.
pub fn wrong(standards: &Standards) -> Option<Wrong> {
    limit(standards)
        .or_else(|| target(standards))
        .or_else(|| column_name(standards))
        .or_else(|| gap(standards))
        .or_else(|| ptl_gap(&standards.ptl_band))
}

fn at(block: &'static str, index: usize, key: &'static str) -> Vec<Step<'static>> {
    vec![Step::Key(block), Step::At(index), Step::Key(key)]
}

/// The longest limit: ten years. A longer one is a slip.
const LONGEST: i32 = 3650;

fn limit(standards: &Standards) -> Option<Wrong> {
    let mut days = standards.limit.iter().map(|limit| limit.days);
    let index = days.position(|days| !(0..=LONGEST).contains(&days))?;
    let message = format!(
        "{} is not a number of days from 0 to {LONGEST}",
        standards.limit[index].days
    );
    Some((at("limit", index, "days"), message))
}

fn target(standards: &Standards) -> Option<Wrong> {
    standards.target.iter().enumerate().find_map(|(index, target)| {
        if !(0.0..=1.0).contains(&target.value()) {
            let message = format!("`{}` is not a share between 0 and 1", target.value);
            return Some((at("target", index, "value"), message));
        }
        let not_a_date = |key| (at("target", index, key), format!("`{key}` is not a date"));
        let Some(from) = date(&target.from) else {
            return Some(not_a_date("from"));
        };
        match date(target.to.as_ref()?) {
            None => Some(not_a_date("to")),
            Some(to) if to < from => {
                let message = format!("the target ends on {to}, before it begins on {from}");
                Some((at("target", index, "to"), message))
            }
            Some(_) => None,
        }
    })
}

/// A band has the days that its published column is named for: `In_15_to_28_days`.
fn column_name(standards: &Standards) -> Option<Wrong> {
    standards.band.iter().enumerate().find_map(|(index, band)| {
        let (from, to) = named_days(&band.column)?;
        let key = if band.from != from {
            "from"
        } else if band.to != to {
            "to"
        } else {
            return None;
        };
        Some((
            at("band", index, key),
            format!("these are not the days of `{}`", band.column),
        ))
    })
}

/// The first and last day in the name of a column; `None` if it names no days.
fn named_days(column: &str) -> Option<(Option<i32>, Option<i32>)> {
    let numbers: Vec<i32> = column.split('_').filter_map(|word| word.parse().ok()).collect();
    match (column.split('_').next()?, numbers.as_slice()) {
        ("Within", [to]) => Some((None, Some(*to))),
        ("In", [from, to]) => Some((Some(*from), Some(*to))),
        ("After", [before]) => Some((Some(before + 1), None)),
        _ => None,
    }
}

/// A band begins on the day after the band of its standard before it, so that each day is in one band.
fn gap(standards: &Standards) -> Option<Wrong> {
    let bands = &standards.band;
    (0..bands.len()).find_map(|index| {
        let is_of_standard = |other: &&Band| other.standard == bands[index].standard;
        let before = bands[..index].iter().rfind(is_of_standard)?;
        let message = not_next(before.to, bands[index].from)?;
        Some((at("band", index, "from"), message))
    })
}

fn ptl_gap(bands: &[PtlBand]) -> Option<Wrong> {
    (1..bands.len()).find_map(|index| {
        let message = not_next(bands[index - 1].to, Some(bands[index].from))?;
        Some((at("ptl_band", index, "from"), message))
    })
}

fn not_next(ended: Option<i32>, begins: Option<i32>) -> Option<String> {
    match ended.and_then(|day| day.checked_add(1)) {
        None => Some("the band before it has no end".to_string()),
        Some(next) if begins == Some(next) => None,
        Some(next) => Some(format!(
            "the band before it ends the day before day {next}: begin there"
        )),
    }
}
