//! Suppresses small numbers in the figures themselves, before any writer sees them: a number that is not
//! there cannot leak into a chart's cache or a hidden sheet.

use crate::report::{
    BoardCell, BoardTable, Figure, LeftOutLine, Pack, Quality, Range, SiteLine, SiteTrend, SmallNumbers,
    StandardSummary, Waiting,
};

/// How small numbers are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Preset {
    /// Everything is shown; the pack is not for publication.
    Internal,
    /// Counts above 0 and under 5 are suppressed, and as many others as it takes that nobody can work them
    /// out.
    Lt5,
}

/// A figure that was shown earlier, beside the figure now: `None` if the difference is a small number of people,
/// or the preset hides one of the two.
pub fn earlier(preset: &str, then: Figure, now: Figure) -> Figure {
    let is_hidden = preset != Preset::Internal.describe().preset && is_a_few_apart(then, now);
    if is_hidden { HIDDEN } else { then }
}

impl Preset {
    pub fn describe(self) -> SmallNumbers {
        let (preset, statement) = match self {
            Preset::Internal => (
                "internal",
                "Contains small numbers: for use inside the trust, not for publication.",
            ),
            Preset::Lt5 => (
                "lt5",
                "Counts under 5 are hidden and shown as [c], with the percentages that would reveal them.",
            ),
        };
        SmallNumbers {
            preset: preset.to_string(),
            statement: statement.to_string(),
        }
    }
}

/// Applies a preset to a pack.
pub fn apply(preset: Preset, pack: &mut Pack) {
    if preset == Preset::Internal {
        return;
    }
    // A count of records would tell what the figures keep back.
    for alert in &mut pack.alerts {
        alert.records = None;
        alert.left_out.clear();
    }
    let Pack {
        standards, left_out, ..
    } = pack;
    for line in standards.iter_mut() {
        hide_standard(line, left_out);
    }
    let standards: Vec<String> = pack.standards.iter().map(|line| line.code.clone()).collect();
    for standard in &standards {
        hide_groups(standard, pack);
    }
    for line in &mut pack.sites {
        if line.figure.total.is_none() {
            line.above_tolerance = None;
        }
    }
    for standard in &pack.standards {
        let whole_is_hidden = standard.latest.total.is_none()
            || standard.previous.is_some_and(|previous| previous.total.is_none());
        let of_standard = pack
            .sites
            .iter_mut()
            .filter(|line| line.standard == standard.code);
        hide_parts(of_standard.collect(), whole_is_hidden);
    }
    for standard in &mut pack.standards {
        let of_standard = pack
            .left_out
            .iter_mut()
            .filter(|line| line.standard == standard.code);
        hide_left_out(of_standard.collect());
        standard.not_counted = standard.not_counted.filter(|count| !small(*count as f64));
    }
    for point in pack.trend.iter_mut().chain(&mut pack.earlier) {
        hide_figure(&mut point.figure);
    }
    hide_site_months(pack);
    // Narrow bars hold few people; together with the published bands they would reveal suppressed bands.
    pack.wait_bins.clear();
    if let Some(waiting) = &mut pack.waiting {
        hide_waiting(waiting);
    }
    pack.tables.iter_mut().for_each(hide_table);
    hide_quality(&mut pack.quality);
}

/// Suppresses the figure of a standard if it is small, and everything that would reveal it.
fn hide_standard(line: &mut StandardSummary, left_out: &[LeftOutLine]) {
    let hidden = is_small(line.latest);
    // With the recorded figure, the submitted one reveals how many people are held back.
    let reveals = is_small(line.submitted) || is_a_few_apart(line.latest, line.submitted);
    if hidden || reveals {
        line.submitted = HIDDEN;
    }
    hide_figure(&mut line.latest);
    line.previous.iter_mut().for_each(hide_figure);
    // With the whole range, one small part could be worked out.
    let has_small_part = left_out
        .iter()
        .filter(|reason| reason.standard == line.code)
        .filter_map(|reason| reason.for_data)
        .any(|count| small(count as f64));
    hide_range(&mut line.range, hidden || reveals || has_small_part);
    if hidden {
        line.reading = format!(
            "Too few people were counted against the {} to show a figure.",
            line.title
        );
        (line.median, line.percentile_85, line.percentile_90) = (None, None, None);
        (line.longest, line.days_from_standard) = (None, None);
        for target in &mut line.targets {
            (target.met, target.above_tolerance, target.more_needed) = (None, None, None);
        }
    }
}

