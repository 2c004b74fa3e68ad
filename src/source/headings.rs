//! Maps the headings of a file to those of a known table: display headings of reporting views, names in other
//! releases of a system, and prefixes of retired columns.

use crate::rulebook::{Source, SourceTable};
use crate::source::recognise::spelled;

/// The headings, with each alternative heading replaced by the known column, unless the file has the known
/// column itself. `headings` are spelled by [`spelled`].
pub fn canonical(source: &Source, table: &SourceTable, headings: &[String]) -> Vec<String> {
    let known: Vec<String> = table.columns().map(|name| spelled(name)).collect();
    let mut canonical = headings.to_vec();
    for (index, heading) in headings.iter().enumerate() {
        let stands_for = meant(source, table, &known, heading);
        if let Some(name) = stands_for.filter(|name| !canonical.contains(name)) {
            canonical[index] = name;
        }
    }
    canonical
}

/// The known column of an alternative heading, or of one whose words are divided in another way.
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
    let joined = |name: &str| name.replace('_', "");
    if let Some(name) = known.iter().find(|name| joined(name) == joined(heading)) {
        return Some(name.clone());
    }
    let rest = source
        .retired_prefixes
        .iter()
        .find_map(|prefix| without_prefix(heading, prefix))?;
    known.iter().find(|name| **name == rest).cloned()
}

/// The rest after a prefix in which `#` means a digit.
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
