//! Compares our records with those of a submitted file: which were added, which removed, which fields
//! changed.
//!
//! In: the records of both sides, and the month. Out: one [`Comparison`] for each record of the month on
//! either side. `<data set>/same_record.sql` says when two records are the same. Values are compared as the
//! upload writes them, and never shown.

use std::cmp::Reverse;
use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;

use crate::records::selection::{Membership, Selection};
use crate::records::{Cells, Records};
use crate::report::submission::{upload_cells, upload_form, upload_text};
use crate::rulebook::Rulebook;
use crate::sql::seen;
use crate::sql::{RunContext, Snippet, in_record_order, query};

/// What happened to a record since it was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    Equal,
    /// Some fields have other values.
    Changed,
    /// Ours, but not in the file.
    Added,
    /// In the file, but no longer ours.
    Removed,
    /// Ours, not in the file, and held back by a reject: it would not be uploaded now either.
    HeldBack,
}

impl Became {
    pub fn words(self) -> &'static str {
        match self {
            Became::Equal => "equal",
            Became::Changed => "changed",
            Became::Added => "added",
            Became::Removed => "removed",
            Became::HeldBack => "held-back",
        }
    }

    pub fn is_difference(self) -> bool {
        matches!(self, Became::Changed | Became::Added | Became::Removed)
    }
}

/// One record of the month.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison<'a> {
    pub became: Became,
    /// The numbers of the records.
    pub ours: Option<u32>,
    pub submitted: Option<u32>,
    /// Names of the fields whose values differ, in upload order.
    pub fields: Vec<&'a str>,
}

/// One side of the comparison.
pub struct Side<'a> {
    frame: DataFrame,
    selection: &'a Selection,
    /// The keys of each record, strictest first.
    keys: Vec<StringChunked>,
}

impl<'a> Side<'a> {
    pub fn new(
        rulebook: &Rulebook,
        records: &Records,
        selection: &'a Selection,
        context: &RunContext,
    ) -> Result<Side<'a>> {
        let frame = upload_form(rulebook, records, context)?;
        let path = format!("{}/same_record.sql", rulebook.data_set.folder);
        let snippet = Snippet::file(&rulebook.files, &path)?;
        let tables = seen::SAME_RECORD.tables(rulebook, [("records", frame.clone().lazy())])?;
        let columns = in_record_order(&snippet, query(&snippet, &tables, context)?, &frame)?;
        let keys = columns
            .iter()
            .map(|column| Ok(column.cast(&DataType::String)?.str()?.clone()))
            .collect::<Result<_>>()?;
        Ok(Side {
            frame,
            selection,
            keys,
        })
    }

    fn is_in_month(&self, record: u32) -> bool {
        self.selection.membership(record) == Membership::InMonth
    }

    fn records(&self) -> std::ops::Range<u32> {
        0..self.frame.height() as u32
    }
}

/// Compares the records of the month: those of the file in its order, then ours alone. `is_held_back` is
/// asked about our records.
pub fn compare<'a>(
    rulebook: &'a Rulebook,
    ours: &Side,
    submitted: &Side,
    is_held_back: impl Fn(u32) -> bool,
) -> Result<Vec<Comparison<'a>>> {
    let fields = Fields::new(rulebook, ours, submitted)?;
    let partners = pair(&fields, ours, submitted)?;
    let of_submitted: HashMap<u32, u32> = partners
        .iter()
        .map(|(ours, submitted)| (*submitted, *ours))
        .collect();
    let mut found = Vec::new();
    for record in submitted.records() {
        let partner = of_submitted.get(&record).copied();
        if !submitted.is_in_month(record) && !partner.is_some_and(|partner| ours.is_in_month(partner)) {
            continue;
        }
        let changed = partner
            .map(|partner| fields.different(partner, record))
            .unwrap_or_default();
        let became = match partner {
            None => Became::Removed,
            Some(_) if changed.is_empty() => Became::Equal,
            Some(_) => Became::Changed,
        };
        found.push(Comparison {
            became,
            ours: partner,
            submitted: Some(record),
            fields: changed,
        });
    }
    for record in ours
        .records()
        .filter(|record| ours.is_in_month(*record) && !partners.contains_key(record))
    {
        let became = if is_held_back(record) {
            Became::HeldBack
        } else {
            Became::Added
        };
        found.push(Comparison {
            became,
            ours: Some(record),
            submitted: None,
            fields: Vec::new(),
        });
    }
    Ok(found)
}

