//! The waterfall of a month: from the rate of the month before to the rate of this month, with one step for
//! each site. The steps add up to the change.

use crate::report::{Pack, SiteLine, StandardSummary};

/// The number of steps shown by name; the others become one step.
const NAMED: usize = 9;

/// One column of the waterfall, in percentage points of the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub name: String,
    /// Start and end of the column; a level starts at 0.
    pub from: f64,
    pub to: f64,
    pub is_level: bool,
}

/// The steps of a standard; empty if either month has no figure, or the contributions are suppressed.
pub fn steps(pack: &Pack, standard: &StandardSummary) -> Vec<Step> {
    let rates = standard
        .previous
        .and_then(|previous| previous.rate())
        .zip(standard.latest.rate());
    let Some((before, now)) = rates else {
        return Vec::new();
    };
    let (before, now) = (before * 100.0, now * 100.0);
    let part = |line: &SiteLine| Some((line.cancer_type.clone(), line.contribution?));
    let of_standard = pack.sites.iter().filter(|line| line.standard == standard.code);
    let mut parts: Vec<(String, f64)> = of_standard
        .clone()
        .filter_map(part)
        .filter(|(_, points)| points.abs() >= 0.005)
        .collect();
    if parts.is_empty() {
        return Vec::new();
    }
    parts.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
    let named: Vec<(String, f64)> = parts.iter().take(NAMED).cloned().collect();
    let mut named = named;
    named.sort_by(|one, other| other.1.total_cmp(&one.1));
    // The rest: contributions that are suppressed or too small for a column of their own.
    let rest = (now - before) - named.iter().map(|(_, points)| points).sum::<f64>();
    if rest.abs() >= 0.005 {
        named.push((format!("All other {}", pack.words.sites), rest));
    }
    let month = pack
        .trend
        .iter()
        .rev()
        .find(|point| point.standard == standard.code);
    let title = |back: u32| {
        month.map_or_else(String::new, |point| {
            crate::calendar::Month::of(point.month).minus(back).title()
        })
    };
    let mut steps = vec![level(title(1), before)];
    let mut at = before;
    for (name, points) in named {
        steps.push(Step {
            name,
            from: at,
            to: at + points,
            is_level: false,
        });
        at += points;
    }
    steps.push(level(title(0), now));
    steps
}

fn level(name: String, rate: f64) -> Step {
    Step {
        name,
        from: 0.0,
        to: rate,
        is_level: true,
    }
}

/// The lowest and highest per cent of the axis: the steps with some room, without starting at 0.
pub fn axis(steps: &[Step]) -> (f64, f64) {
    let ends = steps.iter().flat_map(|step| {
        let from = if step.is_level { step.to } else { step.from };
        [from, step.to]
    });
    let (least, most) = ends.fold((100.0_f64, 0.0_f64), |(least, most), end| {
        (least.min(end), most.max(end))
    });
    let low = (((least - 2.0) / 5.0).floor() * 5.0).max(0.0);
    let high = (((most + 1.0) / 5.0).ceil() * 5.0).min(100.0);
    (low, high.max(low + 5.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Figure;

    fn site(name: &str, points: Option<f64>) -> SiteLine {
        let figure = Figure {
            total: Some(20.0),
            within: Some(10.0),
        };
        SiteLine {
            standard: "S".into(),
            cancer_type: name.into(),
            figure,
            previous: None,
            contribution: points,
            above_tolerance: None,
        }
    }

    #[test]
    fn the_steps_add_up_and_suppressed_contributions_are_in_the_rest() {
        let figure = |within| Figure {
            total: Some(100.0),
            within: Some(within),
        };
        let mut standard = crate::output::tests::standard(figure(70.0));
        (standard.code, standard.previous) = ("S".into(), Some(figure(64.0)));
        let mut pack = Pack::default();
        pack.words.sites = "sites".into();
        pack.sites = vec![
            site("A", Some(4.0)),
            site("B", Some(-1.0)),
            site("C", None),
            site("D", None),
        ];
        let steps = steps(&pack, &standard);
        let found: Vec<(&str, f64)> = steps
            .iter()
            .map(|step| (step.name.as_str(), ((step.to - step.from) * 1e6).round() / 1e6))
            .collect();
        assert_eq!(
            found,
            [
                ("", 64.0),
                ("A", 4.0),
                ("B", -1.0),
                ("All other sites", 3.0),
                ("", 70.0)
            ]
        );
        assert_eq!(axis(&steps), (60.0, 75.0));
    }
}
