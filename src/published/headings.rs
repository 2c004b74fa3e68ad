//! A row of headings: whether a row is one, which column is which, and what the PART heading above it says.

use crate::published::book::Row;
use crate::published::fold;
use crate::published::rules::{Band, Item, Rules};
use crate::published::words::Headings;

/// Columns of a table, from 0.
#[derive(Debug, Default)]
pub struct Places<'a> {
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
    // Most rows are figures, and need no closer look.
    if texts < 3 || texts * 2 < row.cells.len() {
        return false;
    }
    let has = |words: &Headings| row.texts().any(|text| words.holds(&fold::heading(text)));
    has(&rules.columns.total) && (has(&rules.columns.org_code) || has(&rules.columns.org_name))
}

/// The standard or activity whose headings a row has.
pub fn item_of<'a>(rules: &'a Rules, head: &Row) -> Option<&'a Item> {
    let headings: Vec<String> = head.texts().map(fold::heading).collect();
    rules.items.iter().find(|item| {
        item.recognised_by
            .folded()
            .all(|sign| headings.iter().any(|heading| heading == sign))
    })
}

/// Columns by their headings, from left to right. A heading that stands for two columns gives the count first, then the
/// band (`WITHIN 31 DAYS` of the 31-day sheets).
pub fn places<'a>(rules: &Rules, item: &'a Item, head: &Row) -> Places<'a> {
    let mut places = Places::default();
    for (column, cell) in &head.cells {
        let Some(text) = cell.text() else { continue };
        let heading = fold::heading(text);
        let known: [(&Headings, &mut Option<u32>); 9] = [
            (&rules.columns.org_code, &mut places.org_code),
            (&rules.columns.org_name, &mut places.org_name),
            (&rules.columns.route_or_stage, &mut places.route_or_stage),
            (&rules.columns.cancer_type, &mut places.cancer_type),
            (&rules.columns.modality, &mut places.modality),
            (&rules.columns.total, &mut places.total),
            (&item.within, &mut places.within),
            (&item.after, &mut places.after),
            (&item.performance, &mut places.performance),
        ];
        if let Some((_, place)) = known
            .into_iter()
            .find(|(words, place)| place.is_none() && words.holds(&heading))
        {
            *place = Some(*column);
            continue;
        }
        match item
            .bands
            .iter()
            .filter(|band| !places.has(band))
            .find(|band| band.headings.holds(&heading))
        {
            Some(band) => places.bands.push((band, *column)),
            None if rules.columns.ignored.holds(&heading) => {}
            None => places.unknown.push((*column, text.to_string())),
        }
    }
    places
}

impl Places<'_> {
    fn has(&self, band: &Band) -> bool {
        self.bands.iter().any(|(placed, _)| placed.column == band.column)
    }

    /// Bands of the item that have no column.
    pub fn bands_without<'a>(&self, item: &'a Item) -> impl Iterator<Item = &'a Band> {
        item.bands.iter().filter(|band| !self.has(band))
    }

    /// Unknown headings left of the total: such a column might divide the lines.
    pub fn unknown_keys(&self) -> impl Iterator<Item = &str> {
        self.unknown
            .iter()
            .filter(|(column, _)| self.total.is_some_and(|total| *column < total))
            .map(|(_, heading)| heading.as_str())
    }

    /// What is wrong when a column that a table cannot do without is not there.
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
            .filter(|(words, place)| !words.is_empty() && place.is_none());
        let missing = quoted(missing.map(|(words, _)| words.first()));
        let unknown = quoted(self.unknown.iter().map(|(_, heading)| heading.as_str()));
        match (missing.is_empty(), unknown.is_empty()) {
            (true, _) => None,
            (false, true) => Some(format!("no column is headed {missing}")),
            (false, false) => Some(format!(
                "no column is headed {missing}, and the rules do not know {unknown}: add the new heading to rules/published.toml"
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

/// Words in backticks, parted by commas.
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
    fn a_heading_that_stands_twice_is_the_count_first_and_the_band_after() {
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
        let places = places(&rules, item, &head);
        assert_eq!(
            (item.name.as_str(), places.within, places.after),
            ("31D", Some(2), Some(3))
        );
        assert_eq!(
            places
                .bands
                .iter()
                .map(|(band, column)| (band.column.as_str(), *column))
                .collect::<Vec<_>>(),
            [("Within_31_days", 4)]
        );
        assert_eq!(places.unknown, [(5, "ALLIANCE".to_string())]);
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
