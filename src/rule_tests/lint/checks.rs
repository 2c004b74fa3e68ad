//! Examines each check: its name, its title, its sources, its fields.

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
    let mut found = name_and_title(check);
    found.extend(origin(check));
    found.extend(empty_texts(check));
    found.extend(no_examples(check));
    found.extend(no_fields(rulebook, check));
    found.extend(unknown_standards(rulebook, check));
    found
        .into_iter()
        .map(|(key, level, message)| about(rulebook, check, key, level, message))
        .collect()
}

/// What is wrong with a key of a check: the key, how bad it is, the message.
type Wrong = (&'static str, Level, String);

fn name_and_title(check: &Check) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if !is_kebab_case(&check.name) {
        let message = format!(
            "the name `{}` is not in kebab-case, such as `treatment-before-decision`",
            check.name
        );
        wrong.push(("name", Level::Warning, message));
    }
    if check.title.ends_with('.') {
        let message = "a title ends without a full stop: it is the message of every finding".to_string();
        wrong.push(("title", Level::Warning, message));
    }
    wrong
}

/// Where a check comes from: `source`, `basis`, `severity_basis`.
fn origin(check: &Check) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if check.source.trim().is_empty() {
        let message =
            "the source is empty: cite where the rule is written, or `none: inferred from …`".to_string();
        wrong.push(("source", Level::Error, message));
    }
    if !BASES.contains(&check.basis.as_str()) {
        let message = format!("the basis `{}` is none of {}", check.basis, BASES.join(", "));
        wrong.push(("basis", Level::Error, message));
    }
    let first_word = check.severity_basis.split([' ', ',']).next().unwrap_or_default();
    if !check.severity_basis.is_empty() && !SEVERITY_BASES.contains(&first_word) {
        let message = format!(
            "the basis of the severity, `{first_word}`, is none of {}",
            SEVERITY_BASES.join(", ")
        );
        wrong.push(("severity_basis", Level::Error, message));
    }
    wrong
}

fn empty_texts(check: &Check) -> impl Iterator<Item = Wrong> {
    [
        ("title", &check.title),
        ("why", &check.why),
        ("fix", &check.fix),
        ("owner", &check.owner),
    ]
    .into_iter()
    .filter(|(_, text)| text.trim().is_empty())
    .map(|(key, _)| (key, Level::Error, format!("`{key}` is empty")))
}

fn no_examples(check: &Check) -> impl Iterator<Item = Wrong> {
    let needs_examples = !check.is_of_file() && !check.is_made;
    [("pass", &check.pass), ("fail", &check.fail)]
        .into_iter()
        .filter(move |(_, examples)| needs_examples && examples.is_empty())
        .map(|(key, _)| {
            let message = format!(
                "there is no `{key}` example of check `{}`: its examples are its test",
                check.id
            );
            (key, Level::Error, message)
        })
}

fn no_fields(rulebook: &Rulebook, check: &Check) -> Option<Wrong> {
    if check.is_of_file() {
        return None;
    }
    if check.each.is_empty() {
        let message = "`fields` is empty: its findings will not say which field to look at".to_string();
        return check
            .fields
            .is_empty()
            .then_some(("fields", Level::Warning, message));
    }
    let fields = check.each_fields(rulebook);
    let none_is_known = fields.iter().all(|name| rulebook.field(name).is_none());
    let message = "`each` names no field: the check looks at nothing".to_string();
    none_is_known.then_some(("each", Level::Error, message))
}

fn unknown_standards(rulebook: &Rulebook, check: &Check) -> Vec<Wrong> {
    let known = rulebook.affected();
    let unknown = check
        .affects
        .iter()
        .filter(|affected| !known.contains(&affected.as_str()));
    unknown
        .map(|affected| {
            let meant = suggestion(affected, known.iter().copied());
            let message = format!("`affects` has `{affected}`, which is not a standard: {meant}");
            ("affects", Level::Warning, message)
        })
        .collect()
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
