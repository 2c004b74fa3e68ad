//! The sheet of one standard: its tumour sites, and a total row with the standard's own figures.

use anyhow::Result;

use super::super::board::sites::worst_in_words;
use super::super::board::tile::main_target;
use super::super::board::waterfall;
use super::super::book::Book;
use super::super::style::Look;
use super::super::table::{Column, Plan, Row};
use super::super::text::{first_capital, width_of};
use super::super::value::{NOT_APPLICABLE, SHORTHAND, SUPPRESSED, Value};
use super::chart_data::Spot;
use super::figures;
use crate::report::{Figure, Pack, SiteLine, StandardSummary};

/// The sheet of a standard's sites: `Sites 62D`.
pub fn sheet_name(standard: &StandardSummary) -> String {
    super::sheet_name("Sites", &standard.code)
}

/// The title of that sheet.
pub fn about(pack: &Pack, standard: &StandardSummary) -> String {
    format!("{}, by {}", standard.title, pack.words.site.to_lowercase())
}

/// Writes the sheet of a standard; returns where its waterfall goes, if it has one.
pub fn write<'a>(book: &mut Book, standard: &'a StandardSummary) -> Result<Option<Spot<'a>>> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(&sheet_name(standard), &about(pack, standard))?;
    sheet.line(&standard.reading)?;
    if let Some(worst) = worst_in_words(pack, &standard.code) {
        sheet.line(&worst)?;
    }
    let of_standard = pack.sites.iter().filter(|site| site.standard == standard.code);
    let mut sites: Vec<&SiteLine> = of_standard.collect();
    let above = |site: &SiteLine| site.above_tolerance.unwrap_or(f64::MIN);
    sites.sort_by(|one, other| above(other).total_cmp(&above(one)));
    let all_name = format!("All {}", pack.words.sites);
    let mut rows: Vec<Row> = sites.iter().map(|site| site_row(standard, site).into()).collect();
    if !rows.is_empty() {
        rows.push(Row::total(all(standard, &all_name)));
    }
    let name = format!("Sites_{}", super::table_name(&standard.code));
    let width = width_of(sites.iter().map(|site| site.cancer_type.as_str()));
    let columns = columns(&pack.words.site, width, standard);
    let plan = Plan {
        frozen_columns: 1,
        ..Plan::new(
            &name,
            &columns,
            "Nobody was counted under this standard in the month.",
        )
    };
    sheet.table(&plan, rows.into_iter())?;
    let has_steps = !waterfall::steps(pack, standard).is_empty();
    sheet.gap();
    let row = has_steps.then(|| sheet.leave(CHART_ROWS));
    sheet.small_print(
        "Breaches above tolerance: those beyond what the operational standard allows, the most first; a \
         number below 0 is how many more it would allow. They add up to the whole before rounding.",
    )?;
    sheet.small_print(
        "Part in the whole change: what the site contributes to the change since last month, by its size \
         and by its rate; the parts, including any that are suppressed, add up to the whole.",
    )?;
    sheet.small_print(SHORTHAND)?;
    sheet.print_on_one_page();
    Ok(row.map(|row| Spot {
        standard,
        sheet: sheet_name(standard),
        row,
        // Eight pixels for each digit, and the columns of figures next to the first column.
        width: ((width + FIGURES) * 8.0) as u32,
    }))
}

/// The number of rows that the waterfall covers.
const CHART_ROWS: u32 = 18;
/// The total width of the columns of figures, in digits.
const FIGURES: f64 = 119.0;

fn columns(site: &str, width: f64, standard: &StandardSummary) -> [Column; 9] {
    [
        Column::new(site, width, Look::Words),
        Column::new("Total", 10.0, Look::People),
        Column::new(&first_capital(&standard.reached), 12.0, Look::People),
        Column::new(&first_capital(&standard.not_reached), 16.0, Look::People).barred(),
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

/// The figures of the standard itself, so that a reader sees that the sites add up to them.
fn all<'a>(standard: &'a StandardSummary, name: &'a str) -> Vec<Value<'a>> {
    let above_tolerance = main_target(standard).and_then(|target| target.above_tolerance);
    let change = standard
        .previous
        .as_ref()
        .and_then(|previous| Some((standard.latest.rate()? - previous.rate()?) * 100.0));
    row(
        standard,
        name,
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
    row.push(match standard.targets.is_empty() {
        true => NOT_APPLICABLE,
        false => figures::derived(figure, above_tolerance),
    });
    row
}

/// Percentage points of the change of the whole. `[x]` if either month has nobody, `[c]` if they are
/// suppressed.
fn part(standard: &StandardSummary, figure: &Figure, points: Option<f64>) -> Value<'static> {
    match points {
        _ if figure.total.is_none() || figure.within.is_none() => SUPPRESSED,
        Some(points) => Value::Number(points),
        None => Value::Shorthand(no_part(standard)),
    }
}

/// Why a site has no part: `[c]`, or `[x]` if one of the months has nobody to compare.
pub fn no_part(standard: &StandardSummary) -> &'static str {
    let has_people = |figure: &Figure| figure.total != Some(0.0);
    let both = has_people(&standard.latest) && standard.previous.as_ref().is_some_and(has_people);
    if both { "[c]" } else { "[x]" }
}
