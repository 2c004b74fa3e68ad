//! Draws a trend as an SPC chart by the conventions of Making Data Count. Every line differs by its dashes,
//! and every kind of month by its marker, as well as by colour.

use rust_xlsxwriter::{
    Chart, ChartAxisDateUnitType, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat,
    ChartLayout, ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType,
    ChartSeries, ChartSolidFill,
};

use super::super::style::{
    AMBITION, COMMON_CAUSE, CONCERN, DARK_GREY, FONT, IMPROVEMENT, INK, NEUTRAL, PALE_GREY, TARGET,
    TRAJECTORY,
};
use super::bars::LONGEST_WORDS;
use super::chart_data::shortened;
use super::chart_lines::{Kind, Line, MONTH, SHEET};
use crate::report::{Control, TrendPoint};

/// The size of a chart and how much text it has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As wide as a page, with a legend.
    Page,
    /// One of several on a page.
    Small,
}

impl Size {
    /// Width and height, in pixels.
    pub fn pixels(self) -> (u32, u32) {
        match self {
            Size::Page => (1040, 412),
            Size::Small => (338, 232),
        }
    }

    /// The number of sheet rows that a chart covers.
    pub fn rows(self) -> u32 {
        match self {
            Size::Page => 22,
            Size::Small => 13,
        }
    }
}

/// If shares differ by more than this, the axis is in steps of ten per cent.
const WIDE: f64 = 0.3;

/// The points of a chart, the lines to draw, and the sheet rows of the points.
pub struct Drawn<'a> {
    pub title: String,
    /// What is said of the people whom the chart shows: `within 62 days`.
    pub reached: &'a str,
    pub control: Option<&'a Control>,
    pub points: &'a [&'a TrendPoint],
    pub lines: &'a [Line],
    pub first_row: u32,
    pub size: Size,
}

impl Drawn<'_> {
    fn last_row(&self) -> u32 {
        self.first_row + self.points.len() as u32 - 1
    }

    /// The lines that this chart has, with their values.
    fn lines(&self) -> impl Iterator<Item = (&Line, Vec<Option<f64>>)> {
        let lines = self.lines.iter().map(|line| (line, line.values(self.points)));
        lines.filter(|(_, values)| values.iter().any(Option::is_some))
    }
}

/// The chart of one standard, or of one of its sites.
pub fn draw(drawn: &Drawn) -> Chart {
    let mut chart = Chart::new_line();
    let axis = axis(drawn.points);
    let mut named: Vec<Kind> = Vec::new();
    for (line, values) in drawn.lines() {
        let range = |column| (SHEET, drawn.first_row, column, drawn.last_row(), column);
        let series = chart
            .add_series()
            .set_categories(range(MONTH))
            .set_values(range(line.column));
        series.set_name(&name(line.kind, drawn.points));
        look(series, line.kind, is_trial(drawn.points), has_lone_month(&values));
        if drawn.size == Size::Small && line.kind == Kind::Performance {
            marker(series, ChartMarkerType::Circle, 5, COMMON_CAUSE);
        }
        label(series, line.kind, &values, drawn.points, axis);
        // The two limits look alike, and a line that continues in a second column is one line: one name each.
        let is_named =
            named.contains(&line.kind) || (line.kind == Kind::Lower && named.contains(&Kind::Upper));
        series.delete_from_legend(is_named);
        named.push(line.kind);
    }
    let (width, height) = drawn.size.pixels();
    let title_size = if drawn.size == Size::Page { 12.0 } else { 9.0 };
    chart
        .title()
        .set_name(&drawn.title)
        .set_font(font(title_size).set_bold().set_color(INK));
    axes(&mut chart, drawn, axis);
    chart
        .chart_area()
        .set_format(ChartFormat::new().set_border(ChartLine::new().set_color(PALE_GREY)));
    let layout = match drawn.size {
        Size::Page => {
            chart
                .legend()
                .set_position(ChartLegendPosition::Bottom)
                .set_font(&font(10.0));
            ChartLayout::new()
                .set_offset(0.08, 0.11)
                .set_dimensions(0.845, 0.63)
        }
        Size::Small => {
            chart.legend().set_hidden();
            ChartLayout::new()
                .set_offset(0.11, 0.16)
                .set_dimensions(0.73, 0.66)
        }
    };
    chart.plot_area().set_layout(&layout);
    chart.set_width(width).set_height(height).set_alt_text(shortened(
        &alt_text(&drawn.title, drawn.points, drawn.control),
        LONGEST_WORDS,
    ));
    chart
}

/// The name in the legend, with the level if there is only one.
fn name(kind: Kind, points: &[&TrendPoint]) -> String {
    let mut levels: Vec<f64> = points.iter().filter_map(|point| kind.value(point)).collect();
    levels.dedup();
    match (kind, &levels[..]) {
        (Kind::Upper | Kind::Lower, _) if is_trial(points) => "Trial limits".to_string(),
        (Kind::Upper | Kind::Lower, _) => "Process limits".to_string(),
        (kind, [level]) if kind.is_target() => format!("{} {:.0}%", kind.words(), level * 100.0),
        _ => kind.words().to_string(),
    }
}

