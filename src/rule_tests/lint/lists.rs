//! Fields, code lists and lookups: each needs a source, a short label, and a use.

use std::collections::HashSet;

use crate::rule_tests::lint::{Complaint, Level};
use crate::rulebook::{Check, Field, Kind, Mistake, Rulebook};

pub fn complaints(rulebook: &Rulebook) -> Vec<Complaint> {
    let mut complaints = of_code_lists(rulebook);
    complaints.extend(of_fields(rulebook));
    complaints.extend(codes_that_nothing_checks(rulebook));
    let words = words(rulebook);
    let unnamed = rulebook
        .lookups
        .iter()
        .filter(|(name, _)| !words.contains(name.as_str()));
    complaints.extend(unnamed.map(|(name, _)| {
        let path = format!("{}/lookups/{name}.csv", rulebook.data_set.folder);
        unused(rulebook, &path, "no SQL of the rules names this lookup")
    }));
    complaints
}

/// Code lists that no field has, and codes without a source.
fn of_code_lists(rulebook: &Rulebook) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for list in &rulebook.code_lists {
        let path = format!("{}/codes/{}.csv", rulebook.data_set.folder, list.name);
        let mut fields = rulebook.fields.iter().chain(&rulebook.table_fields);
        if !fields.any(|field| field.code_list.as_deref() == Some(&list.name)) {
            let message = "no field of `fields.csv` has this code list";
            complaints.push(unused(rulebook, &path, message));
        }
        for (row, code) in list.codes.iter().enumerate() {
            if code.source.trim().is_empty() {
                let message = format!("code `{}` has no source", code.code);
                complaints.push(at(rulebook, &path, row + 2, Level::Error, message));
            }
        }
    }
    complaints
}

/// Fields with a code list whose codes no check compares with it: a code that is not in the list would pass
/// for blank without a word.
fn codes_that_nothing_checks(rulebook: &Rulebook) -> Vec<Complaint> {
    let path = format!("{}/fields.csv", rulebook.data_set.folder);
    // The list of a site holds the codes for places without one of their own; a field that is not uploaded comes
    // from another system, in its words.
    let is_code =
        |field: &&Field| field.kind == Kind::Code && field.code_list.is_some() && field.seq.is_some();
    let with_list = rulebook.fields.iter().filter(is_code);
    with_list
        .filter(|field| {
            !rulebook
                .checks
                .iter()
                .any(|check| asks_for_known(rulebook, check, &field.name))
        })
        .map(|field| {
            let message = format!(
                "no check asks whether the codes of `{}` are in its list: one that is not passes for blank \
                 without a word. Add a check with `known_code({})`",
                field.name, field.name
            );
            let line = rulebook
                .files
                .get(&path)
                .and_then(|text| line_of(text, &field.name));
            at(rulebook, &path, line.unwrap_or(1), Level::Warning, message)
        })
        .collect()
}

fn asks_for_known(rulebook: &Rulebook, check: &Check, field: &str) -> bool {
    let sql = check.assert.as_ref().map_or("", |sql| sql.get_ref().as_str());
    let of_each =
        sql.contains("known_code({field})") && check.each_fields(rulebook).iter().any(|name| name == field);
    of_each || sql.contains(&format!("known_code({field})"))
}

/// The line of `fields.csv` with a field.
fn line_of(text: &str, field: &str) -> Option<usize> {
    let is_it = |line: &str| line.split(',').take(2).any(|cell| cell.trim() == field);
    text.lines().position(is_it).map(|line| line + 1)
}

/// Fields without a source, or with a label that is wrong.
fn of_fields(rulebook: &Rulebook) -> Vec<Complaint> {
    let path = format!("{}/fields.csv", rulebook.data_set.folder);
    let mut complaints = Vec::new();
    for (row, field) in rulebook.fields.iter().enumerate() {
        let no_source = field
            .source
            .trim()
            .is_empty()
            .then(|| "has no source".to_string());
        for wrong in [no_source, wrong_label(rulebook, row)].into_iter().flatten() {
            let message = format!("field `{}` {wrong}", field.name);
            complaints.push(at(rulebook, &path, row + 2, Level::Error, message));
        }
    }
    complaints
}

/// The longest label that fits into a list of findings, in characters.
const LONGEST_LABEL: usize = 40;

/// An error for a label that is too long or that two fields share: people identify fields by their labels.
fn wrong_label(rulebook: &Rulebook, row: usize) -> Option<String> {
    let label = &rulebook.fields[row].label;
    let same = rulebook.fields[..row]
        .iter()
        .find(|other| other.label.eq_ignore_ascii_case(label));
    match same {
        _ if label.chars().count() > LONGEST_LABEL => {
            Some(format!("has a label of more than {LONGEST_LABEL} characters"))
        }
        Some(other) => Some(format!("has the label of `{}`", other.name)),
        None => None,
    }
}

fn unused(rulebook: &Rulebook, path: &str, why: &str) -> Complaint {
    at(
        rulebook,
        path,
        1,
        Level::Warning,
        format!("{why}: is it still needed?"),
    )
}

fn at(rulebook: &Rulebook, path: &str, line: usize, level: Level, message: String) -> Complaint {
    let text = rulebook.files.get(path).unwrap_or_default();
    let length = text.lines().nth(line - 1).map_or(1, str::len);
    Complaint {
        level,
        mistake: Mistake::at_line(&format!("rules/{path}"), text, line, 1, length, message),
    }
}

/// Every word of the SQL and TOML of the rules, outside comments and prose.
fn words(rulebook: &Rulebook) -> HashSet<&str> {
    let is_prose = |line: &&str| {
        let begins = |start: &str| line.trim_start().starts_with(start);
        ["#", "note", "why", "fix", "title", "source ="]
            .iter()
            .any(|start| begins(start))
    };
    let rules = rulebook.files.iter();
    let rules = rules.filter(|(path, _)| path.ends_with(".sql") || path.ends_with(".toml"));
    let lines = rules
        .flat_map(|(_, text)| text.lines())
        .filter(|line| !is_prose(line));
    let code = lines.map(|line| line.split("--").next().unwrap_or_default());
    code.flat_map(|code| code.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .collect()
}