/// Suppresses the small lines in each of a standard's tables with a total: sites, routes, delay reasons,
/// bands.
fn hide_groups(standard: &str, pack: &mut Pack) {
    let sites = pack.sites.iter_mut().filter(|line| line.standard == standard);
    hide_group(sites.map(|line| &mut line.figure).collect());
    let routes = pack.routes.iter_mut().filter(|line| line.standard == standard);
    hide_group(routes.map(|line| &mut line.figure).collect());
    let reasons = pack
        .delay_reasons
        .iter_mut()
        .filter(|line| line.standard == standard);
    hide_counts(reasons.map(|line| &mut line.breaches).collect());
    // With the figures that the pack of the month before suppressed.
    let sites = pack.sites.iter_mut().filter(|line| line.standard == standard);
    hide_group(sites.filter_map(|line| line.previous.as_mut()).collect());
    // The bands in time add up to the people within; the others add up to the breaches.
    for within in [true, false] {
        let bands = pack
            .bands
            .iter_mut()
            .filter(|line| line.standard == standard && line.within_limit == within);
        hide_counts(bands.map(|line| &mut line.people).collect());
    }
}

/// Suppresses the sites in every month of a standard as in the month itself: each month's whole is shown.
fn hide_site_months(pack: &mut Pack) {
    for standard in &pack.standards {
        let mut sites: Vec<&mut SiteTrend> = pack
            .site_trends
            .iter_mut()
            .filter(|site| site.standard == standard.code)
            .collect();
        let months = sites.iter().map(|site| site.points.len() + site.earlier.len());
        for month in 0..months.max().unwrap_or(0) {
            let of_month = sites.iter_mut().filter_map(|site| site.month_mut(month));
            hide_group(of_month.map(|point| &mut point.figure).collect());
        }
    }
}

/// Suppresses the sites and the bands of a snapshot, each of which adds up to its total. The cells where a
/// site and a band cross are never shown: with both sums, one cell reveals others.
fn hide_waiting(waiting: &mut Waiting) {
    for row in &mut waiting.rows {
        row.bands.iter_mut().for_each(|count| *count = None);
        row.decided = None;
    }
    hide_counts(waiting.rows.iter_mut().map(|row| &mut row.all).collect());
    let total = &mut waiting.total;
    hide_counts(total.bands.iter_mut().collect());
    let undecided = total.all.zip(total.decided).map(|(all, decided)| all - decided);
    if total.decided.is_some_and(small) || undecided.is_some_and(small) {
        total.decided = None;
    }
    total.all = total.all.filter(|count| !small(*count));
}

/// A row with few people shows none of its figures; the columns in `kept_back` are never shown.
fn hide_table(table: &mut BoardTable) {
    let columns = &table.sheet.column;
    let is = |index: usize, name: &str| columns[index].name.as_deref() == Some(name);
    for row in &mut table.rows {
        let few = (0..row.len()).any(|index| {
            is(index, &table.sheet.people)
                && matches!(&row[index], BoardCell::Shown(cell) if cell.number().is_some_and(small))
        });
        for (index, cell) in row.iter_mut().enumerate() {
            let never = table.sheet.kept_back.iter().any(|name| is(index, name));
            let is_figure = matches!(cell, BoardCell::Shown(cell) if cell.number().is_some());
            if is_figure && (few || never) {
                *cell = BoardCell::KeptBack;
            }
        }
    }
}

/// Suppresses counts of findings, and shares of fields that would reveal a few records: the completeness of a
/// thousand records to a tenth of a per cent shows a single one.
fn hide_quality(quality: &mut Quality) {
    for line in &mut quality.checks {
        line.found = line.found.filter(|count| !small(*count as f64));
    }
    for field in &mut quality.fields {
        let few = |share: Option<f64>, of: usize| {
            share.is_some_and(|share| small((1.0 - share) * of as f64) || small(share * of as f64))
        };
        if few(field.completeness, field.applies) {
            field.completeness = None;
        }
        if few(field.validity, field.given) {
            field.validity = None;
        }
    }
}

