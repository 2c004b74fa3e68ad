//! Compares our lines with the published ones, key by key.
//!
//! The key is standard, cancer type, route or stage and treatment, for one provider and month. NHS England
//! lists no line without people, so our line with nobody agrees with a line that is not published.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::published::PublishedLine;

/// How two lines of one key compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Equal,
    Different,
    OnlyOurs,
    OnlyPublished,
}

impl Kind {
    pub fn words(self) -> &'static str {
        match self {
            Kind::Equal => "equal",
            Kind::Different => "different",
            Kind::OnlyOurs => "only-ours",
            Kind::OnlyPublished => "only-published",
        }
    }
}

/// People in a line, exact to the half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct People {
    pub total: f64,
    /// `None`: suppressed, or an activity without a standard.
    pub within: Option<f64>,
}

/// One key with the counts of both sides; `None` if a side has no such line.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub standard_or_item: String,
    pub cancer_type: String,
    pub route_or_stage: String,
    pub modality: String,
    pub ours: Option<People>,
    pub published: Option<People>,
    /// Ours less published, by column of the Combined CSV, if both sides have the figure and the figures
    /// differ.
    pub bands: BTreeMap<String, f64>,
    pub kind: Kind,
}

impl Difference {
    /// Ours less published; a missing line counts nobody.
    pub fn total(&self) -> f64 {
        let total = |people: Option<People>| people.map_or(0.0, |people| people.total);
        total(self.ours) - total(self.published)
    }

    /// Ours less published within the standard; `None` if the figure of one side is missing.
    pub fn within(&self) -> Option<f64> {
        let within = |people: Option<People>| people.map_or(Some(0.0), |people| people.within);
        Some(within(self.ours)? - within(self.published)?)
    }

    /// The most people that one of our extra rows can be.
    pub fn most(&self) -> f64 {
        self.bands.values().copied().fold(self.total(), f64::max)
    }
}

/// Compares the lines of one provider (`Total`: England) in one month. Every key of either side appears once:
/// the published ones in their order, then keys of ours alone. If a side repeats a key, its first line
/// counts.
///
/// The result has every published key, so leave out first what we never count.
pub fn compare(
    ours: &[PublishedLine],
    published: &[PublishedLine],
    org: &str,
    period: &str,
) -> Vec<Difference> {
    let (ours, published) = (of(ours, org, period), of(published, org, period));
    let (our_lines, published_lines) = (by_key(&ours), by_key(&published));
    let mut seen = HashSet::new();
    let keys = published
        .iter()
        .chain(&ours)
        .map(|line| key(line))
        .filter(|key| seen.insert(*key));
    keys.map(|key| {
        difference(
            key,
            our_lines.get(&key).copied(),
            published_lines.get(&key).copied(),
        )
    })
    .collect()
}

type Key<'a> = [&'a str; 4];

fn of<'a>(lines: &'a [PublishedLine], org: &str, period: &str) -> Vec<&'a PublishedLine> {
    lines
        .iter()
        .filter(|line| line.period == period && line.org_code.eq_ignore_ascii_case(org))
        .collect()
}

fn key(line: &PublishedLine) -> Key<'_> {
    [
        &line.standard_or_item,
        &line.cancer_type,
        &line.route_or_stage,
        &line.modality,
    ]
}

fn by_key<'a>(lines: &[&'a PublishedLine]) -> HashMap<Key<'a>, &'a PublishedLine> {
    let mut first = HashMap::new();
    for line in lines {
        first.entry(key(line)).or_insert(*line);
    }
    first
}

fn difference(
    [standard, cancer_type, route, modality]: Key,
    ours: Option<&PublishedLine>,
    published: Option<&PublishedLine>,
) -> Difference {
    let people = |line: Option<&PublishedLine>| {
        line.map(|line| People {
            total: line.total,
            within: line.within,
        })
    };
    let bands = bands(ours, published);
    let kind = kind(people(ours), people(published), !bands.is_empty());
    Difference {
        standard_or_item: standard.to_string(),
        cancer_type: cancer_type.to_string(),
        route_or_stage: route.to_string(),
        modality: modality.to_string(),
        ours: people(ours),
        published: people(published),
        bands,
        kind,
    }
}

/// The differences by band; a missing line counts nobody in any band.
fn bands(ours: Option<&PublishedLine>, published: Option<&PublishedLine>) -> BTreeMap<String, f64> {
    let people = |line: Option<&PublishedLine>, band: &String| {
        line.map_or(Some(0.0), |line| line.bands.get(band).copied())
    };
    let columns = [ours, published]
        .into_iter()
        .flatten()
        .flat_map(|line| line.bands.keys());
    let differences =
        columns.filter_map(|band| Some((band.clone(), people(ours, band)? - people(published, band)?)));
    differences.filter(|(_, people)| *people != 0.0).collect()
}

