//! The charts of the report, as SVG: SPC, waterfall, histogram, bars of reasons, funnel. Lines differ by
//! dashes, and months by shapes, as well as by colour.

use maud::{Markup, html};

use super::plot::{Plot, drawing, n, step_for};
use crate::output::board::breaches::{Bar, Reason};
use crate::output::board::waterfall::{Step, axis};
use crate::output::board::{people, percent, signed};
use crate::output::pack::{chart_axis, lowest, shortened};
use crate::report::{Benchmark, Signal, TrendPoint};

/// Width and height of a chart that fills the page, and of one of several charts.
const PAGE: (f64, f64) = (1000.0, 360.0);
const SMALL: (f64, f64) = (440.0, 230.0);

/// An SPC chart; `words` is its text for screen readers.
pub fn spc(points: &[&TrendPoint], is_page: bool, words: &str) -> Markup {
    let (width, height) = if is_page { PAGE } else { SMALL };
    let (low, high) = chart_axis(points);
    let plot = Plot {
        width,
        height,
        left: 44.0,
        right: 54.0,
        top: 14.0,
        bottom: 30.0,
        low,
        high,
        steps: points.len(),
    };
    let step = if high - low > 0.4 { 0.2 } else { 0.1 };
    let step = if is_page { step / 2.0 } else { step };
    let every = if is_page { 2 } else { 6 };
    drawing(
        width,
        height,
        words,
        html! {
            (plot.grid(step, |value| format!("{:.0}%", value * 100.0)))
            @for index in (0..points.len()).rev().filter(|index| (points.len() - 1 - index).is_multiple_of(every)) {
                text x=(n(plot.x(index))) y=(n(height - 10.0)) text-anchor="middle" { (points[index].month.format("%b %y")) }
            }
            (stepped(&plot, points, "limit", |point| point.control.upper.map(|limit| limit.min(1.0))))
            (stepped(&plot, points, "limit", |point| point.control.lower.map(|limit| limit.max(0.0))))
            (stepped(&plot, points, "mean", |point| point.control.mean))
            (stepped(&plot, points, "target", |point| point.standard_value))
            (stepped(&plot, points, "ambition", |point| point.ambition))
            (stepped(&plot, points, "plan", |point| point.own_plan))
            @for run in runs(points, |point| point.figure.rate()) {
                polyline.perf points=(run.iter().map(|(index, rate)| format!("{},{}", n(plot.x(*index)), n(plot.y(*rate)))).collect::<Vec<_>>().join(" ")) {}
            }
            @for (index, point) in points.iter().enumerate() {
                @if let Some(rate) = point.figure.rate() { (marker(plot.x(index), plot.y(rate), point.control.signal)) }
            }
            (edge(&plot, points))
        },
    )
}

/// The indexes of points with a value, in runs without a gap.
fn runs(points: &[&TrendPoint], value: impl Fn(&TrendPoint) -> Option<f64>) -> Vec<Vec<(usize, f64)>> {
    let mut runs: Vec<Vec<(usize, f64)>> = Vec::new();
    let mut last = None;
    for (index, point) in points.iter().enumerate() {
        let Some(value) = value(point) else { continue };
        match runs.last_mut() {
            Some(run) if last.is_some_and(|last| last + 1 == index) => run.push((index, value)),
            _ => runs.push(vec![(index, value)]),
        }
        last = Some(index);
    }
    runs
}

/// A line that stays level until its value changes, and then starts anew: it never slopes.
fn stepped(
    plot: &Plot,
    points: &[&TrendPoint],
    class: &str,
    value: impl Fn(&TrendPoint) -> Option<f64>,
) -> Markup {
    let half = (plot.x(1) - plot.x(0)) / 2.0;
    let mut levels: Vec<(usize, usize, f64)> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        let Some(now) = value(point) else { continue };
        match levels.last_mut() {
            Some((_, end, level)) if *end + 1 == index && *level == now => *end = index,
            _ => levels.push((index, index, now)),
        }
    }
    let first = plot.left;
    let last = plot.width - plot.right;
    html! {
        @for (start, end, level) in levels {
            line class=(class) x1=(n((plot.x(start) - half).max(first))) x2=(n((plot.x(end) + half).min(last))) y1=(n(plot.y(level))) y2=(n(plot.y(level))) {}
        }
    }
}

