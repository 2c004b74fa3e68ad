//! A row of headings: whether a row is one, which heading is in which column, and what the PART heading above
//! it says.

use crate::published::book::Row;
use crate::published::fold;
use crate::published::rules::{Band, Item, Rules};
use crate::published::words::Headings;

/// The column number, from 0, of each known heading of a table.
#[derive(Debug, Default)]
pub struct TableColumns<'a> {
    pub org_code: Option<u32>,
    pub org_name: Option<u32>,
    pub route_or_stage: Option<u32>,
    pub cancer_type: Option<u32>,
    pub modality: Option<u32>,
    pub total: Option<u32>,
    pub within: Option<u32>,
    pub after: Option<u32>,
    pub performance: Option<u32>,
    pub bands: Vec<(&'a Band, u32)>,
    /// Headings that the rules do not know, and their columns.
    pub unknown: Vec<(u32, String)>,
}

/// Whether a row names a provider's code or name, and the total.
pub fn is_headings(rules: &Rules, row: &Row) -> bool {
    let texts = row.texts().count();
    // Most rows are figures: this skips them quickly.
    if texts < 3 || texts * 2 < row.cells.len() {
        return false;
    }
    let has = |words: &Headings| row.texts().any(|text| words.holds(&fold::heading(text)));
    has(&rules.columns.total) && (has(&rules.columns.org_code) || has(&rules.columns.org_name))
}

/// The standard or activity that the headings of a row belong to.
pub fn item_of<'a>(rules: &'a Rules, head: &Row) -> Option<&'a Item> {
    let headings: Vec<String> = head.texts().map(fold::heading).collect();
    rules.items.iter().find(|item| {
        item.recognised_by
            .folded()
            .all(|sign| headings.iter().any(|heading| heading == sign))
    })
}

/// Finds the columns by their headings, from left to right. If a heading occurs twice (`WITHIN 31 DAYS` of
/// the 31-day sheets), the first is the count and the second is the band.
pub fn find_columns<'a>(rules: &Rules, item: &'a Item, head: &Row) -> TableColumns<'a> {
    let mut columns = TableColumns::default();
    for (column, cell) in &head.cells {
        let Some(text) = cell.text() else { continue };
        let heading = fold::heading(text);
        let known: [(&Headings, &mut Option<u32>); 9] = [
            (&rules.columns.org_code, &mut columns.org_code),
            (&rules.columns.org_name, &mut columns.org_name),
            (&rules.columns.route_or_stage, &mut columns.route_or_stage),
            (&rules.columns.cancer_type, &mut columns.cancer_type),
            (&rules.columns.modality, &mut columns.modality),
            (&rules.columns.total, &mut columns.total),
            (&item.within, &mut columns.within),
            (&item.after, &mut columns.after),
            (&item.performance, &mut columns.performance),
        ];
        if let Some((_, found)) = known
            .into_iter()
            .find(|(words, found)| found.is_none() && words.holds(&heading))
        {
            *found = Some(*column);
            continue;
        }
        match item
            .bands
            .iter()
            .filter(|band| !columns.has(band))
            .find(|band| band.headings.holds(&heading))
        {
            Some(band) => columns.bands.push((band, *column)),
            None if rules.columns.ignored.holds(&heading) => {}
            None => columns.unknown.push((*column, text.to_string())),
        }
    }
    columns
}

impl TableColumns<'_> {
    fn has(&self, band: &Band) -> bool {
        self.bands.iter().any(|(known, _)| known.column == band.column)
    }

    /// Bands of the item that have no column.
    pub fn bands_without<'a>(&self, item: &'a Item) -> impl Iterator<Item = &'a Band> {
        item.bands.iter().filter(|band| !self.has(band))
    }

    /// Unknown headings to the left of the total: such a column might divide the lines.
    pub fn unknown_keys(&self) -> impl Iterator<Item = &str> {
        self.unknown
            .iter()
            .filter(|(column, _)| self.total.is_some_and(|total| *column < total))
            .map(|(_, heading)| heading.as_str())
    }

    /// What to say if a required column is missing; `None` if all are there.
    pub fn missing(&self, rules: &Rules, item: &Item) -> Option<String> {
        let needed = [
            (&rules.columns.org_code, self.org_code),
            (&rules.columns.org_name, self.org_name),
            (&rules.columns.total, self.total),
            (&item.within, self.within),
            (&item.after, self.after),
        ];
        let missing = needed
            .into_iter()
            .filter(|(words, column)| !words.is_empty() && column.is_none());
        let missing = quoted(missing.map(|(words, _)| words.first()));
        let unknown = quoted(self.unknown.iter().map(|(_, heading)| heading.as_str()));
        match (missing.is_empty(), unknown.is_empty()) {
            (true, _) => None,
            (false, true) => Some(format!("no column is headed {missing}")),
            (false, false) => Some(format!(
                "no column is headed {missing}, and the rules do not know {unknown}: \
                 add the new heading to rules/published.toml"
            )),
        }
    }
}

/// The text after `PART B:`.
pub fn part_heading(row: &Row) -> Option<String> {
    row.texts().find_map(|text| {
        let folded = fold::heading(text);
        let rest = folded.strip_prefix("PART ")?;
        let letter = rest.chars().next().filter(|letter| letter.is_alphanumeric())?;
        let rest = rest[letter.len_utf8()..].trim_start();
        Some(rest.strip_prefix([':', '-', '.', ')'])?.trim().to_string())
    })
}

/// Words in backticks, separated by commas.
pub fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::book::{Cell, Row};
    use crate::published::rules::tests::rules;

    fn row(texts: &[&str]) -> Row {
        Row {
            number: 1,
            cells: (0..)
                .zip(texts)
                .map(|(column, text)| (column, Cell::Text(text.to_string())))
                .collect(),
        }
    }

    #[test]
    fn of_two_equal_headings_the_first_is_the_count_and_the_second_the_band() {
        let (rules, head) = (
            rules(),
            row(&[
                "Ods code (1)",
                "TOTAL",
                "WITHIN 31 DAYS",
                "AFTER 31 DAYS",
                "WITHIN 31 DAYS ",
                "ALLIANCE",
            ]),
        );
        let item = item_of(&rules, &head).unwrap();
        let columns = find_columns(&rules, item, &head);
        assert_eq!(
            (item.name.as_str(), columns.within, columns.after),
            ("31D", Some(2), Some(3))
        );
        assert_eq!(
            columns
                .bands
                .iter()
                .map(|(band, column)| (band.column.as_str(), *column))
                .collect::<Vec<_>>(),
            [("Within_31_days", 4)]
        );
        assert_eq!(columns.unknown, [(5, "ALLIANCE".to_string())]);
    }

    #[test]
    fn the_part_heading_is_the_text_after_its_letter() {
        for (printed, part) in [
            ("PART B: FIRST TREATMENTS", Some("FIRST TREATMENTS")),
            ("Part d - Urgent screening", Some("URGENT SCREENING")),
            ("PARTNERS: ALL", None),
            ("PART OF A SENTENCE", None),
        ] {
            assert_eq!(part_heading(&row(&[printed])).as_deref(), part, "{printed}");
        }
    }
}
