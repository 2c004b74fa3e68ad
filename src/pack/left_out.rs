//! Which records are in no figure, and how far a figure could move if their data were corrected.
//!
//! A record is left out for its data if its reason is one of `data_quality_reasons` (`data_set.toml`) and a
//! check that affects the standard failed for the record. The reason alone does not distinguish a missing
//! date from a pathway that the standard never counts. Once corrected, such a record is within the standard,
//! or a breach, or does not belong to the standard. The figure therefore lies between two extremes: all of
//! them breaches, and all of them within. Both are given. The range covers what may be published: a record
//! that is held back from the upload may be submitted or not (`submitted`).

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;

use super::submitted::Submitted;
use crate::measure::Waits;
use crate::report::{Figure, LeftOutLine, Range, StandardSummary};
use crate::rulebook::Rulebook;
use crate::terminal::counted;

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

/// The range of what may be published of a standard: with the records that are left out for their data as
/// whole people, and with those that are held back from the upload.
pub fn range(standard: &str, submitted: &Submitted, left_out: &[LeftOutLine]) -> Range {
    let of_standard = left_out.iter().filter(|line| line.standard == standard);
    let for_data: usize = of_standard.filter_map(|line| line.for_data).sum();
    let open = submitted.open + for_data as f64;
    let rate = |within: f64, more: f64| {
        let total = submitted.fixed_total + open + more;
        (total > 0.0).then(|| within / total)
    };
    let best = submitted.fixed_within + open + submitted.open_within;
    Range {
        left_out: Some(for_data),
        held_back: Some(submitted.held_back),
        all_within: rate(best, submitted.open_within),
        all_breaches: rate(submitted.fixed_within, submitted.open_breaches),
    }
}

/// One sentence, with both directions.
pub fn in_words(standard: &StandardSummary) -> String {
    let (title, range) = (&standard.title, &standard.range);
    let (Some(left_out), Some(held_back)) = (range.left_out, range.held_back) else {
        return format!("{title}: too few to show how many are left out for data quality or held back.");
    };
    let now = rate_in_words(standard.latest);
    let figures = match held_back {
        0 => now,
        _ => format!(
            "{now} as recorded, {} as submitted ({} held back from the upload)",
            rate_in_words(standard.submitted),
            counted(held_back, "record")
        ),
    };
    let (Some(within), Some(breaches)) = (range.all_within, range.all_breaches) else {
        return format!("{title}: no record is left out for its data.");
    };
    let (breaches, within) = (rate_of(breaches), rate_of(within));
    match (left_out, held_back) {
        (0, 0) => format!("{title}: no record is left out for its data."),
        (0, _) => {
            format!("{title}: {figures}; put right, {breaches} (all breaches) to {within} (all within).")
        }
        (_, _) => format!(
            "{title}: {figures}; with {} left out for their data, {breaches} (all breaches) to {within} (all within).",
            counted(left_out, "record")
        ),
    }
}

fn rate_in_words(figure: Figure) -> String {
    figure.rate().map_or("nobody counted".to_string(), rate_of)
}

fn rate_of(rate: f64) -> String {
    format!("{:.1}%", rate * 100.0)
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

    /// Everything that is counted goes up.
    fn all_goes_up(within: f64, total: f64) -> Submitted {
        Submitted {
            total,
            within,
            fixed_total: total,
            fixed_within: within,
            ..Submitted::default()
        }
    }

    fn rates(range: &Range) -> (Option<f64>, Option<f64>) {
        (range.all_breaches, range.all_within)
    }

    #[test]
    fn a_figure_moves_both_ways() {
        let left_out = [line("62D", 3), line("62D", 1), line("31D", 7)];
        let range = range("62D", &all_goes_up(80.5, 96.0), &left_out);
        assert_eq!((range.left_out, range.held_back), (Some(4), Some(0)));
        assert_eq!(rates(&range), (Some(80.5 / 100.0), Some(84.5 / 100.0)));
    }

    #[test]
    fn nobody_counted_and_nobody_left_out_is_no_figure() {
        let nobody = Submitted::default();
        assert_eq!(rates(&range("62D", &nobody, &[])), (None, None));
        let of_two = range("62D", &nobody, &[line("62D", 2)]);
        assert_eq!(rates(&of_two), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn what_is_held_back_may_go_up_put_right_or_stay() {
        // 100 people of 150 go up. Of 12 held back, 4 may become anything, 6 are within and 2 a breach if
        // they go.
        let submitted = Submitted {
            held_back: 12,
            open: 4.0,
            open_within: 6.0,
            open_breaches: 2.0,
            ..all_goes_up(100.0, 150.0)
        };
        let range = range("62D", &submitted, &[line("62D", 1)]);
        assert_eq!(rates(&range), (Some(100.0 / 157.0), Some(111.0 / 161.0)));
        let (low, high) = (range.all_breaches.unwrap(), range.all_within.unwrap());
        for recorded in [100.0 / 150.0, 106.0 / 162.0, 110.0 / 162.0] {
            assert!(low < recorded && recorded < high, "{recorded}");
        }
    }
}
