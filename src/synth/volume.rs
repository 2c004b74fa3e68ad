//! Chooses the day on which the next pathway starts, so that months have the volumes of the profile.

use anyhow::{Result, ensure};

use super::calendar::{self, Calendar, civil, weekday};
use super::pathway::Maker;
use super::profile::Profile;
use super::random::Random;
use super::values::Day;

/// The number of pathways tried for each month, to learn how many records a pathway has that starts in it.
const TRIED: u32 = 400;

pub struct Starts {
    first: Day,
    /// Records up to and including each day, as a share of all.
    sums: Vec<f64>,
}

impl Starts {
    pub fn new(
        profile: &Profile,
        calendar: &Calendar,
        random: &mut Random,
        pilot: &mut Maker,
    ) -> Result<Starts> {
        let first = calendar::months_before(calendar.first, profile.run_in_months);
        let mut weights = pathway_weights(profile, calendar, first, random);
        let mut month = first;
        while month <= calendar.today {
            let end = calendar::next_month(month).min(calendar.today + 1);
            let days = &mut weights[(month - first) as usize..(end - first) as usize];
            let records = records_per_pathway(month, days, random, pilot)?;
            days.iter_mut().for_each(|weight| *weight *= records);
            month = end;
        }
        let mut sums = running_sums(&weights);
        let total = sums.last().copied().unwrap_or_default();
        ensure!(
            total > 0.0,
            "no pathway of the profile has a record in its months"
        );
        sums.iter_mut().for_each(|sum| *sum /= total);
        Ok(Starts { first, sums })
    }

    /// The day by which this share of all records has been written.
    pub fn day(&self, share: f64) -> Day {
        self.first
            + self
                .sums
                .partition_point(|sum| *sum <= share)
                .min(self.sums.len() - 1) as Day
    }
}

/// How many pathways start on a day, relative to other days: by weekday, season, growth, and the month's own
/// variation.
fn pathway_weights(profile: &Profile, calendar: &Calendar, first: Day, random: &mut Random) -> Vec<f64> {
    let volume = &profile.volume;
    let mut month = 0;
    let mut chance = 1.0;
    let mut weight = |day: Day| {
        let (_, month_of_year, _) = civil(day);
        if month_of_year != month {
            month = month_of_year;
            chance = 1.0 + volume.noise * (random.share() + random.share() + random.share() - 1.5) * 2.0;
        }
        let weekday = if calendar.is_bank_holiday(day) {
            6
        } else {
            weekday(day)
        };
        let years = f64::from(day - first) / 365.25;
        volume.weekdays[weekday]
            * volume.seasons[month_of_year as usize - 1]
            * (1.0 + volume.growth_a_year * years)
            * chance
    };
    (first..=calendar.today).map(&mut weight).collect()
}

/// The average number of records of a pathway that starts in a month, found by trying.
fn records_per_pathway(first: Day, weights: &[f64], random: &mut Random, pilot: &mut Maker) -> Result<f64> {
    let sums = running_sums(weights);
    let total = sums.last().copied().unwrap_or_default();
    let mut records = 0;
    for _ in 0..TRIED {
        let drawn = random.share() * total;
        let day = first + sums.partition_point(|sum| *sum <= drawn) as Day;
        records += pilot.pathway(day)?.len();
    }
    Ok(records as f64 / f64::from(TRIED))
}

fn running_sums(weights: &[f64]) -> Vec<f64> {
    let add = |sum: &mut f64, weight: &f64| {
        *sum += weight;
        Some(*sum)
    };
    weights.iter().scan(0.0, add).collect()
}
