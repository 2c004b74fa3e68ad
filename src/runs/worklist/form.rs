//! The columns of a list that people fill in. The worklist of findings has a fixed form; a listing describes
//! its own in `listing.toml`, and the form is stored with the entries, so that reading needs no rules.

use serde::{Deserialize, Serialize};

use super::words::STATUSES;

/// What people fill in on the rows of a list, and how those rows are recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Ids of its rows are this letter, a hyphen, and eight letters or digits.
    pub letter: char,
    /// The heading of the column that says what a row is about; its text must not change.
    pub about_heading: String,
    pub pathway_heading: String,
    pub fields: Vec<Field>,
}

/// A column that people fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    /// The heading in the workbook, without the mark `*`.
    pub heading: String,
    /// The only words that it takes; none: any text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// Names of columns of the worklist of findings.
pub const STATUS: &str = "status";
pub const ACTION: &str = "action";
pub const COMMENT: &str = "comment";
pub const ASSIGNED_TO: &str = "assigned_to";

impl Form {
    /// The form of the worklist of findings.
    pub fn of_findings() -> Form {
        let field = |name: &str, heading: &str, words: &[&str]| Field {
            name: name.to_string(),
            heading: heading.to_string(),
            words: words.iter().map(ToString::to_string).collect(),
        };
        Form {
            letter: 'F',
            about_heading: "Check".to_string(),
            pathway_heading: "Pathway".to_string(),
            fields: vec![
                field(STATUS, "Status", &STATUSES),
                field(ACTION, "Action taken", &[]),
                field(COMMENT, "Comment", &[]),
                field(ASSIGNED_TO, "Assigned to", &[]),
            ],
        }
    }

    /// Whether a text is an id of this form's rows.
    pub fn is_id(&self, text: &str) -> bool {
        letter_of(text) == Some(self.letter)
    }

    /// The field that takes texts for which another has no room: `comment`, otherwise the last.
    pub fn notes(&self) -> Option<&Field> {
        let comment = self.fields.iter().find(|field| field.name == COMMENT);
        comment.or_else(|| self.fields.last())
    }
}

/// The letter of an id; `None` if the text is no id.
pub fn letter_of(text: &str) -> Option<char> {
    let (letter, code) = text.split_once('-')?;
    let mut letters = letter.chars();
    let is_code = code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_uppercase() && is_code => Some(letter),
        _ => None,
    }
}
