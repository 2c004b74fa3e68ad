//! The label of a point that is part of several rules, and its meaning: common cause, or a special cause that
//! is an improvement or a concern.

use super::rules::{Hit, Way};
use crate::rulebook::{Direction, LabelOrder};

/// The variation icon, in the terms of Making Data Count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variation {
    CommonCause,
    Improvement(Way),
    Concern(Way),
    /// Special cause where neither direction is better.
    Neutral(Way),
}

/// The hit that labels a point; `hits` are in the order of the rules.
pub(super) fn label(hits: &[Hit], direction: Direction, order: LabelOrder) -> Option<Hit> {
    let is_improvement = |hit: &&Hit| matches!(of(Some(**hit), direction), Variation::Improvement(_));
    let improvement = hits
        .iter()
        .find(is_improvement)
        .filter(|_| order == LabelOrder::ImprovementFirst);
    improvement.or(hits.first()).copied()
}

pub(super) fn of(label: Option<Hit>, direction: Direction) -> Variation {
    let Some(Hit { way, .. }) = label else {
        return Variation::CommonCause;
    };
    match (way, direction) {
        (_, Direction::Neutral) => Variation::Neutral(way),
        (Way::High, Direction::Increase) | (Way::Low, Direction::Decrease) => Variation::Improvement(way),
        _ => Variation::Concern(way),
    }
}
