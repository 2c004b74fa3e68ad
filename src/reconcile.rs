//! Which of our rows a difference from the published figures may come from.
//!
//! Where we count more than was published, a candidate is a row that we count in every line of the standard that
//! has too many. Where we count less, it is a row of the month that we leave out, of the same route or type.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::measure::Waits;
use crate::performance::{ALL_CANCERS, ALL_MODALITIES};
use crate::published::reconcile::Difference;
use crate::records::Records;
use crate::rulebook::Rulebook;

/// One wait with the labels under which it is published, and where it stands.
struct Place {
    standard: String,
    is_counted: bool,
    is_within: Option<bool>,
    cancer_type: String,
    route_or_stage: String,
    modality: String,
    /// `file:row`
    at: String,
}

/// The waits of a month, of one trust or of no trust that can be told.
pub struct Places(Vec<Place>);

impl Places {
    pub fn new(rulebook: &Rulebook, records: &Records, waits: &Waits, provider: &str) -> Result<Places> {
        let waits = waits.of_provider(provider)?;
        let (files, rows) = (records.frame.column("_file")?.u32()?, records.frame.column("_row")?.u32()?);
        let text =
            |name: &str, row: usize| -> Result<String> { Ok(waits.frame.column(name)?.str()?.get(row).unwrap_or_default().to_string()) };
        let mut places = Vec::new();
        for row in 0..waits.frame.height() {
            let standard = text("standard", row)?;
            let Some(rules) = rulebook.data_set.performance_of(&standard) else { continue };
            let record = waits.frame.column("_record")?.u32()?.get(row).unwrap_or_default() as usize;
            let route = text(&rules.route_or_stage, row)?;
            places.push(Place {
                is_counted: waits.frame.column("counted")?.bool()?.get(row) == Some(true),
                is_within: waits.frame.column("within")?.bool()?.get(row),
                cancer_type: text("cancer_type", row)?,
                route_or_stage: rules.labels.get(&route).cloned().unwrap_or(route),
                modality: text("modality_group", row)?,
                at: format!("{}:{}", records.file(files.get(record).unwrap_or_default()), rows.get(record).unwrap_or_default()),
                standard,
            });
        }
        Ok(Places(places))
    }
}

/// The rows that a difference may come from, in file order; `all` are the differences of the whole comparison.
pub fn candidates(places: &Places, difference: &Difference, all: &[&Difference]) -> Vec<String> {
    let surplus = |difference: &Difference| difference.total() > 0.0 || (difference.total() == 0.0 && within(difference) != 0.0);
    let alike: Vec<&&Difference> =
        all.iter().filter(|other| other.standard_or_item == difference.standard_or_item && surplus(other) == surplus(difference)).collect();
    let of_line = |place: &&Place| is_in(place, difference) && place.is_counted == surplus(difference);
    // A row counted as within is no candidate where only breaches are too many, and the other way round.
    let fits = |place: &&Place| match (difference.total(), within(difference)) {
        (total, more) if total > 0.0 && more == 0.0 => place.is_within == Some(false),
        (total, more) if total > 0.0 && more == total => place.is_within == Some(true),
        _ => true,
    };
    let own: Vec<&Place> = places.0.iter().filter(of_line).filter(fits).collect();
    let in_all: Vec<&&Place> = own.iter().filter(|place| alike.iter().all(|other| is_in(place, other))).collect();
    let chosen: BTreeSet<(usize, String)> = match in_all.is_empty() {
        true => own.iter().map(|place| (place.at.len(), place.at.clone())).collect(),
        false => in_all.iter().map(|place| (place.at.len(), place.at.clone())).collect(),
    };
    chosen.into_iter().map(|(_, at)| at).collect()
}

fn within(difference: &Difference) -> f64 {
    let within = |people: Option<crate::published::reconcile::People>| people.and_then(|people| people.within).unwrap_or(0.0);
    within(difference.ours) - within(difference.published)
}

/// A row that is not counted may lack what would place it in a line.
fn is_in(place: &Place, difference: &Difference) -> bool {
    let fits =
        |own: &str, line: &str, all: &str| line == all || line.starts_with("ALL ") || own == line || (own.is_empty() && !place.is_counted);
    place.standard == difference.standard_or_item
        && fits(&place.cancer_type, &difference.cancer_type, ALL_CANCERS)
        && fits(&place.route_or_stage, &difference.route_or_stage, "ALL ")
        && fits(&place.modality, &difference.modality, ALL_MODALITIES)
}
