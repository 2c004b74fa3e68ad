//! What the charts of the trend draw: a column a line, the months of one standard after those of another. A line that
//! steps, at a new target or a new start of the limits, goes on in a second column, so that no slope is drawn where
//! nothing slopes.

use anyhow::Result;

use super::super::book::Book;
use super::super::sheet::Placed;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::Value;
use super::figures;
use super::trend::Charted;
use crate::report::{Signal, TrendPoint};

pub const SHEET: &str = "Chart lines";
/// Where the months are, and the first line.
pub const MONTH: u16 = 1;
const FIRST_LINE: u16 = 3;

/// What a line is, in the order in which they are drawn, the later over the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Mean,
    Upper,
    Lower,
    Operational,
    Ambition,
    OwnPlan,
    Performance,
    Improvement,
    Concern,
    Special,
}

const KINDS: [Kind; 10] = [
    Kind::Mean,
    Kind::Upper,
    Kind::Lower,
    Kind::Operational,
    Kind::Ambition,
    Kind::OwnPlan,
    Kind::Performance,
    Kind::Improvement,
    Kind::Concern,
    Kind::Special,
];

impl Kind {
    pub fn words(self) -> &'static str {
        match self {
            Kind::Mean => "Mean",
            Kind::Upper => "Upper process limit",
            Kind::Lower => "Lower process limit",
            Kind::Operational => "Operational standard",
            Kind::Ambition => "Ambition for the year",
            Kind::OwnPlan => "Trust's own plan",
            Kind::Performance => "Performance",
            Kind::Improvement => "Special cause, improvement",
            Kind::Concern => "Special cause, concern",
            Kind::Special => "Special cause",
        }
    }

    /// What it draws of a month; limits end where a percentage ends.
    pub fn value(self, point: &TrendPoint) -> Option<f64> {
        let marked = |signal| point.figure.rate().filter(|_| point.control.signal == signal);
        match self {
            Kind::Mean => point.control.mean,
            Kind::Upper => point.control.upper.map(|limit| limit.min(1.0)),
            Kind::Lower => point.control.lower.map(|limit| limit.max(0.0)),
            Kind::Operational => point.standard_value,
            Kind::Ambition => point.ambition,
            Kind::OwnPlan => point.own_plan,
            Kind::Performance => point.figure.rate(),
            Kind::Improvement => marked(Signal::Improvement),
            Kind::Concern => marked(Signal::Concern),
            Kind::Special => marked(Signal::Neutral),
        }
    }

    pub fn is_limit(self) -> bool {
        matches!(self, Kind::Mean | Kind::Upper | Kind::Lower)
    }

    pub fn is_target(self) -> bool {
        matches!(self, Kind::Operational | Kind::Ambition | Kind::OwnPlan)
    }

    /// Which step of the line each month of a standard is on.
    fn steps(self, points: &[&TrendPoint]) -> Vec<usize> {
        let mut step = 0;
        let of = |place: usize| self.value(points[place]);
        let next = |place: usize| {
            step += usize::from(self.is_target() && place > 0 && of(place) != of(place - 1));
            if self.is_limit() {
                points[place].control.segment
            } else {
                step
            }
        };
        (0..points.len()).map(next).collect()
    }
}

/// A line of the charts, which is a column of the sheet.
pub struct Line {
    pub kind: Kind,
    /// The column that every other step is in.
    pub is_second: bool,
    pub column: u16,
}

impl Line {
    /// What it draws of the months of a standard.
    pub fn values(&self, points: &[&TrendPoint]) -> Vec<Option<f64>> {
        let steps = self.kind.steps(points);
        let is_here = |step: usize| (step % 2 == 1) == self.is_second;
        points
            .iter()
            .zip(steps)
            .map(|(point, step)| self.kind.value(point).filter(|_| is_here(step)))
            .collect()
    }

    fn heading(&self) -> String {
        if self.is_second {
            format!("{}, next step", self.kind.words())
        } else {
            self.kind.words().to_string()
        }
    }
}

