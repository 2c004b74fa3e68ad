//! Our own lines beside the published ones: a pure comparison, key by key.
//!
//! The key is standard, cancer type, route or stage and treatment, for one provider and month. NHS England lists no
//! line without people, so a line of ours that counts nobody agrees with one that is not published.

use std::collections::{HashMap, HashSet};

use super::PublishedLine;

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
    /// None: not told, or an activity without a standard.
    pub within: Option<f64>,
}

/// One key, with what either side counts; a side that has no such line has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub standard_or_item: String,
    pub cancer_type: String,
    pub route_or_stage: String,
    pub modality: String,
    pub ours: Option<People>,
    pub published: Option<People>,
    pub kind: Kind,
}

impl Difference {
    /// Ours less published; a line that is not there counts nobody.
    pub fn total(&self) -> f64 {
        let total = |people: Option<People>| people.map_or(0.0, |people| people.total);
        total(self.ours) - total(self.published)
    }
}

/// Compares the lines of one provider (`Total`: England) in one month, every key of either side once: the published
/// ones in their order, then those of ours alone. A key that a side repeats counts by its first line.
///
/// Every published key is in the result, so leave out beforehand what ours never counts (the referral activity).
pub fn compare(ours: &[PublishedLine], published: &[PublishedLine], org: &str, period: &str) -> Vec<Difference> {
    let (ours, published) = (of(ours, org, period), of(published, org, period));
    let (our_people, published_people) = (people_by_key(&ours), people_by_key(&published));
    let mut seen = HashSet::new();
    let keys = published.iter().chain(&ours).map(|line| key(line)).filter(|key| seen.insert(*key));
    keys.map(|key| difference(key, our_people.get(&key).copied(), published_people.get(&key).copied())).collect()
}

type Key<'a> = [&'a str; 4];

fn of<'a>(lines: &'a [PublishedLine], org: &str, period: &str) -> Vec<&'a PublishedLine> {
    lines.iter().filter(|line| line.period == period && line.org_code.eq_ignore_ascii_case(org)).collect()
}

fn key(line: &PublishedLine) -> Key<'_> {
    [&line.standard_or_item, &line.cancer_type, &line.route_or_stage, &line.modality]
}

fn people_by_key<'a>(lines: &[&'a PublishedLine]) -> HashMap<Key<'a>, People> {
    let mut people = HashMap::new();
    for line in lines {
        people.entry(key(line)).or_insert(People { total: line.total, within: line.within });
    }
    people
}

fn difference([standard, cancer_type, route, modality]: Key, ours: Option<People>, published: Option<People>) -> Difference {
    Difference {
        standard_or_item: standard.to_string(),
        cancer_type: cancer_type.to_string(),
        route_or_stage: route.to_string(),
        modality: modality.to_string(),
        ours,
        published,
        kind: kind(ours, published),
    }
}

fn kind(ours: Option<People>, published: Option<People>) -> Kind {
    match (ours, published) {
        (Some(ours), Some(published)) => {
            // A count within the standard that one side does not tell is not compared.
            let within = ours.within.zip(published.within).is_none_or(|(ours, published)| ours == published);
            if within && ours.total == published.total { Kind::Equal } else { Kind::Different }
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
    use super::super::invented::line;
    use super::*;

    fn kinds(ours: &[PublishedLine], published: &[PublishedLine]) -> Vec<(String, Kind, f64)> {
        let found = compare(ours, published, "RZZ", "2025-08");
        found.iter().map(|found| (found.cancer_type.clone(), found.kind, found.total())).collect()
    }

    #[test]
    fn every_key_of_either_side_comes_back_once_and_says_how_it_compares() {
        let of = |cancer_type: &str, total: f64, within: f64| PublishedLine {
            cancer_type: cancer_type.to_string(),
            ..line("RZZ", "62D", total, Some(within))
        };
        let ours = [of("Lung", 3.0, 2.0), of("Skin", 4.5, 4.0), of("Breast", 2.0, 1.0), of("Other (a)", 0.0, 0.0), of("Lung", 9.0, 9.0)];
        let published = [of("Skin", 4.5, 4.0), of("Lung", 3.0, 2.5), of("Gynaecological", 1.0, 1.0)];
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
    fn half_a_patient_is_a_difference() {
        let found = compare(&[line("RZZ", "62D", 3.5, Some(2.0))], &[line("RZZ", "62D", 3.0, Some(2.0))], "RZZ", "2025-08");
        assert_eq!((found[0].kind, found[0].total()), (Kind::Different, 0.5));
    }

    #[test]
    fn other_providers_and_months_are_not_compared() {
        let other_month = PublishedLine { period: "2025-07".into(), ..line("RZZ", "62D", 3.0, None) };
        let published = [line("RYY", "62D", 3.0, None), other_month, line("Total", "62D", 6.0, None)];
        assert_eq!(kinds(&[], &published), []);
    }

    #[test]
    fn a_count_within_that_is_not_told_is_not_compared() {
        let ours = [line("RZZ", "FDS", 3.0, Some(2.0))];
        assert_eq!(kinds(&ours, &[line("rzz", "FDS", 3.0, None)])[0].1, Kind::Equal);
        assert_eq!(kinds(&ours, &[line("RZZ", "FDS", 4.0, None)])[0].1, Kind::Different);
    }
}