fn is_trial(points: &[&TrendPoint]) -> bool {
    points
        .last()
        .is_some_and(|point| point.control.is_trial && point.control.upper.is_some())
}

fn look(series: &mut ChartSeries, kind: Kind, is_trial: bool, has_lone_month: bool) {
    let limits = if is_trial {
        ChartLineDashType::RoundDot
    } else {
        ChartLineDashType::Dash
    };
    match kind {
        Kind::Mean => line(series, INK, 1.5, ChartLineDashType::Solid),
        Kind::Upper | Kind::Lower => line(series, COMMON_CAUSE, 1.5, limits),
        Kind::Operational => target(series, TARGET, ChartLineDashType::Dash, has_lone_month),
        Kind::Ambition => target(series, AMBITION, ChartLineDashType::RoundDot, has_lone_month),
        Kind::OwnPlan => target(series, TRAJECTORY, ChartLineDashType::LongDashDot, has_lone_month),
        Kind::Performance => {
            line(series, COMMON_CAUSE, 2.25, ChartLineDashType::Solid);
            marker(series, ChartMarkerType::Circle, 7, COMMON_CAUSE);
        }
        Kind::Improvement => special(series, ChartMarkerType::Diamond, 10, IMPROVEMENT),
        Kind::Concern => special(series, ChartMarkerType::Square, 9, CONCERN),
        Kind::Special => special(series, ChartMarkerType::Triangle, 10, NEUTRAL),
    }
}

fn line(series: &mut ChartSeries, colour: u32, width: f64, dash: ChartLineDashType) {
    let line = ChartLine::new()
        .set_color(colour)
        .set_width(width)
        .set_dash_type(dash)
        .clone();
    series
        .set_format(ChartFormat::new().set_line(&line))
        .set_marker(ChartMarker::new().set_none());
}

/// A level that lasts one month draws no line: a short stroke shows it.
fn target(series: &mut ChartSeries, colour: u32, dash: ChartLineDashType, has_lone_month: bool) {
    line(series, colour, 2.0, dash);
    if has_lone_month {
        marker(series, ChartMarkerType::LongDash, 12, colour);
    }
}

fn has_lone_month(values: &[Option<f64>]) -> bool {
    let is_drawn = |index: Option<usize>| {
        index
            .and_then(|index| values.get(index))
            .is_some_and(Option::is_some)
    };
    (0..values.len())
        .any(|index| is_drawn(Some(index)) && !is_drawn(index.checked_sub(1)) && !is_drawn(Some(index + 1)))
}

/// Markers for single months, without a line between them.
fn special(series: &mut ChartSeries, shape: ChartMarkerType, size: u8, colour: u32) {
    series.set_format(ChartFormat::new().set_no_line());
    marker(series, shape, size, colour);
}

fn marker(series: &mut ChartSeries, shape: ChartMarkerType, size: u8, colour: u32) {
    let is_stroke = shape == ChartMarkerType::LongDash;
    let edge = if is_stroke { colour } else { INK };
    let mut format = ChartFormat::new();
    format
        .set_solid_fill(ChartSolidFill::new().set_color(colour))
        .set_border(ChartLine::new().set_color(edge).set_width(0.75));
    series.set_marker(
        ChartMarker::new()
            .set_type(shape)
            .set_size(size)
            .set_format(&mut format),
    );
}

/// Labels at the right edge: the latest figure, and the mean and limits if there is room.
fn label(
    series: &mut ChartSeries,
    kind: Kind,
    values: &[Option<f64>],
    points: &[&TrendPoint],
    axis: (f64, f64),
) {
    let latest = points.iter().rposition(|point| point.figure.rate().is_some());
    let rate = latest.and_then(|index| points[index].figure.rate());
    let is_clear = |value: f64| rate.is_none_or(|rate| (value - rate).abs() > (axis.1 - axis.0) * 0.07);
    let last = values.len().checked_sub(1);
    let index = match kind {
        Kind::Performance => latest,
        kind if kind.is_limit() => last.filter(|index| values[*index].is_some_and(is_clear)),
        _ => None,
    };
    let Some(index) = index else { return };
    let font = if kind == Kind::Performance {
        font(11.0).set_bold().set_color(INK).clone()
    } else {
        font(9.0)
    };
    let shown = ChartDataLabel::new()
        .show_value()
        .set_num_format("0.0%")
        .set_position(ChartDataLabelPosition::Right)
        .set_font(&font)
        .to_custom();
    let hidden = ChartDataLabel::new().set_hidden().to_custom();
    let labels: Vec<ChartDataLabel> = (0..values.len())
        .map(|at| {
            if at == index {
                shown.clone()
            } else {
                hidden.clone()
            }
        })
        .collect();
    series.set_custom_data_labels(&labels);
}