/// The lines that some chart has; `charts` are the points of each.
pub fn lines(charts: &[&[&TrendPoint]]) -> Vec<Line> {
    let all = KINDS.into_iter().flat_map(|kind| {
        [false, true].map(|is_second| Line {
            kind,
            is_second,
            column: 0,
        })
    });
    let drawn = all.filter(|line| {
        charts
            .iter()
            .any(|points| line.values(points).iter().any(Option::is_some))
    });
    drawn
        .zip(FIRST_LINE..)
        .map(|(line, column)| Line { column, ..line })
        .collect()
}

/// Writes the lines; a month that a line does not draw has an empty cell, since a chart would draw a sign as nothing.
pub fn write(book: &mut Book, charts: &[Charted], lines: &[Line]) -> Result<Placed> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(SHEET, "Lines of the charts")?;
    sheet.line("An empty cell is a month in which the line is not drawn. A line that steps goes on in the column beside it, and back.")?;
    sheet.line("Limits beyond 0% or 100% are drawn at them; the sheet Trend data has them as calculated.")?;
    let mut columns = vec![
        Column::new("Standard", 34.0, Look::Name),
        Column::new("Month", 12.0, Look::Month),
        Column::new(&pack.words.site, 30.0, Look::Code),
    ];
    columns.extend(
        lines
            .iter()
            .map(|line| Column::new(&line.heading(), 14.0, Look::Percent)),
    );
    let mut table: Vec<Vec<Value>> = Vec::new();
    for chart in charts {
        for (cells, point) in rows(&chart.points, lines).into_iter().zip(&chart.points) {
            let start = [
                figures::title(pack, &point.standard).into(),
                point.month.into(),
                Value::from(chart.site.unwrap_or_default()),
            ];
            table.push(start.into_iter().chain(cells).collect());
        }
    }
    let plan = Plan {
        frozen_columns: 2,
        ..Plan::new("Chart_lines", &columns, "There is no month to draw.")
    };
    let placed = sheet.table(&plan, table.into_iter())?;
    sheet.print_top_only()?;
    Ok(placed)
}

fn rows(points: &[&TrendPoint], lines: &[Line]) -> Vec<Vec<Value<'static>>> {
    let values: Vec<Vec<Option<f64>>> = lines.iter().map(|line| line.values(points)).collect();
    let cell = |value: &Option<f64>| value.map_or(Value::Blank, Value::Number);
    (0..points.len())
        .map(|place| values.iter().map(|values| cell(&values[place])).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ControlPoint, Figure};

    fn point(target: Option<f64>, segment: usize) -> TrendPoint {
        TrendPoint {
            standard: "62D".into(),
            month: Default::default(),
            figure: Figure {
                total: Some(100.0),
                within: Some(80.0),
            },
            standard_value: target,
            ambition: None,
            own_plan: None,
            control: ControlPoint {
                segment,
                mean: Some(0.8),
                lower: Some(0.6),
                upper: Some(1.02),
                ..ControlPoint::default()
            },
        }
    }

    #[test]
    fn a_line_that_steps_goes_on_in_a_second_column_and_a_limit_ends_at_a_hundred() {
        let points = [
            point(None, 0),
            point(Some(0.7), 0),
            point(Some(0.75), 1),
            point(Some(0.75), 1),
        ];
        let of_standard: Vec<&TrendPoint> = points.iter().collect();
        let lines = lines(&[&of_standard]);
        let drawn = |kind, is_second| {
            let line = lines
                .iter()
                .find(|line| line.kind == kind && line.is_second == is_second)
                .unwrap();
            line.values(&of_standard)
        };
        assert_eq!(drawn(Kind::Operational, true), [None, Some(0.7), None, None]);
        assert_eq!(
            drawn(Kind::Operational, false),
            [None, None, Some(0.75), Some(0.75)]
        );
        assert_eq!(drawn(Kind::Upper, false), [Some(1.0), Some(1.0), None, None]);
        assert_eq!(drawn(Kind::Mean, true), [None, None, Some(0.8), Some(0.8)]);
        assert!(
            lines
                .iter()
                .all(|line| ![Kind::Ambition, Kind::Concern].contains(&line.kind))
        );
    }
}
