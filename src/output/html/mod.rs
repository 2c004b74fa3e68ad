//! The pack as one HTML file. It loads nothing from elsewhere, and its content security policy allows nothing
//! else to run or load. It shows the same model and the same words as the workbook.

mod board;
mod charts;
mod plot;
mod standard;
mod tables;

use std::path::Path;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::board::icons::Icon;
use super::book::organisation;
use crate::report::Report;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("sort.js");

/// Writes the page to `path`.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    Ok(std::fs::write(path, page(report).into_string())?)
}

fn page(report: &Report) -> Markup {
    let pack = &report.pack;
    let title = format!("{}, {}", pack.words.subject, report.month_title);
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(format!("clockstop {}", report.tool_version));
                title { (title) ": " (organisation(&report.provider)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the figures" }
                header {
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
                    (board::matrix(pack))
                    @for standard in &pack.standards { (standard::section(pack, standard)) }
                    (board::waiting(pack))
                    (board::listings(pack))
                    (board::benchmarks(pack))
                    (board::quality(pack))
                    (board::actions(pack))
                    (board::restated(report))
                    (board::notes(report))
                }
                footer { (board::about(report)) }
                div id="said" role="status" aria-live="polite" .soft {}
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Allows only this style and this script, identified by their hashes; nothing is loaded or sent.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action \
         'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// The table of contents: id and name of each part, in order.
fn contents(report: &Report) -> Markup {
    let pack = &report.pack;
    let mut parts = vec![
        ("summary".to_string(), "Summary".to_string()),
        ("matrix".into(), "Matrix".into()),
    ];
    parts.extend(
        pack.standards
            .iter()
            .map(|standard| (id(&standard.code), standard.title.clone())),
    );
    parts.extend(
        pack.waiting
            .iter()
            .map(|_| ("waiting".into(), "Waiting list".into())),
    );
    parts.extend(
        pack.tables
            .iter()
            .map(|table| (id(&table.sheet.name), table.sheet.name.clone())),
    );
    if !pack.benchmarks.is_empty() {
        parts.push(("benchmark".into(), "Benchmark".into()));
    }
    parts.push(("quality".into(), "Data quality".into()));
    if !pack.narrative.actions.is_empty() {
        parts.push(("actions".into(), "Actions".into()));
    }
    parts.push(("restatements".into(), super::pack::restated::NAME.into()));
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
