//! `scenarios.csv`: which field must, may or cannot be there in which submission scenario. In: a row a field,
//! a column a scenario. Out: the scenarios of each mark. A mark or a name that is not known is a mistake with
//! its line, because a check of mandatory fields would pass over it.

use std::collections::HashMap;

use anyhow::Result;

use super::fields::csv_mistake;
use super::{DataSet, Field, Files, Mistake, suggestion};

/// Mandatory, required, pilot and optional, each with a star where it depends on the record; not applicable.
const MARKS: [&str; 9] = ["M", "M*", "R", "R*", "P", "P*", "O", "O*", "N/A"];

/// The mark of each field in each scenario.
#[derive(Debug, Clone, Default)]
pub struct Scenarios(HashMap<String, Vec<(String, String)>>);

impl Scenarios {
    /// The scenarios in which a field has one of these marks.
    pub fn marked(&self, field: &str, marks: &[&str]) -> Vec<&str> {
        let rows = self.0.get(field).map(Vec::as_slice).unwrap_or_default();
        rows.iter()
            .filter(|(_, mark)| marks.contains(&mark.as_str()))
            .map(|(scenario, _)| scenario.as_str())
            .collect()
    }
}

/// Reads the marks; a data set without the file has none.
pub fn read(files: &Files, data_set: &DataSet, fields: &[Field]) -> Result<Scenarios> {
    let path = format!("{}/scenarios.csv", data_set.folder);
    let Some(text) = files.get(&path) else {
        return Ok(Scenarios::default());
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let wrong_csv = |error: csv::Error| csv_mistake(&path, text, &error);
    let headings: Vec<String> = reader
        .headers()
        .map_err(wrong_csv)?
        .iter()
        .map(String::from)
        .collect();
    for scenario in headings.iter().skip(1) {
        if let Some(wrong) = wrong_scenario(files, data_set, scenario) {
            return Err(mistake(&path, text, 1, scenario, wrong).into());
        }
    }
    let mut scenarios = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(wrong_csv)?;
        let line = row.position().map_or(1, |position| position.line() as usize);
        if let Some((word, message, help)) = wrong_row(&row, fields, &scenarios) {
            return Err(mistake(&path, text, line, word, message).help(help).into());
        }
        let marks = headings.iter().zip(row.iter()).skip(1);
        let marks = marks.map(|(scenario, mark)| (scenario.clone(), mark.to_string()));
        scenarios.insert(row[0].to_string(), marks.collect());
    }
    Ok(Scenarios(scenarios))
}

/// What is wrong with a row: the word, what is wrong with it, and what to write.
fn wrong_row<'a>(
    row: &'a csv::StringRecord,
    fields: &[Field],
    before: &HashMap<String, Vec<(String, String)>>,
) -> Option<(&'a str, String, String)> {
    let name = &row[0];
    if !fields.iter().any(|field| field.name == name) {
        let help = suggestion(name, fields.iter().map(|field| field.name.as_str()));
        return Some((name, format!("`{name}` is not a field"), help));
    }
    if let Some(mark) = row.iter().skip(1).find(|mark| !MARKS.contains(mark)) {
        let message = format!("`{mark}` is not a mark of `{name}`");
        return Some((mark, message, suggestion(mark, MARKS)));
    }
    before.contains_key(name).then(|| {
        let help = "keep one row for each field".to_string();
        (name, format!("the field `{name}` is given twice"), help)
    })
}

fn mistake(path: &str, text: &str, line: usize, word: &str, message: String) -> Mistake {
    let shown = text.lines().nth(line - 1).unwrap_or_default();
    let column = shown.find(word).map_or(1, |at| at + 1);
    Mistake::at_line(
        &format!("rules/{path}"),
        text,
        line,
        column,
        word.len().max(1),
        message,
    )
}

/// A scenario that the SQL of the data set never gives has a mark that no record can have.
fn wrong_scenario(files: &Files, data_set: &DataSet, scenario: &str) -> Option<String> {
    data_set.scenario.as_ref()?;
    let facts = ["derived.sql", "pathways.sql"].map(|name| format!("{}/{name}", data_set.folder));
    let is_given = facts.iter().any(|path| {
        let sql = files.get(path);
        sql.is_some_and(|sql| sql.contains(&format!("'{scenario}'")))
    });
    // Facts of the trust's own may give fewer scenarios than the program's table has.
    let is_own = facts.iter().any(|path| files.is_replaced(path))
        && !files.is_replaced(&format!("{}/scenarios.csv", data_set.folder));
    (!is_given && !is_own)
        .then(|| format!("no record can have the scenario `{scenario}`: no SQL of the data set gives it"))
}
