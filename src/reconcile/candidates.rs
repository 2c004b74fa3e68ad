//! Collects every wait of ours that may explain a difference from the published lines: the labels under which
//! it would be counted, and how far it is from being counted in the month.

use anyhow::Result;

use crate::calendar::Month;
use crate::measure::performance::{ALL_CANCERS, ALL_MODALITIES};
use crate::measure::{WaitColumns, Waits};
use crate::records::Records;
use crate::rulebook::{Performance, Rulebook};

/// How a wait relates to the figures of the trust and month, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is counted in them.
    Counted,
    /// It is in this month, but left out.
    LeftOut,
    /// Counted for another trust.
    OtherTrust,
    /// It has no month yet: the clock is running, or its stop is not recorded. The number is the days from
    /// its start to the end of the month.
    NoMonth(i64),
    /// Counted or left out in another month, this many days away.
    OtherMonth(i64),
}

/// A wait that may explain a difference.
pub struct Candidate<'a> {
    pub rules: &'a Performance,
    /// The published name of the standard.
    pub item: &'a str,
    pub standing: Standing,
    pub is_within: Option<bool>,
    /// The published band of its days.
    pub band: Option<&'a str>,
    /// The bands that its days could be in if it had stopped in the month.
    pub could_be_in: Vec<&'a str>,
    /// The trust's share of the patient; 0 if it is not counted.
    pub share: f64,
    /// Cancer type, route or stage, treatment; `None` if the row does not say.
    pub labels: [Option<String>; 3],
    /// The number of its record.
    pub record: u32,
}

/// Our waits, in file order.
pub struct Candidates<'a>(pub Vec<Candidate<'a>>);

impl<'a> Candidates<'a> {
    /// `waits` holds the waits of every month and trust.
    pub fn new(
        rulebook: &'a Rulebook,
        waits: &[&Waits],
        provider: &str,
        month: Month,
    ) -> Result<Candidates<'a>> {
        let mut candidates = Vec::new();
        for waits in waits {
            let columns = Columns(waits.columns()?);
            for row in 0..waits.frame.height() {
                candidates.extend(columns.candidate(rulebook, row, provider, month));
            }
        }
        Ok(Candidates(candidates))
    }

    /// The file and row of a wait, as `file:row`.
    pub fn at(&self, records: &Records, candidate: usize) -> Result<String> {
        records.file_and_row(self.0[candidate].record)
    }
}

/// The lines of waits, read by their published labels.
struct Columns<'a>(WaitColumns<'a>);

impl Columns<'_> {
    fn candidate<'r>(
        &self,
        rulebook: &'r Rulebook,
        row: usize,
        provider: &str,
        month: Month,
    ) -> Option<Candidate<'r>> {
        let standard = self.0.standard.get(row)?;
        let rules = rulebook
            .data_set
            .published()
            .find(|rules| rules.standard == standard)?;
        let standing = self.standing(row, provider, month)?;
        let days = self.0.days.get(row);
        let band = days.and_then(|days| {
            rulebook
                .standards
                .bands_of(&rules.standard)
                .find(|band| band.holds(days))
        });
        let text = |name: &str| {
            let label = self.0.text(name).ok()?.get(row)?;
            Some(label.to_string())
        };
        let route =
            text(&rules.route_or_stage).map(|route| rules.labels.get(&route).cloned().unwrap_or(route));
        Some(Candidate {
            rules,
            item: rulebook.standards.item(&rules.standard),
            standing,
            is_within: self.0.within.get(row),
            band: band.map(|band| band.column.as_str()),
            could_be_in: self.could_be_in(rulebook, row, &rules.standard, month),
            share: self.0.share.get(row).unwrap_or_default(),
            labels: [text("cancer_type"), route, text("modality_group")],
            record: self.0.record.get(row)?,
        })
    }

    fn could_be_in<'r>(
        &self,
        rulebook: &'r Rulebook,
        row: usize,
        standard: &str,
        month: Month,
    ) -> Vec<&'r str> {
        let Some(start) = self.0.start(row) else {
            return Vec::new();
        };
        let adjustment = i64::from(self.0.adjustment.get(row).unwrap_or_default());
        let days = |stop: chrono::NaiveDate| (stop - start).num_days() - adjustment;
        let (least, most) = (days(month.first_day()), days(month.last_day()));
        let bands = rulebook.standards.bands_of(standard);
        let overlaps = |from: Option<i32>, to: Option<i32>| {
            from.is_none_or(|from| i64::from(from) <= most) && to.is_none_or(|to| least <= i64::from(to))
        };
        bands
            .filter(|band| most >= 0 && overlaps(band.from, band.to))
            .map(|band| band.column.as_str())
            .collect()
    }

    /// `None` for a wait that begins after the month, so it cannot be counted in it.
    fn standing(&self, row: usize, provider: &str, month: Month) -> Option<Standing> {
        let is_ours = self
            .0
            .org_code
            .get(row)
            .is_none_or(|org_code| org_code == provider);
        let is_counted = self.0.counted.get(row) == Some(true);
        match self.0.month.get(row) {
            Some(own) if own == month.to_string() => Some(match (is_ours, is_counted) {
                (true, true) => Standing::Counted,
                (true, false) => Standing::LeftOut,
                (false, _) => Standing::OtherTrust,
            }),
            _ if !is_ours => None,
            Some(_) => {
                let stop = self.0.stop(row)?;
                let before = (month.first_day() - stop).num_days();
                let after = (stop - month.last_day()).num_days();
                Some(Standing::OtherMonth(before.max(after)))
            }
            None => {
                let start = self.0.start(row)?;
                let days = (month.last_day() - start).num_days();
                (days >= 0).then_some(Standing::NoMonth(days))
            }
        }
    }
}

/// The labels that mean all: cancer types, routes or stages, and treatments.
pub fn all_labels(rules: &Performance) -> [&str; 3] {
    [ALL_CANCERS, &rules.all_routes_or_stages, ALL_MODALITIES]
}

/// For each kind of published line, whether it is divided by cancer type, route or stage, and treatment.
pub fn crosses(rules: &Performance) -> Vec<[bool; 3]> {
    let tells = |cross: &[String], name: &str| cross.iter().any(|column| column == name);
    let of_cross = |cross: &Vec<String>| {
        [
            tells(cross, "cancer_type"),
            tells(cross, &rules.route_or_stage),
            tells(cross, "modality_group"),
        ]
    };
    rules.crosses.iter().map(of_cross).collect()
}
