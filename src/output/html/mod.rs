//! The pack as one HTML file. It loads nothing from elsewhere, and its content security policy allows nothing
//! else to run or load. It shows the same model and the same words as the workbook.

mod board;
mod charts;
mod plot;
mod standard;
pub(super) mod tables;

use std::path::Path;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::board::icons::Icon;
use super::book::organisation;
use crate::report::chosen::Page;
use crate::report::house::{Colours, LEAST_CONTRAST, Logo, lightened};
use crate::report::{Organisation, Report};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("sort.js");

/// Writes the page to `path`.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    Ok(std::fs::write(path, page(report).into_string())?)
}

fn page(report: &Report) -> Markup {
    let pack = &report.pack;
    let title = format!("{}, {}", pack.words.subject, report.month_title);
    let style = style(&report.house.colours);
    let shows = |page| report.pages.show(page);
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&style));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(format!("clockstop {}", report.tool_version));
                title { (title) ": " (organisation(&report.provider)) }
                style { (PreEscaped(&style)) }
            }
            body {
                a.skip href="#main" { "Skip to the figures" }
                header {
                    @if let Some(logo) = &report.house.logo { (picture(logo, &report.provider)) }
                    h1 { (title) }
                    p.soft {
                        (organisation(&report.provider)) " · " (report.status) " · data as at "
                        (report.as_at.format("%-d %B %Y"))
                    }
                    p.banner { (report.small_numbers.statement) }
                    (contents(report))
                }
                main id="main" {
                    (board::summary(report))
                    @if shows(Page::Matrix) { (board::matrix(pack)) }
                    @for standard in &pack.standards { (standard::section(report, standard)) }
                    @if shows(Page::Waiting) { (board::waiting(pack)) }
                    @if shows(Page::Steps) { (board::listings(pack)) }
                    @if shows(Page::Benchmark) { (board::benchmarks(pack)) }
                    @if shows(Page::Quality) { (board::quality(pack)) }
                    @if shows(Page::Actions) { (board::actions(pack)) }
                    @if shows(Page::Restatements) { (board::restated(report)) }
                    (board::notes(report))
                }
                footer { (board::about(report)) }
                div id="said" role="status" aria-live="polite" .soft {}
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// The style, with the trust's own colours after ours. On a dark page they are lightened until they can be read.
fn style(colours: &Colours) -> String {
    if *colours == Colours::default() {
        return STYLE.to_string();
    }
    const DARK_PAGE: u32 = 0x12181D;
    let set = |main: u32, link: u32| format!(":root{{--brand:#{main:06x};--link:#{link:06x}}}");
    let light = set(colours.main, colours.link);
    let on_dark = |colour| lightened(colour, DARK_PAGE, 2.0 * LEAST_CONTRAST);
    let dark = set(on_dark(colours.main), on_dark(colours.link));
    format!("{STYLE}{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n@media print{{{light}}}\n")
}

/// The trust's logo, as part of the page.
fn picture(logo: &Logo, provider: &Organisation) -> Markup {
    let (width, height) = logo.within(260, 72);
    html! {
        img.logo src={ "data:image/png;base64," (STANDARD.encode(&logo.png)) } width=(width) height=(height)
            alt={ "Logo of " (organisation(provider)) };
    }
}

/// Allows only this style, this script, identified by their hashes, and pictures that are part of the page;
/// nothing is loaded or sent.
fn policy(style: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(style),
        hash(SCRIPT)
    )
}

/// The table of contents: id and name of each part, in order.
fn contents(report: &Report) -> Markup {
    let pack = &report.pack;
    let shows = |page| report.pages.show(page);
    let mut parts = vec![("summary".to_string(), "Summary".to_string())];
    if shows(Page::Matrix) {
        parts.push(("matrix".into(), "Matrix".into()));
    }
    parts.extend(
        pack.standards
            .iter()
            .map(|standard| (id(&standard.code), standard.title.clone())),
    );
    parts.extend(
        pack.waiting
            .iter()
            .filter(|_| shows(Page::Waiting))
            .map(|_| ("waiting".into(), "Waiting list".into())),
    );
    parts.extend(
        pack.tables
            .iter()
            .filter(|_| shows(Page::Steps))
            .map(|table| (id(&table.sheet.name), table.sheet.name.clone())),
    );
    if shows(Page::Benchmark) && !pack.benchmarks.is_empty() {
        parts.push(("benchmark".into(), "Benchmark".into()));
    }
    if shows(Page::Quality) {
        parts.push(("quality".into(), "Data quality".into()));
    }
    if shows(Page::Actions) && !pack.narrative.actions.is_empty() {
        parts.push(("actions".into(), "Actions".into()));
    }
    if shows(Page::Restatements) {
        parts.push(("restatements".into(), super::pack::restated::NAME.into()));
    }
    parts.push(("notes".into(), "Definitions".into()));
    html! {
        nav aria-label="Parts of this report" {
            ul { @for (id, name) in &parts { li { a href={ "#" (id) } { (name) } } } }
        }
    }
}

/// The id of a part, made from its name.
fn id(name: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    format!("part-{}", name.chars().map(plain).collect::<String>())
}

/// An icon before its words. The icon is hidden from screen readers, because the words say the same.
fn iconed(icon: &Icon, words: &str) -> Markup {
    let drawn = icon.svg.trim().replacen("<svg ", "<svg aria-hidden=\"true\" ", 1);
    html! { span.iconed { (PreEscaped(drawn)) span { (words) } } }
}
