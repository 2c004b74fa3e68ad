//! Whether the process, unchanged, will meet its target: the assurance icon.

use std::cmp::Ordering;

use super::Settings;
use super::limits::Segment;
use crate::rulebook::{AssuranceEqual, Direction};

/// The assurance icon, in the terms of Making Data Count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    /// Consistently passing the target.
    Pass,
    /// Hit and miss: met or missed by chance.
    Inconsistent,
    /// Consistently falling short of the target.
    Fail,
}

/// Compares the limits of the last segment with the target.
pub(super) fn judge(segment: &Segment, settings: &Settings) -> Option<Assurance> {
    let (target, limits) = (settings.target?, segment.limits?);
    let (worst, best) = match settings.direction {
        Direction::Increase => (limits.lower, limits.upper),
        Direction::Decrease => (-limits.upper, -limits.lower),
        Direction::Neutral => return None,
    };
    let target = if settings.direction == Direction::Decrease {
        -target
    } else {
        target
    };
    let against = |limit: f64| order(target, limit, segment.tolerance);
    // All values are equal: they meet the target or do not.
    if order(worst, best, segment.tolerance) == Ordering::Equal {
        return Some(if against(best) == Ordering::Greater {
            Assurance::Fail
        } else {
            Assurance::Pass
        });
    }
    let decided = settings.ruleset.assurance_equal == AssuranceEqual::Decided;
    Some(match (against(worst), against(best)) {
        (_, Ordering::Greater) => Assurance::Fail,
        (Ordering::Less, _) => Assurance::Pass,
        (_, Ordering::Equal) if decided => Assurance::Fail,
        (Ordering::Equal, _) if decided => Assurance::Pass,
        _ => Assurance::Inconsistent,
    })
}

fn order(left: f64, right: f64, tolerance: f64) -> Ordering {
    if (left - right).abs() <= tolerance {
        Ordering::Equal
    } else {
        left.total_cmp(&right)
    }
}
