//! `rules/<data set>/data_set.toml`: what the engine must know about a data set, apart from its columns.

use anyhow::Result;
use serde::Deserialize;

use super::spans::{self, Step};
use super::{Field, Files, Mistake, Rulebook, data_set_keys, suggestion, toml_mistake};
use crate::terminal::failure::usage;

/// A data set: a folder of rules, and the facts that connect its parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// `cwt`
    #[serde(skip)]
    pub folder: String,
    /// By default, the name of the folder.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub version: String,
    /// The prefix of its checks' ids, such as `CWT-`; by default, the name in capitals.
    #[serde(default)]
    pub check_prefix: String,
    /// Column that groups the records of a pathway; it may contain an identifier. Without it, each record is
    /// its own pathway.
    #[serde(default)]
    pub pathway_key: Option<String>,
    /// Column with the local id that may be shown; NULL if there is none. Without the column, records are
    /// shown by file and row.
    #[serde(default)]
    pub pathway_id: Option<String>,
    /// Column with the submission scenario. Without it no field is mandatory.
    #[serde(default)]
    pub scenario: Option<String>,
    /// A record belongs to every month that one of these dates is in. Without any date, it belongs to every
    /// month.
    #[serde(default)]
    pub month_dates: Vec<String>,
    /// Columns with the trusts that submit the record. Without any, the record belongs to the trust that
    /// submits.
    #[serde(default)]
    pub providers: Vec<String>,
    /// Column of true and false: the record has a site whose trust is not known, so that the record may be
    /// any trust's.
    #[serde(default)]
    pub provider_not_known: Option<String>,
    /// The most records in one upload file; by default, there is no limit.
    #[serde(default = "any_number")]
    pub upload_max_records: usize,
    /// Allowed endings of an upload file's name; empty: any.
    #[serde(default)]
    pub upload_endings: Vec<String>,
    /// The measures, in the order in which their lines are output.
    #[serde(default)]
    pub measures: Vec<String>,
    /// For a field, SQL that says for which records of a mandatory scenario it is really due.
    #[serde(default)]
    pub due_when: std::collections::BTreeMap<String, toml::Spanned<String>>,
    /// For checks with these bases, waived rejects are uploaded anyway, unless an official text gives the
    /// severity.
    #[serde(default)]
    pub waived_rejects_released: Vec<String>,
    /// For each reason code, why a record is not counted.
    #[serde(default)]
    pub reasons: std::collections::BTreeMap<String, String>,
    /// The reasons that disappear once the data are corrected.
    #[serde(default)]
    pub data_quality_reasons: Vec<String>,
    #[serde(default)]
    pub performance: Vec<Performance>,
    /// Measures of activity without a standard: published with the standards, never judged.
    #[serde(default)]
    pub activities: Vec<String>,
    #[serde(default)]
    pub activity: Vec<Performance>,
    /// Extra tables: data from other systems, in addition to the records.
    #[serde(default)]
    pub table: Vec<ExtraTable>,
    /// The form of lists that people fill in.
    #[serde(default)]
    pub lookup: Vec<super::LookupForm>,
    /// Notes that every pack carries.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The words for its workbooks.
    #[serde(default)]
    pub words: Words,
    /// Listings with a snapshot or tables that the board pack shows.
    #[serde(default)]
    pub board_listings: Vec<String>,
}

/// The words that the workbooks of a data set use.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// `Cancer waiting times`
    pub subject: String,
    /// What divides published lines, as a heading: `Tumour site`.
    pub site: String,
    /// The plural, inside a sentence: `tumour sites`.
    pub sites: String,
}

impl Default for Words {
    fn default() -> Words {
        Words {
            subject: "Performance".to_string(),
            site: "Site".to_string(),
            sites: "sites".to_string(),
        }
    }
}

fn any_number() -> usize {
    usize::MAX
}

/// An extra table, such as the referrals of a PAS. Sources supply its rows, `tables/<name>.sql` adds facts to
/// them, and checks may look at it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraTable {
    pub name: String,
    pub title: String,
    /// Its columns: fields are read as their type, other columns are text. Fields that name the table are
    /// included automatically.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The column (with the same name in the records) that says which record a row belongs to. A table with a
    /// key is nested.
    #[serde(default)]
    pub key: Option<String>,
}

impl ExtraTable {
    fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

/// How the waits of one standard become published lines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performance {
    pub standard: String,
    /// `28-day Faster Diagnosis Standard`
    pub title: String,
    /// Derived true/false column: the records that the standard applies to. Without it: every record.
    #[serde(default)]
    pub about: Option<String>,
    /// The column of a wait that is published as `Referral_Route_or_Stage`.
    pub route_or_stage: String,
    /// The label for all of them together.
    pub all_routes_or_stages: String,
    /// Published labels that differ from the column's own values.
    #[serde(default)]
    pub labels: std::collections::BTreeMap<String, String>,
    /// For each kind of published line, the columns that it is divided by; the other columns are `ALL …`.
    pub crosses: Vec<Vec<String>>,
    /// Whether trusts may share a patient, so that people are counted in halves; otherwise they are whole.
    #[serde(default)]
    pub shares_patients: bool,
    /// Field with the recorded reason for the delay.
    #[serde(default)]
    pub delay_reasons: Vec<String>,
    /// What is said of the people within a standard that is no wait: `with a stage`. Its lines have no days,
    /// and it needs no `[[limit]]`. Without it: `within 62 days`.
    #[serde(default)]
    pub reached: Option<String>,
    /// What is said of the others: `without a stage`; goes with `reached`.
    #[serde(default)]
    pub not_reached: Option<String>,
}

