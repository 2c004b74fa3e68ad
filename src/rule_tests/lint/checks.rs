//! Checks one by one: names, titles, where they come from, what they are about.

use std::collections::HashMap;

use crate::rule_tests::lint::{Complaint, Level, about};
use crate::rulebook::{BASES, Check, Rulebook, SEVERITY_BASES, suggestion};

pub fn complaints(rulebook: &Rulebook) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = rulebook
        .checks
        .iter()
        .flat_map(|check| of_check(rulebook, check))
        .collect();
    complaints.extend(names_used_twice(rulebook));
    complaints
}

fn of_check(rulebook: &Rulebook, check: &Check) -> Vec<Complaint> {
    let mut found = Vec::new();
    let mut say =
        |key: &str, level: Level, message: String| found.push(about(rulebook, check, key, level, message));
    if !is_kebab_case(&check.name) {
        say(
            "name",
            Level::Warning,
            format!(
                "the name `{}` is not in kebab-case, such as `treatment-before-decision`",
                check.name
            ),
        );
    }
    if check.title.ends_with('.') {
        say(
            "title",
            Level::Warning,
            "a title ends without a full stop: it is the message of every finding".to_string(),
        );
    }
    if check.source.trim().is_empty() {
        say(
            "source",
            Level::Error,
            "the source is empty: cite where the rule is written, or `none: inferred from …`".to_string(),
        );
    }
    if !BASES.contains(&check.basis.as_str()) {
        say(
            "basis",
            Level::Error,
            format!("the basis `{}` is none of {}", check.basis, BASES.join(", ")),
        );
    }
    let first_word = check.severity_basis.split([' ', ',']).next().unwrap_or_default();
    if !check.severity_basis.is_empty() && !SEVERITY_BASES.contains(&first_word) {
        let message = format!(
            "the basis of the severity, `{first_word}`, is none of {}",
            SEVERITY_BASES.join(", ")
        );
        say("severity_basis", Level::Error, message);
    }
    for (key, text) in [
        ("title", &check.title),
        ("why", &check.why),
        ("fix", &check.fix),
        ("owner", &check.owner),
    ] {
        if text.trim().is_empty() {
            say(key, Level::Error, format!("`{key}` is empty"));
        }
    }
    for (key, examples) in [("pass", &check.pass), ("fail", &check.fail)] {
        if examples.is_empty() && !check.is_of_file() && !check.is_made {
            say(
                key,
                Level::Error,
                format!(
                    "there is no `{key}` example of check `{}`: its examples are its test",
                    check.id
                ),
            );
        }
    }
    if !check.each.is_empty()
        && check
            .each_fields(rulebook)
            .iter()
            .all(|name| rulebook.field(name).is_none())
    {
        say(
            "each",
            Level::Error,
            "`each` names no field: the check looks at nothing".to_string(),
        );
    }
    if !check.is_of_file() && check.each.is_empty() && check.fields.is_empty() {
        say(
            "fields",
            Level::Warning,
            "`fields` is empty: its findings will not say which field to look at".to_string(),
        );
    }
    let known = rulebook.affected();
    for affected in check
        .affects
        .iter()
        .filter(|affected| !known.contains(&affected.as_str()))
    {
        let meant = suggestion(affected, known.iter().copied());
        say(
            "affects",
            Level::Warning,
            format!("`affects` has `{affected}`, which is no standard: {meant}"),
        );
    }
    found
}

/// `treatment-before-decision`
pub fn is_kebab_case(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    name.split('-').all(is_word)
}

fn names_used_twice(rulebook: &Rulebook) -> Vec<Complaint> {
    let mut first: HashMap<&str, &Check> = HashMap::new();
    let mut complaints = Vec::new();
    for check in &rulebook.checks {
        match first.get(check.name.as_str()) {
            Some(other) => {
                complaints.push(about(
                    rulebook,
                    check,
                    "name",
                    Level::Error,
                    format!("check `{}` already has the name `{}`", other.id, check.name),
                ));
            }
            None => drop(first.insert(&check.name, check)),
        }
    }
    complaints
}
