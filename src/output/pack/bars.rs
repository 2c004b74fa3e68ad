//! Charts of bars: the waterfall of a month, the histogram of waits, the reasons for breaches, and the funnel
//! of providers. Each draws rows of a data sheet at the end of the workbook.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat, ChartLine,
    ChartLineDashType, ChartMarker, ChartMarkerType, ChartPatternFill, ChartPatternFillType, ChartSolidFill,
    ChartType,
};

use super::super::style::{
    COMMON_CAUSE, CONCERN, DARK_BLUE, DARK_GREY, FONT, IMPROVEMENT, INK, PALE_GREY, TARGET,
};
use super::chart_data::shortened;

/// The longest text for a picture that Excel accepts, in characters.
pub const LONGEST_WORDS: usize = 250;

/// The first and last row that a chart draws from a data sheet.
#[derive(Clone, Copy)]
pub struct Rows {
    pub first: u32,
    pub last: u32,
}

pub fn font(size: f64) -> ChartFont {
    ChartFont::new()
        .set_name(FONT)
        .set_size(size)
        .set_color(DARK_GREY)
        .unset_bold()
        .clone()
}

/// Sets a chart's size, its title, and its text for screen readers.
fn dress(chart: &mut Chart, title: &str, words: &str, (width, height): (u32, u32)) {
    chart
        .title()
        .set_name(title)
        .set_font(font(11.0).set_bold().set_color(INK));
    chart
        .chart_area()
        .set_format(ChartFormat::new().set_border(ChartLine::new().set_color(PALE_GREY)));
    chart
        .set_width(width)
        .set_height(height)
        .set_alt_text(shortened(words, LONGEST_WORDS));
}

fn filled(colour: u32) -> ChartFormat {
    ChartFormat::new()
        .set_solid_fill(ChartSolidFill::new().set_color(colour))
        .clone()
}

/// Stripes, so that two kinds of bars differ without colour.
fn striped(colour: u32) -> ChartFormat {
    ChartFormat::new()
        .set_pattern_fill(
            ChartPatternFill::new()
                .set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
                .set_foreground_color(colour)
                .set_background_color(0xFFFFFF),
        )
        .set_border(ChartLine::new().set_color(colour).set_width(1.0))
        .clone()
}

fn grid() -> ChartLine {
    ChartLine::new().set_color(PALE_GREY).set_width(0.75).clone()
}

/// Draws the waterfall. Columns of its sheet: name, base, level, rise, fall.
///
/// `width` in pixels.
pub fn waterfall(
    sheet: &str,
    rows: Rows,
    (low, high): (f64, f64),
    width: u32,
    title: &str,
    words: &str,
) -> Chart {
    let mut chart = Chart::new(ChartType::ColumnStacked);
    let range = |column| (sheet, rows.first, column, rows.last, column);
    let mut series = |column, name: &str, format: Option<ChartFormat>, label: &str| {
        let series = chart
            .add_series()
            .set_categories(range(1))
            .set_values(range(column))
            .set_name(name)
            .set_gap(40);
        match format {
            Some(mut format) => {
                series.set_format(&mut format).set_data_label(
                    ChartDataLabel::new()
                        .show_value()
                        .set_num_format(label)
                        .set_font(&font(9.0))
                        .set_position(ChartDataLabelPosition::Center),
                );
            }
            None => {
                series.set_format(ChartFormat::new().set_no_fill().set_no_line());
            }
        }
    };
    series(2, "Base", None, "");
    series(3, "Level", Some(filled(0xC8D0D6)), "0.0");
    series(4, "Rise", Some(filled(0x9CCBF0)), "+0.0");
    series(5, "Fall", Some(striped(CONCERN)), "\"\u{2212}\"0.0");
    chart.legend().set_hidden();
    chart
        .x_axis()
        .set_label_interval(1)
        .set_font(font(10.0).set_rotation(-35));
    chart
        .y_axis()
        .set_name(&format!("Per cent within the standard (axis from {low:.0})"))
        .set_name_font(&font(10.0))
        .set_min(low)
        .set_max(high)
        .set_font(&font(10.0))
        .set_num_format("0")
        .set_major_gridlines_line(&grid());
    dress(&mut chart, title, words, (width, 340));
    chart
}

/// Columns of the sheet of days waited: label, within, breach.
pub fn histogram(sheet: &str, rows: Rows, title: &str, words: &str) -> Chart {
    let mut chart = Chart::new(ChartType::ColumnStacked);
    let range = |column| (sheet, rows.first, column, rows.last, column);
    for (column, name, mut format) in [
        (2, "Within the standard", filled(IMPROVEMENT)),
        (3, "Breach", striped(CONCERN)),
    ] {
        chart
            .add_series()
            .set_categories(range(1))
            .set_values(range(column))
            .set_name(name)
            .set_format(&mut format)
            .set_gap(12);
    }
    chart
        .legend()
        .set_position(rust_xlsxwriter::ChartLegendPosition::Bottom)
        .set_font(&font(9.0));
    chart
        .x_axis()
        .set_name("Days waited")
        .set_name_font(&font(9.0))
        .set_font(font(8.0).set_rotation(-60));
    chart
        .y_axis()
        .set_name("People")
        .set_name_font(&font(9.0))
        .set_font(&font(9.0))
        .set_num_format("0")
        .set_major_gridlines_line(&grid());
    dress(&mut chart, title, words, (1040, 300));
    chart
}