fn marker(x: f64, y: f64, signal: Signal) -> Markup {
    let at = |dx: f64, dy: f64| format!("{},{}", n(x + dx), n(y + dy));
    html! {
        @match signal {
            Signal::None => { circle.common cx=(n(x)) cy=(n(y)) r="3.5" {} }
            Signal::Improvement => { polygon.imp points={ (at(0.0, -6.5)) " " (at(6.5, 0.0)) " " (at(0.0, 6.5)) " " (at(-6.5, 0.0)) } {} }
            Signal::Concern => { rect.con x=(n(x - 5.0)) y=(n(y - 5.0)) width="10" height="10" {} }
            Signal::Neutral => { polygon.spec points={ (at(0.0, -6.0)) " " (at(6.0, 5.0)) " " (at(-6.0, 5.0)) } {} }
        }
    }
}

/// Labels at the right edge: the latest figure, and the mean and limits if there is room.
fn edge(plot: &Plot, points: &[&TrendPoint]) -> Markup {
    let Some(last) = points.last() else {
        return html! {};
    };
    let x = plot.width - plot.right + 6.0;
    let rate = last.figure.rate();
    let mut taken: Vec<f64> = rate.iter().map(|rate| plot.y(*rate)).collect();
    let mut shown = Vec::new();
    for value in [
        last.control.mean,
        last.control.upper.map(|limit| limit.min(1.0)),
        last.control.lower.map(|limit| limit.max(0.0)),
    ]
    .into_iter()
    .flatten()
    {
        let y = plot.y(value);
        if taken.iter().all(|other| (other - y).abs() > 12.0) {
            taken.push(y);
            shown.push(value);
        }
    }
    html! {
        @if let Some(rate) = rate { text.strong x=(n(x)) y=(n(plot.y(rate) + 4.0)) { (percent(rate)) } }
        @for value in shown { text x=(n(x)) y=(n(plot.y(value) + 4.0)) { (percent(value)) } }
    }
}

/// The legend of an SPC chart.
pub fn key(points: &[&TrendPoint]) -> Markup {
    let has = |value: fn(&TrendPoint) -> Option<f64>| points.iter().any(|point| value(point).is_some());
    let shows = |signal: Signal| points.iter().any(|point| point.control.signal == signal);
    let lines = [
        ("mean", "Mean", has(|point| point.control.mean)),
        ("limit", "Process limits", has(|point| point.control.upper)),
        (
            "target",
            "Operational standard",
            has(|point| point.standard_value),
        ),
        ("ambition", "Ambition for the year", has(|point| point.ambition)),
        ("plan", "Trust's own plan", has(|point| point.own_plan)),
    ];
    let shapes = [
        (Signal::Improvement, "Improvement"),
        (Signal::Concern, "Concern"),
        (Signal::Neutral, "Special cause"),
    ];
    html! {
        ul.key {
            @for (class, name, _) in lines.into_iter().filter(|(_, _, is)| *is) {
                li { svg aria-hidden="true" viewBox="0 0 34 12" { line class=(class) x1="0" x2="34" y1="6" y2="6" {} } (name) }
            }
            @for (signal, name) in shapes.into_iter().filter(|(signal, _)| shows(*signal)) {
                li { svg aria-hidden="true" viewBox="0 0 34 12" { (marker(17.0, 6.0, signal)) } (name) }
            }
        }
    }
}

