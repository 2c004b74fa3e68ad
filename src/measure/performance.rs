//! Counts waits into the lines that NHS England publishes: the 30 columns of the Monthly Combined CSV.
//!
//! Counts are sums of shares, exact to half a patient. `data_set.toml` says which columns are crossed;
//! `standards.toml` has the bands of days.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;

use crate::measure::Waits;
use crate::rulebook::{Band, Performance, Rulebook, suggestion};
use crate::terminal::failure::usage;

/// The columns of the Monthly Combined CSV before those with counts by days waited, in order.
pub const HEADINGS: [&str; 13] = [
    "Period",
    "Basis",
    "Org_Code",
    "Parent_Org",
    "Org_Name",
    "Standard_or_Item",
    "Cancer_Type",
    "Referral_Route_or_Stage",
    "Treatment_Modality",
    "Total",
    "Within",
    "After",
    "Performance",
];

/// The columns of the Monthly Combined CSV with counts by days waited, in order.
pub const BAND_COLUMNS: [&str; 17] = [
    "Within_14_days",
    "In_15_to_28_days",
    "In_29_to_42_days",
    "In_43_to_62_days",
    "After_62_days",
    "Within_31_days",
    "In_32_to_38_days",
    "In_39_to_48_days",
    "In_49_to_62_days",
    "In_63_to_76_days",
    "In_77_to_90_days",
    "In_91_to_104_days",
    "After_104_days",
    "In_15_to_16_days",
    "In_17_to_21_days",
    "In_22_to_28_days",
    "After_28_days",
];

/// One published line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// `2026-10`
    pub period: String,
    pub org_code: String,
    /// A site of the trust, if lines are counted by site and the site is known.
    pub site: Option<String>,
    pub standard: String,
    pub cancer_type: String,
    pub route_or_stage: String,
    pub modality: String,
    pub total: f64,
    pub within: f64,
    /// People by band, for the bands of the standard.
    pub bands: BTreeMap<String, f64>,
}

impl Line {
    pub fn after(&self) -> f64 {
        self.total - self.within
    }

    /// Within over total, unrounded; `None` without a denominator.
    pub fn performance(&self) -> Option<f64> {
        (self.total > 0.0).then(|| self.within / self.total)
    }
}

pub const ALL_CANCERS: &str = "ALL CANCERS";
pub const ALL_MODALITIES: &str = "ALL MODALITIES";

/// Counts waits into published lines, by month, trust, standard and each of the standard's crosses.
pub fn count(rulebook: &Rulebook, waits: &Waits) -> Result<Vec<Line>> {
    count_by(rulebook, waits, &["month", "org_code"])
}

/// Counts the same lines for each site of a trust; lines without a site have none.
pub fn count_by_site(rulebook: &Rulebook, waits: &Waits) -> Result<Vec<Line>> {
    count_by(rulebook, waits, &["month", "org_code", "site"])
}

fn count_by(rulebook: &Rulebook, waits: &Waits, keys: &[&str]) -> Result<Vec<Line>> {
    let counted = waits.counted().collect()?;
    let mut lines = Vec::new();
    for rules in rulebook.data_set.published() {
        let bands: Vec<&Band> = rulebook.standards.bands_of(&rules.standard).collect();
        are_of_the_combined_csv(&rulebook.data_set.folder, &bands)?;
        let is_of_standard = col("standard").eq(lit(rules.standard.as_str()));
        let of_standard = counted.clone().lazy().filter(is_of_standard);
        for cross in &rules.crosses {
            let cross = Cross {
                rules,
                columns: cross,
                keys,
                bands: &bands,
            };
            lines.extend(cross.lines(of_standard.clone())?);
        }
    }
    sort(rulebook, &mut lines);
    Ok(lines)
}

/// An error if a band of `standards.toml` names a column that the Combined CSV does not have.
fn are_of_the_combined_csv(folder: &str, bands: &[&Band]) -> Result<()> {
    match bands
        .iter()
        .find(|band| !BAND_COLUMNS.contains(&band.column.as_str()))
    {
        Some(band) => Err(usage(format!(
            "`rules/{}/standards.toml`: `{}` is not a column of the Combined CSV: {}",
            folder,
            band.column,
            suggestion(&band.column, BAND_COLUMNS)
        ))),
        None => Ok(()),
    }
}

