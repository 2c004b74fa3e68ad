//! `rules/<data set>/data_set.toml`: what the engine must know of a data set beyond its columns.

use anyhow::Result;
use serde::Deserialize;

use super::places::{self, Step};
use super::{Field, Files, Mistake, Rulebook, suggestion, toml_mistake};
use crate::terminal::failure::usage;

/// A data set: a folder of rules and the few facts that tie its parts together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// `cwt`
    #[serde(skip)]
    pub folder: String,
    /// The name of its folder, by default.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub version: String,
    /// Ids of its own checks begin so: `CWT-`; the name in capitals, by default.
    #[serde(default)]
    pub check_prefix: String,
    /// Column that holds the records of a pathway together; may contain an identifier. Without it each record stands alone.
    #[serde(default)]
    pub pathway_key: Option<String>,
    /// Column with the local id that may be shown, NULL where there is none. Without it a record is shown by file and row.
    #[serde(default)]
    pub pathway_id: Option<String>,
    /// Column with the submission scenario. Without it no field is mandatory.
    #[serde(default)]
    pub scenario: Option<String>,
    /// A record belongs to every month that one of these dates falls in; without any, to every month.
    #[serde(default)]
    pub month_dates: Vec<String>,
    /// Columns with the trusts that submit the record; without any, a record is of whoever submits.
    #[serde(default)]
    pub providers: Vec<String>,
    /// Column of true and false: a site of the record has a trust that is not known, so that it may be anybody's.
    #[serde(default)]
    pub provider_not_known: Option<String>,
    /// Records in one upload file; any number, by default.
    #[serde(default = "any_number")]
    pub upload_max_records: usize,
    /// How the name of an upload file may end; any way where none is given.
    #[serde(default)]
    pub upload_endings: Vec<String>,
    /// The measures, in the order in which their lines are given.
    #[serde(default)]
    pub measures: Vec<String>,
    /// By field, SQL that narrows the records of a mandatory scenario to those that the field is really due for.
    #[serde(default)]
    pub due_when: std::collections::BTreeMap<String, toml::Spanned<String>>,
    /// Bases of checks whose waived rejects go up all the same, unless an official text gives the severity.
    #[serde(default)]
    pub waived_rejects_released: Vec<String>,
    /// Why a record is not counted, in words.
    #[serde(default)]
    pub reasons: std::collections::BTreeMap<String, String>,
    /// Those of the reasons that can be put right by putting the data right.
    #[serde(default)]
    pub data_quality_reasons: Vec<String>,
    #[serde(default)]
    pub performance: Vec<Performance>,
    /// Measures of activity that has no standard: published beside the standards, never judged.
    #[serde(default)]
    pub activities: Vec<String>,
    #[serde(default)]
    pub activity: Vec<Performance>,
    /// Tables beside the records, of what other systems know.
    #[serde(default)]
    pub table: Vec<BesideTable>,
    /// What lists that people fill in must be like.
    #[serde(default)]
    pub lookup: Vec<super::LookupForm>,
    /// Notes that every pack carries.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What its workbooks call things.
    #[serde(default)]
    pub words: Words,
    /// Listings with a snapshot or tables that the board pack shows.
    #[serde(default)]
    pub board_listings: Vec<String>,
}

/// What the workbooks of a data set call things.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// `Cancer waiting times`
    pub subject: String,
    /// What a published line is told apart by, as a heading: `Tumour site`.
    pub site: String,
    /// Several of them in a sentence: `tumour sites`.
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

/// A table beside the records, such as the referrals of a PAS: sources give its rows, `tables/<name>.sql` adds facts to
/// them, and checks may look at it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BesideTable {
    pub name: String,
    pub title: String,
    /// Its columns: fields, read as their type, and others, which are text. Fields that name the table are of it anyway.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The column, of the same name in the records, that says which record a row belongs to: the table is nested.
    #[serde(default)]
    pub key: Option<String>,
}

