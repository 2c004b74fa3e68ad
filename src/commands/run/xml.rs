//! The return of a data set with XML submission files: one file for each group of records, in the order of
//! its layout.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::{Exports, Plan};
use crate::report::Submission;
use crate::rulebook::columns::PARENT;
use crate::rulebook::{HeaderValue, XmlSource};
use crate::table::xml::{Layout, Source};
use crate::write::cannot;

/// The files of a return, ready to be written.
pub struct XmlReturn<'a> {
    exports: &'a Exports<'a>,
    layout: Layout,
    files: Vec<XmlFile>,
}

struct XmlFile {
    name: String,
    records: Vec<u32>,
    /// Values written before the records, by column.
    header: HashMap<String, String>,
}

/// The source that says how the data set's files are written; `None` if they are CSV.
pub fn layout_of<'a>(plan: &'a Plan) -> Option<(&'a str, &'a XmlSource)> {
    let sources = plan.rulebook.sources.iter();
    let mut written = sources.filter_map(|source| Some((source.name.as_str(), source.xml.as_ref()?)));
    written.find(|(_, xml)| xml.file_name.is_some())
}

/// The files of the uploaded records, by group; `None` if the data set's files are not XML.
pub fn plan<'a>(
    plan: &'a Plan,
    exports: &'a Exports<'a>,
    made: &Submission,
) -> Result<Option<XmlReturn<'a>>> {
    let Some((name, xml)) = layout_of(plan) else {
        return Ok(None);
    };
    let layout = xml.layout(name);
    let kinds = exports.records.frame.column(&xml.kind)?.str()?;
    let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in &made.rows {
        let kind = kinds.get(row.record as usize).unwrap_or_default();
        let group = xml.groups.get(kind).map_or(kind, String::as_str);
        groups.entry(group).or_default().push(row.record);
    }
    let files = groups.into_iter().map(|(group, records)| XmlFile {
        name: file_name(plan, exports, xml, group),
        header: header(plan, exports, xml, group, &records),
        records,
    });
    Ok(Some(XmlReturn {
        exports,
        files: files.collect(),
        layout,
    }))
}

fn file_name(plan: &Plan, exports: &Exports, xml: &XmlSource, group: &str) -> String {
    let pattern = xml.file_name.as_deref().unwrap_or_default();
    let filled = pattern
        .replace("{group}", group)
        .replace("{provider}", &exports.provider);
    let filled = filled.replace("{month}", &plan.month.to_string());
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.()".contains(letter);
    filled
        .chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .collect()
}

fn header(
    plan: &Plan,
    exports: &Exports,
    xml: &XmlSource,
    group: &str,
    records: &[u32],
) -> HashMap<String, String> {
    let value = |what: &HeaderValue| match what {
        HeaderValue::Id => id(plan, exports, group, records),
        HeaderValue::Count => records.len().to_string(),
        HeaderValue::FirstDay => plan.month.first_day().to_string(),
        HeaderValue::LastDay => plan.month.last_day().to_string(),
        HeaderValue::AsAt => format!("{}T00:00:00", plan.context.as_at),
        HeaderValue::Provider => exports.provider.clone(),
    };
    xml.header
        .iter()
        .map(|(column, what)| (column.clone(), value(what)))
        .collect()
}

/// A UUID; the same records of a return give the same one.
fn id(plan: &Plan, exports: &Exports, group: &str, records: &[u32]) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{}\0{}\0{group}", exports.provider, plan.month));
    if let Ok(origins) = exports.records.origins() {
        for record in records {
            hash.update(b"\0");
            hash.update(origins.pathway(*record as usize).unwrap_or_default());
        }
    }
    let digits: String = hash
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}

impl XmlReturn<'_> {
    /// The names and record counts of the files.
    pub fn names(&self) -> Vec<(String, usize)> {
        self.files
            .iter()
            .map(|file| (file.name.clone(), file.records.len()))
            .collect()
    }

    pub fn write(&self, number: usize, path: &Path) -> Result<()> {
        let records = &self.exports.records;
        let source = Source::new(&self.layout, &records.frame, &records.extra_tables, PARENT)?;
        let file = std::fs::File::create(path).map_err(|error| cannot(path, &error))?;
        let mut out = std::io::BufWriter::new(file);
        source.write(&mut out, &self.files[number].header, &self.files[number].records)?;
        Ok(out.flush()?)
    }
}
