//! One written XML file: its name, and the values before its records.

use std::collections::HashMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::xml::{HeaderValue, XmlSource};
use crate::calendar::Month;

/// The records of a group in the return of a month.
pub struct XmlFile<'a> {
    pub provider: &'a str,
    pub month: Month,
    pub group: &'a str,
    /// The day on which the file is made.
    pub as_at: NaiveDate,
    /// A text for each record, which stays the same in later files.
    pub keys: Vec<String>,
}

impl XmlSource {
    /// The group of a record, by the name of its element.
    pub fn group<'a>(&'a self, kind: &'a str) -> &'a str {
        self.groups.get(kind).map_or(kind, String::as_str)
    }

    /// The name of a file, by the pattern of the source.
    pub fn named(&self, file: &XmlFile) -> String {
        let pattern = self.file_name.as_deref().unwrap_or_default();
        let filled = pattern
            .replace("{group}", file.group)
            .replace("{provider}", file.provider)
            .replace("{month}", &file.month.to_string());
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.()".contains(letter);
        filled
            .chars()
            .map(|letter| if plain(letter) { letter } else { '_' })
            .collect()
    }

    /// The values before the records, by column.
    pub fn values(&self, file: &XmlFile) -> HashMap<String, String> {
        let value = |what: &HeaderValue| match what {
            HeaderValue::Id => file.id(),
            HeaderValue::Count => file.keys.len().to_string(),
            HeaderValue::FirstDay => file.month.first_day().to_string(),
            HeaderValue::LastDay => file.month.last_day().to_string(),
            HeaderValue::AsAt => format!("{}T00:00:00", file.as_at),
            HeaderValue::Provider => file.provider.to_string(),
        };
        self.header
            .iter()
            .map(|(column, what)| (column.clone(), value(what)))
            .collect()
    }
}

impl XmlFile<'_> {
    /// A UUID; the same records of a return give the same one.
    fn id(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}\0{}\0{}", self.provider, self.month, self.group));
        for key in &self.keys {
            hash.update(b"\0");
            hash.update(key);
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
}
