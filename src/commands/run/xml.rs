//! The return of a data set with XML submission files: one file for each group of records, in the order of
//! its layout.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use super::{Exports, Plan};
use crate::report::Submission;
use crate::rulebook::columns::PARENT;
use crate::rulebook::{XmlFile, XmlSource};
use crate::table::xml::{Layout, Source};
use crate::write::cannot;

/// The files of a return, ready to be written.
pub struct XmlReturn<'a> {
    exports: &'a Exports<'a>,
    layout: Layout,
    files: Vec<Written>,
}

struct Written {
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
        groups.entry(xml.group(kind)).or_default().push(row.record);
    }
    let files = groups.into_iter().map(|(group, records)| {
        let file = XmlFile {
            provider: &exports.provider,
            month: plan.month,
            group,
            as_at: plan.context.as_at,
            keys: keys(exports, &records),
        };
        Written {
            name: xml.named(&file),
            header: xml.values(&file),
            records,
        }
    });
    Ok(Some(XmlReturn {
        exports,
        files: files.collect(),
        layout,
    }))
}

/// The pathways of the records.
fn keys(exports: &Exports, records: &[u32]) -> Vec<String> {
    let Ok(origins) = exports.records.origins() else {
        return Vec::new();
    };
    records
        .iter()
        .map(|record| origins.pathway(*record as usize).unwrap_or_default().to_string())
        .collect()
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
