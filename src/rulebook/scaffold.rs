//! The template for a new check: every key with its meaning, about two dates of the data set. It is valid
//! without changes.

use std::fmt::Write;

use super::check_keys::{CHECK_KEYS, Key};
use super::{Kind, Rulebook};
use crate::terminal::whole_words;

/// Width of a comment, in characters.
const WIDTH: usize = 110;

impl Rulebook {
    /// A `[[check]]` block to fill in; `None` if the data set has no two dates to start from.
    pub fn scaffold(&self, id: &str, name: &str) -> Option<String> {
        let mut dates = self
            .fields
            .iter()
            .filter(|field| field.kind == Kind::Date)
            .map(|field| field.name.as_str());
        let (first, second) = (dates.next()?, dates.next()?);
        let mut block = String::from("[[check]]\n");
        for key in &CHECK_KEYS {
            let Some(value) = value(key, id, name, first, second) else {
                continue;
            };
            for line in textwrap::wrap(key.means, whole_words(WIDTH)) {
                let _ = writeln!(block, "# {line}");
            }
            let _ = writeln!(block, "{} = {value}", key.name);
        }
        Some(block)
    }
}

fn value(key: &Key, id: &str, name: &str, first: &str, second: &str) -> Option<String> {
    let row = |cells: &[(&str, &str)]| {
        let cells: Vec<String> = cells
            .iter()
            .map(|(name, value)| format!("{name} = \"{value}\""))
            .collect();
        format!("[{{ {} }}]", cells.join(", "))
    };
    let text = |text: &str| format!("\"{text}\"");
    Some(match key.name {
        "id" => text(id),
        "name" => text(name),
        "title" => text("Say what is wrong in one line"),
        "severity" => text("warning"),
        "basis" => text("local"),
        "source" => text("none: say where the rule comes from"),
        "fields" => format!("[\"{first}\", \"{second}\"]"),
        "when" => text(&format!("{first} IS NOT NULL")),
        "assert" => text(&format!("{first} <= {second}")),
        "why" => text("Say what happens if nobody corrects it."),
        "fix" => text("Say what to do, and in which system."),
        "owner" => text("data_quality"),
        "affects" => "[]".to_string(),
        "pass" => row(&[(first, "2026-03-02"), (second, "2026-03-02")]),
        "fail" => row(&[(first, "2026-03-03"), (second, "2026-03-02")]),
        "unassessed" => row(&[(first, "2026-03-03")]),
        "not_applicable" => row(&[(second, "2026-03-02")]),
        _ => return None,
    })
}
