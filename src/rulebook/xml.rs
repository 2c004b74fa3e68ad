//! `[xml]` of a source and its layout, `<data set>/xml.csv`: which element or attribute of an XML file fills
//! which column.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use super::{Files, Mistake};
use crate::table::xml::{Choice, Element, Layout};
use crate::terminal::failure::usage;

/// How an XML file of a source is recognised and read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XmlSource {
    /// Local name of the root element.
    pub root: String,
    /// The rules file that lists the elements.
    pub layout: String,
    /// The elements that become records.
    pub records: Vec<String>,
    /// The field that connects the rows of nested tables with their record.
    pub key: String,
    /// The field that takes the name of the record's element.
    pub kind: String,
    /// Namespaces of the root element, each with a warning about files that use it; blank: no warning.
    pub namespaces: BTreeMap<String, String>,
    /// The name of a written file, with `{group}`, `{provider}` and `{month}` to be replaced. Without it no
    /// file is written.
    pub file_name: Option<String>,
    /// The group of each record element; each group is one file. Without a group, the element's name is used.
    #[serde(default)]
    pub groups: BTreeMap<String, String>,
    /// Values to write before the records, by field.
    #[serde(default)]
    pub header: BTreeMap<String, HeaderValue>,
    #[serde(skip)]
    pub elements: Vec<Element>,
}

/// A value that the program fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderValue {
    /// A UUID of the file; the same records give the same UUID.
    Id,
    /// How many records the file has.
    Count,
    /// First day of the month of the return.
    FirstDay,
    LastDay,
    /// The date of the run, at midnight.
    AsAt,
    /// The trust that submits.
    Provider,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    value: Option<String>,
    field: Option<String>,
    table: Option<String>,
    min: u32,
    max: Option<u32>,
    choice: Option<String>,
    only: Option<String>,
}

impl XmlSource {
    /// Reads the elements of the layout.
    pub fn fill(&mut self, files: &Files) -> Result<()> {
        let shown = format!("rules/{}", self.layout);
        let text = files
            .get(&self.layout)
            .ok_or_else(|| usage(format!("rules file `{shown}` is missing")))?;
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut known: Vec<String> = vec![String::new(), "*".to_string()];
        for (number, line) in reader.deserialize::<Line>().enumerate() {
            let wrong = |message: String| Mistake::at_line(&shown, text, number + 2, 1, 1, message);
            let line = line.map_err(|error| wrong(error.to_string()))?;
            let above = line.path.rsplit_once('/').map_or("", |(above, _)| above);
            if !known.iter().any(|path| path == above) {
                return Err(wrong(format!(
                    "no earlier line has the element `{above}`, which holds `{}`",
                    line.path
                ))
                .into());
            }
            known.push(line.path.clone());
            let choice = line.choice.as_deref().map(|text| {
                choice(text).ok_or_else(|| {
                    wrong(format!(
                        "`{text}` is not a choice: write its name, least, most and alternative, such as \
                         `pathway:1:1:primary`"
                    ))
                })
            });
            self.elements.push(Element {
                path: line.path,
                value: line.value,
                column: line.field,
                table: line.table,
                min: line.min,
                max: line.max,
                choice: choice.transpose()?,
                only: line
                    .only
                    .map_or_else(Vec::new, |only| only.split(' ').map(String::from).collect()),
            });
        }
        Ok(())
    }

    pub fn layout(&self, source: &str) -> Layout {
        Layout {
            source: source.to_string(),
            root: self.root.clone(),
            namespaces: self.namespaces.clone().into_iter().collect(),
            records: self.records.clone(),
            key: self.key.clone(),
            kind: self.kind.clone(),
            elements: self.elements.clone(),
        }
    }
}

/// Reads `pathway:1:1:primary`; without a number after the second colon, any number of alternatives is
/// allowed.
fn choice(text: &str) -> Option<Choice> {
    let parts: Vec<&str> = text.split(':').collect();
    let [name, least, most, way] = parts[..] else {
        return None;
    };
    Some(Choice {
        name: name.to_string(),
        least: least.parse().ok()?,
        most: if most.is_empty() {
            None
        } else {
            Some(most.parse().ok()?)
        },
        way: way.to_string(),
    })
}
