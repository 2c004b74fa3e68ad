//! Checks that the rules use only standards that `data_set.toml` declares. One wrong letter in a limit or a
//! band would otherwise leave a standard without it, and nobody would be counted.

use anyhow::Result;

use super::spans::{self, Step};
use super::{DataSet, Files, Mistake, Standards, standards, suggestion};

/// An error if a limit, target, band or item names a standard that no `[[performance]]` or `[[activity]]`
/// declares, or if a declared wait has no limit. Data sets without standards are skipped.
pub fn check(files: &Files, data_set: &DataSet, standards: &Standards) -> Result<()> {
    let path = standards::path(&data_set.folder);
    let file = (format!("rules/{path}"), files.get(&path).unwrap_or_default());
    if data_set.performance.is_empty() {
        return Ok(());
    }
    let judged: Vec<&str> = data_set
        .performance
        .iter()
        .map(|rules| rules.standard.as_str())
        .collect();
    let published: Vec<&str> = data_set
        .published()
        .map(|rules| rules.standard.as_str())
        .collect();
    let names = |key: &'static str| named(standards, key);
    for (key, known) in [
        ("limit", &judged),
        ("target", &judged),
        ("band", &published),
        ("item", &published),
    ] {
        for (number, name) in names(key).into_iter().enumerate() {
            if !known.contains(&name) {
                return Err(unknown(&file, key, number, name, known));
            }
        }
    }
    let waits = data_set.performance.iter().filter(|rules| rules.is_wait());
    let mut waits = waits.map(|rules| rules.standard.as_str());
    if let Some(without) = waits.find(|standard| !standards.has_limit(standard)) {
        let message = format!("the standard `{without}` has no `[[limit]]`, so its waits cannot be judged");
        return Err(Mistake::at(&file.0, file.1, 0..1, message).into());
    }
    has_both_words(files, data_set)?;
    known_columns(files, data_set)
}

/// An error if a standard that is no wait says only of one part of the people what they are.
fn has_both_words(files: &Files, data_set: &DataSet) -> Result<()> {
    let is_half = |rules: &super::Performance| rules.reached.is_some() != rules.not_reached.is_some();
    let Some(number) = data_set.performance.iter().position(is_half) else {
        return Ok(());
    };
    let path = format!("{}/data_set.toml", data_set.folder);
    let text = files.get(&path).unwrap_or_default();
    let steps = [Step::Key("performance"), Step::At(number), Step::Key("standard")];
    let message = "`reached` and `not_reached` go together: what is said of the people, and of the others";
    let span = spans::of_value(text, &steps);
    Err(Mistake::at(&format!("rules/{path}"), text, span, message.to_string()).into())
}

/// The columns of a wait that may divide published lines.
const LABELS: [&str; 4] = ["route", "stage", "cancer_type", "modality_group"];

/// An error if `route_or_stage` or `crosses` name a column that a wait does not have.
fn known_columns(files: &Files, data_set: &DataSet) -> Result<()> {
    let path = format!("{}/data_set.toml", data_set.folder);
    let text = files.get(&path).unwrap_or_default();
    for (key, blocks) in [
        ("performance", &data_set.performance),
        ("activity", &data_set.activity),
    ] {
        for (number, rules) in blocks.iter().enumerate() {
            let crossed = rules.crosses.iter().flatten().map(|column| ("crosses", column));
            let named = [("route_or_stage", &rules.route_or_stage)]
                .into_iter()
                .chain(crossed);
            for (key_of_column, column) in named {
                if !LABELS.contains(&column.as_str()) {
                    let span = spans::of_value(
                        text,
                        &[Step::Key(key), Step::At(number), Step::Key(key_of_column)],
                    );
                    let message =
                        format!("`{key_of_column}` names `{column}`, which is not a column of a wait");
                    let mistake = Mistake::at(&format!("rules/{path}"), text, span, message);
                    return Err(mistake.help(suggestion(column, LABELS)).into());
                }
            }
        }
    }
    Ok(())
}

/// The standard of each block of a key, in the order of the file.
fn named<'a>(standards: &'a Standards, key: &str) -> Vec<&'a str> {
    match key {
        "limit" => standards
            .limit
            .iter()
            .map(|limit| limit.standard.as_str())
            .collect(),
        "target" => {
            let national = standards.target.iter().filter(|target| target.provider.is_none());
            national.map(|target| target.standard.as_str()).collect()
        }
        "band" => standards.band.iter().map(|band| band.standard.as_str()).collect(),
        _ => standards.item.iter().map(|item| item.standard.as_str()).collect(),
    }
}

fn unknown(
    (file, text): &(String, &str),
    key: &str,
    number: usize,
    name: &str,
    known: &[&str],
) -> anyhow::Error {
    let path = [Step::Key(key), Step::At(number), Step::Key("standard")];
    let message = format!("`[[{key}]]` names the standard `{name}`, which no `[[performance]]` declares");
    let mistake = Mistake::at(file, text, spans::of_value(text, &path), message);
    mistake.help(suggestion(name, known.iter().copied())).into()
}
