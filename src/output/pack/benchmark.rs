//! The page that compares providers. It is never a league table alone: it always shows the limits between
//! which a provider of the trust's size moves by chance and by the usual spread.

use anyhow::Result;

use super::super::board::people;
use super::super::book::Book;
use super::chart_data;
use crate::calendar::Month;
use crate::report::Benchmark;

pub const NAME: &str = "Benchmark";
/// The number of rows that a funnel covers.
const CHART_ROWS: u32 = 20;

/// Writes the page if published figures were given; returns the rows of its charts.
pub fn write(book: &mut Book) -> Result<Vec<u32>> {
    let pack = &book.report.pack;
    let Some(first) = pack.benchmarks.first() else {
        return Ok(Vec::new());
    };
    let mut sheet = book.sheet(NAME, &format!("All providers, {}", title(&first.standing.period)))?;
    sheet.line(
        "From the provider workbook published by NHS England. Shared patients and later corrections make \
         its figures differ from those of this pack.",
    )?;
    let (mut rows, mut pages) = (Vec::new(), Vec::new());
    for benchmark in &pack.benchmarks {
        sheet.gap();
        if !rows.is_empty() && rows.len() % 2 == 0 {
            pages.push(sheet.next_row());
        }
        sheet.line(&in_words(benchmark))?;
        sheet.gap();
        rows.push(sheet.leave(CHART_ROWS));
    }
    sheet.small_print(
        "Limits: 95% and 99.8%, on the arcsine scale, widened by the spread between providers \
         (Spiegelhalter). A rank is of providers with 20 people or more; providers that tie share one.",
    )?;
    sheet.print_from(&pages, 70)?;
    Ok(rows)
}

/// Draws the funnels.
pub fn draw(book: &mut Book, rows: &[u32]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    chart_data::funnels(book, NAME, rows)
}

fn title(period: &str) -> String {
    Month::parse(period).map_or_else(|_| period.to_string(), Month::title)
}

/// `62D: 66.7% of 111 people; England 69.2%. Rank 87 of 130. Within the 95% limits for its size.`
pub fn in_words(benchmark: &Benchmark) -> String {
    let standing = &benchmark.standing;
    let rank = standing
        .rank
        .map_or("Too few people for a rank.".to_string(), |rank| {
            format!("Rank {rank} of {}.", standing.ranked_providers)
        });
    let position = match standing.position {
        crate::published::funnel::Position::Within => {
            "Within the 95% limits for its size: no clear difference from England".to_string()
        }
        outside => format!("{} the 95% limits for its size", capital(outside.words())),
    };
    format!(
        "{}, {}: {:.1}% of {} people; England {:.1}%. {rank} {position}, and {} the 99.8% limits.",
        standing.standard,
        title(&standing.period),
        standing.rate * 100.0,
        people(standing.denominator),
        standing.england_rate * 100.0,
        standing.position_99_8.words()
    )
}

fn capital(word: &str) -> String {
    super::super::text::capitalised(word)
}