/// Columns of the sheet of reasons: label, breaches, running share.
pub fn reasons(sheet: &str, rows: Rows, title: &str, words: &str) -> Chart {
    let mut chart = Chart::new_bar();
    let range = |column| (sheet, rows.first, column, rows.last, column);
    chart
        .add_series()
        .set_categories(range(1))
        .set_values(range(2))
        .set_name("Breaches")
        .set_format(&mut filled(COMMON_CAUSE))
        // One bar alone would fill the chart.
        .set_gap(if rows.last < rows.first + 3 { 200 } else { 35 })
        .set_data_label(
            ChartDataLabel::new()
                .show_value()
                .set_num_format("0.#")
                .set_font(&font(9.0)),
        );
    chart.legend().set_hidden();
    // In a bar chart the first axis is horizontal and has the figures.
    chart
        .y_axis()
        .set_reverse()
        .set_label_interval(1)
        .set_font(&font(9.0));
    chart
        .x_axis()
        .set_font(&font(9.0))
        .set_num_format("0")
        .set_label_position(ChartAxisLabelPosition::None)
        .set_major_gridlines(false);
    dress(&mut chart, title, words, (1040, 300));
    chart
}

/// Columns of the sheet of providers: people, rate, the four limits (in their own rows), and the trust.
pub fn funnel(
    sheet: &str,
    peers: Rows,
    limits: Rows,
    ours: Rows,
    (england, low): (f64, f64),
    title: &str,
    words: &str,
) -> Chart {
    let mut chart = Chart::new_scatter();
    for (column, name, dash) in [
        (3, "95% limits", ChartLineDashType::Dash),
        (4, "95% limits, upper", ChartLineDashType::Dash),
        (5, "99.8% limits", ChartLineDashType::Solid),
        (6, "99.8% limits, upper", ChartLineDashType::Solid),
    ] {
        limit_line(&mut chart, sheet, limits, column, name, dash);
    }
    let circle = (ChartMarkerType::Circle, 5, 0xB8C4CC);
    provider_points(&mut chart, sheet, peers, "Other providers", circle);
    let diamond = (ChartMarkerType::Diamond, 11, DARK_BLUE);
    provider_points(&mut chart, sheet, ours, "This trust", diamond);
    chart
        .legend()
        .set_position(rust_xlsxwriter::ChartLegendPosition::Bottom)
        .set_font(&font(9.0))
        .delete_entries(&[1, 3]);
    chart
        .x_axis()
        .set_name("People counted")
        .set_name_font(&font(9.0))
        .set_font(&font(9.0))
        .set_min(0)
        .set_num_format("#,##0")
        .set_major_gridlines(false);
    chart
        .y_axis()
        .set_name(&format!("Within the standard (England {:.1}%)", england * 100.0))
        .set_name_font(&font(9.0))
        .set_font(&font(9.0))
        .set_min(low)
        .set_max(1)
        .set_num_format("0%")
        .set_major_gridlines_line(&grid());
    dress(&mut chart, title, words, (1040, 380));
    chart
}

/// A limit of the funnel: its people in column 1 of the sheet, its rate in `column`.
fn limit_line(chart: &mut Chart, sheet: &str, rows: Rows, column: u16, name: &str, dash: ChartLineDashType) {
    let line = ChartLine::new()
        .set_color(COMMON_CAUSE)
        .set_width(1.25)
        .set_dash_type(dash)
        .clone();
    chart
        .add_series()
        .set_categories((sheet, rows.first, 1, rows.last, 1))
        .set_values((sheet, rows.first, column, rows.last, column))
        .set_name(name)
        .set_marker(ChartMarker::new().set_none())
        .set_format(ChartFormat::new().set_line(&line));
}

/// The providers of a funnel as points: shape, size in points and colour.
fn provider_points(
    chart: &mut Chart,
    sheet: &str,
    rows: Rows,
    name: &str,
    (shape, size, colour): (ChartMarkerType, u8, u32),
) {
    let mut format = ChartFormat::new();
    format
        .set_solid_fill(ChartSolidFill::new().set_color(colour))
        .set_border(ChartLine::new().set_color(INK).set_width(0.5));
    chart
        .add_series()
        .set_categories((sheet, rows.first, 1, rows.last, 1))
        .set_values((sheet, rows.first, 2, rows.last, 2))
        .set_name(name)
        .set_format(ChartFormat::new().set_no_line())
        .set_marker(
            ChartMarker::new()
                .set_type(shape)
                .set_size(size)
                .set_format(&mut format),
        );
}

/// The months of a standard as a line in a tile, with the operational standard as dashes; without axes or
/// words.
pub fn sparkline(
    sheet: &str,
    rows: Rows,
    [rate, standard]: [u16; 2],
    (low, high): (f64, f64),
    words: &str,
) -> Chart {
    let mut chart = Chart::new(ChartType::Line);
    let range = |column| (sheet, rows.first, column, rows.last, column);
    for (column, colour, width, dash) in [
        (standard, TARGET, 1.25, ChartLineDashType::Dash),
        (rate, DARK_BLUE, 2.25, ChartLineDashType::Solid),
    ] {
        chart
            .add_series()
            .set_values(range(column))
            .set_marker(ChartMarker::new().set_none())
            .set_format(
                ChartFormat::new().set_line(
                    ChartLine::new()
                        .set_color(colour)
                        .set_width(width)
                        .set_dash_type(dash),
                ),
            );
    }
    chart.legend().set_hidden();
    chart.title().set_hidden();
    chart.x_axis().set_hidden(true);
    chart
        .y_axis()
        .set_min(low)
        .set_max(high)
        .set_hidden(true)
        .set_major_gridlines(false);
    let clear = || ChartFormat::new().set_no_fill().set_no_line().clone();
    chart.chart_area().set_format(&mut clear());
    chart.plot_area().set_format(&mut clear());
    chart
        .set_width(300)
        .set_height(56)
        .set_alt_text(shortened(words, LONGEST_WORDS));
    chart
}