fn axes(chart: &mut Chart, drawn: &Drawn, (low, high): (f64, f64)) {
    let is_page = drawn.size == Size::Page;
    let step = match high - low {
        span if span > 0.4 && !is_page => 0.2,
        span if span > 0.4 || !is_page => 0.1,
        _ => 0.05,
    };
    let size = if is_page { 10.0 } else { 8.0 };
    let months = drawn.points.len();
    let grid = ChartLine::new().set_color(PALE_GREY).set_width(0.75).clone();
    chart
        .x_axis()
        .set_date_axis(true)
        .set_num_format("mmm yy")
        .set_font(&font(size))
        .set_major_unit(label_step(months) * if is_page { 1.0 } else { 2.0 })
        .set_major_unit_date_type(ChartAxisDateUnitType::Months);
    chart
        .y_axis()
        .set_min(low)
        .set_max(high)
        .set_major_unit(step)
        .set_num_format("0%")
        .set_font(&font(size))
        .set_major_gridlines(true)
        .set_major_gridlines_line(&grid);
    if is_page {
        chart.x_axis().set_name("Month").set_name_font(&font(10.0));
        chart
            .y_axis()
            .set_name(&axis_name(drawn.reached, (low, high)))
            .set_name_font(&font(10.0));
    }
}

/// The axis title: what the axis measures, and the range if it is cut.
fn axis_name(reached: &str, (low, high): (f64, f64)) -> String {
    let measure = format!("People {reached}");
    if (low, high) == (0.0, 1.0) {
        measure
    } else {
        format!(
            "{measure} (axis cut: {:.0}% to {:.0}%)",
            low * 100.0,
            high * 100.0
        )
    }
}

/// The number of months between the labels of the axis.
fn label_step(months: usize) -> f64 {
    if months > 12 { 2.0 } else { 1.0 }
}

/// The lowest and highest per cent drawn: every line with some room, in steps of five (of ten if the range is
/// wide), and at least twenty points apart, so that a change of a point or two does not look like a cliff.
pub fn axis(points: &[&TrendPoint]) -> (f64, f64) {
    let kinds = [
        Kind::Performance,
        Kind::Mean,
        Kind::Upper,
        Kind::Lower,
        Kind::Operational,
        Kind::Ambition,
        Kind::OwnPlan,
    ];
    let values = points
        .iter()
        .flat_map(|point| kinds.map(|kind| kind.value(point)))
        .flatten();
    let (least, most) = values.fold((1.0_f64, 0.0_f64), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    let ends = |parts: f64| {
        (
            ((least - 0.03) * parts).floor() / parts,
            ((most + 0.03) * parts).ceil() / parts,
        )
    };
    let (low, high) = if most - least > WIDE {
        ends(10.0)
    } else {
        ends(20.0)
    };
    let high = high.min(1.0);
    let low = low.min(high - 0.2).max(0.0);
    (low, high.max(low + 0.2))
}

/// What the chart shows, in one sentence.
pub fn alt_text(title: &str, points: &[&TrendPoint], control: Option<&Control>) -> String {
    let shown: Vec<(String, f64)> = points
        .iter()
        .filter_map(|point| Some((point.month.format("%B %Y").to_string(), point.figure.rate()?)))
        .collect();
    let of = |end: Option<&(String, f64)>| {
        end.map_or_else(String::new, |(month, rate)| {
            format!("{:.1}% in {month}", rate * 100.0)
        })
    };
    let icons: String = control
        .iter()
        .flat_map(|control| control.icons.named())
        .map(|(name, verdict)| format!(" {name}: {}.", verdict.word))
        .collect();
    format!(
        "SPC chart. {title}: from {} to {}.{icons}",
        of(shown.first()),
        of(shown.last())
    )
}

fn font(size: f64) -> ChartFont {
    ChartFont::new()
        .set_name(FONT)
        .set_size(size)
        .set_color(DARK_GREY)
        .unset_bold()
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ControlPoint, Figure};

    #[test]
    fn the_axis_holds_every_line_and_spans_a_fifth() {
        for (within, standard, axis_is) in [
            (62.0, Some(0.85), (0.55, 0.9)),
            (95.0, Some(0.96), (0.8, 1.0)),
            (100.0, None, (0.8, 1.0)),
            (2.0, None, (0.0, 0.2)),
        ] {
            let figure = Figure {
                total: Some(100.0),
                within: Some(within),
            };
            let point = TrendPoint {
                standard: "62D".into(),
                month: Default::default(),
                figure,
                standard_value: standard,
                ambition: None,
                own_plan: None,
                control: ControlPoint::default(),
            };
            let (low, high) = axis(&[&point]);
            assert!(
                (low - axis_is.0).abs() < 1e-9 && (high - axis_is.1).abs() < 1e-9,
                "{within}: {low} to {high}"
            );
        }
    }
}
