//! Which records are in no figure, and how far a figure could move if their data were corrected.
//!
//! A record is left out for its data if its reason is one of `data_quality_reasons` (`data_set.toml`) and a
//! check that affects the standard failed for the record. The reason alone does not distinguish a missing
//! date from a pathway that the standard never counts. Once corrected, such a record is within the standard,
//! or a breach, or does not belong to the standard. The figure therefore lies between two extremes: all of
//! them breaches, and all of them within. Both are given.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;

use crate::measure::Waits;
use crate::report::{Figure, LeftOutLine, Range};
use crate::rulebook::Rulebook;

/// Records whose line for a standard is not counted, by standard and reason, commonest first. `at_fault`
/// holds the (record, standard) pairs for which a check failed.
pub fn lines(
    rulebook: &Rulebook,
    waits: &Waits,
    at_fault: &HashSet<(u32, String)>,
) -> Result<Vec<LeftOutLine>> {
    let waits = waits.columns()?;
    let mut counts: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for row in (0..waits.lines()).filter(|row| waits.counted.get(*row) == Some(false)) {
        let (standard, reason) = (
            waits.standard.get(row).unwrap_or_default(),
            waits.reason.get(row).unwrap_or_default(),
        );
        let count = counts.entry((standard, reason)).or_default();
        count.0 += 1;
        let is_of_data = rulebook
            .data_set
            .data_quality_reasons
            .iter()
            .any(|known| known == reason);
        let key = (waits.record.get(row).unwrap_or_default(), standard.to_string());
        count.1 += usize::from(is_of_data && at_fault.contains(&key));
    }
    let mut lines: Vec<LeftOutLine> = counts
        .into_iter()
        .map(|((standard, reason), (records, for_data))| LeftOutLine {
            standard: standard.to_string(),
            reason: reason.to_string(),
            meaning: rulebook.data_set.reasons.get(reason).cloned().unwrap_or_default(),
            records: Some(records),
            for_data: Some(for_data),
        })
        .collect();
    let index = |standard: &str| {
        rulebook
            .data_set
            .performance
            .iter()
            .position(|rules| rules.standard == standard)
    };
    lines.sort_by_key(|line| {
        (
            index(&line.standard),
            std::cmp::Reverse(line.records),
            line.reason.clone(),
        )
    });
    Ok(lines)
}

/// The range of a standard's figure. Each record that is left out for its data counts as one whole person.
pub fn range(standard: &str, latest: Figure, left_out: &[LeftOutLine]) -> Range {
    let of_standard = left_out.iter().filter(|line| line.standard == standard);
    let for_data: usize = of_standard.filter_map(|line| line.for_data).sum();
    let more = for_data as f64;
    let rate = |within: Option<f64>| match (within, latest.total) {
        (Some(within), Some(total)) if total + more > 0.0 => Some(within / (total + more)),
        _ => None,
    };
    Range {
        left_out: Some(for_data),
        all_within: rate(latest.within.map(|within| within + more)),
        all_breaches: rate(latest.within),
    }
}

/// One sentence, with both extremes.
pub fn in_words(title: &str, latest: Figure, range: &Range) -> String {
    let percent = |rate: f64| format!("{:.1}%", rate * 100.0);
    match (range.left_out, range.all_within, range.all_breaches) {
        (Some(0), _, _) => format!("{title}: no record is left out for its data."),
        (Some(count), Some(within), Some(breaches)) => {
            let now = latest.rate().map_or("nobody counted".to_string(), percent);
            let records = if count == 1 { "record" } else { "records" };
            let (breaches, within) = (percent(breaches), percent(within));
            format!(
                "{title}: {now}; with {count} {records} left out for their data, {breaches} (all breaches) \
                 to {within} (all within)."
            )
        }
        _ => format!("{title}: too few to show how many are left out for data quality."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(standard: &str, for_data: usize) -> LeftOutLine {
        LeftOutLine {
            standard: standard.into(),
            reason: "incomplete".into(),
            meaning: String::new(),
            records: Some(9),
            for_data: Some(for_data),
        }
    }

    #[test]
    fn a_figure_may_move_up_and_down() {
        let latest = Figure {
            total: Some(96.0),
            within: Some(80.5),
        };
        let range = range("62D", latest, &[line("62D", 3), line("62D", 1), line("31D", 7)]);
        assert_eq!(
            range,
            Range {
                left_out: Some(4),
                all_within: Some(84.5 / 100.0),
                all_breaches: Some(80.5 / 100.0)
            }
        );
        assert_eq!(
            in_words("62-day", latest, &range),
            "62-day: 83.9%; with 4 records left out for their data, 80.5% (all breaches) to 84.5% (all \
             within)."
        );
    }

    #[test]
    fn nobody_counted_and_nobody_left_out_is_no_figure() {
        let nobody = Figure {
            total: Some(0.0),
            within: Some(0.0),
        };
        assert_eq!(
            range("62D", nobody, &[]),
            Range {
                left_out: Some(0),
                all_within: None,
                all_breaches: None
            }
        );
        assert_eq!(
            range("62D", nobody, &[line("62D", 2)]),
            Range {
                left_out: Some(2),
                all_within: Some(1.0),
                all_breaches: Some(0.0)
            }
        );
    }
}