fn kind(ours: Option<People>, published: Option<People>, in_bands: bool) -> Kind {
    match (ours, published) {
        (Some(ours), Some(published)) => {
            // A count within the standard that one side lacks is not compared.
            let within = ours
                .within
                .zip(published.within)
                .is_none_or(|(ours, published)| ours == published);
            if within && ours.total == published.total && !in_bands {
                Kind::Equal
            } else {
                Kind::Different
            }
        }
        (Some(ours), None) if ours.total == 0.0 => Kind::Equal,
        (None, Some(published)) if published.total == 0.0 => Kind::Equal,
        (Some(_), None) => Kind::OnlyOurs,
        (None, Some(_)) => Kind::OnlyPublished,
        (None, None) => Kind::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::invented::line;

    fn kinds(ours: &[PublishedLine], published: &[PublishedLine]) -> Vec<(String, Kind, f64)> {
        let found = compare(ours, published, "RZZ", "2025-08");
        found
            .iter()
            .map(|found| (found.cancer_type.clone(), found.kind, found.total()))
            .collect()
    }

    #[test]
    fn every_key_of_either_side_comes_back_once_and_says_how_it_compares() {
        let of = |cancer_type: &str, total: f64, within: f64| PublishedLine {
            cancer_type: cancer_type.to_string(),
            ..line("RZZ", "62D", total, Some(within))
        };
        let ours = [
            of("Lung", 3.0, 2.0),
            of("Skin", 4.5, 4.0),
            of("Breast", 2.0, 1.0),
            of("Other (a)", 0.0, 0.0),
            of("Lung", 9.0, 9.0),
        ];
        let published = [
            of("Skin", 4.5, 4.0),
            of("Lung", 3.0, 2.5),
            of("Gynaecological", 1.0, 1.0),
        ];
        let expected = [
            ("Skin".to_string(), Kind::Equal, 0.0),
            ("Lung".to_string(), Kind::Different, 0.0),
            ("Gynaecological".to_string(), Kind::OnlyPublished, -1.0),
            ("Breast".to_string(), Kind::OnlyOurs, 2.0),
            ("Other (a)".to_string(), Kind::Equal, 0.0),
        ];
        assert_eq!(kinds(&ours, &published), expected);
    }

    #[test]
    fn days_in_another_band_are_a_difference_and_missing_bands_are_not() {
        let of = |bands: &[(&str, f64)]| PublishedLine {
            bands: bands
                .iter()
                .map(|(band, people)| (band.to_string(), *people))
                .collect(),
            ..line("RZZ", "FDS", 3.0, Some(3.0))
        };
        let compared = |ours: &[(&str, f64)], published: &[(&str, f64)]| {
            let found = compare(&[of(ours)], &[of(published)], "RZZ", "2025-08");
            (
                found[0].kind,
                found[0].bands.values().copied().collect::<Vec<f64>>(),
            )
        };
        let ours = [("Within_14_days", 2.0), ("In_15_to_28_days", 1.0)];
        assert_eq!(
            compared(&ours, &[("Within_14_days", 1.0), ("In_15_to_28_days", 2.0)]),
            (Kind::Different, vec![-1.0, 1.0])
        );
        assert_eq!(compared(&ours, &ours), (Kind::Equal, vec![]));
        assert_eq!(compared(&ours, &[]), (Kind::Equal, vec![]));
    }

    #[test]
    fn half_a_patient_is_a_difference() {
        let found = compare(
            &[line("RZZ", "62D", 3.5, Some(2.0))],
            &[line("RZZ", "62D", 3.0, Some(2.0))],
            "RZZ",
            "2025-08",
        );
        assert_eq!((found[0].kind, found[0].total()), (Kind::Different, 0.5));
    }

    #[test]
    fn other_providers_and_months_are_not_compared() {
        let other_month = PublishedLine {
            period: "2025-07".into(),
            ..line("RZZ", "62D", 3.0, None)
        };
        let published = [
            line("RYY", "62D", 3.0, None),
            other_month,
            line("Total", "62D", 6.0, None),
        ];
        assert_eq!(kinds(&[], &published), []);
    }

    #[test]
    fn a_missing_count_within_is_not_compared() {
        let ours = [line("RZZ", "FDS", 3.0, Some(2.0))];
        assert_eq!(kinds(&ours, &[line("rzz", "FDS", 3.0, None)])[0].1, Kind::Equal);
        assert_eq!(
            kinds(&ours, &[line("RZZ", "FDS", 4.0, None)])[0].1,
            Kind::Different
        );
    }
}
