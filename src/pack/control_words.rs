//! Says in words what a trend shows, in the terms of Making Data Count, each with its reason. The words never
//! name a cause, and never say "improved" about common cause variation.

use crate::calendar::Month;
use crate::pack::targets::percent;
use crate::report::{ControlPoint, Verdict};
use crate::rulebook::{Rebase, Ruleset};
use crate::spc::{Assurance, Hit, Limits, Point, Rule, Segment, Variation, Way, Xmr};

/// A chart, and what its words need.
pub struct ChartWords<'a> {
    pub chart: &'a Xmr,
    pub ruleset: &'a Ruleset,
    pub months: &'a [Month],
    pub target: Option<f64>,
}

impl ChartWords<'_> {
    /// The variation icon: what the last month with a figure shows.
    pub fn variation(&self) -> Verdict {
        let last = self
            .chart
            .points
            .iter()
            .rposition(|point| point.variation.is_some())
            .unwrap_or_default();
        let month = self
            .months
            .get(last)
            .map(|month| month.title())
            .unwrap_or_default();
        let shown = self
            .chart
            .points
            .get(last)
            .and_then(|point| Some((point.variation?, point.label)));
        let (variation, label) = shown.unwrap_or((Variation::CommonCause, None));
        let reason = label.map(|hit| self.reason(last, hit)).unwrap_or_default();
        let nature = match variation {
            Variation::CommonCause => {
                "common cause: within expected variation, no significant change".to_string()
            }
            Variation::Improvement(_) => format!("special cause of improving nature: {reason}"),
            Variation::Concern(_) => format!("special cause of concerning nature: {reason}"),
            Variation::Neutral(_) => format!("special cause: {reason}"),
        };
        let kept_back = match self.months.last() {
            Some(latest) if last + 1 < self.months.len() => format!("{} cannot be shown; ", latest.title()),
            _ => String::new(),
        };
        Verdict {
            word: self::variation(variation),
            sentence: format!("{kept_back}{month} is {nature}."),
        }
    }

    /// Why a month is special cause, and since when.
    fn reason(&self, index: usize, hit: Hit) -> String {
        let since = self.chart.points[..=index]
            .iter()
            .rposition(|point| !point.hits.contains(&hit))
            .map_or(0, |before| before + 1);
        let run = format!("{} months in a row", index + 1 - since);
        let from = self
            .months
            .get(since)
            .map(|month| format!(", since {}", month.title()))
            .unwrap_or_default();
        match (hit.rule, hit.way) {
            (Rule::Outside, Way::High) => "above the upper process limit".to_string(),
            (Rule::Outside, Way::Low) => "below the lower process limit".to_string(),
            (Rule::Trend, Way::High) => format!("part of a rise of {run}{from}"),
            (Rule::Trend, Way::Low) => format!("part of a fall of {run}{from}"),
            (Rule::TwoOfThree, Way::High) => {
                "one of two months in three that lie close to the upper process limit".to_string()
            }
            (Rule::TwoOfThree, Way::Low) => {
                "one of two months in three that lie close to the lower process limit".to_string()
            }
            (Rule::Shift, Way::High) => format!("{run} above the mean{from}"),
            (Rule::Shift, Way::Low) => format!("{run} below the mean{from}"),
        }
    }

    /// The assurance icon, by the limits of the last segment.
    pub fn assurance(&self, segment: &Segment) -> Verdict {
        let (Some(assurance), Some(target), Some(limits)) =
            (self.chart.assurance, self.target, segment.limits)
        else {
            return Verdict {
                word: "No target",
                sentence: "No operational standard is in force to compare the limits with.".to_string(),
            };
        };
        // Limits that may still move get no sentence, and their icon no colour.
        if segment.is_trial {
            return Verdict {
                word: trial_word(assurance),
                sentence: format!("Trial limits, {} months: they may still move.", segment.points),
            };
        }
        let (standard, lies) = (format!("standard of {}", percent(target)), lies(target, &limits));
        let sentence = match assurance {
            Assurance::Pass => format!("As it is, the process consistently passes the {standard}{lies}."),
            Assurance::Fail => {
                format!("As it is, the process consistently falls short of the {standard}{lies}.")
            }
            Assurance::Inconsistent => {
                format!("As it is, the process may meet or miss the {standard} by chance{lies}.")
            }
        };
        let points = &self.chart.points[segment.start..=segment.end];
        let has_special_cause = points.iter().any(|point| point.label.is_some());
        let caveat = if has_special_cause {
            " Some of its months are special cause, so this is less sure."
        } else {
            ""
        };
        Verdict {
            word: word(assurance),
            sentence: sentence + caveat,
        }
    }

    /// Limits need two months next to each other, whatever the rules say.
    pub fn few_months(&self) -> String {
        let months = self.chart.segments.last().map_or(0, |segment| segment.points);
        let since = if self.chart.segments.len() > 1 {
            " since they start anew"
        } else {
            ""
        };
        format!(
            "Too few months for limits{since} ({months} of {}).",
            self.ruleset.minimum_points.max(2)
        )
    }

    /// How the chart was made.
    ///
    /// `fixed`: how many months the limits come from, and the first of them.
    pub fn method(&self, fixed: Option<(usize, Option<Month>)>, has_limits: bool) -> String {
        let Ruleset {
            name,
            title,
            version,
            limit,
            ..
        } = self.ruleset;
        if !has_limits {
            return format!("No limits are drawn. Ruleset {name} ({title}, {version}) judges by XmR charts.");
        }
        let months = self
            .chart
            .points
            .iter()
            .filter(|point| point.variation.is_some())
            .count();
        let baseline = match (fixed, self.chart.segments.len()) {
            (Some((months, Some(first))), 1) => format!("the {months} months from {}", first.title()),
            (Some((months, _)), _) => format!("the first {months} months after the start and each new start"),
            (None, 1) => "all of them".to_string(),
            (None, _) => "the months between two new starts".to_string(),
        };
        let screened: usize = self
            .chart
            .segments
            .iter()
            .filter_map(|segment| segment.limits)
            .map(|limits| limits.screened)
            .sum();
        let screening = if self.ruleset.screening {
            format!("{screened} large moving ranges are left out")
        } else {
            "large moving ranges are kept".to_string()
        };
        format!(
            "XmR chart of {months} months, ruleset {name} ({title}, {version}). Limits are the mean \
             and {limit} mean moving ranges either way, from {baseline}; {screening}."
        )
    }
}