/// The months of a standard as a small line in a tile.
pub fn sparkline(points: &[&TrendPoint], words: &str) -> Markup {
    let (low, high) = chart_axis(points);
    let plot = Plot {
        width: 300.0,
        height: 52.0,
        left: 2.0,
        right: 6.0,
        top: 6.0,
        bottom: 6.0,
        low,
        high,
        steps: points.len(),
    };
    drawing(
        300.0,
        52.0,
        words,
        html! {
            (stepped(&plot, points, "target", |point| point.standard_value))
            @for run in runs(points, |point| point.figure.rate()) {
                polyline.perf points=(run.iter().map(|(index, rate)| format!("{},{}", n(plot.x(*index)), n(plot.y(*rate)))).collect::<Vec<_>>().join(" ")) {}
            }
        },
    )
}

/// The waterfall of a month.
pub fn waterfall(steps: &[Step], words: &str) -> Markup {
    let (low, high) = axis(steps);
    let plot = bars_plot(steps.len(), (low, high), 120.0);
    drawing(
        plot.width,
        plot.height,
        words,
        html! {
            (plot.grid(5.0, |value| format!("{value:.0}%")))
            @for (index, step) in steps.iter().enumerate() {
                @let (x, width) = plot.bar(index, 0.7);
                @let (from, to) = (if step.is_level { low } else { step.from }, step.to);
                @let class = if step.is_level { "level" } else if to >= from { "rise" } else { "fall" };
                (filled(&plot, class, (x, width), from, to))
                text.strong x=(n(x + width / 2.0)) y=(n(plot.y(from.max(to)) - 4.0)) text-anchor="middle" {
                    (if step.is_level { format!("{:.1}", step.to) } else { signed(to - from) })
                }
                (label(&plot, x + width / 2.0, &shortened(&step.name, 26)))
            }
        },
    )
}

fn bars_plot(steps: usize, (low, high): (f64, f64), bottom: f64) -> Plot {
    Plot {
        width: 1000.0,
        height: 240.0 + bottom,
        left: 44.0,
        right: 10.0,
        top: 20.0,
        bottom,
        low,
        high,
        steps,
    }
}

/// A bar between two values. Falls and breaches are outlines with stripes.
fn filled(plot: &Plot, class: &str, (x, width): (f64, f64), from: f64, to: f64) -> Markup {
    let (top, bottom) = (plot.y(from.max(to)), plot.y(from.min(to)));
    let is_striped = matches!(class, "fall" | "breach");
    let stripes = ((bottom - top) / 6.0).floor() as usize;
    html! {
        rect class=(class) x=(n(x)) y=(n(top)) width=(n(width)) height=(n((bottom - top).max(0.5))) {}
        @if is_striped {
            @for at in 1..=stripes { line.hatch x1=(n(x)) x2=(n(x + width)) y1=(n(top + at as f64 * 6.0)) y2=(n(top + at as f64 * 6.0 - 4.0)) {} }
        }
    }
}

/// A slanted name under a bar.
fn label(plot: &Plot, x: f64, words: &str) -> Markup {
    let y = plot.height - plot.bottom + 14.0;
    html! { text x=(n(x)) y=(n(y)) text-anchor="end" transform={ "rotate(-35 " (n(x)) " " (n(y)) ")" } { (words) } }
}

/// People by days waited.
pub fn histogram(bars: &[Bar], words: &str) -> Markup {
    let most = bars.iter().filter_map(|bar| bar.people).fold(1.0, f64::max);
    let step = step_for(most);
    let plot = bars_plot(bars.len(), (0.0, (most / step).ceil() * step), 78.0);
    drawing(
        plot.width,
        plot.height,
        words,
        html! {
            (plot.grid(step, |value| format!("{value}")))
            @for (index, bar) in bars.iter().enumerate() {
                @let (x, width) = plot.bar(index, 0.84);
                @if let Some(people) = bar.people.filter(|people| *people > 0.0) {
                    (filled(&plot, if bar.within_limit { "within" } else { "breach" }, (x, width), 0.0, people))
                }
                (label(&plot, x + width / 2.0 + 4.0, &bar.label))
            }
        },
    )
}

