//! `rules/published.toml`: what the workbooks call their sheets, columns, routes and bands. An analyst adds a renamed
//! heading there. How its words are compared is in [`super::words`].

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Deserialize;

use super::words::{Headings, Labels, SheetNames};
use crate::failure::usage;
use crate::performance::BAND_COLUMNS;

/// The layout of the provider workbooks; every key is explained in `rules/published.toml`.
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
    pub all: All,
    #[serde(rename = "item")]
    pub items: Vec<Item>,
    #[serde(default)]
    pub refused: Vec<Refused>,
}

/// Cells that stand for no figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Nobody: 0.
    pub nil: Headings,
    /// Not told.
    pub unknown: Headings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub words: Headings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusWords {
    #[serde(rename = "final")]
    pub finals: Headings,
    pub provisional: Headings,
}

/// The columns that say what a line is about.
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

/// The line of all English providers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct England {
    pub names: Headings,
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
    /// It has a limit in days, so that its lines say how many were within it.
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
    /// Whether such a wait is within the standard.
    #[serde(default)]
    pub in_time: bool,
}

/// A workbook of another kind, named when it is refused.
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
    /// Reads the text of `published.toml`; a mistake in it is named with its place.
    pub fn parse(text: &str) -> Result<Rules> {
        let rules: Rules = toml::from_str(text).map_err(|error| usage(format!("rules/published.toml: {error}")))?;
        for item in &rules.items {
            if item.is_standard() && item.after.is_empty() {
                return Err(usage(format!("rules/published.toml: item `{}` has `within` but no `after`", item.name)));
            }
            if item.recognised_by.is_empty() {
                return Err(usage(format!("rules/published.toml: item `{}` has no `recognised_by`", item.name)));
            }
            let mut columns = BTreeSet::new();
            for band in &item.bands {
                if !BAND_COLUMNS.contains(&band.column.as_str()) {
                    let message = format!("item `{}`: `{}` is not a column of the Combined CSV", item.name, band.column);
                    return Err(usage(format!("rules/published.toml: {message}")));
                }
                if !columns.insert(band.column.as_str()) {
                    return Err(usage(format!("rules/published.toml: item `{}` has band `{}` twice", item.name, band.column)));
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
        assert_eq!(names, ["FDS", "31D", "62D", "Urgent Suspected Cancer referral", "Urgent Breast Symptomatic referral"]);
    }

    #[test]
    fn a_column_that_the_combined_csv_does_not_have_is_a_mistake_of_the_rules() {
        let wrong = TEXT.replacen("column = \"Within_14_days\"", "column = \"Within_15_days\"", 1);
        let error = Rules::parse(&wrong).unwrap_err().to_string();
        assert_eq!(error, "rules/published.toml: item `FDS`: `Within_15_days` is not a column of the Combined CSV");
    }

    #[test]
    fn a_key_that_is_not_known_is_a_mistake_of_the_rules() {
        let wrong = TEXT.replace("\n[numbers]\n", "\n[numbers]\nnull = []\n");
        let error = Rules::parse(&wrong).unwrap_err().to_string();
        assert!(error.contains("unknown field `null`"), "{error}");
    }
}
