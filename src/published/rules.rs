//! `rules/published.toml`: the names of the workbooks' sheets, columns, routes and bands. If NHS England
//! renames a heading, an analyst adds it there. [`crate::published::words`] compares the words.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Deserialize;

use crate::measure::performance::BAND_COLUMNS;
use crate::published::words::{Headings, Labels, SheetNames};
use crate::rulebook::spans::{self, Step};
use crate::rulebook::{Mistake, suggestion, toml_mistake};

const FILE: &str = "rules/published.toml";

/// The layout of the provider workbooks. `rules/published.toml` explains every key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// `2023-10`: the first month of this layout.
    pub first_month: String,
    pub numbers: Numbers,
    pub period: Period,
    pub status: StatusWords,
    pub columns: Columns,
    pub england: England,
    pub commissioner: Commissioner,
    pub all: All,
    #[serde(rename = "item")]
    pub items: Vec<Item>,
    #[serde(default)]
    pub refused: Vec<Refused>,
}

/// Cells that mean that there is no figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Nobody: 0.
    pub nil: Headings,
    /// Suppressed.
    pub unknown: Headings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub words: Headings,
    /// Words for a period of more than one month.
    pub several: Headings,
    /// Words that join two months.
    pub joining: Headings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusWords {
    #[serde(rename = "final")]
    pub finals: Headings,
    pub provisional: Headings,
}

/// Headings of the columns that identify a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub org_code: Headings,
    pub org_name: Headings,
    pub route_or_stage: Headings,
    pub cancer_type: Headings,
    pub modality: Headings,
    pub total: Headings,
    #[serde(default)]
    pub ignored: Headings,
}

/// The line for all English providers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct England {
    pub names: Headings,
}

/// How to recognise a workbook of commissioners: a cell near the top of a sheet begins with this text, or is
/// this heading.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commissioner {
    pub texts: Headings,
    pub headings: Headings,
}

/// Words for a line that is not divided by cancer type or treatment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct All {
    pub cancer_types: Headings,
    pub modalities: Headings,
}

/// A standard, or an activity that has none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The Combined CSV's `Standard_or_Item`.
    pub name: String,
    pub sheets: SheetNames,
    pub recognised_by: Headings,
    pub all_routes_or_stages: String,
    #[serde(default)]
    pub within: Headings,
    #[serde(default)]
    pub after: Headings,
    #[serde(default)]
    pub performance: Headings,
    #[serde(default)]
    pub labels: Labels,
    #[serde(rename = "band")]
    pub bands: Vec<Band>,
}

impl Item {
    /// Whether it has a limit in days, so that its lines say how many were within it.
    pub fn is_standard(&self) -> bool {
        !self.within.is_empty()
    }
}

/// A count of people by the days they waited.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// A column of the Combined CSV.
    pub column: String,
    pub headings: Headings,
    /// Whether a wait in this band is within the standard.
    #[serde(default)]
    pub in_time: bool,
}

/// A workbook of another kind, and the name for it when it is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub what: String,
    pub advice: String,
    pub sheets: SheetNames,
    pub texts: Headings,
    pub headings: Headings,
}

impl Rules {
    /// Reads the text of `published.toml`. A mistake is reported with its line and column.
    pub fn parse(text: &str) -> Result<Rules> {
        let rules: Rules = toml::from_str(text).map_err(|error| toml_mistake(FILE, text, &error))?;
        for (index, item) in rules.items.iter().enumerate() {
            let path = [Step::Key("item"), Step::At(index)];
            let wrong = |rest: &[Step], message: String| {
                Mistake::at(
                    FILE,
                    text,
                    spans::of_value(text, &[&path, rest].concat()),
                    format!("item `{}`: {message}", item.name),
                )
            };
            if item.is_standard() && item.after.is_empty() {
                return Err(wrong(
                    &[Step::Key("within")],
                    "it has `within` but no `after`".to_string(),
                )
                .into());
            }
            if item.recognised_by.is_empty() {
                return Err(wrong(
                    &[Step::Key("recognised_by")],
                    "`recognised_by` is empty".to_string(),
                )
                .into());
            }
            let mut columns = BTreeSet::new();
            for (index, band) in item.bands.iter().enumerate() {
                let column = [Step::Key("band"), Step::At(index), Step::Key("column")];
                if !BAND_COLUMNS.contains(&band.column.as_str()) {
                    let mistake = wrong(
                        &column,
                        format!("`{}` is not a column of the Combined CSV", band.column),
                    );
                    return Err(mistake.help(suggestion(&band.column, BAND_COLUMNS)).into());
                }
                if !columns.insert(band.column.as_str()) {
                    return Err(wrong(&column, format!("the band `{}` is listed twice", band.column)).into());
                }
            }
        }
        Ok(rules)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const TEXT: &str = include_str!("../../rules/published.toml");

    pub fn rules() -> Rules {
        Rules::parse(TEXT).unwrap()
    }

    #[test]
    fn the_rules_that_come_with_the_program_name_the_five_items_of_the_combined_csv() {
        let names: Vec<String> = rules().items.into_iter().map(|item| item.name).collect();
        assert_eq!(
            names,
            [
                "FDS",
                "31D",
                "62D",
                "Urgent Suspected Cancer referral",
                "Urgent Breast Symptomatic referral"
            ]
        );
    }

    #[test]
    fn a_column_that_the_combined_csv_does_not_have_is_a_mistake_of_the_rules() {
        let wrong = TEXT.replacen("column = \"Within_14_days\"", "column = \"Within_15_days\"", 1);
        let error = Rules::parse(&wrong).unwrap_err().to_string();
        let line = TEXT[..TEXT.find("column = \"Within_14_days\"").unwrap()]
            .lines()
            .count()
            + 1;
        let expected = format!(
            "rules/published.toml:{line}:10: item `FDS`: `Within_15_days` is not a column of the Combined \
             CSV\n"
        );
        assert!(
            error.starts_with(&expected) && error.ends_with("did you mean `Within_14_days`?"),
            "{error}"
        );
    }

    #[test]
    fn a_key_that_is_not_known_is_a_mistake_of_the_rules() {
        let wrong = TEXT.replace("\n[numbers]\n", "\n[numbers]\nnull = []\n");
        let error = Rules::parse(&wrong).unwrap_err().to_string();
        let line = TEXT[..TEXT.find("[numbers]\n").unwrap()].lines().count() + 2;
        assert!(
            error.starts_with(&format!("rules/published.toml:{line}:1: unknown field `null`")),
            "{error}"
        );
    }
}
