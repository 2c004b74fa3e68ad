//! One sentence about a standard's figure.

use crate::calendar::Month;
use crate::report::{Figure, Target};
use crate::rulebook::{Performance, TargetKind};

/// One sentence to read aloud, without cause or praise.
pub fn reading(rules: &Performance, latest: Figure, targets: &[Target], month: Month) -> String {
    let (Some(rate), Some(within), Some(total)) = (latest.rate(), latest.within, latest.total) else {
        return format!(
            "Nobody was counted against the {} in {}.",
            rules.title,
            month.title()
        );
    };
    let mut sentence = format!(
        "In {}, {} of {} people ({:.1}%) were {}",
        month.title(),
        people(within),
        people(total),
        rate * 100.0,
        match &rules.reached {
            Some(reached) => format!("counted {reached}"),
            None => format!("within the {}", rules.title),
        }
    );
    if let Some(target) = targets
        .iter()
        .find(|target| target.kind == "operational standard")
    {
        let points = (rate - target.value) * 100.0;
        let needed = target.more_needed.unwrap_or(0.0);
        sentence.push_str(&match target.met {
            Some(true) => format!("; the standard of {:.0}% was met", target.value * 100.0),
            _ if needed == 0.5 || needed == 1.0 => format!(
                "; the standard of {:.0}% was not met, by {:.1} points: {} more within would have met it",
                target.value * 100.0,
                -points,
                people(needed)
            ),
            _ => {
                format!(
                    "; the standard of {:.0}% was not met, by {:.1} points or {} people",
                    target.value * 100.0,
                    -points,
                    people(needed)
                )
            }
        });
    }
    if let Some((plan, met)) = targets
        .iter()
        .filter(|target| target.kind == TargetKind::OwnPlan.words())
        .find_map(|plan| Some((plan, plan.met?)))
    {
        let met = if met { "met" } else { "not met" };
        sentence.push_str(&format!(
            "; the trust's own plan of {:.1}% was {met}",
            plan.value * 100.0
        ));
    }
    sentence.push('.');
    sentence
}

/// A number of people as text: 71, 26.5, 1,000.
pub fn people(people: f64) -> String {
    let text = people.to_string();
    let (whole, half) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(whole, half)| (whole, Some(half)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    half.map_or(grouped.clone(), |half| format!("{grouped}.{half}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_written_with_thousands_and_halves() {
        assert_eq!(
            [0.0, 0.5, 71.0, 1000.0, 1234567.5].map(people),
            ["0", "0.5", "71", "1,000", "1,234,567.5"]
        );
    }
}
