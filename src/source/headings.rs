//! The headings of a file in the spelling of a table that it may be: display headings of reporting views, names that
//! releases of a system gave a column, and marks of columns that it has retired.

use crate::rulebook::{Source, SourceTable};
use crate::source::recognise::spelled;

/// The headings with each one that stands for a known column replaced by it, where the file does not have the known
/// one itself. `headings` are spelled as [`spelled`] does it.
pub fn canonical(source: &Source, table: &SourceTable, headings: &[String]) -> Vec<String> {
    let known: Vec<String> = table
        .required
        .iter()
        .chain(&table.optional)
        .map(|name| spelled(name))
        .collect();
    let mut canonical = headings.to_vec();
    for (index, heading) in headings.iter().enumerate() {
        let stands_for = meant(source, table, &known, heading);
        if let Some(name) = stands_for.filter(|name| !canonical.contains(name)) {
            canonical[index] = name;
        }
    }
    canonical
}

/// The known column that another heading stands for.
fn meant(source: &Source, table: &SourceTable, known: &[String], heading: &str) -> Option<String> {
    if heading.is_empty() || known.iter().any(|name| name == heading) {
        return None;
    }
    let is_other = |other: &&String| spelled(other) == heading;
    let named = table
        .also_called
        .iter()
        .find(|(_, others)| others.iter().any(|other| is_other(&other)));
    if let Some((name, _)) = named {
        return Some(spelled(name));
    }
    let rest = source
        .retired_prefixes
        .iter()
        .find_map(|prefix| without_prefix(heading, prefix))?;
    known.iter().find(|name| **name == rest).cloned()
}

/// What follows a prefix in which `#` stands for a digit.
fn without_prefix(heading: &str, prefix: &str) -> Option<String> {
    let mut rest = heading.chars();
    for expected in prefix.chars() {
        let letter = rest.next()?;
        let fits = if expected == '#' {
            letter.is_ascii_digit()
        } else {
            letter == expected
        };
        if !fits {
            return None;
        }
    }
    Some(rest.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retired_column_is_known_by_what_follows_its_prefix() {
        let rest = |heading| without_prefix(heading, "DEPRECATED_##_##_");
        assert_eq!(
            rest("DEPRECATED_21_01_N2_6_RECEIPT_DATE"),
            Some("N2_6_RECEIPT_DATE".to_string())
        );
        assert_eq!(rest("DEPRECATED_N2_6_RECEIPT_DATE"), None);
        assert_eq!(rest("N2_6_RECEIPT_DATE"), None);
    }
}
