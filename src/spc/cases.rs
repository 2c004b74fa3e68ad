//! The cases of `tests/spc/cases.json`: series with limits, signals and icons. Some are published with the R
//! package NHSRplotthedots; the others were calculated independently of this program.

use serde_json::Value;

use super::tests::ruleset;
use super::*;

fn cases() -> Value {
    serde_json::from_str(include_str!("../../tests/spc/cases.json")).unwrap()
}

#[test]
fn every_case_agrees_under_each_of_its_rulesets() {
    let file = cases();
    let mut compared = 0;
    let mut wrong: Vec<String> = Vec::new();
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        for (name, expected) in case["expected"].as_object().unwrap() {
            let chart = chart(&case["input"], name);
            compared += 1;
            wrong.extend(
                differences(&chart, expected)
                    .into_iter()
                    .map(|difference| format!("{} {name}: {difference}", case["id"])),
            );
            wrong.extend(
                published(&chart, &case["published"])
                    .into_iter()
                    .map(|said| format!("{} {name}: published {said}", case["id"])),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        cases.len() >= 26 && compared >= cases.len(),
        "{compared} charts of {} cases",
        cases.len()
    );
    eprintln!("{compared} charts of {} cases agree", cases.len());
}

fn chart(input: &Value, name: &str) -> Xmr {
    let mut ruleset = ruleset(name);
    if let Some(screening) = input["screen"].as_bool() {
        ruleset.screening = screening;
    }
    let direction = match input["direction"].as_str() {
        None | Some("increase") => Direction::Increase,
        Some("decrease") => Direction::Decrease,
        Some("neutral") => Direction::Neutral,
        Some(other) => panic!("direction {other}"),
    };
    let values: Vec<Option<f64>> = input["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::as_f64)
        .collect();
    let rebase: Vec<usize> = input["rebase"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|index| index.as_u64().unwrap() as usize)
        .collect();
    let fix_after = input["fix_after"].as_u64().map(|points| points as usize);
    for key in input.as_object().unwrap().keys() {
        assert!(
            ["values", "screen", "direction", "target", "rebase", "fix_after"].contains(&key.as_str()),
            "{key} is not understood"
        );
    }
    xmr(
        &values,
        &Settings {
            ruleset: &ruleset,
            direction,
            target: input["target"].as_f64(),
            fix_after,
            baseline: None,
            rebase: &rebase,
        },
    )
    .unwrap()
}

fn differences(chart: &Xmr, expected: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: String, is: Value, should: &Value| {
        if !is_same(&is, should, 1e-9) {
            differences.push(format!("{what} is {is}, not {should}"));
        }
    };
    let groups = expected["groups"].as_array().unwrap();
    assert_eq!(chart.segments.len(), groups.len());
    for (index, (segment, group)) in chart.segments.iter().zip(groups).enumerate() {
        for (key, should) in group.as_object().unwrap() {
            compare(
                format!("{key} of segment {index}"),
                of_segment(segment, key),
                should,
            );
        }
    }
    for (index, point) in chart.points.iter().enumerate() {
        let mut rules: Vec<String> = point.hits.iter().map(|hit| hit_text(*hit)).collect();
        rules.sort();
        rules.dedup();
        let flag = point.label.map_or(
            if point.variation.is_none() {
                "missing"
            } else {
                "none"
            }
            .to_string(),
            hit_text,
        );
        compare(
            format!("rules of {index}"),
            rules.into(),
            &expected["rules"][index],
        );
        compare(format!("flag of {index}"), flag.into(), &expected["flag"][index]);
        compare(
            format!("colour of {index}"),
            colour(point.variation).into(),
            &expected["colour"][index],
        );
    }
    compare(
        "variation".into(),
        chart.variation.map(icon).into(),
        &expected["variation"],
    );
    compare(
        "assurance".into(),
        chart.assurance.map(assurance_text).into(),
        &expected["assurance"],
    );
    compare(
        "icons_shown".into(),
        chart.icons_shown.into(),
        &expected["icons_shown"],
    );
    differences
}

/// Compares a chart with published figures and counts of points.
fn published(chart: &Xmr, published: &Value) -> Vec<String> {
    let Some(published) = published.as_object() else {
        return Vec::new();
    };
    let tolerance = published.get("tol").and_then(Value::as_f64).unwrap_or(1e-9);
    let last = chart.segments.last().unwrap();
    let special = |index: &usize| chart.points[*index].label.is_some();
    let count = |is: fn(&Variation) -> bool| {
        chart
            .points
            .iter()
            .filter_map(|point| point.variation)
            .filter(is)
            .count()
    };
    let mut differences = Vec::new();
    for (key, should) in published {
        let is: Value = match key.as_str() {
            "mean" | "lpl" | "upl" => of_segment(last, key),
            "variation" => chart.variation.map(icon).into(),
            "assurance" => chart.assurance.map(assurance_text).into(),
            "common_cause" => count(|variation| *variation == Variation::CommonCause).into(),
            "special" => (0..chart.points.len()).filter(special).collect::<Vec<_>>().into(),
            "n_improvement_run" => count(|variation| matches!(variation, Variation::Improvement(_))).into(),
            // Text for readers; the expected colours cover it.
            _ => should.clone(),
        };
        if !is_same(&is, should, tolerance) {
            differences.push(format!("{key} is {is}, not {should}"));
        }
    }
    differences
}

fn is_same(is: &Value, should: &Value, tolerance: f64) -> bool {
    match (is.as_f64(), should.as_f64()) {
        (Some(is), Some(should)) => (is - should).abs() <= tolerance * should.abs().max(1.0),
        _ => is == should,
    }
}

fn of_segment(segment: &Segment, key: &str) -> Value {
    let limit = |of: fn(&Limits) -> f64| segment.limits.as_ref().map(of).into();
    match key {
        "start" => segment.start.into(),
        "end" => segment.end.into(),
        "n" => (segment.end - segment.start + 1).into(),
        "trial" => segment.is_trial.into(),
        "mean" => segment.mean.into(),
        "mr_bar" => limit(|limits| limits.mean_moving_range),
        "lpl" => limit(|limits| limits.lower),
        "upl" => limit(|limits| limits.upper),
        "lwl" => limit(|limits| limits.lower_two_sigma),
        "uwl" => limit(|limits| limits.upper_two_sigma),
        "mr_screened" => segment.limits.map_or(0, |limits| limits.screened).into(),
        other => panic!("{other} is not understood"),
    }
}

fn hit_text(hit: Hit) -> String {
    let rule = match hit.rule {
        Rule::Outside => "outside",
        Rule::Trend => "trend",
        Rule::TwoOfThree => "two_of_three",
        Rule::Shift => "shift",
    };
    format!("{rule}{}", if hit.way == Way::High { '+' } else { '-' })
}

fn colour(variation: Option<Variation>) -> String {
    match variation {
        None => "missing".to_string(),
        Some(Variation::Improvement(_)) => "improvement".to_string(),
        Some(Variation::Concern(_)) => "concern".to_string(),
        Some(other) => icon(other),
    }
}

fn icon(variation: Variation) -> String {
    let name = |of: &str, way: Way| format!("{of}_{}", if way == Way::High { "high" } else { "low" });
    match variation {
        Variation::CommonCause => "common_cause".to_string(),
        Variation::Improvement(way) => name("improvement", way),
        Variation::Concern(way) => name("concern", way),
        Variation::Neutral(way) => name("neutral", way),
    }
}

fn assurance_text(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Pass => "pass",
        Assurance::Inconsistent => "inconsistent",
        Assurance::Fail => "fail",
    }
}
