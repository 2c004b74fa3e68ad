//! Small numbers are hidden in the figures themselves, before any writer: what is not there cannot leak into a
//! chart's cache or a hidden sheet.

use crate::report::{Figure, LeftOutLine, Pack, Range, SmallNumbers};

/// How small numbers are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Preset {
    /// Everything is shown; the pack is not for publication.
    Internal,
    /// Counts above 0 and under 5 are hidden, with as many others as keep them from being worked out.
    Lt5,
}

impl Preset {
    pub fn describe(self) -> SmallNumbers {
        let (preset, statement) = match self {
            Preset::Internal => ("internal", "Contains small numbers: for use inside the trust, not for publication."),
            Preset::Lt5 => ("lt5", "Counts under 5 are hidden and shown as [c], with the percentages that would reveal them."),
        };
        SmallNumbers { preset: preset.to_string(), statement: statement.to_string() }
    }
}

/// Applies a preset to a pack.
pub fn apply(preset: Preset, pack: &mut Pack) {
    if preset == Preset::Internal {
        return;
    }
    for line in &mut pack.standards {
        let hidden = is_small(line.latest);
        hide_figure(&mut line.latest);
        line.previous.iter_mut().for_each(hide_figure);
        let of_standard = pack.left_out.iter().filter(|reason| reason.standard == line.code);
        // The whole without one small part would tell the part.
        let has_small_part = of_standard.filter_map(|reason| reason.for_data).any(|count| small(count as f64));
        hide_range(&mut line.range, hidden || has_small_part);
        if hidden {
            line.reading = format!("Too few people were counted against the {} to show a figure.", line.title);
            (line.median, line.percentile_85, line.percentile_90) = (None, None, None);
            (line.longest, line.days_from_standard) = (None, None);
            for target in &mut line.targets {
                (target.met, target.above_tolerance, target.more_needed) = (None, None, None);
            }
        }
    }
    let standards: Vec<String> = pack.standards.iter().map(|line| line.code.clone()).collect();
    for standard in &standards {
        hide_group(pack.sites.iter_mut().filter(|line| line.standard == *standard).map(|line| &mut line.figure).collect());
        hide_group(pack.routes.iter_mut().filter(|line| line.standard == *standard).map(|line| &mut line.figure).collect());
        hide_counts(pack.delay_reasons.iter_mut().filter(|line| line.standard == *standard).map(|line| &mut line.breaches).collect());
        hide_counts(pack.bands.iter_mut().filter(|line| line.standard == *standard).map(|line| &mut line.people).collect());
    }
    for line in &mut pack.sites {
        line.previous.iter_mut().for_each(hide_figure);
        if line.figure.total.is_none() {
            line.above_tolerance = None;
        }
        if line.figure.total.is_none() || line.previous.is_some_and(|previous| previous.total.is_none()) {
            line.contribution = None;
        }
    }
    for standard in &mut pack.standards {
        hide_left_out(pack.left_out.iter_mut().filter(|line| line.standard == standard.code).collect());
        standard.not_counted = standard.not_counted.filter(|count| !small(*count as f64));
    }
    for point in &mut pack.trend {
        hide_figure(&mut point.figure);
    }
}

/// Hides small counts of records left out; the number of all of them is shown, so a single hidden reason takes the
/// next smallest with it.
fn hide_left_out(mut lines: Vec<&mut LeftOutLine>) {
    for line in &mut lines {
        line.for_data = line.for_data.filter(|count| !small(*count as f64));
        line.records = line.records.filter(|count| !small(*count as f64));
    }
    if lines.iter().filter(|line| line.records.is_none()).count() == 1
        && let Some(next) = lines.into_iter().filter(|line| line.records.is_some()).min_by_key(|line| line.records)
    {
        (next.records, next.for_data) = (None, None);
    }
}

fn small(people: f64) -> bool {
    people > 0.0 && people < 5.0
}

/// A count, or the part of it within or after, is small.
fn is_small(figure: Figure) -> bool {
    [figure.total, figure.within, figure.after()].into_iter().flatten().any(small)
}

/// A range tells how many are left out, and the figure that it is of.
fn hide_range(range: &mut Range, figure_hidden: bool) {
    if figure_hidden || range.left_out.is_some_and(|count| small(count as f64)) {
        *range = Range { left_out: None, all_within: None, all_breaches: None };
    }
}

fn hide_figure(figure: &mut Figure) {
    if is_small(*figure) {
        *figure = Figure { total: None, within: None };
    }
}

/// Hides small figures of a table with a total; a single hidden line could be worked out from it, so the next
/// smallest goes too.
fn hide_group(mut figures: Vec<&mut Figure>) {
    figures.iter_mut().for_each(|figure| hide_figure(figure));
    if figures.iter().filter(|figure| figure.total.is_none()).count() == 1 {
        let smallest = figures.into_iter().filter(|figure| figure.total.is_some_and(|total| total > 0.0));
        if let Some(next) = smallest.min_by(|left, right| left.total.partial_cmp(&right.total).unwrap_or(std::cmp::Ordering::Equal)) {
            *next = Figure { total: None, within: None };
        }
    }
}

fn hide_counts(mut counts: Vec<&mut Option<f64>>) {
    counts.iter_mut().filter(|count| count.is_some_and(small)).for_each(|count| **count = None);
    if counts.iter().filter(|count| count.is_none()).count() == 1 {
        let smallest = counts.into_iter().filter(|count| count.is_some_and(|people| people > 0.0));
        if let Some(next) = smallest.min_by(|left, right| left.partial_cmp(right).unwrap_or(std::cmp::Ordering::Equal)) {
            *next = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(within: f64, total: f64) -> Figure {
        Figure { total: Some(total), within: Some(within) }
    }

    #[test]
    fn a_figure_is_hidden_when_any_part_of_it_is_under_five() {
        for (within, total, hidden) in
            [(10.0, 20.0, false), (4.5, 20.0, true), (16.0, 20.0, true), (20.0, 20.0, false), (0.0, 0.0, false), (0.5, 0.5, true)]
        {
            let mut figure = figure(within, total);
            hide_figure(&mut figure);
            assert_eq!(figure.total.is_none(), hidden, "{within} of {total}");
        }
    }

    #[test]
    fn a_single_hidden_line_takes_the_next_smallest_with_it() {
        let mut figures = [figure(3.0, 9.0), figure(40.0, 50.0), figure(10.0, 20.0)];
        hide_group(figures.iter_mut().collect());
        assert_eq!(figures.map(|figure| figure.total), [None, Some(50.0), None]);
    }

    #[test]
    fn a_small_count_of_records_left_out_is_hidden_with_the_next_smallest() {
        let line = |records| LeftOutLine {
            standard: "S".into(),
            reason: String::new(),
            meaning: String::new(),
            records: Some(records),
            for_data: Some(0),
        };
        let mut lines = [line(1), line(40), line(12)];
        hide_left_out(lines.iter_mut().collect());
        assert_eq!(lines.map(|line| line.records), [None, Some(40), None]);
    }
}
