//! Finds the known table that shares most columns with a file.

use crate::rulebook::{Rulebook, Source, SourceTable};
use crate::source::headings::canonical;
use crate::source::layouts::How;
use crate::source::recognise::spelled;

/// Two headings that are at least this similar (1 is equal) count as two spellings of one heading.
const ALIKE: f64 = 0.93;

/// A column of the known table, and the matching column of the file.
pub struct Partner {
    pub known: String,
    pub is_needed: bool,
    /// Number of the file's column, from 0.
    pub column: Option<usize>,
    pub how: How,
}

/// A known table, and its columns that a file has.
pub struct Nearest<'a> {
    pub source: &'a Source,
    pub table: &'a SourceTable,
    pub partners: Vec<Partner>,
}

impl Nearest<'_> {
    pub fn count(&self, how: How) -> usize {
        self.partners.iter().filter(|partner| partner.how == how).count()
    }

    /// Whether the file has every column that the table requires, in the known spelling.
    pub fn is_readable(&self) -> bool {
        let mut needed = self.partners.iter().filter(|partner| partner.is_needed);
        needed.all(|partner| partner.how == How::Matched)
    }
}

/// The table that contains most of the headings; `None` if no table contains any. `named` limits the search
/// to one source. A layout without headings is compared only if it is named, because its files have none.
pub fn nearest<'a>(rulebook: &'a Rulebook, headings: &[String], named: Option<&str>) -> Option<Nearest<'a>> {
    let sources = rulebook.sources.iter();
    let wanted = sources.filter(|source| match named {
        Some(name) => source.name == name,
        None => !source.headerless,
    });
    let tables = wanted.flat_map(|source| source.table.iter().map(move |table| (source, table)));
    let all = tables.map(|(source, table)| Nearest {
        source,
        table,
        partners: partners(source, table, headings),
    });
    let found = |nearest: &Nearest| nearest.count(How::Matched) * 2 + nearest.count(How::OtherSpelling);
    all.filter(|nearest| found(nearest) > 0)
        .max_by_key(|nearest| (found(nearest), std::cmp::Reverse(nearest.partners.len())))
}

fn partners(source: &Source, table: &SourceTable, headings: &[String]) -> Vec<Partner> {
    let spellings: Vec<String> = headings.iter().map(|heading| spelled(heading)).collect();
    // Other names of a column that the source knows are read like its own.
    let spellings = canonical(source, table, &spellings);
    let mut is_taken = vec![false; headings.len()];
    let known = known_columns(source, table);
    let mut partners: Vec<Partner> = Vec::new();
    for (name, is_needed) in &known {
        let column = spellings.iter().position(|heading| *heading == spelled(name));
        if let Some(column) = column {
            is_taken[column] = true;
        }
        partners.push(Partner {
            known: name.to_string(),
            is_needed: *is_needed,
            column,
            how: if column.is_some() {
                How::Matched
            } else {
                How::Missing
            },
        });
    }
    for partner in partners.iter_mut().filter(|partner| partner.column.is_none()) {
        let free = (0..headings.len()).filter(|column| !is_taken[*column]);
        let alike = free.map(|column| (likeness(&spellings[column], &spelled(&partner.known)), column));
        let best = alike.filter(|(likeness, _)| *likeness >= ALIKE);
        if let Some((_, column)) = best.max_by(|left, right| left.0.total_cmp(&right.0)) {
            is_taken[column] = true;
            partner.column = Some(column);
            partner.how = How::OtherSpelling;
        }
    }
    partners
}

fn known_columns<'a>(source: &'a Source, table: &'a SourceTable) -> Vec<(&'a str, bool)> {
    let required = table.required.iter().map(|name| (name.as_str(), true));
    let optional = table.optional.iter().map(|name| (name.as_str(), false));
    let headerless = source.columns.iter().map(|name| (name.as_str(), false));
    let known: Vec<(&str, bool)> = required.chain(optional).collect();
    if known.is_empty() {
        headerless.collect()
    } else {
        known
    }
}

/// How similar two headings are, 0 to 1, ignoring characters between words.
fn likeness(left: &str, right: &str) -> f64 {
    let letters = |heading: &str| heading.replace('_', "");
    let (left, right) = (letters(left), letters(right));
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    if left == right {
        return 1.0;
    }
    // Short headings differ by one letter that matters: DATE1, DATE2.
    let numbers = |heading: &str| heading.chars().filter(char::is_ascii_digit).collect::<String>();
    if left.len().min(right.len()) < 6 || numbers(&left) != numbers(&right) {
        return 0.0;
    }
    strsim::jaro_winkler(&left, &right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_alike_in_spite_of_their_spelling_and_not_of_their_numbers() {
        assert_eq!(likeness("PATIENT_ID", "PATIENTID"), 1.0);
        assert!(likeness("TREATMENT_START_DATE", "TREATMNT_START_DATE") >= ALIKE);
        assert_eq!(likeness("N2_6_RECEIPT_DATE", "N2_5_RECEIPT_DATE"), 0.0);
        assert!(likeness("DECISION_DATE", "START_DATE") < ALIKE);
    }
}
