//! Conditions as the profile writes them; compiled, they are a `When`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `name = "x"`, `name = ["x", "y"]`, `"!x"`, `"present"`, `"blank"`, `">28"` or `"<10"`; all of them must be
/// true.
pub type Conditions = BTreeMap<String, OneOrMore>;

#[derive(Debug, Deserialize, Clone)]
#[serde(untagged)]
pub enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub fn all(&self) -> &[String] {
        match self {
            OneOrMore::One(text) => std::slice::from_ref(text),
            OneOrMore::More(texts) => texts,
        }
    }
}
