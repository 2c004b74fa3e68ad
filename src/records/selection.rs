//! Decides which records are in the month's return of a trust: once, for the upload, the worklist and the
//! effect of findings.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;

use crate::calendar::Month;
use crate::records::Records;
use crate::rulebook::Rulebook;
use crate::terminal::failure::usage;

/// Whether each record is in one trust's return for one month.
pub struct Selection {
    /// By record.
    pub memberships: Vec<Membership>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// In the return.
    InMonth,
    /// The trust's records without a date that shows a month: still open, or the date cannot be read.
    Undated,
    OtherMonth,
    OtherTrust,
}

/// Decides for every record whether it is in the trust's return for the month. A record without a trust
/// counts as the trust's own.
pub fn select(rulebook: &Rulebook, records: &Records, provider: &str, month: Month) -> Result<Selection> {
    let frame = &records.frame;
    let dates: Vec<&DateChunked> = rulebook
        .data_set
        .month_dates
        .iter()
        .map(|name| frame.column(name)?.date())
        .collect::<PolarsResult<_>>()?;
    let trusts: Vec<&StringChunked> = rulebook
        .data_set
        .providers
        .iter()
        .map(|name| frame.column(name)?.str())
        .collect::<PolarsResult<_>>()?;
    let not_known = match &rulebook.data_set.provider_not_known {
        Some(name) => Some(frame.column(name)?.bool()?),
        None => None,
    };
    let (first, last) = (
        crate::calendar::date::days_since_1970(month.first_day()),
        crate::calendar::date::days_since_1970(month.last_day()),
    );
    let membership = |record: usize| {
        let mut named = trusts.iter().filter_map(|trust| trust.get(record)).peekable();
        // A record with a site whose trust is not known may be any trust's: it stays on the worklist until
        // the trust is known.
        let may_be_ours = not_known.is_some_and(|column| column.get(record) == Some(true));
        if named.peek().is_some() && !may_be_ours && !named.any(|trust| trust == provider) {
            return Membership::OtherTrust;
        }
        let mut days = dates
            .iter()
            .filter_map(|date| date.physical().get(record))
            .peekable();
        if dates.is_empty() {
            return Membership::InMonth;
        }
        match (
            days.peek().is_none(),
            days.any(|day| (first..=last).contains(&day)),
        ) {
            (true, _) => Membership::Undated,
            (_, true) => Membership::InMonth,
            _ => Membership::OtherMonth,
        }
    };
    Ok(Selection {
        memberships: (0..frame.height()).map(membership).collect(),
    })
}

impl Selection {
    pub fn membership(&self, record: u32) -> Membership {
        self.memberships[record as usize]
    }

    /// The records whose faults the trust can correct for this return: those in it, and those without a date
    /// that shows a month.
    pub fn is_worked_on(&self, record: u32) -> bool {
        matches!(self.membership(record), Membership::InMonth | Membership::Undated)
    }

    /// The records of the month's return, including those held back.
    pub fn in_month(&self, records: &DataFrame) -> Result<DataFrame> {
        let kept: BooleanChunked = self
            .memberships
            .iter()
            .map(|membership| Some(*membership == Membership::InMonth))
            .collect();
        Ok(records.filter(&kept)?)
    }

    pub fn count(&self, membership: Membership) -> usize {
        self.memberships
            .iter()
            .filter(|other| **other == membership)
            .count()
    }
}

/// The name of the provider if the data have no trust and none was named.
const NOT_NAMED: &str = "not named";

/// The trust that submits: the named one, which must be in the data; otherwise the one with most records.
pub fn provider(rulebook: &Rulebook, records: &Records, named: Option<&str>) -> Result<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &rulebook.data_set.providers {
        for trust in records.frame.column(name)?.str()?.iter().flatten() {
            *counts.entry(trust).or_default() += 1;
        }
    }
    let mut by_count: Vec<(&str, usize)> = counts.into_iter().collect();
    by_count.sort_by_key(|(trust, count)| (std::cmp::Reverse(*count), *trust));
    let found: Vec<String> = by_count
        .iter()
        .take(8)
        .map(|(trust, _)| format!("`{trust}`"))
        .collect();
    match named {
        Some(code) if by_count.iter().any(|(trust, _)| *trust == code) => Ok(code.to_string()),
        Some(code) if found.is_empty() => Ok(code.to_string()),
        Some(code) => Err(usage(format!(
            "no record is of trust `{code}`; the records name {}",
            found.join(", ")
        ))),
        None if rulebook.data_set.providers.is_empty() => Ok(NOT_NAMED.to_string()),
        None => match by_count.first() {
            Some((trust, _)) => Ok(trust.to_string()),
            None => Err(usage(
                "no record names a trust: say who submits with `--provider`",
            )),
        },
    }
}
