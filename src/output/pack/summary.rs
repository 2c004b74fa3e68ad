//! The first page: one tile for each standard, and sentences with what else a board should know.

use anyhow::Result;

use super::super::board::tile::Tile;
use super::super::board::{percent, sites, trend_of, waiting};
use super::super::book::Book;
use super::bars::{self, Rows};
use super::chart::axis;
use super::narrative;
use crate::pack::{alerts, people};
use crate::report::{Icons, Pack, Report, StandardSummary};

pub const NAME: &str = "Summary";
/// The number of tiles side by side, and their width with their gaps, in pixels.
const ACROSS: usize = 3;
const WIDTH: u32 = 998;

/// Writes the page; returns the row of each tile's trend.
pub fn write(book: &mut Book) -> Result<Vec<u32>> {
    let report = book.report;
    let pack = &report.pack;
    let title = format!("{}, {}", pack.words.subject, report.month_title);
    let mut sheet = book.first_sheet(NAME, &title, WIDTH)?;
    sheet.tile_columns(ACROSS)?;
    sheet.gap();
    let tiles: Vec<Tile> = pack
        .standards
        .iter()
        .map(|standard| Tile::new(standard, &trend_of(pack, &standard.code)))
        .collect();
    let mut rows = Vec::new();
    for row_of_tiles in tiles.chunks(ACROSS) {
        let row = sheet.tiles(row_of_tiles)?;
        rows.extend(row_of_tiles.iter().map(|_| row));
        sheet.gap();
    }
    if tiles.is_empty() {
        sheet.line("The rules have no standard for this month.")?;
    }
    for line in sentences(pack) {
        sheet.bullet(&line)?;
    }
    for words in pack
        .narrative
        .words
        .iter()
        .filter(|words| words.standard.is_empty())
    {
        sheet.section("What the trust says")?;
        narrative::paragraphs(&mut sheet, words)?;
    }
    sheet.gap();
    let where_else = "Contents, files read and definitions are on the last sheets.";
    sheet.small_print(&format!("{} {where_else}", small_print(report)))?;
    sheet.print_on_one_page();
    Ok(rows)
}

/// What a board should know in addition to the tiles, one sentence each; only what the figures and charts
/// show.
pub fn sentences(pack: &Pack) -> Vec<String> {
    let mut lines: Vec<String> = pack.alerts.iter().map(alerts::in_words).collect();
    for standard in &pack.standards {
        if let Some(Icons::Shown { variation, .. }) = standard.control.as_ref().map(|control| &control.icons)
            && variation.word != "Common cause"
        {
            lines.push(format!("{}: {}", standard.title, variation.sentence));
        }
    }
    for standard in &pack.standards {
        let worst = sites::worst_in_words(pack, &standard.code);
        lines.extend(worst.map(|worst| format!("{}: {}", standard.title, lower_first(&worst))));
    }
    lines.extend(pack.waiting.as_ref().map(waiting::in_words));
    lines.extend(as_submitted(pack));
    lines.extend(ranges(pack));
    lines
}

fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What goes up, where records are held back that the figures count, in one sentence.
fn as_submitted(pack: &Pack) -> Option<String> {
    let figure = |standard: &StandardSummary| {
        standard.range.held_back.filter(|count| *count > 0)?;
        let (up, within, total) = (
            &standard.submitted,
            standard.submitted.within?,
            standard.submitted.total?,
        );
        let rate = up.rate().map_or("nobody counted".to_string(), percent);
        let (within, total) = (people(within), people(total));
        Some(format!("{} {rate} ({within} of {total})", standard.code))
    };
    let figures: Vec<String> = pack.standards.iter().filter_map(figure).collect();
    (!figures.is_empty()).then(|| {
        format!(
            "The figures count what is recorded. As submitted, without the records that are held back from the upload: {}.",
            figures.join(", ")
        )
    })
}

/// What may be published, in one sentence: how far the figures could move if what is left out for its data or
/// held back were put right.
fn ranges(pack: &Pack) -> Option<String> {
    let range = |standard: &StandardSummary| {
        let range = &standard.range;
        let (left_out, held_back) = (range.left_out?, range.held_back?);
        let (low, high) = (range.all_breaches?, range.all_within?);
        (left_out + held_back > 0).then(|| {
            let (low, high) = (percent(low), percent(high));
            format!("{} {low} to {high} ({})", standard.code, left_out + held_back)
        })
    };
    let ranges: Vec<String> = pack.standards.iter().filter_map(range).collect();
    (!ranges.is_empty()).then(|| {
        format!(
            "Where the published figures may lie, by what becomes of the records that are left out for their data or held back: {}.",
            ranges.join(", ")
        )
    })
}

/// What the figures are based on.
pub fn small_print(report: &Report) -> String {
    format!(
        "{} figures from data as at {}, by clockstop {} and rulebook {}. Targets are judged on unrounded \
         figures.",
        report.status,
        report.as_at.format("%-d %B %Y"),
        report.tool_version,
        report.rulebook
    )
}

/// Draws the months of every standard in its tile, from the data sheet.
pub fn draw(book: &mut Book, rows: &[u32]) -> Result<()> {
    let pack = &book.report.pack;
    let mut first = super::trend::DATA_FIRST_ROW;
    for (standard, (index, row)) in pack.standards.iter().zip(rows.iter().enumerate()) {
        let points = trend_of(pack, &standard.code);
        let months = Rows {
            first,
            last: first + (points.len() as u32).max(1) - 1,
        };
        first += points.len() as u32;
        if points.len() > 1 {
            let words = format!("{}: {}", standard.title, Tile::new(standard, &points).span);
            let chart = bars::sparkline(
                super::trend::DATA,
                months,
                super::trend::RATE_AND_STANDARD,
                axis(&points),
                &words,
            );
            let column = (index % ACROSS) as u16 * 2;
            book.insert_chart_at(NAME, (*row, column), (6, 2), &chart)?;
        }
    }
    Ok(())
}
