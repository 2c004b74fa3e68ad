//! Evaluates conditions that look across records, such as duplicates or two first treatments in one pathway.
//!
//! In: compiled checks and all records. Out: one column for each condition, NULL where its `when` is not
//! true. A window over a million records is the slowest part of a check. Only two kinds of records matter to
//! it: those to which the check applies, and those that share a key with one of them. The window is computed
//! over these only. A record that shares its key with no other needs no window at all (see [`alone`]).

use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::check::alone::alone;
use crate::check::compile::{Compiled, Condition, assert_name, when_name};
use crate::check::parts::{counts, looks_across};
use crate::rulebook::columns::RECORD;

/// The outcomes of every condition that looks across records, for all records.
pub fn columns(compiled: &[Compiled], records: &DataFrame) -> Result<DataFrame> {
    let conditions = compiled.iter().enumerate().flat_map(|(number, check)| {
        check
            .conditions
            .iter()
            .enumerate()
            .map(move |(index, condition)| (number, index, condition))
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
        .map(|(number, index, condition)| judge(condition, *number, *index, records, &numbers));
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

/// The columns of one condition. Parts that need only the record itself are evaluated later, in stretches.
fn judge(
    condition: &Condition,
    number: usize,
    index: usize,
    records: &DataFrame,
    numbers: &HashMap<&str, Keys>,
) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    if let Some(when) = condition.when.as_ref().filter(|when| looks_across(when)) {
        columns.push(
            outcome(when, records)?
                .with_name(when_name(number, index).into())
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
                .with_name(assert_name(number, index).into())
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

/// Outcomes for the records that share their key with a record for which `when` is true; NULL for the others.
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

/// The columns that an expression names; `_record` if it names none, so that the number of records is kept.
fn used(expr: &Expr, records: &DataFrame) -> Result<DataFrame> {
    let named = expr.into_iter().filter_map(name).chain([RECORD]);
    Ok(records.select(named.collect::<PlHashSet<_>>())?)
}

/// The values of a column as numbers; equal values have equal numbers.
struct Keys {
    of_record: Vec<u32>,
    /// For each number, how many records have it.
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
