//! A page for each standard: its sentence, its icons in words, its SPC chart, and the trust's words and
//! actions. Then a page with the charts of its most important sites. The last sheets have every month with
//! its limits, and the lines.

use anyhow::Result;

use super::super::board::{icons, sites, trend_of};
use super::super::book::Book;
use super::super::sheet::Sheet;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::{SHORTHAND, Value};
use super::chart::{self, Drawn, Size};
use super::chart_data::shortened;
use super::{chart_lines, figures, narrative, sheet_name};
use crate::report::{Control, Pack, StandardSummary, TrendPoint};

pub const DATA: &str = "Trend data";
/// The first row of months on the data sheet, which sparklines draw; above it are the title, a
/// line and the headings.
pub const DATA_FIRST_ROW: u32 = 5;
/// The columns of performance and of the operational standard on the data sheet.
pub const RATE_AND_STANDARD: [u16; 2] = [4, 10];

/// One chart: its position, and what it shows.
pub struct Charted<'a> {
    sheet: String,
    row: u32,
    left: u32,
    size: Size,
    title: String,
    reached: &'a str,
    control: Option<&'a Control>,
    pub site: Option<&'a str>,
    pub points: Vec<&'a TrendPoint>,
}

/// Writes the page of a standard; its chart is added later.
pub fn page<'a>(book: &mut Book<'a>, standard: &'a StandardSummary) -> Result<Option<Charted<'a>>> {
    let pack = &book.report.pack;
    let name = sheet_name("Trend", &standard.code);
    let mut sheet = book.sheet(&name, &standard.title)?;
    sheet.first_column(TEXT)?;
    sheet.gap();
    sheet.line(&standard.reading)?;
    let mut charted = None;
    match &standard.control {
        None => sheet.line("No chart: no month of this standard can be shown.")?,
        Some(control) => {
            verdicts(&mut sheet, control)?;
            let row = sheet.leave(Size::Page.rows());
            control
                .footnotes
                .iter()
                .try_for_each(|footnote| sheet.small_print(footnote))?;
            charted = Some(Charted {
                sheet: name.clone(),
                row,
                left: 0,
                size: Size::Page,
                title: format!("{}: {}, by month", standard.title, standard.reached),
                reached: &standard.reached,
                control: Some(control),
                site: None,
                points: trend_of(pack, &standard.code),
            });
        }
    }
    narrative::of_standard(&mut sheet, pack, &standard.code)?;
    sheet.print_on_one_page();
    Ok(charted)
}

/// Width of the text, in digits: as wide as a chart.
const TEXT: f64 = 129.0;
/// Charts of sites side by side, the pixels between them, and the most characters of a site above its chart.
const ACROSS: usize = 3;
const SPACE: u32 = 11;
const SITE_LENGTH: usize = 38;

/// Writes each icon with its word and its sentence.
pub fn verdicts(sheet: &mut Sheet, control: &Control) -> Result<()> {
    sheet.gap();
    for (name, verdict) in control.icons.named() {
        let row = sheet.next_row();
        let words = format!("{name}: {}. {}", verdict.word, verdict.sentence);
        sheet.icon(
            row,
            0,
            &icons::of_word(verdict.word),
            &format!("{name}: {}", verdict.word),
        )?;
        sheet.with_icon(&words)?;
    }
    sheet.gap();
    Ok(())
}

/// Writes the page of a standard's sites that have limits of their own, most breaches above tolerance first.
pub fn site_page<'a>(book: &mut Book<'a>, standard: &'a StandardSummary) -> Result<Vec<Charted<'a>>> {
    let pack = &book.report.pack;
    let charted_sites = sites::that_matter(pack, &standard.code);
    if charted_sites.is_empty() {
        return Ok(Vec::new());
    }
    let name = sheet_name("Site charts", &standard.code);
    let mut sheet = book.sheet(
        &name,
        &format!("{}: {} by month", standard.title, pack.words.sites),
    )?;
    sheet.columns(ACROSS as u16, TEXT / ACROSS as f64)?;
    sheet.gap();
    sheet.line(&site_words(pack, standard, charted_sites.len()))?;
    sheet.gap();
    let mut charts = Vec::new();
    for row_of_sites in charted_sites.chunks(ACROSS) {
        for (index, (site, _)) in row_of_sites.iter().enumerate() {
            if let Some([variation, assurance]) = site.control.as_ref().map(|control| control.icons.words()) {
                let pictures = [variation, assurance].map(|word| (icons::of_word(word), word));
                sheet.caption(index as u16, &pictures, &format!("{variation}; {assurance}"))?;
            }
        }
        sheet.gap();
        let row = sheet.leave(Size::Small.rows() + 1);
        for (index, (site, _)) in row_of_sites.iter().enumerate() {
            charts.push(Charted {
                sheet: name.clone(),
                row,
                left: index as u32 * (Size::Small.pixels().0 + SPACE),
                size: Size::Small,
                title: shortened(&site.site, SITE_LENGTH),
                reached: &standard.reached,
                control: site.control.as_ref(),
                site: Some(&site.site),
                points: site.points.iter().collect(),
            });
        }
    }
    sheet.small_print(
        "Solid: mean. Grey dashes: process limits. Red dashes: the standard. Diamond: improvement; square: \
         concern.",
    )?;
    sheet.print_on_one_page();
    Ok(charts)
}