impl Performance {
    /// Whether the standard is a wait in days.
    pub fn is_wait(&self) -> bool {
        self.reached.is_none()
    }
}

/// What is wrong with the file; if a key is missing, all that are.
fn mistake(file: &str, text: &str, error: &toml::de::Error) -> Mistake {
    let all_missing = error
        .message()
        .starts_with("missing field")
        .then(|| data_set_keys::missing(file, text));
    all_missing
        .flatten()
        .unwrap_or_else(|| toml_mistake(file, text, error))
}

impl DataSet {
    pub fn read(files: &Files, name: &str) -> Result<DataSet> {
        let path = format!("{name}/data_set.toml");
        let Some(text) = files.get(&path) else {
            return Err(usage(format!(
                "there is no data set `{name}`: `rules/{path}` is missing"
            )));
        };
        let mut data_set: DataSet =
            toml::from_str(text).map_err(|error| mistake(&format!("rules/{path}"), text, &error))?;
        data_set.folder = name.to_string();
        data_set.name_what_is_not();
        data_set.is_called_as_its_folder(text)?;
        let mut reasons = data_set.data_quality_reasons.iter().enumerate();
        if let Some((index, unknown)) = reasons.find(|(_, reason)| !data_set.reasons.contains_key(*reason)) {
            let span = spans::of_value(text, &[Step::Key("data_quality_reasons"), Step::At(index)]);
            let mistake = Mistake::at(
                &format!("rules/{path}"),
                text,
                span,
                format!("`{unknown}` is not a reason"),
            );
            return Err(mistake
                .help(suggestion(unknown, data_set.reasons.keys().map(String::as_str)))
                .into());
        }
        Ok(data_set)
    }

    /// Sets missing names from the name of the folder.
    fn name_what_is_not(&mut self) {
        if self.name.is_empty() {
            self.name.clone_from(&self.folder);
        }
        if self.title.is_empty() {
            self.title.clone_from(&self.name);
        }
        if self.check_prefix.is_empty() {
            self.check_prefix = format!("{}-", self.name.to_uppercase());
        }
    }

    /// The name must be that of the folder, because sources use the name and commands the folder.
    fn is_called_as_its_folder(&self, text: &str) -> Result<()> {
        if self.name == self.folder {
            return Ok(());
        }
        let file = format!("rules/{}/data_set.toml", self.folder);
        let span = spans::of_value(text, &[Step::Key("name")]);
        let message = format!("`{}` is not the name of the folder", self.name);
        Err(Mistake::at(&file, text, span, message)
            .help(format!(
                "write `name = \"{}\"`, or rename the folder",
                self.folder
            ))
            .into())
    }

    /// The column that groups the records of a pathway.
    pub fn pathway_key(&self) -> &str {
        self.pathway_key.as_deref().unwrap_or("pathway_key")
    }

    /// The column with the local id that may be shown.
    pub fn pathway_id(&self) -> &str {
        self.pathway_id.as_deref().unwrap_or("pathway_id")
    }

    /// The rules of every published line: standards first, then activity.
    pub fn published(&self) -> impl Iterator<Item = &Performance> {
        self.performance.iter().chain(&self.activity)
    }

    /// An error if `due_when` names a field that does not exist.
    pub(super) fn known_fields(&self, rulebook: &Rulebook) -> Result<()> {
        let Some((name, sql)) = self
            .due_when
            .iter()
            .find(|(name, _)| rulebook.field(name).is_none())
        else {
            return Ok(());
        };
        let path = format!("{}/data_set.toml", self.folder);
        let text = rulebook.files.get(&path).unwrap_or_default();
        let mistake = Mistake::at(
            &format!("rules/{path}"),
            text,
            sql.span(),
            format!("`due_when` names `{name}`, which is not a field"),
        );
        Err(mistake
            .help(suggestion(
                name,
                rulebook.fields.iter().map(|field| field.name.as_str()),
            ))
            .into())
    }

    /// Combines the columns that tables declare with the fields of `fields.csv` that name a table.
    pub(super) fn take_columns(&mut self, fields: &[Field], text: &str) -> Result<()> {
        for (index, field) in fields.iter().enumerate() {
            let Some(name) = &field.table else { continue };
            let known: Vec<String> = self.table.iter().map(|table| table.name.clone()).collect();
            let Some(table) = self.table.iter_mut().find(|table| table.name == *name) else {
                let file = format!("rules/{}/fields.csv", self.folder);
                let message = format!(
                    "field `{}` names the table `{name}`, which is not a `[[table]]` of `data_set.toml`",
                    field.name
                );
                return Err(Mistake::at_line(&file, text, index + 2, 1, 1, message)
                    .help(suggestion(name, known.iter().map(String::as_str)))
                    .into());
            };
            if !table.columns.contains(&field.name) {
                table.columns.push(field.name.clone());
            }
        }
        for table in &mut self.table {
            if let Some(key) = &table.key
                && !table.columns.contains(key)
            {
                table.columns.insert(0, key.clone());
            }
        }
        Ok(())
    }

    /// The nested tables with their keys.
    pub fn nested(&self) -> impl Iterator<Item = (&ExtraTable, &str)> {
        let key = |table| Some((table, ExtraTable::key(table)?));
        self.table.iter().filter_map(key)
    }

    pub fn extra_table(&self, name: &str) -> Option<&ExtraTable> {
        self.table.iter().find(|table| table.name == name)
    }

    /// The words for a reason code.
    pub fn reason<'a>(&'a self, code: &'a str) -> &'a str {
        self.reasons.get(code).map_or(code, String::as_str)
    }

    pub fn performance_of(&self, standard: &str) -> Option<&Performance> {
        self.performance
            .iter()
            .find(|performance| performance.standard == standard)
    }
}
