//! Which records share a key with another record. In: records and the name of a column. Out: their rows.
//!
//! Most records share their key with no other record. So each key sets one bit of a small table first. A
//! record is alone if no other record set its bit; only the other records are compared by their keys' text.

use std::hash::BuildHasher;

use anyhow::Result;
use polars::prelude::*;

/// Bits of the table for each record: 1 in 32 records that share no key is compared as text.
const BITS_A_RECORD: usize = 32;

/// The rows of the records that share the value of a text column with another record, in order; records
/// without a value share it with each other.
pub fn shared(records: &DataFrame, column: &str) -> Result<Vec<IdxSize>> {
    let values = records.column(column)?.cast(&DataType::String)?;
    let values = values.str()?;
    let doubtful = rows_of_doubt(values);
    // The place of a value that was met once; `None` as soon as it is met again.
    let mut met: PlHashMap<Option<&str>, Option<usize>> = PlHashMap::with_capacity(doubtful.len());
    let mut is_shared = vec![false; doubtful.len()];
    for (place, row) in doubtful.iter().enumerate() {
        let mut is_new = false;
        let first = met.entry(values.get(*row as usize)).or_insert_with(|| {
            is_new = true;
            Some(place)
        });
        if !is_new {
            is_shared[place] = true;
            if let Some(first) = first.take() {
                is_shared[first] = true;
            }
        }
    }
    let shared = doubtful.into_iter().zip(is_shared);
    Ok(shared
        .filter_map(|(row, is_shared)| is_shared.then_some(row))
        .collect())
}

/// The records with numbers in place of the texts of a column: equal where the texts are equal, and none
/// where there is none.
pub fn with_numbers(records: &DataFrame, column: &str) -> Result<DataFrame> {
    let texts = records.column(column)?.cast(&DataType::String)?;
    let mut known: PlHashMap<&str, u32> = PlHashMap::new();
    let numbers = texts.str()?.iter().map(|text| {
        let next = known.len() as u32;
        text.map(|text| *known.entry(text).or_insert(next))
    });
    replaced(records, column, numbers.collect())
}

/// The same for records that share no text with each other, or are to be treated so.
pub fn with_numbers_of_their_own(records: &DataFrame, column: &str) -> Result<DataFrame> {
    let texts = records.column(column)?.cast(&DataType::String)?;
    let rows = 0..records.height() as u32;
    // Not marked as sorted: polars then reduces texts by slices of the column, which takes forty times as
    // long.
    let numbers: UInt32Chunked = match texts.null_count() {
        0 => UInt32Chunked::from_vec(PlSmallStr::EMPTY, rows.collect()),
        _ => rows
            .zip(texts.str()?.iter())
            .map(|(row, text)| text.map(|_| row))
            .collect(),
    };
    replaced(records, column, numbers)
}

fn replaced(records: &DataFrame, column: &str, numbers: UInt32Chunked) -> Result<DataFrame> {
    let mut records = records.clone();
    records.with_column(numbers.with_name(column.into()).into_column())?;
    Ok(records)
}

/// The rows whose key may be that of another row: every row of a shared key, and few others.
fn rows_of_doubt(values: &StringChunked) -> Vec<IdxSize> {
    let places = (values.len() * BITS_A_RECORD).next_power_of_two().max(64);
    let hasher = PlRandomState::default();
    let place = |value: Option<&str>| hasher.hash_one(value) as usize % places;
    let mut once = vec![0u64; places / 64];
    let mut again = vec![0u64; places / 64];
    for place in values.iter().map(place) {
        let bit = 1 << (place % 64);
        again[place / 64] |= once[place / 64] & bit;
        once[place / 64] |= bit;
    }
    let is_in_doubt = |value: Option<&str>| {
        let place = place(value);
        again[place / 64] >> (place % 64) & 1 == 1
    };
    let rows = values.iter().enumerate();
    rows.filter(|(_, value)| is_in_doubt(*value))
        .map(|(row, _)| row as IdxSize)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::df;

    #[test]
    fn records_that_share_a_key_are_found_however_far_apart() {
        let keys: Vec<Option<String>> = (0..5000)
            .map(|row| match row {
                17 | 4999 => Some("both".to_string()),
                100 | 101 | 3000 => None,
                2000 => Some(String::new()),
                row => Some(format!("key {row}")),
            })
            .collect();
        let records = df!("key" => keys).unwrap();
        assert_eq!(shared(&records, "key").unwrap(), [17, 100, 101, 3000, 4999]);
    }

    #[test]
    fn no_record_shares_a_key_with_itself() {
        let records = df!("key" => ["a"]).unwrap();
        assert!(shared(&records, "key").unwrap().is_empty());
        assert!(shared(&records.clear(), "key").unwrap().is_empty());
    }
}