/// Suppresses small counts of records left out. The number of all of them is shown, so if only one reason is
/// suppressed, the next smallest is suppressed too.
fn hide_left_out(mut lines: Vec<&mut LeftOutLine>) {
    let mut hidden = 0;
    for line in &mut lines {
        line.for_data = line.for_data.filter(|count| !small(*count as f64));
        hidden += line
            .records
            .filter(|count| small(*count as f64))
            .unwrap_or_default();
        line.records = line.records.filter(|count| !small(*count as f64));
    }
    // The total less the shown counts is the sum of the suppressed ones: a single one, or a small sum, would
    // be known.
    let is_revealed = lines.iter().filter(|line| line.records.is_none()).count() == 1 || small(hidden as f64);
    let shown = lines
        .into_iter()
        .filter(|line| line.records.is_some_and(|count| count > 0));
    if is_revealed && let Some(next) = shown.min_by_key(|line| line.records) {
        (next.records, next.for_data) = (None, None);
    }
}

const HIDDEN: Figure = Figure {
    total: None,
    within: None,
};

fn small(people: f64) -> bool {
    people > 0.0 && people < 5.0
}

/// Whether a count, or the part of it within or after, is small.
fn is_small(figure: Figure) -> bool {
    [figure.total, figure.within, figure.after()]
        .into_iter()
        .flatten()
        .any(small)
}

/// The difference between two figures is a small number of people.
fn is_a_few_apart(one: Figure, other: Figure) -> bool {
    let few = |(one, other): (Option<f64>, Option<f64>)| {
        one.zip(other)
            .is_some_and(|(one, other)| small((one - other).abs()))
    };
    [
        (one.total, other.total),
        (one.within, other.within),
        (one.after(), other.after()),
    ]
    .into_iter()
    .any(few)
}

/// A range tells how many are left out, and the figure that it is of.
fn hide_range(range: &mut Range, figure_hidden: bool) {
    let is_small = |count: Option<usize>| count.is_some_and(|count| small(count as f64));
    if figure_hidden || is_small(range.left_out) || is_small(range.held_back) {
        *range = Range {
            left_out: None,
            held_back: None,
            all_within: None,
            all_breaches: None,
        };
    }
}

fn hide_figure(figure: &mut Figure) {
    if is_small(*figure) {
        *figure = HIDDEN;
    }
}

/// Suppresses what a site contributes to the change of the whole if a figure of the site is suppressed: with
/// the other month's figures, the contribution would reveal it. The whole change is shown, so if one
/// contribution is suppressed, all are. They are all suppressed too if the whole is, because each depends on
/// its size.
fn hide_parts(mut lines: Vec<&mut SiteLine>, whole_is_hidden: bool) {
    let is_hidden = |line: &SiteLine| {
        line.figure.total.is_none() || line.previous.is_some_and(|previous| previous.total.is_none())
    };
    let brings =
        |line: &&&mut SiteLine| is_hidden(line) && line.contribution.is_some_and(|points| points != 0.0);
    let all = whole_is_hidden
        || lines.iter().any(|line| is_hidden(line)) && lines.iter().filter(brings).count() < 2;
    for line in lines.iter_mut().filter(|line| all || is_hidden(line)) {
        line.contribution = None;
    }
}

/// The three columns of a table of figures; each has a total.
fn columns(figure: Figure) -> [Option<f64>; 3] {
    [figure.total, figure.within, figure.after()]
}

/// Suppresses small figures of a table with a total. A single suppressed figure could be worked out from the
/// total of its column. So more lines are suppressed until every column lacks at least two figures above 0:
/// the smallest line that achieves this for all columns, or else for one of them.
fn hide_group(mut figures: Vec<&mut Figure>) {
    let counted: Vec<[f64; 3]> = figures
        .iter()
        .map(|figure| columns(**figure).map(Option::unwrap_or_default))
        .collect();
    figures.iter_mut().for_each(|figure| hide_figure(figure));
    loop {
        let is_hidden = |line: &usize| figures[*line].total.is_none();
        let lines = || 0..figures.len();
        let alone: Vec<usize> = (0..3)
            .filter(|column| {
                lines()
                    .filter(|line| is_hidden(line) && counted[*line][*column] > 0.0)
                    .count()
                    == 1
            })
            .collect();
        let mends = |line: &usize| {
            alone
                .iter()
                .filter(|column| counted[*line][**column] > 0.0)
                .count()
        };
        let able = lines().filter(|line| !is_hidden(line) && mends(line) > 0);
        let best = able.min_by(|left, right| {
            let smaller = counted[*left][0].total_cmp(&counted[*right][0]);
            mends(right).cmp(&mends(left)).then(smaller)
        });
        let Some(next) = best else { return };
        *figures[next] = HIDDEN;
    }
}

