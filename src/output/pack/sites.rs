//! A sheet for each standard: its tumour sites, and the total that is the line of the standard itself.

use anyhow::Result;

use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::value::{NOT_AVAILABLE, SHORTHAND, SUPPRESSED, Value};
use super::figures;
use crate::report::{Figure, SiteLine, StandardSummary};

/// The sheet of a standard's sites: `Sites 62D`.
pub fn sheet_name(standard: &StandardSummary) -> String {
    format!("Sites {}", standard.code)
}

/// What that sheet holds, which is also its title.
pub fn about(standard: &StandardSummary) -> String {
    format!("{}, by tumour site", standard.title)
}

/// Writes a sheet a standard.
pub fn write(book: &mut Book) -> Result<()> {
    book.report
        .pack
        .standards
        .iter()
        .try_for_each(|standard| sites(book, standard))
}

fn sites(book: &mut Book, standard: &StandardSummary) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(&sheet_name(standard), &about(standard))?;
    sheet.line(&standard.reading)?;
    sheet.line("Breaches above tolerance: those beyond what the operational standard allows. Bars show where breaches are.")?;
    sheet.line("Part in the whole change: what the site's people within add to the change since last month, by its size and by how it did; the parts, with any that are kept back, add up to the whole.")?;
    sheet.line(SHORTHAND)?;
    let of_standard = pack.sites.iter().filter(|site| site.standard == standard.code);
    let mut rows: Vec<Row> = of_standard.map(|site| site_row(standard, site).into()).collect();
    if !rows.is_empty() {
        rows.push(Row::total(all(standard)));
    }
    let name = format!(
        "Sites_{}",
        standard
            .code
            .replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
    );
    let columns = columns(standard.limit_days);
    let plan = Plan::new(
        &name,
        &columns,
        "Nobody was counted under this standard in the month.",
    );
    sheet.table(
        &Plan {
            frozen_columns: 1,
            ..plan
        },
        rows.into_iter(),
    )?;
    Ok(())
}

fn columns(limit_days: i64) -> [Column; 9] {
    [
        Column::new("Tumour site", 46.0, Look::Words),
        Column::new("Total", 12.0, Look::People),
        Column::new(&format!("Within {limit_days} days"), 16.0, Look::People),
        Column::new(&format!("After {limit_days} days"), 16.0, Look::People).barred(),
        Column::new("Performance", 14.0, Look::Percent),
        Column::new("Previous month", 12.0, Look::Percent),
        Column::new("Change, points", 12.0, Look::Signed),
        Column::new("Part in the whole change, points", 16.0, Look::Signed),
        Column::new("Breaches above tolerance", 17.0, Look::Signed),
    ]
}

fn site_row<'a>(standard: &StandardSummary, site: &'a SiteLine) -> Vec<Value<'a>> {
    row(
        standard,
        &site.cancer_type,
        &site.figure,
        site.previous.as_ref(),
        site.contribution,
        site.above_tolerance,
    )
}

/// The line of the standard itself, so that the sites can be seen to come to it.
fn all(standard: &StandardSummary) -> Vec<Value<'_>> {
    let above_tolerance = figures::main_target(standard).and_then(|target| target.above_tolerance);
    let change = standard
        .previous
        .as_ref()
        .and_then(|previous| Some((standard.latest.rate()? - previous.rate()?) * 100.0));
    row(
        standard,
        "All tumour sites",
        &standard.latest,
        standard.previous.as_ref(),
        change,
        above_tolerance,
    )
}

fn row<'a>(
    standard: &StandardSummary,
    site: &'a str,
    figure: &Figure,
    previous: Option<&Figure>,
    contribution: Option<f64>,
    above_tolerance: Option<f64>,
) -> Vec<Value<'a>> {
    let mut row = vec![Value::from(site)];
    row.extend(figures::four(figure));
    row.push(figures::previous_rate(previous));
    row.push(figures::change(figure, previous));
    row.push(part(standard, figure, contribution));
    row.push(figures::derived(figure, above_tolerance));
    row
}

/// Points of the change of the whole: there are none where either month has nobody, and none are shown where they are
/// kept back.
fn part(standard: &StandardSummary, figure: &Figure, points: Option<f64>) -> Value<'static> {
    let has_people = |figure: &Figure| figure.total != Some(0.0);
    match points {
        _ if figure.total.is_none() || figure.within.is_none() => SUPPRESSED,
        Some(points) => Value::Number(points),
        None if has_people(&standard.latest) && standard.previous.as_ref().is_some_and(has_people) => {
            SUPPRESSED
        }
        None => NOT_AVAILABLE,
    }
}
