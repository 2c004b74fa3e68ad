//! The part about one standard: its sentence, its chart, the trust's words, its sites, its months, its
//! breaches.

use maud::{Markup, html};

use super::super::text::first_capital;
use super::tables::{self, figures, sortable, words};
use super::{charts, iconed, id};
use crate::output::board::heat::{Heat, last_months, legend};
use crate::output::board::tile::main_target;
use crate::output::board::{breaches, icons, percent, sites, trend_of, waterfall};
use crate::output::pack::{self, narrative};
use crate::report::chosen::Page;
use crate::report::{Control, Figure, Pack, Report, SiteLine, SiteTrend, StandardSummary, TrendPoint};

pub fn section(report: &Report, standard: &StandardSummary) -> Markup {
    let pack = &report.pack;
    let shows = |page| report.pages.show(page);
    html! {
        section id=(id(&standard.code)) {
            h2 { (standard.title) }
            p { (standard.reading) }
            @if shows(Page::Charts) { (trend(pack, standard)) }
            (says(pack, &standard.code))
            @if shows(Page::Sites) {
                (site_table(pack, standard))
                (steps(pack, standard))
            }
            @if shows(Page::Months) { (months(pack, standard)) }
            @if shows(Page::SiteCharts) { (site_charts(pack, standard)) }
            @if shows(Page::Waits) { (breaches_of(pack, standard)) }
        }
    }
}

fn trend(pack: &Pack, standard: &StandardSummary) -> Markup {
    let points = trend_of(pack, &standard.code);
    let Some(control) = &standard.control else {
        return html! { p { "No chart: no month of this standard can be shown." } };
    };
    html! {
        @for (name, verdict) in control.icons.named() {
            div.verdict { (iconed(&icons::of_word(verdict.word), &format!("{name}: {}. {}", verdict.word, verdict.sentence))) }
        }
        figure {
            (charts::spc(&points, true, &chart_words(&standard.title, &points, Some(control))))
            (charts::key(&points))
            figcaption.notes { @for footnote in &control.footnotes { (footnote) " " } }
        }
        details {
            summary { "Figures of the chart" }
            (trend_table(standard, &points))
        }
    }
}

/// What an SPC chart shows, in one sentence.
fn chart_words(title: &str, points: &[&TrendPoint], control: Option<&Control>) -> String {
    pack::chart_words(title, points, control)
}

fn trend_table(standard: &StandardSummary, points: &[&TrendPoint]) -> Markup {
    let share = |value: Option<f64>| value.map_or(String::new(), percent);
    let row = |point: &&TrendPoint| {
        vec![
            point.month.format("%Y-%m").to_string(),
            tables::count(point.figure.within),
            tables::count(point.figure.total),
            tables::rate(&point.figure),
            point.control.shows.to_string(),
            point.control.rules.clone(),
            share(point.control.mean),
            share(point.control.lower),
            share(point.control.upper),
            share(point.standard_value),
        ]
    };
    let rows: Vec<Vec<String>> = points.iter().map(row).collect();
    let columns = [
        words("Month"),
        figures("Within"),
        figures("Total"),
        figures("Performance"),
        words("Shows"),
        words("Rules"),
        figures("Mean"),
        figures("Lower limit"),
        figures("Upper limit"),
        figures("Standard"),
    ];
    sortable(
        &format!("{}, month by month", standard.title),
        &columns,
        &rows,
        None,
    )
}

/// The trust's words and actions about a standard.
fn says(pack: &Pack, standard: &str) -> Markup {
    let of = |words: &&crate::report::Words| words.standard == standard;
    let actions: Vec<_> = pack
        .narrative
        .actions
        .iter()
        .filter(|action| action.standard == standard)
        .collect();
    html! {
        @if pack.narrative.words.iter().any(|words| of(&words)) { h3 { "What the trust says" } }
        @for words in pack.narrative.words.iter().filter(of) { (paragraphs(words)) }
        @if !actions.is_empty() {
            h3 { "What is being done" }
            ul { @for action in actions { li { (narrative::in_a_line(action)) } } }
        }
    }
}