fn hide_counts(mut counts: Vec<&mut Option<f64>>) {
    let mut hidden = 0.0;
    for count in counts.iter_mut().filter(|count| count.is_some_and(small)) {
        hidden += count.take().unwrap_or_default();
    }
    if counts.iter().filter(|count| count.is_none()).count() == 1 || small(hidden) {
        let smallest = counts
            .into_iter()
            .filter(|count| count.is_some_and(|people| people > 0.0));
        if let Some(next) =
            smallest.min_by(|left, right| left.partial_cmp(right).unwrap_or(std::cmp::Ordering::Equal))
        {
            *next = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{BandLine, StandardSummary};

    fn figure(within: f64, total: f64) -> Figure {
        Figure {
            total: Some(total),
            within: Some(within),
        }
    }

    #[test]
    fn a_figure_is_hidden_when_any_part_of_it_is_under_five() {
        for (within, total, hidden) in [
            (10.0, 20.0, false),
            (4.5, 20.0, true),
            (16.0, 20.0, true),
            (20.0, 20.0, false),
            (0.0, 0.0, false),
            (0.5, 0.5, true),
        ] {
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
        // Together they could only be one and two.
        let mut lines = [line(1), line(2), line(40), line(50)];
        hide_left_out(lines.iter_mut().collect());
        assert_eq!(lines.map(|line| line.records), [None, None, None, Some(50)]);
    }

    /// Halves of people within and after, now and in the month before (if the site existed then).
    type Site = ((u32, u32), Option<(u32, u32)>);

    /// A month of a standard with these figures by site, and people by band, in time or not.
    fn pack(sites: &[Site], bands: &[(bool, f64)]) -> Pack {
        let halves =
            |(within, after): (u32, u32)| figure(f64::from(within) / 2.0, f64::from(within + after) / 2.0);
        let sum = |figures: Vec<Figure>| {
            let of = |part: fn(&Figure) -> Option<f64>| figures.iter().filter_map(part).sum();
            Figure {
                total: Some(of(|figure| figure.total)),
                within: Some(of(|figure| figure.within)),
            }
        };
        let latest = sum(sites.iter().map(|(now, _)| halves(*now)).collect());
        let previous = sum(sites.iter().filter_map(|(_, then)| then.map(halves)).collect());
        let points = |now: Figure, then: Option<Figure>| {
            let part = |figure: Figure, whole: Figure| {
                whole
                    .total
                    .filter(|total| *total > 0.0)
                    .map(|total| figure.within.unwrap() / total)
            };
            Some((part(now, latest)? - then.map_or(Some(0.0), |then| part(then, previous))?) * 100.0)
        };
        let line = |(now, then): &Site| SiteLine {
            standard: "S".into(),
            cancer_type: String::new(),
            figure: halves(*now),
            previous: then.map(halves),
            contribution: points(halves(*now), then.map(halves)).filter(|_| previous.total > Some(0.0)),
            above_tolerance: Some(0.0),
        };
        let band = |(within_limit, people): &(bool, f64)| BandLine {
            standard: "S".into(),
            band: String::new(),
            within_limit: *within_limit,
            people: Some(*people),
        };
        Pack {
            standards: vec![StandardSummary {
                code: "S".into(),
                title: "S".into(),
                limit_days: Some(28),
                reached: "within 28 days".into(),
                not_reached: "after 28 days".into(),
                latest,
                submitted: latest,
                previous: Some(previous),
                targets: vec![],
                median: None,
                percentile_85: None,
                percentile_90: None,
                longest: None,
                days_from_standard: None,
                not_counted: None,
                range: Range {
                    left_out: None,
                    held_back: None,
                    all_within: None,
                    all_breaches: None,
                },
                control: None,
                reading: String::new(),
            }],
            sites: sites.iter().map(line).collect(),
            bands: bands.iter().map(band).collect(),
            minimum_people: 20,
            ..Pack::default()
        }
    }

    /// Checks one column of the workbook: true values, shown values, and the total under it if that is shown.
    fn cannot_be_worked_out(what: &str, cells: &[(f64, Option<f64>)], total: Option<f64>) {
        let Some(total) = total else { return };
        let left = total - cells.iter().filter_map(|(_, shown)| *shown).sum::<f64>();
        let hidden = || cells.iter().filter(|(_, shown)| shown.is_none());
        // If nothing above 0 is left to suppress, nobody can see which line has the rest, and the rest is not
        // small.
        let can_hide_more = cells
            .iter()
            .any(|(_, shown)| shown.is_some_and(|shown| shown != 0.0));
        for (value, _) in hidden().filter(|(value, _)| *value != 0.0) {
            let is_revealed = (value - left).abs() < 1e-9;
            assert!(
                !is_revealed || hidden().count() > 1 && !can_hide_more,
                "{what}: {value} of {cells:?}, total {total}"
            );
        }
    }

    #[test]
    fn nothing_that_is_hidden_can_be_worked_out_from_a_sum_that_is_shown() {
        use proptest::prelude::*;
        let few = || prop_oneof![3 => 0u32..14, 2 => 0u32..80];
        let site = (
            ((few)(), (few)()),
            prop::option::weighted(0.9, ((few)(), (few)())),
        );
        let config = ProptestConfig {
            cases: 4_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let mut runner = proptest::test_runner::TestRunner::new_with_rng(
            config,
            proptest::test_runner::TestRng::deterministic_rng(Default::default()),
        );
        let tables = (
            prop::collection::vec(site, 1..7),
            prop::collection::vec(
                (any::<bool>(), few().prop_map(|half| f64::from(half) / 2.0)),
                1..8,
            ),
        );
        let outcome = runner.run(&tables, |(sites, bands)| {
            let (open, mut shut) = (pack(&sites, &bands), pack(&sites, &bands));
            apply(Preset::Lt5, &mut shut);
            let (was, whole) = (&open.standards[0], &shut.standards[0]);
            let column = |what: &str,
                          index: usize,
                          total: Option<Figure>,
                          of: &dyn Fn(&SiteLine) -> Option<Figure>| {
                let value = |line: &SiteLine| of(line).and_then(|figure| columns(figure)[index]);
                let pairs = open
                    .sites
                    .iter()
                    .zip(&shut.sites)
                    .filter(|(open, _)| of(open).is_some());
                let cells: Vec<_> = pairs
                    .map(|(open, shut)| (value(open).unwrap(), value(shut)))
                    .collect();
                cannot_be_worked_out(what, &cells, total.and_then(|figure| columns(figure)[index]));
            };
            for index in 0..3 {
                column("now", index, Some(whole.latest), &|line| Some(line.figure));
                column("then", index, whole.previous, &|line| line.previous);
            }
            let change = |standard: &StandardSummary| {
                Some((standard.latest.rate()? - standard.previous?.rate()?) * 100.0)
            };
            let parts: Vec<_> = open
                .sites
                .iter()
                .zip(&shut.sites)
                .filter_map(|(open, shut)| Some((open.contribution?, shut.contribution)))
                .collect();
            cannot_be_worked_out("parts", &parts, change(whole));
            for (line, part) in shut.sites.iter().zip(&shut.sites) {
                let is_hidden =
                    line.figure.total.is_none() || line.previous.is_some_and(|then| then.total.is_none());
                assert!(
                    part.contribution.is_none()
                        || !is_hidden && change(whole).is_some() == change(was).is_some()
                );
            }
            for within in [true, false] {
                let of = |pack: &Pack| {
                    pack.bands
                        .iter()
                        .filter(|band| band.within_limit == within)
                        .map(|band| band.people)
                        .collect::<Vec<_>>()
                };
                let cells: Vec<_> = of(&open).into_iter().flatten().zip(of(&shut)).collect();
                let total: f64 = cells.iter().map(|(people, _)| people).sum();
                cannot_be_worked_out("bands", &cells, Some(total).filter(|total| !small(*total)));
            }
            Ok(())
        });
        outcome.unwrap();
    }
}