/// One way to divide the waits of a standard into lines.
struct Cross<'a> {
    rules: &'a Performance,
    /// The columns of waits that divide the lines; for every other column, one line covers all values.
    columns: &'a [String],
    /// Month, trust and, for lines by site, site.
    keys: &'a [&'a str],
    bands: &'a [&'a Band],
}

impl Cross<'_> {
    fn lines(&self, waits: LazyFrame) -> Result<Vec<Line>> {
        let groups = self
            .keys
            .iter()
            .copied()
            .chain(self.columns.iter().map(String::as_str));
        let groups: Vec<Expr> = groups.map(col).collect();
        let mut sums = vec![
            col("share").sum().alias("total"),
            col("share_within").sum().alias("within"),
        ];
        sums.extend(
            self.bands
                .iter()
                .enumerate()
                .map(|(number, band)| in_band(number, band)),
        );
        let grouped = waits.group_by(groups).agg(sums).collect()?;
        (0..grouped.height())
            .map(|row| self.line(&grouped, row))
            .collect()
    }

    fn line(&self, grouped: &DataFrame, row: usize) -> Result<Line> {
        let rules = self.rules;
        let text = |name: &str| -> Result<Option<String>> {
            if !self.tells_apart(name) && !self.keys.contains(&name) {
                return Ok(None);
            }
            Ok(grouped.column(name)?.str()?.get(row).map(String::from))
        };
        let number = |name: &str| -> Result<f64> { Ok(grouped.column(name)?.f64()?.get(row).unwrap_or(0.0)) };
        let label = |name: &str, all: &str| -> Result<String> {
            if !self.tells_apart(name) {
                return Ok(all.to_string());
            }
            Ok(text(name)?.unwrap_or_default())
        };
        let route = label(&rules.route_or_stage, &rules.all_routes_or_stages)?;
        let bands = self.bands.iter().enumerate();
        let bands = bands
            .map(|(number_of_band, band)| Ok((band.column.clone(), number(&band_name(number_of_band))?)));
        Ok(Line {
            period: text("month")?.unwrap_or_default(),
            org_code: text("org_code")?.unwrap_or_default(),
            site: text("site")?,
            standard: rules.standard.clone(),
            cancer_type: label("cancer_type", ALL_CANCERS)?,
            route_or_stage: rules.labels.get(&route).cloned().unwrap_or(route),
            modality: label("modality_group", ALL_MODALITIES)?,
            total: number("total")?,
            within: number("within")?,
            bands: bands.collect::<Result<_>>()?,
        })
    }

    fn tells_apart(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }
}

fn band_name(number: usize) -> String {
    format!("band {number}")
}

/// Sorts by month, trust, site and standard, with totals first.
pub fn sort(rulebook: &Rulebook, lines: &mut [Line]) {
    let place = |standard: &str| {
        rulebook
            .data_set
            .published()
            .position(|rules| rules.standard == standard)
    };
    lines.sort_by(|left, right| {
        let key = |line: &Line| {
            (
                line.period.clone(),
                line.org_code.clone(),
                (line.site.is_none(), line.site.clone()),
                place(&line.standard),
                !line.route_or_stage.starts_with("ALL "),
                line.route_or_stage.clone(),
                line.cancer_type != ALL_CANCERS,
                line.cancer_type.clone(),
                line.modality != ALL_MODALITIES,
                line.modality.clone(),
            )
        };
        key(left).cmp(&key(right))
    });
}

/// People whose days are within a band.
fn in_band(number: usize, band: &Band) -> Expr {
    let from = band.from.map(|from| col("days").gt_eq(lit(from)));
    let to = band.to.map(|to| col("days").lt_eq(lit(to)));
    let inside = from
        .into_iter()
        .chain(to)
        .reduce(Expr::and)
        .unwrap_or_else(|| lit(true));
    when(inside)
        .then(col("share"))
        .otherwise(lit(0.0))
        .sum()
        .alias(band_name(number))
}
