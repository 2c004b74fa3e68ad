//! Turns a check over every table of a data set (`table = "*"`) into one check for each table, over that
//! table's fields.

use toml::Spanned;

use super::checks::{Check, Example};
use super::{DataSet, Field};

/// The value of `table` that means every table.
pub const MARK: &str = "*";
/// The most fields of one check: a finding has one bit for each field.
const MOST_FIELDS: usize = u64::BITS as usize;

/// The checks that a check expands to; only itself, unless `table` is `*`.
pub fn expand(check: Check, data_set: &DataSet, fields: &[Field]) -> Vec<Check> {
    let Some(mark) = check.table.clone().filter(|table| table.get_ref() == MARK) else {
        return vec![check];
    };
    let tables = data_set.nested().map(|(table, _)| Some(table.name.as_str()));
    let tables = [None].into_iter().chain(tables);
    let of_tables = tables.flat_map(|table| {
        let names = names(&check, table, fields);
        let parts: Vec<Vec<String>> = names.chunks(MOST_FIELDS).map(<[String]>::to_vec).collect();
        let parts = parts.into_iter().enumerate();
        parts
            .map(|(part, names)| of_table(&check, &mark, table, part, names))
            .collect::<Vec<_>>()
    });
    of_tables.collect()
}

/// The fields of a table for which the check is made.
fn names(check: &Check, table: Option<&str>, fields: &[Field]) -> Vec<String> {
    let is_asked = |field: &&Field| {
        check
            .each
            .iter()
            .any(|entry| match entry.get_ref().strip_prefix("type:") {
                Some(kind) => field.kind.word() == kind,
                None => field.name == *entry.get_ref(),
            })
    };
    let asked = fields
        .iter()
        .filter(|field| field.table.as_deref() == table)
        .filter(is_asked);
    // A check whose text uses a fact of its field applies only to fields with that fact.
    let says = |mark: &str| {
        check
            .assert
            .as_ref()
            .is_some_and(|sql| sql.get_ref().contains(mark))
    };
    let (by_pattern, by_length, by_code) = (says("{pattern}"), says("{max}"), says("known_code("));
    let is_known = |field: &&Field| {
        (!by_pattern || field.pattern.is_some())
            && (!by_length || field.min_length.is_some() && field.max_length.is_some())
            && (!by_code || field.code_list.is_some())
    };
    asked.filter(is_known).map(|field| field.name.clone()).collect()
}

/// The check for some fields of one table: `COSD-S1` for the records, `COSD-S1.treatments` for a table,
/// `COSD-S1.2` for the fields beyond the first 64.
fn of_table(
    check: &Check,
    mark: &Spanned<String>,
    table: Option<&str>,
    part: usize,
    names: Vec<String>,
) -> Check {
    let mut made = check.clone();
    let in_table = |example: &Example| {
        let cells = example.rows().iter().flat_map(|row| row.keys());
        cells.into_iter().all(|name| names.contains(name))
    };
    for examples in [
        &mut made.pass,
        &mut made.fail,
        &mut made.unassessed,
        &mut made.not_applicable,
    ] {
        examples.retain(in_table);
    }
    made.table = table.map(|name| Spanned::new(mark.span(), name.to_string()));
    if let Some(name) = table {
        made.id = format!("{}.{name}", made.id);
        made.name = format!("{}-in-{}", made.name, name.replace('_', "-"));
    }
    if part > 0 {
        made.id = format!("{}.{}", made.id, part + 1);
        made.name = format!("{}-{}", made.name, part + 1);
    }
    let span = check.each.first().map_or(0..0, Spanned::span);
    made.each = names
        .into_iter()
        .map(|name| Spanned::new(span.clone(), name))
        .collect();
    made.is_made = made.pass.is_empty() || made.fail.is_empty();
    made
}