/// Breaches by reason: one horizontal bar for each reason.
pub fn reasons(reasons: &[Reason], words: &str) -> Markup {
    let shown: Vec<(&str, f64)> = reasons
        .iter()
        .filter_map(|reason| Some((reason.reason, reason.breaches?)))
        .take(9)
        .collect();
    let most = shown.iter().map(|(_, breaches)| *breaches).fold(1.0, f64::max);
    let height = shown.len() as f64 * 26.0 + 8.0;
    drawing(
        1000.0,
        height,
        words,
        html! {
            @for (index, (reason, breaches)) in shown.iter().enumerate() {
                @let y = index as f64 * 26.0 + 4.0;
                @let width = breaches / most * 560.0;
                text x="392" y=(n(y + 14.0)) text-anchor="end" { (crate::output::pack::short(reason)) }
                rect.common x="400" y=(n(y)) width=(n(width)) height="19" {}
                text.strong x=(n(406.0 + width)) y=(n(y + 14.0)) { (people(*breaches)) }
            }
        },
    )
}

/// All providers by the number of people that they counted, with the limits; the trust is marked.
pub fn funnel(benchmark: &Benchmark, words: &str) -> Markup {
    let most = benchmark.funnel.iter().map(|at| at.people).fold(1.0, f64::max);
    let low = lowest(benchmark);
    let plot = Plot {
        width: 1000.0,
        height: 380.0,
        left: 44.0,
        right: 16.0,
        top: 12.0,
        bottom: 44.0,
        low,
        high: 1.0,
        steps: 2,
    };
    let x = |people: f64| plot.left + (plot.width - plot.left - plot.right) * people / most;
    let line = |limit: fn(&crate::report::FunnelPoint) -> f64| {
        let point = |at| format!("{},{}", n(x(at_people(at))), n(plot.y(limit(at))));
        benchmark.funnel.iter().map(point).collect::<Vec<_>>().join(" ")
    };
    let step = step_for(most);
    let ours = &benchmark.standing;
    let (ox, oy) = (x(ours.denominator), plot.y(ours.rate));
    drawing(
        plot.width,
        plot.height,
        words,
        html! {
            (plot.grid(0.1, |value| format!("{:.0}%", value * 100.0)))
            @for at in 0..=((most / step).floor() as usize) {
                text x=(n(x(at as f64 * step))) y=(n(plot.height - 24.0)) text-anchor="middle" { (people(at as f64 * step)) }
            }
            text x=(n(plot.width / 2.0)) y=(n(plot.height - 6.0)) text-anchor="middle" { "People counted" }
            line.mean x1=(n(plot.left)) x2=(n(plot.width - plot.right)) y1=(n(plot.y(ours.england_rate))) y2=(n(plot.y(ours.england_rate))) {}
            polyline.limit points=(line(|at| at.lower_95)) {}
            polyline.limit points=(line(|at| at.upper_95)) {}
            polyline.perf points=(line(|at| at.lower_998)) {}
            polyline.perf points=(line(|at| at.upper_998)) {}
            @for peer in &benchmark.peers { circle.peer cx=(n(x(peer.people))) cy=(n(plot.y(peer.rate))) r="4" {} }
            polygon.ours points={ (n(ox)) "," (n(oy - 9.0)) " " (n(ox + 9.0)) "," (n(oy)) " " (n(ox)) "," (n(oy + 9.0)) " " (n(ox - 9.0)) "," (n(oy)) } {}
            text.strong x=(n(ox + 13.0)) y=(n(oy + 4.0)) { (ours.org_code) " " (percent(ours.rate)) }
        },
    )
}

fn at_people(at: &crate::report::FunnelPoint) -> f64 {
    at.people
}