/// Pairs our records with the submitted ones, key by key. If several share a key, those of the month that
/// differ in the fewest fields are paired.
fn pair(fields: &Fields, ours: &Side, submitted: &Side) -> Result<HashMap<u32, u32>> {
    let mut partners: HashMap<u32, u32> = HashMap::new();
    let mut taken = vec![false; submitted.frame.height()];
    for (our_keys, their_keys) in ours.keys.iter().zip(&submitted.keys) {
        let mut theirs: HashMap<&str, Vec<u32>> = HashMap::new();
        for record in submitted.records().filter(|record| !taken[*record as usize]) {
            if let Some(key) = their_keys.get(record as usize) {
                theirs.entry(key).or_default().push(record);
            }
        }
        let mut groups: HashMap<&str, Vec<u32>> = HashMap::new();
        for record in ours.records().filter(|record| !partners.contains_key(record)) {
            if let Some(key) = our_keys
                .get(record as usize)
                .filter(|key| theirs.contains_key(key))
            {
                groups.entry(key).or_default().push(record);
            }
        }
        for (key, group) in groups {
            for (our, their) in nearest(fields, ours, submitted, &group, &theirs[key])? {
                partners.insert(our, their);
                taken[their as usize] = true;
            }
        }
    }
    pair_alike(fields, ours, submitted, &mut partners, &mut taken)?;
    Ok(partners)
}

/// Pairs the month's records without a partner, such as those without a key, if all their values are equal.
fn pair_alike(
    fields: &Fields,
    ours: &Side,
    submitted: &Side,
    partners: &mut HashMap<u32, u32>,
    taken: &mut [bool],
) -> Result<()> {
    let mut alike: HashMap<String, Vec<u32>> = HashMap::new();
    for record in submitted
        .records()
        .rev()
        .filter(|record| !taken[*record as usize] && submitted.is_in_month(*record))
    {
        alike
            .entry(fields.text_submitted(record))
            .or_default()
            .push(record);
    }
    if alike.is_empty() {
        return Ok(());
    }
    for record in ours.records().filter(|record| ours.is_in_month(*record)) {
        if partners.contains_key(&record) {
            continue;
        }
        if let Some(their) = alike.get_mut(&fields.text_ours(record)).and_then(Vec::pop) {
            partners.insert(record, their);
            taken[their as usize] = true;
        }
    }
    Ok(())
}

/// The most records of one key that are compared each with each. More than that share the key by mistake, and
/// are paired in file order.
const COMPARED_EACH_WITH_EACH: usize = 100;

/// Pairs the records of one key, most similar first.
fn nearest(
    fields: &Fields,
    ours: &Side,
    submitted: &Side,
    our_records: &[u32],
    their_records: &[u32],
) -> Result<Vec<(u32, u32)>> {
    if our_records.len().max(their_records.len()) > COMPARED_EACH_WITH_EACH {
        return Ok(our_records
            .iter()
            .copied()
            .zip(their_records.iter().copied())
            .collect());
    }
    let mut pairs = Vec::new();
    for our in our_records {
        for their in their_records {
            let in_month = usize::from(ours.is_in_month(*our)) + usize::from(submitted.is_in_month(*their));
            pairs.push((
                Reverse(in_month),
                fields.different(*our, *their).len(),
                *our,
                *their,
            ));
        }
    }
    pairs.sort_unstable();
    let mut chosen: Vec<(u32, u32)> = Vec::new();
    for (_, _, our, their) in pairs {
        if !chosen
            .iter()
            .any(|(known_our, known_their)| *known_our == our || *known_their == their)
        {
            chosen.push((our, their));
        }
    }
    Ok(chosen)
}

/// The upload fields of both sides.
struct Fields<'a, 's> {
    names: Vec<&'a str>,
    ours: Vec<Cells<'s>>,
    submitted: Vec<Cells<'s>>,
}

impl<'a, 's> Fields<'a, 's> {
    fn new(rulebook: &'a Rulebook, ours: &'s Side, submitted: &'s Side) -> Result<Fields<'a, 's>> {
        Ok(Fields {
            names: rulebook
                .upload_fields()
                .map(|field| field.name.as_str())
                .collect(),
            ours: upload_cells(rulebook, &ours.frame)?,
            submitted: upload_cells(rulebook, &submitted.frame)?,
        })
    }

    /// The names of the fields whose cells differ.
    fn different(&self, our: u32, their: u32) -> Vec<&'a str> {
        let pairs = self.ours.iter().zip(&self.submitted);
        let differ = pairs.map(|(ours, theirs)| ours.value(our as usize) != theirs.value(their as usize));
        let named = self.names.iter().zip(differ);
        named
            .filter(|(_, differ)| *differ)
            .map(|(name, _)| *name)
            .collect()
    }

    fn text_ours(&self, record: u32) -> String {
        upload_line(&self.ours, record)
    }

    fn text_submitted(&self, record: u32) -> String {
        upload_line(&self.submitted, record)
    }
}

/// The cells of a record as one text, to find identical records.
fn upload_line(cells: &[Cells], record: u32) -> String {
    let texts = cells
        .iter()
        .map(|cells| upload_text(&cells.value(record as usize)));
    texts.collect::<Vec<_>>().join("\0")
}
