//! Evaluates conditions that look across records, such as duplicates or two first treatments in one pathway.
//!
//! In: compiled checks and all records. Out: the outcome of each such condition for the records that need
//! others. A window over a million records is the slowest part of a check, and most records share their key
//! with no other: a record that is alone in its windows needs none (see [`alone`]), so it is judged with the
//! conditions on single records. Windows run only over the records that share a key, and not at all for a
//! condition that applies to no record.

use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::check::alone::alone;
use crate::check::compile::{Compiled, Condition, assert_name, when_name};
use crate::check::parts::{counts, looks_across};
use crate::check::windows;
use crate::compact::{self, Truth, bits};
use crate::records::keys;
use crate::rulebook::columns::RECORD;

/// The outcomes of one part of a condition.
pub struct Outcomes {
    /// By record.
    truth: Truth,
    /// The records to which the outcomes belong; the others are alone in their windows.
    pub among: Option<Vec<u64>>,
}

impl Outcomes {
    /// The outcomes for some words of records.
    pub fn slice(&self, words: std::ops::Range<usize>) -> Truth {
        Truth {
            yes: self.truth.yes[words.clone()].to_vec(),
            no: self.truth.no[words].to_vec(),
        }
    }
}

/// A part of a condition that looks across records.
struct Part<'a> {
    name: String,
    expr: &'a Expr,
    /// To which records the condition applies, if that needs only each record itself.
    when: Option<&'a Expr>,
    /// The column by which its windows group records, if records that are alone need no window.
    key: Option<&'a str>,
}

/// The outcomes of every part of a condition that looks across records, by the name of its column.
pub fn outcomes(compiled: &[Compiled], records: &DataFrame) -> Result<HashMap<String, Outcomes>> {
    let parts: Vec<Part> = compiled
        .iter()
        .enumerate()
        .flat_map(|(number, check)| {
            let conditions = check.conditions.iter().enumerate();
            conditions.flat_map(move |(index, condition)| parts(condition, number, index))
        })
        .collect();
    let mut keys: Vec<Option<&str>> = parts.iter().map(|part| part.key).collect();
    keys.sort_unstable();
    keys.dedup();
    let judged = keys.par_iter().map(|key| {
        let of_key: Vec<&Part> = parts.iter().filter(|part| part.key == *key).collect();
        match key {
            Some(key) => among_those_that_share(&of_key, key, records),
            None => {
                let truths = judge_where_asked(&of_key, records)?.into_iter();
                Ok(truths.map(|truth| Outcomes { truth, among: None }).collect())
            }
        }
        .map(|outcomes: Vec<Outcomes>| {
            let names = of_key.iter().map(|part| part.name.clone());
            names.zip(outcomes).collect::<Vec<_>>()
        })
    });
    let outcomes = judged.collect::<Result<Vec<_>>>()?;
    Ok(outcomes.into_iter().flatten().collect())
}

/// The outcomes of parts for all rows. The windows of a condition that applies to none of them are not
/// evaluated: its outcome is unknown.
fn judge_where_asked(parts: &[&Part], records: &DataFrame) -> Result<Vec<Truth>> {
    let whens: Vec<Expr> = parts.iter().filter_map(|part| part.when.cloned()).collect();
    let mut applies = compact::judged(records, &whens)?.into_iter();
    let mut is_asked = |part: &Part| {
        let truth = part.when.and_then(|_| applies.next());
        truth.is_none_or(|truth| !bits::is_none(&truth.yes))
    };
    let is_asked: Vec<bool> = parts.iter().map(|part| is_asked(part)).collect();
    let asked = parts.iter().zip(&is_asked).filter(|(_, is_asked)| **is_asked);
    let asked: Vec<&Part> = asked.map(|(part, _)| *part).collect();
    let mut judged = judge(&asked, records)?.into_iter();
    let of_part = |is_asked: bool| match is_asked {
        true => judged.next(),
        false => None,
    };
    let unknown = || Truth::constant(None, records.height());
    Ok(is_asked
        .into_iter()
        .map(of_part)
        .map(|truth| truth.unwrap_or_else(unknown))
        .collect())
}

