//! `plan.toml`: the trust's own plan, the share that it aims to reach in each month. The plan is used in
//! addition to the national targets of `standards.toml`, and judges a month in the same way. The file may
//! also hold new starts of the trust's limits.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use serde::Deserialize;
use toml::Spanned;
use toml::value::{Date, Datetime};

use super::spc::{Rebase, check_rebases};
use super::standards::{Standards, Sureness, Target, TargetKind, of_other_data_sets};
use super::{Files, Mistake, suggestion, toml_mistake};
use crate::calendar::Month;

pub const PATH: &str = "plan.toml";
const SHOWN: &str = "rules/plan.toml";

/// The planned shares of one trust and standard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub provider: Spanned<String>,
    pub standard: Spanned<String>,
    /// How sure the plan is: agreed, second-hand, or not to be quoted.
    pub status: Sureness,
    pub source: Spanned<String>,
    #[serde(default)]
    pub note: Option<String>,
    /// By month (`2026-04`), an exact decimal, `0.72`.
    pub months: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    #[serde(default)]
    plan: Vec<Plan>,
    #[serde(default)]
    rebase: Vec<Rebase>,
}

/// The plans and new starts of limits in the trust's own folder, for the standards of this data set; most
/// trusts have none.
pub fn read(files: &Files, standards: &Standards) -> Result<(Vec<Plan>, Vec<Rebase>)> {
    let Some(text) = files.get(PATH) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let mut file: PlanFile = toml::from_str(text).map_err(|error| toml_mistake(SHOWN, text, &error))?;
    let others = of_other_data_sets(files, standards);
    file.plan.retain(|plan| !others.contains(plan.standard.get_ref()));
    file.rebase
        .retain(|rebase| !others.contains(rebase.standard.get_ref()));
    let mut planned = HashSet::new();
    for plan in &file.plan {
        of_known_words(plan, text, standards)?;
        for (month, value) in &plan.months {
            let wrong = |message: String| Mistake::at(SHOWN, text, value.span(), message);
            if Month::parse(month).is_err() {
                return Err(wrong(format!("`{month}` is not a month"))
                    .help("write the year and the month, such as 2026-04")
                    .into());
            }
            if !is_share(value.get_ref()) {
                let message = format!(
                    "`{}` is not a share between 0 and 1 of at most four decimals",
                    value.get_ref()
                );
                return Err(wrong(message).help("72.5% is \"0.725\"").into());
            }
            if !planned.insert((
                plan.provider.get_ref().to_uppercase(),
                plan.standard.get_ref(),
                month,
            )) {
                let (standard, provider) = (plan.standard.get_ref(), plan.provider.get_ref());
                return Err(wrong(format!(
                    "`{provider}` already has a plan for {standard} in {month}"
                ))
                .into());
            }
        }
    }
    check_rebases(&file.rebase, SHOWN, text, standards)?;
    if let Some(rebase) = file.rebase.iter().find(|rebase| rebase.provider.is_none()) {
        let mistake = Mistake::at(
            SHOWN,
            text,
            rebase.standard.span(),
            "a new start in `plan.toml` needs the `provider` that it is for",
        );
        return Err(mistake.into());
    }
    Ok((file.plan, file.rebase))
}

fn of_known_words(plan: &Plan, text: &str, standards: &Standards) -> Result<()> {
    let known: Vec<&str> = standards
        .limit
        .iter()
        .map(|limit| limit.standard.as_str())
        .collect();
    let standard = plan.standard.get_ref();
    if !known.contains(&standard.as_str()) {
        let mistake = Mistake::at(
            SHOWN,
            text,
            plan.standard.span(),
            format!("`{standard}` is not a standard"),
        );
        return Err(mistake.help(suggestion(standard, known)).into());
    }
    Ok(())
}

/// Shares are compared in ten-thousandths, which four decimals hold exactly.
fn is_share(value: &str) -> bool {
    let decimals = value.split_once('.').map_or("", |(_, decimals)| decimals);
    decimals.len() <= 4 && value.parse().is_ok_and(|share: f64| (0.0..=1.0).contains(&share))
}

/// A plan's months as targets: each is in force for its month and its trust only.
pub fn targets(plans: &[Plan]) -> Vec<Target> {
    let of_month = |plan: &Plan, month: Month, value: &str| Target {
        standard: plan.standard.get_ref().clone(),
        kind: TargetKind::OwnPlan,
        value: value.to_string(),
        from: datetime(month.first_day()),
        to: Some(datetime(month.last_day())),
        due: None,
        status: plan.status,
        source: plan.source.get_ref().clone(),
        note: plan.note.clone(),
        provider: Some(plan.provider.get_ref().to_uppercase()),
    };
    let months = plans
        .iter()
        .flat_map(|plan| plan.months.iter().map(move |(month, value)| (plan, month, value)));
    months
        .filter_map(|(plan, month, value)| Some(of_month(plan, Month::parse(month).ok()?, value.get_ref())))
        .collect()
}

fn datetime(date: chrono::NaiveDate) -> Datetime {
    use chrono::Datelike;
    let date = Date {
        year: date.year().try_into().unwrap_or_default(),
        month: date.month() as u8,
        day: date.day() as u8,
    };
    Datetime {
        date: Some(date),
        time: None,
        offset: None,
    }
}
