//! Conditions that look across records: duplicates, two first treatments of one pathway.
//!
//! In: compiled checks and all records. Out: one column a condition, NULL where its `when` does not hold.
//! A window over a million records is the dearest part of a check. It can only matter to the records that the
//! check applies to and to those that share a key with one of them, so that it is computed over these alone; and a
//! record that shares its key with no other is its own window, which needs none (see [`alone`]).

use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::check::alone::alone;
use crate::check::compile::{Compiled, Condition, assert_name, when_name};
use crate::check::parts::{counts, looks_across};
use crate::rulebook::columns::RECORD;

/// The outcomes of every condition that looks across records, over all of them.
pub fn columns(compiled: &[Compiled], records: &DataFrame) -> Result<DataFrame> {
    let conditions = compiled.iter().enumerate().flat_map(|(number, check)| {
        check
            .conditions
            .iter()
            .enumerate()
            .map(move |(place, condition)| (number, place, condition))
    });
    let across: Vec<_> = conditions
        .filter(|(.., condition)| condition.parts().any(looks_across))
        .collect();
    let mut keys: Vec<&str> = across
        .iter()
        .filter_map(|(.., condition)| condition.key())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let numbers = keys
        .par_iter()
        .map(|key| Ok((*key, numbered(records, key)?)))
        .collect::<Result<HashMap<_, _>>>()?;
    let judged = across
        .par_iter()
        .map(|(number, place, condition)| judge(condition, *number, *place, records, &numbers));
    let columns: Vec<Column> = judged
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    Ok(DataFrame::new(records.height(), columns)?)
}

impl Condition {
    fn parts(&self) -> impl Iterator<Item = &Expr> {
        self.when.iter().chain([&self.assert])
    }

    /// A column by which every window of the `assert` groups records, where `when` needs only the record itself.
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
        // What is counted outside a window is counted over all records.
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

/// The columns of one condition; each part that needs only the record itself is left to the stretches.
fn judge(
    condition: &Condition,
    number: usize,
    place: usize,
    records: &DataFrame,
    numbers: &HashMap<&str, Keys>,
) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    if let Some(when) = condition.when.as_ref().filter(|when| looks_across(when)) {
        columns.push(
            outcome(when, records)?
                .with_name(when_name(number, place).into())
                .into_column(),
        );
    }
    if looks_across(&condition.assert) {
        let outcomes = match (&condition.when, condition.key()) {
            (Some(when), Some(key)) => {
                among_those_that_share(condition, &outcome(when, records)?, &numbers[key], records)?
            }
            _ => outcome(&condition.assert, records)?,
        };
        columns.push(
            outcomes
                .with_name(assert_name(number, place).into())
                .into_column(),
        );
    }
    Ok(columns)
}

fn outcome(expr: &Expr, records: &DataFrame) -> Result<BooleanChunked> {
    let judged = used(expr, records)?
        .lazy()
        .select([expr.clone().alias("outcome")])
        .collect()?;
    crate::check::tally::whole_column(&judged, "outcome", records.height())
}

/// Outcomes of the records that share their key with one that `when` holds for; NULL for the others.
fn among_those_that_share(
    condition: &Condition,
    when: &BooleanChunked,
    keys: &Keys,
    records: &DataFrame,
) -> Result<BooleanChunked> {
    let mut is_wanted = vec![false; keys.sizes.len()];
    for (holds, key) in when.iter().zip(&keys.of_record) {
        is_wanted[*key as usize] |= holds == Some(true);
    }
    let alone = alone(&condition.assert);
    let is_alone = |key: u32| alone.is_some() && keys.sizes[key as usize] == 1;
    let rows = |wanted: &dyn Fn(u32) -> bool| -> BooleanChunked {
        keys.of_record
            .iter()
            .map(|key| Some(is_wanted[*key as usize] && wanted(*key)))
            .collect()
    };
    let among = rows(&|key| !is_alone(key));
    let by_itself = rows(&is_alone);
    let of_rows = |expr: &Expr, rows: &BooleanChunked| outcome(expr, &used(expr, records)?.filter(rows)?);
    let outcomes_among = of_rows(&condition.assert, &among)?;
    let outcomes_alone = alone
        .as_ref()
        .map(|expr| of_rows(expr, &by_itself))
        .transpose()?
        .unwrap_or_default();
    let (mut outcomes_among, mut outcomes_alone) = (outcomes_among.iter(), outcomes_alone.iter());
    let outcomes = among.iter().zip(by_itself.iter()).map(|row| match row {
        (Some(true), _) => outcomes_among.next().flatten(),
        (_, Some(true)) => outcomes_alone.next().flatten(),
        _ => None,
    });
    Ok(outcomes.collect())
}

/// The columns that an expression names; `_record` where it names none, for the number of records.
fn used(expr: &Expr, records: &DataFrame) -> Result<DataFrame> {
    let named = expr.into_iter().filter_map(name).chain([RECORD]);
    Ok(records.select(named.collect::<PlHashSet<_>>())?)
}

/// The values of a column as numbers, equal for equal values.
struct Keys {
    of_record: Vec<u32>,
    /// By number, how many records have it.
    sizes: Vec<u32>,
}

fn numbered(records: &DataFrame, column: &str) -> Result<Keys> {
    let values = records.column(column)?.cast(&DataType::String)?;
    let mut known: PlHashMap<Option<&str>, u32> = PlHashMap::with_capacity(records.height() / 2);
    let mut sizes: Vec<u32> = Vec::new();
    let number = |value| {
        let key = *known.entry(value).or_insert(sizes.len() as u32);
        match sizes.get_mut(key as usize) {
            Some(size) => *size += 1,
            None => sizes.push(1),
        }
        key
    };
    let of_record = values.str()?.iter().map(number).collect();
    Ok(Keys { of_record, sizes })
}