/// The paragraphs of a text; the first begins with its site and month.
pub fn paragraphs(words: &crate::report::Words) -> Markup {
    html! {
        @for (index, paragraph) in words.paragraphs.iter().enumerate() {
            p { @if index == 0 { (narrative::heading(words)) } (paragraph) }
        }
    }
}

fn site_table(pack: &Pack, standard: &StandardSummary) -> Markup {
    let mut lines: Vec<&SiteLine> = pack
        .sites
        .iter()
        .filter(|line| line.standard == standard.code)
        .collect();
    let above = |line: &SiteLine| line.above_tolerance.unwrap_or(f64::MIN);
    lines.sort_by(|one, other| above(other).total_cmp(&above(one)));
    if lines.is_empty() {
        return html! {};
    }
    let rows: Vec<Vec<String>> = lines.iter().map(|line| site_row(line, standard)).collect();
    let total = all_sites(pack, standard);
    let columns = [
        words(&pack.words.site),
        figures("Total"),
        figures(&first_capital(&standard.reached)),
        figures(&first_capital(&standard.not_reached)),
        figures("Performance"),
        figures("Previous month"),
        figures("Part in the whole change, points"),
        figures("Breaches above tolerance"),
    ];
    html! {
        h3 { "By " (pack.words.site.to_lowercase()) }
        @if let Some(worst) = sites::worst_in_words(pack, &standard.code) { p { (worst) } }
        (sortable(&format!("{}, by {}", standard.title, pack.words.site.to_lowercase()), &columns, &rows, Some(&total)))
    }
}

/// The cells of a site, in the order of the columns of [`site_table`].
fn site_row(line: &SiteLine, standard: &StandardSummary) -> Vec<String> {
    let part = match (line.figure.total, line.contribution) {
        (None, _) => "[c]".to_string(),
        (_, Some(points)) => crate::output::board::signed(points),
        (_, None) => pack::no_part(standard).to_string(),
    };
    vec![
        line.cancer_type.clone(),
        tables::count(line.figure.total),
        tables::count(line.figure.within),
        tables::count(line.figure.after()),
        tables::rate(&line.figure),
        tables::previous(line.previous.as_ref()),
        part,
        above_tolerance(standard, &line.figure, line.above_tolerance),
    ]
}

/// The last row of [`site_table`]: all sites together.
fn all_sites(pack: &Pack, standard: &StandardSummary) -> [String; 8] {
    let latest = &standard.latest;
    let change = standard
        .previous
        .and_then(|previous| Some((latest.rate()? - previous.rate()?) * 100.0));
    let above = main_target(standard).and_then(|target| target.above_tolerance);
    [
        format!("All {}", pack.words.sites),
        tables::count(latest.total),
        tables::count(latest.within),
        tables::count(latest.after()),
        tables::rate(latest),
        tables::previous(standard.previous.as_ref()),
        change.map_or("[x]".to_string(), crate::output::board::signed),
        above_tolerance(standard, latest, above),
    ]
}

/// Breaches above tolerance; `[z]` where no standard is in force.
fn above_tolerance(standard: &StandardSummary, figure: &Figure, above: Option<f64>) -> String {
    match standard.targets.is_empty() {
        true => "[z]".to_string(),
        false => tables::derived(figure, above),
    }
}

fn steps(pack: &Pack, standard: &StandardSummary) -> Markup {
    let steps = waterfall::steps(pack, standard);
    if steps.is_empty() {
        return html! {};
    }
    html! {
        h3 { "What changed since last month" }
        figure {
            (charts::waterfall(&steps, &pack::waterfall_words(standard, &steps)))
            figcaption.notes { "In percentage points of the whole: what each contributes to the change, by its size and by its rate. The steps add up to the change." }
        }
    }
}

