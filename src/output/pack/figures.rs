//! Figures of the report as cells: a count, a rate, a change, or the sign that says why it is missing.

use super::super::value::{NOT_APPLICABLE, NOT_AVAILABLE, SUPPRESSED, Value};
use crate::report::{Figure, Pack, Target};

/// Four cells: total, within, after and the rate of a figure.
pub fn four(figure: &Figure) -> [Value<'static>; 4] {
    [
        count(figure.total),
        count(figure.within),
        count(figure.after()),
        rate(figure),
    ]
}

/// A count of people, or `[c]`.
pub fn count(people: Option<f64>) -> Value<'static> {
    people.map_or(SUPPRESSED, Value::Number)
}

/// Within over total: `[z]` if there is nobody, `[c]` if either is suppressed.
pub fn rate(figure: &Figure) -> Value<'static> {
    figure.rate().map_or(missing(figure), Value::Number)
}

/// The rate of the month before, or `[x]` if there is none.
pub fn previous_rate(previous: Option<&Figure>) -> Value<'static> {
    previous.map_or(NOT_AVAILABLE, rate)
}

/// Percentage points between two months.
pub fn change(latest: &Figure, previous: Option<&Figure>) -> Value<'static> {
    let Some(previous) = previous else {
        return NOT_AVAILABLE;
    };
    match (latest.rate(), previous.rate()) {
        (Some(now), Some(before)) => Value::Number((now - before) * 100.0),
        (None, _) => missing(latest),
        (_, None) => missing(previous),
    }
}

/// A value calculated from `figure`, such as breaches above tolerance. It is suppressed whenever the rate is,
/// because it would reveal the rate.
pub fn derived(figure: &Figure, value: Option<f64>) -> Value<'static> {
    value
        .filter(|_| figure.rate().is_some())
        .map_or(missing(figure), Value::Number)
}

/// A value that depends on a target. A target that no text confirms judges nobody; that is not the same as
/// suppressed.
pub fn judged(figure: &Figure, target: &Target, value: Option<f64>) -> Value<'static> {
    match target.met {
        None if figure.rate().is_some() => Value::from("not judged"),
        _ => derived(figure, value),
    }
}

/// A wait in days of the people counted in `figure`.
pub fn days(figure: &Figure, days: Option<f64>) -> Value<'static> {
    derived(figure, days)
}

/// `part` as a share of `whole`.
pub fn share(part: Option<f64>, whole: Option<f64>) -> Value<'static> {
    match (part, whole) {
        (_, Some(0.0)) => NOT_APPLICABLE,
        (Some(part), Some(whole)) => Value::Number(part / whole),
        _ => SUPPRESSED,
    }
}

/// What small numbers means in this pack.
pub fn small_numbers(pack: &Pack) -> String {
    format!(
        "Small numbers: fewer than {} people were counted; the result is given in words, without a colour.",
        pack.minimum_people
    )
}

/// The title of a standard, or its code if it has no title.
pub fn title<'a>(pack: &'a Pack, code: &'a str) -> &'a str {
    pack.standards
        .iter()
        .find(|standard| standard.code == code)
        .map_or(code, |standard| &standard.title)
}

/// Why a figure that needs a denominator is missing.
fn missing(figure: &Figure) -> Value<'static> {
    if figure.total == Some(0.0) {
        NOT_APPLICABLE
    } else {
        SUPPRESSED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_figure_says_why() {
        let figure = |total, within| Figure { total, within };
        let nobody = figure(Some(0.0), Some(0.0));
        let hidden = figure(Some(12.0), None);
        let shown = figure(Some(8.0), Some(6.0));
        assert_eq!(rate(&nobody), NOT_APPLICABLE);
        assert_eq!(rate(&hidden), SUPPRESSED);
        assert_eq!(rate(&shown), Value::Number(0.75));
        assert_eq!(derived(&hidden, Some(2.0)), SUPPRESSED);
        assert_eq!(change(&shown, None), NOT_AVAILABLE);
        assert_eq!(change(&shown, Some(&nobody)), NOT_APPLICABLE);
        assert_eq!(change(&hidden, Some(&shown)), SUPPRESSED);
        assert_eq!(
            change(&shown, Some(&figure(Some(8.0), Some(4.0)))),
            Value::Number(25.0)
        );
    }
}
