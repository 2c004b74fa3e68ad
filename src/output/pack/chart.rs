//! How a trend is drawn: performance as a blue line, what it is held against dashed, told apart by shape as well
//! as colour.

use rust_xlsxwriter::{
    Chart, ChartAxisDateUnitType, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat, ChartLayout, ChartLegendPosition,
    ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType, ChartSeries, ChartSolidFill,
};

use super::super::style::{BLUE, DARK_BLUE, DARK_GREY, FONT, INK, ORANGE, PALE_GREY};
use crate::report::{StandardSummary, TrendPoint};

/// Rows of the sheet that a chart covers.
pub const ROWS: u32 = 20;
const WIDTH: u32 = 1040;
const HEIGHT: u32 = 370;

const MONTH: u16 = 1;
const PERFORMANCE: u16 = 4;
const STANDARD: u16 = 5;
const AMBITION: u16 = 6;
const OWN_PLAN: u16 = 7;

/// The points of one standard, and where they are in the workbook.
pub struct Lines<'a> {
    pub sheet: &'a str,
    pub first_row: u32,
    pub last_row: u32,
    pub points: Vec<&'a TrendPoint>,
}

/// The chart of one standard.
pub fn draw(standard: &StandardSummary, lines: &Lines) -> Chart {
    let mut chart = Chart::new_line();
    performance(chart.add_series(), lines);
    if lines.points.iter().any(|point| point.standard_value.is_some()) {
        target(chart.add_series(), lines, "Operational standard", STANDARD, DARK_GREY, ChartLineDashType::Dash);
    }
    if lines.points.iter().any(|point| point.ambition.is_some()) {
        target(chart.add_series(), lines, "Ambition or plan", AMBITION, ORANGE, ChartLineDashType::RoundDot);
    }
    if lines.points.iter().any(|point| point.own_plan.is_some()) {
        target(chart.add_series(), lines, "Trust's own plan", OWN_PLAN, DARK_BLUE, ChartLineDashType::LongDashDot);
    }
    let title = format!("{}: within {} days, by month", standard.title, standard.limit_days);
    chart.title().set_name(&title).set_font(font(12.0).set_bold().set_color(INK));
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(10.0));
    axes(&mut chart, &lines.points);
    chart.chart_area().set_format(ChartFormat::new().set_border(ChartLine::new().set_color(PALE_GREY)));
    chart.plot_area().set_layout(&ChartLayout::new().set_offset(0.05, 0.13).set_dimensions(0.88, 0.67));
    chart.set_width(WIDTH).set_height(HEIGHT).set_alt_text(alt_text(standard, lines));
    chart
}

fn performance(series: &mut ChartSeries, lines: &Lines) {
    place(series, lines, "Performance", PERFORMANCE)
        .set_format(ChartFormat::new().set_line(ChartLine::new().set_color(BLUE).set_width(2.25)))
        .set_marker(
            ChartMarker::new()
                .set_type(ChartMarkerType::Circle)
                .set_size(6)
                .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(BLUE))),
        )
        .set_custom_data_labels(&latest_label(&lines.points));
}

fn target(series: &mut ChartSeries, lines: &Lines, name: &str, column: u16, colour: u32, dash: ChartLineDashType) {
    let line = ChartLine::new().set_color(colour).set_width(2.0).set_dash_type(dash).clone();
    place(series, lines, name, column).set_format(ChartFormat::new().set_line(&line)).set_marker(ChartMarker::new().set_none());
}

fn place<'s>(series: &'s mut ChartSeries, lines: &Lines, name: &str, column: u16) -> &'s mut ChartSeries {
    let range = |column| (lines.sheet, lines.first_row, column, lines.last_row, column);
    series.set_name(name).set_categories(range(MONTH)).set_values(range(column))
}

/// Only the latest month that can be shown has its figure beside it.
fn latest_label(points: &[&TrendPoint]) -> Vec<ChartDataLabel> {
    let latest = points.iter().rposition(|point| point.figure.rate().is_some());
    let shown = ChartDataLabel::new()
        .show_value()
        .set_num_format("0.0%")
        .set_position(ChartDataLabelPosition::Right)
        .set_font(font(11.0).set_bold().set_color(BLUE))
        .to_custom();
    let hidden = ChartDataLabel::new().set_hidden().to_custom();
    (0..points.len()).map(|place| if Some(place) == latest { shown.clone() } else { hidden.clone() }).collect()
}

fn axes(chart: &mut Chart, points: &[&TrendPoint]) {
    let (low, high) = limits(points);
    let step = if high - low > 0.4 { 0.1 } else { 0.05 };
    let grid = ChartLine::new().set_color(PALE_GREY).set_width(0.75).clone();
    chart
        .x_axis()
        .set_date_axis(true)
        .set_num_format("mmm yy")
        .set_font(&font(10.0))
        .set_major_unit(label_step(points.len()))
        .set_major_unit_date_type(ChartAxisDateUnitType::Months);
    chart
        .y_axis()
        .set_min(low)
        .set_max(high)
        .set_major_unit(step)
        .set_num_format("0%")
        .set_font(&font(10.0))
        .set_major_gridlines(true)
        .set_major_gridlines_line(&grid);
}

/// Months between the labels of the axis.
fn label_step(months: usize) -> f64 {
    if months > 12 { 2.0 } else { 1.0 }
}

/// Lowest and highest per cent drawn: every line with room around it, in steps of five, at least a fifth apart,
/// so that a change of a point or two is not made to look like a cliff.
fn limits(points: &[&TrendPoint]) -> (f64, f64) {
    let values = points.iter().flat_map(|point| [point.figure.rate(), point.standard_value, point.ambition, point.own_plan]).flatten();
    let (least, most) = values.fold((1.0_f64, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
    let high = (((most + 0.03) * 20.0).ceil() / 20.0).min(1.0);
    let low = (((least - 0.03) * 20.0).floor() / 20.0).min(high - 0.2).max(0.0);
    (low, high.max(low + 0.2))
}

fn alt_text(standard: &StandardSummary, lines: &Lines) -> String {
    let months = |place: Option<&&TrendPoint>| place.map_or_else(String::new, |point| point.month.format("%B %Y").to_string());
    let (first, last) = (months(lines.points.first()), months(lines.points.last()));
    format!("Line chart of {} by month, {first} to {last}. {}", standard.title, standard.reading)
}

fn font(size: f64) -> ChartFont {
    ChartFont::new().set_name(FONT).set_size(size).set_color(DARK_GREY).unset_bold().clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Figure;

    #[test]
    fn the_axis_holds_every_line_and_spans_a_fifth() {
        for (within, standard, limits_are) in
            [(62.0, Some(0.85), (0.55, 0.9)), (95.0, Some(0.96), (0.8, 1.0)), (100.0, None, (0.8, 1.0)), (2.0, None, (0.0, 0.2))]
        {
            let figure = Figure { total: Some(100.0), within: Some(within) };
            let point = TrendPoint {
                standard: "62D".into(),
                month: Default::default(),
                figure,
                standard_value: standard,
                ambition: None,
                own_plan: None,
            };
            let (low, high) = limits(&[&point]);
            assert!((low - limits_are.0).abs() < 1e-9 && (high - limits_are.1).abs() < 1e-9, "{within}: {low} to {high}");
        }
    }
}