fn months(pack: &Pack, standard: &StandardSummary) -> Markup {
    let sites: Vec<&SiteTrend> = pack
        .site_trends
        .iter()
        .filter(|site| site.standard == standard.code)
        .collect();
    let Some(first) = sites.first() else {
        return html! {};
    };
    let title = format!("{}: {} by month", standard.title, pack.words.sites);
    html! {
        h3 { "Month by month" }
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table.heat {
                caption { (legend(pack.minimum_people)) }
                thead { tr {
                    th scope="col" { (pack.words.site) }
                    @for point in last_months(first) { th.n scope="col" { (point.month.format("%b %y")) } }
                } }
                tbody {
                    @for site in sites.iter().filter(|site| last_months(site).iter().any(|point| point.figure.total != Some(0.0))) {
                        tr {
                            th scope="row" { (site.site) }
                            @for point in last_months(site) { (month(point, pack.minimum_people)) }
                        }
                    }
                }
            }
        }
    }
}

fn month(point: &TrendPoint, minimum_people: u32) -> Markup {
    let (class, sign) = match Heat::of(point, minimum_people) {
        Heat::Met => ("n met", " \u{2713}"),
        Heat::Below => ("n below", ""),
        Heat::FarBelow => ("n far", " \u{25bc}"),
        Heat::Plain => ("n", ""),
    };
    html! {
        td class=(class) {
            @match point.figure.rate() {
                Some(rate) => { (format!("{:.0}%", rate * 100.0)) (sign) small { (tables::count(point.figure.within)) "/" (tables::count(point.figure.total)) } }
                None => { (tables::sign(&point.figure)) }
            }
        }
    }
}

fn site_charts(pack: &Pack, standard: &StandardSummary) -> Markup {
    let charted = sites::that_matter(pack, &standard.code);
    if charted.is_empty() {
        return html! {};
    }
    html! {
        h3 { "Charts of " (pack.words.sites) }
        p.notes { "Those with enough people and months for limits, the most breaches above tolerance first." }
        div.charts {
            @for (site, _) in charted {
                @let points: Vec<&TrendPoint> = site.points.iter().collect();
                figure {
                    figcaption {
                        strong { (site.site) }
                        @if let Some([variation, assurance]) = site.control.as_ref().map(|control| control.icons.words()) {
                            div.verdict { (iconed(&icons::of_word(variation), variation)) }
                            div.verdict { (iconed(&icons::of_word(assurance), assurance)) }
                        }
                    }
                    (charts::spc(&points, false, &chart_words(&site.site, &points, site.control.as_ref())))
                }
            }
        }
    }
}

fn breaches_of(pack: &Pack, standard: &StandardSummary) -> Markup {
    if standard.limit_days.is_none() {
        return html! {};
    }
    let bars = breaches::histogram(pack, &standard.code);
    let reasons = breaches::reasons(pack, &standard.code);
    let waits = pack::waits_in_words(standard);
    let why = pack::reasons_in_words(pack, standard);
    let running = |reason: &breaches::Reason| reason.running.map_or("[c]".to_string(), percent);
    let rows: Vec<Vec<String>> = reasons
        .iter()
        .map(|reason| {
            vec![
                reason.reason.to_string(),
                tables::count(reason.breaches),
                running(reason),
            ]
        })
        .collect();
    html! {
        h3 { "How long, and why too long" }
        p { (waits) }
        @if !bars.is_empty() {
            figure {
                (charts::histogram(&bars, &format!("Histogram: {waits}")))
                figcaption.notes { "People by days waited. Solid: " (standard.reached) ". Striped: after." }
            }
        }
        p { (why) }
        @if reasons.iter().any(|reason| reason.breaches.is_some()) {
            figure { (charts::reasons(&reasons, &format!("Bars: {why}"))) }
        }
        @if !rows.is_empty() {
            details {
                summary { "All recorded reasons" }
                (sortable(
                    &format!("{}: breaches by recorded reason", standard.title),
                    &[words("Reason recorded"), figures("Breaches"), figures("Running share")],
                    &rows,
                    None,
                ))
            }
        }
    }
}
