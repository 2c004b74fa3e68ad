//! Checks the lists that a trust fills in itself before they are used. A code in small letters, a repeated
//! key, or a value that is the key of another row would otherwise give wrong results without a message.
//!
//! In: the lookups and `[[lookup]]` blocks of `data_set.toml`. Out: a mistake with file and line, or nothing.

use anyhow::Result;
use polars::prelude::{DataFrame, StringChunked};
use serde::Deserialize;

use super::{DataSet, Files, Mistake, Rulebook, suggestion};
use crate::terminal::failure::usage;

/// What the rows of a lookup must be like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupForm {
    /// The file of `lookups/`, without `.csv`. Its first column is its key, and no key is repeated.
    pub name: String,
    /// Columns of codes: capitals and digits, never blank.
    pub codes: Vec<String>,
    /// How long a code of them may be.
    pub lengths: Vec<usize>,
    /// The column with the value of a key. A value is never the key of another row.
    pub leads_to: String,
}

/// Refuses the first row that does not have the form.
pub fn check(files: &Files, data_set: &DataSet, lookups: &[(String, DataFrame)]) -> Result<()> {
    for form in &data_set.lookup {
        let path = format!("{}/lookups/{}.csv", data_set.folder, form.name);
        let Some((_, table)) = lookups.iter().find(|(name, _)| *name == form.name) else {
            return Err(usage(format!("rules file `rules/{path}` is missing")));
        };
        if let Some((row, wrong)) = wrong(form, table)? {
            let text = files.get(&path).unwrap_or_default();
            let length = text.lines().nth(row + 1).map_or(1, str::len);
            return Err(Mistake::at_line(&format!("rules/{path}"), text, row + 2, 1, length, wrong).into());
        }
    }
    Ok(())
}

/// Refuses a value that no record can have: a column of a lookup has the name of a field, and the value is
/// not in the field's code list. Its row would decide nothing.
pub fn known_codes(rulebook: &Rulebook) -> Result<()> {
    for (name, table) in &rulebook.lookups {
        for column in table.columns() {
            let list = rulebook
                .field(column.name())
                .and_then(|field| field.code_list.as_ref());
            let Some(list) = list.and_then(|list| rulebook.code_list(list)) else {
                continue;
            };
            let known = || list.codes.iter().map(|code| code.code.as_str());
            let unknown = |(_, code): &(usize, Option<&str>)| {
                code.is_some_and(|code| !code.is_empty() && !known().any(|known| known == code))
            };
            if let Some((row, Some(code))) = column.str()?.iter().enumerate().find(unknown) {
                let path = format!("{}/lookups/{name}.csv", rulebook.data_set.folder);
                let text = rulebook.files.get(&path).unwrap_or_default();
                let message = format!(
                    "`{code}` is not in the code list `{}` of `{}`",
                    list.name,
                    column.name()
                );
                let length = text.lines().nth(row + 1).map_or(1, str::len);
                let mistake = Mistake::at_line(&format!("rules/{path}"), text, row + 2, 1, length, message);
                return Err(mistake.help(suggestion(code, known())).into());
            }
        }
    }
    Ok(())
}

/// The first row, counted from 0, that is wrong, and why.
fn wrong(form: &LookupForm, table: &DataFrame) -> Result<Option<(usize, String)>> {
    let keys = table.columns()[0].str()?;
    let values = column(table, &form.leads_to)?;
    for row in 0..table.height() {
        for name in &form.codes {
            let code = column(table, name)?.get(row).unwrap_or_default();
            if let Some(wrong) = wrong_code(form, name, code) {
                return Ok(Some((row, wrong)));
            }
        }
        let key = keys.get(row);
        let is_key = |other: usize| other != row && keys.get(other) == key;
        if (0..row).any(is_key) {
            return Ok(Some((
                row,
                format!("`{}` is given twice", key.unwrap_or_default()),
            )));
        }
        let value = values.get(row);
        let leads_on = |other: usize| keys.get(other) == value && values.get(other) != value;
        if let Some(other) = (0..table.height()).find(|other| leads_on(*other)) {
            let (from, on) = (value.unwrap_or_default(), values.get(other).unwrap_or_default());
            return Ok(Some((
                row,
                format!(
                    "`{from}` leads on to `{on}` in line {}: write `{on}` here",
                    other + 2
                ),
            )));
        }
    }
    Ok(None)
}

fn wrong_code(form: &LookupForm, column: &str, code: &str) -> Option<String> {
    let is_formed = code
        .chars()
        .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    if code.is_empty() {
        return Some(format!("`{column}` is blank"));
    }
    if !is_formed || !form.lengths.contains(&code.chars().count()) {
        let lengths: Vec<String> = form.lengths.iter().map(ToString::to_string).collect();
        return Some(format!(
            "`{code}` is no code for `{column}`: capitals and digits, {} of them",
            lengths.join(" or ")
        ));
    }
    None
}

fn column<'a>(table: &'a DataFrame, name: &str) -> Result<&'a StringChunked> {
    let found = table.column(name).map_err(|_| {
        let names: Vec<&str> = table.schema().iter_names().map(|name| name.as_str()).collect();
        let names = names.join(",");
        usage(format!(
            "a lookup needs the column `{name}`; its headings are `{names}`"
        ))
    })?;
    Ok(found.str()?)
}
