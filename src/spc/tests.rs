//! Small series whose chart can be calculated by hand, with the built-in rulesets.

use super::*;
use crate::rulebook::{AssuranceEqual, Files, Rulebook};

/// A built-in ruleset.
pub(super) fn ruleset(name: &str) -> Ruleset {
    let rulebook = Rulebook::read(Files::embedded(), "cwt").unwrap();
    rulebook.spc.named(name).unwrap().clone()
}

fn judged(
    values: &[Option<f64>],
    ruleset: &Ruleset,
    target: Option<f64>,
    rebase: &[usize],
) -> Result<Xmr, Refused> {
    xmr(
        values,
        &Settings {
            ruleset,
            direction: Direction::Increase,
            target,
            fix_after: None,
            baseline: None,
            rebase,
        },
    )
}

fn all(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

/// 0 and 1 alternating: the mean is a half, and every moving range is 1.
fn in_turn(points: usize) -> Vec<Option<f64>> {
    (0..points).map(|index| Some((index % 2) as f64)).collect()
}

#[test]
fn limits_are_the_mean_and_two_and_two_thirds_of_the_moving_range() {
    let chart = judged(&in_turn(14), &ruleset("mdc"), Some(0.5), &[]).unwrap();
    let segment = &chart.segments[0];
    let limits = segment.limits.unwrap();
    assert_eq!((segment.mean, limits.mean_moving_range), (Some(0.5), 1.0));
    assert!(
        (limits.upper - 3.16).abs() < 1e-12 && (limits.lower + 2.16).abs() < 1e-12,
        "{limits:?}"
    );
    assert!(
        (limits.upper_two_sigma - (0.5 + 5.32 / 3.0)).abs() < 1e-12,
        "{limits:?}"
    );
    assert_eq!(
        (chart.variation, chart.assurance),
        (Some(Variation::CommonCause), Some(Assurance::Inconsistent))
    );
}

#[test]
fn a_moving_range_and_a_run_do_not_span_a_missing_month_or_a_new_start() {
    let mdc = ruleset("mdc");
    let chart = judged(
        &[Some(1.0), Some(2.0), None, Some(9.0), Some(10.0)],
        &mdc,
        None,
        &[],
    )
    .unwrap();
    assert_eq!(chart.segments[0].limits.unwrap().mean_moving_range, 1.0);
    assert_eq!((chart.points[2].variation, chart.segments[0].points), (None, 4));
    let rising: Vec<f64> = (0..8).map(f64::from).collect();
    let trends = |rebase: &[usize]| {
        let chart = judged(&all(&rising), &mdc, None, rebase).unwrap();
        chart
            .points
            .iter()
            .filter(|point| point.hits.iter().any(|hit| hit.rule == Rule::Trend))
            .count()
    };
    assert_eq!((trends(&[]), trends(&[4])), (8, 0));
}

#[test]
fn one_month_has_no_limits_no_signals_and_no_assurance() {
    let chart = judged(&[Some(0.7)], &ruleset("mdc"), Some(0.75), &[]).unwrap();
    assert_eq!(
        (chart.segments[0].mean, chart.segments[0].limits),
        (Some(0.7), None)
    );
    assert_eq!(
        (chart.variation, chart.assurance, chart.icons_shown),
        (Some(Variation::CommonCause), None, false)
    );
    let nothing = judged(&[None, None], &ruleset("mdc"), Some(0.75), &[]).unwrap();
    assert_eq!((nothing.segments[0].mean, nothing.variation), (None, None));
    assert!(
        judged(&[], &ruleset("mdc"), None, &[])
            .unwrap()
            .segments
            .is_empty()
    );
}

#[test]
fn twelve_months_have_trial_limits_and_thirteen_have_icons() {
    for (months, trial, shown) in [(12, true, false), (13, false, true)] {
        let chart = judged(&in_turn(months), &ruleset("mdc"), None, &[]).unwrap();
        assert_eq!(
            (chart.segments[0].is_trial, chart.icons_shown),
            (trial, shown),
            "{months}"
        );
    }
    assert!(
        judged(&in_turn(12), &ruleset("nhsr"), None, &[])
            .unwrap()
            .icons_shown
    );
}

#[test]
fn a_series_that_never_changes_meets_its_target_or_does_not() {
    for (value, target, assurance) in [
        (1.0, 0.75, Assurance::Pass),
        (0.1, 0.1, Assurance::Pass),
        (0.7, 0.75, Assurance::Fail),
    ] {
        for name in ["mdc", "nhsr"] {
            let chart = judged(&all(&[value; 14]), &ruleset(name), Some(target), &[]).unwrap();
            assert_eq!(
                (chart.variation, chart.assurance),
                (Some(Variation::CommonCause), Some(assurance)),
                "{value} {name}"
            );
        }
    }
}

#[test]
fn a_target_equal_to_a_limit_is_hit_and_miss_unless_the_rules_say_decided() {
    let decided = Ruleset {
        assurance_equal: AssuranceEqual::Decided,
        ..ruleset("mdc")
    };
    for (target, equal, when_decided) in [
        (-2.16, Assurance::Inconsistent, Assurance::Pass),
        (3.16, Assurance::Inconsistent, Assurance::Fail),
    ] {
        let assurance = |ruleset: &Ruleset| {
            judged(&in_turn(14), ruleset, Some(target), &[])
                .unwrap()
                .assurance
        };
        assert_eq!(
            (assurance(&ruleset("mdc")), assurance(&decided)),
            (Some(equal), Some(when_decided)),
            "{target}"
        );
    }
}

#[test]
fn limits_may_be_fixed_by_the_first_months_and_later_ones_are_judged_by_them() {
    let mut values = in_turn(12);
    values.extend(all(&[5.0, 5.0]));
    let mdc = ruleset("mdc");
    let settings = Settings {
        ruleset: &mdc,
        direction: Direction::Increase,
        target: None,
        fix_after: Some(12),
        baseline: None,
        rebase: &[],
    };
    let chart = xmr(&values, &settings).unwrap();
    assert_eq!(
        (chart.segments[0].mean, chart.segments[0].points),
        (Some(0.5), 14)
    );
    assert_eq!(chart.variation, Some(Variation::Improvement(Way::High)));
    assert_eq!(
        chart.points[13].label,
        Some(Hit {
            rule: Rule::Outside,
            way: Way::High
        })
    );
}

#[test]
fn a_point_with_two_signals_is_labelled_by_the_improvement_or_by_the_order_of_the_rules() {
    // A long rise from far below: the first months are outside the lower limit, and part of a trend.
    let values: Vec<f64> = (0..14).map(f64::from).collect();
    let first = |name: &str| judged(&all(&values), &ruleset(name), None, &[]).unwrap().points[0].clone();
    assert_eq!(first("mdc").variation, Some(Variation::Improvement(Way::High)));
    assert_eq!(first("nhsr").variation, Some(Variation::Concern(Way::Low)));
    assert_eq!(
        first("mdc").hits[0],
        Hit {
            rule: Rule::Outside,
            way: Way::Low
        }
    );
}

#[test]
fn an_uncharted_series_is_refused_at_the_point_at_fault() {
    let mdc = ruleset("mdc");
    for (values, rebase, index) in [
        (vec![Some(1.0), Some(f64::NAN)], vec![], 1),
        (in_turn(4), vec![4], 4),
        (in_turn(4), vec![2, 2], 2),
        (in_turn(4), vec![0], 0),
    ] {
        assert_eq!(
            judged(&values, &mdc, None, &rebase).unwrap_err().index,
            index,
            "{values:?} {rebase:?}"
        );
    }
}