/// The parts of one condition that look across records.
fn parts(condition: &Condition, number: usize, index: usize) -> impl Iterator<Item = Part<'_>> {
    let when = condition.when.as_ref().map(|expr| Part {
        name: when_name(number, index),
        expr,
        when: None,
        key: None,
    });
    let assert = Part {
        name: assert_name(number, index),
        expr: &condition.assert,
        when: condition.when.as_ref().filter(|when| !looks_across(when)),
        key: condition.key().filter(|_| of_one(condition).is_some()),
    };
    let parts = when.into_iter().chain([assert]);
    parts.filter(|part| looks_across(part.expr))
}

/// The part of a condition for a record that is alone in its windows, if there is one.
pub fn of_one(condition: &Condition) -> Option<Expr> {
    condition.key()?;
    alone(&condition.assert)
}

impl Condition {
    /// A column by which every window of the `assert` groups records, provided that `when` needs only the
    /// record itself.
    fn key(&self) -> Option<&str> {
        let when = self.when.as_ref()?;
        let mut windows = Vec::new();
        let mut within = 0;
        for part in &self.assert {
            if let Expr::Over {
                function,
                partition_by,
                ..
            } = part
            {
                windows.push(partition_by);
                within += counting(function);
            }
        }
        // Aggregates outside a window run over all records.
        if looks_across(when) || within != counting(&self.assert) {
            return None;
        }
        let names = windows.first()?.iter().filter_map(name);
        let mut shared = names.filter(|name| {
            windows
                .iter()
                .all(|by| by.iter().any(|part| self::name(part) == Some(name)))
        });
        shared.next()
    }
}

fn counting(expr: &Expr) -> usize {
    expr.into_iter().filter(|part| counts(part)).count()
}

fn name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Column(name) => Some(name),
        _ => None,
    }
}

/// The outcomes of parts for all rows, in one query.
fn judge(parts: &[&Part], records: &DataFrame) -> Result<Vec<Truth>> {
    let conditions = parts.iter().map(|part| part.expr.clone()).collect();
    let (conditions, records) = windows::as_columns(conditions, records)?;
    match conditions.iter().any(looks_across) {
        true => compact::outcomes(records, conditions),
        false => compact::judged(&records, &conditions),
    }
}

/// The columns that parts name, and `_record`, so that the number of records is kept if they name none.
fn used(parts: &[&Part], records: &DataFrame) -> Result<DataFrame> {
    let named = parts
        .iter()
        .flat_map(|part| [Some(part.expr), part.when].into_iter().flatten())
        .flat_map(|expr| expr.into_iter().filter_map(name));
    Ok(records.select(named.chain([RECORD]).collect::<PlHashSet<_>>())?)
}

/// The outcomes for the records that share a key with another.
fn among_those_that_share(parts: &[&Part], key: &str, records: &DataFrame) -> Result<Vec<Outcomes>> {
    let rows = keys::shared(records, key)?;
    let among = used(parts, records)?.take(&IdxCa::from_slice("rows".into(), &rows))?;
    let everywhere = |of_shared: &[u64]| {
        let mut bits = vec![0; bits::words(records.height())];
        bits::rows_of(of_shared).for_each(|place| bits::set(&mut bits, rows[place] as usize));
        bits
    };
    let shared = everywhere(&bits::all(rows.len()));
    let outcomes = judge_where_asked(parts, &among)?
        .into_iter()
        .map(|truth| Outcomes {
            truth: Truth {
                yes: everywhere(&truth.yes),
                no: everywhere(&truth.no),
            },
            among: Some(shared.clone()),
        });
    Ok(outcomes.collect())
}