fn lies(target: f64, limits: &Limits) -> String {
    let (lower, upper) = (tenths(limits.lower), tenths(limits.upper));
    match target {
        _ if limits.mean_moving_range == 0.0 => {
            format!(": the limits of a figure that does not change are both {upper}")
        }
        target if target > limits.upper => format!(", which lies above the upper process limit ({upper})"),
        target if target < limits.lower => format!(", which lies below the lower process limit ({lower})"),
        _ => format!(", which lies between the process limits ({lower} and {upper})"),
    }
}

fn tenths(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// The variation icon in a word; H and L as on the icon.
pub fn variation(variation: Variation) -> &'static str {
    match variation {
        Variation::CommonCause => "Common cause",
        Variation::Improvement(Way::High) => "Improvement (H)",
        Variation::Improvement(Way::Low) => "Improvement (L)",
        Variation::Concern(Way::High) => "Concern (H)",
        Variation::Concern(Way::Low) => "Concern (L)",
        Variation::Neutral(Way::High) => "Special cause (H)",
        Variation::Neutral(Way::Low) => "Special cause (L)",
    }
}

fn word(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Pass => "Pass (P)",
        Assurance::Inconsistent => "Hit and miss (?)",
        Assurance::Fail => "Fail (F)",
    }
}

fn trial_word(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Pass => "Pass (P), trial",
        Assurance::Inconsistent => "Hit and miss (?), trial",
        Assurance::Fail => "Fail (F), trial",
    }
}

/// Every rule that a month is part of; the rule that labels the month comes first.
pub fn rules(point: &Point) -> String {
    let others = point.hits.iter().copied().filter(|hit| Some(*hit) != point.label);
    point
        .label
        .into_iter()
        .chain(others)
        .map(rule)
        .collect::<Vec<_>>()
        .join("; ")
}

fn rule(hit: Hit) -> &'static str {
    match (hit.rule, hit.way) {
        (Rule::Outside, Way::High) => "above the upper limit",
        (Rule::Outside, Way::Low) => "below the lower limit",
        (Rule::Trend, Way::High) => "trend: rising",
        (Rule::Trend, Way::Low) => "trend: falling",
        (Rule::TwoOfThree, Way::High) => "two of three near the upper limit",
        (Rule::TwoOfThree, Way::Low) => "two of three near the lower limit",
        (Rule::Shift, Way::High) => "shift: above the mean",
        (Rule::Shift, Way::Low) => "shift: below the mean",
    }
}

pub fn few_people(minimum: u32) -> String {
    format!(
        "Half of the months or more have fewer than {minimum} people: their percentage jumps by whole \
         patients, and limits would say little."
    )
}

/// A new start of the limits, and why.
pub fn new_start(month: Month, rebase: &Rebase) -> String {
    let (reason, approved_by) = (rebase.reason.get_ref(), rebase.approved_by.get_ref());
    format!(
        "The limits start anew with {}: {reason} (approved by {approved_by}).",
        month.title()
    )
}

/// Months without a figure.
pub fn gaps(rates: &[Option<f64>]) -> Option<String> {
    let gaps = rates.iter().filter(|rate| rate.is_none()).count();
    let have = if gaps == 1 {
        "1 month has"
    } else {
        &format!("{gaps} months have")
    };
    (gaps > 0)
        .then(|| format!("{have} no figure that can be shown: no run and no moving range reaches across."))
}

/// A percentage ends at 0 and 100; its limits may lie outside.
pub fn clipped<'a>(mut points: impl Iterator<Item = &'a ControlPoint>) -> Option<String> {
    let is_beyond = |point: &ControlPoint| {
        point.lower.is_some_and(|lower| lower < 0.0) || point.upper.is_some_and(|upper| upper > 1.0)
    };
    points
        .any(is_beyond)
        .then(|| "A limit beyond 0% or 100% is drawn at it; the sheet Trend data has its value.".to_string())
}

pub fn not_drawn(targets: &[String]) -> Option<String> {
    (!targets.is_empty()).then(|| format!("Not drawn: {}.", targets.join("; ")))
}
