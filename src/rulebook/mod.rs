//! The rulebook: everything that an analyst could question, read from `rules/` and validated before anything
//! runs. `rules/README.md` explains every key of every file.

mod cells;
mod changed;
mod check_keys;
mod checks;
pub mod columns;
mod conditions;
mod data_set;
mod data_set_keys;
mod data_set_names;
mod every_table;
mod fields;
mod files;
mod functions;
mod listings;
mod lookup_forms;
mod mistake;
mod pass_through;
mod plan;
mod scaffold;
mod scenarios;
mod schema;
mod snippet;
mod sources;
pub mod spans;
mod spc;
mod standard_names;
mod standard_values;
mod standards;
mod unread;
mod xml;
mod xml_file;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use polars::prelude::DataFrame;

pub use cells::CellWords;
pub use changed::Changed;
pub use check_keys::{BASES, SEVERITY_BASES};
pub use checks::{Check, Example, Finds, Outcome, ROW_CONTEXT, ROW_TABLE, Row, Severity};
pub use conditions::{Condition, Conditions};
pub use data_set::{DataSet, ExtraTable, Performance, Words};
pub use fields::{Classification, Code, CodeList, Field, Kind, Organisation};
pub use files::Files;
pub use functions::RuleFunction;
pub use listings::{
    BoardSheet, CONDITIONS, ColumnLook, FormEntry, Listing, ListingColumn, ListingForm, ListingSheet,
    Snapshot,
};
pub use lookup_forms::LookupForm;
pub use mistake::{Mistake, nearest, suggestion};
pub use plan::Plan;
pub use snippet::Snippet;
pub use sources::{
    Also, CODE_MAP, CodeOfText, ExpectedRecord, ExpectedSetAside, Mapping, Reads, Source, SourceExample,
    SourceTable,
};
pub use spc::{AssuranceEqual, Direction, LabelOrder, Rebase, Ruleset, Spc, TwoOfThree};
pub use standards::{Band, Standards, Sureness, Target, TargetKind};
pub use unread::Unread;
pub use xml::XmlSource;
pub use xml_file::XmlFile;

/// The rules of one data set, and the sources that supply it.
pub struct Rulebook {
    pub files: Files,
    pub data_set: DataSet,
    /// The columns of a record: in upload order, then those that only the measures need.
    pub fields: Vec<Field>,
    /// The fields that are columns of extra tables.
    pub table_fields: Vec<Field>,
    pub code_lists: Vec<CodeList>,
    /// `lookups/*.csv`: SQL tables of text, by the name of their file.
    pub lookups: Vec<(String, DataFrame)>,
    /// What the data set's own SQL may call besides the functions of the engine.
    pub functions: Vec<RuleFunction>,
    /// Mandation of each field in each scenario.
    pub scenarios: scenarios::Scenarios,
    /// Limits and targets, including the trust's own plan.
    pub standards: Standards,
    /// The trust's own plan, as written in its file.
    pub plans: Vec<Plan>,
    /// How trends are judged, including the new starts of limits in the trust's own plan.
    pub spc: Spc,
    /// Names of trusts, for headings and published lines.
    pub organisations: Vec<Organisation>,
    pub checks: Vec<Check>,
    pub sources: Vec<Source>,
    /// Texts in exports, with the codes that the trust gives them.
    pub code_maps: Vec<CodeOfText>,
    /// How cells of exports are read, for every source.
    pub cell_words: CellWords,
}

impl Rulebook {
    /// Loads the rules built into the program, overlaid with the trust's own folder.
    pub fn load(overlay: Option<&Path>, data_set: &str) -> Result<Rulebook> {
        let files = match overlay {
            Some(folder) => Files::embedded().overlaid_with(folder)?,
            None => Files::embedded(),
        };
        Rulebook::read(files, data_set)
    }

    /// The file of the data set's functions, without `rules/`.
    pub fn functions_file(&self) -> String {
        functions::path(&self.data_set.folder)
    }