fn site_words(pack: &Pack, standard: &StandardSummary, shown: usize) -> String {
    let with_trend = pack
        .site_trends
        .iter()
        .filter(|site| site.standard == standard.code && site.control.is_some())
        .count();
    format!(
        "{shown} of {with_trend} {} {}: those with enough people and months for limits, the most \
         breaches above tolerance first.",
        pack.words.sites,
        if shown == 1 { "is charted" } else { "are charted" }
    )
}

/// Writes the data sheets, and draws each chart on its page.
pub fn draw(book: &mut Book, charts: &[Charted]) -> Result<()> {
    let points: Vec<&[&TrendPoint]> = charts.iter().map(|chart| chart.points.as_slice()).collect();
    let lines = chart_lines::lines(&points);
    data(book)?;
    let table_rows = chart_lines::write(book, charts, &lines)?;
    let mut first_row = table_rows.first_row;
    for charted in charts {
        let drawn = Drawn {
            title: charted.title.clone(),
            reached: charted.reached,
            control: charted.control,
            points: &charted.points,
            lines: &lines,
            first_row,
            size: charted.size,
        };
        book.insert_chart(&charted.sheet, charted.row, charted.left, &chart::draw(&drawn))?;
        first_row += charted.points.len() as u32;
    }
    Ok(())
}

/// Writes one row for each standard and month: its figure, what it shows, and its targets.
fn data(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(DATA, "Figures behind the charts")?;
    sheet.for_screen()?;
    let mut explained = vec![SHORTHAND];
    explained.push(
        "Shows: what the month is on its chart, in the terms of Making Data Count. H and L: the signal is \
         high or low. Rules: every rule that the month is part of; the rule that labels it comes first.",
    );
    explained.push(
        "An empty limit: there are too few months for limits. Process limits are as calculated and may lie \
         beyond 0% and 100%. An empty standard, ambition or plan: none is in force.",
    );
    let points: Vec<&TrendPoint> = pack
        .standards
        .iter()
        .flat_map(|standard| trend_of(pack, &standard.code))
        .collect();
    let has_plan = points.iter().any(|point| point.own_plan.is_some());
    let plan = columns(has_plan);
    let plan = Plan {
        frozen_columns: 2,
        ..Plan::new("Trend", &plan, "There is no earlier month.")
    };
    let table_rows = sheet.table(&plan, points.iter().map(|point| row(pack, point, has_plan)))?;
    debug_assert_eq!(table_rows.first_row, DATA_FIRST_ROW);
    sheet.gap();
    explained.into_iter().try_for_each(|line| sheet.small_print(line))
}

fn columns(has_plan: bool) -> Vec<Column> {
    let mut columns = vec![
        Column::new("Standard", 34.0, Look::Name),
        Column::new("Month", 11.0, Look::Month),
        Column::new("Within", 10.0, Look::People),
        Column::new("Total", 10.0, Look::People),
        Column::new("Performance", 14.0, Look::Percent),
        Column::new("Shows", 18.0, Look::Status),
        Column::new("Rules", 34.0, Look::Words),
        Column::new("Mean", 10.0, Look::Percent),
        Column::new("Lower process limit", 13.0, Look::Percent),
        Column::new("Upper process limit", 13.0, Look::Percent),
        Column::new("Operational standard", 13.0, Look::Percent),
        Column::new("Ambition for the year", 13.0, Look::Percent),
    ];
    if has_plan {
        columns.push(Column::new("Trust's own plan", 13.0, Look::Percent));
    }
    columns
}

fn row<'a>(pack: &'a Pack, point: &'a TrendPoint, has_plan: bool) -> Vec<Value<'a>> {
    let number = |value: Option<f64>| value.map_or(Value::Blank, Value::Number);
    let mut row = vec![
        figures::title(pack, &point.standard).into(),
        point.month.into(),
        figures::count(point.figure.within),
        figures::count(point.figure.total),
        figures::rate(&point.figure),
        point.control.shows.into(),
        point.control.rules.as_str().into(),
        number(point.control.mean),
        number(point.control.lower),
        number(point.control.upper),
        number(point.standard_value),
        number(point.ambition),
    ];
    if has_plan {
        row.push(number(point.own_plan));
    }
    row
}