impl BesideTable {
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
    /// Derived column of true and false: the records that the standard is about. Without it: every record.
    #[serde(default)]
    pub about: Option<String>,
    /// The column of a wait that is published as `Referral_Route_or_Stage`.
    pub route_or_stage: String,
    /// The label for all of them together.
    pub all_routes_or_stages: String,
    /// Published labels, where they differ from the column's own values.
    #[serde(default)]
    pub labels: std::collections::BTreeMap<String, String>,
    /// Which columns are told apart in one published line, all others being `ALL …`.
    pub crosses: Vec<Vec<String>>,
    /// Trusts may share a patient, so that people come in halves; without it they are whole.
    #[serde(default)]
    pub shares_patients: bool,
    /// Field with the recorded reason for the delay.
    #[serde(default)]
    pub delay_reasons: Vec<String>,
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
            toml::from_str(text).map_err(|error| toml_mistake(&format!("rules/{path}"), text, &error))?;
        data_set.folder = name.to_string();
        data_set.name_what_is_not();
        data_set.is_called_as_its_folder(text)?;
        let mut reasons = data_set.data_quality_reasons.iter().enumerate();
        if let Some((place, unknown)) = reasons.find(|(_, reason)| !data_set.reasons.contains_key(*reason)) {
            let span = places::of_value(text, &[Step::Key("data_quality_reasons"), Step::At(place)]);
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

    /// Names that are not given follow from the name of the folder.
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

    /// Sources name their data set, and commands its folder: the two are one word.
    fn is_called_as_its_folder(&self, text: &str) -> Result<()> {
        if self.name == self.folder {
            return Ok(());
        }
        let file = format!("rules/{}/data_set.toml", self.folder);
        let span = places::of_value(text, &[Step::Key("name")]);
        let message = format!("`{}` is not the name of the folder", self.name);
        Err(Mistake::at(&file, text, span, message)
            .help(format!(
                "write `name = \"{}\"`, or rename the folder",
                self.folder
            ))
            .into())
    }

    /// The column that holds the records of a pathway together.
    pub fn pathway_key(&self) -> &str {
        self.pathway_key.as_deref().unwrap_or("pathway_key")
    }

    /// The column with the local id that may be shown.
    pub fn pathway_id(&self) -> &str {
        self.pathway_id.as_deref().unwrap_or("pathway_id")
    }

    /// The rules of every published line: standards, then activity.
    pub fn published(&self) -> impl Iterator<Item = &Performance> {
        self.performance.iter().chain(&self.activity)
    }

    /// `due_when` speaks of fields that there are.
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

    /// The columns of tables and `fields.csv` know each other.
    pub(super) fn take_columns(&mut self, fields: &[Field], text: &str) -> Result<()> {
        for (index, field) in fields.iter().enumerate() {
            let Some(name) = &field.table else { continue };
            let known: Vec<String> = self.table.iter().map(|table| table.name.clone()).collect();
            let Some(table) = self.table.iter_mut().find(|table| table.name == *name) else {
                let file = format!("rules/{}/fields.csv", self.folder);
                let message = format!(
                    "field `{}` names the table `{name}`, which is no `[[table]]` of `data_set.toml`",
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

    /// The nested tables: those whose rows belong to records by a key.
    pub fn nested(&self) -> impl Iterator<Item = (&BesideTable, &str)> {
        let key = |table| Some((table, BesideTable::key(table)?));
        self.table.iter().filter_map(key)
    }

    pub fn beside(&self, name: &str) -> Option<&BesideTable> {
        self.table.iter().find(|table| table.name == name)
    }

    /// Why a record is not counted, in words.
    pub fn reason<'a>(&'a self, code: &'a str) -> &'a str {
        self.reasons.get(code).map_or(code, String::as_str)
    }

    pub fn performance_of(&self, standard: &str) -> Option<&Performance> {
        self.performance
            .iter()
            .find(|performance| performance.standard == standard)
    }
}