    pub fn read(files: Files, data_set: &str) -> Result<Rulebook> {
        let mut data_set = DataSet::read(&files, data_set)?;
        let folder = data_set.folder.clone();
        let path = format!("{folder}/fields.csv");
        let all = fields::read(&files, &path)?;
        data_set.take_columns(&all, files.get(&path).unwrap_or_default())?;
        let checks = checks::read(&files, &data_set, &all)?;
        let scenarios = scenarios::read(&files, &data_set, &all)?;
        let code_lists = fields::read_code_lists(&files, &format!("{folder}/codes/"), &all)?;
        let (table_fields, fields): (Vec<Field>, Vec<Field>) =
            all.into_iter().partition(|field| field.table.is_some());
        let mut standards = standards::read(&files, &folder)?;
        let mut spc = spc::read(&files, &folder, &standards)?;
        let (plans, rebases) = plan::read(&files, &standards)?;
        spc.rebase.extend(rebases);
        standards.target.extend(plan::targets(&plans));
        let sources = sources::read(&files, &data_set, &fields)?;
        let rulebook = Rulebook {
            lookups: fields::read_lookups(&files, &format!("{folder}/lookups/"))?,
            functions: functions::read(&files, &folder)?,
            scenarios,
            standards,
            plans,
            spc,
            organisations: fields::read_organisations(&files, "organisations.csv")?,
            checks,
            code_maps: sources::read_code_maps(&files, &sources)?,
            sources,
            cell_words: cells::read(&files)?,
            data_set,
            fields,
            table_fields,
            code_lists,
            files,
        };
        rulebook.data_set.known_fields(&rulebook)?;
        data_set_names::check(&rulebook)?;
        lookup_forms::check(&rulebook.files, &rulebook.data_set, &rulebook.lookups)?;
        lookup_forms::known_codes(&rulebook)?;
        standard_names::check(&rulebook.files, &rulebook.data_set, &rulebook.standards)?;
        Ok(rulebook)
    }

    /// The listing in a folder of the data set.
    pub fn listing(&self, name: &str) -> Result<Listing> {
        Listing::read(&self.files, &self.data_set.folder, name)
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .chain(&self.table_fields)
            .find(|field| field.name == name)
    }

    /// The fields of an extra table; `None`: of the records.
    pub fn fields_of<'a>(&'a self, table: Option<&'a str>) -> Vec<&'a Field> {
        match table.and_then(|name| self.data_set.extra_table(name)) {
            Some(table) => table.columns.iter().filter_map(|name| self.field(name)).collect(),
            None => self.fields.iter().collect(),
        }
    }

    /// The label of a field; a column that is not a field keeps its name.
    pub fn label<'a>(&'a self, name: &'a str) -> &'a str {
        self.field(name).map_or(name, |field| &field.label)
    }

    /// The fields of the upload, in upload order: those with a number, or all fields if none has one.
    pub fn upload_fields(&self) -> impl Iterator<Item = &Field> {
        let has_numbers = self.fields.iter().any(|field| field.seq.is_some());
        let is_uploaded = move |field: &&Field| !has_numbers || field.seq.is_some();
        self.fields.iter().filter(is_uploaded)
    }

    pub fn code_list(&self, name: &str) -> Option<&CodeList> {
        self.code_lists.iter().find(|list| list.name == name)
    }

    /// Every text in the lookups, for settings that name one.
    pub fn words_of_lists(&self) -> BTreeSet<&str> {
        let columns = self.lookups.iter().flat_map(|(_, rows)| rows.columns());
        let texts = columns.filter_map(|column| column.str().ok());
        texts.flat_map(|column| column.iter().flatten()).collect()
    }

    pub fn organisation(&self, code: &str) -> Option<&Organisation> {
        self.organisations
            .iter()
            .find(|organisation| organisation.code == code)
    }

    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id.eq_ignore_ascii_case(id))
    }

    /// A hash over the text of every rule, without manuals and invented data: two runs with the same hash
    /// used the same rules.
    pub fn hash(&self) -> String {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        let is_made_up = |path: &str| path.ends_with("/synth.toml") || path.contains("/examples/");
        let is_rule = |path: &str| !path.ends_with(".md") && !is_made_up(path);
        for (path, text) in self.files.iter().filter(|(path, _)| is_rule(path)) {
            hasher.update(path.as_bytes());
            hasher.update([0]);
            hasher.update(text.as_bytes());
            hasher.update([0]);
        }
        crate::write::hex(&hasher.finalize())
    }
}

/// Messages of the TOML reader, and plain words for the writer of the file.
const PLAINER: [(&str, &str); 4] = [
    (
        "wanted string or table",
        "a word in quotes is expected, such as \"warning\"",
    ),
    (
        "expected a sequence",
        "a list is expected, such as [\"a\", \"b\"]",
    ),
    ("expected a string", "a text in quotes is expected"),
    ("unknown variant", "unknown word"),
];

/// Turns a TOML error into a [`Mistake`] with line and column.
pub(crate) fn toml_mistake(file: &str, text: &str, error: &toml::de::Error) -> Mistake {
    let span = error.span().unwrap_or(0..1);
    let said = error.message().lines().next().unwrap_or("not TOML");
    let said = PLAINER.iter().fold(said.to_string(), |said, (words, plain)| {
        said.replace(words, plain)
    });
    Mistake::at(file, text, span, said).help("rules/README.md lists every key with an example")
}
